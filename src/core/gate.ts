/**
 * The verdict: what a change adds and takes away + reviews + findings + policy. Pure; it fails closed (invariant 5), and trust is derived here,
 * never stored (6).
 */
import { removedUnits } from './arrangement.ts';
import { checklistFor } from './checklist.ts';
import { Coverage, isMovable, type Added, type Lacks, type Standing } from './coverage.ts';
import { lacksOf, type Lack } from './demand.ts';
import type { Digest } from './digest.ts';
import { atLeast, type Finding, type Problem } from './finding.ts';
import { concerns, describeGap, type Gap } from './gap.ts';
import type { RepoPath } from './path.ts';
import { policyFor, type PathPolicy, type Policy, type Requirement } from './policy.ts';
import type { AgentId } from './provenance.ts';
import type { CheckedReview } from './review.ts';
import { waiversOf } from './waiver.ts';
import { lineAt, lineStarts, touches, type Range } from './text.ts';
import { ownerOf, type Unit } from './unit.ts';

export interface GateFile {
  readonly path: RepoPath;
  readonly text: string;
  readonly units: readonly Unit[];
  /** Units of the text before the change. Empty: the file is new, or could not be read. */
  readonly before: readonly Unit[];
  /** Its name before the change. Absent: it had this one, or is new. */
  readonly former?: RepoPath;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** Agents that records name for parts of this file; for messages, and against `unattributed: trusted`; never for trust. */
  readonly agents: readonly AgentId[];
}

/** A file that is deleted, or that a rename takes away from where it has its meaning. */
export interface GateGone {
  readonly path: RepoPath;
  readonly before: readonly Unit[];
}

export interface GateInput {
  /** Changed text files, with what the head holds. */
  readonly files: readonly GateFile[];
  /** Changed files that hold no text Vetmark can read (binary, too large, unreadable) and the policy does not exclude. */
  readonly unreadable: readonly { readonly path: RepoPath; readonly why: string }[];
  readonly gone: readonly GateGone[];
  readonly reviews: readonly CheckedReview[];
  /** What stands at paths that reviews of added code name. A path that is missing counts as holding what was vetted there, and then nothing has moved. */
  readonly elsewhere: ReadonlyMap<RepoPath, Standing>;
  /** Addresses of who made the change, as its commits say. */
  readonly authors: readonly string[];
  /** From the base commit, never from the change. */
  readonly policy: { readonly kind: 'policy'; readonly policy: Policy } | { readonly kind: 'unreadable'; readonly message: string };
  /** Gaps in the record of this clone. Absent: none are known, as in CI. */
  readonly gaps?: readonly Gap[];
  /** ISO 8601, UTC: for waivers. */
  readonly now: string;
}

interface Place {
  readonly path: RepoPath;
  readonly range: Range;
  /** One-based. */
  readonly line: number;
  readonly label: string;
}

export type Reason =
  | ({ readonly kind: 'unreviewed'; readonly agents: readonly AgentId[] } & Place)
  | ({ readonly kind: 'changed-since-review'; readonly file: RepoPath } & Place)
  | ({ readonly kind: 'rolled-back'; readonly file: RepoPath } & Place)
  | ({ readonly kind: 'too-few-reviewers'; readonly have: number; readonly requirement: Requirement } & Place)
  | ({ readonly kind: 'review-lacks'; readonly file: RepoPath; readonly lacks: readonly [Lack, ...Lack[]] } & Place)
  | ({ readonly kind: 'removed'; readonly how: 'deleted' | 'moved' } & Place)
  /** `refused`: the record of a waiver that the policy does not take from its signer. Absent: nobody waived it. */
  | { readonly kind: 'finding'; readonly path: RepoPath; readonly line: number; readonly finding: Finding; readonly refused?: RepoPath }
  | { readonly kind: 'waiver-expired'; readonly path: RepoPath; readonly line: number; readonly finding: Finding; readonly until: string }
  | { readonly kind: 'policy-unreadable'; readonly message: string }
  | { readonly kind: 'signature-invalid'; readonly file: RepoPath; readonly message: string }
  | { readonly kind: 'reviewer-unknown'; readonly file: RepoPath; readonly message: string }
  | { readonly kind: 'record-corrupt'; readonly file: RepoPath; readonly message: string }
  | { readonly kind: 'coverage-gap'; readonly path: RepoPath; readonly message: string }
  | { readonly kind: 'could-not-judge'; readonly path?: RepoPath; readonly message: string };

export type Verdict = { readonly outcome: 'pass' } | { readonly outcome: 'block'; readonly reasons: readonly [Reason, ...Reason[]] };

/**
 * Judges a change. What a change adds are the units that the text before does not hold, or holds less often: formatting adds none, and one changed or
 * deleted token inside a function makes it a new one. Reasons stand by path and line.
 */
