/** Characters that make code read otherwise than it runs: reordering, invisible ones, letters that look like others. Any language, any text. */
import { latinLookalike } from '../confusables.ts';
import { defineRule, type Repair, type Report } from '../rule.ts';
import type { Source } from '../source.ts';

/** Overrides, embeddings and isolates of the bidirectional algorithm. */
const BIDI = ['202a-202e', '2066-2069'];
/** Characters without a width. A joiner between letters of a script that needs it, or in an emoji, is none of these. */
const INVISIBLE = ['00ad', '034f', '115f', '1160', '17b4', '17b5', '180e', '200b', '2060-2064', '206a-206f', '3164', 'ffa0', 'fff9-fffb'];
const JOINERS = ['061c', '200c-200f'];
/** Tag characters and supplementary variation selectors: whole sentences can hide in them. */
const TAGS = ['e0000-e007f', 'e0100-e01ef'];
const SELECTORS = ['fe00-fe0f', 'feff'];

const isBidi = oneOf(BIDI);
const isInvisible = oneOf(INVISIBLE);
const isJoiner = oneOf(JOINERS);
const isTag = oneOf(TAGS);
const isAny = oneOf([...BIDI, ...INVISIBLE, ...JOINERS, ...TAGS, ...SELECTORS]);
const ALL = new RegExp(isAny.source, 'gu');
const WORD = /[\p{L}\p{N}_$]+/gu;
/** Texts for people: letters of any script mix there. */
const PROSE = new Set(['markdown', 'plaintext', 'latex', 'html', 'xml']);
/** More than this many in one text, and the text is one about characters or a test of them. */
const MANY = 40;

export default defineRule({
  id: 'no-hidden-characters',
  summary: 'Do not hide code behind characters that cannot be seen.',
  why: 'What a reviewer reads is not what runs: a condition looks commented out, a name is another name, a sentence for an assistant is not seen.',
  advice: 'Take the character out, or write it as an escape where the text needs it.',
  cwe: [1007, 451],
  owasp: ['A08:2021 Software and Data Integrity Failures', 'A03:2025 Software Supply Chain Failures'],
  words: [],
  *checkText(source) {
    // Most texts end here.
    if (!/[^\x00-\x7f]/.test(source.text)) return;
    if (isAny.test(source.text)) yield* hidden(source);
    yield* mixed(source);
  },
});

/** A pattern for ranges of code points, in hexadecimal: written out, they would be what this rule looks for. */
function oneOf(ranges: readonly string[]): RegExp {
  return new RegExp(`[${ranges.map((range) => range.split('-').map((point) => `\\u{${point}}`).join('-')).join('')}]`, 'u');
}

function* hidden({ text, language }: Source): Iterable<Report> {
  let count = 0;
  for (const group of byLine(runsIn(text), text)) {
    if (++count > MANY) return;
    const [first] = group;
    const found = group.map((run) => run.text).join('');
    const kind = isBidi.test(found) ? 'order' : isTag.test(found) ? 'tags' : 'nothing';
    const name = [...first.text].slice(0, 3).map(codeName).join(' ');
    const message = kind === 'order' ? `${name} changes the order in which this line is shown: it does not run as it reads` : kind === 'tags' ? `${[...found].length} characters that nobody sees stand here (${name}…): they may hold a text for a program` : `${name} cannot be seen, and makes this something else than it looks like`;
    yield { node: { start: first.start, end: first.end }, severity: kind === 'nothing' ? 'medium' : 'high', confidence: 'likely', message, fixes: repair(group, text, language) };
  }
}

