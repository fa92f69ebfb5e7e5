/** Vetting: from a person's gesture to a signed record, and back. */
import * as vscode from 'vscode';
import type { Question } from '#core/checklist';
import type { Human, Review, ReviewedUnit } from '#core/review';
import { occurrenceOf, unitsOf } from '#core/unit';
import { readFile, resolveCommit, type Repository } from '#project/repository';
import { removeReview, writeReview } from '#project/reviews';
import type { RepoPath } from '#core/path';
import type { Place } from '../places.ts';
import type { TrackedDocument, Tracker } from '../tracker/tracker.ts';
import { agreed } from './gesture.ts';
import type { Identity } from './identity.ts';
import { record } from './record.ts';
import type { RegionEntry, Registry } from './registry.ts';
import { removalWords, removedIn, type RemovedUnit } from './removals.ts';
import { answersOf, type Page } from './sitting.ts';
import type { Trust } from './trust.ts';
import { agentsIn } from './words.ts';
import { writtenUnits } from './written.ts';

export type Vetted = { readonly ok: true } | { readonly ok: false; readonly message: string };

export class Vetting {
  readonly #registry: Registry;
  readonly #tracker: Tracker;
  readonly #trust: Trust;
  readonly #identity: Identity;
  readonly #version: string;
  readonly #done: { readonly repository: Repository; readonly file: RepoPath; readonly label: string }[] = [];

  constructor(registry: Registry, tracker: Tracker, trust: Trust, identity: Identity, version: string) {
    this.#registry = registry;
    this.#tracker = tracker;
    this.#trust = trust;
    this.#identity = identity;
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
    const units = [...unitsVetted(entry, place), ...goneToo.map(({ unit }) => unit), ...(await this.#written(place.repository))];
    const review: Review = {
      units: distinct(units),
      reviewer: signing.signer.principal,
      at: new Date().toISOString(),
      answers,
      ...(page.note.trim() !== '' && { note: page.note.trim() }),
      openFindings: entry.findings.map(({ print }) => print),
      waivers: [],
      tool: { name: 'vetmark', version: this.#version },
    };
    const written = await writeReview(place.repository, human, review, signing.signer);
    if (!written.ok) return written;
    const { file } = written;
    this.#done.push({ repository: place.repository, file, label: entry.label });
    await record(place.repository, { kind: 'vetted', reviewer: review.reviewer, file, units: review.units.length }, signing.signer);
    await this.#trust.refresh();
    return { ok: true };
  }

  /** Units of changed files that the person typed themselves: said in the same breath, for the gate asks about them too. */
  async #written(repository: Repository): Promise<readonly ReviewedUnit[]> {
    const head = await resolveCommit(repository, 'HEAD');
    const found: ReviewedUnit[] = [];
    for (const tracked of this.#tracker.documents) {
      const { place, document } = tracked;
      if (place?.repository.gitDir !== repository.gitDir || document?.isDirty === true || !tracked.text.spans.some(({ origin }) => origin.kind === 'human')) continue;
      const committed = head.ok ? await readFile(repository, { kind: 'commit', id: head.id }, place.path) : undefined;
      found.push(...this.#writtenIn(tracked, place, committed?.kind === 'text' ? committed.text : ''));
    }
    return found;
  }

  #writtenIn({ text: { text, spans, language } }: TrackedDocument, { repository, path }: Place, committed: string): readonly ReviewedUnit[] {
    const units = unitsOf(text, language);
    return writtenUnits(text, units, spans, committed)
      .filter((unit) => this.#trust.stateOf(repository, path, unit) !== 'covered')
      .map((unit) => ({ path, label: unit.label, digest: unit.digest, claim: 'written', agents: [], ...occurrenceOf(units, unit) }));
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

function distinct(units: readonly ReviewedUnit[]): readonly ReviewedUnit[] {
  return [...new Map([...units].reverse().map((unit) => [`${unit.path}\0${unit.digest}\0${unit.occurrence?.index ?? 0}\0${unit.claim === 'removed'}`, unit])).values()].reverse();
}
