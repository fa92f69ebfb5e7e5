/**
 * The regions of one document as they were cut last, and where they stand now.
 * Invariant 11: an edit is only noted; places are carried when somebody asks, and lines are counted for the regions that are asked about.
 */
import type * as vscode from 'vscode';
import type { Finding } from '#core/finding';
import type { Region, RegionState } from '#core/region';
import { carryRange, insertedRanges, isEmpty, touches, type Change, type Range } from '#core/text';
import type { TrackedDocument } from '../tracker/entry.ts';
import type { TrackedText } from '../tracker/tracked-text.ts';

export interface RegionEntry {
  /** Unlike every other's in the window: the document's address, `#`, and the region's id. */
  readonly key: string;
  readonly uri: vscode.Uri;
  readonly tracked: TrackedDocument;
  /** For people: relative to the workspace. */
  readonly name: string;
  /** Offsets of the text when this was made. */
  readonly region: Region;
  readonly state: RegionState;
  /** Zero-based, inclusive. */
  readonly from: number;
  readonly to: number;
  /** Those that nobody has waived, or whose waiver has ended. */
  readonly findings: readonly Finding[];
  readonly label: string;
}

/** What a cut was made of: as long as both are the same, so are its regions. */
export interface CutOf {
  readonly text: string;
  readonly tree: TrackedText['tree'];
}

export class Standing {
  /** As cut. */
  readonly entries: readonly RegionEntry[];
  readonly of: CutOf;
  /** Milliseconds that the cut took. */
  readonly took: number;
  /** Text or labels changed since the cut. */
  stale = false;
  /** Where each of them stands, once `#since` is carried. */
  #places: readonly Range[];
  /** Text that came since, in the same offsets. */
  #fresh: readonly Range[] = [];
  /** Edits that are not carried yet. */
  #since: Change[] = [];
  #now: readonly RegionEntry[] | undefined;

  constructor(entries: readonly RegionEntry[], of: CutOf, took: number) {
    this.entries = entries;
    this.of = of;
    this.took = took;
    this.#places = entries.map(({ region }) => region.range);
  }

  /** On the change path: takes note and no more. */
  note(change: Change): void {
    this.#since.push(change);
    this.#now = undefined;
  }

  /** Entries where they stand now; the same list until something changes. */
  get now(): readonly RegionEntry[] {
    this.#now ??= this.entries.map((entry, index) => this.#moved(entry, this.places[index]!));
    return this.#now;
  }

  /** In the order of the entries. */
  get places(): readonly Range[] {
    this.#carry();
    return this.#places;
  }

  /** Text that came since the cut, as it stands now. */
  get fresh(): readonly Range[] {
    this.#carry();
    return this.#fresh;
  }

  /** The first open region that shares a character with a range; counts lines for that one only. */
  openAt(range: Range): RegionEntry | undefined {
    const { places } = this;
    const index = this.entries.findIndex(({ state }, at) => state !== 'vetted' && places[at]!.start < range.end && range.start < places[at]!.end);
    return index === -1 ? undefined : this.#moved(this.entries[index]!, places[index]!);
  }

  /** The same cut, with each entry made anew from what it was and where it stands. */
  with(make: (entry: RegionEntry, place: Range) => RegionEntry): Standing {
    const { places } = this;
    const next = new Standing(this.entries.map((entry, index) => make(entry, places[index]!)), this.of, this.took);
    next.stale = this.stale;
    next.#places = places;
    next.#fresh = this.#fresh;
    return next;
  }

  #carry(): void {
    for (const change of this.#since) {
      this.#places = this.#places.map((range) => carryRange(range, change));
      this.#fresh = insertedRanges(change).reduce(joined, this.#fresh.map((range) => carryRange(range, change)));
    }
    this.#since = [];
  }

  #moved(entry: RegionEntry, range: Range): RegionEntry {
    const { document } = entry.tracked;
    if (document === undefined || (range.start === entry.region.range.start && range.end === entry.region.range.end)) return entry;
    return { ...entry, region: { ...entry.region, range }, from: document.positionAt(range.start).line, to: document.positionAt(Math.max(range.start, range.end - 1)).line };
  }
}

/** What fingers type one after the other is one range. */
function joined(ranges: readonly Range[], range: Range): readonly Range[] {
  if (isEmpty(range)) return ranges;
  const beside = ranges.filter((other) => touches(other, range));
  const whole = beside.reduce((hull, other) => ({ start: Math.min(hull.start, other.start), end: Math.max(hull.end, other.end) }), range);
  return [...ranges.filter((other) => !beside.includes(other)), whole];
}
