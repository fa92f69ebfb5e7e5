/**
 * Cuts tokens into units: top-level statements, functions and class members, by brackets and the ends of statements.
 * Invariant: every token is in exactly one piece; where brackets do not match, the pieces grow, and nothing is dropped.
 */
import { isPunctuator, isWord, type Token } from './token.ts';

export interface Piece {
  /** Index of the first token, and of the first after the piece. */
  readonly from: number;
  readonly to: number;
  /** Absent: nothing better than its lines. */
  readonly label?: string;
  readonly whole: boolean;
  /** It does something when the file is loaded, so that its place and its absence mean something. */
  readonly runs: boolean;
}

/** The pieces, ascending and without gaps. */
export function cut(tokens: readonly Token[]): readonly Piece[] {
  const solid: Solid[] = [];
  for (const [index, { kind, text, start, onNewLine, breakBefore }] of tokens.entries()) if (kind !== 'comment') solid.push({ kind, text, start, onNewLine, breakBefore, index });
  return withComments(tokens, new Cutter(solid).pieces());
}

type Solid = Token & { readonly index: number };

/** Gives each comment to the piece it stands behind on the same line, or else to the next one; the last ones are a piece of their own. */
function withComments(tokens: readonly Token[], pieces: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = [];
  let from = 0;
  for (const piece of pieces) {
    let to = piece.to;
    while (to < tokens.length && tokens[to]!.kind === 'comment' && !tokens[to]!.onNewLine) to++;
    result.push({ ...piece, from, to });
    from = to;
  }
  if (from < tokens.length) result.push({ from, to: tokens.length, label: 'comment', whole: false, runs: false });
  return result;
}

const OPENS = new Set(['(', '[', '{']);
const CLOSES = new Set([')', ']', '}']);
const MODIFIERS = new Set(['export', 'default', 'declare', 'abstract', 'async']);
const MEMBER_MODIFIERS = new Set(['public', 'private', 'protected', 'static', 'readonly', 'abstract', 'override', 'declare', 'async', 'get', 'set', 'accessor']);
/** Statements that end with the brace of their block. */
const BLOCKS = new Set(['function', 'class', 'interface', 'enum', 'namespace', 'module', 'global', 'if', 'for', 'while', 'do', 'try', 'switch', 'with', '{']);
/** Words that are names unless a name follows. */
const CONTEXTUAL = new Set(['interface', 'enum', 'namespace', 'module', 'type', 'declare', 'abstract', 'async']);
/** Words after which a statement must go on. */
const UNFINISHED = new Set([
  'const', 'let', 'var', 'function', 'class', 'extends', 'implements', 'new', 'typeof', 'void', 'delete', 'export', 'default', 'import', 'from', 'else', 'do', 'try', 'finally',
  'in', 'of', 'instanceof', 'case', 'interface', 'enum', 'namespace', 'module', 'type', 'abstract', 'declare', 'as', 'satisfies', 'keyof', 'await',
]);
/** Words that go on with the statement before. */
const CONTINUING = new Set(['else', 'catch', 'finally', 'extends', 'implements', 'instanceof', 'in', 'of', 'from', 'as', 'satisfies']);

class Cutter {
  private readonly tokens: readonly Solid[];
  /** For each opening bracket the index of its partner, and the other way round. */
  private readonly partner: ReadonlyMap<number, number>;
  /** Depth of JSX elements and brackets before each token. */
  private readonly depth: readonly number[];
  /** From here on brackets do not match: one piece. */
  private readonly broken: number;

  constructor(tokens: readonly Solid[]) {
    this.tokens = tokens;
    const partner = new Map<number, number>();
    const depth: number[] = [];
    const open: { readonly at: number; readonly closer: string }[] = [];
    const elements = new Elements();
    let broken = tokens.length;
    tokens.forEach((token, i) => {
      const opener = openerOf(token);
      const closes = closerOf(token);
      if (closes !== undefined && broken === tokens.length) {
        const top = open.pop();
        if (top?.closer === closes) {
          partner.set(top.at, i);
          partner.set(i, top.at);
        } else {
          broken = top?.at ?? i;
        }
      }
      depth.push(open.length + elements.open);
      if (opener !== undefined) open.push({ at: i, closer: opener });
      if (token.kind === 'jsx-punctuator') elements.step(tokens, i);
    });
    // A bracket that is never closed: what stands before it is sound, what follows is not.
    this.broken = Math.min(broken, open[0]?.at ?? tokens.length);
    this.partner = partner;
    this.depth = depth;
  }

