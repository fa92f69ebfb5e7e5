/**
 * Vetting one region after the other: once the region whose checklist was opened this way is vetted, the next one is shown with its own.
 * Guards: it only follows a signature that the checklist page or a colleague's record gave; it gives none (invariant 4).
 */
import * as vscode from 'vscode';
import { Disposables } from '../disposable.ts';
import { detached } from '../log.ts';
import { announce } from './announce.ts';
import { neighbour, openRegion } from './navigate.ts';
import type { RegionEntry, Registry } from './registry.ts';

export class GoOn {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #show: (entry: RegionEntry) => Promise<void>;
  /** The region that is being vetted. Absent: nobody goes on. */
  #key: string | undefined;

  /** `show` shows the checklist of a region. */
  constructor(registry: Registry, show: (entry: RegionEntry) => Promise<void>) {
    this.#registry = registry;
    this.#show = show;
    this.#disposables.add(registry.onDidChange(() => this.#look()));
  }

  /** Shows a region's checklist, and goes on from there until the last is vetted or the person turns to something else. */
  async start(entry: RegionEntry | undefined): Promise<void> {
    const first = entry ?? this.#registry.open[0];
    this.#key = first?.key;
    if (first === undefined) return announce(vscode.l10n.t('Nothing waits to be vetted.'));
    await openRegion(first);
    await this.#show(first);
  }

  #look(): void {
    if (this.#key === undefined) return;
    const entry = this.#registry.find(this.#key);
    if (entry !== undefined && entry.state !== 'vetted') return;
    this.#key = undefined;
    // Gone because it was edited: then nothing was vetted, and nobody is led away from what they are typing.
    if (entry !== undefined) detached(this.#next(), 'going on to the next region');
  }

  async #next(): Promise<void> {
    const next = neighbour(this.#registry, 'next') ?? this.#registry.open[0];
    if (next === undefined) return announce(vscode.l10n.t('All regions are vetted.'));
    await this.start(next);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
