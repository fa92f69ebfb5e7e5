/**
 * Committed provenance: Agent Trace records below `.vetmark/provenance`, one file for what was written since the last was committed, so that branches
 * merge without conflict and spans come back in another clone. Only in a repository that has taken Vetmark up; no git hook is needed.
 * Invariants: 2 (a record is unsigned: it makes nobody a person), 8 (digests of lines, never text).
 */
import { randomUUID } from 'node:crypto';
import { access, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { decodeTime, ulid } from 'ulid';
import { passagesOfTrace, readTraceRecord, traceOf, writeTraceRecord, type LabelledFile } from '#core/agent-trace';
import { digestOf } from '#core/digest';
import type { Passage, PassageLabel } from '#core/passage';
import type { RepoPath } from '#core/path';
import { isUntrusted, type Origin } from '#core/provenance';
import { isAbsent, writeAtomically } from './atomic.ts';
import { git } from './git.ts';
import { passagesIn, recallAll, type Remembered } from './pending.ts';
import { written } from './provenance-cache.ts';
import { readFiles, type Repository } from './repository.ts';

export const PROVENANCE_FOLDER = '.vetmark/provenance' as RepoPath;

/** The passages of one record file; `undefined` when it cannot be read. One that another tool wrote has none. */
export function passagesInRecord(text: string): readonly Passage[] | undefined {
  const read = text.length > LARGEST ? undefined : readTraceRecord(text);
  if (read === undefined || !read.ok) return undefined;
  return read.record.metadata?.['dev.vetmark'] === undefined ? [] : passagesOfTrace(read.record);
}

/** Records on disk, absolute, oldest first. */
export async function recordFiles(repository: Repository): Promise<readonly string[]> {
  const names = await readdir(path.join(repository.root, PROVENANCE_FOLDER)).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  return names.filter((name) => RECORD.test(name)).sort().map((name) => path.join(repository.root, PROVENANCE_FOLDER, name));
}

/**
 * Brings the record of this clone up to what is remembered now: what untrusted origin wrote and no committed record says yet. It keeps its name until
 * it is committed; then the next begins. Returns where it stands, `undefined` when there is nothing to say. Throws what the file system throws.
 */
export async function updateRecord(repository: Repository, toolVersion: string, now: Date): Promise<RepoPath | undefined> {
  if (!(await isTakenUp(repository))) return undefined;
  const { remembered } = await recallAll(repository);
  const mine = await openRecord(repository);
  const said = new Set<string>();
  for (const file of await recordFiles(repository)) {
    if (mine !== undefined && path.basename(file) === path.basename(mine)) continue;
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const passage of passagesInRecord(text) ?? []) for (const word of wordsOf(passage)) said.add(word);
  }
  const { standing, texts } = await standingOn(repository, remembered);
  const fresh = standing.flatMap((record) => passagesIn(record)).flatMap((passage) => worthRecording(passage)).filter((passage) => wordsOf(passage).some((word) => !said.has(word)));
  if (fresh.length === 0) {
    if (mine !== undefined && !(await isTracked(repository, mine))) await rm(path.join(repository.root, mine), { force: true });
    return undefined;
  }
  const file = mine ?? (`${PROVENANCE_FOLDER}/${ulid(now.getTime())}.json` as RepoPath);
  const place = path.join(repository.root, file);
  const former = await readFile(place, 'utf8').catch(() => undefined);
  if (former !== undefined && sameValue(passagesInRecord(former), fresh)) return file;
  const files = labelledFiles(standing, texts, fresh);
  await writeAtomically(place, writeTraceRecord(traceOf(files, fresh, { id: randomUUID(), at: now.toISOString(), toolVersion })), 0o644);
  written(place);
  await writeAtomically(stateOf(repository), file + '\n', 0o600);
  return file;
}

/** Writes a record of what was learnt elsewhere (imported notes). Throws what the file system throws. */
export async function addRecord(repository: Repository, files: readonly LabelledFile[], passages: readonly Passage[], toolVersion: string, now: Date): Promise<RepoPath> {
  const file = `${PROVENANCE_FOLDER}/${ulid(now.getTime())}.json` as RepoPath;
  await writeAtomically(path.join(repository.root, file), writeTraceRecord(traceOf(files, passages, { id: randomUUID(), at: now.toISOString(), toolVersion })), 0o644);
  written(path.join(repository.root, file));
  return file;
}

