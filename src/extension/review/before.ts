/** A text without what nobody vouches for: what stood there before. Pure: no editor, no disk. */
import { commonRuns } from '#core/diff';
import { clip, isUntrusted, type Spans } from '#core/provenance';
import { applyChange, insertedRanges, isEmpty, type Change, type Edit, type Range } from '#core/text';

/**
 * The present text with the untrusted changes inside `within` undone: of all that differs from `base`, what a person did stays, and so does what
 * was done elsewhere. `base`: the text before all changes; `undefined`: there is none, and the untrusted characters are merely left out.
 */
export function beforeOf(base: string | undefined, text: string, spans: Spans, within: Range): string {
  if (base === undefined) return applyChange(text, clip(spans, within).filter(({ origin }) => isUntrusted(origin)).map(({ range }) => ({ range, text: '' })));
  const old = text.includes('\r\n') && !base.includes('\r\n') ? base.replaceAll('\n', '\r\n') : base;
  const change = lineChange(old, text);
  const inserted = insertedRanges(change);
  const kept: Change = change.flatMap((edit, index) => (isUndone(text, spans, inserted[index]!, within) ? remainder(old, edit, inserted[index]!, within) : [edit]));
  return applyChange(old, kept);
}

/** What an undone edit brought around `within`: only where it took nothing away, for then it is known what it put where. */
function remainder(old: string, edit: Edit, range: Range, within: Range): Edit[] {
  if (old.slice(edit.range.start, edit.range.end).trim() !== '') return [];
  const before = edit.text.slice(0, Math.max(0, within.start - range.start));
  const after = edit.text.slice(Math.max(0, within.end - range.start));
  return before === '' && after === '' ? [] : [{ range: edit.range, text: before + after }];
}

function isUndone(text: string, spans: Spans, range: Range, within: Range): boolean {
  if (range.start > within.end || range.end < within.start) return false;
  // A deletion leaves its scar on what stands beside it.
  const around = isEmpty(range) ? lineAround(text, range.start) : range;
  return clip(spans, around).some(({ origin, evidence, range: part }) => isUntrusted(origin) && (isEmpty(range) ? evidence.some((item) => item.kind === 'shape' && item.shape === 'deletion') : text.slice(part.start, part.end).trim() !== ''));
}

/** From the start of the line before to the end of the line after. */
function lineAround(text: string, at: number): Range {
  const start = text.lastIndexOf('\n', Math.max(0, text.lastIndexOf('\n', at - 1) - 1)) + 1;
  const next = text.indexOf('\n', at);
  const end = next === -1 ? -1 : text.indexOf('\n', next + 1);
  return { start, end: end === -1 ? text.length : end };
}

/** What makes one text of the other, by whole lines: a person compares lines, and labels of whole lines are rarely cut in two by it. */
function lineChange(before: string, after: string): Change {
  const [old, now] = [linesOf(before), linesOf(after)];
  const runs = commonRuns(old, now) ?? [];
  const edits: Edit[] = [];
  let [at, from, place] = [0, 0, 0];
  for (const { before: kept, after: start, count } of [...runs, { before: old.length, after: now.length, count: 0 }]) {
    const [gone, came] = [old.slice(at, kept).join(''), now.slice(from, start).join('')];
    if (gone !== '' || came !== '') edits.push({ range: { start: place, end: place + gone.length }, text: came });
    place += gone.length + old.slice(kept, kept + count).join('').length;
    [at, from] = [kept + count, start + count];
  }
  return edits;
}

/** With their ends; joined they are the text again. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
