/**
 * The regions of every tracked document and their state, cut anew once text, labels or reviews have changed and typing pauses.
 * Invariants 6 and 11: nothing here is stored, it is derived from spans, units and reviews; and no text is cut between two keys: what stands
 * meanwhile rides along with the edits.
 */
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { clip, isUntrusted } from '#core/provenance';
import type { Region, RegionState } from '#core/region';
import { regionsOf } from '#core/region';
import { carryRange, insertedRanges, isEmpty, lineStarts, linesOf, touches, type Change, type Range } from '#core/text';
import type { Finding } from '#core/finding';
import { unitsOf } from '#core/unit';
import { Disposables } from '../disposable.ts';
import { findingsIn } from '../findings/shown.ts';
import type { FindingStore } from '../findings/store.ts';
import { hasUntrusted } from '../tracker/memory.ts';
import type { TrackedDocument } from '../tracker/entry.ts';
import type { Tracker } from '../tracker/tracker.ts';
import type { Trust } from './trust.ts';

export interface RegionEntry {
  /** Unlike every other's in the window. */
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

interface Made {
  /** As cut. */
  readonly entries: readonly RegionEntry[];
  /** Where each of them stands now, once `since` is carried. */
  places: readonly Range[];
  /** Text that came since, in the same offsets. */
  fresh: readonly Range[];
  /** Edits that are not carried yet: none is on the change path. */
  since: Change[];
  /** Text or labels changed since the cut. */
  stale: boolean;
  /** Milliseconds that the cut took. */
  readonly took: number;
}

interface Stale {
  readonly tracked: TrackedDocument;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Milliseconds without a change before a document's regions are cut anew; after a lone insertion that no fingers make, less. */
const PAUSE = 120;
const SOON = 30;
/** A pause is at least this many times what the last cut took: whoever types on in a huge file waits for no cut. */
const SHARE = 4;

export class Registry {
  readonly #disposables = new Disposables();
  readonly #tracker: Tracker;
  readonly #trust: Trust;
  readonly #findings: FindingStore;
  readonly #made = new Map<string, Made>();
  readonly #stale = new Map<string, Stale>();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<vscode.Uri | undefined>());

  /** Regions or findings of a document changed; `undefined`: of any. */
  readonly onDidChange = this.#changed.event;

  constructor(tracker: Tracker, trust: Trust, findings: FindingStore) {
    this.#tracker = tracker;
    this.#trust = trust;
    this.#findings = findings;
    this.#disposables.addAll(
      tracker.onDidChange(({ tracked, change }) => this.#note(tracked, change)),
      trust.onDidChange(() => this.#all()),
      findings.onDidChange((uri) => this.#found(uri)),
    );
    this.#all();
  }

  /** On the change path: takes note and no more. */
  #note(tracked: TrackedDocument, change: Change | undefined): void {
    const id = tracked.uri.toString();
    const made = this.#made.get(id);
    if (made !== undefined) {
      made.stale = true;
      if (change !== undefined) made.since.push(change);
    } else if (!tracked.text.tree.hasUntrusted && tracked.gap === undefined) {
      return;
    }
    const waiting = this.#stale.get(id);
    if (waiting !== undefined) clearTimeout(waiting.timer);
    const lone = waiting === undefined && change !== undefined && growth(change) > MOST_TYPED;
    const pause = lone ? SOON : Math.max(PAUSE, SHARE * (made?.took ?? 0));
    this.#stale.set(id, { tracked, timer: setTimeout(() => this.#takeStale(id, tracked.uri), pause) });
  }

  #takeStale(id: string, uri: vscode.Uri): void {
    this.#stale.delete(id);
    const tracked = this.#tracker.get(uri);
    if (tracked === undefined) this.#made.delete(id);
    else this.#make(tracked);
    this.#changed.fire(uri);
  }

