/** Vetting: from a person's gesture to a signed record, and back. */
import * as vscode from 'vscode';
import type { Question } from '#core/checklist';
import type { Human, Review, ReviewedUnit } from '#core/review';
import { occurrenceOf, unitsOf } from '#core/unit';
import type { Repository } from '#project/repository';
import { removeReview, writeReview } from '#project/reviews';
import type { Signer } from '#project/signers';
import type { RepoPath } from '#core/path';
import type { Place } from '../places.ts';
import type { Tracker } from '../tracker/tracker.ts';
import { agreed } from './gesture.ts';
import type { Identity } from './identity.ts';
import type { OwnUnit, OwnWork } from './own-work.ts';
import { record } from './record.ts';
import type { RegionEntry, Registry } from './registry.ts';
import { removalWords, removedIn, type RemovedUnit } from './removals.ts';
import { answersOf, type Page } from './sitting.ts';
import type { Trust } from './trust.ts';
import { agentsIn } from './words.ts';

export type Vetted = { readonly ok: true } | { readonly ok: false; readonly message: string };

export class Vetting {
  readonly #registry: Registry;
  readonly #tracker: Tracker;
  readonly #trust: Trust;
  readonly #identity: Identity;
  readonly #ownWork: OwnWork;
  readonly #version: string;
  readonly #done: { readonly repository: Repository; readonly file: RepoPath; readonly label: string }[] = [];

  constructor(registry: Registry, tracker: Tracker, trust: Trust, identity: Identity, ownWork: OwnWork, version: string) {
    this.#registry = registry;
    this.#tracker = tracker;
    this.#trust = trust;
    this.#identity = identity;
    this.#ownWork = ownWork;
    this.#version = version;
  }

