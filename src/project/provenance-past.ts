/**
 * The past: passages that a document no longer holds, one journal a path under the git directory, so that a stash, a checkout or a reset that takes
 * labelled code away does not take away who wrote it. A half-written line loses only itself.
 * Invariant 8: digests of lines, never text.
 */
import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOf } from '#core/digest';
import type { Passage } from '#core/passage';
import { readPassage } from '#core/passage-json';
import type { RepoPath } from '#core/path';
import { isAbsent, writeAtomically } from './atomic.ts';
import type { Repository } from './repository.ts';

/** Keeps those of a document's passages that lost a labelled line: `now` are the prints of the lines it holds. Throws what the file system throws. */
export async function keepPast(repository: Repository, file: RepoPath, former: readonly Passage[], now: ReadonlySet<string>): Promise<void> {
  const lost = former.filter(({ lines, labels }) => labels.some(({ start, end }) => lines.slice(start.line, end.character === 0 && end.line > start.line ? end.line : end.line + 1).some((print) => !now.has(print))));
  if (lost.length === 0) return;
  const place = path.join(folderOf(repository), digestOf(file).slice('sha256:'.length) + ENDING);
  const known = await readFile(place, 'utf8').catch((error: unknown) => {
    if (isAbsent(error)) return '';
    throw error;
  });
  const lines = lost.map((passage) => JSON.stringify({ v: 1, ...passage }) + '\n').filter((line) => !known.includes(line));
  if (lines.length === 0) return;
  // What a killed writer left without an end must not swallow what follows.
  const text = (known === '' || known.endsWith('\n') ? '' : '\n') + lines.join('');
  if (known.length + text.length > LARGEST) {
    await writeAtomically(place, newest(known + text), 0o600);
    return;
  }
  await mkdir(folderOf(repository), { recursive: true });
  await appendFile(place, text, { mode: 0o600 });
}

/** The passages of one journal, oldest first, and how many of its lines cannot be read. */
export function readPast(text: string): { readonly passages: readonly Passage[]; readonly corrupt: number } {
  const lines = text.split('\n').filter((line) => line !== '');
  const passages = lines.flatMap((line) => readLine(line) ?? []);
  return { passages, corrupt: lines.length - passages.length };
}

/** Journals on disk, absolute. */
export async function pastFiles(repository: Repository): Promise<readonly string[]> {
  const names = await readdir(folderOf(repository)).catch(() => []);
  return names.filter((name) => name.endsWith(ENDING)).sort().map((name) => path.join(folderOf(repository), name));
}

const ENDING = '.jsonl';
/** UTF-16 code units of a journal; beyond it the older half is let go. */
const LARGEST = 2_000_000;

function folderOf(repository: Repository): string {
  return path.join(repository.gitDir, 'vetmark', 'past');
}

function newest(text: string): string {
  const cut = text.indexOf('\n', text.length - LARGEST / 2);
  return text.slice(cut + 1);
}

function readLine(line: string): Passage | undefined {
  try {
    const { v, ...passage } = JSON.parse(line) as { readonly v?: unknown };
    return v === 1 ? readPassage(passage) : undefined;
  } catch {
    return undefined;
  }
}
