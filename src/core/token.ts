/**
 * Tokens of JavaScript and TypeScript, and the digest over them.
 * Invariant 3: formatting, quote style and trailing commas keep a digest; any other token, a line break that can end a statement, and
 * every hidden or bidirectional character change it.
 */
import { digestOfParts, type Digest } from './digest.ts';

export type TokenKind =
  | 'word' | 'string' | 'number' | 'regex' | 'punctuator' | 'comment'
  /** A template without substitution, or the parts of one with: they open, go on and close. */
  | 'template' | 'template-open' | 'template-middle' | 'template-close'
  | 'jsx-text' | 'jsx-string' | 'jsx-word' | 'jsx-punctuator'
  /** White space other than space, tab and line end (it may hide something), and what is no token at all. */
  | 'odd';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** UTF-16 offset in the text. */
  readonly start: number;
  /** A line ends between the token before and this one, comments counted as tokens. */
  readonly onNewLine: boolean;
  /** A line ends between the token before that is no comment and this one. */
  readonly breakBefore: boolean;
}

export function endOf(token: Token): number {
  return token.start + token.text.length;
}

/** White space that means nothing to a review: space, tab, carriage return, line feed. Any other belongs to a unit. */
export function isSpace(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 10 || unit === 13;
}

/** The digest of a run of tokens. */
export function digestOfTokens(tokens: readonly Token[]): Digest {
  const parts = ['vetmark unit 1', 'tokens'];
  const solid = tokens.filter(({ kind }) => kind !== 'comment');
  let at = 0;
  for (const token of tokens) {
    if (token.kind === 'comment') {
      parts.push('comment ' + canonicalComment(token.text));
      continue;
    }
    const previous = solid[at - 1];
    const next = solid[++at];
    if (previous !== undefined && token.breakBefore && breakMatters(previous, token)) parts.push('break');
    if (isTrailingComma(previous, token, next)) continue;
    const text = canonicalText(token);
    if (text !== undefined) parts.push(`${token.kind} ${text}`);
  }
  return digestOfParts(parts);
}

function canonicalText({ kind, text }: Token): string | undefined {
  switch (kind) {
    case 'string':
    case 'jsx-string':
      return withoutQuotes(kind, text);
    case 'template':
    case 'template-open':
    case 'template-middle':
    case 'template-close':
      // The language itself reads every line end inside a template as a line feed.
      return text.replace(/\r\n?/g, '\n');
    case 'jsx-text':
      return canonicalJsxText(text);
    case 'word':
    case 'number':
    case 'regex':
    case 'punctuator':
    case 'jsx-word':
    case 'jsx-punctuator':
    case 'odd':
      return text;
  }
}

/** The string's inside with escaped quotes unescaped; every other escape stays as it is written. */
function withoutQuotes(kind: 'string' | 'jsx-string', text: string): string {
  const inner = text.slice(1, -1);
  return kind === 'jsx-string' ? inner : inner.replace(/\\([^])/g, (whole: string, escaped: string) => (escaped === '"' || escaped === "'" ? escaped : whole));
}

/** JSX drops indentation around line ends and empty lines; that is dropped here too, but the line ends themselves stay. */
function canonicalJsxText(text: string): string | undefined {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length === 1) return text;
  const kept = lines
    .map((line, index) => {
      const from = index === 0 ? 0 : leadingSpaces(line);
      return line.slice(from, index === lines.length - 1 ? line.length : trailingEnd(line, from));
    })
    .filter((line, index) => line !== '' || index === 0 || index === lines.length - 1);
  return kept.every((line) => line === '') ? undefined : kept.join('\n');
}

/** Line ends are one; a comment whose lines start with stars may be indented anew; spaces at the end of its last line do not count. */
function canonicalComment(text: string): string {
  const lines = text.split(/\r\n|\n|\r/);
  const starred = lines.every((line, index) => index === 0 || line[leadingSpaces(line)] === '*');
  const joined = lines.map((line, index) => (index > 0 && starred ? line.slice(leadingSpaces(line)) : line)).join('\n');
  return joined.slice(0, trailingEnd(joined, 0));
}

function leadingSpaces(line: string): number {
  let at = 0;
  while (at < line.length && (line[at] === ' ' || line[at] === '\t')) at++;
  return at;
}

