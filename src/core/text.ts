/**
 * Text as numbers: half-open ranges of UTF-16 offsets, changes made of edits, and how ranges ride along.
 * Lines and columns exist only at the faces.
 */

/** Half-open range of UTF-16 code units: `start` is inside, `end` is not. `start <= end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Replace the characters of `range` (offsets in the text before) by `text`. */
export interface Edit {
  readonly range: Range;
  readonly text: string;
}

/** One atomic change: edits against the same text, ascending, not overlapping. */
export type Change = readonly Edit[];

export interface Position {
  /** Zero-based. */
  readonly line: number;
  /** Zero-based, UTF-16 code units. */
  readonly character: number;
}

export function length(range: Range): number {
  return range.end - range.start;
}

export function isEmpty(range: Range): boolean {
  return range.start === range.end;
}

/** True when the two share at least one character. Empty ranges share none. */
export function overlaps(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}

/** True when the two share a character or stand side by side; an empty range touches what it stands in or beside. */
export function touches(a: Range, b: Range): boolean {
  return a.start <= b.end && b.start <= a.end;
}

export function intersection(a: Range, b: Range): Range | undefined {
  const start = Math.max(a.start, b.start);
  const end = Math.min(a.end, b.end);
  return start < end ? { start, end } : undefined;
}

/** Puts edits in ascending order. Two insertions at one offset keep their given order. Throws on overlap: that is a bug of the caller. */
export function toChange(edits: readonly Edit[]): Change {
  const sorted = edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => a.edit.range.start - b.edit.range.start || a.edit.range.end - b.edit.range.end || a.index - b.index)
    .map(({ edit }) => edit);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i]!.range.start < sorted[i - 1]!.range.end) throw new RangeError('edits of one change overlap');
  }
  return sorted;
}

/** The text after the change. */
export function applyChange(text: string, change: Change): string {
  let result = '';
  let at = 0;
  for (const { range, text: inserted } of change) {
    result += text.slice(at, range.start) + inserted;
    at = range.end;
  }
  return result + text.slice(at);
}

/** Where the inserted text of each edit stands after the change, in order. */
export function insertedRanges(change: Change): Range[] {
  let shift = 0;
  return change.map(({ range, text }) => {
    const start = range.start + shift;
    shift += text.length - length(range);
    return { start, end: start + text.length };
  });
}

/**
 * Where a range stands after the change. Characters the change deletes leave it; text inserted strictly inside stays inside;
 * text inserted at its borders stays outside.
 */
export function carryRange(range: Range, change: Change): Range {
  let start = range.start;
  let end = range.end;
  let shift = 0;
  for (const { range: cut, text } of change) {
    const delta = text.length - length(cut);
    if (cut.end <= range.start) {
      start = range.start + shift + delta;
      end = range.end + shift + delta;
    } else if (cut.start < range.end) {
      if (cut.start < range.start) start = cut.start + shift + text.length;
      else start = range.start + shift;
      if (cut.end > range.end) end = cut.start + shift;
      else end = range.end + shift + delta;
      if (cut.start < range.start && cut.end >= range.end) end = start;
    } else {
      break;
    }
    shift += delta;
  }
  return { start, end: Math.max(start, end) };
}

/** Offsets at which each line starts; `\n`, `\r\n` and a lone `\r` end a line, as in VS Code. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10) starts.push(i + 1);
    else if (unit === 13) {
      if (text.charCodeAt(i + 1) === 10) i++;
      starts.push(i + 1);
    }
  }
  return starts;
}

/** Index of the line that holds `offset`, by binary search. */
export function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function positionAt(starts: readonly number[], offset: number): Position {
  const line = lineAt(starts, offset);
  return { line, character: offset - starts[line]! };
}

/** Lines `from` to `to` (zero-based, `to` inclusive) that a range stands on; an end at a line's very start does not count that line. */
export function linesOf(starts: readonly number[], range: Range): { readonly from: number; readonly to: number } {
  const from = lineAt(starts, range.start);
  const to = lineAt(starts, range.end > range.start ? range.end - 1 : range.end);
  return { from, to };
}
