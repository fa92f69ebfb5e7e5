/** A reason of the gate in words, the same in every format. No code is quoted, so no secret can be in it. */
import type { Reason } from '#core/gate';
import type { RepoPath } from '#core/path';
import type { Requirement } from '#core/policy';

/** The file that a reason is about: the code's, or the record's. `undefined`: it is about the whole change. */
export function placeOf(reason: Reason): RepoPath | undefined {
  if ('path' in reason && reason.path !== undefined) return reason.path;
  return 'file' in reason ? reason.file : undefined;
}

/** One sentence or two: what is wrong, what to do. */
export function messageOf(reason: Reason): string {
  switch (reason.kind) {
    case 'unreviewed':
      return `${reason.label}: nobody vetted it${reason.agents.length === 0 ? '' : ` (recorded authors in this file: ${reason.agents.join(', ')})`}. Read it, answer the checklist and mark it vetted.`;
    case 'changed-since-review':
    case 'rolled-back':
    case 'too-few-reviewers':
    case 'removed':
      return `${reason.label}: ${placeWords(reason)}.`;
    case 'finding':
      return `${reason.finding.message}. ${reason.finding.advice}`;
    case 'waiver-expired':
      return `${reason.finding.message}. Its waiver ended on ${reason.until}. ${reason.finding.advice}`;
    case 'policy-unreadable':
    case 'signature-invalid':
    case 'reviewer-unknown':
    case 'record-corrupt':
    case 'coverage-gap':
    case 'could-not-judge':
      return reason.message;
  }
}

/** Reasons that speak of a piece of code. */
export type Placed = Extract<Reason, { readonly label: string }>;

/** What is wrong with a placed piece of code, in half a sentence. */
export function placeWords(reason: Exclude<Placed, { kind: 'unreviewed' }>): string {
  switch (reason.kind) {
    case 'changed-since-review':
      return `not what was vetted in ${reason.file}`;
    case 'rolled-back':
      return `an older state, vetted in ${reason.file} before the base went on`;
    case 'too-few-reviewers':
      return `vetted by ${reason.have} of ${demanded(reason.requirement)}`;
    case 'removed':
      return reason.how === 'moved' ? 'it ran here, and now runs elsewhere; nobody vetted the new order' : 'it ran here and was deleted; nobody vetted that';
  }
}

function demanded({ reviewers, by, keys }: Requirement): string {
  return `${reviewers} ${by === 'others' ? 'non-author' : 'reviewer'}${reviewers === 1 ? '' : 's'}${keys === 'hardware' ? ' with hardware keys' : ''}`;
}
