/**
 * The regions of every tracked document and their state, asked anew whenever text, labels or reviews change.
 * Invariant 6: nothing here is stored; it is derived from spans, units and reviews.
 */
import * as vscode from 'vscode';
import type { Region, RegionState } from '#core/region';
import { regionsOf } from '#core/region';
import { carryRange, lineStarts, linesOf, type Change, type Range } from '#core/text';
import type { Finding } from '#core/finding';
import { unitsOf } from '#core/unit';
import { Debounced, Disposables } from '../disposable.ts';
import { findingsIn } from '../findings/shown.ts';
import type { FindingStore } from '../findings/store.ts';
import { hasUntrusted } from '../tracker/memory.ts';
import type { TrackedDocument, Tracker } from '../tracker/tracker.ts';
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
  readonly findings: readonly Finding[];
  readonly label: string;
}

interface Made {
  readonly entries: readonly RegionEntry[];
  /** Edits since. */
  since: Change[];
  stale: boolean;
}

/** Milliseconds without a change before a document's regions are cut anew. */
const PAUSE = 120;

export class Registry {
  readonly #disposables = new Disposables();
  readonly #tracker: Tracker;
  readonly #trust: Trust;
  readonly #findings: FindingStore;
  readonly #made = new Map<string, Made>();
  readonly #stale = new Map<string, TrackedDocument>();
  readonly #later = this.#disposables.add(new Debounced(PAUSE, () => this.#takeStale()));
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
      findings.onDidChange((uri) => this.#invalidate(uri)),
    );
    this.#all();
  }

  #note(tracked: TrackedDocument, change: Change | undefined): void {
    const id = tracked.uri.toString();
    const made = this.#made.get(id);
    if (made !== undefined) {
      made.stale = true;
      if (change !== undefined) made.since.push(change);
    } else if (!hasUntrusted(tracked.text.spans) && tracked.gap === undefined) {
      return;
    }
    this.#stale.set(id, tracked);
    this.#later.call();
  }

  #takeStale(): void {
    const stale = [...this.#stale.values()];
    this.#stale.clear();
    for (const { uri } of stale) {
      const tracked = this.#tracker.get(uri);
      if (tracked === undefined) this.#made.delete(uri.toString());
      else this.#make(tracked);
      this.#changed.fire(uri);
    }
  }

  #all(): void {
    this.#made.clear();
    for (const tracked of this.#tracker.documents) this.#make(tracked);
    this.#changed.fire(undefined);
  }

  #invalidate(uri: vscode.Uri): void {
    const tracked = this.#tracker.get(uri);
    if (tracked === undefined) return;
    this.#make(tracked);
    this.#changed.fire(uri);
  }

  #make(tracked: TrackedDocument): readonly RegionEntry[] {
    const id = tracked.uri.toString();
    const entries = this.#entriesOf(tracked);
    this.#made.set(id, { entries, since: [], stale: false });
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
      return { key, uri, tracked, name, region, state: this.#stateOf(tracked, region), from, to, findings: findingsIn(findings, region.units.map(({ range }) => range)), label: labelOf(region) };
    });
  }

  #stateOf({ place }: TrackedDocument, region: Region): RegionState {
    if (place === undefined) return 'unvetted';
    const states = region.units.map((unit) => this.#trust.stateOf(place.repository, place.path, unit));
    if (states.every((state) => state === 'covered')) return 'vetted';
    return states.includes('changed') ? 'changed' : 'unvetted';
  }

  /** Regions of a document as its text is now, by place. */
  regions(uri: vscode.Uri): readonly RegionEntry[] {
    const made = this.#made.get(uri.toString());
    if (made !== undefined && !made.stale) return made.entries;
    const tracked = this.#tracker.get(uri);
    return tracked === undefined ? [] : this.#make(tracked);
  }

  /** All regions that wait for a person, by name and place. */
  get open(): readonly RegionEntry[] {
    return [...this.#made.values()].flatMap(({ entries }) => entries).filter(({ state }) => state !== 'vetted').sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.from - b.from));
  }

  /** Documents that are not recorded, and why. */
  get gaps(): readonly { readonly uri: vscode.Uri; readonly why: string }[] {
    return [...this.#tracker.documents].flatMap(({ uri, gap }) => (gap === undefined ? [] : [{ uri, why: gap }]));
  }

  find(key: string): RegionEntry | undefined {
    for (const { entries } of this.#made.values()) {
      const found = entries.find((entry) => entry.key === key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Ranges of unvetted code as the text is now, without cutting it anew. */
  openRanges(uri: vscode.Uri): readonly Range[] {
    const made = this.#made.get(uri.toString());
    if (made === undefined) return [];
    const ranges = made.entries.filter(({ state }) => state !== 'vetted').flatMap(({ region }) => region.units.map(({ range }) => range));
    return made.since.length === 0 ? ranges : ranges.map((range) => made.since.reduce(carryRange, range));
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function labelOf({ units }: Region): string {
  const [first, ...rest] = units;
  if (first === undefined) return 'code';
  return rest.length === 0 ? first.label : `${first.label} and ${rest.length} more`;
}
