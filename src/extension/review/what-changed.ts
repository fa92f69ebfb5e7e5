/**
 * Comparing a region: with the text before an assistant or a tool touched it, or with what was vetted. The former text is a read-only document of
 * our own beside the real one, so that the editor's diff, its keys and its accessible view (F7) all work.
 * Guards: former texts are kept in memory for as long as they are shown, and none is written anywhere.
 */
import * as vscode from 'vscode';
import type { Digest } from '#core/digest';
import { languageOf } from '#core/language';
import { applyChange, type Edit } from '#core/text';
import { unitsOf, type Unit } from '#core/unit';
import { findPastText } from '#project/past-texts';
import { readFile, resolveCommit } from '#project/repository';
import { Disposables } from '../disposable.ts';
import type { Place } from '../places.ts';
import { announce } from './announce.ts';
import { beforeOf } from './before.ts';
import type { RegionEntry, Registry } from './registry.ts';
import type { Trust } from './trust.ts';
import { shortAuthorOf } from './words.ts';

const SCHEME = 'vetmark-before';
/** Units whose vetted text is remembered. */
const MOST_VETTED = 1000;

export class WhatChanged implements vscode.TextDocumentContentProvider {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #trust: Trust;
  readonly #texts = new Map<string, string>();
  /** Texts of units that were vetted while this window was open: no commit may hold them yet. */
  readonly #vetted = new Map<Digest, string>();
  #count = 0;

  constructor(registry: Registry, trust: Trust) {
    this.#registry = registry;
    this.#trust = trust;
    this.#disposables.addAll(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.#texts.delete(uri.toString())),
      registry.onDidChange(() => this.#rememberVetted()),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string | undefined {
    return this.#texts.get(uri.toString());
  }

  /** Compares with the text before: what the last commit holds, with what people did since. */
  async sinceBefore(entry: RegionEntry): Promise<void> {
    const { text, spans } = entry.tracked.text;
    const base = entry.tracked.place === undefined ? undefined : await committed(entry.tracked.place);
    const former = beforeOf(base, text, spans, entry.region.range);
    await this.#compare(entry, former, vscode.l10n.t('{0}: before {1} ↔ now', entry.label, shortAuthorOf(entry)));
  }

  /** Compares with what was vetted there; where that text cannot be found any more, it says so and compares with the text before. */
  async sinceVetted(entry: RegionEntry): Promise<void> {
    const { place, text: { text } } = entry.tracked;
    const edits: Edit[] = [];
    for (const unit of place === undefined ? [] : entry.region.units) {
      const vetted = await this.#vettedText(place!, unit);
      if (vetted !== undefined) edits.push({ range: unit.range, text: vetted });
    }
    if (edits.length > 0) return this.#compare(entry, applyChange(text, edits), vscode.l10n.t('{0}: as vetted ↔ now', entry.label));
    announce(vscode.l10n.t('The vetted text is in none of the last commits of this file. Shown instead: the text before.'));
    return this.sinceBefore(entry);
  }

  async #vettedText({ repository, path }: Place, { label, digest }: Unit): Promise<string | undefined> {
    const records = this.#trust.records.find((known) => known.repository.gitDir === repository.gitDir)?.reviews ?? [];
    const digests = new Set(records.flatMap((record) => (record.kind === 'trusted' ? record.review.units.filter((unit) => unit.path === path && unit.label === label && unit.claim !== 'removed').map((unit) => unit.digest) : [])));
    if (digests.has(digest) || digests.size === 0) return undefined;
    for (const known of digests) if (this.#vetted.has(known)) return this.#vetted.get(known);
    const pick = (text: string): Unit | undefined => unitsOf(text, languageOf(path)).find((unit) => digests.has(unit.digest));
    const past = await findPastText(repository, path, (text) => pick(text) !== undefined);
    const unit = past === undefined ? undefined : pick(past);
    return unit === undefined ? undefined : past!.slice(unit.range.start, unit.range.end);
  }

  /** What is open is what is vetted in this window. */
  #rememberVetted(): void {
    for (const { document } of vscode.window.visibleTextEditors) {
      for (const { state, region, tracked: { text: { text } } } of this.#registry.standing(document.uri)) {
        if (state !== 'vetted') continue;
        for (const { digest, range } of region.units) if (!this.#vetted.has(digest)) this.#vetted.set(digest, text.slice(range.start, range.end));
      }
    }
    for (const digest of this.#vetted.keys()) {
      if (this.#vetted.size <= MOST_VETTED) break;
      this.#vetted.delete(digest);
    }
  }

  async #compare(entry: RegionEntry, former: string, title: string): Promise<void> {
    const left = entry.uri.with({ scheme: SCHEME, authority: '', query: String(++this.#count), fragment: '' });
    this.#texts.set(left.toString(), former);
    const at = new vscode.Position(entry.from, besideWords(entry));
    await vscode.commands.executeCommand('vscode.diff', left, entry.uri, title, { selection: new vscode.Range(at, at), preview: true } satisfies vscode.TextDocumentShowOptions);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

/**
 * The first column of a region's first line that is in no word: with the cursor in a word, F7 goes to the word's next occurrence and not to the
 * accessible view of the comparison.
 */
function besideWords({ from, tracked: { document, text: { text } } }: RegionEntry): number {
  const line = document?.lineAt(from).text ?? text.split(/\r\n|\r|\n/, from + 1)[from] ?? '';
  for (let column = 0; column <= line.length; column++) if (!/[\p{L}\p{N}_$]/u.test(line.slice(Math.max(0, column - 1), column + 1))) return column;
  return 0;
}

/** The file in the last commit; empty when it is not in there. */
async function committed({ repository, path }: Place): Promise<string> {
  const head = await resolveCommit(repository, 'HEAD');
  const content = head.ok ? await readFile(repository, { kind: 'commit', id: head.id }, path) : undefined;
  return content?.kind === 'text' ? content.text : '';
}
