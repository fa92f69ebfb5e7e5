/**
 * Pending spans: who wrote what is not committed yet, one file a document under the git directory, so that a reload, a crash and a branch
 * switch lose nothing. Invariant 8: digests of lines, never text.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { commonRuns } from '#core/diff';
import { digestOf } from '#core/digest';
import { repoPathOf, type RepoPath } from '#core/path';
import { clip, type Span, type Spans } from '#core/provenance';
import { scarAt, withScars } from '#core/scar';
import { lineStarts } from '#core/text';
import { isAbsent, writeAtomically } from './atomic.ts';
import type { Repository } from './repository.ts';

/** What was remembered of a document: enough to carry its spans to a text that changed while nobody looked. */
export interface Remembered {
  readonly path: RepoPath;
  readonly spans: Spans;
  /** Of each line, its end included: its length in UTF-16 code units, a dot, and a short hash. */
  readonly lines: readonly string[];
  /** Digest of the whole text. */
  readonly digest: string;
}

/** Writes atomically; a document without spans is forgotten. Throws what the file system throws. */
export async function remember(repository: Repository, file: RepoPath, text: string, spans: Spans): Promise<void> {
  const place = placeOf(repository, file);
  if (spans.length === 0) {
    await rm(place, { force: true });
    return;
  }
  const record: Stored = { v: 1, path: file, digest: digestOf(text), lines: printsOf(text), spans };
  await writeAtomically(place, JSON.stringify(record) + '\n', 0o600);
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
  for (const name of await namesIn(repository)) {
    const read = await readRecord(path.join(folderOf(repository), name));
    if (read === 'absent') continue;
    if (read === 'corrupt' || path.basename(placeOf(repository, read.path)) !== name) corrupt.push(name);
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
    if (remembered.lines.slice(from, to).some((print) => !BLANK.has(print))) scars.push(...scarAt(text, at, label));
  };
  let line = 0;
  let old = 0;
  for (const run of commonRuns(remembered.lines, printsOf(text)) ?? []) {
    bring(line, run.after);
    if (line === run.after) lose(old, run.before, now[run.after]!);
    const start = oldStarts[run.before]!;
    const shift = now[run.after]! - start;
    for (const span of clip(remembered.spans, { start, end: oldStarts[run.before + run.count]! })) {
      spans.push({ ...span, range: { start: span.range.start + shift, end: span.range.end + shift } });
    }
    line = run.after + run.count;
    old = run.before + run.count;
  }
  bring(line, now.length);
  if (line === now.length) lose(old, remembered.lines.length, text.length);
  return withScars(spans, scars);
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
  v: z.literal(1),
  path: z.custom<RepoPath>((value) => typeof value === 'string' && repoPathOf(value) === value),
  digest: z.string(),
  lines: z.array(z.string().regex(/^\d{1,9}\.[0-9a-f]{16}$/)),
  spans: z.array(span).refine((spans) => spans.every(({ range }, i) => i === 0 || spans[i - 1]!.range.end <= range.start)),
});

type Stored = Remembered & { readonly v: 1 };

function folderOf(repository: Repository): string {
  return path.join(repository.gitDir, 'vetmark', 'pending');
}

function placeOf(repository: Repository, file: RepoPath): string {
  return path.join(folderOf(repository), digestOf(file).slice('sha256:'.length) + '.json');
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
  if (text.length > LARGEST) return 'corrupt';
  try {
    const read = schema.safeParse(JSON.parse(text));
    if (!read.success) return 'corrupt';
    const { path: file, digest, lines, spans } = read.data;
    const length = startsOf(lines).at(-1)!;
    if (spans.some(({ range }) => range.end > length)) return 'corrupt';
    return { path: file, digest, lines, spans: spans as unknown as Spans };
  } catch {
    return 'corrupt';
  }
}

function printsOf(text: string): string[] {
  const starts = lineStarts(text);
  return starts.map((start, index) => {
    const line = text.slice(start, starts[index + 1] ?? text.length);
    return `${line.length}.${digestOf(line).slice('sha256:'.length, 'sha256:'.length + 16)}`;
  });
}

/** Of lines without a word. */
const BLANK: ReadonlySet<string> = new Set(['', '\n', '\r\n', '\r'].flatMap(printsOf));

/** Where each remembered line starts, and at last where the text ends. */
function startsOf(prints: readonly string[]): number[] {
  const starts = [0];
  for (const print of prints) starts.push(starts[starts.length - 1]! + Number.parseInt(print, 10));
  return starts;
}
