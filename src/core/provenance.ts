/**
 * Who wrote these characters: origins, spans, and the fold that carries spans through edits.
 * Invariant 1: what is not proven human is untrusted; `unknown`, `external` and `paste` are never better than `agent`.
 */
import { commonRuns, grains } from './diff.ts';
import { applyChange, insertedRanges, length, type Change, type Range } from './text.ts';

/** `claude-code`, `github-copilot`, ... or `assistant` when an assistant acted and did not say which. */
export type AgentId = string;

/** What was seen that speaks for an origin. All of it is kept, strongest first. */
export type Evidence =
  | { readonly kind: 'hook'; readonly agent: AgentId; readonly tool: string; readonly call?: string }
  | { readonly kind: 'change-reason'; readonly source: string; readonly extension?: string; readonly model?: string }
  | { readonly kind: 'accept-marker'; readonly command: string }
  | { readonly kind: 'keyboard' }
  | { readonly kind: 'selection'; readonly selection: 'keyboard' | 'mouse' | 'command' | 'none' }
  | { readonly kind: 'clipboard' }
  | { readonly kind: 'shape'; readonly shape: 'multi-character' | 'multi-line' | 'multi-range' | 'background' | 'deletion' }
  | { readonly kind: 'disk' }
  | { readonly kind: 'gap'; readonly reason: string };

export type Origin =
  /** Positive keyboard evidence for these very characters. */
  | { readonly kind: 'human' }
  | { readonly kind: 'agent'; readonly agent: AgentId; readonly model?: string; readonly session?: string }
  /** Directed by a person; keeps the origin of the text it moved where there was one. */
  | { readonly kind: 'tool'; readonly tool: 'format' | 'rename' | 'snippet' | 'suggest' | 'quick-fix' | 'vcs' }
  /** Text from outside the workspace. */
  | { readonly kind: 'paste' }
  /** The file changed on disk and nobody said who. */
  | { readonly kind: 'external' }
  /** A gap in the record, or a change no signal explains. */
  | { readonly kind: 'unknown' };

export interface Span {
  readonly range: Range;
  readonly origin: Origin;
  /** Never empty for an origin other than the baseline. Strongest first. */
  readonly evidence: readonly Evidence[];
  /** Milliseconds since 1970, UTC: when the characters came. */
  readonly at: number;
}

/** Spans of one text, ascending, not overlapping. Characters in no span are the baseline: they stood there when recording began. */
export type Spans = readonly Span[];

/** What arrived: a change of the text, and who is held to have made it. */
export interface Arrival {
  readonly origin: Origin;
  readonly evidence: readonly Evidence[];
  readonly at: number;
}

/**
 * True for what a review has to cover. A tool's text is trusted only when the tool re-spaced or renamed human or baseline text (`format`,
 * `rename`, which `applyTransform` gives to nothing else), or when it completed one name that a person had begun to type (`suggest`): that
 * label is given to nothing but a single name of at most 60 characters whose typed beginning it replaces, so that no statement can come in by
 * it. What a tool made anew (a snippet, a quick-fix) or brought (vcs) is not proven human.
 */
export function isUntrusted(origin: Origin): boolean {
  switch (origin.kind) {
    case 'human':
      return false;
    case 'tool':
      return origin.tool !== 'format' && origin.tool !== 'rename' && origin.tool !== 'suggest';
    case 'agent':
    case 'paste':
    case 'external':
    case 'unknown':
      return true;
  }
}

/** Carries spans through a change; inserted characters become spans of `arrival`. Spans join only when origin and evidence agree. */
export function applyArrival(spans: Spans, change: Change, arrival: Arrival): Spans {
  return splice(spans, change, (edit, start) => [{ range: { start, end: start + edit.text.length }, ...labelOf(arrival) }]);
}

/**
 * Carries spans through a change directed at existing text (format, rename, import order): tokens that were only moved or re-spaced keep
 * their origin, and what is new takes the worst origin around it, so that a tool never makes agent text human. Where all around is human
 * or baseline, a new token is the tool's own; but a word that a formatter brings and that stood nowhere in the text is `unknown`.
 */
export function applyTransform(before: string, spans: Spans, change: Change, arrival: Arrival): Spans {
  const moved = cutTokens(before, spans, change);
  return splice(spans, change, (edit, start) => transformed(before, spans, edit, arrival, moved).map((piece) => ({ ...piece, range: { start: piece.range.start + start, end: piece.range.end + start } })));
}

/** Gives the characters of `range` an origin of their own, replacing what was there: a late hook explains an external change. */
export function relabel(spans: Spans, range: Range, arrival: Arrival): Spans {
  if (range.start >= range.end) return spans;
  const out = new Joiner(clip(spans, { start: 0, end: range.start }));
  out.push({ range, ...labelOf(arrival) });
  for (const span of clip(spans, { start: range.end, end: Infinity })) out.push(span);
  return out.spans;
}

/**
 * What a change that takes away leaves behind: the tokens right beside each deletion (on the same line), as spans of `arrival` in offsets of
 * the text after. Deleted characters can carry no label, and a deleted check is as dangerous as an added call. Replacements leave none: the new
 * text stands for them. Nor does deleted white space.
 */
