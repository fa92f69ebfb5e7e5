/**
 * Units: the pieces of code that a review speaks of (a function, a class member, a top-level statement), each with a digest that
 * formatting and moving keep and any other token changes.
 * Invariant 3: a review covers content, not a place. Text that could be read in two ways is not read as tokens at all.
 */
import jsTokens from 'js-tokens';
import { cut } from './cut.ts';
import type { Digest } from './digest.ts';
import { isEcmascript } from './language.ts';
import { paragraphsOf } from './paragraph.ts';
import { lineAt, lineStarts, type Range } from './text.ts';
import { digestOfTokens, endOf, isPunctuator, isWord, type Token, type TokenKind } from './token.ts';

export { isSpace } from './token.ts';

export interface Unit {
  /** From the unit's first token (its leading comments count) to the end of its last. Units of a text do not overlap. */
  readonly range: Range;
  readonly digest: Digest;
  /** For people: `function total`, `class Cart / add`, `import`, `lines 4-9`. */
  readonly label: string;
  /** A body of its own: a function, a class member. Short neighbours that are not may be shown together. */
  readonly whole: boolean;
  /** It does something when the file is loaded: that it is missing, or stands elsewhere, is a change although no token is added. */
  readonly runs: boolean;
}

/** Cuts a text into units. Never throws; broken syntax yields coarser units, never fewer characters. Whitespace belongs to none. */
export function unitsOf(text: string, language: string): readonly Unit[] {
  const tokens = isEcmascript(language) ? readTokens(text, language) : undefined;
  if (tokens === undefined) return paragraphsOf(text, language);
  const starts = lineStarts(text);
  return cut(tokens).map(({ from, to, label, whole, runs }) => {
    const range = { start: tokens[from]!.start, end: endOf(tokens[to - 1]!) };
    return { range, digest: digestOfTokens(tokens.slice(from, to)), label: label ?? linesLabel(starts, range), whole, runs };
  });
}

/** The class that a member belongs to: `class Cart` of `class Cart / add`. `undefined`: it is no member. */
export function ownerOf(label: string): string | undefined {
  const at = label.indexOf(' / ');
  return at < 0 ? undefined : label.slice(0, at);
}

/** What tells a unit from its equals in the same text, as a record says it: nothing where it is the only one. */
export function occurrenceOf(units: readonly Unit[], unit: Unit): { readonly occurrence?: { readonly index: number; readonly of: number } } {
  const equals = units.filter(({ digest }) => digest === unit.digest);
  return equals.length < 2 ? {} : { occurrence: { index: equals.findIndex(({ range }) => range.start === unit.range.start), of: equals.length } };
}

/** UTF-16 code units beyond which a text is cut at blank lines instead. */
const LONGEST = 2_000_000;

function linesLabel(starts: readonly number[], range: Range): string {
  const from = lineAt(starts, range.start) + 1;
  const to = lineAt(starts, range.end - 1) + 1;
  return from === to ? `line ${from}` : `lines ${from}-${to}`;
}

/** `undefined` when the text is too long, not closed, or when a slash or an angle bracket in it could be read in two ways. */
function readTokens(text: string, language: string): readonly Token[] | undefined {
  if (text.length > LONGEST) return undefined;
  const tokens: Token[] = [];
  let at = 0;
  let onNewLine = false;
  let breakBefore = false;
  let previous: Token | undefined;
  let beforePrevious: Token | undefined;
  const doubt = new Doubt();
  for (const found of jsTokens(text, { jsx: language !== 'typescript' })) {
    const start = at;
    at += found.value.length;
    if ('closed' in found && !found.closed) return undefined;
    if (found.type === 'WhiteSpace' && /^[ \t]+$/.test(found.value)) continue;
    if (found.type === 'LineTerminatorSequence') {
      onNewLine = breakBefore = true;
      if (found.value !== '\u2028' && found.value !== '\u2029') continue;
    }
    const token: Token = { kind: KINDS[found.type], text: found.value, start, onNewLine, breakBefore };
    tokens.push(token);
    onNewLine = false;
    if (token.kind === 'comment') {
      if (/[\n\r\u2028\u2029]/.test(token.text)) breakBefore = true;
      continue;
    }
    if (doubt.about(token, previous, beforePrevious)) return undefined;
    breakBefore = false;
    beforePrevious = previous;
    previous = token;
  }
  return doubt.atEnd() ? undefined : tokens;
}

