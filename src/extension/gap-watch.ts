/**
 * Watches over the recorder itself: windows that were killed, files that are not recorded, clocks that are set, a worker that dies. What is missed is kept
 * as a gap, where the sidebar and the gate find it.
 */
import * as vscode from 'vscode';
import type { RepoPath } from '#core/path';
import { noteGap } from '#project/gaps';
import { BEAT, RecorderSign } from '#project/recorder';
import type { Repository } from '#project/repository';
import { Disposables } from './disposable.ts';
import { detached, log } from './log.ts';
import type { Place, Places } from './places.ts';
import type { Tracker } from './tracker/tracker.ts';

interface Watched {
  readonly repository: Repository;
  /** Absent while former windows are looked at. */
  sign?: RecorderSign;
  /** Files that changed since the last beat. */
  touched: Set<RepoPath>;
}

export class GapWatch {
  readonly #disposables = new Disposables();
  readonly #places: Places;
  readonly #tracker: Tracker;
  readonly #watched = new Map<string, Watched>();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
  /** Of each document that is too large, the version that was noted last. */
  readonly #large = new Map<string, number>();
  /** When the worker died, milliseconds since 1970. Absent: it lives. */
  #workerEnded: number | undefined;

  /** A gap was noted. */
  readonly onDidChange = this.#changed.event;

  constructor(places: Places, tracker: Tracker) {
    this.#places = places;
    this.#tracker = tracker;
    const beat = setInterval(() => detached(this.#beat(), 'saying that the recorder lives'), BEAT);
    this.#disposables.addAll(
      { dispose: () => clearInterval(beat) },
      places.onDidChange(() => this.#begin()),
      tracker.onDidChange(({ tracked: { place, gap, document }, change }) => {
        if (place === undefined) return;
        if (change !== undefined) this.#watched.get(place.repository.gitDir)?.touched.add(place.path);
        if (gap !== undefined && document !== undefined) this.#tooLarge(place, document);
      }),
    );
    if (places.settled) this.#begin();
  }

  /** The worker is gone. */
  workerEnded(): void {
    this.#workerEnded ??= Date.now();
  }

  /** The worker sends findings: if it was gone, it is back. */
  workerSpoke(): void {
    if (this.#workerEnded === undefined) return;
    detached(this.#withoutWorker(), 'noting that analysis was gone');
    this.#workerEnded = undefined;
  }

  #begin(): void {
    for (const repository of this.#places.repositories) {
      if (this.#watched.has(repository.gitDir)) continue;
      const watched: Watched = { repository, touched: new Set() };
      this.#watched.set(repository.gitDir, watched);
      detached(this.#open(watched), 'looking at what former windows left');
    }
  }

  async #open(watched: Watched): Promise<void> {
    const { sign, troubles } = await RecorderSign.open(watched.repository);
    watched.sign = sign;
    this.#told(troubles);
  }

  async #beat(): Promise<void> {
    for (const watched of this.#watched.values()) {
      const touched = [...watched.touched];
      watched.touched = new Set();
      this.#told((await watched.sign?.beat(touched)) ?? []);
    }
    for (const { place, gap, document } of this.#tracker.documents) if (place !== undefined && gap !== undefined && document !== undefined) this.#tooLarge(place, document);
    if (this.#workerEnded !== undefined) await this.#withoutWorker();
  }

  /** Says it at the first sight, and again when the document changed since. */
  #tooLarge({ repository, path }: Place, document: vscode.TextDocument): void {
    const id = document.uri.toString();
    if (this.#large.get(id) === document.version) return;
    this.#large.set(id, document.version);
    const now = Date.now();
    detached(this.#note(repository, { cause: 'too-large', paths: [path], from: now, to: now }), 'noting a file that is too large');
  }

  /** Findings were missing of every document that is open. */
  async #withoutWorker(): Promise<void> {
    const from = this.#workerEnded;
    if (from === undefined) return;
    const to = Date.now();
    for (const { repository } of this.#watched.values()) {
      const paths = [...this.#tracker.documents].flatMap(({ place, document }) => (document !== undefined && place?.repository.gitDir === repository.gitDir ? [place.path] : []));
      await this.#note(repository, { cause: 'worker-ended', paths, from, to });
    }
  }

  async #note(repository: Repository, gap: Parameters<typeof noteGap>[1]): Promise<void> {
    const noted = await noteGap(repository, gap);
    this.#told(noted.ok ? [] : [noted.message]);
  }

  #told(troubles: readonly string[]): void {
    for (const trouble of troubles) log('warn', trouble);
    this.#changed.fire();
  }

  /** The window ends as it should. */
  async end(): Promise<void> {
    await Promise.all([...this.#watched.values()].map(({ sign }) => sign?.end()));
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
