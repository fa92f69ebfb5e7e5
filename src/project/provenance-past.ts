/**
 * The past: passages that a document no longer holds, one journal a path under the git directory, so that a stash, a checkout or a reset that takes
 * labelled code away does not take away who wrote it. A half-written line loses only itself.
 * Invariant 8: digests of lines, never text.
 */
import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, isDigest, type Digest } from '#core/digest';
import type { Passage } from '#core/passage';
import { readPassage } from '#core/passage-json';
import type { RepoPath } from '#core/path';
import { isAbsent, writeAtomically } from './atomic.ts';
import { written } from './provenance-cache.ts';
import type { Repository } from './repository.ts';

/** A passage of the past, and the digest of the whole text that it stood in. */
export interface PastPassage extends Passage {
  readonly text: Digest;
}

/**
 * Keeps a document's passages when one of them lost a labelled line: all of them, for only together they say who wrote the text, should it come back.
 * `text`: digest of what it held; `now`: prints of the lines it holds. Throws what the file system throws.
 */
export async function keepPast(repository: Repository, file: RepoPath, text: Digest, former: readonly Passage[], now: ReadonlySet<string>): Promise<void> {
  if (!former.some(({ lines, labels }) => labels.some(({ start, end }) => lines.slice(start.line, end.character === 0 && end.line > start.line ? end.line : end.line + 1).some((print) => !now.has(print))))) return;
  const place = path.join(folderOf(repository), digestOf(file).slice('sha256:'.length) + ENDING);
  const known = await readFile(place, 'utf8').catch((error: unknown) => {
    if (isAbsent(error)) return '';
    throw error;
  });
  const lines = former.map((passage) => JSON.stringify({ v: 1, text, ...passage }) + '\n').filter((line) => !known.includes(line));
  if (lines.length === 0) return;
  // What a killed writer left without an end must not swallow what follows.
  const added = (known === '' || known.endsWith('\n') ? '' : '\n') + lines.join('');
  if (known.length + added.length > LARGEST) {
    await writeAtomically(place, newest(known + added), 0o600);
  } else {
    await mkdir(folderOf(repository), { recursive: true });
    await appendFile(place, added, { mode: 0o600 });
  }
  written(place);
}

/** The passages of one journal, oldest first, and how many of its lines cannot be read. */
export function readPast(text: string): { readonly passages: readonly PastPassage[]; readonly corrupt: number } {
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

function readLine(line: string): PastPassage | undefined {
  try {
    const { v, text, ...rest } = JSON.parse(line) as { readonly v?: unknown; readonly text?: unknown };
    const passage = v === 1 ? readPassage(rest) : undefined;
    return passage !== undefined && isDigest(text) ? { ...passage, text } : undefined;
  } catch {
    return undefined;
  }
}
