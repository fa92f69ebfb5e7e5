/**
 * Applying fixes: one, or all of a kind. Guards: what a fix writes is untrusted as before; a fix is only applied to the text it was made for, and
 * two that touch the same characters never at once.
 */
import * as vscode from 'vscode';
import type { Finding } from '#core/finding';
import { log } from '../log.ts';
import type { Tracker } from '../tracker/tracker.ts';
import { editOf } from './actions.ts';
import type { OpenRanges } from './diagnostics.ts';
import { findingsIn } from './shown.ts';
import type { FindingStore } from './store.ts';
import { togetherOf } from './together.ts';

export interface FixParts {
  readonly store: FindingStore;
  readonly ranges: OpenRanges;
  readonly tracker: Tracker;
}

export interface FixedAll {
  readonly fixed: number;
  readonly documents: number;
  /** Findings of the kind that have no fix, or whose fix did not help. */
  readonly left: number;
}

/** Rounds of fixing and looking again, for fixes that stand in each other's way. */
const MOST_ROUNDS = 10;
/** Milliseconds that the worker has to look again. */
const LONGEST = 20_000;

/** Applies a finding's fix. False: the code has changed since it was made. */
export async function applyFix({ store, tracker }: FixParts, uri: vscode.Uri, print: string, index: number): Promise<boolean> {
  const document = await opened(uri);
  if (document === undefined) return false;
  const { findings, version } = store.get(uri);
  const fix = findings.find((finding) => finding.print === print)?.fixes[index];
  if (fix === undefined || version !== document.version) return false;
  tracker.offer(document, [fix]);
  return vscode.workspace.applyEdit(editOf(document, fix));
}

/** Fixes all findings of a rule in unvetted code that nobody typed, in all documents that are analysed. */
export async function fixAllOf(parts: FixParts, rule: string): Promise<FixedAll> {
  let [fixed, documents, left] = [0, 0, 0];
  for (const uri of parts.store.documents) {
    const before = ofKind(parts, uri, rule).length;
    if (before === 0) continue;
    const document = await opened(uri);
    if (document !== undefined) await fixRounds(parts, document, rule);
    const after = ofKind(parts, uri, rule).length;
    left += after;
    if (after >= before) continue;
    fixed += before - after;
    documents++;
  }
  return { fixed, documents, left };
}

/** `undefined`: the file is gone, and nobody has noticed yet. */
async function opened(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    log('info', `${uri.path} is not fixed: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function fixRounds(parts: FixParts, document: vscode.TextDocument, rule: string): Promise<void> {
  let last = Infinity;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (!(await analysed(parts.store, document))) return;
    const found = ofKind(parts, document.uri, rule);
    const fix = togetherOf(found);
    // A round that did not help is the last.
    if (fix === undefined || found.length >= last) return;
    last = found.length;
    parts.tracker.offer(document, [fix]);
    if (!(await vscode.workspace.applyEdit(editOf(document, fix)))) return;
  }
}

function ofKind({ store, ranges }: FixParts, uri: vscode.Uri, rule: string): readonly Finding[] {
  return findingsIn(store.get(uri).findings, ranges.openRanges(uri)).filter((finding) => finding.rule === rule);
}

/** Waits until what is known of a document is known of its present text. */
async function analysed(store: FindingStore, document: vscode.TextDocument): Promise<boolean> {
  const isCurrent = (): boolean => store.get(document.uri).version === document.version;
  if (isCurrent()) return true;
  return new Promise((resolve) => {
    const done = (result: boolean): void => {
      clearTimeout(late);
      listener.dispose();
      resolve(result);
    };
    const late = setTimeout(() => done(false), LONGEST);
    const listener = store.onDidChange(() => {
      if (isCurrent()) done(true);
    });
  });
}
