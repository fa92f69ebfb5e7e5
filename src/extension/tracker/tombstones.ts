/**
 * Tombstones: the labels of deleted text, so that undo, redo and moves give back what was there.
 * Guards: what no tombstone holds comes back as a gap, never as somebody's.
 */
import type { Spans } from '#core/provenance';
import type { SpanTree } from '#core/span-tree';
import { insertedRanges, intersection, isEmpty, type Change, type Range } from '#core/text';
import { shiftedBy, spansIn } from './splice.ts';

export interface Tombstone {
  readonly text: string;
  /** Offsets inside the text; characters in none are baseline. */
  readonly spans: Spans;
}

interface Kept extends Tombstone {
  /** Where it stood, so that a run of deletions grows into one. */
  readonly at: number;
}

const MOST = 1000;
const MOST_CHARACTERS = 4_000_000;

export class Tombstones {
  #kept: Kept[] = [];
  #characters = 0;
  /** The last change was a lone deletion here: the next one beside it joins. */
  #run: Kept | undefined;

  /** Keeps what a change deletes. `spans` are those before the change. */
  bury(before: string, spans: SpanTree, change: Change): void {
    const lone = change.length === 1 && change[0]!.text === '' ? change[0]!.range : undefined;
    for (const { range } of change) {
      if (isEmpty(range)) continue;
      this.#keep({ text: before.slice(range.start, range.end), spans: spansIn(spans, range), at: range.start });
    }
    this.#grow(lone);
  }

  /** A change that deletes nothing ends a run of deletions. */
  endRun(): void {
    this.#run = undefined;
  }

  #grow(lone: Range | undefined): void {
    const last = this.#kept.at(-1);
    if (lone === undefined || last === undefined) {
      this.#run = undefined;
      return;
    }
    const run = this.#run;
    if (run !== undefined && (lone.end === run.at || lone.start === run.at)) {
      const [left, right] = lone.end === run.at ? [last, run] : [run, last];
      const joined = { text: left.text + right.text, spans: [...left.spans, ...shiftedBy(right.spans, left.text.length)], at: lone.start };
      this.#keep(joined);
      this.#run = joined;
    } else {
      this.#run = last;
    }
  }

  #keep(tombstone: Kept): void {
    this.#kept.push(tombstone);
    this.#characters += tombstone.text.length;
    while (this.#kept.length > MOST || (this.#characters > MOST_CHARACTERS && this.#kept.length > 1)) this.#characters -= this.#kept.shift()!.text.length;
  }

  /** The text deleted last, when it is this one but for white space around it (a whole line is cut with its line end): cut, to be pasted. */
  lastCut(text: string): Spans | undefined {
    const last = this.#kept.at(-1);
    if (last === undefined || text.trim().length < 2 || last.text.trim() !== text.trim()) return undefined;
    if (last.text === text) return last.spans;
    const from = last.text.length - last.text.trimStart().length;
    const to = text.length - text.trimStart().length;
    return shiftedBy(inside(last.spans, { start: from, end: from + text.trim().length }), to);
  }

  /** The newest deleted text that equals, or else holds at exactly one place, the given text. */
  find(text: string): Tombstone | undefined {
    for (let i = this.#kept.length - 1; i >= 0; i--) if (this.#kept[i]!.text === text) return this.#kept[i];
    if (text.trim().length < 3) return undefined;
    for (let i = this.#kept.length - 1; i >= 0; i--) {
      const { text: whole, spans } = this.#kept[i]!;
      const at = whole.indexOf(text);
      if (at !== -1 && whole.indexOf(text, at + 1) === -1) return { text, spans: inside(spans, { start: at, end: at + text.length }) };
    }
    return undefined;
  }
}

/** Of a tombstone's few spans those inside a range, clipped, in offsets from its start. */
function inside(spans: Spans, range: Range): Spans {
  return spans.flatMap((span) => {
    const shared = intersection(span.range, range);
    return shared === undefined ? [] : [{ ...span, range: { start: shared.start - range.start, end: shared.end - range.start } }];
  });
}

/** What comes in with a change, and where it stands afterwards. */
export function piecesOf(change: Change): { readonly range: Range; readonly text: string }[] {
  return insertedRanges(change).map((range, index) => ({ range, text: change[index]!.text })).filter(({ text }) => text !== '');
}
