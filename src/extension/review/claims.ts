/**
 * A person's word without evidence: that code is theirs, or that no machine wrote it. Given with a reason, signed, and recorded as what it is; whether it
 * counts, the policy says.
 * Invariant 4: the command only asks; what signs is the button of a modal dialog. No argument carries a reason, so that nobody else can give one.
 */
import * as vscode from 'vscode';
import type { WordClaim } from '#core/review';
import { claimWords, treatmentWords } from './demand-words.ts';
import type { Desk, Signed } from './desk.ts';
import { agreed } from './gesture.ts';
import type { ReadingWatch } from './reading.ts';
import type { RegionEntry } from './registry.ts';
import { unitsSigned } from './signed-units.ts';
import type { Trust } from './trust.ts';
import { listed, type Vetting } from './vet.ts';
import { agentsIn } from './words.ts';

/** Fewer characters than this are no reason. */
const SHORTEST_REASON = 3;

/** Asks for a reason, then for agreement, and signs. `undefined`: the person let it be. */
export async function claim(kind: WordClaim, entry: RegionEntry, { vetting, desk, trust, reading }: { readonly vetting: Vetting; readonly desk: Desk; readonly trust: Trust; readonly reading: ReadingWatch }): Promise<Signed | undefined> {
  const { place } = entry.tracked;
  if (place === undefined) return { ok: false, message: vscode.l10n.t('This file is in no git repository. Reviews are kept there: run `git init` first.') };
  const closed = await desk.closed(place.repository);
  if (closed !== undefined) return { ok: false, message: closed };
  const title = kind === 'mine' ? vscode.l10n.t('{0} is mine', entry.label) : vscode.l10n.t('{0} is not AI', entry.label);
  const reason = await vscode.window.showInputBox({
    title,
    prompt: kind === 'mine' ? vscode.l10n.t('How did you write it, if not at this keyboard? The reason is signed and kept.') : vscode.l10n.t('Where does it come from, if no machine wrote it? The reason is signed and kept.'),
    placeHolder: kind === 'mine' ? vscode.l10n.t('typed in another editor') : vscode.l10n.t('copied from our old repository'),
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim().length < SHORTEST_REASON ? vscode.l10n.t('A reason is needed: it stands in the signed record.') : undefined),
  });
  if (reason === undefined || reason.trim().length < SHORTEST_REASON) return undefined;
  const agents = agentsIn(entry.region.spans);
  const detail = [
    vscode.l10n.t('You sign that {0}, for this reason: {1}', claimWords(kind), reason.trim()),
    '',
    listed(entry.region.units.map(({ label }) => `${place.path}: ${label}`)),
    '',
    treatmentWords(kind, trust.policyFor(place.repository, place.path), agents),
  ].join('\n');
  const human = await agreed(`${title}?`, detail, vscode.l10n.t('Sign'));
  if (human === undefined) return undefined;
  const settled = await vetting.settle(entry.key);
  if (!settled.ok) return settled;
  return desk.sign(human, place.repository, { units: unitsSigned(settled.entry, place, kind, reading), answers: [], reason: reason.trim() }, entry.label);
}
