/** A region as the checklist page shows it: everything worded, nothing decided. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Question, Risk } from '#core/checklist';
import type { Finding } from '#core/finding';
import type { PathPolicy } from '#core/policy';
import { isWordClaim, type Reading } from '#core/review';
import { lineAt, lineStarts } from '#core/text';
import { dayAfter } from '#core/waiver';
import type { FindingView, PageTexts, RegionView } from '#protocol/webview';
import { causeWords, claimWords, demandWords, lackWords, questionWords, riskWord, waiverTroubleWords, waiverWords } from './demand-words.ts';
import type { RegionEntry } from './registry.ts';
import { answerOf, type Page, type WaiverTrouble } from './sitting.ts';
import type { Spoken, StandingWaiver } from './trust.ts';
import { author, evidenceLine, stateWord } from './words.ts';

/** All that is known of a region. */
export interface Shown {
  readonly entry: RegionEntry;
  readonly questions: readonly Question[];
  readonly risk: Risk;
  readonly page: Page;
  readonly reading: Reading;
  /** Absent: the file is in no repository. */
  readonly policy: PathPolicy | undefined;
  readonly said: readonly Spoken[];
  readonly waivers: ReadonlyMap<string, StandingWaiver>;
  readonly troubles: ReadonlyMap<string, WaiverTrouble>;
  readonly blocked: string | undefined;
  readonly now: Date;
}

/** Causes of a risk that are named. */
const MOST_CAUSES = 4;

export function regionView({ entry, questions, risk, page, reading, policy, said, waivers, troubles, blocked, now }: Shown): RegionView {
  const { region, tracked, name, label, from, to, state } = entry;
  const starts = lineStarts(tracked.text.text);
  const main = region.spans.find(({ origin }) => origin === region.origin) ?? region.spans[0];
  const who = main === undefined ? l10n.t('Unknown') : author({ origin: region.origin, evidence: main.evidence });
  const answered = questions.filter((question) => answerOf(question, page).answer !== undefined).length;
  const demands = policy === undefined ? [] : demandWords(policy);
  return {
    id: region.id,
    label,
    place: from === to ? l10n.t('{0}, line {1}', name, from + 1) : l10n.t('{0}, lines {1}-{2}', name, from + 1, to + 1),
    fromLine: from + 1,
    state,
    stateWord: stateWords(entry),
    author: main === undefined || main.at === 0 ? l10n.t('Written by: {0}', who) : l10n.t('Written by: {0}, {1}', who, new Date(main.at).toLocaleString(vscode.env.language)),
    evidence: [...new Set((main?.evidence ?? []).map(evidenceLine))],
    said: said.map(saidWords),
    risk: { level: risk.level, words: l10n.t('Risk: {0}', riskWord(risk.level)), because: risk.because.slice(0, MOST_CAUSES).map(causeWords) },
    reading: { share: reading.share, words: l10n.t('{0} % on screen so far, {1} s', reading.share, Math.floor(reading.seconds)) },
    ...(demands.length > 0 && { demands: l10n.t('The policy asks for {0}.', demands.join(', ')) }),
    findings: entry.findings.map((finding) => findingView(finding, starts, { page, waiver: waivers.get(finding.print), trouble: troubles.get(finding.print), days: policy?.waivers.days, now })),
    checklist: questions.map((question) => {
      const { answer, note } = answerOf(question, page);
      return { id: question.id, question: questionWords(question), note, ...(answer !== undefined && { answer }), ...(question.provenBy !== undefined && { proven: l10n.t('Answered by {0}', question.provenBy) }) };
    }),
    progress: l10n.t('{0} of {1} answered', answered, questions.length),
    note: page.note,
    ...(blocked !== undefined && { blocked }),
  };
}

function stateWords({ state }: RegionEntry): string {
  const words = stateWord(state);
  return words.charAt(0).toLocaleUpperCase(vscode.env.language) + words.slice(1);
}