/** True when a record says already what a passage says. */
export async function isRecorded(repository: Repository): Promise<(passage: Passage) => boolean> {
  const said = new Set<string>();
  for (const file of await recordFiles(repository)) {
    for (const passage of passagesInRecord(await readFile(file, 'utf8').catch(() => '')) ?? []) for (const word of wordsOf(passage)) said.add(word);
  }
  return (passage) => wordsOf(passage).every((word) => said.has(word));
}

const RECORD = /^[0-9A-HJKMNP-TV-Z]{26}\.json$/;
/** UTF-16 code units of a record that are read at most. */
const LARGEST = 32_000_000;

/** A repository takes Vetmark up by its policy or its reviewers: in others nothing is written beside people's code. */
async function isTakenUp(repository: Repository): Promise<boolean> {
  for (const name of ['policy.json', 'reviewers']) {
    if (await access(path.join(repository.root, '.vetmark', name)).then(() => true, () => false)) return true;
  }
  return false;
}

function stateOf(repository: Repository): string {
  return path.join(repository.gitDir, 'vetmark', 'record');
}

/**
 * The record that is being written. What any commit holds, on whatever branch or in a stash, is sealed: written again it would stand in the way of
 * git, which refuses to overwrite a file that it does not track.
 */
async function openRecord(repository: Repository): Promise<RepoPath | undefined> {
  const name = (await readFile(stateOf(repository), 'utf8').catch(() => '')).trim();
  if (!name.startsWith(`${PROVENANCE_FOLDER}/`) || !RECORD.test(path.posix.basename(name))) return undefined;
  // No commit that is older than the name can hold it; a day is left for clocks.
  const since = Math.floor(decodeTime(path.posix.basename(name, '.json')) / 1000) - 24 * 60 * 60;
  const answer = await git(repository.root, ['log', '--all', '--reflog', '--full-history', '--max-count=1', '--format=%H', `--since=${since}`, '--', `:(literal,top)${name}`]);
  return !answer.ok || answer.stdout.length > 0 ? undefined : (name as RepoPath);
}

async function isTracked(repository: Repository, file: RepoPath): Promise<boolean> {
  const answer = await git(repository.root, ['ls-files', '--full-name', '--', `:(literal,top)${file}`]);
  return !answer.ok || answer.stdout.length > 0;
}

/** What came by git was recorded, or not, by who wrote it; what a person typed is nobody's business. */
function worthRecording(passage: Passage): readonly Passage[] {
  const labels = passage.labels.filter(({ origin }) => isUntrusted(origin) && !(origin.kind === 'tool' && origin.tool === 'vcs'));
  return labels.length === 0 ? [] : [{ ...passage, labels }];
}

/** Each labelled line with whose it is: what two passages have in common is said already, whatever stands around it. */
function wordsOf({ lines, labels }: Passage): readonly string[] {
  return labels.flatMap((label) => linesOfLabel(label).map((line) => `${lines[line]} ${originKey(label.origin)}`));
}

function linesOfLabel({ start, end }: PassageLabel): readonly number[] {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return Array.from({ length: last - start.line + 1 }, (_, index) => start.line + index);
}

function originKey(origin: Origin): string {
  return origin.kind === 'agent' ? `agent ${origin.agent}` : origin.kind;
}

/** What was remembered of files that hold just that: of others nothing can be said, and on another branch nothing has to be. */
async function standingOn(repository: Repository, remembered: readonly Remembered[]): Promise<{ readonly standing: readonly Remembered[]; readonly texts: ReadonlyMap<RepoPath, string> }> {
  const contents = await readFiles(repository, { kind: 'worktree' }, remembered.map(({ path: file }) => file));
  const texts = new Map([...contents].flatMap(([file, content]) => (content.kind === 'text' ? [[file, content.text] as const] : [])));
  return { standing: remembered.filter(({ path: file, digest }) => texts.has(file) && digestOf(texts.get(file)!) === digest), texts };
}

function labelledFiles(standing: readonly Remembered[], texts: ReadonlyMap<RepoPath, string>, passages: readonly Passage[]): readonly LabelledFile[] {
  const wanted = new Set(passages.map(({ path: file }) => file));
  return standing.filter(({ path: file }) => wanted.has(file)).map(({ path: file, spans }) => ({ path: file, text: texts.get(file)!, spans: spans.filter(({ origin }) => isUntrusted(origin)) }));
}

function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
