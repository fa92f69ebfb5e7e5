/**
 * The gaps of a repository, one file each under the git directory: written by whoever notices one (editor, worker's keeper, hook), read by the
 * sidebar and the gate. A gap that cannot be read is a gap itself.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ulid } from 'ulid';
import { describeGap, readGap, writeGap, type Gap } from '#core/gap';
import type { RepoPath } from '#core/path';
import { appendAudit } from './audit-log.ts';
import { isAbsent, writeAtomically } from './atomic.ts';
import type { Repository } from './repository.ts';

export type Noted = { readonly ok: true; readonly gap: Gap } | { readonly ok: false; readonly message: string };

/**
 * Keeps a gap and tells the audit log. Times are milliseconds since 1970; the earlier one is the start, whichever way the clock went. One of the
 * same cause and paths that ended less than a minute before it is made longer instead. A sentence when the disk refuses: whoever noticed it says so.
 */
export async function noteGap(repository: Repository, noticed: { readonly cause: Gap['cause']; readonly paths: readonly RepoPath[] | 'everything'; readonly from: number; readonly to: number; readonly note?: string }): Promise<Noted> {
  const { cause, note } = noticed;
  const paths = noticed.paths === 'everything' ? noticed.paths : [...new Set(noticed.paths)].sort();
  const [from, to] = [Math.min(noticed.from, noticed.to), Math.max(noticed.from, noticed.to)].map((at) => new Date(at).toISOString()) as [string, string];
  try {
    const { gaps } = await stored(repository);
    const going = gaps.find((gap) => gap.cause === cause && sameAs(gap.paths, paths) && gap.from <= to && Date.parse(gap.to) + TOGETHER >= Date.parse(from));
    const gap: Gap = { id: going?.id ?? ulid(), cause, paths, from: going !== undefined && going.from < from ? going.from : from, to: going !== undefined && going.to > to ? going.to : to, ...(note !== undefined && { note: note.replace(/\p{C}+/gu, ' ').slice(0, LONGEST_NOTE) }) };
    await writeAtomically(path.join(folderOf(repository), gap.id + ENDING), writeGap(gap), 0o600);
    if (going === undefined) await appendAudit(repository, { kind: 'gap', message: `${describeGap(gap).what} (${cause}), ${from} to ${to}: ${paths === 'everything' ? 'any file' : `${paths.length} file${paths.length === 1 ? '' : 's'}`}${note === undefined ? '' : `. ${note}`}` }, new Date());
    return { ok: true, gap };
  } catch (error) {
    return { ok: false, message: `A gap in the record (${describeGap(noticed).what}) could not be kept: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Every gap, oldest first. What lies among them and cannot be read counts as one that concerns everything. Throws what the file system throws. */
export async function gapsOf(repository: Repository): Promise<readonly Gap[]> {
  const { gaps, corrupt } = await stored(repository);
  const lost = await Promise.all(
    corrupt.map(async (name): Promise<Gap> => {
      const written = await stat(path.join(folderOf(repository), name)).then((info) => info.mtime, () => new Date());
      return { id: name.slice(0, -ENDING.length), cause: 'record-corrupt', paths: 'everything', from: written.toISOString(), to: written.toISOString(), note: `The gap record ${name} cannot be read.` };
    }),
  );
  return [...gaps, ...lost].sort((a, b) => (a.from < b.from || (a.from === b.from && a.id < b.id) ? -1 : 1));
}

/** Drops a gap that a person has looked at, or that concerns nothing any more. */
export async function dropGap(repository: Repository, id: string): Promise<void> {
  await rm(path.join(folderOf(repository), path.basename(id) + ENDING), { force: true });
}

const ENDING = '.json';
const LONGEST_NOTE = 500;
/** Milliseconds between two gaps that are one. */
const TOGETHER = 60_000;
/** Bytes of a record that are read at most. */
const LARGEST = 4_000_000;

function folderOf(repository: Repository): string {
  return path.join(repository.gitDir, 'vetmark', 'gaps');
}

async function stored(repository: Repository): Promise<{ readonly gaps: readonly Gap[]; readonly corrupt: readonly string[] }> {
  const gaps: Gap[] = [];
  const corrupt: string[] = [];
  for (const name of await namesIn(folderOf(repository))) {
    const text = await readFile(path.join(folderOf(repository), name), 'utf8').catch((error: unknown) => (isAbsent(error) ? undefined : ''));
    if (text === undefined) continue;
    const gap = text.length > LARGEST ? undefined : readGap(text);
    if (gap === undefined || gap.id + ENDING !== name) corrupt.push(name);
    else gaps.push(gap);
  }
  return { gaps, corrupt };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(ENDING)).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function sameAs(a: Gap['paths'], b: Gap['paths']): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