  pieces(): readonly Piece[] {
    const pieces: Piece[] = [];
    for (let at = 0; at < this.tokens.length; ) {
      const end = this.statementEnd(at);
      pieces.push(...this.statement(at, end));
      at = end;
    }
    return pieces;
  }

  private piece(from: number, to: number, label: string | undefined, kind: 'whole' | 'part' | 'runs'): Piece {
    return { from: this.tokens[from]!.index, to: this.tokens[to - 1]!.index + 1, whole: kind === 'whole', runs: kind === 'runs', ...(label === undefined ? {} : { label: label.slice(0, 100) }) };
  }

  /** First index after the statement at `at`; the end of the text when it reaches where brackets stop matching. */
  private statementEnd(at: number): number {
    const start = this.afterDecorators(at);
    const head = this.headOf(start);
    const level = this.depth[at]!;
    for (let i = Math.max(at, start); i < this.tokens.length; i++) {
      if (i >= this.broken) return this.tokens.length;
      const token = this.tokens[i]!;
      const inner = this.partner.get(i);
      if (inner !== undefined && inner > i) {
        i = inner;
        if (i >= this.broken) return this.tokens.length;
      }
      const last = this.tokens[i]!;
      const next = this.tokens[i + 1];
      if (next === undefined) return i + 1;
      if (this.depth[i + 1]! !== level) continue;
      if (isPunctuator(token, ';')) {
        if (isWord(next, 'else') || (head === 'do' && isWord(next, 'while'))) continue;
        return i + 1;
      }
      if (isPunctuator(last, '}') && head !== undefined && BLOCKS.has(head)) {
        if (isPunctuator(next, ';') && !next.breakBefore) continue;
        if (head === 'do' && isWord(next, 'while')) continue;
        if (!goesOn(next) || (isPunctuator(next, '(', '[', '<', '+', '-', '/', '*', '`') && next.breakBefore)) return i + 1;
        continue;
      }
      const endsLoop = head === 'do' && isPunctuator(last, ')') && isWord(this.tokens[(this.partner.get(i) ?? 0) - 1], 'while');
      if (next.breakBefore && (endsLoop || this.canEnd(i)) && !goesOn(next)) return i + 1;
    }
    return this.tokens.length;
  }

  private canEnd(i: number): boolean {
    const token = this.tokens[i]!;
    if (token.kind === 'word') return !UNFINISHED.has(token.text);
    if (token.kind === 'template-open' || token.kind === 'template-middle') return false;
    if (token.kind !== 'punctuator') return true;
    if (token.text === ')') {
      // `if (x)` and its like are only the head of a statement.
      const before = this.tokens[(this.partner.get(i) ?? 0) - 1];
      return !isWord(before, 'if', 'for', 'while', 'with') && !(isWord(before, 'await') && isWord(this.tokens[(this.partner.get(i) ?? 0) - 2], 'for'));
    }
    return [']', '}', '++', '--', '!', '>', '>>', '>>>'].includes(token.text);
  }

  private afterDecorators(at: number): number {
    let i = at;
    while (this.tokens[i]?.kind === 'odd' && this.tokens[i]!.text === '@') {
      i++;
      while (this.tokens[i]?.kind === 'word' && (i === at + 1 || !['class', 'export', 'abstract', 'default'].includes(this.tokens[i]!.text) || isPunctuator(this.tokens[i - 1], '.'))) {
        i++;
        if (!isPunctuator(this.tokens[i], '.')) break;
        i++;
      }
      const close = isPunctuator(this.tokens[i], '(') ? this.partner.get(i) : undefined;
      if (close !== undefined) i = close + 1;
    }
    return i;
  }

  /** The word that says what a statement is, behind `export`, `declare` and the like. */
  private headAt(start: number): number {
    let i = start;
    while (this.tokens[i]?.kind === 'word' && MODIFIERS.has(this.tokens[i]!.text) && this.isKeyword(i)) i++;
    return i;
  }

  private headOf(start: number): string | undefined {
    const i = this.headAt(start);
    const token = this.tokens[i];
    if (isPunctuator(token, '{')) return i === start ? '{' : undefined;
    return token?.kind === 'word' && this.isKeyword(i) ? token.text : undefined;
  }

