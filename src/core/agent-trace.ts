/**
 * Agent Trace records (RFC 0.1.0, https://agent-trace.dev): read, written and made from spans. What other tools say under `metadata` is kept as it is.
 * Our own part stands under `dev.vetmark`: passages, by which labels are found again wherever the code went.
 */
import * as z from 'zod';
import { digestOf } from './digest.ts';
import type { Passage } from './passage.ts';
import { readPassage } from './passage-json.ts';
import type { RepoPath } from './path.ts';
import { clip, isUntrusted, type Origin, type Spans } from './provenance.ts';
import { lineStarts } from './text.ts';

const text = z.string();
const contributor = z.looseObject({ type: z.enum(['human', 'ai', 'mixed', 'unknown']), model_id: text.max(250).optional() });
const range = z.looseObject({ start_line: z.int().min(1), end_line: z.int().min(1), content_hash: text.optional(), contributor: contributor.optional() });
const conversation = z.looseObject({ url: text.optional(), contributor: contributor.optional(), ranges: z.array(range), related: z.array(z.looseObject({ type: text, url: text })).optional() });
const record = z.looseObject({
  // Stores that were seen in the field write "1.0" here, so that two numbers are read as well.
  version: text.regex(/^\d{1,6}(?:\.\d{1,6}){1,2}$/),
  id: text,
  timestamp: text,
  vcs: z.looseObject({ type: text, revision: text }).optional(),
  tool: z.looseObject({ name: text.optional(), version: text.optional() }).optional(),
  files: z.array(z.looseObject({ path: text, conversations: z.array(conversation) })),
  metadata: z.record(text, z.unknown()).optional(),
});

export type TraceRecord = z.infer<typeof record>;
export type TraceContributor = z.infer<typeof contributor>;
type TraceConversation = z.infer<typeof conversation>;

/** Version of the specification that is written. */
const VERSION = '0.1.0';
const OURS = 'dev.vetmark';

/** Reads one record; a sentence when it is none. Fields that the specification does not name are kept. */
export function readTraceRecord(json: string): { readonly ok: true; readonly record: TraceRecord } | { readonly ok: false; readonly message: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, message: 'It is not JSON.' };
  }
  const read = record.safeParse(value);
  if (read.success) return { ok: true, record: read.data };
  const [issue] = read.error.issues;
  return { ok: false, message: `It is no Agent Trace record: ${issue!.path.join('.') || 'the whole'}: ${issue!.message}.` };
}