  #all(): void {
    this.#made.clear();
    for (const { timer } of this.#stale.values()) clearTimeout(timer);
    this.#stale.clear();
    for (const tracked of this.#tracker.documents) this.#make(tracked);
    this.#changed.fire(undefined);
  }

  /** The worker answered: what is found is told to the regions that stand, without cutting anew. */
  #found(uri: vscode.Uri): void {
    const id = uri.toString();
    const made = this.#made.get(id);
    if (made === undefined) return;
    const { findings } = this.#findings.get(uri);
    carry(made);
    const entries = made.entries.map((entry, index) => ({ ...entry, ...this.#judged(entry.tracked, entry.region, findingsIn(findings, [made.places[index]!])) }));
    this.#made.set(id, { ...made, entries });
    this.#changed.fire(uri);
  }

  #make(tracked: TrackedDocument): readonly RegionEntry[] {
    const started = performance.now();
    const entries = this.#entriesOf(tracked);
    this.#made.set(tracked.uri.toString(), { entries, places: entries.map(({ region }) => region.range), fresh: [], since: [], stale: false, took: performance.now() - started });
    return entries;
  }

  #entriesOf(tracked: TrackedDocument): readonly RegionEntry[] {
    const { uri, text: { text, spans, language }, place, gap } = tracked;
    if (gap !== undefined || !hasUntrusted(spans)) return [];
    if (place !== undefined && this.#trust.policyFor(place.repository, place.path).excluded) return [];
    const starts = lineStarts(text);
    const { findings } = this.#findings.get(uri);
    const name = vscode.workspace.asRelativePath(uri);
    return regionsOf(text, unitsOf(text, language), spans).map((region) => {
      const { from, to } = linesOf(starts, region.range);
      const key = `${uri.toString()}#${region.id}`;
      return { key, uri, tracked, name, region, ...this.#judged(tracked, region, findingsIn(findings, [region.range])), from, to, label: labelOf(region) };
    });
  }

  /** A region whose finding was waived until a day that has passed waits anew, whatever was signed. */
  #judged(tracked: TrackedDocument, region: Region, found: readonly Finding[]): Pick<RegionEntry, 'state' | 'findings'> {
    const { place } = tracked;
    const state = this.#stateOf(tracked, region);
    if (place === undefined || found.length === 0) return { state, findings: found };
    const waivers = found.map((finding) => this.#trust.waiverOf(place.repository, place.path, finding)?.state);
    return { state: state === 'vetted' && waivers.includes('expired') ? 'unvetted' : state, findings: found.filter((_, index) => waivers[index] !== 'live') };
  }

  #stateOf({ place, text: { text } }: TrackedDocument, region: Region): RegionState {
    if (place === undefined) return 'unvetted';
    const states = region.units.map((unit) => this.#trust.stateOf(place.repository, place.path, unit, text));
    if (states.every((state) => state === 'covered')) return 'vetted';
    return states.includes('changed') ? 'changed' : 'unvetted';
  }

  /** Regions of a document as its text is now, by place. Cuts the text when it changed since: for what is signed or asked for, never for what follows the cursor. */
  regions(uri: vscode.Uri): readonly RegionEntry[] {
    const made = this.#made.get(uri.toString());
    if (made !== undefined && !made.stale) return made.entries;
    const tracked = this.#tracker.get(uri);
    return tracked === undefined ? [] : this.#make(tracked);
  }

  /** The regions of the last cut, where they stand now; what came since is not among them. Cuts nothing. */
  standing(uri: vscode.Uri): readonly RegionEntry[] {
    const made = this.#made.get(uri.toString());
    if (made === undefined || made.entries.length === 0) return [];
    carry(made);
    const document = made.entries[0]!.tracked.document;
    return document === undefined ? made.entries : made.entries.map((entry, index) => moved(entry, made.places[index]!, document));
  }

  /** The open region of the last cut that stands on a line of an open document. Cuts nothing. */
  at(document: vscode.TextDocument, line: number): RegionEntry | undefined {
    const made = this.#made.get(document.uri.toString());
    if (made === undefined || made.entries.length === 0) return undefined;
    carry(made);
    const [start, end] = [document.offsetAt(new vscode.Position(line, 0)), document.offsetAt(new vscode.Position(line + 1, 0))];
    const index = made.entries.findIndex(({ state }, at) => state !== 'vetted' && made.places[at]!.start < Math.max(end, start + 1) && start < made.places[at]!.end);
    return index === -1 ? undefined : moved(made.entries[index]!, made.places[index]!, document);
  }

  /** All regions that wait for a person, by name and place, as of the last cut. */
  get open(): readonly RegionEntry[] {
    return [...this.#made.keys()].flatMap((id) => this.standing(vscode.Uri.parse(id))).filter(({ state }) => state !== 'vetted').sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.from - b.from));
  }

  /** Documents that are not recorded, and why. */
  get gaps(): readonly { readonly uri: vscode.Uri; readonly why: string }[] {
    return [...this.#tracker.documents].flatMap(({ uri, gap }) => (gap === undefined ? [] : [{ uri, why: gap }]));
  }

  find(key: string): RegionEntry | undefined {
    for (const { entries } of this.#made.values()) {
      const found = entries.find((entry) => entry.key === key);
      if (found !== undefined) return this.standing(found.uri).find((entry) => entry.key === key);
    }
    return undefined;
  }

  /** Ranges of unvetted code as the text is now, what came since the last cut included. Cuts nothing. */
  openRanges(uri: vscode.Uri): readonly Range[] {
    const made = this.#made.get(uri.toString());
    if (made === undefined) return [];
    carry(made);
    const spans = made.fresh.length === 0 ? [] : (this.#tracker.get(uri)?.text.spans ?? []);
    const fresh = made.fresh.flatMap((range) => clip(spans, range)).filter(({ origin }) => isUntrusted(origin)).map(({ range }) => range);
    return [...made.entries.flatMap(({ state }, index) => (state === 'vetted' ? [] : [made.places[index]!])), ...fresh];
  }

  dispose(): void {
    this.#disposables.dispose();
    for (const { timer } of this.#stale.values()) clearTimeout(timer);
  }
}

/** Characters that one key brings at most: a new line and its indentation. */
const MOST_TYPED = 40;

function growth(change: Change): number {
  return change.reduce((sum, { text }) => sum + text.length, 0);
}

/** Moves what stands along the edits since. */
function carry(made: Made): void {
  for (const change of made.since) {
    made.places = made.places.map((range) => carryRange(range, change));
    made.fresh = insertedRanges(change).reduce(joined, made.fresh.map((range) => carryRange(range, change)));
  }
  made.since = [];
}

/** What fingers type one after the other is one range. */
function joined(ranges: readonly Range[], range: Range): readonly Range[] {
  if (isEmpty(range)) return ranges;
  const beside = ranges.filter((other) => touches(other, range));
  const whole = beside.reduce((hull, other) => ({ start: Math.min(hull.start, other.start), end: Math.max(hull.end, other.end) }), range);
  return [...ranges.filter((other) => !beside.includes(other)), whole];
}

function moved(entry: RegionEntry, range: Range, document: vscode.TextDocument): RegionEntry {
  if (range.start === entry.region.range.start && range.end === entry.region.range.end) return entry;
  return { ...entry, region: { ...entry.region, range }, from: document.positionAt(range.start).line, to: document.positionAt(Math.max(range.start, range.end - 1)).line };
}

function labelOf({ units }: Region): string {
  const [first, ...rest] = units;
  if (first === undefined) return 'code';
  return rest.length === 0 ? first.label : `${first.label} and ${rest.length} more`;
}
