/**
 * Joins what agents' hooks said with what the editor and the disk saw: late and early hooks, files open and not. Shows nothing by itself.
 * Invariant 2: a hook can only make code less trusted.
 */
import type { RepoPath } from '#core/path';
import type { Spans } from '#core/provenance';
import type { Range } from '#core/text';
import { readMarkers, watchMarkers, type Marker } from '#project/markers';
import { recollectSpans } from '#project/provenance-recall';
import type { Repository } from '#project/repository';
import { Disposables } from '../disposable.ts';
import { detached, log } from '../log.ts';
import type { Place, Places } from '../places.ts';
import type { Tracker, Witness } from '../tracker/tracker.ts';

/** Markers kept in memory for each file. */
const KEPT = 128;

export interface ClosedFiles {
  /** Reads a file that is not open anew from disk. */
  refresh(repository: Repository, file: RepoPath): Promise<void>;
}

export class Hooks implements Witness {
  readonly #disposables = new Disposables();
  readonly #places: Places;
  readonly #tracker: Tracker;
  readonly #closed: ClosedFiles;
  readonly #markers = new Map<string, Marker[]>();
  #watching = new Disposables();

  constructor(places: Places, tracker: Tracker, closed: ClosedFiles) {
    this.#places = places;
    this.#tracker = tracker;
    this.#closed = closed;
    this.#disposables.add(places.onDidChange(() => this.#watch()));
    this.#watch();
  }

  #watch(): void {
    this.#watching.dispose();
    this.#watching = new Disposables();
    for (const repository of this.#places.repositories) {
      this.#watching.add(watchMarkers(repository, (marker) => detached(this.#arrived(repository, marker), 'taking in what an agent wrote')));
      detached(this.#load(repository), 'reading what agents wrote');
    }
  }

  async #load(repository: Repository): Promise<void> {
    const { markers, corrupt } = await readMarkers(repository);
    if (corrupt.length > 0) log('warn', `${corrupt.length} records of agents' hooks cannot be read; what they told of is a gap.`);
    for (const marker of markers) this.#keep(repository, marker);
    for (const tracked of this.#tracker.documents) if (tracked.place?.repository.gitDir === repository.gitDir) await this.#tracker.explain(tracked);
    const newest = new Map(markers.map((marker) => [marker.path, marker]));
    for (const marker of newest.values()) await this.#apply(repository, marker);
  }

  #keep(repository: Repository, marker: Marker): void {
    const key = keyOf(repository, marker.path);
    const list = this.#markers.get(key) ?? [];
    if (list.some(({ id }) => id === marker.id)) return;
    this.#markers.set(key, [...list, marker].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(-KEPT));
  }

  async #arrived(repository: Repository, marker: Marker): Promise<void> {
    this.#keep(repository, marker);
    await this.#apply(repository, marker);
  }

  async #apply(repository: Repository, marker: Marker): Promise<void> {
    const uri = this.#places.uriOf(repository, marker.path);
    const tracked = this.#tracker.get(uri);
    if (tracked?.document === undefined) await this.#closed.refresh(repository, marker.path);
    const now = this.#tracker.get(uri);
    if (now !== undefined) await this.#tracker.explain(now);
  }

  markersOf({ repository, path }: Place): readonly Marker[] {
    return this.#markers.get(keyOf(repository, path)) ?? [];
  }

  /** What came from disk may be known from before (it was stashed, checked out, rebased, committed elsewhere), or at least be what git holds. */
  async recollect({ repository, path }: Place, text: string, spans: Spans, open: readonly Range[]): Promise<Spans> {
    return (await recollectSpans(repository, path, text, spans, open, Date.now())).spans;
  }

  dispose(): void {
    this.#watching.dispose();
    this.#disposables.dispose();
  }
}

function keyOf(repository: Repository, path: RepoPath): string {
  return `${repository.gitDir}\0${path}`;
}