  /** Signs what was on the page. The content is what is signed: had it changed meanwhile, nothing is. */
  async vet(human: Human, key: string, questions: readonly Question[], page: Page): Promise<Vetted> {
    const shown = this.#registry.find(key);
    const place = shown?.tracked.place;
    if (shown === undefined || place === undefined) return { ok: false, message: 'This code is no longer there, or not in a git repository. Nothing was signed.' };
    const { document } = shown.tracked;
    if (document?.isDirty === true && !(await document.save())) return { ok: false, message: `${shown.name} could not be saved, and what is vetted must be what is on disk. Nothing was signed.` };
    const entry = this.#registry.regions(shown.uri).find((candidate) => candidate.key === key);
    if (entry === undefined) return { ok: false, message: 'The code changed while it was saved. Look at it again; nothing was signed.' };
    const removed = await removedIn(place.repository, this.#tracker.documents);
    if (!namesAll(questions, removed)) return { ok: false, message: 'The change takes away other code now than the checklist said. Look at it again; nothing was signed.' };
    const signing = await this.#identity.signer(place.repository);
    if (!signing.ok) return signing;
    const answers = answersOf(questions, page);
    const goneToo = answers.some(({ item, answer }) => item === 'removed' && answer === 'yes') ? removed : [];
    // What the person typed is said in the same breath, for the gate asks about it too.
    const units = distinct([...unitsVetted(entry, place), ...[...goneToo, ...this.#ownWork.written(place.repository)].map(({ unit }) => unit)]);
    const note = page.note.trim();
    return this.#sign(human, place.repository, { units, answers, ...(note !== '' && { note }), openFindings: entry.findings.map(({ print, rule, severity }) => ({ print, rule, severity })) }, signing.signer, entry.label);
  }

  /** Signs what was typed here, as listed in a dialog, and nothing that came or changed since. */
  async signWritten(repository: Repository): Promise<Vetted> {
    if (!vscode.workspace.isTrusted) return { ok: false, message: 'This window is in Restricted Mode: trust the workspace to sign.' };
    const standing = await this.#identity.standing(repository);
    if (standing.kind === 'not') return { ok: false, message: standing.message };
    const dirty = [...this.#tracker.documents].filter(({ place, document }) => place?.repository.gitDir === repository.gitDir && document?.isDirty === true);
    for (const { document } of dirty) if (!(await document!.save())) return { ok: false, message: 'A document could not be saved, and what is signed must be what is on disk. Nothing was signed.' };
    const shown = await this.#own(repository);
    if (shown.length === 0) return { ok: false, message: 'Nothing that was typed here waits for your signature.' };
    const human = await agreed(`Sign ${shown.length === 1 ? 'one piece' : `${shown.length} pieces`} of code as your own work?`, saidOf(shown), 'Sign');
    if (human === undefined) return { ok: true };
    const still = new Set((await this.#own(repository)).map(({ unit }) => keyOf(unit)));
    const units = shown.map(({ unit }) => unit).filter((unit) => still.has(keyOf(unit)));
    if (units.length === 0) return { ok: false, message: 'The code changed while you were asked. Nothing was signed; look at it again.' };
    const signing = await this.#identity.signer(repository);
    if (!signing.ok) return signing;
    return this.#sign(human, repository, { units: distinct(units), answers: [], openFindings: [] }, signing.signer, 'what you typed');
  }

  async #own(repository: Repository): Promise<readonly OwnUnit[]> {
    return [...this.#ownWork.written(repository), ...(await this.#ownWork.removed(repository))];
  }

  async #sign(human: Human, repository: Repository, said: Pick<Review, 'units' | 'answers' | 'openFindings' | 'note'>, signer: Signer, label: string): Promise<Vetted> {
    const review: Review = { ...said, reviewer: signer.principal, at: new Date().toISOString(), waivers: [], tool: { name: 'vetmark', version: this.#version } };
    const written = await writeReview(repository, human, review, signer);
    if (!written.ok) return written;
    const { file } = written;
    this.#done.push({ repository, file, label });
    await record(repository, { kind: 'vetted', reviewer: signer.principal, file, units: review.units.length }, signer);
    await this.#trust.refresh();
    return { ok: true };
  }

  /** Takes back the review signed last in this window. */
  async undo(): Promise<void> {
    const last = this.#done.at(-1);
    if (last === undefined) {
      void vscode.window.showInformationMessage('Nothing was vetted in this window yet. An older review is taken back by deleting its file under .vetmark/reviews.');
      return;
    }
    const human = await agreed(`Take back your review of ${last.label}?`, 'Its record is deleted, and the code waits to be vetted again.', 'Take Back');
    if (human === undefined) return;
    await removeReview(last.repository, human, last.file);
    this.#done.pop();
    const signing = await this.#identity.signer(last.repository);
    if (signing.ok) await record(last.repository, { kind: 'withdrawn', reviewer: signing.signer.principal, file: last.file }, signing.signer);
    await this.#trust.refresh();
  }
}

/** True when the checklist asked about every removal that the signature would cover. */
function namesAll(questions: readonly Question[], removed: readonly RemovedUnit[]): boolean {
  const asked = questions.find(({ id }) => id === 'removed')?.question ?? '';
  return removed.every((removal) => asked.includes(removalWords(removal)));
}

function unitsVetted({ region, tracked: { text: { text, language } } }: RegionEntry, { path }: Place): ReviewedUnit[] {
  const units = unitsOf(text, language);
  return region.units.map((unit) => {
    const { label, digest, range } = unit;
    return { path, label, digest, claim: 'vetted', agents: agentsIn(region.spans.filter((span) => span.range.start < range.end && range.start < span.range.end)), ...occurrenceOf(units, unit) };
  });
}

/** Lines that a dialog lists before it says how many more there are. */
const MOST_LISTED = 20;

function saidOf(own: readonly OwnUnit[]): string {
  const lines = own.slice(0, MOST_LISTED).map(({ said }) => said);
  const rest = own.length - lines.length;
  return ['You typed, renamed or deleted here, and nothing that an assistant or a tool wrote stands in these pieces:', '', ...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}

function keyOf({ path, digest, claim, occurrence }: ReviewedUnit): string {
  return `${path}\0${digest}\0${claim}\0${occurrence?.index ?? 0}`;
}

function distinct(units: readonly ReviewedUnit[]): readonly ReviewedUnit[] {
  return [...new Map([...units].reverse().map((unit) => [`${unit.path}\0${unit.digest}\0${unit.claim === 'removed' ? 'gone' : (unit.occurrence?.index ?? 0)}`, unit])).values()].reverse();
}
