/**
 * Who wrote these characters, as plain lists of spans: for whoever reads or writes them once. What is edited key by key is a `SpanTree`.
 * Invariant 1: what is not proven human is untrusted; `unknown`, `external` and `paste` are never better than `agent`.
 */
import { labelOf, type Arrival, type Span, type Spans } from './origin.ts';
import { SpanTree } from './span-tree.ts';
import type { Change, Range } from './text.ts';

export { isUntrusted, type AgentId, type Arrival, type Evidence, type Origin, type Span, type Spans } from './origin.ts';

/** Carries spans through a change; inserted characters become spans of `arrival`. Spans join only when origin and evidence agree. Linear. */
export function applyArrival(spans: Spans, change: Change, arrival: Arrival): Spans {
  return arrive(SpanTree.of(spans), change, arrival).spans;
}

/** The same on a tree; logarithmic. */
export function arrive(spans: SpanTree, change: Change, arrival: Arrival): SpanTree {
  return spans.splice(change, ({ text }) => [{ range: { start: 0, end: text.length }, ...labelOf(arrival) }]);
}

/** Gives the characters of `range` an origin of their own, replacing what was there: a late hook explains an external change. Linear. */
export function relabel(spans: Spans, range: Range, arrival: Arrival): Spans {
  return range.start >= range.end ? spans : SpanTree.of(spans).relabel(range, arrival).spans;
}

/** The spans inside `range`, cut to it. */
export function clip(spans: Spans, range: Range): Spans {
  const result: Span[] = [];
  for (let i = firstEndingAfter(spans, range.start); i < spans.length && spans[i]!.range.start < range.end; i++) {
    const span = spans[i]!;
    const inside = span.range.start >= range.start && span.range.end <= range.end;
    const start = Math.max(span.range.start, range.start);
    const end = Math.min(span.range.end, range.end);
    if (start < end) result.push(inside ? span : { ...span, range: { start, end } });
  }
  return result;
}

/** The span that holds the character at `offset`; `undefined`: baseline. Logarithmic. */
export function spanAt(spans: Spans, offset: number): Span | undefined {
  const span = spans[firstEndingAfter(spans, offset)];
  return span !== undefined && span.range.start <= offset ? span : undefined;
}

/** Index of the first span whose end lies after `offset`. */
function firstEndingAfter(spans: Spans, offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.range.end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