interface Run {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Hidden characters, those beside each other as one. */
function runsIn(text: string): readonly Run[] {
  const runs: Run[] = [];
  for (const { 0: char, index } of text.matchAll(ALL)) {
    if (!isHiding(char, index, text)) continue;
    const last = runs.at(-1);
    if (last?.end === index) runs[runs.length - 1] = { start: last.start, end: index + char.length, text: last.text + char };
    else runs.push({ start: index, end: index + char.length, text: char });
  }
  return runs;
}

/** Those of one line are one flaw: they work together. */
function byLine(runs: readonly Run[], text: string): readonly (readonly [Run, ...Run[]])[] {
  const groups: [Run, ...Run[]][] = [];
  for (const run of runs) {
    const last = groups.at(-1);
    if (last !== undefined && !text.slice(last.at(-1)!.end, run.start).includes('\n')) last.push(run);
    else groups.push([run]);
  }
  return groups;
}

function isHiding(char: string, index: number, text: string): boolean {
  if (isBidi.test(char) || isInvisible.test(char) || isTag.test(char)) return !(isEmojiTag(char, index, text));
  const before = before1(text, index);
  const after = after1(text, index + char.length);
  // A byte order mark opens a file; elsewhere only what takes it off names it.
  if (char === '\ufeff') return index > 0 && !(/[\^'"`[]/.test(before) && /[/'"`\]]/.test(after));
  // Emoji and scripts that join their letters need these; beside Latin letters, digits and signs they do nothing that can be seen.
  if (isJoiner.test(char)) return isPlain(before) && isPlain(after) && before !== '' && after !== '';
  return char >= '\ufe00' && char <= '\ufe0e' && isPlain(before);
}

function before1(text: string, index: number): string {
  return [...text.slice(Math.max(0, index - 2), index)].at(-1) ?? '';
}

function after1(text: string, index: number): string {
  return [...text.slice(index, index + 2)][0] ?? '';
}

function isPlain(char: string): boolean {
  return char !== '' && char.codePointAt(0)! < 0x250;
}

/** Flags of regions are spelt in tag characters behind a black flag. */
function isEmojiTag(char: string, index: number, text: string): boolean {
  return isTag.test(char) && /\u{1f3f4}[\u{e0020}-\u{e007f}]*$/u.test(text.slice(Math.max(0, index - 16), index));
}

function codeName(char: string): string {
  return `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** In a text between quotes the character may be meant: there an escape says so. Elsewhere it goes. */
function repair(group: readonly [Run, ...Run[]], text: string, language: string): readonly Repair[] {
  const title = group.length === 1 && [...group[0].text].length === 1 ? 'Take the hidden character out' : 'Take the hidden characters out';
  const out: Repair[] = [{ title, kind: 'suggestion', change: group.map(({ start, end }) => ({ range: { start, end }, text: '' })) }];
  const isQuoted = group.every(({ start }) => isBetweenQuotes(text, start));
  if (isQuoted && /^(?:java|type)script/.test(language)) out.push({ title: 'Write an escape', kind: 'safe', change: group.map(({ start, end, text: found }) => ({ range: { start, end }, text: [...found].map((char) => (char.length === 1 ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : `\\u{${char.codePointAt(0)!.toString(16)}}`)).join('') })) });
  return out;
}

function isBetweenQuotes(text: string, index: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', index - 1) + 1, index);
  return ['"', "'", '`'].some((quote) => (line.split(quote).length - 1) % 2 === 1);
}

/** A word of Latin letters and look-alikes of another script: `раypal`. Words wholly of one script are words of a language. */
function* mixed({ text, language }: Source): Iterable<Report> {
  if (PROSE.has(language)) return;
  let count = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!/[^\x00-\x7f]/.test(word)) continue;
    const latin = [...word].map((letter) => latinLookalike(letter));
    if (!latin.some((letter) => letter !== undefined)) continue;
    const hasLatin = /[a-zA-Z]/.test(word);
    const others = [...word].filter((letter, at) => /\p{L}/u.test(letter) && !/[a-zA-Z]/.test(letter) && latin[at] === undefined);
    const isFullWidth = /^[\uff21-\uff3a\uff41-\uff5a]+$/.test(word.replace(/[\d_$a-zA-Z]/g, ''));
    // `Δx`, `αβ`: with letters that look like nothing Latin the word belongs to the other script, or to mathematics.
    if (!hasLatin || others.length > 0 || (/^[αγνρχυ]/.test(word) && word.length <= 3) || (isFullWidth && /["'`]/.test(lineOf(text, index)))) continue;
    // Letters of Latin alphabets other than the English one, the dotless i of Turkish among them, are at home in texts for people.
    if ([...word].every((letter, at) => latin[at] === undefined || isPlain(letter)) && isInText(text, index)) continue;
    // A word of that script with one Latin letter in it is a slip of the keyboard in a text for people.
    const foreign = latin.filter((letter) => letter !== undefined).length;
    if (foreign > word.length / 2 && isInText(text, index)) continue;
    if (++count > MANY) return;
    const plain = [...word].map((letter, at) => latin[at] ?? letter).join('');
    const first = [...word].findIndex((_, at) => latin[at] !== undefined);
    yield { node: { start: index, end: index + word.length }, severity: 'high', confidence: 'likely', message: `This is not \`${plain}\`: ${codeName([...word][first]!)} only looks like its \`${latin[first]}\``, fixes: [{ title: `Write \`${plain}\``, kind: 'suggestion', change: [{ range: { start: index, end: index + word.length }, text: plain }] }] };
  }
}

function lineOf(text: string, index: number): string {
  const end = text.indexOf('\n', index);
  return text.slice(text.lastIndexOf('\n', index - 1) + 1, end < 0 ? text.length : end);
}

/** Between quotes or behind a comment's sign. */
function isInText(text: string, index: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', index - 1) + 1, index);
  return /\/\/|#|\/\*|^\s*\*/.test(line) || isBetweenQuotes(text, index);
}
