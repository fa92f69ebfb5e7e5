/** A small reader of SQL text with holes: which holes stand where a value may stand, inside which quotes, and next to what. */

/** Stands for a filled-in value in the text; private use, so that no SQL holds it. */
export const HOLE = '\uE000';

export type HolePlace =
  /** Where a value stands, unquoted. */
  | { readonly kind: 'value'; readonly start: number; readonly end: number; readonly clause: string }
  /** Inside a string literal, which spans start to end, quotes included. Several holes may share it. */
  | { readonly kind: 'quoted'; readonly start: number; readonly end: number; readonly quote: string; readonly isValue: boolean; readonly clause: string }
  /** All of an `IN (…)`: start at `IN` or `NOT IN`, end behind the parenthesis. */
  | { readonly kind: 'list'; readonly start: number; readonly end: number; readonly isNegated: boolean; readonly listStart: number }
  /** A table, a column, a keyword, a piece of a condition. */
  | { readonly kind: 'name' }
  | { readonly kind: 'comment' };

export interface SqlReading {
  /** One for each hole, in order. */
  readonly holes: readonly HolePlace[];
  /** Positions of `?` outside quotes and comments. */
  readonly marks: readonly number[];
  /** `?` inside quotes: some drivers replace those too. */
  readonly quotedMarks: number;
  /** The highest `$n` outside quotes. */
  readonly highest: number;
  /** First keyword, upper case. */
  readonly verb: string;
  /** More than one statement, dollar quotes, escapes the reader does not follow, or quotes left open. */
  readonly isOdd: boolean;
}

interface Token {
  readonly kind: 'word' | 'op' | 'punct' | 'hole' | 'string' | 'number' | 'mark';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly holes: readonly number[];
}

/** Reads a text whose filled-in values are `HOLE`. */
export function readSql(text: string): SqlReading {
  const { tokens, comments, isOdd, quotedMarks } = tokenise(text);
  const holes: HolePlace[] = [];
  const count = [...text].filter((char) => char === HOLE).length;
  for (let index = 0; index < count; index++) holes.push({ kind: comments.has(index) ? 'comment' : 'name' });
  const levels: Level[] = [{ owner: '', clause: '', isBetween: false }];
  tokens.forEach((token, index) => {
    const level = levels.at(-1)!;
    const before = tokens[index - 1];
    if (token.kind === 'word') {
      const word = token.text.toUpperCase();
      if (CLAUSES.has(word)) level.clause = word;
      if (word === 'BETWEEN') level.isBetween = true;
    } else if (token.text === '(') {
      levels.push({ owner: ownerOf(tokens, index, level), clause: '', isBetween: false });
      return;
    } else if (token.text === ')') {
      if (levels.length > 1) levels.pop();
      return;
    }
    if (token.kind !== 'hole' && !(token.kind === 'string' && token.holes.length > 0)) return;
    const list = listAround(tokens, index, level);
    if (list !== undefined && token.kind === 'hole') holes[token.holes[0]!] = list;
    else if (token.kind === 'hole') {
      if (isValue(before, tokens[index + 1], text, token, level)) holes[token.holes[0]!] = { kind: 'value', start: token.start, end: token.end, clause: clauseOf(before, level) };
    } else {
      const place: HolePlace = { kind: 'quoted', start: token.start, end: token.end, quote: token.text[0]!, isValue: isValue(before, tokens[index + 1], text, token, level) || list !== undefined, clause: clauseOf(before, level) };
      for (const hole of token.holes) holes[hole] = place;
    }
    if (before?.text.toUpperCase() === 'AND') level.isBetween = false;
  });
  const verb = tokens.find((token) => token.kind === 'word')?.text.toUpperCase() ?? '';
  const numbers = tokens.filter((token) => token.kind === 'mark' && token.text.startsWith('$')).map((token) => Number(token.text.slice(1)));
  return { holes, marks: tokens.filter((token) => token.text === '?').map((token) => token.start), quotedMarks, highest: Math.max(0, ...numbers), verb, isOdd: isOdd || hasSecondStatement(tokens) };
}

interface Level {
  readonly owner: string;
  clause: string;
  isBetween: boolean;
}

const CLAUSES = new Set('SELECT FROM WHERE SET ORDER GROUP HAVING LIMIT OFFSET VALUES RETURNING JOIN ON INTO UPDATE'.split(' '));
const VALUE_WORDS = new Set('LIKE ILIKE BETWEEN LIMIT OFFSET THEN ELSE'.split(' '));
const VALUE_OPS = new Set(['=', '<>', '!=', '<', '>', '<=', '>=', '+', '-', '*', '/', '%', '||', '<=>', '~', '~*', '@@']);

/** What a parenthesis belongs to: `IN`, `VALUES`, a function's name in lower case, or nothing. */
function ownerOf(tokens: readonly Token[], index: number, level: Level): string {
  const before = tokens[index - 1];
  if (before === undefined) return '';
  if (before.text === ',' && level.clause === 'VALUES') return 'VALUES';
  if (before.kind !== 'word') return '';
  const word = before.text.toUpperCase();
  if (word === 'IN' || word === 'VALUES') return word;
  // `INSERT INTO t (` lists columns; `t` is no function.
  const further = tokens[index - 2]?.text.toUpperCase();
  if (further === 'INTO' || further === 'TABLE' || word === 'AS' || word === 'USING' || word === 'ON' || word === 'AND' || word === 'OR' || word === 'WHERE' || word === 'NOT' || word === 'FROM') return '';
  return before.text.toLowerCase();
}

