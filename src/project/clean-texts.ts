/**
 * Which texts analysis had nothing to say about, remembered by content, so that a second run need not ask again. One list a run and never an append to
 * a shared one, so that runs at once, and lists of several machines put together, lose nothing.
 * Whoever can write here can hide a finding (never a missing review): the folder must be out of the reach of the change that is judged.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { isDigest, type Digest } from '#core/digest';
import { writeAtomically } from './atomic.ts';

export interface CleanTexts {
  has(key: Digest): boolean;
  /** What was known when it was opened. */
  readonly known: ReadonlySet<Digest>;
  note(key: Digest): void;
  /** Writes what was noted since. A sentence when the disk refuses: nothing is lost but time. */
  save(): Promise<string | undefined>;
}

/** Lists beyond this many are written together into one. */
const MOST_LISTS = 64;

/** Reads a folder of lists; one that is not there yet is empty, and what cannot be read is not known. */
export async function openCleanTexts(folder: string): Promise<CleanTexts> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^[0-9A-Z]{26}\.txt$/.test(name));
  const known = new Set<Digest>();
  for (const text of await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')))) {
    for (const line of text.split('\n')) if (isDigest(line)) known.add(line);
  }
  const fresh = new Set<Digest>();
  return {
    known,
    has: (key) => known.has(key),
    note: (key) => void fresh.add(key),
    async save() {
      const tidy = names.length >= MOST_LISTS;
      const keys = tidy ? [...new Set([...known, ...fresh])] : [...fresh].filter((key) => !known.has(key));
      if (keys.length === 0) return undefined;
      try {
        await writeAtomically(join(folder, `${ulid()}.txt`), keys.map((key) => `${key}\n`).join(''), 0o600);
        if (tidy) await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
        return undefined;
      } catch (error) {
        return `The cache in ${folder} cannot be written, so the next run takes as long: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
  };
}
