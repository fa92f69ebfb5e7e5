/**
 * Code that ran in the branch this work will be merged into, and that open documents no longer run where it stood. The checklist names it and the same
 * signature covers it: what is missing shows nowhere else.
 */
import { removedUnits } from '#core/arrangement';
import type { ReviewedUnit } from '#core/review';
import { unitsOf } from '#core/unit';
import { forkPoint, readFile, type Repository } from '#project/repository';
import type { TrackedDocument } from '../tracker/entry.ts';

export interface RemovedUnit {
  readonly unit: ReviewedUnit;
  readonly how: 'deleted' | 'moved';
}

/** Texts of commits never change: the last ones are kept. */
const texts = new Map<string, Promise<string>>();
const TEXTS_KEPT = 200;

/** Of all open documents of a repository, by path and place. Measured from where the work forks off, or from the last commit where that is not known. */
export async function removedIn(repository: Repository, documents: Iterable<TrackedDocument>): Promise<readonly RemovedUnit[]> {
  const base = await forkOf(repository);
  if (base === undefined) return [];
  const found = await Promise.all(
    [...documents].map(async ({ place, text: { text, language } }): Promise<readonly RemovedUnit[]> => {
      if (place?.repository.gitDir !== repository.gitDir) return [];
      return removedFrom(repository, place.path, await textAt(repository, base, place.path), text, language);
    }),
  );
  return found.flat().sort((a, b) => (a.unit.path < b.unit.path ? -1 : a.unit.path > b.unit.path ? 1 : 0));
}

/** The page asks with every change of anything, and cutting texts into units is what costs: the last answer for each file is kept. */
const answers = new Map<string, { readonly before: string; readonly text: string; readonly language: string; readonly removed: readonly RemovedUnit[] }>();
const ANSWERS_KEPT = 1000;

function removedFrom(repository: Repository, path: ReviewedUnit['path'], before: string, text: string, language: string): readonly RemovedUnit[] {
  if (before === text) return [];
  const key = `${repository.gitDir}\0${path}`;
  const known = answers.get(key);
  if (known?.before === before && known.text === text && known.language === language) return known.removed;
  const removed = removedUnits(unitsOf(before, language), unitsOf(text, language)).map(({ unit, how }): RemovedUnit => ({ how, unit: { path, label: unit.label, digest: unit.digest, claim: 'removed', agents: [] } }));
  answers.delete(key);
  answers.set(key, { before, text, language, removed });
  if (answers.size > ANSWERS_KEPT) answers.delete(answers.keys().next().value!);
  return removed;
}

/** For the checklist: "`statement app.use` of src/server.ts (deleted)". */
export function removalWords({ unit, how }: RemovedUnit): string {
  return `\`${unit.label}\` of ${unit.path} (${how})`;
}

/** Where the work forks off moves with commits and fetches only, and is asked for with every answer on the page. */
const forks = new Map<string, { readonly at: number; readonly fork: Promise<string | undefined> }>();
const FRESH_MS = 5_000;

function forkOf(repository: Repository): Promise<string | undefined> {
  const known = forks.get(repository.gitDir);
  if (known !== undefined && performance.now() - known.at < FRESH_MS) return known.fork;
  const fork = forkPoint(repository);
  forks.set(repository.gitDir, { at: performance.now(), fork });
  return fork;
}

function textAt(repository: Repository, commit: string, path: ReviewedUnit['path']): Promise<string> {
  const key = `${repository.gitDir}\0${commit}\0${path}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const read = readFile(repository, { kind: 'commit', id: commit }, path).then((content) => (content.kind === 'text' ? content.text : ''));
  texts.set(key, read);
  if (texts.size > TEXTS_KEPT) texts.delete(texts.keys().next().value!);
  return read;
}
