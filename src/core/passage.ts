/**
 * Passages: labelled lines with the lines around them, so that who wrote them is found again wherever they come up: after a rebase, in a renamed
 * file, on another machine. Keyed by content and context, never by commit.
 * Invariants: 8 (digests of lines, never text); 1 and 2 (where two passages disagree, the untrusted one counts; a trusted label needs its surroundings).
 */
import { digestOf } from './digest.ts';
import type { RepoPath } from './path.ts';
import { clip, isUntrusted, relabel, type Span, type Spans } from './provenance.ts';
import { intersection, lineStarts, linesOf, positionAt, type Position, type Range } from './text.ts';

type Label = Omit<Span, 'range'>;

/** Where a label stands in a passage. Positions from the passage's first line on; an end at a line's start includes the line end before it. */
export interface PassageLabel extends Label {
  readonly start: Position;
  readonly end: Position;
}

export interface Passage {
  readonly path: RepoPath;
  /** A print of each line. `TOP` stands before the first line of a text, `BOTTOM` behind its last. */
  readonly lines: readonly string[];
  readonly labels: readonly PassageLabel[];
}

/** Lines of context kept on each side. */
const CONTEXT = 3;
export const TOP = '^';
export const BOTTOM = '$';
/** Hexadecimal digits of a line's print. */
const PRINT_LENGTH = 16;

/** A short digest of each line, its end left out: a checkout with other line ends is the same text. */
export function linePrints(text: string): string[] {
  const starts = lineStarts(text);
  return starts.map((start, index) => printOf(text.slice(start, starts[index + 1] ?? text.length).replace(/(?:\r\n|[\r\n])$/, '')));
}

function printOf(line: string): string {
  return digestOf(line).slice('sha256:'.length, 'sha256:'.length + PRINT_LENGTH);
}

/** True for the print of a line, or a text's edge. */
export function isPrint(value: string): boolean {
  return value === TOP || value === BOTTOM || /^[0-9a-f]{16}$/.test(value);
}

/**
 * The passages of a text: spans that stand near each other share one. `prints` and `starts` are those of all its lines. `wanted` chooses spans;
 * absent: all.
 */
export function passagesOf(path: RepoPath, prints: readonly string[], starts: readonly number[], spans: Spans, wanted: (span: Span) => boolean = () => true): readonly Passage[] {
  const passages: Passage[] = [];
  let open: { from: number; to: number; spans: Span[] } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const [from, to] = [Math.max(open.from - CONTEXT, -1), Math.min(open.to + CONTEXT, prints.length)];
    const lines = Array.from({ length: to - from + 1 }, (_, index) => (from + index === -1 ? TOP : (prints[from + index] ?? BOTTOM)));
    const place = (offset: number): Position => {
      const { line, character } = positionAt(starts, offset);
      return { line: line - from, character };
    };
    passages.push({ path, lines, labels: open.spans.map(({ range, origin, evidence, at }) => ({ start: place(range.start), end: place(range.end), origin, evidence, at })) });
    open = undefined;
  };
  for (const span of spans) {
    if (!wanted(span)) continue;
    const { from, to } = linesOf(starts, span.range);
    if (open !== undefined && from - open.to <= CONTEXT) open = { from: open.from, to: Math.max(open.to, to), spans: [...open.spans, span] };
    else {
      close();
      open = { from, to, spans: [span] };
    }
  }
  close();
  return passages;
}

/** A part of one line and what is known of it, in characters from the line's start; an infinite end includes the line's end. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly label: Label;
}

/** What one passage says of one line of a text. */
interface Candidate {
  readonly pieces: readonly Piece[];
  readonly agreeing: number;
  readonly untrusted: boolean;
}

/** Places in a text at which one passage line is looked for. */
const MOST_PLACES = 64;

/** Lines around that have to agree before a passage is believed, where it does not stand there as a whole. */
export const LEAST_AGREEING = 2;

/** How well a line's surroundings agree with a passage's. */
export interface Agreement {
  /** Lines right around that agree, at most three on each side; a text's edge counts as one, a line that stands everywhere as half of one. */
  readonly agreeing: number;
  /** The whole passage stands there. */
  readonly whole: boolean;
}

/** What is taken from a passage for a line that agrees with it so well: no label, those of untrusted origin, or all. */
export type Believe = (passage: Passage, agreement: Agreement) => 'nothing' | 'untrusted' | 'all';

/**
 * What passages know of a text, as spans. A line's label counts where lines with a word of their own agree; of several, the one whose surroundings
 * agree best, the untrusted one in doubt.
 */
