/**
 * Joins what agents' hooks said with what the editor and the disk saw: late and early hooks, files open and not. Shows nothing by itself.
 * Invariant 2: a hook can only make code less trusted.
 */
import { digestOf, type Digest } from '#core/digest';
import type { RepoPath } from '#core/path';
import { isUntrusted } from '#core/provenance';
import { intersection, isEmpty, type Range } from '#core/text';
import { readMarkers, watchMarkers, type Marker } from '#project/markers';
import { recollectSpans } from '#project/provenance-recall';
import type { Repository } from '#project/repository';
import { Disposables } from '../disposable.ts';
import { detached, log } from '../log.ts';
import type { Places } from '../places.ts';
import type { DiskExplainer, TrackedDocument, Tracker } from '../tracker/tracker.ts';
import { arrivalOf, explain } from './explain.ts';

/** Markers kept in memory for each file. */
const KEPT = 128;
/** Looks at a text that changes while the disk is asked. */
const ATTEMPTS = 3;

export interface ClosedFiles {
  /** Reads a file that is not open anew from disk. */
  refresh(repository: Repository, file: RepoPath): Promise<void>;
}

export class Hooks implements DiskExplainer {
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
    for (const tracked of this.#tracker.documents) if (tracked.place?.repository.gitDir === repository.gitDir) await this.explainReload(tracked);
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
    if (now !== undefined) await this.explainReload(now);
  }

  /** Tries what is known on everything the disk brought and nobody explained. */
  async explainReload(tracked: TrackedDocument): Promise<void> {
    const { place, text } = tracked;
    if (place === undefined) return;
    const markers = this.#markers.get(keyOf(place.repository, place.path)) ?? [];
    let changed = false;
    for (const arrived of text.reloads) {
      if (!arrived.ranges.some((range) => isOpen(tracked, range))) continue;
      const found = explain(markers, arrived.digests.before, arrived.digests.after);
      if (found === undefined) continue;
      text.explain(arrived, found.arrival, found.written);
      changed = true;
    }
    if (!changed) changed = this.#wholeText(tracked, markers);
    if (!changed) changed = await this.#byHistory(tracked);
    if (changed) this.#tracker.relabelled(tracked.uri);
  }

  /** The text is exactly what a marker speaks of: its ranges count, where nothing better is known. */
  #wholeText(tracked: TrackedDocument, markers: readonly Marker[]): boolean {
    if (markers.length === 0) return false;
    const digest: Digest = digestOf(tracked.text.text);
    const marker = markers.findLast(({ after }) => after === digest);
    if (marker === undefined) return false;
    const open = marker.written.flatMap((range) => openParts(tracked, range));
    tracked.text.label(open, arrivalOf(marker));
    return open.length > 0;
  }

  /** What came from disk may be known from before (it was stashed, checked out, rebased, committed elsewhere), or at least be what git holds. */
  async #byHistory({ place, text }: TrackedDocument): Promise<boolean> {
    if (place === undefined || text.reloads.length === 0) return false;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { text: whole, spans } = text;
      const open = text.reloads.flatMap(({ ranges }) => ranges);
      const { spans: recollected } = await recollectSpans(place.repository, place.path, whole, spans, open, Date.now());
      if (recollected === spans) return false;
      // Somebody typed, or a hook spoke, meanwhile.
      if (text.text !== whole || text.spans !== spans) continue;
      text.adopt(recollected);
      return true;
    }
    return false;
  }

  dispose(): void {
    this.#watching.dispose();
    this.#disposables.dispose();
  }
}

/** Labels that a marker may replace: a hook names its agent, and nobody else's word on these characters is as good. */
function openParts({ text }: TrackedDocument, range: Range): Range[] {
  return text.spans.filter(({ origin }) => isUntrusted(origin) && origin.kind !== 'agent' && origin.kind !== 'paste').flatMap((span) => intersection(span.range, range) ?? []).filter((part) => !isEmpty(part));
}

function isOpen(tracked: TrackedDocument, range: Range): boolean {
  return openParts(tracked, range).length > 0;
}

function keyOf(repository: Repository, path: RepoPath): string {
  return `${repository.gitDir}\0${path}`;
}
