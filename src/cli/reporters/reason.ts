/** A reason of the gate in words, the same in every format. No code is quoted, so no secret can be in it. */
import type { Lack } from '#core/demand';
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
    case 'review-lacks':
    case 'removed':
      return `${reason.label}: ${placeWords(reason)}.`;
    case 'finding':
      return `${reason.finding.message}. ${reason.finding.advice}${reason.refused === undefined ? '' : ` ${refusedWords(reason.refused)}`}`;
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
    case 'review-lacks':
      return `${reason.lacks.map(lackWords).join('; ')} (${reason.file})`;
    case 'removed':
      return reason.how === 'moved' ? 'it ran here, and now runs elsewhere; nobody vetted the new order' : 'it ran here and was deleted; nobody vetted that';
  }
}

/** Why a waiver does not count, as a sentence. */
export function refusedWords(file: RepoPath): string {
  return `The waiver in ${file} does not count: the policy takes none from who signed it.`;
}

/** What a record lacks, in half a sentence. */
export function lackWords(lack: Lack): string {
  switch (lack.kind) {
    case 'share':
      return lack.is === undefined ? `its review does not say how much was read, and the policy asks for ${lack.wants} %` : `${lack.is} % of it was on screen before it was signed, and the policy asks for ${lack.wants} %`;
    case 'seconds':
      return lack.is === undefined ? `its review does not say for how long it was read, and the policy asks for ${lack.wants} s` : `it was on screen for ${lack.is} s before it was signed, and the policy asks for ${lack.wants} s`;
    case 'pace':
      return `${lack.lines} line${lack.lines === 1 ? ' was' : 's were'} vetted in ${lack.seconds ?? 0} s, and the policy takes no more than ${lack.wants.lines} in ${lack.wants.seconds} s for reading`;
    case 'answers':
      return `its review does not answer ${lack.items.join(', ')}`;
    case 'bulk':
      return `it was signed together with ${lack.together - 1} other region${lack.together === 2 ? '' : 's'}, and the policy asks for one at a time`;
    case 'word':
      return `${lack.claim === 'mine' ? 'its signer says they wrote it' : 'its signer says that no machine wrote it'}; ${lack.rule === 'never' ? 'the policy takes no word for that' : `the policy takes that word only where no record names an agent, and one names ${lack.agents.join(', ')}`}: vet it`;
    case 'prompter':
      return `only ${lack.reviewers.join(', ')} vetted it, who asked for it or committed it, and the policy asks for somebody else as well`;
  }
}

function demanded({ reviewers, by, keys }: Requirement): string {
  return `${reviewers} ${by === 'others' ? 'non-author' : 'reviewer'}${reviewers === 1 ? '' : 's'}${keys === 'hardware' ? ' with hardware keys' : ''}`;
}
