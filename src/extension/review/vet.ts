/** Vetting: what a person signs after the checklist, and what they typed themselves. */
import * as vscode from 'vscode';
import { riskOf, type Question, type Risk } from '#core/checklist';
import type { Human, ReviewedUnit } from '#core/review';
import type { Repository } from '#project/repository';
import type { FindingStore } from '../findings/store.ts';
import type { Place } from '../places.ts';
import type { Tracker } from '../tracker/tracker.ts';
import type { Desk, Signed } from './desk.ts';
import { agreed } from './gesture.ts';
import type { OwnUnit, OwnWork } from './own-work.ts';
import type { ReadingWatch } from './reading.ts';
import type { RegionEntry, Registry } from './registry.ts';
import { removalWords, removedIn, type RemovedUnit } from './removals.ts';
import { distinct, unitsSigned } from './signed-units.ts';
import { answersOf, waiversOn, type Page } from './sitting.ts';
import type { Trust } from './trust.ts';

export interface VettingParts {
  readonly registry: Registry;
  readonly tracker: Tracker;
  readonly trust: Trust;
  readonly findings: FindingStore;
  readonly ownWork: OwnWork;
  readonly reading: ReadingWatch;
  readonly desk: Desk;
}

/** A region that was found again after its document was saved. */
type Settled = { readonly ok: true; readonly entry: RegionEntry; readonly place: Place } | { readonly ok: false; readonly message: string };

export class Vetting {
  readonly #parts: VettingParts;

  constructor(parts: VettingParts) {
    this.#parts = parts;
  }

  /** The region as it is on disk, once it is saved. A sentence when it is not what was shown. */
  async settle(key: string): Promise<Settled> {
    const { registry } = this.#parts;
    const shown = registry.find(key);
    const place = shown?.tracked.place;
    if (shown === undefined || place === undefined) return { ok: false, message: vscode.l10n.t('This code is no longer there, or not in a git repository. Nothing was signed.') };
    const { document } = shown.tracked;
    if (document?.isDirty === true && !(await document.save())) return { ok: false, message: vscode.l10n.t('{0} could not be saved, and what is vetted must be what is on disk. Nothing was signed.', shown.name) };
    const entry = registry.regions(shown.uri).find((candidate) => candidate.key === key);
    return entry === undefined ? { ok: false, message: vscode.l10n.t('The code changed while it was saved. Look at it again; nothing was signed.') } : { ok: true, entry, place };
  }

  /** How risky a region is, by what it does, what was found and what the policy says of its path. */
  riskOf(entry: RegionEntry, questions: readonly Question[]): Risk {
    const { place } = entry.tracked;
    return riskOf(questions, entry.findings, place === undefined ? undefined : this.#parts.trust.policyFor(place.repository, place.path).risk);
  }

  /** Signs what was on the page. The content is what is signed: had it changed meanwhile, nothing is. */
  async vet(human: Human, key: string, questions: readonly Question[], page: Page): Promise<Signed> {
    const { tracker, ownWork, reading, findings, desk } = this.#parts;
    const settled = await this.settle(key);
    if (!settled.ok) return settled;
    const { entry, place } = settled;
    const removed = await removedIn(place.repository, tracker.documents);
    if (!namesAll(questions, removed)) return { ok: false, message: vscode.l10n.t('The change takes away other code now than the checklist said. Look at it again; nothing was signed.') };
    const answers = answersOf(questions, page);
    const goneToo = answers.some(({ item, answer }) => item === 'removed' && answer === 'yes') ? removed : [];
    // What the person typed is said in the same breath, for the gate asks about it too.
    const units = distinct([...unitsSigned(entry, place, 'vetted', reading), ...[...goneToo, ...ownWork.written(place.repository)].map(({ unit }) => unit)]);
    const note = page.note.trim();
    const waivers = waiversOn(entry.findings, place.path, page);
    const openFindings = entry.findings.filter(({ print }) => !waivers.some((waiver) => waiver.print === print)).map(({ print, rule, severity }) => ({ print, rule, severity }));
    const { ruleSet } = findings.get(entry.uri);
    const signed = await desk.sign(human, place.repository, { units, answers, openFindings, waivers, ...(note !== '' && { note }), ...(ruleSet !== undefined && { ruleSet }) }, entry.label);
    if (signed.ok) reading.forget(entry);
    return signed;
  }

  /** Signs what was typed here, as listed in a dialog, and nothing that came or changed since. */
  async signWritten(repository: Repository): Promise<Signed> {
    const { tracker, desk } = this.#parts;
    const closed = await desk.closed(repository);
    if (closed !== undefined) return { ok: false, message: closed };
    const dirty = [...tracker.documents].filter(({ place, document }) => place?.repository.gitDir === repository.gitDir && document?.isDirty === true);
    for (const { document } of dirty) if (!(await document!.save())) return { ok: false, message: vscode.l10n.t('A document could not be saved, and what is signed must be what is on disk. Nothing was signed.') };
    const shown = await this.#own(repository);
    if (shown.length === 0) return { ok: false, message: vscode.l10n.t('Nothing that was typed here waits for your signature.') };
    const human = await agreed(shown.length === 1 ? vscode.l10n.t('Sign one piece of code as your own work?') : vscode.l10n.t('Sign {0} pieces of code as your own work?', shown.length), saidOf(shown), vscode.l10n.t('Sign'));
    if (human === undefined) return { ok: true };
    const still = new Set((await this.#own(repository)).map(({ unit }) => keyOf(unit)));
    const units = shown.map(({ unit }) => unit).filter((unit) => still.has(keyOf(unit)));
    if (units.length === 0) return { ok: false, message: vscode.l10n.t('The code changed while you were asked. Nothing was signed; look at it again.') };
    return desk.sign(human, repository, { units: distinct(units), answers: [] }, vscode.l10n.t('what you typed'));
  }

  async #own(repository: Repository): Promise<readonly OwnUnit[]> {
    const { ownWork } = this.#parts;
    return [...ownWork.written(repository), ...(await ownWork.removed(repository))];
  }
}

/** True when the checklist asked about every removal that the signature would cover. */
function namesAll(questions: readonly Question[], removed: readonly RemovedUnit[]): boolean {
  const asked = questions.find(({ id }) => id === 'removed')?.question ?? '';
  return removed.every((removal) => asked.includes(removalWords(removal)));
}

/** Lines that a dialog lists before it says how many more there are. */
const MOST_LISTED = 20;

function saidOf(own: readonly OwnUnit[]): string {
  return [vscode.l10n.t('You typed, renamed or deleted here, and nothing that an assistant or a tool wrote stands in these pieces:'), '', listed(own.map(({ said }) => said))].join('\n');
}

/** The first of some lines, and how many more there are. */
export function listed(lines: readonly string[]): string {
  const rest = lines.length - MOST_LISTED;
  return [...lines.slice(0, MOST_LISTED), ...(rest > 0 ? [vscode.l10n.t('and {0} more', rest)] : [])].join('\n');
}

function keyOf({ path, digest, claim, occurrence }: ReviewedUnit): string {
  return `${path}\0${digest}\0${claim}\0${occurrence?.index ?? 0}`;
}
