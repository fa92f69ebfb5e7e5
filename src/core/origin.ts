/**
 * Origins and spans: the words for who wrote these characters, and which of them a review has to cover.
 * Invariant 1: what is not proven human is untrusted; `unknown`, `external` and `paste` are never better than `agent`.
 */
import type { Range } from './text.ts';

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

/** What a span says of its characters, apart from where they stand. */
export type Label = Omit<Span, 'range'>;

export function labelOf({ origin, evidence, at }: Label): Label {
  return { origin, evidence, at };
}

/** Neighbours of one label that came this close together (milliseconds) are one span; the earlier time is kept. */
const TOGETHER = 2000;
/** A person types in bursts; their text is one span as long as no pause was longer than this, counted from its first character. */
const TYPED_TOGETHER = 60_000;

/** Spans join only when origin and evidence agree. */
export function belongTogether(a: Label, b: Label): boolean {
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

/** The worse of two labels; `undefined` is the baseline. Of equals, the first. */
export function worst(a: Label | undefined, b: Label | undefined): Label | undefined {
  return badness(b) > badness(a) ? b : a;
}

/** Agents first, so that what a tool adds among agent text is shown as what it is. */
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