export function judge(input: GateInput): Verdict {
  if (input.policy.kind === 'unreadable') return { outcome: 'block', reasons: [{ kind: 'policy-unreadable', message: input.policy.message }] };
  const { policy } = input.policy;
  const coverage = new Coverage(input.reviews, input.elsewhere, input.authors);
  const renamed = renamedSince(input);
  const uncovered = new Set<Digest>();
  const reasons: Reason[] = [];
  for (const file of input.files) {
    const rules = policyFor(policy, file.path);
    if (rules.excluded) continue;
    const added = addedUnits(file, renamed.get(file.path) ?? []);
    for (const problem of file.problems) reasons.push({ kind: 'could-not-judge', path: file.path, message: problem.message });
    if (rules.unattributed === 'untrusted' || file.agents.length > 0) {
      reasons.push(...uncoveredReasons(file, added, rules, coverage, input.reviews, uncovered));
      reasons.push(...removals(file, rules, coverage));
    }
    reasons.push(...gapReasons(file.path, added, rules, coverage, input.gaps ?? []));
    reasons.push(...openFindings(file, added.flatMap(({ all }) => all), rules, coverage, input));
  }
  for (const { path, before } of input.gone) reasons.push(...removals({ path, text: '', units: [], before }, policyFor(policy, path), coverage));
  for (const { path, why } of input.unreadable) if (!policyFor(policy, path).excluded) reasons.push({ kind: 'coverage-gap', path, message: `${path} was changed, and Vetmark cannot read it: ${why}. Exclude it in the policy if nobody has to vet it.` });
  reasons.push(...refusals(input.reviews, uncovered));
  const [first, ...rest] = reasons;
  return first === undefined ? { outcome: 'pass' } : { outcome: 'block', reasons: [first, ...rest] };
}

/** Gaps that concern a file, as long as it adds code that nobody read and nobody signed for since. */
function gapReasons(path: RepoPath, added: readonly Group[], { gaps: rule }: PathPolicy, coverage: Coverage, gaps: readonly Gap[]): Reason[] {
  if (rule === 'free') return [];
  return gaps
    .filter((gap) => concerns(gap, path) && added.some(({ unit }) => !coverage.isVouchedSince(unit.digest, gap.to)))
    .map((gap): Reason => {
      const { what, why, todo } = describeGap({ cause: gap.cause, paths: [path] });
      return { kind: 'coverage-gap', path, message: `${what} (${gap.from === gap.to ? gap.from : `${gap.from} to ${gap.to}`}). ${why} ${todo}` };
    });
}

interface Group extends Added {
  /** All equal units of the file, in order. */
  readonly all: readonly Unit[];
}

