/** Why the code at a place is trusted, or is not: who signed for it and what for, what the record lacks, which findings are open or waived, what the policy asks. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { checklistFor, riskOf } from '#core/checklist';
import { clip, isUntrusted } from '#core/provenance';
import { isWordClaim } from '#core/review';
import { touches } from '#core/text';
import { unitsOf } from '#core/unit';
import type { FindingStore } from '../findings/store.ts';
import type { TrackedDocument } from '../tracker/entry.ts';
import { causeWords, claimWords, demandWords, lackWords, riskWord, waiverWords } from './demand-words.ts';
import type { Spoken, Trust } from './trust.ts';

/** Entries of a list; empty where nothing is recorded of the document. `offset`: of its text. */
export function explainTrust({ uri, text: { text, language, spans }, place }: TrackedDocument, offset: number, trust: Trust, findings: FindingStore): readonly vscode.QuickPickItem[] {
  if (place === undefined) return [{ label: l10n.t('$(circle-slash) Not in a git repository'), detail: l10n.t('Reviews are kept in one, so nothing here can be vetted or gated.') }];
  const { repository, path } = place;
  const policy = trust.policyFor(repository, path);
  if (policy.excluded) return [{ label: l10n.t('$(circle-slash) Nobody has to vet this file'), detail: l10n.t('The policy leaves it out, or it is one of Vetmark\'s own records.') }];
  const unit = unitsOf(text, language).find(({ range }) => range.start <= offset && offset < range.end);
  if (unit === undefined) return [];
  const said = trust.said(repository, path, unit, text);
  const counting = said.filter(({ lacks }) => lacks.length === 0);
  const untrusted = clip(spans, unit.range).some(({ origin, range }) => isUntrusted(origin) && text.slice(range.start, range.end).trim() !== '');
  const found = findings.get(uri).findings.filter(({ range }) => touches(range, unit.range));
  const questions = checklistFor({ text, range: unit.range, path, findings: found, items: policy.items });
  const risk = riskOf(questions, found, policy.risk);
  const demands = demandWords(policy);
  return [
    { label: unit.label, kind: vscode.QuickPickItemKind.Separator },
    verdict(counting.length > 0, untrusted),
    ...said.map(saidItem),
    ...found.map((finding): vscode.QuickPickItem => {
      const waiver = trust.waiverOf(repository, path, finding);
      return { label: `$(warning) ${finding.rule}`, description: finding.message, detail: waiver === undefined ? l10n.t('Open: it blocks the gate from {0} on.', policy.threshold) : waiverWords(waiver) };
    }),
    { label: l10n.t('$(flame) Risk: {0}', riskWord(risk.level)), detail: risk.because.length === 0 ? l10n.t('Nothing in the code or the policy speaks for more.') : risk.because.map(causeWords).join(', ') },
    { label: l10n.t('$(law) The policy asks for'), detail: demands.length === 0 ? l10n.t('one reviewer, with any enrolled key') : demands.join(', ') },
  ];
}

function verdict(isCovered: boolean, isOfOthers: boolean): vscode.QuickPickItem {
  if (isCovered) return { label: l10n.t('$(pass) Trusted: a person signed for this very content') };
  if (isOfOthers) return { label: l10n.t('$(circle-large-outline) Not trusted: not all of it was typed here, and nobody has signed for it as it is') };
  return { label: l10n.t('$(edit) Not signed'), detail: l10n.t('What a change adds, the gate lets in under a signature only: sign what you typed, or vet it.') };
}

function saidItem({ review: { reviewer, at, reason, together, answers }, unit, lacks, file }: Spoken): vscode.QuickPickItem {
  const { claim, reading } = unit;
  const what = isWordClaim(claim) ? l10n.t('{0} says that {1}: {2}', reviewer, claimWords(claim), reason ?? '') : claim === 'written' ? l10n.t('{0} typed it', reviewer) : l10n.t('{0} vetted it', reviewer);
  const read = reading === undefined ? '' : l10n.t(', {0} % on screen for {1} s', reading.share, reading.seconds);
  const beside = together === undefined ? '' : l10n.t(', together with {0} other regions', together - 1);
  const answered = answers.length === 0 ? '' : l10n.t(', {0} questions answered', answers.length);
  return { label: `${lacks.length === 0 ? '$(verified)' : '$(warning)'} ${what}`, description: new Date(at).toLocaleString(vscode.env.language), detail: lacks.length === 0 ? `${file}${read}${answered}${beside}` : l10n.t('It does not count: {0} ({1})', lacks.map(lackWords).join('; '), file) };
}
