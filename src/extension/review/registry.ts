/**
 * The regions of every tracked document and their state, cut anew once text, labels or reviews have changed and typing pauses.
 * Invariants 6 and 11: nothing here is stored, it is derived from spans, units and reviews; and no text is cut between two keys: what stands
 * meanwhile rides along with the edits.
 */
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { Finding } from '#core/finding';
import { clip, isUntrusted } from '#core/provenance';
import type { Region, RegionState } from '#core/region';
import { regionsOf } from '#core/region';
import { lineStarts, linesOf, type Change, type Range } from '#core/text';
import { unitsOf } from '#core/unit';
import { Disposables } from '../disposable.ts';
import { findingsIn } from '../findings/shown.ts';
import type { FindingStore } from '../findings/store.ts';
import { hasUntrusted } from '../tracker/memory.ts';
import type { TrackedDocument } from '../tracker/entry.ts';
import type { Tracker } from '../tracker/tracker.ts';
import { nameOf } from './where.ts';
import { Standing, type RegionEntry } from './standing.ts';
import type { Trust } from './trust.ts';

export type { RegionEntry } from './standing.ts';

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
  readonly #made = new Map<string, Standing>();
  readonly #stale = new Map<string, Stale>();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<vscode.Uri | undefined>());
  #open: readonly RegionEntry[] | undefined;

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
      if (change !== undefined) made.note(change);
      this.#open = undefined;
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
    this.#fire(uri);
  }

  /** Reviews or the policy are others now: states are asked anew; a text is cut anew only where it is another. */
  #all(): void {
    const former = new Map(this.#made);
    this.#made.clear();
    for (const { timer } of this.#stale.values()) clearTimeout(timer);
    this.#stale.clear();
    for (const tracked of this.#tracker.documents) {
      const made = former.get(tracked.uri.toString());
      const { text, tree } = tracked.text;
      if (made === undefined || made.entries.length === 0 || made.of.text !== text || made.of.tree !== tree || this.#isExcluded(tracked)) this.#make(tracked);
      else {
        const { findings } = this.#findings.get(tracked.uri);
        this.#made.set(tracked.uri.toString(), made.with((entry, place) => ({ ...entry, tracked, ...this.#judged(tracked, entry.region, findingsIn(findings, [place])) })));
      }
    }
    this.#fire(undefined);
  }

  #fire(uri: vscode.Uri | undefined): void {
    this.#open = undefined;
    this.#changed.fire(uri);
  }

  /** The worker answered: what is found is told to the regions that stand, without cutting anew. */
  #found(uri: vscode.Uri): void {
    const id = uri.toString();
    const made = this.#made.get(id);
    if (made !== undefined) {
      const { findings } = this.#findings.get(uri);
      this.#made.set(id, made.with((entry, place) => ({ ...entry, ...this.#judged(entry.tracked, entry.region, findingsIn(findings, [place])) })));
    }
    this.#fire(uri);
  }

  #make(tracked: TrackedDocument): readonly RegionEntry[] {
    const started = performance.now();
    const { text, tree } = tracked.text;
    const entries = this.#entriesOf(tracked);
    this.#made.set(tracked.uri.toString(), new Standing(entries, { text, tree }, performance.now() - started));
    this.#open = undefined;
    return entries;
  }

  #entriesOf(tracked: TrackedDocument): readonly RegionEntry[] {
    const { uri, text: { text, spans, language }, gap } = tracked;
    if (gap !== undefined || !hasUntrusted(spans) || this.#isExcluded(tracked)) return [];
    const starts = lineStarts(text);
    const { findings } = this.#findings.get(uri);
    const name = nameOf(uri);
    return regionsOf(text, unitsOf(text, language), spans).map((region) => {
      const { from, to } = linesOf(starts, region.range);
      const key = `${uri.toString()}#${region.id}`;
      return { key, uri, tracked, name, region, ...this.#judged(tracked, region, findingsIn(findings, [region.range])), from, to, label: labelOf(region) };
    });
  }

  #isExcluded({ place }: TrackedDocument): boolean {
    return place !== undefined && this.#trust.policyFor(place.repository, place.path).excluded;
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

  /** The regions of the last cut, where they stand now; what came since is not among them. Cuts nothing, and gives the same list until something changes. */
  standing(uri: vscode.Uri): readonly RegionEntry[] {
    return this.#made.get(uri.toString())?.now ?? [];
  }

  /** The open region of the last cut that stands on a line of an open document. Cuts nothing. */
  at(document: vscode.TextDocument, line: number): RegionEntry | undefined {
    const made = this.#made.get(document.uri.toString());
    if (made === undefined || made.entries.length === 0) return undefined;
    const [start, end] = [document.offsetAt(new vscode.Position(line, 0)), document.offsetAt(new vscode.Position(line + 1, 0))];
    return made.openAt({ start, end: Math.max(end, start + 1) });
  }

  /** All regions that wait for a person, by name and place, as of the last cut. The same list until something changes. */
  get open(): readonly RegionEntry[] {
    if (this.#open !== undefined) return this.#open;
    const documents = [...this.#made.values()].filter(({ entries }) => entries.length > 0).sort((a, b) => compare(a.entries[0]!.name, b.entries[0]!.name) || compare(a.entries[0]!.key, b.entries[0]!.key));
    this.#open = documents.flatMap((made) => made.now.filter(({ state }) => state !== 'vetted'));
    return this.#open;
  }

  /** How many regions of what is not committed yet were vetted, and how many there are. */
  get progress(): { readonly vetted: number; readonly all: number } {
    let all = 0;
    for (const { entries } of this.#made.values()) all += entries.length;
    return { vetted: all - this.open.length, all };
  }

  /** Documents that are not recorded, and why. */
  get gaps(): readonly { readonly uri: vscode.Uri; readonly why: string }[] {
    return [...this.#tracker.documents].flatMap(({ uri, gap }) => (gap === undefined ? [] : [{ uri, why: gap }]));
  }

  find(key: string): RegionEntry | undefined {
    return this.#made.get(key.slice(0, key.lastIndexOf('#')))?.now.find((entry) => entry.key === key);
  }

  /** Ranges of unvetted code as the text is now, what came since the last cut included. Cuts nothing. */
  openRanges(uri: vscode.Uri): readonly Range[] {
    const made = this.#made.get(uri.toString());
    if (made === undefined) return [];
    const { entries, places, fresh } = made;
    const spans = fresh.length === 0 ? [] : (this.#tracker.get(uri)?.text.spans ?? []);
    const came = fresh.flatMap((range) => clip(spans, range)).filter(({ origin }) => isUntrusted(origin)).map(({ range }) => range);
    return [...entries.flatMap(({ state }, index) => (state === 'vetted' ? [] : [places[index]!])), ...came];
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function labelOf({ units }: Region): string {
  const [first, ...rest] = units;
  if (first === undefined) return vscode.l10n.t('code');
  return rest.length === 0 ? first.label : vscode.l10n.t('{0} and {1} more', first.label, rest.length);
}
