/**
 * Pending spans: who wrote what is not committed yet, one file a document under the git directory, so that a reload, a crash, a killed process and a
 * branch switch lose nothing. A record is whole or it is not there; what a record no longer holds goes to the past (provenance-past.ts).
 * Invariant 8: digests of lines, never text.
 */
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { commonRuns } from '#core/diff';
import { digestOf, isDigest, type Digest } from '#core/digest';
import { linePrints, passagesOf, type Passage } from '#core/passage';
import { repoPathOf, type RepoPath } from '#core/path';
import { clip, type Span, type Spans } from '#core/provenance';
import { scarAt, withScars } from '#core/scar';
import { lineStarts } from '#core/text';
import { isAbsent, UNFINISHED, writeAtomically } from './atomic.ts';
import { written } from './provenance-cache.ts';
import { keepPast } from './provenance-past.ts';
import type { Repository } from './repository.ts';

/** What was remembered of a document: enough to carry its spans to a text that changed while nobody looked. */
export interface Remembered {
  readonly path: RepoPath;
  readonly spans: Spans;
  /** Of each line: its length in UTF-16 code units, its end included, a dot, and a short hash of it without its end. */
  readonly lines: readonly string[];
  /** Digest of the whole text. */
  readonly digest: Digest;
  /** `1`: the hashes are over lines with their ends. */
  readonly v: 1 | 2;
}

/** Writes atomically; a document without spans is forgotten. Throws what the file system throws. */
export async function remember(repository: Repository, file: RepoPath, text: string, spans: Spans): Promise<void> {
  const place = placeOf(repository, file);
  const former = await readRecord(place);
  const lines = printsOf(text, 2);
  if (typeof former === 'object' && former.digest !== digestOf(text)) await keepPast(repository, file, former.digest, passagesIn(former), new Set(lines.map(hashIn)));
  if (spans.length === 0) {
    await rm(place, { force: true });
    written(place);
    return;
  }
  const record: Remembered = { v: 2, path: file, digest: digestOf(text), lines, spans };
  await writeAtomically(place, JSON.stringify(record) + '\n', 0o600);
  written(place);
}

/** Puts records that cannot be read out of the way, so that they are told once; they are kept for whoever wants to look. */
export async function setAside(repository: Repository, names: readonly string[]): Promise<void> {
  for (const name of names) await rename(path.join(folderOf(repository), path.basename(name)), path.join(folderOf(repository), `${path.basename(name)}.corrupt`));
}

/** The records on disk, absolute. */
export async function pendingFiles(repository: Repository): Promise<readonly string[]> {
  return (await namesIn(repository)).map((name) => path.join(folderOf(repository), name));
}

/** The record that a file holds; `undefined` when it cannot be read, or stands under another document's name. */
export function readPending(text: string, file: string): Remembered | undefined {
  const read = parsed(text);
  return read === undefined || path.basename(file) !== nameOf(read.path) ? undefined : read;
}

/** What was remembered, as passages that are found again in other texts. None of a record of version 1. */
export function passagesIn({ v, path: file, lines, spans }: Remembered): readonly Passage[] {
  return v === 1 ? [] : passagesOf(file, lines.map(hashIn), startsOf(lines), spans);
}

/** `undefined` when nothing was remembered; a sentence when the record is corrupt (then the document's recorded past is a gap). */
export async function recall(repository: Repository, file: RepoPath): Promise<{ readonly ok: true; readonly remembered: Remembered | undefined } | { readonly ok: false; readonly message: string }> {
  const read = await readRecord(placeOf(repository, file));
  if (read === 'absent') return { ok: true, remembered: undefined };
  if (read === 'corrupt' || read.path !== file) return { ok: false, message: `What was remembered of ${file} cannot be read, so who wrote it is not known. Vet it as a whole.` };
  return { ok: true, remembered: read };
}

/** Everything remembered, by path; corrupt records by their name on disk. */
export async function recallAll(repository: Repository): Promise<{ readonly remembered: readonly Remembered[]; readonly corrupt: readonly string[] }> {
  const remembered: Remembered[] = [];
  const corrupt: string[] = [];
  await sweep(folderOf(repository));
  for (const name of await namesIn(repository)) {
    const read = await readRecord(path.join(folderOf(repository), name));
    if (read === 'absent') continue;
    if (read === 'corrupt' || nameOf(read.path) !== name) corrupt.push(name);
    else remembered.push(read);
  }
  return { remembered: remembered.sort((a, b) => (a.path < b.path ? -1 : 1)), corrupt };
}

/**
 * Spans for a text that may differ from what was remembered: lines that are still there keep theirs, lines that are new are one span each
 * of the given origin, and where lines are gone with nothing in their place, what stands beside bears a scar of it. Exact when the digest is
 * equal. Where the two differ too much to compare, everything is of the given origin.
 */
export function carrySpans(remembered: Remembered, text: string, origin: Span): Spans {
  if (digestOf(text) === remembered.digest) return remembered.spans;
  const now = lineStarts(text);
  const oldStarts = startsOf(remembered.lines);
  const label = { origin: origin.origin, evidence: origin.evidence, at: origin.at };
  const spans: Span[] = [];
  const bring = (from: number, to: number): void => {
    for (let line = from; line < to; line++) {
      const range = { start: now[line]!, end: now[line + 1] ?? text.length };
      if (range.start < range.end) spans.push({ range, ...label });
    }
  };
  const scars: Span[] = [];
  const lose = (from: number, to: number, at: number): void => {
    if (remembered.lines.slice(from, to).some((print) => !BLANK.has(hashIn(print)))) scars.push(...scarAt(text, at, label));
  };
  let line = 0;
  let old = 0;
  const prints = printsOf(text, remembered.v);
  for (const run of commonRuns(remembered.lines.map(hashIn), prints.map(hashIn)) ?? []) {
    bring(line, run.after);
    if (line === run.after) lose(old, run.before, now[run.after]!);
    for (const { from, to, shift, end } of stretches(remembered.lines, oldStarts, prints, now, run)) {
      for (const span of clip(remembered.spans, { start: from, end: to })) {
        const range = { start: span.range.start + shift, end: Math.min(span.range.end + shift, end) };
        if (range.start < range.end) spans.push({ ...span, range });
      }
    }
    line = run.after + run.count;
    old = run.before + run.count;
  }
  bring(line, now.length);
  if (line === now.length) lose(old, remembered.lines.length, text.length);
  return withScars(spans, scars);
}

