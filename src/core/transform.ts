/**
 * Changes directed at existing text (format, rename, import order): tokens that were only moved or re-spaced keep their origin.
 * Guards invariant 1: a tool never makes an agent's text human; what it brings takes the worst origin around it.
 */
import { commonRuns, grains } from './diff.ts';
import { isUntrusted, labelOf, worst, type Arrival, type Label, type Span, type Spans } from './origin.ts';
import type { SpanTree } from './span-tree.ts';
import type { Change, Range } from './text.ts';

/**
 * Carries spans through a change that a tool directed at existing text. What is new takes the worst origin around it. Where all around is human
 * or baseline, a new token is the tool's own; but a word that a formatter brings and that stood nowhere in the text is `unknown`.
 */
export function applyTransform(before: string, spans: SpanTree, change: Change, arrival: Arrival): SpanTree {
  const moved = cutTokens(before, spans, change);
  return spans.splice(change, (edit) => transformed(before, spans, edit, arrival, moved));
}

/** Most tokens that may differ in one edit before its text counts as new altogether. */
const MOST_TRANSFORM_EDITS = 2000;

/** Label of every token that the change cuts out, by its text, the worst where several are equal: what a moved token takes along. */
function cutTokens(before: string, spans: SpanTree, change: Change): ReadonlyMap<string, Label | undefined> {
  const cut = new Map<string, Label | undefined>();
  for (const { range } of change) {
    let at = range.start;
    for (const token of grains(before.slice(range.start, range.end))) {
      const label = worstIn(spans, { start: at, end: at + token.length });
      if (!isBlank(token)) cut.set(token, cut.has(token) ? worst(cut.get(token), label) : label);
      at += token.length;
    }
  }
  return cut;
}

/** Spans of an edit's text, offsets from its start. */
function transformed(before: string, spans: SpanTree, edit: Change[number], arrival: Arrival, moved: ReadonlyMap<string, Label | undefined>): Spans {
  const old = placed(before.slice(edit.range.start, edit.range.end), edit.range.start);
  const now = placed(edit.text, 0);
  const oldSolid = old.filter(({ text }) => !isBlank(text));
  const solid = now.filter(({ text }) => !isBlank(text));
  const kept = new Map<number, number>();
  const runs = commonRuns(oldSolid.map(({ text }) => text), solid.map(({ text }) => text), MOST_TRANSFORM_EDITS);
  for (const run of runs ?? []) for (let i = 0; i < run.count; i++) kept.set(solid[run.after + i]!.start, oldSolid[run.before + i]!.start);

  for (const [after, from] of movedLines(before, edit)) kept.set(after, from);

  const left = edit.range.start > 0 ? labelAt(spans, edit.range.start - 1) : undefined;
  const right = edit.range.end < before.length ? labelAt(spans, edit.range.end) : undefined;
  const around = worst(worst(left, right), worstIn(spans, edit.range));
  const pieces: Span[] = [];
  let previous = left;
  for (const { text, start } of now) {
    const end = start + text.length;
    const from = kept.get(start);
    if (from !== undefined) {
      for (const span of spans.clip({ start: from, end: from + text.length })) pieces.push({ ...span, range: { start: span.range.start + start - from, end: span.range.end + start - from } });
      previous = labelAt(spans, from + text.length - 1);
      continue;
    }
    const label = isBlank(text) ? previous : moved.has(text) ? moved.get(text) : fresh(before, text, around, arrival);
    if (label !== undefined) pieces.push({ range: { start, end }, ...label });
    previous = label;
  }
  return pieces;
}

/** Where each token of a line stood that is the same before and after, but for white space at its ends: whole lines first, they may have changed places. */
function movedLines(before: string, { range, text }: Change[number]): ReadonlyMap<number, number> {
  const places = new Map<string, number[]>();
  for (const line of linesIn(before.slice(range.start, range.end), range.start)) places.set(line.text, [...(places.get(line.text) ?? []), line.start]);
  const tokens = new Map<number, number>();
  for (const line of linesIn(text, 0)) {
    const from = places.get(line.text)?.shift();
    if (from !== undefined) for (const token of placed(line.text, 0)) tokens.set(line.start + token.start, from + token.start);
  }
  return tokens;
}

/** Lines that hold something, without white space at their ends. */
function linesIn(text: string, from: number): { readonly text: string; readonly start: number }[] {
  let at = from;
  return text.split('\n').flatMap((line) => {
    const start = at + line.length - line.trimStart().length;
    at += line.length + 1;
    return line.trim() === '' ? [] : [{ text: line.trim(), start }];
  });
}

/** Label of a token that stood nowhere in what was cut. */
function fresh(before: string, token: string, around: Label | undefined, arrival: Arrival): Label {
  if (around !== undefined && isUntrusted(around.origin)) return around;
  const brought = arrival.origin.kind === 'tool' && arrival.origin.tool === 'format' && /[\p{L}\p{N}]/u.test(token) && !before.includes(token);
  return brought ? { origin: { kind: 'unknown' }, evidence: arrival.evidence, at: arrival.at } : labelOf(arrival);
}

function placed(text: string, from: number): { readonly text: string; readonly start: number }[] {
  let at = from;
  return grains(text).map((grain) => {
    const start = at;
    at += grain.length;
    return { text: grain, start };
  });
}

function isBlank(text: string): boolean {
  return /^[ \t\r\n]+$/.test(text);
}

function labelAt(spans: SpanTree, offset: number): Label | undefined {
  const span = spans.at(offset);
  return span === undefined ? undefined : labelOf(span);
}

function worstIn(spans: SpanTree, range: Range): Label | undefined {
  return spans.clip(range).reduce<Label | undefined>((label, span) => worst(label, labelOf(span)), undefined);
}
