/**
 * What people here typed themselves and have not signed: the gate asks about it as about everything else.
 * Invariant 11: counted only when typing has paused for long; listed anew whenever something is to be signed.
 */
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { removedUnits } from '#core/arrangement';
import type { RepoPath } from '#core/path';
import type { ReviewedUnit } from '#core/review';
import { occurrenceOf, unitsOf } from '#core/unit';
import { forkPoint, readFile, type Repository } from '#project/repository';
import { Disposables } from '../disposable.ts';
import type { TrackedDocument } from '../tracker/entry.ts';
import type { Tracker } from '../tracker/tracker.ts';
import type { Trust } from './trust.ts';
import { isByHand, writtenUnits } from './written.ts';

/** Milliseconds without a change before a document is counted, and how many times what counting it took. */
const PAUSE = 1500;
const SHARE = 10;

export interface OwnUnit {
  readonly unit: ReviewedUnit;
  /** For people: `src/a.ts: function total`. */
  readonly said: string;
}

export class OwnWork {
  readonly #disposables = new Disposables();
  readonly #tracker: Tracker;
  readonly #trust: Trust;
  readonly #counts = new Map<string, number>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #took = new Map<string, number>();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());

  readonly onDidChange = this.#changed.event;

  constructor(tracker: Tracker, trust: Trust) {
    this.#tracker = tracker;
    this.#trust = trust;
    this.#disposables.addAll(
      tracker.onDidChange(({ tracked }) => this.#later(tracked)),
      trust.onDidChange(() => {
        for (const tracked of tracker.documents) this.#later(tracked);
      }),
    );
    for (const tracked of tracker.documents) this.#later(tracked);
  }

  /** Units that wait for their author's signature, in all documents. */
  get count(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  #later({ uri }: TrackedDocument): void {
    const id = uri.toString();
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(() => this.#countIn(id, uri), Math.max(PAUSE, SHARE * (this.#took.get(id) ?? 0))));
  }

  #countIn(id: string, uri: vscode.Uri): void {
    this.#timers.delete(id);
    const tracked = this.#tracker.get(uri);
    const started = performance.now();
    const count = tracked === undefined ? 0 : this.writtenIn(tracked).length;
    this.#took.set(id, performance.now() - started);
    if (count === (this.#counts.get(id) ?? 0)) return;
    if (count === 0) this.#counts.delete(id);
    else this.#counts.set(id, count);
    this.#changed.fire();
  }

  /** Units of one document that its author may sign and no review covers. */
  writtenIn({ text: { text, spans, language }, place, gap, early }: TrackedDocument): readonly OwnUnit[] {
    if (place === undefined || gap !== undefined || early !== undefined || !spans.some(({ origin }) => isByHand(origin))) return [];
    const { repository, path } = place;
    if (this.#trust.policyFor(repository, path).excluded) return [];
    const units = unitsOf(text, language);
    return writtenUnits(text, units, spans)
      .filter((unit) => this.#trust.stateOf(repository, path, unit, text) !== 'covered')
      .map((unit) => ({ unit: { path, label: unit.label, digest: unit.digest, claim: 'written', agents: [], ...occurrenceOf(units, unit) }, said: `${path}: ${unit.label}` }));
  }

  /** What there is to sign in a repository, saved documents only. */
  written(repository: Repository): readonly OwnUnit[] {
    return this.#saved(repository).flatMap((tracked) => this.writtenIn(tracked));
  }

  /** Code that ran when its file was loaded and that is gone from documents in which a person worked: the gate asks about that, too. */
  async removed(repository: Repository): Promise<readonly OwnUnit[]> {
    const base = await forkPoint(repository);
    const found: OwnUnit[] = [];
    for (const { text: { text, spans, language }, place, gap, early } of this.#saved(repository)) {
      if (gap !== undefined || early !== undefined || !spans.some(({ origin }) => isByHand(origin))) continue;
      const { path } = place!;
      const before = base === undefined ? undefined : await readFile(repository, { kind: 'commit', id: base }, path);
      if (before?.kind !== 'text') continue;
      for (const { unit, how } of removedUnits(unitsOf(before.text, language), unitsOf(text, language))) {
        if (!this.#trust.isRemovalSigned(repository, path, unit)) found.push(removal(path, unit.label, unit.digest, how));
      }
    }
    return found;
  }

  #saved(repository: Repository): readonly TrackedDocument[] {
    return [...this.#tracker.documents].filter(({ place, document }) => place?.repository.gitDir === repository.gitDir && document?.isDirty !== true);
  }

  dispose(): void {
    this.#disposables.dispose();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }
}

function removal(path: RepoPath, label: string, digest: ReviewedUnit['digest'], how: 'deleted' | 'moved'): OwnUnit {
  return { unit: { path, label, digest, claim: 'removed', agents: [] }, said: how === 'deleted' ? vscode.l10n.t('{0}: {1} is gone', path, label) : vscode.l10n.t('{0}: {1} stands elsewhere', path, label) };
}