export function recollect(text: string, passages: readonly Passage[], believe: Believe): Spans {
  const now = [TOP, ...linePrints(text), BOTTOM];
  const places = new Map<string, number[]>();
  now.forEach((print, line) => {
    const known = places.get(print);
    if (known === undefined) places.set(print, [line]);
    else if (known.length < MOST_PLACES) known.push(line);
  });
  const best = new Map<number, Candidate>();
  for (const passage of passages) {
    const pieces = piecesOf(passage);
    for (const run of runsOf(passage, pieces, now, places)) {
      for (let index = run.from; index <= run.to; index++) {
        const known = pieces.get(index);
        if (known === undefined) continue;
        const agreeing = agreementOf(passage.lines, run, index);
        const belief = believe(passage, { agreeing, whole: run.from === 0 && run.to === passage.lines.length - 1 });
        const found = belief === 'nothing' ? [] : known.filter(({ label }) => belief === 'all' || isUntrusted(label.origin));
        if (found.length === 0) continue;
        const candidate: Candidate = { pieces: found, agreeing, untrusted: found.some(({ label }) => isUntrusted(label.origin)) };
        const line = index + run.shift;
        if (isBetter(candidate, best.get(line))) best.set(line, candidate);
      }
    }
  }
  return spansOf(text, best);
}

/** Lays what is recollected over some ranges of a text: over the baseline and what nobody explained (`external`, `unknown`, brought by git). What is known better (typed, pasted, an agent's) stays. */
export function layOver(spans: Spans, found: Spans, open: readonly Range[]): Spans {
  let result = spans;
  for (const label of found) {
    for (const range of open) {
      const part = intersection(label.range, range);
      if (part === undefined) continue;
      const held = clip(spans, part);
      // That nobody knew who wrote it was true then as it is now: what came now waits for its own explanation.
      const parts = held.filter(({ origin }) => (isOpen(label.origin) ? origin.kind === 'unknown' || (origin.kind === 'tool' && origin.tool === 'vcs') : isOpen(origin))).map((span) => span.range);
      for (const free of [...parts, ...between(held, part)]) result = relabel(result, free, label);
    }
  }
  return result;
}

/** As `replaceBy`, with nobody's labels too: for what git brought back, which nobody will explain any more. */
export function replaceAllBy(spans: Spans, found: Spans, open: readonly Range[]): Spans {
  return open.reduce((result, range) => clip(found, range).reduce((all, label) => relabel(all, label.range, label), result), spans);
}

/** Replaces the labels of some lines of a text by what is recollected of them, as far as something is. That nobody knew once is no news where somebody does now. */
export function replaceBy(spans: Spans, found: Spans, open: readonly Range[]): Spans {
  const named = found.filter(({ origin }) => !isOpen(origin));
  const replaced = open.reduce((result, range) => clip(named, range).reduce((all, label) => relabel(all, label.range, label), result), spans);
  return layOver(replaced, found.filter(({ origin }) => isOpen(origin)), open);
}

/**
 * The lines that came with an arrival, whole: those it stands on, and beside them those that stand in many places (a closing brace, `return value;`): that
 * they are the old ones is chance. Blank lines end the neighbourhood. `beside`: the latter alone.
 */
export function arrivedLines(text: string, arrived: readonly Range[]): { readonly lines: readonly Range[]; readonly beside: readonly Range[] } {
  if (arrived.length === 0) return { lines: [], beside: [] };
  const starts = lineStarts(text);
  const lines = starts.map((start, index) => text.slice(start, starts[index + 1] ?? text.length).trim());
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  const came = new Set<number>();
  const beside = new Set<number>();
  const walk = (start: number, step: 1 | -1): void => {
    for (let line = start; (lines[line] ?? '') !== '' && counts.get(lines[line]!)! > 1; line += step) beside.add(line);
  };
  for (const range of arrived) {
    const { from, to } = linesOf(starts, range);
    for (let line = from; line <= to; line++) came.add(line);
    walk(from - 1, -1);
    walk(to + 1, 1);
  }
  const rangeOf = (line: number): Range => ({ start: starts[line]!, end: starts[line + 1] ?? text.length });
  const neighbours = [...beside].filter((line) => !came.has(line)).sort((a, b) => a - b);
  return { lines: [...new Set([...came, ...neighbours])].sort((a, b) => a - b).map(rangeOf), beside: neighbours.map(rangeOf) };
}

/** Takes people's labels from some ranges: what stands there is `label`'s. */
export function distrusted(spans: Spans, ranges: readonly Range[], label: Label): Spans {
  let result = spans;
  for (const range of ranges) for (const span of clip(spans, range)) if (!isUntrusted(span.origin)) result = relabel(result, span.range, label);
  return result;
}

/** True for labels that say that nobody knows: anything that is recollected says more. */
export function isOpen({ kind, ...origin }: Span['origin']): boolean {
  return kind === 'external' || kind === 'unknown' || (kind === 'tool' && 'tool' in origin && origin.tool === 'vcs');
}

function between(held: Spans, range: Range): Range[] {
  const free: Range[] = [];
  let at = range.start;
  for (const span of held) {
    if (at < span.range.start) free.push({ start: at, end: span.range.start });
    at = span.range.end;
  }
  if (at < range.end) free.push({ start: at, end: range.end });
  return free;
}