interface Stretch {
  /** Offsets in the text before. */
  readonly from: number;
  readonly to: number;
  readonly shift: number;
  /** Offset in the text after where it ends. */
  readonly end: number;
}

/** A run of equal lines as stretches that move by one shift: the whole run, or each line where line ends differ. */
function stretches(old: readonly string[], oldStarts: readonly number[], prints: readonly string[], now: readonly number[], run: { readonly before: number; readonly after: number; readonly count: number }): readonly Stretch[] {
  const stretch = (offset: number, count: number): Stretch => {
    const [from, to] = [oldStarts[run.before + offset]!, oldStarts[run.before + offset + count]!];
    const start = now[run.after + offset]!;
    return { from, to, shift: start - from, end: now[run.after + offset + count] ?? Infinity };
  };
  for (let index = 0; index < run.count; index++) if (old[run.before + index] !== prints[run.after + index]) return Array.from({ length: run.count }, (_, each) => stretch(each, 1));
  return [stretch(0, run.count)];
}

/** Bytes of a record that are read at most. */
const LARGEST = 64_000_000;

const span = z
  .object({
    range: z.object({ start: z.int().min(0), end: z.int().min(1) }),
    origin: z.object({ kind: z.enum(['human', 'agent', 'tool', 'paste', 'external', 'unknown']) }).loose(),
    evidence: z.array(z.object({ kind: z.string() }).loose()),
    at: z.number(),
  })
  .refine(({ range, origin }) => range.start < range.end && (origin.kind !== 'agent' || typeof origin['agent'] === 'string') && (origin.kind !== 'tool' || typeof origin['tool'] === 'string'));

const schema = z.object({
  v: z.union([z.literal(1), z.literal(2)]),
  path: z.custom<RepoPath>((value) => typeof value === 'string' && repoPathOf(value) === value),
  digest: z.custom<Digest>(isDigest),
  lines: z.array(z.string().regex(/^\d{1,9}\.[0-9a-f]{16}$/)),
  spans: z.array(span).refine((spans) => spans.every(({ range }, i) => i === 0 || spans[i - 1]!.range.end <= range.start)),
});

function folderOf(repository: Repository): string {
  return path.join(repository.gitDir, 'vetmark', 'pending');
}

function placeOf(repository: Repository, file: RepoPath): string {
  return path.join(folderOf(repository), nameOf(file));
}

function nameOf(file: RepoPath): string {
  return digestOf(file).slice('sha256:'.length) + '.json';
}

async function namesIn(repository: Repository): Promise<string[]> {
  try {
    return (await readdir(folderOf(repository))).filter((name) => name.endsWith('.json')).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function readRecord(place: string): Promise<Remembered | 'absent' | 'corrupt'> {
  let text: string;
  try {
    text = await readFile(place, 'utf8');
  } catch (error) {
    return isAbsent(error) ? 'absent' : 'corrupt';
  }
  return parsed(text) ?? 'corrupt';
}

function parsed(text: string): Remembered | undefined {
  if (text.length > LARGEST) return undefined;
  try {
    const read = schema.safeParse(JSON.parse(text));
    if (!read.success) return undefined;
    const { v, path: file, digest, lines, spans } = read.data;
    const length = startsOf(lines).at(-1)!;
    if (spans.some(({ range }) => range.end > length)) return undefined;
    return { v, path: file, digest, lines, spans: spans as unknown as Spans };
  } catch {
    return undefined;
  }
}

function printsOf(text: string, version: 1 | 2): string[] {
  const starts = lineStarts(text);
  const lengthOf = (index: number): number => (starts[index + 1] ?? text.length) - starts[index]!;
  if (version === 2) return linePrints(text).map((print, index) => `${lengthOf(index)}.${print}`);
  return starts.map((start, index) => `${lengthOf(index)}.${digestOf(text.slice(start, starts[index + 1] ?? text.length)).slice('sha256:'.length, 'sha256:'.length + 16)}`);
}

function hashIn(print: string): string {
  return print.slice(print.indexOf('.') + 1);
}

/** Of lines without a word, in both versions. */
const BLANK: ReadonlySet<string> = new Set(['', '\n', '\r\n', '\r'].flatMap((line) => ([1, 2] as const).flatMap((version) => printsOf(line, version).map(hashIn))));

/** Milliseconds after which a file that was being written will not be finished any more. */
const ABANDONED = 60 * 60 * 1000;

/** Takes away what writers that were killed left half-written. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith(UNFINISHED)) continue;
    const info = await stat(path.join(folder, name)).catch(() => undefined);
    if (info !== undefined && Date.now() - info.mtimeMs > ABANDONED) await rm(path.join(folder, name), { force: true });
  }
}

/** Where each remembered line starts, and at last where the text ends. */
function startsOf(prints: readonly string[]): number[] {
  const starts = [0];
  for (const print of prints) starts.push(starts[starts.length - 1]! + Number.parseInt(print, 10));
  return starts;
}