  private isKeyword(i: number): boolean {
    const { text } = this.tokens[i]!;
    const next = this.tokens[i + 1];
    if (text === 'global') return isPunctuator(next, '{') && isWord(this.tokens[i - 1], 'declare');
    if (!CONTEXTUAL.has(text)) return true;
    return next !== undefined && !next.breakBefore && (next.kind === 'word' || next.kind === 'string') && !CONTINUING.has(next.text);
  }

  private statement(at: number, end: number): readonly Piece[] {
    if (end > this.broken) return [this.piece(at, end, undefined, 'runs')];
    const head = this.headAt(this.afterDecorators(at));
    const word = this.tokens[head]?.kind === 'word' && head < end ? this.tokens[head]!.text : undefined;
    const name = this.nameAfter(head, end);
    switch (word) {
      case 'class':
        return this.classPieces(at, end, name);
      case 'function':
        return [this.piece(at, end, name === undefined ? 'default function' : `function ${name}`, 'whole')];
      case 'interface':
      case 'enum':
      case 'namespace':
      case 'module':
      case 'type':
        if (!this.isKeyword(head)) return [this.piece(at, end, this.chain(head, end), 'runs')];
        return [this.piece(at, end, name === undefined ? word : `${word} ${name}`, word === 'namespace' || word === 'module' ? 'runs' : 'part')];
      case 'import':
        return [this.piece(at, end, 'import', ['string', 'punctuator'].includes(this.tokens[head + 1]?.kind ?? '') && !isPunctuator(this.tokens[head + 1], '{', '*') ? 'runs' : 'part')];
      case 'const':
      case 'let':
      case 'var': {
        const isFunction = this.assignsFunction(head, end);
        return [this.piece(at, end, name === undefined ? undefined : `${isFunction ? 'function' : word} ${name}`, isFunction ? 'whole' : this.calls(head, end) ? 'runs' : 'part')];
      }
      case 'if':
      case 'for':
      case 'while':
      case 'do':
      case 'try':
      case 'switch':
        return [this.piece(at, end, undefined, 'runs')];
      default: {
        const exported = head > at && isWord(this.tokens[at], 'export');
        return [this.piece(at, end, exported ? 'export' : this.chain(head, end), exported && !this.calls(head, end) ? 'part' : 'runs')];
      }
    }
  }

  /** True when something may be called, built or waited for. When in doubt true: an accessor is not seen, a bracket is. */
  private calls(head: number, end: number): boolean {
    for (let i = head; i < end; i++) if (isPunctuator(this.tokens[i], '(') || isWord(this.tokens[i], 'new', 'await', 'delete') || (this.tokens[i]!.kind.startsWith('template') && this.tokens[i - 1]?.kind === 'word')) return true;
    return false;
  }

  private nameAfter(head: number, end: number): string | undefined {
    let i = head + 1;
    if (isPunctuator(this.tokens[i], '*') || isWord(this.tokens[i], 'enum')) i++;
    const token = this.tokens[i];
    return i < end && token?.kind === 'word' && token.text !== 'extends' ? token.text : undefined;
  }

  /** `app.get` of `app.get('/', show)`: words only, so that no string can end up in a label. */
  private chain(at: number, end: number): string | undefined {
    let text = '';
    for (let i = at; i < end && this.tokens[i]!.kind === 'word'; i += 2) {
      text += this.tokens[i]!.text;
      if (!isPunctuator(this.tokens[i + 1], '.')) break;
      text += '.';
    }
    return text === '' || text.endsWith('.') ? undefined : `statement ${text}`;
  }

  private assignsFunction(head: number, end: number): boolean {
    const level = this.depth[head]!;
    let assigned = false;
    for (let i = head; i < end; i++) {
      if (this.depth[i]! !== level) continue;
      const token = this.tokens[i]!;
      if (isPunctuator(token, '=')) assigned = true;
      else if (assigned && (isPunctuator(token, '=>') || (isWord(token, 'function') && (isPunctuator(this.tokens[i - 1], '=') || isWord(this.tokens[i - 1], 'async'))))) return true;
    }
    return false;
  }

  /** The head with its opening brace, each member, the closing brace. */
  private classPieces(at: number, end: number, name: string | undefined): readonly Piece[] {
    const label = name === undefined ? 'class' : `class ${name}`;
    let close = end - 1;
    while (close > at && isPunctuator(this.tokens[close], ';')) close--;
    const open = isPunctuator(this.tokens[close], '}') ? this.partner.get(close) : undefined;
    if (open === undefined || open <= at) return [this.piece(at, end, label, 'whole')];
    const pieces = [this.piece(at, open + 1, label, 'part')];
    for (let i = open + 1; i < close; ) {
      const to = this.memberEnd(i, close);
      pieces.push(this.member(i, to, label));
      i = to;
    }
    pieces.push(this.piece(close, end, `end of ${label}`, 'part'));
    return pieces;
  }