/** Who a record names, also where it is not quite one (stores in the field leave out its id or time): that can only make code less trusted. */
export function authorsIn(json: string): Pick<TraceRecord, 'tool' | 'files'> | undefined {
  try {
    return record.pick({ tool: true, files: true }).safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

/** The record as text, to be read by people and by `readTraceRecord`. */
export function writeTraceRecord(value: TraceRecord): string {
  return JSON.stringify(value, null, 2) + '\n';
}

/** A file and who wrote what in it. */
export interface LabelledFile {
  readonly path: RepoPath;
  readonly text: string;
  readonly spans: Spans;
}

/** What a record needs that is not in the files: a UUID, an ISO time, versions. `revision`: the commit that holds these very texts; absent: none does yet. */
export interface RecordFacts {
  readonly id: string;
  readonly at: string;
  readonly toolVersion: string;
  readonly revision?: string;
}

/** A record of some files: a conversation for each who wrote in them, lines one-based, and our passages. */
export function traceOf(files: readonly LabelledFile[], passages: readonly Passage[], facts: RecordFacts): TraceRecord {
  return {
    version: VERSION,
    id: facts.id,
    timestamp: facts.at,
    ...(facts.revision !== undefined && { vcs: { type: 'git', revision: facts.revision } }),
    tool: { name: 'vetmark', version: facts.toolVersion },
    files: files.map((file) => ({ path: file.path, conversations: conversationsOf(file) })).filter(({ conversations }) => conversations.length > 0),
    ...(passages.length > 0 && { metadata: { [OURS]: { v: 1, passages } } }),
  };
}

/**
 * The passages of one of our records, with labels of untrusted origin only: a record is unsigned, and nobody is believed to be a person by it
 * (invariant 2). `undefined`: it has no such part, or one that cannot be read.
 */
export function passagesOfTrace({ metadata }: TraceRecord): readonly Passage[] | undefined {
  const own = z.object({ v: z.literal(1), passages: z.array(z.unknown()).max(100_000) }).safeParse(metadata?.[OURS]);
  if (!own.success) return undefined;
  const read = own.data.passages.map(readPassage);
  if (read.some((passage) => passage === undefined)) return undefined;
  return read.flatMap((passage) => {
    const labels = passage!.labels.filter(({ origin }) => isUntrusted(origin));
    return labels.length === 0 ? [] : [{ ...passage!, labels }];
  });
}

/** Who wrote a line, worst first where several did: a line that an agent touched is no person's. One-based lines, `to` inclusive. */
export interface LineLabel {
  readonly from: number;
  readonly to: number;
  readonly origin: Origin;
  /** People wrote in it too. */
  readonly mixed: boolean;
}

/** The labelled lines of a file, ascending; lines of one author that follow each other are one. Blank characters label nothing. */
export function lineLabels({ text: whole, spans }: Pick<LabelledFile, 'text' | 'spans'>): readonly LineLabel[] {
  const starts = lineStarts(whole);
  const labels: LineLabel[] = [];
  starts.forEach((start, index) => {
    const end = starts[index + 1] ?? whole.length;
    const inside = clip(spans, { start, end }).filter(({ range: part }) => whole.slice(part.start, part.end).trim() !== '');
    const worst = inside.map(({ origin }) => origin).sort((a, b) => rank(b) - rank(a))[0];
    if (worst === undefined) return;
    const agents = worst.kind === 'agent' && whole.slice(start, end).trim().length > inside.filter(({ origin }) => origin.kind === 'agent').reduce((sum, { range: part }) => sum + whole.slice(part.start, part.end).trim().length, 0);
    const last = labels.at(-1);
    if (last !== undefined && last.to === index && last.mixed === agents && keyOf(last.origin) === keyOf(worst)) labels[labels.length - 1] = { ...last, to: index + 1 };
    else labels.push({ from: index + 1, to: index + 1, origin: worst, mixed: agents });
  });
  return labels;
}

/** Digest of the text of some lines, as records give it. */
export function contentHash(whole: string, from: number, to: number): string {
  const starts = lineStarts(whole);
  return digestOf(whole.slice(starts[from - 1], starts[to] ?? whole.length));
}

function conversationsOf(file: LabelledFile): TraceConversation[] {
  const conversations = new Map<string, TraceConversation>();
  for (const { from, to, origin, mixed } of lineLabels(file)) {
    const key = `${keyOf(origin)} ${mixed}`;
    const known: TraceConversation = conversations.get(key) ?? { contributor: contributorOf(origin, mixed), ranges: [], ...(origin.kind === 'agent' && { [OURS]: { agent: origin.agent, ...(origin.session !== undefined && { session: origin.session }) } }) };
    conversations.set(key, { ...known, ranges: [...known.ranges, { start_line: from, end_line: to, content_hash: contentHash(file.text, from, to) }] });
  }
  return [...conversations.values()];
}

function contributorOf(origin: Origin, mixed: boolean): TraceContributor {
  switch (origin.kind) {
    case 'human':
      return { type: 'human' };
    case 'agent':
      return { type: mixed ? 'mixed' : 'ai', model_id: (origin.model ?? origin.agent).slice(0, 250) };
    case 'tool':
    case 'paste':
    case 'external':
    case 'unknown':
      return { type: 'unknown' };
  }
}

function rank(origin: Origin): number {
  return origin.kind === 'agent' ? 3 : isUntrusted(origin) ? 2 : origin.kind === 'human' ? 1 : 0;
}

function keyOf(origin: Origin): string {
  return origin.kind === 'agent' ? JSON.stringify([origin.agent, origin.model, origin.session]) : origin.kind;
}
