/**
 * Joins what agents' hooks said with what the editor and the disk saw: late and early hooks, files open and not. Shows nothing by itself.
 * Invariant 2: a hook can only make code less trusted.
 */
import { digestOf, type Digest } from '#core/digest';
import type { RepoPath } from '#core/path';
import { isUntrusted, type Arrival } from '#core/provenance';
import { intersection, isEmpty, type Range } from '#core/text';
import { readMarkers, watchMarkers, type Marker } from '#project/markers';
import { readFile, resolveCommit, type Repository } from '#project/repository';
import { Disposables } from '../disposable.ts';
import { detached, log } from '../log.ts';
import type { Places } from '../places.ts';
import type { DiskExplainer, TrackedDocument, Tracker } from '../tracker/tracker.ts';
import { arrivalOf, explain } from './explain.ts';

/** Markers kept in memory for each file. */
const KEPT = 128;

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
    if (!changed) changed = await this.#byGit(tracked);
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

  /** What came from disk and is what HEAD holds came by git: a checkout, a pull, a revert. */
  async #byGit({ place, text }: TrackedDocument): Promise<boolean> {
    const [arrived] = text.reloads;
    if (place === undefined || arrived === undefined || arrived.after !== text.text) return false;
    const external = arrived.ranges.filter((range) => text.spans.some((span) => span.origin.kind === 'external' && intersection(span.range, range) !== undefined));
    if (external.length === 0) return false;
    const head = await resolveCommit(place.repository, 'HEAD');
    const committed = head.ok ? await readFile(place.repository, { kind: 'commit', id: head.id }, place.path) : undefined;
    if (committed?.kind !== 'text' || committed.text !== arrived.after || text.text !== arrived.after) return false;
    const arrival: Arrival = { origin: { kind: 'tool', tool: 'vcs' }, evidence: [{ kind: 'disk' }, { kind: 'change-reason', source: 'git: equal to HEAD' }], at: Date.now() };
    text.label(external, arrival);
    return true;
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
