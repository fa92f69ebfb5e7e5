/** A text expression (template or concatenation) laid out as one string with holes, and edits of that string carried back to the source. */
import type { Edit } from '#core/text';
import type { Expr } from '../flow/program.ts';
import { HOLE } from './sql-text.ts';

export interface Layout {
  /** The text with `HOLE` for each value. */
  readonly text: string;
  /** Values in order, with their place in the text. */
  readonly holes: readonly { readonly node: Expr; readonly at: number }[];
  /** The edit of the source that replaces a stretch of the text; nothing when the pieces around it do not fit together. */
  readonly replace: (start: number, end: number, by: string) => Edit | undefined;
}

interface Piece {
  readonly kind: 'text';
  /** Source offset of each character, and of the end. */
  readonly offsets: readonly number[];
  readonly value: string;
  /** The quote around it, a backtick for templates. */
  readonly quote: string;
  /** Same number: written in the same literal. */
  readonly literal: number;
}
type Leaf = Piece | { readonly kind: 'hole'; readonly node: Expr };

export function layOut(expr: Expr, source: string): Layout | undefined {
  const leaves: Leaf[] = [];
  if (!collect(expr, source, leaves) || leaves[0]?.kind !== 'text') return undefined;
  let text = '';
  const starts: number[] = [];
  const holes: { node: Expr; at: number }[] = [];
  for (const leaf of leaves) {
    starts.push(text.length);
    if (leaf.kind === 'hole') {
      holes.push({ node: leaf.node, at: text.length });
      text += HOLE;
    } else text += leaf.value;
  }
  return { text, holes, replace: (start, end, by) => replace(leaves, starts, text, expr, source, start, end, by) };
}

/** Left-nested `+` and templates are laid open; anything else is a value. */
function collect(expr: Expr, source: string, into: Leaf[]): boolean {
  if (expr.kind === 'constant' && typeof expr.value === 'string') {
    const piece = pieceOf(source, expr.start + 1, expr.end - 1, expr.value, source[expr.start]!, expr.start);
    if (piece) into.push(piece);
    return piece !== undefined;
  }
  if (expr.kind === 'template' && expr.tag === undefined) {
    for (const [index, text] of expr.texts.entries()) {
      const piece = pieceOf(source, text.start, text.end, text.value, '`', expr.start);
      if (!piece) return false;
      into.push(piece);
      const value = expr.values[index];
      if (value) into.push({ kind: 'hole', node: value });
    }
    return true;
  }
  if (expr.kind === 'binary' && expr.op === '+') {
    if (!collect(expr.left, source, into)) return false;
    const { right } = expr;
    return right.kind === 'constant' || right.kind === 'template' ? collect(right, source, into) : into.push({ kind: 'hole', node: right }) > 0;
  }
  into.push({ kind: 'hole', node: expr });
  return true;
}

/** One written character is one read character, but for the plain escapes and a template's line ends; others are not followed. */
function pieceOf(source: string, start: number, end: number, value: string, quote: string, literal: number): Piece | undefined {
  const offsets: number[] = [];
  let read = '';
  for (let at = start; at < end; at++) {
    offsets.push(at);
    if (source[at] === '\\') {
      const escaped = source[++at] ?? '';
      if (!'ntr\'"`\\$'.includes(escaped)) return undefined;
      read += { n: '\n', t: '\t', r: '\r' }[escaped] ?? escaped;
    } else if (source[at] === '\r' && source[at + 1] === '\n' && quote === '`') {
      at++;
      read += '\n';
    } else read += source[at];
  }
  offsets.push(end);
  return read === value ? { kind: 'text', offsets, value, quote, literal } : undefined;
}

function replace(leaves: readonly Leaf[], starts: readonly number[], text: string, expr: Expr, source: string, start: number, end: number, by: string): Edit | undefined {
  const before = leaves.findLastIndex((leaf, index) => leaf.kind === 'text' && starts[index]! <= start && start <= starts[index]! + leaf.value.length);
  const after = leaves.findIndex((leaf, index) => leaf.kind === 'text' && starts[index]! <= end && end <= starts[index]! + leaf.value.length && index >= before);
  const first = leaves[before];
  if (first?.kind !== 'text') return undefined;
  const from = first.offsets[start - starts[before]!]!;
  const last = leaves[after];
  if (last?.kind === 'text') {
    const to = last.offsets[end - starts[after]!]!;
    if (first.literal === last.literal) return { range: { start: from, end: to }, text: by };
    if (first.quote !== last.quote || !isBalanced(leaves.slice(before, after + 1), source)) return undefined;
    return { range: { start: from, end: to }, text: by };
  }
  // The value ends the whole text: what was behind the last literal goes, and the literal is closed again.
  if (end !== text.length || leaves.slice(before + 1).some((leaf) => leaf.kind === 'text')) return undefined;
  return { range: { start: from, end: expr.end }, text: by + first.quote };
}

/** Between two literals, parentheses that open before a value close behind it. */
function isBalanced(leaves: readonly Leaf[], source: string): boolean {
  let depth = 0;
  for (let index = 0; index + 1 < leaves.length; index++) {
    const [a, b] = [leaves[index]!, leaves[index + 1]!];
    const start = a.kind === 'text' ? a.offsets.at(-1)! + 1 : a.node.end;
    const end = b.kind === 'text' ? b.offsets[0]! - 1 : b.node.start;
    for (const char of source.slice(start, end)) {
      if (char === '(') depth++;
      else if (char === ')' && --depth < 0) return false;
    }
  }
  return depth === 0;
}
