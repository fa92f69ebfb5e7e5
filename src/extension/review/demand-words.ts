/** What is missing, lacking or risky, said to people. One place, so that page, dialogs and explanations say it alike. */
import { l10n } from 'vscode';
import type { Cause, Question, Risk } from '#core/checklist';
import type { Lack } from '#core/demand';
import type { PathPolicy, RiskLevel } from '#core/policy';
import type { WordClaim } from '#core/review';
import type { Missing, WaiverTrouble } from './sitting.ts';
import type { StandingWaiver } from './trust.ts';

/** Why code cannot be vetted as its checklist is answered, and what to do. */
export function missingWords(missing: Missing): string {
  switch (missing.kind) {
    case 'answers':
      return missing.count === 1 ? l10n.t('One question is not answered yet.') : l10n.t('{0} questions are not answered yet.', missing.count);
    case 'reading':
      return l10n.t('To vet code means to have read it: the first question has to be answered with yes.');
    case 'note':
      return l10n.t('A question is answered with no: change the code, or say in its note why it may stay.');
    case 'finding':
      return l10n.t('A finding is open ({0}): fix it, waive it until a day, or say in the question\'s note why it may stay. It blocks the gate until it is fixed or waived.', missing.by);
  }
}

/** What a record lacks, or would lack if it were signed now. */
export function lackWords(lack: Lack): string {
  switch (lack.kind) {
    case 'share':
      return lack.is === undefined ? l10n.t('nobody measured how much of it was read, and the policy asks for {0} %', lack.wants) : l10n.t('{0} % of it was on screen, and the policy asks for {1} %', lack.is, lack.wants);
    case 'seconds':
      return lack.is === undefined ? l10n.t('nobody measured for how long it was read, and the policy asks for {0} s', lack.wants) : l10n.t('it was on screen for {0} s, and the policy asks for {1} s', lack.is, lack.wants);
    case 'pace':
      return l10n.t('{0} lines in {1} s is too fast: the policy takes no more than {2} in {3} s for reading', lack.lines, lack.seconds ?? 0, lack.wants.lines, lack.wants.seconds);
    case 'answers':
      return l10n.t('these questions are not answered: {0}', lack.items.join(', '));
    case 'bulk':
      return l10n.t('it was signed together with {0} other regions, and the policy asks for one at a time', lack.together - 1);
    case 'word':
      return lack.rule === 'never' ? l10n.t('the policy takes no word for that: it has to be vetted') : l10n.t('the policy takes that word only where no record names an agent, and one names {0}: it has to be vetted', lack.agents.join(', '));
    case 'prompter':
      return l10n.t('only {0} vetted it, who asked for it, and the policy asks for somebody else as well', lack.reviewers.join(', '));
  }
}

export function riskWord(level: RiskLevel): string {
  return { high: l10n.t('high'), medium: l10n.t('medium'), low: l10n.t('low') }[level];
}

/** "SQL (line 4)". */
/** One line: how risky, and why. */
export function riskLine({ level, because }: Risk): string {
  const why = because.map(causeWords).join(', ');
  return why === '' ? l10n.t('Risk: {0}.', riskWord(level)) : l10n.t('Risk: {0}: {1}.', riskWord(level), why);
}

export function causeWords(cause: Cause): string {
  switch (cause.kind) {
    case 'finding':
      return l10n.t('finding {0}', cause.rule);
    case 'policy':
      return l10n.t('the policy says so of this path');
    case 'topic':
      return cause.lines.length === 1 ? l10n.t('{0} (line {1})', l10n.t(cause.name), cause.lines[0]!) : l10n.t('{0} (lines {1})', l10n.t(cause.name), linesWords(cause.lines));
  }
}

/** Lines that are named before "..." stands for the rest. */
const MOST_LINES = 4;

function linesWords(lines: readonly number[]): string {
  return `${lines.slice(0, MOST_LINES).join(', ')}${lines.length > MOST_LINES ? ', ...' : ''}`;
}

/** A question in the person's language; the policy's own stand as they were written. */
export function questionWords({ question, template, lines, gone }: Question): string {
  if (template === undefined) return question;
  return l10n.t(template, gone !== undefined ? gone : lines.length === 1 ? l10n.t('line {0}', lines[0]!) : l10n.t('lines {0}', linesWords(lines)));
}

export function claimWords(claim: WordClaim): string {
  return claim === 'mine' ? l10n.t('they wrote it themselves') : l10n.t('no machine wrote it');
}

/** How the policy treats a person's word, for who is about to give it. `agents`: named by the record. */
export function treatmentWords(claim: WordClaim, { claims }: Pick<PathPolicy, 'claims'>, agents: readonly string[]): string {
  const rule = claim === 'mine' ? claims.mine : claims.notAi;
  switch (rule) {
    case 'counts':
      return l10n.t('The policy takes your word for it: the gate lets the code in.');
    case 'unless-recorded':
      return agents.length === 0 ? l10n.t('No record names an agent for this code, so the gate takes your word for it.') : l10n.t('The record names {0} for this code. Your word is kept beside that, but the gate still asks for a review.', agents.join(', '));
    case 'never':
      return l10n.t('The policy takes no word for that: yours is kept, but the gate still asks for a review.');
  }
}

export function waiverTroubleWords(trouble: WaiverTrouble, longest: string | undefined): string {
  switch (trouble) {
    case 'reason':
      return l10n.t('Say why the finding may stay.');
    case 'day':
      return l10n.t('Say until which day the finding may stay.');
    case 'past':
      return l10n.t('That day has passed. Choose a later one.');
    case 'too-long':
      return l10n.t('The policy lets a waiver last until {0} at the longest.', longest ?? '');
  }
}

export function waiverWords({ by, until, reason, state }: StandingWaiver): string {
  return state === 'live' ? l10n.t('Waived by {0} until {1}: {2}', by, until, reason) : l10n.t('The waiver by {0} ended on {1} ({2}). The finding is open again and blocks the gate: fix it, or vet it anew with another waiver.', by, until, reason);
}

/** What the policy asks of a review at a path, one line each; what it asks of every path is not told. */
export function demandWords({ requirement, waivers }: Pick<PathPolicy, 'requirement' | 'waivers'>): readonly string[] {
  const { reviewers, by, keys, prompter, reading: { share, seconds, pace }, answers, bulk } = requirement;
  return [
    ...(reviewers > 1 ? [l10n.t('{0} reviewers', reviewers)] : []),
    ...(by === 'others' ? [l10n.t('reviewers who did not write it')] : []),
    ...(prompter === 'not-alone' ? [l10n.t('somebody besides who asked for it')] : []),
    ...(keys === 'hardware' ? [l10n.t('a hardware key')] : []),
    ...(share > 0 ? [l10n.t('{0} % of its lines read', share)] : []),
    ...(seconds > 0 ? [l10n.t('{0} s of reading', seconds)] : []),
    ...(pace === undefined ? [] : [l10n.t('no more than {0} lines in {1} s', pace.lines, pace.seconds)]),
    ...(answers === 'risky' || answers === 'all' ? [l10n.t('answers to its questions')] : []),
    ...(bulk === 'refused' ? [l10n.t('one region at a time')] : []),
    ...(waivers.days === undefined ? [] : [l10n.t('waivers for {0} days at most', waivers.days)]),
    ...(waivers.by === 'others' ? [l10n.t('waivers by somebody who did not commit it')] : []),
  ];
}
