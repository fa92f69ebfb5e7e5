/**
 * Scars: what a deletion leaves behind, for deleted characters can carry no label, and a deleted check is as dangerous as an added call.
 * Guards: a scar only makes characters less trusted; what is untrusted already keeps its label.
 */
import { isUntrusted, type Arrival, type Evidence, type Spans } from './origin.ts';
import { SpanTree } from './span-tree.ts';
import { applyChange, insertedRanges, type Change, type Range } from './text.ts';

/**
 * What a change that takes away leaves behind: the tokens right beside each deletion (on the same line), as spans of `arrival` in offsets of
 * the text after. Deleted characters can carry no label, and a deleted check is as dangerous as an added call. Replacements leave none: the new
 * text stands for them. Nor does deleted white space.
 */
export function scar(before: string, change: Change, arrival: Arrival): Spans {
  const after = applyChange(before, change);
  return insertedRanges(change).flatMap(({ start: at }, index) => {
    const { range, text } = change[index]!;
    return text !== '' || before.slice(range.start, range.end).trim() === '' ? [] : scarAt(after, at, arrival);
  });
}

/** The scar of a deletion at one place of the text after, for when the text before is no longer at hand. */
export function scarAt(after: string, at: number, arrival: Arrival): Spans {
  const evidence: Evidence[] = [{ kind: 'shape', shape: 'deletion' }, ...arrival.evidence];
  return [tokenBefore(after, at), tokenAfter(after, at)].filter((part) => part.start < part.end).map((part) => ({ range: part, origin: arrival.origin, evidence, at: arrival.at }));
}

/** Spans with scars laid over what is trusted in them; what is untrusted already keeps its label. */
export function withScars(spans: Spans, scars: Spans): Spans {
  if (scars.length === 0) return spans;
  return scars.reduce((result, mark) => trustedParts(result, mark.range).reduce((labelled, part) => labelled.relabel(part, mark), result), SpanTree.of(spans)).spans;
}

/** The parts of a range that nothing untrusted stands in. */
export function trustedParts(spans: SpanTree, range: Range): readonly Range[] {
  const parts: Range[] = [];
  let at = range.start;
  for (const span of spans.clip(range)) {
    if (!isUntrusted(span.origin)) continue;
    if (at < span.range.start) parts.push({ start: at, end: span.range.start });
    at = span.range.end;
  }
  if (at < range.end) parts.push({ start: at, end: range.end });
  return parts;
}

function tokenBefore(text: string, at: number): Range {
  let end = at;
  while (end > 0 && /[ \t]/.test(text[end - 1]!)) end--;
  let start = end;
  if (start > 0 && !/[\r\n]/.test(text[start - 1]!)) start--;
  if (start < end && isWordCharacter(text[start]!)) while (start > 0 && isWordCharacter(text[start - 1]!)) start--;
  return { start, end };
}

function tokenAfter(text: string, at: number): Range {
  let start = at;
  // A whole line gone leaves the cut at a line's start, with nothing beside it there: then the next line bears the scar.
  while (start < text.length && /\s/.test(text[start]!) && (lineIsEmptyBefore(text, at) || !/[\r\n]/.test(text[start]!))) start++;
  let end = start;
  if (end < text.length && !/[\r\n]/.test(text[end]!)) end++;
  if (start < end && isWordCharacter(text[start]!)) while (end < text.length && isWordCharacter(text[end]!)) end++;
  return { start, end };
}

function lineIsEmptyBefore(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && /[ \t]/.test(text[start - 1]!)) start--;
  return start === 0 || /[\r\n]/.test(text[start - 1]!);
}

function isWordCharacter(character: string): boolean {
  return /[\p{L}\p{N}_$]/u.test(character);
}
