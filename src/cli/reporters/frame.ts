/**
 * A line of code with its carets, for people.
 * Invariant 8: every secret of the file is replaced by `****` before anything is printed, not only the one that is reported.
 */
import { lineStarts, linesOf, overlaps, type Range } from '#core/text';
import type { Finding } from '#core/finding';
import { SECRET_RULE } from '../report.ts';
import { printable, width } from '../terminal.ts';

interface Frame {
  /** One-based. */
  readonly line: number;
  /** One-based, UTF-16 code units of the original. */
  readonly column: number;
  readonly code: string;
  readonly carets: string;
}

const MASK = '****';
/** Longer lines are cut around what is reported. */
const MAX_WIDTH = 160;

/** The text of one file, ready to be quoted from. */
export interface Quotable {
  frame(range: Range): Frame;
  /** One-based line of an offset. */
  line(offset: number): number;
  /** True when a text holds the value of one of the file's secrets. */
  betrays(text: string): boolean;
}

export function quotable(text: string, findings: readonly Finding[]): Quotable {
  const starts = lineStarts(text);
  const secrets = findings.filter((finding) => finding.rule === SECRET_RULE).map((finding) => finding.range);
  const values = secrets.map(({ start, end }) => text.slice(start, end).replace(/^['"`]|['"`]$/g, '')).filter((value) => value.length >= 4);
  return {
    frame(range) {
      const { from } = linesOf(starts, range);
      const start = starts[from]!;
      let end = starts[from + 1] ?? text.length;
      while (end > start && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--;
      const { code, before, marked } = masked(text, { start, end }, { start: Math.max(range.start, start), end: Math.min(range.end, end) }, secrets);
      return { line: from + 1, column: range.start - start + 1, ...cut(code, before, Math.max(marked, 1)) };
    },
    line: (offset) => linesOf(starts, { start: offset, end: offset }).from + 1,
    betrays: (other) => values.some((value) => other.includes(value)),
  };
}

/** The line as printed, and how many columns stand before and under the mark. */
function masked(text: string, line: Range, mark: Range, secrets: readonly Range[]): { readonly code: string; readonly before: number; readonly marked: number } {
  let code = '';
  let before = 0;
  let marked = 0;
  const cuts = [...new Set([line.start, line.end, mark.start, mark.end, ...secrets.flatMap(({ start, end }) => [start, end])])].filter((at) => at >= line.start && at <= line.end).sort((a, b) => a - b);
  let lastSecret: Range | undefined;
  for (let i = 0; i + 1 < cuts.length; i++) {
    const piece = { start: cuts[i]!, end: cuts[i + 1]! };
    const secret = secrets.find((range) => overlaps(range, piece));
    const shown = secret === undefined ? printable(text.slice(piece.start, piece.end)) : secret === lastSecret ? '' : MASK;
    lastSecret = secret;
    code += shown;
    if (piece.start < mark.start) before += width(shown);
    else if (piece.start < mark.end) marked += width(shown);
  }
  return { code, before, marked };
}

function cut(code: string, before: number, marked: number): { readonly code: string; readonly carets: string } {
  if (width(code) <= MAX_WIDTH) return { code, carets: ' '.repeat(before) + '^'.repeat(marked) };
  const characters = [...code];
  const from = Math.max(0, Math.min(before - 40, characters.length - MAX_WIDTH));
  const head = from > 0 ? '…' : '';
  const shown = characters.slice(from, from + MAX_WIDTH).join('');
  return { code: head + shown + (from + MAX_WIDTH < characters.length ? '…' : ''), carets: ' '.repeat(before - from + head.length) + '^'.repeat(Math.min(marked, MAX_WIDTH - (before - from))) };
}