function saidWords({ review: { reviewer, at, reason }, unit: { label, claim }, lacks }: Spoken): string {
  const day = new Date(at).toLocaleDateString(vscode.env.language);
  const what = isWordClaim(claim) ? l10n.t('{0} signed on {1} that {2}: {3}', reviewer, day, claimWords(claim), reason ?? '') : claim === 'written' ? l10n.t('{0} signed on {1} that they typed {2}', reviewer, day, label) : l10n.t('{0} vetted {1} on {2}', reviewer, label, day);
  return lacks.length === 0 ? what : l10n.t('{0}. It does not count: {1}.', what, lacks.map(lackWords).join('; '));
}

/** Days for which a waiver is offered. */
const OFFERED_DAYS = 30;

interface WaiverState {
  readonly page: Page;
  readonly waiver: StandingWaiver | undefined;
  readonly trouble: WaiverTrouble | undefined;
  readonly days: number | undefined;
  readonly now: Date;
}

function findingView(finding: Finding, starts: readonly number[], { page, waiver, trouble, days, now }: WaiverState): FindingView {
  const line = (offset: number): number => lineAt(starts, offset) + 1;
  const at = line(finding.range.start);
  const draft = page.waivers.get(finding.print);
  const today = now.toISOString();
  const longest = days === undefined ? undefined : dayAfter(today, days);
  return {
    print: finding.print,
    rule: finding.rule,
    severity: finding.severity,
    severityWord: { critical: l10n.t('Critical'), high: l10n.t('High'), medium: l10n.t('Medium'), low: l10n.t('Low'), info: l10n.t('Info') }[finding.severity],
    line: at,
    place: l10n.t('Line {0}', at),
    message: finding.message,
    why: finding.why,
    advice: finding.advice,
    tags: [...finding.cwe.map((number) => `CWE-${number}`), ...finding.owasp],
    fixes: finding.fixes.map(({ title }) => title),
    steps: (finding.trace ?? []).map((step) => (step.elsewhere ? l10n.t('{0}, line {1}: {2}', step.elsewhere.path, step.elsewhere.start.line + 1, step.message) : l10n.t('Line {0}: {1}', line(step.range.start), step.message))),
    ...(waiver !== undefined && { waived: waiverWords(waiver) }),
    ...(draft !== undefined && { draft: { ...draft, words: l10n.t('Will be waived until {0} with your signature: {1}', draft.until, draft.reason) } }),
    ...(trouble !== undefined && { trouble: waiverTroubleWords(trouble, longest) }),
    offer: { reason: waiver?.reason ?? '', until: dayAfter(today, Math.min(days ?? OFFERED_DAYS, OFFERED_DAYS)), earliest: today.slice(0, 10), ...(longest !== undefined && { longest }) },
  };
}

export function pageTexts(): PageTexts {
  return {
    evidence: l10n.t('How that is known'),
    findings: l10n.t('Findings'),
    checklist: l10n.t('Checklist'),
    note: l10n.t('Note'),
    noteAbout: l10n.t('Note about this review'),
    itemNote: l10n.t('Note (why, where)'),
    itemNoteFor: l10n.t('Note: {0}', '{0}'),
    answers: { yes: l10n.t('Yes'), no: l10n.t('No'), 'not-applicable': l10n.t('Not applicable') },
    waive: l10n.t('Waive until a day...'),
    waiveReason: l10n.t('Why may it stay?'),
    waiveUntil: l10n.t('Until'),
    waiveKeep: l10n.t('Waive with my signature'),
    waiveDrop: l10n.t('Do not waive'),
    vet: l10n.t('Mark as vetted'),
    sendBack: l10n.t('Send back...'),
    notAi: l10n.t('Not AI...'),
    mine: l10n.t('Mine...'),
    otherWays: l10n.t('Other decisions'),
    reading: l10n.t('Read so far'),
  };
}
