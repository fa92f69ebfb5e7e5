/** A recorded scenario: what the product saw in a real VS Code, and who really wrote what. One file each below bench/provenance. */
import type { Span } from '#core/provenance';
import type { Made, Seen } from '../../../src/extension/tracker/seen.ts';
import type { Truth } from './truth.ts';

/** One thing seen of one document. `file`: below the folder, or an address such as `untitled:Untitled-1`. */
export interface SeenOf {
  readonly file: string;
  readonly seen: Seen | Made;
}

export interface Recording {
  readonly title: string;
  readonly group: string;
  /** Of VS Code: "1.139.1". */
  readonly version: string;
  /** The proposed API `textDocumentChangeReason` was on. */
  readonly proposed: boolean;
  readonly documents: readonly {
    readonly file: string;
    readonly truth: Truth;
    /** What the product said at the end of the recording: a replay has to say the same. */
    readonly labels: readonly Span[];
  }[];
  readonly events: readonly SeenOf[];
}

/** One event a line, so that a diff of two recordings can be read. */
export function printRecording({ events, ...head }: Recording): string {
  return `${JSON.stringify(head).slice(0, -1)},\n"events":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
}
