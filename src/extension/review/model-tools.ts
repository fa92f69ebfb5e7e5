/**
 * What a language model may ask: which findings there are and what nobody has vetted. Read-only.
 * Invariants 4 and 8: there is no tool that vets, waives or claims anything, and none that quotes code; messages of findings are masked.
 */
import * as vscode from 'vscode';
import { lineAt, lineStarts } from '#core/text';
import { Disposables } from '../disposable.ts';
import type { FindingStore } from '../findings/store.ts';
import type { Tracker } from '../tracker/tracker.ts';
import type { Registry } from './registry.ts';
import { shortAuthor } from './words.ts';

interface Asked {
  /** Relative to the workspace. Absent: every file that is open or was written by an agent. */
  readonly path?: string;
}

/** Entries in one answer; a model is told how many there are besides. */
const MOST = 100;

/** Registers the tools where the editor has them: older ones, and editors built on VS Code, may not. */
export function registerModelTools({ registry, findings, tracker }: { readonly registry: Registry; readonly findings: FindingStore; readonly tracker: Tracker }): vscode.Disposable {
  const disposables = new Disposables();
  if (typeof (vscode.lm as Partial<typeof vscode.lm> | undefined)?.registerTool !== 'function') return disposables;
  disposables.addAll(
    vscode.lm.registerTool('vetmark_get_findings', tool(vscode.l10n.t('Reading the findings of Vetmark'), (asked) => findingsOf(findings, tracker, asked))),
    vscode.lm.registerTool('vetmark_get_unvetted_regions', tool(vscode.l10n.t('Reading what nobody has vetted'), (asked) => regionsOf(registry, asked))),
  );
  return disposables;
}

function tool(saying: string, answer: (asked: Asked) => readonly object[]): vscode.LanguageModelTool<Asked> {
  return {
    prepareInvocation: () => ({ invocationMessage: saying }),
    invoke: ({ input }) => {
      const all = answer(typeof input?.path === 'string' ? { path: input.path } : {});
      const said = { entries: all.slice(0, MOST), more: Math.max(0, all.length - MOST), note: 'Only a person can vet code or waive a finding, in the editor. Mend the code; do not touch anything under .vetmark.' };
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(said))]);
    },
  };
}

function findingsOf(store: FindingStore, tracker: Tracker, { path }: Asked): readonly object[] {
  return [...tracker.documents].flatMap(({ uri, text: { text } }) => {
    const name = vscode.workspace.asRelativePath(uri);
    if (path !== undefined && path !== name) return [];
    const starts = lineStarts(text);
    return store.get(uri).findings.map(({ rule, severity, range, message, why, advice, cwe }) => ({ path: name, line: lineAt(starts, range.start) + 1, rule, severity, message, why, advice, cwe }));
  });
}

function regionsOf(registry: Registry, { path }: Asked): readonly object[] {
  return registry.open
    .filter(({ name }) => path === undefined || path === name)
    .map(({ name, label, from, to, state, region, findings }) => ({ path: name, label, fromLine: from + 1, toLine: to + 1, state, author: shortAuthor(region.spans.find(({ origin }) => origin === region.origin) ?? { origin: region.origin, evidence: [] }), findings: findings.map(({ rule }) => rule) }));
}
