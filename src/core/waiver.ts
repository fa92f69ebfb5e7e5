/**
 * Which signed waivers speak of a finding, and until when.
 * Guards: a waiver is for one finding in one file; it never outlives its own end, nor the longest that the policy allows.
 */
import type { Digest } from './digest.ts';
import type { RepoPath } from './path.ts';
import type { WaiverRule } from './policy.ts';
import type { CheckedReview } from './review.ts';

type Trusted = Extract<CheckedReview, { kind: 'trusted' }>;

export interface GivenWaiver {
  readonly record: Trusted;
  readonly reason: string;
  /** ISO date, the last day on which it holds: its own end, or the policy's, whichever comes first. */
  readonly until: string;
}

/** Of trusted records, whoever signed them. A record speaks of a file when it names it: a waiver is signed with the code that it is about, or names its own path. */
export function waiversOf({ print, rule }: { readonly print: Digest; readonly rule: string }, path: RepoPath, reviews: readonly CheckedReview[], { days }: WaiverRule): readonly GivenWaiver[] {
  return reviews.flatMap((record) => {
    if (record.kind !== 'trusted') return [];
    const { waivers, units, at } = record.review;
    const named = units.some((unit) => unit.path === path);
    return waivers
      .filter((waiver) => waiver.print === print && (waiver.rule ?? rule) === rule && (waiver.path === undefined ? named : waiver.path === path && named))
      .map(({ reason, until }) => ({ record, reason, until: days === undefined ? until : earlier(until, dayAfter(at, days)) }));
  });
}

/** The day so many days after a time. Both ISO 8601, UTC. */
export function dayAfter(at: string, days: number): string {
  return new Date(Date.parse(at) + days * 86_400_000).toISOString().slice(0, 10);
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
