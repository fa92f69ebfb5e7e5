/**
 * Committed provenance: Agent Trace records below `.vetmark/provenance`, one file for what was written since the last was committed, so that branches
 * merge without conflict and spans come back in another clone. Only in a repository that has taken Vetmark up; no git hook is needed.
 * Invariants: 2 (a record is unsigned: it makes nobody a person), 8 (digests of lines, never text).
 */
import { randomUUID } from 'node:crypto';
import { access, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ulid } from 'ulid';
import { passagesOfTrace, readTraceRecord, traceOf, writeTraceRecord, type LabelledFile } from '#core/agent-trace';
import { digestOf } from '#core/digest';
import type { Passage, PassageLabel } from '#core/passage';
import type { RepoPath } from '#core/path';
import { isUntrusted, type Origin } from '#core/provenance';
import { isAbsent, writeAtomically } from './atomic.ts';
import { git } from './git.ts';
import { passagesIn, recallAll, type Remembered } from './pending.ts';
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
  const fresh = remembered.flatMap((record) => passagesIn(record)).flatMap((passage) => worthRecording(passage)).filter((passage) => wordsOf(passage).some((word) => !said.has(word)));
  if (fresh.length === 0) {
    if (mine !== undefined && !(await isTracked(repository, mine))) await rm(path.join(repository.root, mine), { force: true });
    return undefined;
  }
  const file = mine ?? (`${PROVENANCE_FOLDER}/${ulid(now.getTime())}.json` as RepoPath);
  const place = path.join(repository.root, file);
  const written = await readFile(place, 'utf8').catch(() => undefined);
  if (written !== undefined && sameValue(passagesInRecord(written), fresh)) return file;
  const files = await labelledFiles(repository, remembered, fresh);
  await writeAtomically(place, writeTraceRecord(traceOf(files, fresh, { id: randomUUID(), at: now.toISOString(), toolVersion })), 0o644);
  await writeAtomically(stateOf(repository), file + '\n', 0o600);
  return file;
}

/** Writes a record of what was learnt elsewhere (imported notes). Throws what the file system throws. */
export async function addRecord(repository: Repository, files: readonly LabelledFile[], passages: readonly Passage[], toolVersion: string, now: Date): Promise<RepoPath> {
  const file = `${PROVENANCE_FOLDER}/${ulid(now.getTime())}.json` as RepoPath;
  await writeAtomically(path.join(repository.root, file), writeTraceRecord(traceOf(files, passages, { id: randomUUID(), at: now.toISOString(), toolVersion })), 0o644);
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

/** The record that is being written, as long as no commit holds it. */
async function openRecord(repository: Repository): Promise<RepoPath | undefined> {
  const name = (await readFile(stateOf(repository), 'utf8').catch(() => '')).trim();
  if (!name.startsWith(`${PROVENANCE_FOLDER}/`) || !RECORD.test(path.posix.basename(name))) return undefined;
  const head = await git(repository.root, ['ls-tree', '--name-only', '--full-tree', 'HEAD', '--', name]);
  return head.ok && head.stdout.length > 0 ? undefined : (name as RepoPath);
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

/** What the standard's part of a record can say: lines are told of a text that is what was remembered. */
async function labelledFiles(repository: Repository, remembered: readonly Remembered[], passages: readonly Passage[]): Promise<readonly LabelledFile[]> {
  const wanted = new Set(passages.map(({ path: file }) => file));
  const records = remembered.filter(({ path: file }) => wanted.has(file));
  const texts = await readFiles(repository, { kind: 'worktree' }, records.map(({ path: file }) => file));
  return records.flatMap(({ path: file, digest, spans }) => {
    const content = texts.get(file);
    return content?.kind === 'text' && digestOf(content.text) === digest ? [{ path: file, text: content.text, spans: spans.filter(({ origin }) => isUntrusted(origin)) }] : [];
  });
}

function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
