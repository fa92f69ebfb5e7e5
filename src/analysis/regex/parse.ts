/** Regular expressions as trees, as far as their running time is concerned: character sets, order, choice and repetition. Never run, only read. */

/** Bits 0 to 127 are ASCII, bit 128 is everything else. */
export type CharSet = bigint;

export type Pattern =
  | { readonly kind: 'chars'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly items: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly items: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly item: Pattern; readonly min: number; readonly max: number }
  /** Consumes nothing and can fail: anchors, look-around, back references. */
  | { readonly kind: 'assert'; readonly isStart: boolean };

const OTHER = 1n << 128n;
const ALL_CHARS = (1n << 129n) - 1n;

/** Groups nested deeper than this are not read. */
const MAX_DEPTH = 60;

/** Parses a pattern; nothing when it is no valid pattern or uses what this reader does not follow. */
export function parsePattern(source: string, flags: string): Pattern | undefined {
  if (flags.includes('v')) return undefined;
  const reader = new Reader(source, flags);
  try {
    const pattern = reader.choice(0);
    return reader.at === source.length ? pattern : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

class Reader {
  at = 0;
  private readonly source: string;
  private readonly ignoresCase: boolean;
  private readonly dotAll: boolean;

  constructor(source: string, flags: string) {
    this.source = source;
    this.ignoresCase = flags.includes('i');
    this.dotAll = flags.includes('s');
  }

  choice(depth: number): Pattern {
    if (depth > MAX_DEPTH) throw new Unreadable();
    const items: Pattern[] = [this.sequence(depth)];
    while (this.source[this.at] === '|') {
      this.at++;
      items.push(this.sequence(depth));
    }
    return items.length === 1 ? items[0]! : { kind: 'choice', items };
  }

  private sequence(depth: number): Pattern {
    const items: Pattern[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') items.push(this.repeated(this.atom(depth)));
    return items.length === 1 ? items[0]! : { kind: 'sequence', items };
  }

  private repeated(item: Pattern): Pattern {
    const char = this.source[this.at];
    let bounds: readonly [number, number] | undefined;
    if (char === '*') bounds = [0, Infinity];
    else if (char === '+') bounds = [1, Infinity];
    else if (char === '?') bounds = [0, 1];
    else if (char === '{') {
      const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.source.slice(this.at, this.at + 24));
      if (counted) {
        bounds = [Number(counted[1]), counted[2] === undefined ? Number(counted[1]) : counted[3] === '' ? Infinity : Number(counted[3])];
        this.at += counted[0].length - 1;
      }
    }
    if (bounds === undefined) return item;
    this.at++;
    if (this.source[this.at] === '?') this.at++;
    return { kind: 'repeat', item, min: bounds[0], max: bounds[1] };
  }

  private atom(depth: number): Pattern {
    const char = this.source[this.at++]!;
    switch (char) {
      case '.':
        return { kind: 'chars', set: this.dotAll ? ALL_CHARS : ALL_CHARS & ~(bit('\n') | bit('\r')) };
      case '^':
        return { kind: 'assert', isStart: true };
      case '$':
        return { kind: 'assert', isStart: false };
      case '(':
        return this.group(depth);
      case '[':
        return { kind: 'chars', set: this.fold(this.charClass()) };
      case '\\':
        return this.escape();
      case '*':
      case '+':
      case '?':
        throw new Unreadable();
      default:
        return { kind: 'chars', set: this.fold(bit(char)) };
    }
  }

  private group(depth: number): Pattern {
    const special = /^\?(?::|=|!|<=|<!|<[A-Za-z_$][\w$]*>|[a-z-]+:)/.exec(this.source.slice(this.at, this.at + 64));
    if (special) this.at += special[0].length;
    const inner = this.choice(depth + 1);
    if (this.source[this.at++] !== ')') throw new Unreadable();
    const looks = special && /[=!]$/.test(special[0]);
    return looks ? { kind: 'assert', isStart: false } : inner;
  }

  private escape(): Pattern {
    const next = this.source[this.at] ?? '';
    if (next === 'b' || next === 'B' || /[1-9]/.test(next) || next === 'k') {
      this.at++;
      if (next === 'k') this.at = Math.max(this.at, this.source.indexOf('>', this.at) + 1);
      else while (/[1-9]/.test(next) && /\d/.test(this.source[this.at] ?? '')) this.at++;
      return { kind: 'assert', isStart: false };
    }
    return { kind: 'chars', set: this.fold(this.escapedSet()) };
  }

  /** The set an escape stands for, reading on behind it. */
  private escapedSet(): CharSet {
    const char = this.source[this.at++] ?? '';
    switch (char) {
      case 'd': return DIGIT;
      case 'D': return ALL_CHARS & ~DIGIT;
      case 'w': return WORD;
      case 'W': return ALL_CHARS & ~WORD;
      case 's': return SPACE;
      case 'S': return ALL_CHARS & ~SPACE;
      case 'n': return bit('\n');
      case 'r': return bit('\r');
      case 't': return bit('\t');
      case 'v': return bit('\v');
      case 'f': return bit('\f');
      case '0': return bit('\0');
      case 'b': return bit('\b');
      case 'c': return bit(String.fromCharCode((this.source.charCodeAt(this.at++) || 0) % 32));
      case 'x': {
        const code = Number.parseInt(this.source.slice(this.at, this.at + 2), 16);
        this.at += 2;
        return Number.isNaN(code) ? bit('x') : bit(String.fromCharCode(code));
      }
      case 'u': {
        const braced = /^\{([0-9a-f]+)\}/i.exec(this.source.slice(this.at, this.at + 10));
        const code = braced ? Number.parseInt(braced[1]!, 16) : Number.parseInt(this.source.slice(this.at, this.at + 4), 16);
        this.at += braced ? braced[0].length : 4;
        return code < 128 ? bit(String.fromCharCode(code)) : OTHER;
      }
      case 'p':
      case 'P': {
        const end = this.source.indexOf('}', this.at);
        if (this.source[this.at] !== '{' || end < 0) return bit(char);
        const name = this.source.slice(this.at + 1, end);
        this.at = end + 1;
        const set = /^(?:L|Letter|Alphabetic|Script|Lu|Ll)/.test(name) ? LETTER | OTHER : /^N/.test(name) ? DIGIT | OTHER : OTHER;
        return char === 'p' ? set : ALL_CHARS & ~set | OTHER;
      }
      default:
        return char === '' ? 0n : bit(char);
    }
  }

  private charClass(): CharSet {
    const isNegated = this.source[this.at] === '^';
    if (isNegated) this.at++;
    let set = 0n;
    while (this.source[this.at] !== ']') {
      if (this.at >= this.source.length) throw new Unreadable();
      const [from, isSingle] = this.classAtom();
      if (isSingle !== undefined && this.source[this.at] === '-' && this.source[this.at + 1] !== ']' && this.at + 1 < this.source.length) {
        this.at++;
        const [to, end] = this.classAtom();
        if (end === undefined) set |= from | to | bit('-');
        else for (let code = isSingle; code <= end && code <= 128; code++) set |= code >= 128 ? OTHER : 1n << BigInt(code);
        if (end !== undefined && end >= 128) set |= OTHER;
      } else set |= from;
    }
    this.at++;
    return isNegated ? ALL_CHARS & ~set : set;
  }

  /** A set and, when it is one character, its code. */
  private classAtom(): readonly [CharSet, number | undefined] {
    const char = this.source[this.at]!;
    if (char !== '\\') {
      this.at++;
      return [bit(char), char.charCodeAt(0)];
    }
    this.at++;
    const set = this.escapedSet();
    if (set === OTHER) return [set, 128];
    return [set, set !== 0n && (set & (set - 1n)) === 0n ? set.toString(2).length - 1 : undefined];
  }

  private fold(set: CharSet): CharSet {
    if (!this.ignoresCase) return set;
    return set | ((set & UPPER) << 32n) | ((set & LOWER) >> 32n);
  }
}

function bit(char: string): CharSet {
  const code = char.charCodeAt(0);
  return code < 128 ? 1n << BigInt(code) : OTHER;
}

function range(from: string, to: string): CharSet {
  let set = 0n;
  for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) set |= 1n << BigInt(code);
  return set;
}

const DIGIT = range('0', '9');
const UPPER = range('A', 'Z');
const LOWER = range('a', 'z');
const LETTER = UPPER | LOWER;
const WORD = DIGIT | LETTER | bit('_');
const SPACE = bit(' ') | range('\t', '\r') | OTHER;
