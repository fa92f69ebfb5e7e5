/** Literals that the code puts together: `"a" + "b"`, neighbouring literals, `["a", "b"].join("")`, lines carried on with a backslash. */
import type { Candidate } from './candidate.ts';

interface Piece {
  /** Offsets in the source of what the piece holds, and in the joined text where it stands. */
  readonly source: number;
  readonly joined: number;
  readonly length: number;
}

export interface Chain {
  /** What stands before the first literal, the literals as one, and the closing quote. */
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** Between two literals of one chain; the quotes are around it. */
const SEAM = /\\{0,2}(["'`])(?:\s{0,40}[+.&]{1,2}\s{0,80}|\s{1,80}|\\\n\s{0,80}|\s{0,10},\s{0,80})(?:[brfu]{1,2})?\\{0,2}["'`]|\\\r?\n[ \t]{0,80}/g;

/** Context before a chain that detectors may read: a name and an operator. */
const CONTEXT = 120;
const LONGEST_PIECE = 4096;

/** Every chain of the text, in ascending order. Linear: each seam is looked at once. */
export function* chainsOf(text: string): Generator<Chain> {
  let chain: { start: number; end: number }[] = [];
  let comma = false;
  for (const match of text.matchAll(SEAM)) {
    const seam = { start: match.index, end: match.index + match[0].length };
    const last = chain.at(-1);
    const listed = match[0].includes(',');
    if (last !== undefined && (listed !== comma || !isOneLiteral(text, last.end, seam.start))) {
      const done = chainOf(text, chain, comma);
      if (done !== undefined) yield done;
      chain = [];
    }
    comma = listed;
    chain.push(seam);
  }
  const done = chainOf(text, chain, comma);
  if (done !== undefined) yield done;
}

/** Maps a candidate of the chain's text back; undefined when it lies in the context, where the plain search finds it anyway. */
export function fromChain(candidate: Candidate, { text, pieces }: Chain): Candidate | undefined {
  const first = pieces[0]!;
  const { start, end } = candidate.range;
  if (start < first.joined) return undefined;
  const value = text.slice(start, end);
  return { ...candidate, range: { start: place(pieces, start), end: place(pieces, end - 1) + 1 }, values: [...candidate.values, value, ...partsOf(text, pieces, candidate)] };
}

/** Characters that the literals of a chain hold together. */
export function lengthOf({ pieces }: Chain): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function partsOf(text: string, pieces: readonly Piece[], { range }: Candidate): string[] {
  return pieces
    .map(({ joined, length }) => text.slice(Math.max(joined, range.start), Math.min(joined + length, range.end)))
    .filter((part) => part.length >= 8);
}

function place(pieces: readonly Piece[], joined: number): number {
  const piece = pieces.findLast((candidate) => candidate.joined <= joined)!;
  return piece.source + Math.min(joined - piece.joined, piece.length);
}

function isOneLiteral(text: string, from: number, to: number): boolean {
  if (to < from || to - from > LONGEST_PIECE) return false;
  return !/["'`\n]/.test(text.slice(from, to));
}

function chainOf(text: string, seams: readonly { start: number; end: number }[], listed: boolean): Chain | undefined {
  const first = seams[0];
  const last = seams.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const open = openingBefore(text, first.start);
  const close = closingAfter(text, last.end);
  if (open < 0 || close < 0) return undefined;
  if (listed && !isJoined(text, open, close)) return undefined;
  const context = text.slice(Math.max(0, open - CONTEXT), open + 1).replace(/\[\s*(["'`])$/, '$1');
  const pieces: Piece[] = [];
  let joined = context;
  let at = open + 1;
  for (const { start, end } of [...seams, { start: close, end: close }]) {
    pieces.push({ source: at, joined: joined.length, length: start - at });
    joined += text.slice(at, start);
    at = end;
  }
  return { text: joined + text[open] + '\n', pieces };
}

/** `["a", "b"].join("")`, or a list with a name that is joined elsewhere. */
function isJoined(text: string, open: number, close: number): boolean {
  const after = text.slice(close, close + 90);
  if (/^["'`]\s{0,10},?\s{0,40}\]\s{0,10}\.join\(\s{0,4}(?:""|''|``)/.test(after)) return true;
  if (!/^["'`]\s{0,10},?\s{0,40}\]/.test(after)) return false;
  const name = /([A-Za-z_$][\w$]{0,60})(?:: ?[\w[\]<>]{1,30})? ?= ?\[\s{0,40}$/.exec(text.slice(Math.max(0, open - 160), open))?.[1];
  return name !== undefined && [`${name}.join('')`, `${name}.join("")`, `"".join(${name})`, `''.join(${name})`].some((call) => text.includes(call));
}

function openingBefore(text: string, from: number): number {
  for (let at = from - 1; at >= 0 && from - at < LONGEST_PIECE; at--) {
    const unit = text[at];
    if (unit === '"' || unit === "'" || unit === '`') return at;
    if (unit === '\n') return -1;
  }
  return -1;
}

function closingAfter(text: string, from: number): number {
  for (let at = from; at < text.length && at - from < LONGEST_PIECE; at++) {
    const unit = text[at];
    if (unit === '"' || unit === "'" || unit === '`') return at;
    if (unit === '\n') return -1;
  }
  return -1;
}
