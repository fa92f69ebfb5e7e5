/**
 * The verdict: added code + reviews + findings + policy. Pure; it fails closed (invariant 5), and trust is derived here, never stored (6).
 */
import type { Digest } from './digest.ts';
import { atLeast, type Finding, type Problem, type Severity } from './finding.ts';
import type { RepoPath } from './path.ts';
import { policyFor, type Policy } from './policy.ts';
import type { AgentId } from './provenance.ts';
import type { CheckedReview } from './review.ts';
import { lineAt, lineStarts, touches, type Range } from './text.ts';
import type { Unit } from './unit.ts';

export interface GateFile {
  readonly path: RepoPath;
  readonly text: string;
  readonly units: readonly Unit[];
  /** Digests of the units of the text before the change. Empty: the file is new, or could not be read. */
  readonly before: readonly Digest[];
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

/**
 * Non-blank characters below which a unit counts only where it was reviewed: `export const admin = true;` means something else in another file.
 * A longer unit may move.
 */
const MOVABLE = 40;

/**
 * Judges a change. What a change adds are the units whose digest the text before does not hold: formatting adds none, and one changed or deleted
 * token inside a function makes it a new one. `line` in a reason is one-based; reasons stand by path and line.
 */
export function judge(input: GateInput): Verdict {
  if (input.policy.kind === 'unreadable') return { outcome: 'block', reasons: [{ kind: 'policy-unreadable', message: input.policy.message }] };
  const { policy } = input.policy;
  const files = input.files.filter(({ path }) => !policyFor(policy, path).excluded);
  const covers = coverage(input.reviews);
  const uncovered = new Set<Digest>();
  const reasons: Reason[] = [];
  for (const file of files) {
    const { threshold, unattributed } = policyFor(policy, file.path);
    const before = new Set(file.before);
    const added = file.units.filter(({ digest }) => !before.has(digest));
    for (const problem of file.problems) reasons.push({ kind: 'could-not-judge', path: file.path, message: problem.message });
    if (unattributed === 'untrusted' || file.agents.length > 0) {
      for (const unit of added) {
        if (covers.has(file, unit)) continue;
        uncovered.add(unit.digest);
        reasons.push(unreviewed(file, unit, input.reviews));
      }
    }
    reasons.push(...openFindings(file, added, threshold, input));
  }
  for (const { path, why } of input.unreadable) if (!policyFor(policy, path).excluded) reasons.push({ kind: 'coverage-gap', path, message: `${path} was changed, and Vetmark cannot read it: ${why}. Exclude it in the policy if nobody has to vet it.` });
  reasons.push(...refusals(input.reviews, uncovered));
  const [first, ...rest] = reasons;
  return first === undefined ? { outcome: 'pass' } : { outcome: 'block', reasons: [first, ...rest] };
}

/** What trusted reviews cover: a unit by its digest, a short one by its digest at its path. */
export function coverage(reviews: readonly CheckedReview[]): { has(file: Pick<GateFile, 'path' | 'text'>, unit: Unit): boolean } {
  const anywhere = new Set<Digest>();
  const here = new Set<string>();
  for (const checked of reviews) {
    if (checked.kind !== 'trusted') continue;
    for (const { digest, path } of checked.review.units) {
      anywhere.add(digest);
      here.add(`${digest} ${path}`);
    }
  }
  return {
    has({ path, text }, { digest, range }) {
      const size = text.slice(range.start, range.end).replace(/\s+/g, '').length;
      return here.has(`${digest} ${path}`) || (size >= MOVABLE && anywhere.has(digest));
    },
  };
}

function unreviewed(file: GateFile, unit: Unit, reviews: readonly CheckedReview[]): Reason {
  const { path, agents } = file;
  const place = { path, range: unit.range, line: lineOf(file.text, unit.range), label: unit.label };
  const earlier = reviews.findLast((checked) => checked.kind === 'trusted' && checked.review.units.some((reviewed) => reviewed.path === path && reviewed.label === unit.label));
  return earlier === undefined ? { kind: 'unreviewed', ...place, agents } : { kind: 'changed-since-review', ...place, file: earlier.file };
}

/** Findings at or above the threshold whose place, or any step towards it, is in added code, and that no live waiver covers. */
function openFindings(file: GateFile, added: readonly Unit[], threshold: Severity, input: GateInput): Reason[] {
  const inAdded = (range: Range): boolean => added.some((unit) => touches(unit.range, range));
  return file.findings
    .filter((finding) => atLeast(finding.severity, threshold) && [finding, ...(finding.trace ?? [])].some(({ range }) => inAdded(range)))
    .flatMap((finding): Reason[] => {
      const place = { path: file.path, line: lineOf(file.text, finding.range), finding };
      const until = waivedUntil(finding, input.reviews);
      if (until === undefined) return [{ kind: 'finding', ...place }];
      return until >= input.now.slice(0, 10) ? [] : [{ kind: 'waiver-expired', ...place, until }];
    });
}

/** The latest last day (ISO date) of a signed waiver of this finding. */
function waivedUntil(finding: Finding, reviews: readonly CheckedReview[]): string | undefined {
  return reviews
    .flatMap((checked) => (checked.kind === 'trusted' ? checked.review.waivers : []))
    .filter(({ print }) => print === finding.print)
    .map(({ until }) => until)
    .sort()
    .at(-1);
}

/** Records that would have helped and do not count: they say that they cover what nothing covers, or cannot be read at all. */
function refusals(reviews: readonly CheckedReview[], uncovered: ReadonlySet<Digest>): Reason[] {
  if (uncovered.size === 0) return [];
  return reviews.flatMap((checked): Reason[] => {
    if (checked.kind === 'trusted') return [];
    const { reason: kind, file, message, claimed } = checked;
    return claimed === undefined || claimed.units.some(({ digest }) => uncovered.has(digest)) ? [{ kind, file, message }] : [];
  });
}

function lineOf(text: string, range: Range): number {
  return lineAt(lineStarts(text), range.start) + 1;
}

/** Exit code: 0 pass, 1 blocked, 2 could not judge (it wins over 1: what was not judged may hide anything). */
export function exitCode(verdict: Verdict): 0 | 1 | 2 {
  if (verdict.outcome === 'pass') return 0;
  return verdict.reasons.some((reason) => reason.kind === 'could-not-judge' || reason.kind === 'policy-unreadable') ? 2 : 1;
}