  private memberEnd(at: number, close: number): number {
    let assigned = false;
    let called = false;
    for (let i = this.afterDecorators(at); i < close; i++) {
      if (isPunctuator(this.tokens[i], '=')) assigned = true;
      if (isPunctuator(this.tokens[i], '(')) called = true;
      const inner = this.partner.get(i);
      if (inner !== undefined && inner > i) i = inner;
      const last = this.tokens[i]!;
      const next = this.tokens[i + 1]!;
      if (i + 1 >= close) return close;
      if (this.depth[i + 1]! !== this.depth[at]!) continue;
      if (isPunctuator(last, ';')) return i + 1;
      const isBody = isPunctuator(last, '}') && !assigned && (called || isWord(this.tokens[(this.partner.get(i) ?? 1) - 1], 'static'));
      if (isBody) {
        if (isPunctuator(next, '{', '|', '&', '=>', '=', ';') || (isPunctuator(next, '[') && isPunctuator(this.tokens[i + 2], ']'))) continue;
        return i + 1;
      }
      if (next.breakBefore && this.canEnd(i) && !MEMBER_MODIFIERS.has(last.text) && !goesOn(next)) return i + 1;
    }
    return close;
  }

  private member(at: number, to: number, owner: string): Piece {
    const start = Math.min(this.afterDecorators(at), to - 1);
    let i = start;
    while (i + 1 < to && ((this.tokens[i]!.kind === 'word' && MEMBER_MODIFIERS.has(this.tokens[i]!.text) && !isPunctuator(this.tokens[i + 1], '(', '=', ':', ';', '?', '!', '<', '{')) || isPunctuator(this.tokens[i], '*'))) i++;
    const name = this.tokens[i]!;
    const body = this.tokens.slice(i, to);
    const whole = isPunctuator(body.findLast((token) => !isPunctuator(token, ';')), '}') && body.some((token) => isPunctuator(token, '(', '=>'));
    return this.piece(at, to, name.kind === 'word' ? `${owner} / ${name.text}` : `${owner} / member`, whole ? 'whole' : 'part');
  }
}

/** True when a token that starts a line goes on with the statement before it. */
function goesOn(next: Token): boolean {
  switch (next.kind) {
    case 'punctuator':
      return next.text !== '++' && next.text !== '--' && next.text !== '!';
    case 'word':
      return CONTINUING.has(next.text);
    case 'template':
    case 'template-open':
    case 'template-middle':
    case 'template-close':
    case 'jsx-text':
    case 'jsx-string':
    case 'jsx-word':
      return true;
    case 'jsx-punctuator':
      return next.text !== '<';
    case 'string':
    case 'number':
    case 'regex':
    case 'odd':
    case 'comment':
      return false;
  }
}

function openerOf(token: Token): string | undefined {
  if (token.kind === 'template-open') return '`';
  if (token.kind === 'jsx-punctuator') return token.text === '{' ? '{jsx' : undefined;
  if (token.kind !== 'punctuator' || !OPENS.has(token.text)) return undefined;
  return token.text === '(' ? ')' : token.text === '[' ? ']' : '}';
}

function closerOf(token: Token): string | undefined {
  if (token.kind === 'template-close') return '`';
  if (token.kind === 'jsx-punctuator') return token.text === '}' ? '{jsx' : undefined;
  return token.kind === 'punctuator' && CLOSES.has(token.text) ? token.text : undefined;
}

/** Counts open JSX elements; a tag is over with its `>`. */
class Elements {
  open = 0;
  private readonly tags: { closing: boolean }[] = [];

  step(tokens: readonly Token[], i: number): void {
    const { text } = tokens[i]!;
    const previous = tokens[i - 1];
    if (text === '<') {
      this.open++;
      this.tags.push({ closing: false });
    } else if (text === '/' && isJsxToken(previous, '<')) {
      const tag = this.tags.at(-1);
      if (tag !== undefined) tag.closing = true;
    } else if (text === '>') {
      if (this.tags.pop()?.closing === true) this.open -= 2;
      else if (isJsxToken(previous, '/')) this.open--;
    }
  }
}

function isJsxToken(token: Token | undefined, text: string): boolean {
  return token?.kind === 'jsx-punctuator' && token.text === text;
}
