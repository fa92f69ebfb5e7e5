/** Cutting spans out of a text and setting others in: how former labels come back with text that comes back. */
import { carryRange, intersection, type Change, type Range } from '#core/text';
import type { Span, Spans } from '#core/provenance';

/** The spans inside a range, clipped, with offsets from the range's start. */
export function spansIn(spans: Spans, range: Range): Spans {
  return spans.flatMap((span) => {
    const shared = intersection(span.range, range);
    return shared === undefined ? [] : [{ ...span, range: { start: shared.start - range.start, end: shared.end - range.start } }];
  });
}

/** Replaces whatever labels a range has by spans given in offsets from the range's start. Gaps between them become baseline. */
export function setSpans(spans: Spans, range: Range, fresh: Spans): Spans {
  if (range.start === range.end) return spans;
  const outside = spans.flatMap((span) => {
    const pieces: Span[] = [];
    if (span.range.start < range.start) pieces.push({ ...span, range: { start: span.range.start, end: Math.min(span.range.end, range.start) } });
    if (span.range.end > range.end) pieces.push({ ...span, range: { start: Math.max(span.range.start, range.end), end: span.range.end } });
    return pieces;
  });
  const inside = fresh.map((span) => ({ ...span, range: { start: span.range.start + range.start, end: span.range.end + range.start } }));
  return [...outside, ...inside].sort((a, b) => a.range.start - b.range.start);
}

/** Ranges carried through a change; those that lost all characters are dropped. */
export function carryRanges(ranges: readonly Range[], change: Change): Range[] {
  return ranges.map((range) => carryRange(range, change)).filter(({ start, end }) => start < end);
}
