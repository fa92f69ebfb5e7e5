/**
 * Vetting several regions in one go, as far as that means anything: those that are not risky, have no open finding and no question of the policy, and of
 * which every line was on screen. The record says how many were signed together; a policy can refuse that, and so does the gate then.
 * Invariant 4: the command only asks; what signs is the button of a modal dialog.
 */
import * as vscode from 'vscode';
import { checklistFor, demandedOf } from '#core/checklist';
import { readingLacks } from '#core/demand';
import type { ReviewedUnit } from '#core/review';
import type { Repository } from '#project/repository';
import type { FindingStore } from '../findings/store.ts';
import { lackWords } from './demand-words.ts';
import type { Desk, Signed } from './desk.ts';
import { agreed } from './gesture.ts';
import type { ReadingWatch } from './reading.ts';
import type { RegionEntry, Registry } from './registry.ts';
import { distinct, unitsSigned } from './signed-units.ts';
import type { Trust } from './trust.ts';
import { listed, type Vetting } from './vet.ts';
import { agentsIn } from './words.ts';

export interface BulkParts {
  readonly registry: Registry;
  readonly vetting: Vetting;
  readonly trust: Trust;
  readonly findings: FindingStore;
  readonly reading: ReadingWatch;
  readonly desk: Desk;
}

/** Why a region is to be vetted by itself; `undefined`: it need not be. */
export function notTogether(entry: RegionEntry, { vetting, trust, reading }: Pick<BulkParts, 'vetting' | 'trust' | 'reading'>): string | undefined {
  const { place, text } = entry.tracked;
  if (place === undefined) return vscode.l10n.t('it is in no git repository');
  const policy = trust.policyFor(place.repository, place.path);
  const { requirement } = policy;
  if (requirement.bulk === 'refused') return vscode.l10n.t('the policy asks for one region at a time here');
  if (entry.findings.length > 0) return vscode.l10n.t('it has open findings');
  const questions = checklistFor({ text: text.text, range: entry.region.range, path: place.path, findings: [], items: policy.items });
  const risk = vetting.riskOf(entry, questions);
  if (risk.level === 'high') return vscode.l10n.t('its risk is high');
  if (demandedOf(questions, requirement.answers).some(({ id }) => id !== 'read')) return vscode.l10n.t('its questions have to be answered');
  const seen = reading.of(entry);
  const { pace } = requirement.reading;
  const [lack] = readingLacks(seen, entry.to - entry.from + 1, { share: 100, seconds: requirement.reading.seconds, ...(pace !== undefined && { pace }) });
  if (lack === undefined) return undefined;
  return lack.kind === 'share' ? vscode.l10n.t('only {0} % of it was on screen so far', seen.share) : lackWords(lack);
}

/** Lets the person choose among the regions that can be vetted together, asks, and signs one record for each repository. `chosen`: keys to begin with; empty: all that can. `undefined`: the person let it be. */
export async function vetTogether(parts: BulkParts, chosen: ReadonlySet<string>): Promise<Signed | undefined> {
  const { registry, vetting, desk, reading, findings } = parts;
  const judged = inOrder(registry.open, parts.trust).map((entry) => ({ entry, why: notTogether(entry, parts) }));
  const able = judged.filter(({ why }) => why === undefined).map(({ entry }) => entry);
  if (able.length === 0) return { ok: false, message: noneWords(judged) };
  const items = able.map((entry) => ({ label: entry.label, description: vscode.l10n.t('{0}, lines {1} to {2}', entry.name, entry.from + 1, entry.to + 1), picked: chosen.size === 0 || chosen.has(entry.key), entry }));
  const left = judged.length - able.length;
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    matchOnDescription: true,
    title: vscode.l10n.t('Vet several regions'),
    placeHolder: left === 0 ? vscode.l10n.t('Those that you have read') : vscode.l10n.t('Those that you have read; {0} more are to be vetted one by one', left),
  });
  if (picked === undefined || picked.length === 0) return undefined;
  const lines = picked.reduce((sum, { entry }) => sum + entry.to - entry.from + 1, 0);
  const detail = [vscode.l10n.t('You sign that you have read every line of these and understand what it does:'), '', listed(picked.map(({ label, description }) => `${description}: ${label}`))].join('\n');
  const human = await agreed(picked.length === 1 ? vscode.l10n.t('Mark one region as vetted?') : vscode.l10n.t('Mark {0} regions, {1} lines, as vetted?', picked.length, lines), detail, vscode.l10n.t('Mark as Vetted'));
  if (human === undefined) return undefined;
  const byRepository = new Map<Repository, { readonly units: ReviewedUnit[]; readonly entries: RegionEntry[] }>();
  for (const { entry: { key } } of picked) {
    const settled = await vetting.settle(key);
    if (!settled.ok) return settled;
    // Saving may have brought findings, and a policy may have come meanwhile.
    const why = notTogether(settled.entry, parts);
    if (why !== undefined) return { ok: false, message: vscode.l10n.t('{0} is to be vetted by itself now: {1}. Nothing was signed.', settled.entry.label, why) };
    const { repository } = settled.place;
    const own = byRepository.get(repository) ?? { units: [], entries: [] };
    own.units.push(...unitsSigned(settled.entry, settled.place, 'vetted', reading));
    own.entries.push(settled.entry);
    byRepository.set(repository, own);
  }
  for (const [repository, { units, entries }] of byRepository) {
    const { ruleSet } = findings.get(entries[0]!.uri);
    const together = entries.length > 1 ? { together: entries.length } : {};
    const signed = await desk.sign(human, repository, { units: distinct(units), answers: [{ item: 'read', answer: 'yes' }], ...together, ...(ruleSet !== undefined && { ruleSet }) }, entries.length === 1 ? entries[0]!.label : vscode.l10n.t('{0} regions', entries.length));
    if (!signed.ok) return signed;
    for (const entry of entries) reading.forget(entry);
  }
  return { ok: true };
}

/** As the policy orders agents; else as they stand. */
export function inOrder(entries: readonly RegionEntry[], trust: Trust): readonly RegionEntry[] {
  const rank = ({ tracked: { place }, region }: RegionEntry): number => (place === undefined ? Infinity : trust.rankOf(place.repository, agentsIn(region.spans)));
  return entries.map((entry) => ({ entry, rank: rank(entry) })).sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank)).map(({ entry }) => entry);
}

function noneWords(judged: readonly { readonly entry: RegionEntry; readonly why: string | undefined }[]): string {
  const [first] = judged;
  if (first === undefined) return vscode.l10n.t('Nothing waits to be vetted.');
  return vscode.l10n.t('None of the {0} regions can be vetted together with others. {1}: {2}. Open it, read it, and vet it by its checklist.', judged.length, first.entry.label, first.why ?? '');
}