/** Groups of equal units that the file holds more often than before. A member that went over to another class is new there. */
function addedUnits(file: GateFile, renamed: readonly RepoPath[]): readonly Group[] {
  const owners = new Set(file.units.flatMap(({ label }) => (label.startsWith('class ') && ownerOf(label) === undefined ? [label] : [])));
  const aliases = file.former === undefined ? renamed : [file.former];
  const groups = new Map<string, Unit[]>();
  for (const unit of file.units) {
    const key = `${unit.digest} ${ownerOf(unit.label) ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), unit]);
  }
  const before = new Map<Digest, Unit[]>();
  for (const unit of file.before) before.set(unit.digest, [...(before.get(unit.digest) ?? []), unit]);
  return [...groups.values()].flatMap((all): Group[] => {
    const [unit] = all as [Unit];
    const owner = ownerOf(unit.label);
    const stood = (before.get(unit.digest) ?? []).filter(({ label }) => ownerOf(label) === owner || !owners.has(ownerOf(label) ?? '')).length;
    const solid = solidOf(file, unit);
    if (all.length <= stood || isClosing(unit, solid)) return [];
    return [{ path: file.path, aliases, unit, all, held: all.length, added: all.length - stood, size: solid.length, inBase: before.has(unit.digest), owners }];
  });
}

/** The brace that ends a class: all are equal, and none says anything. Which members it parts, their owners say. */
function isClosing({ label }: Unit, solid: string): boolean {
  return label.startsWith('end of class') && /^\};?$/.test(solid);
}

function solidOf({ text }: Pick<GateFile, 'text'>, { range }: Unit): string {
  return text.slice(range.start, range.end).replace(/\s+/g, '');
}

/**
 * Files that were renamed after they were vetted: a path that is nowhere any more, and the one new file that holds all that was vetted under it. Where
 * two do, one of them is a copy; and a file without a single declaration of some length is not known again.
 */
function renamedSince({ files, reviews, elsewhere }: GateInput): ReadonlyMap<RepoPath, readonly RepoPath[]> {
  const fresh = files.filter(({ before, former }) => before.length === 0 && former === undefined).map((file) => ({ path: file.path, held: new Set(file.units.map(({ digest }) => digest)), known: new Set(file.units.filter((unit) => isMovable(unit, solidOf(file, unit).length)).map(({ digest }) => digest)) }));
  const names = new Map<RepoPath, RepoPath[]>();
  for (const [old, { head, base }] of elsewhere) {
    if (head !== undefined || base !== undefined) continue;
    const vetted = reviews.flatMap((checked) => (checked.kind === 'trusted' ? checked.review.units.filter((unit) => unit.path === old && unit.claim !== 'removed') : []));
    const [one, another] = fresh.filter(({ held, known }) => vetted.every(({ digest }) => held.has(digest)) && vetted.some(({ digest }) => known.has(digest)));
    if (one !== undefined && another === undefined) names.set(one.path, [...(names.get(one.path) ?? []), old]);
  }
  return names;
}

function uncoveredReasons(file: GateFile, added: readonly Group[], rules: PathPolicy, coverage: Coverage, reviews: readonly CheckedReview[], uncovered: Set<Digest>): Reason[] {
  const { requirement } = rules;
  return added.flatMap((group): Reason[] => {
    const cover = coverage.of(group, requirement, lacksIn(file, group.unit, rules));
    if (cover.kind === 'covered') return [];
    uncovered.add(group.unit.digest);
    return group.all.slice(-group.added).map((unit): Reason => {
      const place = placeOf(file, unit.range, unit.label);
      if (cover.kind === 'rolled-back') return { kind: 'rolled-back', ...place, file: cover.file };
      if (cover.kind === 'lacking') return { kind: 'review-lacks', ...place, file: cover.file, lacks: cover.lacks };
      if (cover.kind === 'too-few') return { kind: 'too-few-reviewers', ...place, have: cover.have, requirement };
      const earlier = earlierReview(file, unit, reviews);
      return earlier === undefined ? { kind: 'unreviewed', ...place, agents: file.agents } : { kind: 'changed-since-review', ...place, file: earlier };
    });
  });
}

/** What records lack for a unit as it stands in the file. */
function lacksIn({ path, text, agents }: GateFile, { range }: Unit, rules: PathPolicy): Lacks {
  const lines = text.slice(range.start, range.end).split('\n').filter((line) => line.trim() !== '').length;
  return (judged) => lacksOf(judged, { lines, agents, questions: () => checklistFor({ text, range, path, findings: [], items: rules.items }) }, rules);
}

/** The latest record that speaks of a unit of this name in this file whose content is no longer there. */
function earlierReview({ path, former, units }: GateFile, { label }: Unit, reviews: readonly CheckedReview[]): RepoPath | undefined {
  const held = new Set(units.map(({ digest }) => digest));
  return reviews
    .flatMap((checked) => (checked.kind === 'trusted' && checked.review.units.some((unit) => (unit.path === path || unit.path === former) && unit.label === label && unit.claim !== 'removed' && !held.has(unit.digest)) ? [checked] : []))
    .sort((a, b) => (a.review.at < b.review.at ? -1 : 1))
    .at(-1)?.file;
}

/** Code that ran and is gone or stands elsewhere, and nobody signed for that. */
function removals(file: Pick<GateFile, 'path' | 'text' | 'units' | 'before' | 'former'>, { excluded, removals: rule, requirement }: PathPolicy, coverage: Coverage): Reason[] {
  if (excluded || rule === 'free') return [];
  const paths = file.former === undefined ? [file.path] : [file.path, file.former];
  return removedUnits(file.before, file.units)
    .filter(({ unit }) => !coverage.ofRemoval(paths, unit.digest, requirement))
    .map(({ unit, how, at }) => ({ kind: 'removed', how, ...placeOf(file, { start: at, end: at }, unit.label) }));
}

/** Findings at or above the threshold whose place, or any step towards it, is in added code, and that no live waiver covers. */
function openFindings(file: GateFile, added: readonly Unit[], { threshold, requirement, waivers }: PathPolicy, coverage: Coverage, input: GateInput): Reason[] {
  const inAdded = (range: Range): boolean => added.some((unit) => touches(unit.range, range));
  const today = input.now.slice(0, 10);
  return file.findings
    .filter((finding) => atLeast(finding.severity, threshold) && [finding, ...(finding.trace ?? [])].some(({ range }) => inAdded(range)))
    .flatMap((finding): Reason[] => {
      const place = { path: file.path, line: lineOf(file.text, finding.range), finding };
      const given = waiversOf(finding, file.path, input.reviews, waivers);
      const taken = given.filter(({ record }) => coverage.counts(record, waivers.by === 'others' ? { ...requirement, by: 'others' } : requirement));
      const until = taken.map((waiver) => waiver.until).sort().at(-1);
      if (until === undefined) return [{ kind: 'finding', ...place, ...(given[0] !== undefined && { refused: given[0].record.file }) }];
      return until >= today ? [] : [{ kind: 'waiver-expired', ...place, until }];
    });
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

function placeOf({ path, text }: Pick<GateFile, 'path' | 'text'>, range: Range, label: string): Place {
  return { path, range, line: lineOf(text, range), label };
}

function lineOf(text: string, range: Range): number {
  return lineAt(lineStarts(text), range.start) + 1;
}

/** Exit code: 0 pass, 1 blocked, 2 could not judge (it wins over 1: what was not judged may hide anything). */
export function exitCode(verdict: Verdict): 0 | 1 | 2 {
  if (verdict.outcome === 'pass') return 0;
  return verdict.reasons.some((reason) => reason.kind === 'could-not-judge' || reason.kind === 'policy-unreadable') ? 2 : 1;
}
