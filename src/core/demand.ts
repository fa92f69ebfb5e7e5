/**
 * What a signed record lacks against what the policy demands of a path.
 * Invariant 2: what the record does not say was not done; what unsigned records say can only add a lack.
 */
import { demandedOf, type Question } from './checklist.ts';
import type { Pace, PathPolicy, ReadingDemand, WordRule } from './policy.ts';
import { isWordClaim, type Reading, type Review, type ReviewedUnit, type WordClaim } from './review.ts';

/** Why a record does not count for a unit that it speaks of. */
export type Lack =
  /** Too little of it was on screen, in percent; or, with `is` absent, nobody measured. */
  | { readonly kind: 'share'; readonly wants: number; readonly is?: number }
  | { readonly kind: 'seconds'; readonly wants: number; readonly is?: number }
  /** So many lines in so many seconds is no reading. */
  | { readonly kind: 'pace'; readonly wants: Pace; readonly lines: number; readonly seconds?: number }
  /** Questions without an answer, by id. */
  | { readonly kind: 'answers'; readonly items: readonly string[] }
  | { readonly kind: 'bulk'; readonly together: number }
  /** A person's word alone, where it is worth nothing, or where records name agents. */
  | { readonly kind: 'word'; readonly claim: WordClaim; readonly rule: Exclude<WordRule, 'counts'>; readonly agents: readonly string[] }
  /** Only people who asked an agent for it, or committed it, vetted it. */
  | { readonly kind: 'prompter'; readonly reviewers: readonly string[] };

export interface Judged {
  readonly unit: ReviewedUnit;
  readonly review: Pick<Review, 'answers' | 'together'>;
}

/** The code that a record speaks of, as it stands now. */
export interface Code {
  /** Lines of the unit that are not blank. */
  readonly lines: number;
  /** What its checklist asks, without findings. */
  readonly questions: () => readonly Question[];
  /** Agents that any record names for it. */
  readonly agents: readonly string[];
}

/** What a record lacks for one unit. Empty: it counts. Whose word it is and how many others there must be is not asked here. */
export function lacksOf({ unit, review }: Judged, code: Code, { requirement, claims, items }: Pick<PathPolicy, 'requirement' | 'claims' | 'items'>): readonly Lack[] {
  const { claim } = unit;
  if (isWordClaim(claim)) return wordLacks(claim, claim === 'mine' ? claims.mine : claims.notAi, [...new Set([...unit.agents, ...code.agents])]);
  if (claim !== 'vetted') return [];
  const answered = new Set(review.answers.map(({ item }) => item));
  // The policy's own questions do not hang on the code, and looking at the code costs.
  const none = requirement.answers === 'free' || (requirement.answers === 'own' && items.length === 0);
  const open = none ? [] : demandedOf(code.questions(), requirement.answers).map(({ id }) => id).filter((id) => !answered.has(id));
  return [
    ...(requirement.bulk === 'refused' && review.together !== undefined ? [{ kind: 'bulk', together: review.together } as const] : []),
    ...readingLacks(unit.reading, code.lines, requirement.reading),
    ...(open.length === 0 ? [] : [{ kind: 'answers', items: open } as const]),
  ];
}

function wordLacks(claim: WordClaim, rule: WordRule, agents: readonly string[]): readonly Lack[] {
  switch (rule) {
    case 'counts':
      return [];
    case 'unless-recorded':
      return agents.length === 0 ? [] : [{ kind: 'word', claim, rule, agents }];
    case 'never':
      return [{ kind: 'word', claim, rule, agents }];
  }
}

/** What reading lacks. `lines`: of the unit, that are not blank. */
export function readingLacks(reading: Reading | undefined, lines: number, { share, seconds, pace }: ReadingDemand): readonly Lack[] {
  const is = (value: number | undefined): { readonly is?: number } => (value === undefined ? {} : { is: value });
  return [
    ...((reading?.share ?? 0) < share ? [{ kind: 'share', wants: share, ...is(reading?.share) } as const] : []),
    ...((reading?.seconds ?? 0) < seconds ? [{ kind: 'seconds', wants: seconds, ...is(reading?.seconds) } as const] : []),
    ...(pace !== undefined && (reading?.seconds ?? 0) < (lines / pace.lines) * pace.seconds ? [{ kind: 'pace', wants: pace, lines, ...(reading !== undefined && { seconds: reading.seconds }) } as const] : []),
  ];
}