const KINDS = {
  StringLiteral: 'string',
  NoSubstitutionTemplate: 'template',
  TemplateHead: 'template-open',
  TemplateMiddle: 'template-middle',
  TemplateTail: 'template-close',
  RegularExpressionLiteral: 'regex',
  MultiLineComment: 'comment',
  SingleLineComment: 'comment',
  HashbangComment: 'comment',
  IdentifierName: 'word',
  PrivateIdentifier: 'word',
  NumericLiteral: 'number',
  Punctuator: 'punctuator',
  WhiteSpace: 'odd',
  LineTerminatorSequence: 'odd',
  Invalid: 'odd',
  JSXString: 'jsx-string',
  JSXText: 'jsx-text',
  JSXIdentifier: 'jsx-word',
  JSXPunctuator: 'jsx-punctuator',
  JSXInvalid: 'odd',
} as const satisfies Record<string, TokenKind>;

/**
 * Where a tokeniser without a parser may take a division for a regular expression, a comparison for JSX, or the other way round. Someone
 * who can make it do so could hide code from the digest, so each such place is a doubt, also where the reading is probably right.
 */
class Doubt {
  private elements = 0;
  private readonly parentheses: boolean[] = [];
  private closedLoopHead = false;

  about(token: Token, previous: Token | undefined, beforePrevious: Token | undefined): boolean {
    const loopHead = this.closedLoopHead;
    this.closedLoopHead = false;
    switch (token.kind) {
      case 'regex':
        return mayEndExpression(previous, beforePrevious);
      case 'punctuator':
        if (token.text === '(') this.parentheses.push(isWord(previous, 'await'));
        else if (token.text === ')') this.closedLoopHead = this.parentheses.pop() ?? false;
        else if (token.text === '/' || token.text === '/=') return loopHead || isPunctuator(previous, '}') || isWord(previous, 'of', 'in', 'extends');
        else if (token.text === '--' && isPunctuator(previous, '!') && isPunctuator(beforePrevious, '<')) return true; // <!-- opens a comment in scripts
        else if (token.text.startsWith('>') && isPunctuator(previous, '--') && previous?.breakBefore !== false) return true; // and --> does
        return false;
      case 'jsx-punctuator':
        if (token.text === '<') {
          const isChild = previous !== undefined && previous.kind.startsWith('jsx-');
          this.elements++;
          return !isChild && mayEndExpression(previous, beforePrevious);
        }
        if (token.text === '/' && isJsx(previous, '<')) this.elements -= 2;
        else if (token.text === '>' && isJsx(previous, '/') && !isJsx(beforePrevious, '<')) this.elements--;
        return this.elements < 0;
      case 'jsx-word':
        // `<T extends Base>(` opens type parameters, not an element.
        return (token.text === 'extends' && previous?.kind === 'jsx-word') || (token.text === 'const' && isJsx(previous, '<'));
      case 'odd':
        return this.elements > 0;
      default:
        return false;
    }
  }

  /** An element that was never closed was probably none. */
  atEnd(): boolean {
    return this.elements !== 0;
  }
}

function isJsx(token: Token | undefined, text: string): boolean {
  return token?.kind === 'jsx-punctuator' && token.text === text;
}

/** True when a slash or `<` after these tokens may be an operator although it was taken for the start of something. */
function mayEndExpression(previous: Token | undefined, beforePrevious: Token | undefined): boolean {
  if (previous === undefined) return false;
  if (previous.kind === 'word') return isPunctuator(beforePrevious, '.', '?.') || isWord(previous, 'await', 'yield');
  if (previous.kind !== 'punctuator') return previous.kind !== 'template-open' && previous.kind !== 'template-middle' && !isJsx(previous, '{');
  if (previous.text === '!') return beforePrevious !== undefined && (beforePrevious.kind !== 'punctuator' || [')', ']', '}', '>', '!'].includes(beforePrevious.text));
  return ['}', ')', ']', '++', '--', '>', '>>', '>>>'].includes(previous.text);
}