function trailingEnd(line: string, from: number): number {
  let end = line.length;
  while (end > from && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
  return end;
}

/** A comma that only ends a list. Not in `[,]` nor after another comma: there it makes a hole. */
function isTrailingComma(previous: Token | undefined, token: Token, next: Token | undefined): boolean {
  if (!isPunctuator(token, ',') || previous === undefined || next === undefined) return false;
  return isPunctuator(next, ')', ']', '}') && !isPunctuator(previous, '(', '[', '{', ',');
}

export function isPunctuator(token: Token | undefined, ...texts: readonly string[]): boolean {
  return token?.kind === 'punctuator' && texts.includes(token.text);
}

export function isWord(token: Token | undefined, ...texts: readonly string[]): boolean {
  return token?.kind === 'word' && texts.includes(token.text);
}

/** Words after which the grammars of JavaScript and TypeScript forbid a line end or read on differently after one. */
const RESTRICTED = new Set([
  'return', 'throw', 'break', 'continue', 'yield', 'async', 'await', 'get', 'set', 'static', 'accessor', 'let', 'using', 'type', 'declare', 'abstract',
  'readonly', 'public', 'private', 'protected', 'override', 'interface', 'namespace', 'module', 'global', 'enum', 'asserts', 'is', 'keyof', 'unique', 'infer',
  'as', 'satisfies', 'of', 'export', 'import', 'default', 'debugger', 'defer', 'const', 'in', 'out',
]);
/** Reserved words that cannot end a statement: after them a line end never matters. */
const GOES_ON_AFTER = new Set(['extends', 'new', 'typeof', 'instanceof', 'else', 'case', 'void', 'delete', 'var', 'function', 'class', 'do', 'try', 'finally']);
/** Words that cannot start a statement. */
const GOES_ON_WITH = new Set(['else', 'catch', 'finally', 'extends', 'implements', 'instanceof', 'in']);

/**
 * True when the same two tokens can mean something else without the line end between them. When in doubt true: then joining or
 * breaking the line merely asks for another look.
 */
function breakMatters(previous: Token, next: Token): boolean {
  if (isInsideJsx(previous) && isInsideJsx(next)) return false;
  if (previous.kind === 'word' && RESTRICTED.has(previous.text)) return true;
  if (isPunctuator(previous, '++', '--') || isPunctuator(next, '++', '--')) return true;
  if (previous.kind === 'word' && isPunctuator(next, '!')) return true;
  if (!canEndExpression(previous)) return false;
  switch (next.kind) {
    case 'punctuator':
      if (next.text === '{') return !isPunctuator(previous, ')') && !isWord(previous, 'else', 'try', 'do', 'finally');
      if (next.text === '*') return previous.kind === 'word';
      return next.text === '(' || next.text === '[' || next.text === '!' || next.text === '<';
    case 'word':
      if (GOES_ON_WITH.has(next.text)) return false;
      return isPunctuator(previous, ')') ? ['as', 'satisfies', 'is', 'asserts'].includes(next.text) : true;
    case 'string':
    case 'number':
    case 'regex':
      return !isPunctuator(previous, ')');
    case 'template-middle':
    case 'template-close':
    case 'comment':
      return false;
    case 'template':
    case 'template-open':
    case 'odd':
    case 'jsx-text':
    case 'jsx-string':
    case 'jsx-word':
    case 'jsx-punctuator':
      return true;
  }
}

function isInsideJsx({ kind }: Token): boolean {
  return kind === 'jsx-text' || kind === 'jsx-string' || kind === 'jsx-word' || kind === 'jsx-punctuator';
}

function canEndExpression(token: Token): boolean {
  switch (token.kind) {
    case 'punctuator':
      return [')', ']', '}', '>', '>>', '>>>', '!'].includes(token.text);
    case 'word':
      return !GOES_ON_AFTER.has(token.text);
    case 'jsx-punctuator':
      return token.text === '>';
    case 'template-open':
    case 'template-middle':
      return false;
    case 'string':
    case 'number':
    case 'regex':
    case 'template':
    case 'template-close':
    case 'jsx-text':
    case 'jsx-string':
    case 'jsx-word':
    case 'odd':
    case 'comment':
      return true;
  }
}
