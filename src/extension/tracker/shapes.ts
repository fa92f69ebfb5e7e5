/**
 * The shapes of changes: what a keyboard, a formatter, a rename or a completion can have made. Pure predicates over texts.
 * Guards: a shape alone never makes anything human; `typed` is a precondition, the keyboard's own word is asked for afterwards.
 */
import { applyChange, insertedRanges, isEmpty, length, type Change, type Edit, type Range } from '#core/text';

const PAIRS = new Set(['()', '[]', '{}', '<>', '""', "''", '``']);
const NEW_LINE = /^\r?\n[\t ]*(?:(?:\*|\/\/\/?|#|-) ?)?(?:\r?\n[\t ]*)?$/;
const WORD = /[\p{L}\p{N}_$]+|[^\s]/gu;
const IDENTIFIER = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
const COMPLETION = /^[#@]?[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*)*(?:\(\)?)?$/u;
const LONGEST_COMPLETION = 60;
/** Characters of lines that change places. */
const LONGEST_MOVE = 200_000;
const COMMENT_MARK = /^(?:\/\/ ?|# ?|-- ?)$/;
/** What an input method shows or gives: scripts that are composed, with the letters at the end that are not composed yet. */
const COMPOSED = /^[\u0e00-\u0eff\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uff00-\uffef]{1,24}[a-z]{0,3}$/;
const LITERALS = new Set(['true', 'false', 'null', 'undefined', 'None', 'True', 'False', 'nil']);

/** Languages whose leading whitespace is syntax: there a re-indentation is no mere formatting. */
const INDENTED = new Set(['python', 'yaml', 'coffeescript', 'makefile', 'haskell', 'fsharp', 'pug', 'nim', 'dockercompose']);

/** True when the change inserts nothing. */
export function deletesOnly(change: Change): boolean {
  return change.every(({ text }) => text === '');
}

/** What a key press stands in. */
export interface Typing {
  /** The whole text before: read only where a shape needs it, for putting it together takes time. */
  readonly before: string;
  /** The last characters that were confirmed typed, in offsets of `before`: an input method replaces them while composing. */
  readonly lastTyped?: Range;
}

/** One key press: one character (over a selection or at several cursors), an auto-closed pair, a new line with its indent, or a composed character. */
export function isTyped(context: Typing, change: Change, carets: readonly Range[]): boolean {
  if (change.length === 0 || change.length > Math.max(1, carets.length)) return false;
  const first = change[0]!.text;
  if (!change.every(({ text }) => text === first)) return false;
  if (isOneCharacter(first) || PAIRS.has(first) || NEW_LINE.test(first)) return true;
  const { lastTyped } = context;
  const composed = change.length === 1 && lastTyped !== undefined && COMPOSED.test(first);
  if (!composed) return false;
  const { range } = change[0]!;
  return !isEmpty(range) && lastTyped.start <= range.start && range.end <= lastTyped.end && !context.before.slice(range.start, range.end).includes('\n');
}

/**
 * A step of an input method or a dead key that puts as many characters in the place of those typed a moment ago: the cursor does not move, so that no
 * selection event will speak of it. Only scripts that are composed, or a letter with the accent of the key before it, so that no other character of
 * code can come in by it.
 */
export function isComposedInPlace(context: Typing, change: Change, carets: readonly Range[], typed: (range: Range) => boolean): boolean {
  const [edit] = change;
  if (edit === undefined || change.length !== 1 || carets.length !== 1 || edit.text.length !== length(edit.range) || carets[0]!.end !== edit.range.end || carets[0]!.start !== edit.range.end) return false;
  const { lastTyped } = context;
  if (lastTyped !== undefined && lastTyped.start <= edit.range.start && edit.range.end <= lastTyped.end && COMPOSED.test(edit.text)) return true;
  return typed(edit.range) && isAccented(context.before.slice(edit.range.start, edit.range.end), edit.text);
}

/** What may stand in the place of a composition while it goes on. */
export function isComposition(text: string): boolean {
  return /^[\p{L}\p{M}'\u00b4`^~\u00a8]{1,24}$/u.test(text);
}

function isAccented(before: string, after: string): boolean {
  if (!/^[\u00c0-\u024f\u1e00-\u1eff]$/.test(after)) return false;
  return before.normalize('NFD')[0] === after.normalize('NFD')[0] || /^[\u00b4`^~\u00a8'"\u00b8\u02c7\u02d8\u02da]$/.test(before);
}

function isOneCharacter(text: string): boolean {
  return text.length === 1 || (text.length === 2 && text.codePointAt(0)! > 0xffff);
}

/** Only white space, quote style, semicolons and trailing commas differ: what a formatter does. */
export function isFormatting(before: string, change: Change, language: string): boolean {
  if (INDENTED.has(language) && change.some(({ range, text }) => touchesIndent(before, range, text))) return false;
  if (change.every(({ range, text }) => isBlank(text) && isBlank(before.slice(range.start, range.end)))) return true;
  const hull = hullOf(before, change);
  const shifted = change.map(({ range, text }) => ({ range: { start: range.start - hull.start, end: range.end - hull.start }, text }));
  const old = before.slice(hull.start, hull.end);
  if (old.length > 200_000) return false;
  return plain(old) === plain(applyChange(old, shifted));
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function touchesIndent(before: string, range: Range, text: string): boolean {
  const line = lineStart(before, range.start);
  return text.includes('\n') || before.slice(range.start, range.end).includes('\n') || isBlank(before.slice(line, range.start));
}

/** The smallest range that holds all edits, widened to whole words. */
function hullOf(before: string, change: Change): Range {
  let start = change[0]!.range.start;
  let end = change.at(-1)!.range.end;
  while (start > 0 && !isBlank(before[start - 1]!)) start--;
  while (end < before.length && !isBlank(before[end]!)) end++;
  return { start, end };
}

/** A text without what formatters change. Quotes become one, trailing separators go; spaces between words stay apart. */
function plain(text: string): string {
  return (text.match(WORD) ?? [])
    .map((token) => (token === "'" ? '"' : token))
    .filter((token, index, all) => token !== ';' && !(token === ',' && /^[)\]}]$/.test(all[index + 1] ?? '')))
    .join(' ');
}

/**
 * Whole lines or one dragged piece change places: everything that comes in is what goes out, in another order. Gives the move as an edit of whole
 * lines, for the editor cuts it down to the characters that differ; `undefined`: it is no move.
 */
export function moveOf(before: string, change: Change): Change | undefined {
  if (deletesOnly(change) || change.every(({ range }) => isEmpty(range))) return undefined;
  const lines = wholeLines(before, change);
  if (lines !== undefined) return lines;
  const deleted = change.map(({ range }) => before.slice(range.start, range.end)).filter((text) => text.trim() !== '');
  const inserted = change.map(({ text }) => text).filter((text) => text.trim() !== '');
  const one = change.length > 1 && deleted.length === 1 && inserted.length === 1 && deleted[0]!.trim() === inserted[0]!.trim() && change.some(({ text }) => text === '');
  return one ? change : undefined;
}

/** The lines that a change touches, as one edit, when they are the same lines afterwards in another order. */
function wholeLines(before: string, change: Change): Change | undefined {
  const start = lineStart(before, change[0]!.range.start);
  const end = before.indexOf('\n', change.at(-1)!.range.end);
  const range = { start, end: end === -1 ? before.length : end };
  if (length(range) > LONGEST_MOVE) return undefined;
  const old = before.slice(range.start, range.end);
  const text = applyChange(old, change.map((edit) => ({ range: { start: edit.range.start - start, end: edit.range.end - start }, text: edit.text })));
  return old.trim().includes('\n') && sortedLines(old) === sortedLines(text) ? [{ range, text }] : undefined;
}

function sortedLines(text: string): string {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '').sort().join('\n');
}

/** Comment marks put before or taken from the start of lines. */
export function isCommentToggle(before: string, change: Change): boolean {
  return change.every(({ range, text }) => {
    const line = lineStart(before, range.start);
    if (!isBlank(before.slice(line, range.start))) return false;
    const cut = before.slice(range.start, range.end);
    return text === '' ? COMMENT_MARK.test(cut) : cut === '' && COMMENT_MARK.test(text);
  });
}

/** One identifier becomes another everywhere in the text: at two places or more, with none of the old ones left. */
export function isRename(before: string, change: Change): boolean {
  if (change.length < 2 || before.length > 1_000_000) return false;
  const after = applyChange(before, change);
  const places = insertedRanges(change);
  const renames = new Set<string>();
  const seen = new Set<number>();
  for (const [index, { range }] of change.entries()) {
    const old = identifierAt(before, range);
    const fresh = identifierAt(after, places[index]!);
    if (old === undefined || fresh === undefined) return false;
    renames.add(`${before.slice(old.start, old.end)} ${after.slice(fresh.start, fresh.end)}`);
    seen.add(old.start);
  }
  if (renames.size !== 1 || seen.size < 2) return false;
  const [old, fresh] = [...renames][0]!.split(' ') as [string, string];
  if (LITERALS.has(old) || LITERALS.has(fresh) || !IDENTIFIER.test(old) || !IDENTIFIER.test(fresh)) return false;
  return countWord(after, old) === 0;
}

function identifierAt(text: string, range: Range): Range | undefined {
  let { start, end } = range;
  while (start > 0 && isWordCharacter(text[start - 1]!)) start--;
  while (end < text.length && isWordCharacter(text[end]!)) end++;
  return start < end && IDENTIFIER.test(text.slice(start, end)) ? { start, end } : undefined;
}

function isWordCharacter(character: string): boolean {
  return /[\p{L}\p{N}_$]/u.test(character);
}

function countWord(text: string, word: string): number {
  let count = 0;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
    if (!isWordCharacter(text[at - 1] ?? ' ') && !isWordCharacter(text[at + word.length] ?? ' ')) count++;
  }
  return count;
}

/**
 * A name from the suggestion list: at the one caret a beginning that a person typed is replaced by one name (or a path of members) that has
 * those letters in that order and more, perhaps with the brackets of a call. Text of this shape counts as trusted, so nothing else may pass.
 */
export function isSuggestion(before: string, change: Change, carets: readonly Range[], typed: (range: Range) => boolean): boolean {
  if (change.length !== 1 || carets.length !== 1) return false;
  const { range, text } = change[0]!;
  const [caret] = carets as [Range];
  const beginning = before.slice(range.start, range.end);
  if (beginning === '' || !isEmpty(caret) || caret.end !== range.end || text.length > LONGEST_COMPLETION || text.length <= beginning.length) return false;
  return COMPLETION.test(text) && inOrder(beginning.toLowerCase(), text.toLowerCase()) && typed(range);
}

function inOrder(letters: string, word: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = word.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** The pasted text is what comes in: at one place, or spread over several cursors; line ends and indentation may differ. */
export function isPasteOf(change: Change, pasted: string): boolean {
  const squeeze = (text: string) => text.replace(/\s+/g, '');
  const wanted = squeeze(pasted);
  if (squeeze(change.map(({ text }) => text).join('')) === wanted) return true;
  return change.every(({ text }) => squeeze(text) === wanted);
}

/** For evidence: the coarse shape of what came in. `undefined` for a single character. */
export function shapeOf(change: Change): 'multi-character' | 'multi-line' | 'multi-range' | undefined {
  if (change.filter(({ text }) => text !== '').length > 1) return 'multi-range';
  const longest = change.reduce<Edit | undefined>((best, edit) => (best === undefined || edit.text.length > best.text.length ? edit : best), undefined);
  if (longest === undefined || longest.text.length + length(longest.range) === 0) return undefined;
  if (longest.text.includes('\n')) return 'multi-line';
  return longest.text.length > 1 ? 'multi-character' : undefined;
}
