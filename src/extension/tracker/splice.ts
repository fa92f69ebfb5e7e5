/** Cutting spans out of a text, and ranges that ride along: how former labels come back with text that comes back. */
import { carryRange, type Change, type Range } from '#core/text';
import type { Spans } from '#core/provenance';
import type { SpanTree } from '#core/span-tree';

/** The spans inside a range, clipped, with offsets from the range's start. */
export function spansIn(spans: SpanTree, range: Range): Spans {
  return shiftedBy(spans.clip(range), -range.start);
}

/** Spans that stand elsewhere: their offsets grow by `by`. */
export function shiftedBy(spans: Spans, by: number): Spans {
  return spans.map((span) => ({ ...span, range: { start: span.range.start + by, end: span.range.end + by } }));
}

/** Ranges carried through a change; those that lost all characters are dropped. */
export function carryRanges(ranges: readonly Range[], change: Change): Range[] {
  return ranges.map((range) => carryRange(range, change)).filter(({ start, end }) => start < end);
}
