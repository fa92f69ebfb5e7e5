/** The difference of two texts as a change, line by line and then token by token. The only file of core that may name the diff library. */
import { diffArrays } from 'diff';
import { lineStarts, type Change, type Edit, type Range } from './text.ts';

/** Most lines that may differ before the whole middle counts as replaced: bounds the work to lines times this. */
const MOST_LINE_EDITS = 1500;
/** Most tokens that may differ inside one run of changed lines before the run counts as replaced. */
const MOST_TOKEN_EDITS = 400;
/** UTF-16 code units of one run of changed lines that are compared token by token. */
const LONGEST_RUN = 20_000;
/** UTF-16 code units of a middle that is compared at all. */
const LONGEST_MIDDLE = 8_000_000;

/** Edits that turn `before` into `after`, as small as the library finds within its bounds; one trimmed replacement beyond them. */
export function diffTexts(before: string, after: string): Change {
  const middle = trimmed({ range: { start: 0, end: before.length }, text: after }, before);
  if (middle === undefined) return [];
  if (isInsertion(middle)) return [onWholeLines(before, middle, 0, before.length)];
  const runs = lineRuns(before.slice(middle.range.start, middle.range.end), middle.text);
  if (runs === undefined) return [middle];
  const edits = runs.flatMap((run) => refine(before, { range: { start: run.range.start + middle.range.start, end: run.range.end + middle.range.start }, text: run.text }));
  return edits.map((edit, index) => (isInsertion(edit) ? onWholeLines(before, edit, edits[index - 1]?.range.end ?? 0, edits[index + 1]?.range.start ?? before.length) : edit));
}

function isInsertion({ range }: Edit): boolean {
  return range.start === range.end;
}

/** Code units that an insertion is moved at most. */
const LONGEST_SLIDE = 2000;

/**
 * The same insertion at the place where it is whole lines, if there is one: a function put between two others can be told as its neighbour's first words,
 * itself without them, and the neighbour's words again. `from` and `to` are the nearest places in `before` where something else changes.
 */
function onWholeLines(before: string, edit: Edit, from: number, to: number): Edit {
  const { range, text } = edit;
  if (!text.includes('\n') || isWhole(before, edit)) return edit;
  // What stands before the cut comes last, so only a cut behind a line end is worth a copy of the text.
  const moved = (by: number): Edit | undefined => {
    const cut = by < 0 ? text.length + by : by;
    if (text[cut - 1] !== '\n') return undefined;
    const candidate = { range: { start: range.start + by, end: range.start + by }, text: text.slice(cut) + text.slice(0, cut) };
    return isWhole(before, candidate) ? candidate : undefined;
  };
  for (let by = 1; by <= Math.min(to - range.start, text.length, LONGEST_SLIDE) && before[range.start + by - 1] === text[by - 1]; by++) {
    const found = moved(by);
    if (found !== undefined) return found;
  }
  for (let by = 1; by <= Math.min(range.start - from, text.length, LONGEST_SLIDE) && before[range.start - by] === text[text.length - by]; by++) {
    const found = moved(-by);
    if (found !== undefined) return found;
  }
  return edit;
}

/** Whole lines that do not begin with the end of something. */
function isWhole(before: string, { range: { start }, text }: Edit): boolean {
  return (start === 0 || before[start - 1] === '\n') && text.endsWith('\n') && !/^\s{0,200}[)\]}]/.test(text);
}

/**
 * The lines of `after` that are not in `before` at that place, as ranges of `after`, each from a line's start to a line's end.
 * Line ends do not count: a file that only went from LF to CRLF adds nothing.
 */
export function addedLines(before: string, after: string): readonly Range[] {
  const old = linesWithoutEnds(before);
  const now = linesWithoutEnds(after);
  const starts = lineStarts(after);
  const ranges: Range[] = [];
  const add = (from: number, count: number): void => {
    const range = { start: starts[from]!, end: starts[from + count] ?? after.length };
    if (range.start < range.end) ranges.push(range);
  };
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const left = old.slice(head, old.length - tail);
  const right = now.slice(head, now.length - tail);
  const parts = left.length === 0 || right.length === 0 ? undefined : diffArrays(left, right, { maxEditLength: MOST_LINE_EDITS });
  if (parts === undefined) {
    if (right.length > 0) add(head, right.length);
    return ranges;
  }
  let line = head;
  for (const part of parts) {
    if (part.added) add(line, part.value.length);
    if (!part.removed) line += part.value.length;
  }
  return ranges;
}