export function scar(before: string, change: Change, arrival: Arrival): Spans {
  const after = applyChange(before, change);
  return insertedRanges(change).flatMap(({ start: at }, index) => {
    const { range, text } = change[index]!;
    return text !== '' || before.slice(range.start, range.end).trim() === '' ? [] : scarAt(after, at, arrival);
  });
}

/** The scar of a deletion at one place of the text after, for when the text before is no longer at hand. */
export function scarAt(after: string, at: number, arrival: Arrival): Spans {
  const evidence: Evidence[] = [{ kind: 'shape', shape: 'deletion' }, ...arrival.evidence];
  return [tokenBefore(after, at), tokenAfter(after, at)].filter((part) => part.start < part.end).map((part) => ({ range: part, origin: arrival.origin, evidence, at: arrival.at }));
}

/** Spans with scars laid over what is trusted in them; what is untrusted already keeps its label. */
export function withScars(spans: Spans, scars: Spans): Spans {
  return scars.reduce((result, mark) => trustedParts(result, mark.range).reduce((labelled, part) => relabel(labelled, part, mark), result), spans);
}

/** The parts of a range that nothing untrusted stands in. */
export function trustedParts(spans: Spans, range: Range): readonly Range[] {
  const parts: Range[] = [];
  let at = range.start;
  for (const span of clip(spans, range)) {
    if (!isUntrusted(span.origin)) continue;
    if (at < span.range.start) parts.push({ start: at, end: span.range.start });
    at = span.range.end;
  }
  if (at < range.end) parts.push({ start: at, end: range.end });
  return parts;
}

function tokenBefore(text: string, at: number): Range {
  let end = at;
  while (end > 0 && /[ \t]/.test(text[end - 1]!)) end--;
  let start = end;
  if (start > 0 && !/[\r\n]/.test(text[start - 1]!)) start--;
  if (start < end && isWordCharacter(text[start]!)) while (start > 0 && isWordCharacter(text[start - 1]!)) start--;
  return { start, end };
}

function tokenAfter(text: string, at: number): Range {
  let start = at;
  // A whole line gone leaves the cut at a line's start, with nothing beside it there: then the next line bears the scar.
  while (start < text.length && /\s/.test(text[start]!) && (lineIsEmptyBefore(text, at) || !/[\r\n]/.test(text[start]!))) start++;
  let end = start;
  if (end < text.length && !/[\r\n]/.test(text[end]!)) end++;
  if (start < end && isWordCharacter(text[start]!)) while (end < text.length && isWordCharacter(text[end]!)) end++;
  return { start, end };
}

function lineIsEmptyBefore(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && /[ \t]/.test(text[start - 1]!)) start--;
  return start === 0 || /[\r\n]/.test(text[start - 1]!);
}

function isWordCharacter(character: string): boolean {
  return /[\p{L}\p{N}_$]/u.test(character);
}

/** The spans inside `range`, cut to it. */
export function clip(spans: Spans, range: Range): Spans {
  const result: Span[] = [];
  for (let i = firstEndingAfter(spans, range.start); i < spans.length && spans[i]!.range.start < range.end; i++) {
    const span = spans[i]!;
    const inside = span.range.start >= range.start && span.range.end <= range.end;
    const start = Math.max(span.range.start, range.start);
    const end = Math.min(span.range.end, range.end);
    if (start < end) result.push(inside ? span : { ...span, range: { start, end } });
  }
  return result;
}

/** The span that holds the character at `offset`; `undefined`: baseline. Logarithmic. */
export function spanAt(spans: Spans, offset: number): Span | undefined {
  const span = spans[firstEndingAfter(spans, offset)];
  return span !== undefined && span.range.start <= offset ? span : undefined;
}

/** What a span says of its characters, apart from where they stand. */
type Label = Omit<Span, 'range'>;

/** Neighbours of one label that came this close together (milliseconds) are one span; the earlier time is kept. */
const TOGETHER = 2000;
/** A person types in bursts; their text is one span as long as no pause was longer than this, counted from its first character. */
const TYPED_TOGETHER = 60_000;

function labelOf({ origin, evidence, at }: Label): Label {
  return { origin, evidence, at };
}