function isBetter(candidate: Candidate, than: Candidate | undefined): boolean {
  if (than === undefined || candidate.agreeing !== than.agreeing) return than === undefined || candidate.agreeing > than.agreeing;
  if (candidate.untrusted !== than.untrusted) return candidate.untrusted;
  if (isNamed(candidate) !== isNamed(than)) return isNamed(candidate);
  return candidate.pieces.every(({ label }) => than.pieces.every((other) => label.at > other.label.at));
}

/** Somebody is known to have written some of it. */
function isNamed({ pieces }: Candidate): boolean {
  return pieces.some(({ label }) => !isOpen(label.origin));
}

/** Passages do not change: what was made of one serves for every text it is looked for in. */
const made = new WeakMap<Passage, ReadonlyMap<number, readonly Piece[]>>();

/** The labels of a passage by line. */
function piecesOf(passage: Passage): ReadonlyMap<number, readonly Piece[]> {
  const known = made.get(passage) ?? cutLabels(passage);
  made.set(passage, known);
  return known;
}

function cutLabels({ labels }: Passage): ReadonlyMap<number, readonly Piece[]> {
  const pieces = new Map<number, Piece[]>();
  for (const { start, end, origin, evidence, at } of labels) {
    const label: Label = { origin, evidence, at };
    for (let line = start.line; line <= end.line; line++) {
      const piece = { from: line === start.line ? start.character : 0, to: line === end.line ? end.character : Infinity, label };
      if (piece.from < piece.to) pieces.set(line, [...(pieces.get(line) ?? []), piece]);
    }
  }
  return pieces;
}

function agreementOf(lines: readonly string[], { from, to }: Run, index: number): number {
  let sum = 0;
  for (let line = Math.max(from, index - CONTEXT); line <= Math.min(to, index + CONTEXT); line++) {
    if (line !== index) sum += lines[line] === TOP || lines[line] === BOTTOM || !isCommon(lines[line]!) ? 1 : 0.5;
  }
  return sum;
}

interface Run {
  /** Lines of the passage, `to` inclusive. */
  readonly from: number;
  readonly to: number;
  /** From a line of the passage to one of the text, its top counted. */
  readonly shift: number;
}

/** Stretches of a passage that stand in a text. Each holds a labelled line with a word of its own; a passage that has none has to stand there as a whole. */
function runsOf({ lines }: Passage, pieces: ReadonlyMap<number, unknown>, now: readonly string[], places: ReadonlyMap<string, readonly number[]>): readonly Run[] {
  const own = lines.flatMap((print, index) => (pieces.has(index) && !isCommon(print) ? [index] : []));
  const anchors = own.length > 0 ? own : lines.flatMap((print, index) => (isCommon(print) ? [] : [index]));
  const ends = new Map<number, number>();
  const runs: Run[] = [];
  for (const anchor of anchors) {
    for (const place of places.get(lines[anchor]!) ?? []) {
      const shift = place - anchor;
      if ((ends.get(shift) ?? -1) >= anchor) continue;
      let from = anchor;
      let to = anchor;
      while (from > 0 && lines[from - 1] === now[from - 1 + shift]) from--;
      while (to + 1 < lines.length && lines[to + 1] === now[to + 1 + shift]) to++;
      ends.set(shift, to);
      if (own.length > 0 || (from === 0 && to === lines.length - 1)) runs.push({ from, to, shift });
    }
  }
  return runs;
}

function spansOf(text: string, best: ReadonlyMap<number, Candidate>): Spans {
  const starts = lineStarts(text);
  const spans: Span[] = [];
  for (const line of [...best.keys()].sort((a, b) => a - b)) {
    const start = starts[line - 1];
    if (start === undefined) continue;
    const end = starts[line] ?? text.length;
    for (const { from, to, label } of [...best.get(line)!.pieces].sort((a, b) => a.from - b.from)) {
      const range = { start: Math.min(start + from, end), end: Math.min(start + to, end) };
      const last = spans.at(-1);
      if (range.start >= range.end || (last !== undefined && range.start < last.range.end)) continue;
      if (last !== undefined && last.range.end === range.start && last.origin === label.origin && last.evidence === label.evidence && last.at === label.at) spans[spans.length - 1] = { ...last, range: { start: last.range.start, end: range.end } };
      else spans.push({ range, ...label });
    }
  }
  return spans;
}

/** Lines that stand everywhere and tell nothing: blank ones, and closing brackets at any indentation. */
const CLOSERS = ['', '}', '};', '},', '})', '});', '}),', ')', ');', '),', ']', '];', '],', '{', '(', '[', '*/', '/**', '*', '"""', 'end', 'else', 'else:', '} else {', 'return', 'return;', 'break;', 'try {', '</div>', '/>', '>'];
let common: ReadonlySet<string> | undefined;

function isCommon(print: string): boolean {
  common ??= new Set([TOP, BOTTOM, ...['', ...Array.from({ length: 32 }, (_, depth) => ' '.repeat(depth + 1)), ...Array.from({ length: 8 }, (_, depth) => '\t'.repeat(depth + 1))].flatMap((indent) => CLOSERS.map((closer) => printOf(indent + closer)))]);
  return common.has(print);
}