/** Where equal items stand in both lists, ascending, as runs; `undefined` when they differ too much to say within the bound. */
export function commonRuns(before: readonly string[], after: readonly string[], mostEdits = MOST_LINE_EDITS): readonly { readonly before: number; readonly after: number; readonly count: number }[] | undefined {
  const parts = diffArrays([...before], [...after], { maxEditLength: mostEdits });
  if (parts === undefined) return undefined;
  const runs: { before: number; after: number; count: number }[] = [];
  let old = 0;
  let now = 0;
  for (const part of parts) {
    const count = part.value.length;
    if (part.added) now += count;
    else if (part.removed) old += count;
    else {
      runs.push({ before: old, after: now, count });
      old += count;
      now += count;
    }
  }
  return runs;
}

/** Words, runs of white space, and every other character by itself: the grain in which small differences are told. */
export function grains(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}\p{M}_$]+|[ \t]+|\r\n|[^]/gu) ?? [];
}

function linesWithoutEnds(text: string): string[] {
  const starts = lineStarts(text);
  return starts.map((start, index) => {
    let end = starts[index + 1] ?? text.length;
    while (end > start && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--;
    return text.slice(start, end);
  });
}

/** Runs of changed lines as edits against `before`. */
function lineRuns(before: string, after: string): readonly Edit[] | undefined {
  if (before.length + after.length > LONGEST_MIDDLE) return undefined;
  if (before === '' || after === '') return [{ range: { start: 0, end: before.length }, text: after }];
  return editsOf(wholeLines(before), wholeLines(after), MOST_LINE_EDITS);
}

function wholeLines(text: string): string[] {
  const starts = lineStarts(text);
  return starts.map((start, index) => text.slice(start, starts[index + 1] ?? text.length));
}

function editsOf(before: readonly string[], after: readonly string[], mostEdits: number): readonly Edit[] | undefined {
  const parts = diffArrays([...before], [...after], { maxEditLength: mostEdits });
  if (parts === undefined) return undefined;
  const edits: { start: number; end: number; text: string }[] = [];
  let at = 0;
  let open: { start: number; end: number; text: string } | undefined;
  for (const part of parts) {
    const text = part.value.join('');
    if (!part.added && !part.removed) {
      at += text.length;
      open = undefined;
      continue;
    }
    if (open === undefined) edits.push((open = { start: at, end: at, text: '' }));
    if (part.added) open.text += text;
    else {
      at += text.length;
      open.end = at;
    }
  }
  return edits.map(({ start, end, text }) => ({ range: { start, end }, text }));
}

function refine(before: string, edit: Edit): readonly Edit[] {
  const small = trimmed(edit, before);
  if (small === undefined) return [];
  const old = before.slice(small.range.start, small.range.end);
  if (old === '' || small.text === '' || old.length + small.text.length > LONGEST_RUN) return [small];
  const edits = editsOf(grains(old), grains(small.text), MOST_TOKEN_EDITS);
  if (edits === undefined) return [small];
  return edits
    .map(({ range, text }) => trimmed({ range: { start: range.start + small.range.start, end: range.end + small.range.start }, text }, before))
    .filter((found) => found !== undefined);
}

/** The edit without what both ends have in common; never cuts a surrogate pair in two. */
function trimmed({ range, text }: Edit, before: string): Edit | undefined {
  let { start, end } = range;
  let from = 0;
  let to = text.length;
  while (start < end && from < to && before.charCodeAt(start) === text.charCodeAt(from)) {
    start++;
    from++;
  }
  if (from > 0 && isHighSurrogate(text.charCodeAt(from - 1)) && (start < end || from < to)) {
    start--;
    from--;
  }
  while (end > start && to > from && before.charCodeAt(end - 1) === text.charCodeAt(to - 1)) {
    end--;
    to--;
  }
  if (to < text.length && isLowSurrogate(text.charCodeAt(to)) && (start < end || from < to)) {
    end++;
    to++;
  }
  return start === end && from === to ? undefined : { range: { start, end }, text: text.slice(from, to) };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
