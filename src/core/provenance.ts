/**
 * Who wrote these characters: origins, spans, and the fold that carries spans through edits.
 * Invariant 1: what is not proven human is untrusted; `unknown`, `external` and `paste` are never better than `agent`.
 */
import type { Change, Range } from './text.ts';

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
  | { readonly kind: 'shape'; readonly shape: 'multi-character' | 'multi-line' | 'multi-range' | 'background' }
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

/** True for everything but `human` and a tool's work on human text: what a review has to cover. */
export function isUntrusted(_origin: Origin): boolean {
  throw new Error('not built yet');
}

/** Carries spans through a change; inserted characters become spans of `arrival`. Spans join only when origin and evidence agree. */
export function applyArrival(_spans: Spans, _change: Change, _arrival: Arrival): Spans {
  throw new Error('not built yet');
}

/**
 * Carries spans through a change directed at existing text (format, rename, import order): tokens that were only moved or re-spaced keep
 * their origin, and what is new takes the worst origin around it, so that a tool never makes agent text human.
 */
export function applyTransform(_before: string, _spans: Spans, _change: Change, _arrival: Arrival): Spans {
  throw new Error('not built yet');
}

/** Gives the characters of `range` an origin of their own, replacing what was there: a late hook explains an external change. */
export function relabel(_spans: Spans, _range: Range, _arrival: Arrival): Spans {
  throw new Error('not built yet');
}