/** Index of the first span whose end lies after `offset`. */
function firstEndingAfter(spans: Spans, offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.range.end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Collects ascending spans and joins equal neighbours. */
class Joiner {
  readonly spans: Span[];
  constructor(spans: Spans) {
    this.spans = spans.slice();
  }

  push(span: Span): void {
    if (span.range.start >= span.range.end) return;
    const last = this.spans[this.spans.length - 1];
    if (last !== undefined && last.range.end === span.range.start && belongTogether(last, span)) {
      this.spans[this.spans.length - 1] = { range: { start: last.range.start, end: span.range.end }, origin: last.origin, evidence: last.evidence, at: Math.min(last.at, span.at) };
    } else {
      this.spans.push(span);
    }
  }
}

function belongTogether(a: Label, b: Label): boolean {
  const gap = Math.abs(a.at - b.at);
  if (gap > (a.origin.kind === 'human' ? TYPED_TOGETHER : TOGETHER)) return false;
  return sameValue(a.origin, b.origin) && sameValue(a.evidence, b.evidence);
}

/** Deep equality of plain values; the order of keys does not count. */
function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

/** The fold: what the change deletes leaves its spans, `inserted` says what its text becomes (`start` is where that text stands afterwards). */
function splice(spans: Spans, change: Change, inserted: (edit: Change[number], start: number) => Spans): Spans {
  if (change.length === 0) return spans;
  let next = firstEndingAfter(spans, change[0]!.range.start);
  const out = new Joiner(spans.slice(0, next));
  let head = spans[next];
  let shift = 0;
  const advance = (): void => {
    head = spans[++next];
  };
  const put = (span: Span): void => out.push(shift === 0 ? span : shifted(span, shift));
  for (const edit of change) {
    const { start, end } = edit.range;
    while (head !== undefined && head.range.end <= start) {
      put(head);
      advance();
    }
    if (head !== undefined && head.range.start < start) {
      put({ ...head, range: { start: head.range.start, end: start } });
      head = { ...head, range: { start, end: head.range.end } };
    }
    while (head !== undefined && head.range.end <= end) advance();
    if (head !== undefined && head.range.start < end) head = { ...head, range: { start: end, end: head.range.end } };
    if (edit.text !== '') for (const span of inserted(edit, start + shift)) out.push(span);
    shift += edit.text.length - length(edit.range);
  }
  if (head !== undefined) put(head);
  // Only the first two after the change can have a new neighbour; the rest is moved as it is.
  if (++next < spans.length) put(spans[next]!);
  for (next++; next < spans.length; next++) out.spans.push(shift === 0 ? spans[next]! : shifted(spans[next]!, shift));
  return out.spans;
}

function shifted(span: Span, shift: number): Span {
  return { range: { start: span.range.start + shift, end: span.range.end + shift }, origin: span.origin, evidence: span.evidence, at: span.at };
}

/** Most tokens that may differ in one edit before its text counts as new altogether. */
const MOST_TRANSFORM_EDITS = 2000;

/** Label of every token that the change cuts out, by its text, the worst where several are equal: what a moved token takes along. */
function cutTokens(before: string, spans: Spans, change: Change): ReadonlyMap<string, Label | undefined> {
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
function transformed(before: string, spans: Spans, edit: Change[number], arrival: Arrival, moved: ReadonlyMap<string, Label | undefined>): Spans {
  const old = placed(before.slice(edit.range.start, edit.range.end), edit.range.start);
  const now = placed(edit.text, 0);
  const oldSolid = old.filter(({ text }) => !isBlank(text));
  const solid = now.filter(({ text }) => !isBlank(text));
  const kept = new Map<number, number>();
  const runs = commonRuns(oldSolid.map(({ text }) => text), solid.map(({ text }) => text), MOST_TRANSFORM_EDITS);
  for (const run of runs ?? []) for (let i = 0; i < run.count; i++) kept.set(solid[run.after + i]!.start, oldSolid[run.before + i]!.start);

  const left = edit.range.start > 0 ? labelAt(spans, edit.range.start - 1) : undefined;
  const right = edit.range.end < before.length ? labelAt(spans, edit.range.end) : undefined;
  const around = worst(worst(left, right), worstIn(spans, edit.range));
  const pieces = new Joiner([]);
  let previous = left;
  for (const { text, start } of now) {
    const end = start + text.length;
    const from = kept.get(start);
    if (from !== undefined) {
      for (const span of clip(spans, { start: from, end: from + text.length })) pieces.push(shifted(span, start - from));
      previous = labelAt(spans, from + text.length - 1);
      continue;
    }
    const label = isBlank(text) ? previous : moved.has(text) ? moved.get(text) : fresh(before, text, around, arrival);
    if (label !== undefined) pieces.push({ range: { start, end }, ...label });
    previous = label;
  }
  return pieces.spans;
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

function labelAt(spans: Spans, offset: number): Label | undefined {
  const span = spanAt(spans, offset);
  return span === undefined ? undefined : labelOf(span);
}

function worstIn(spans: Spans, range: Range): Label | undefined {
  return clip(spans, range).reduce<Label | undefined>((label, span) => worst(label, labelOf(span)), undefined);
}

function worst(a: Label | undefined, b: Label | undefined): Label | undefined {
  return badness(b) > badness(a) ? b : a;
}

/** Agents first, so that what a tool adds among agent text is shown as what it is; `undefined` is the baseline. */
function badness(label: Label | undefined): number {
  if (label === undefined) return 0;
  switch (label.origin.kind) {
    case 'human':
      return 1;
    case 'tool':
      return isUntrusted(label.origin) ? 3 : 2;
    case 'paste':
      return 4;
    case 'external':
      return 5;
    case 'unknown':
      return 6;
    case 'agent':
      return 7;
  }
}
