/** The policy `.vetmark/policy.json`: its schema, and its reading for a path. */
import type { Severity } from './finding.ts';
import type { RepoPath } from './path.ts';

export interface ChecklistItem {
  readonly id: string;
  readonly question: string;
}

export interface Policy {
  readonly version: 1;
  /** Findings this bad or worse in untrusted code block the gate. Default `high`. */
  readonly threshold: Severity;
  /** Globs (minimatch) of files that nobody vets: generated, vendored, lockfiles. Default: well-known lockfiles and Vetmark's own records. */
  readonly exclude: readonly string[];
  /** What to think of added code that nobody signed for. Default and safe: `untrusted`. */
  readonly unattributed: 'untrusted' | 'trusted';
  /** Further checklist items by path glob. */
  readonly checklist: readonly { readonly paths: string; readonly items: readonly ChecklistItem[] }[];
}

export interface PathPolicy {
  readonly excluded: boolean;
  readonly threshold: Severity;
  readonly unattributed: 'untrusted' | 'trusted';
  readonly items: readonly ChecklistItem[];
}

export const DEFAULT_POLICY: Policy = { version: 1, threshold: 'high', exclude: [], unattributed: 'untrusted', checklist: [] };

/** Reads a policy strictly; on any mistake a sentence that names the place, and never a half-read policy. */
export function readPolicy(_text: string): { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly message: string } {
  throw new Error('not built yet');
}

/** What the policy says of one file. */
export function policyFor(_policy: Policy, _path: RepoPath): PathPolicy {
  throw new Error('not built yet');
}