/** What a value belongs to: `LIMIT`, `VALUES`, a function's name, or nothing in particular. */
function clauseOf(before: Token | undefined, level: Level): string {
  const word = before?.text.toUpperCase();
  return word === 'LIMIT' || word === 'OFFSET' || (level.clause === 'LIMIT' && level.owner === '') ? 'LIMIT' : level.owner;
}

function isValue(before: Token | undefined, after: Token | undefined, text: string, token: Token, level: Level): boolean {
  if (before === undefined || level.owner === 'IN') return false;
  if (/[\w.$"`@:]/.test(text[token.start - 1] ?? ' ')) return false;
  if (token.kind === 'hole' && /[\w.("`$]/.test(text[token.end] ?? ' ')) return false;
  if (after?.text === '.' || after?.text === '(' || after?.kind === 'hole' && after.start === token.end) return false;
  const word = before.text.toUpperCase();
  if (before.kind === 'op') return VALUE_OPS.has(before.text) && !(word === '*' && level.clause === 'SELECT');
  if (before.kind === 'word') return VALUE_WORDS.has(word) || (word === 'AND' && level.isBetween);
  if (before.text === '(' || before.text === ',') {
    if (level.owner === 'VALUES') return true;
    if (level.owner !== '') return level.owner !== 'IN';
    return before.text === ',' && level.clause === 'LIMIT';
  }
  return false;
}

function listAround(tokens: readonly Token[], index: number, level: Level): HolePlace | undefined {
  if (level.owner !== 'IN') return undefined;
  const [open, keyword, not] = [tokens[index - 1], tokens[index - 2], tokens[index - 3]];
  const close = tokens[index + 1];
  if (open?.text !== '(' || close?.text !== ')' || keyword?.text.toUpperCase() !== 'IN') return undefined;
  const isNegated = not?.text.toUpperCase() === 'NOT';
  return { kind: 'list', start: isNegated ? not!.start : keyword.start, end: close.end, isNegated, listStart: open.end };
}

function hasSecondStatement(tokens: readonly Token[]): boolean {
  const at = tokens.findIndex((token) => token.text === ';');
  return at >= 0 && at < tokens.length - 1;
}

const WORD = /[A-Za-z_\u0080-\uDFFF]/;

function tokenise(text: string): { tokens: Token[]; comments: Set<number>; isOdd: boolean; quotedMarks: number } {
  const tokens: Token[] = [];
  const comments = new Set<number>();
  let isOdd = false;
  let quotedMarks = 0;
  let hole = 0;
  let i = 0;
  const push = (kind: Token['kind'], start: number, end: number, holes: readonly number[] = []): void => void tokens.push({ kind, text: text.slice(start, end), start, end, holes });
  const countHoles = (start: number, end: number): number[] => {
    const found: number[] = [];
    for (let at = start; at < end; at++) if (text[at] === HOLE) found.push(hole++);
    return found;
  };
  while (i < text.length) {
    const char = text[i]!;
    const two = text.slice(i, i + 2);
    if (/\s/.test(char)) i++;
    else if (two === '--' || char === '#' || two === '/*') {
      let end = two === '/*' ? text.indexOf('*/', i + 2) : text.indexOf('\n', i);
      if (end < 0) {
        isOdd ||= two === '/*';
        end = text.length;
      }
      for (const index of countHoles(i, end)) comments.add(index);
      i = two === '/*' ? end + 2 : end;
    } else if (char === "'" || char === '"' || char === '`') {
      const start = i;
      for (i++; i < text.length; i++) {
        if (text[i] === '\\') isOdd = true;
        if (text[i] === '?') quotedMarks++;
        if (text[i] === char) {
          if (text[i + 1] !== char) break;
          isOdd ||= text.slice(start, i).includes(HOLE);
          i++;
        }
      }
      if (i >= text.length) isOdd = true;
      i = Math.min(i + 1, text.length);
      push('string', start, i, countHoles(start, i));
    } else if (char === HOLE) {
      push('hole', i, i + 1, countHoles(i, i + 1));
      i++;
    } else if (char === '$' && /\d/.test(text[i + 1] ?? '')) {
      const start = i++;
      while (/\d/.test(text[i] ?? '')) i++;
      push('mark', start, i);
    } else if (char === '$') {
      isOdd = true;
      push('op', i, ++i);
    } else if (char === '?') push('mark', i, ++i);
    else if (WORD.test(char)) {
      const start = i;
      while (i < text.length && (WORD.test(text[i]!) || /[0-9$]/.test(text[i]!)) && text[i] !== HOLE) i++;
      push('word', start, i);
    } else if (/\d/.test(char)) {
      const start = i;
      while (/[\d.]/.test(text[i] ?? '')) i++;
      push('number', start, i);
    } else if ('(),;.[]'.includes(char)) push('punct', i, ++i);
    else {
      const start = i;
      while (i < text.length && '=<>!+-*/%|~@:&^'.includes(text[i]!) && text.slice(i, i + 2) !== '--') i++;
      if (i === start) i++;
      push('op', start, i);
    }
  }
  return { tokens, comments, isOdd, quotedMarks };
}
