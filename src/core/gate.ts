/**
 * The verdict: added code + reviews + findings + policy. Pure; it fails closed (invariant 5), and trust is derived here, never stored (6).
 */
import type { Finding, Problem } from './finding.ts';
import type { RepoPath } from './path.ts';
import type { Policy } from './policy.ts';
import type { AgentId } from './provenance.ts';
import type { CheckedReview } from './review.ts';
import type { Range } from './text.ts';
import type { Unit } from './unit.ts';

export interface GateFile {
  readonly path: RepoPath;
  readonly text: string;
  readonly units: readonly Unit[];
  /** What the change adds, in offsets of `text`. */
  readonly added: readonly Range[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** Agents that records name for parts of this file; for the message only, never for trust. */
  readonly agents: readonly AgentId[];
}

export interface GateInput {
  /** Changed text files, with what the head holds. */
  readonly files: readonly GateFile[];
  /** Changed files that hold no text Vetmark can read (binary, too large, unreadable) and the policy does not exclude. */
  readonly unreadable: readonly { readonly path: RepoPath; readonly why: string }[];
  readonly reviews: readonly CheckedReview[];
  /** From the base commit, never from the change. */
  readonly policy: { readonly kind: 'policy'; readonly policy: Policy } | { readonly kind: 'unreadable'; readonly message: string };
  /** ISO 8601, UTC: for waivers. */
  readonly now: string;
}

export type Reason =
  | { readonly kind: 'unreviewed'; readonly path: RepoPath; readonly range: Range; readonly line: number; readonly label: string; readonly agents: readonly AgentId[] }
  | { readonly kind: 'changed-since-review'; readonly path: RepoPath; readonly range: Range; readonly line: number; readonly label: string; readonly file: RepoPath }
  | { readonly kind: 'finding'; readonly path: RepoPath; readonly line: number; readonly finding: Finding }
  | { readonly kind: 'waiver-expired'; readonly path: RepoPath; readonly line: number; readonly finding: Finding; readonly until: string }
  | { readonly kind: 'policy-unreadable'; readonly message: string }
  | { readonly kind: 'signature-invalid'; readonly file: RepoPath; readonly message: string }
  | { readonly kind: 'reviewer-unknown'; readonly file: RepoPath; readonly message: string }
  | { readonly kind: 'record-corrupt'; readonly file: RepoPath; readonly message: string }
  | { readonly kind: 'coverage-gap'; readonly path: RepoPath; readonly message: string }
  | { readonly kind: 'could-not-judge'; readonly path?: RepoPath; readonly message: string };

export type Verdict = { readonly outcome: 'pass' } | { readonly outcome: 'block'; readonly reasons: readonly [Reason, ...Reason[]] };

/** Judges a change. `line` in a reason is one-based. */
export function judge(_input: GateInput): Verdict {
  throw new Error('not built yet');
}

/** Exit code: 0 pass, 1 blocked, 2 could not judge (it wins over 1: what was not judged may hide anything). */
export function exitCode(verdict: Verdict): 0 | 1 | 2 {
  if (verdict.outcome === 'pass') return 0;
  return verdict.reasons.some((reason) => reason.kind === 'could-not-judge' || reason.kind === 'policy-unreadable') ? 2 : 1;
}
