/** What `activate` hands out, for other extensions, tests and benches. Read-only: nothing here vets or changes a label (invariant 4). */
import type { Event, Uri } from 'vscode';
import type { Finding } from '#core/finding';
import type { Origin, Spans } from '#core/provenance';
import type { RegionState } from '#core/region';
import type { Range } from '#core/text';
import { Disposables } from './disposable.ts';
import type { FindingStore } from './findings/store.ts';
import type { Marks } from './review/marks.ts';
import type { Registry } from './review/registry.ts';
import type { RegionTree } from './review/tree.ts';
import type { Made, Seen } from './tracker/seen.ts';
import type { Tracker } from './tracker/tracker.ts';

interface ApiRegion {
  readonly label: string;
  readonly range: Range;
  readonly state: RegionState;
  readonly origin: Origin;
}

/** Ranges are UTF-16 offsets of the document's text. */
export interface Api {
  /** Vetted ones included. */
  regions(uri: Uri): readonly ApiRegion[];
  /** Who wrote what; empty while a document is not tracked. */
  spans(uri: Uri): Spans;
  findings(uri: Uri): readonly Finding[];
  /** All that labels are made of, as it is seen: for recorders. Holds text. */
  readonly onDidSee: Event<{ readonly uri: Uri; readonly seen: Seen | Made }>;
  /** Milliseconds: of `activate`, and of the newest changes in the change handler (at most 10,000), oldest first. */
  timings(): {
    readonly activation: number;
    readonly change: readonly number[];
    /** Of each look at an editor's marks, and how many lists of marks were painted so far. */
    readonly paint: readonly number[];
    readonly painted: number;
    /** Of each refresh of the list "To Vet". */
    readonly list: readonly number[];
    /** Things registered now and not disposed of. */
    readonly alive: number;
  };
}

interface Parts {
  readonly tracker: Tracker;
  readonly registry: Registry;
  readonly findings: FindingStore;
  readonly marks: Marks;
  readonly regions: RegionTree;
  readonly activation: number;
}

export function apiOf({ tracker, registry, findings, marks, regions, activation }: Parts): Api {
  return {
    regions: (uri) => registry.regions(uri).map(({ label, region, state }) => ({ label, range: region.range, state, origin: region.origin })),
    spans: (uri) => tracker.get(uri)?.text.spans ?? [],
    findings: (uri) => findings.get(uri).findings,
    onDidSee: tracker.onDidSee,
    timings: () => ({ activation, change: tracker.timings, paint: marks.figures.took, painted: marks.figures.lists, list: regions.took, alive: Disposables.alive }),
  };
}
