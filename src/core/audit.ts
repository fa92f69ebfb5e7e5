/** What happened: the entries of the audit log, and the hash chain and Merkle tree that bind them. Tamper-evident, nothing more. */
import canonicalize from 'canonicalize';
import { fit, readEvent, type AuditEvent, type ReadEvent } from './audit-event.ts';
import { digestOf, isDigest, type Digest } from './digest.ts';
import { EMPTY_TREE, grow, headOf, isTree, type Tree } from './merkle.ts';

export type { AuditEvent, ReadEvent } from './audit-event.ts';

export interface AuditEntry {
  readonly v: 1;
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: ReadEvent;
  /** Digest of the entry before; of the empty text for the first. */
  readonly previous: Digest;
  /** Over the canonical form (RFC 8785) of everything above. */
  readonly digest: Digest;
}

/** All that the next entry needs to know of the one before. */
export type Link = Pick<AuditEntry, 'seq' | 'digest'>;

/** As `Date.toISOString` writes it. */
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
/** What the first entry follows. */
const START = digestOf('');

/** The next entry of a chain. `at` is ISO 8601, UTC. */
export function nextEntry(previous: Link | undefined, event: AuditEvent, at: string): AuditEntry {
  const body = { v: 1 as const, seq: previous === undefined ? 0 : previous.seq + 1, at, event: fit(event), previous: previous?.digest ?? START };
  return { ...body, digest: digestOf(canonical(body)) };
}

/** An entry as it stands in the log: canonical JSON (RFC 8785), one line, no line end. */
export function writeEntry(entry: AuditEntry): string {
  return canonical(entry);
}

/** Reads one line of a log; `undefined` when it is not an entry in canonical form with a right digest. */
export function readEntry(line: string): AuditEntry | undefined {
  try {
    const entry = JSON.parse(line) as AuditEntry;
    const { v, seq, at, previous, digest } = entry;
    if (v !== 1 || !Number.isSafeInteger(seq) || seq < 0 || typeof at !== 'string' || !ISO.test(at) || !isDigest(previous) || !isDigest(digest)) return undefined;
    if (Object.keys(entry).length !== 6 || !isCanonical(line, entry)) return undefined;
    // In canonical form the digest stands second: without it, the line is what the digest is over.
    const [before, after] = [`{"at":"${at}",`, `"digest":"${digest}",`];
    if (digestOf(before + line.slice(before.length + after.length)) !== digest) return undefined;
    const event = readEvent(entry.event);
    return event === undefined ? undefined : { ...entry, event };
  } catch {
    return undefined;
  }
}

/** True when the text is the canonical form of the value it was parsed to. Says the same as writing it anew, in a tenth of the time. */
function isCanonical(text: string, value: unknown): boolean {
  return JSON.stringify(value) === text && isSorted(value);
}

function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let last: string | undefined;
  for (const [key, inner] of Object.entries(value)) {
    if ((last !== undefined && last >= key) || !isSorted(inner)) return false;
    last = key;
  }
  return true;
}

/** A log read up to some line. */
export interface Chain {
  readonly tree: Tree;
  /** The last entry; absent: nothing was read yet. */
  readonly last?: AuditEntry;
}

export const EMPTY_CHAIN: Chain = { tree: EMPTY_TREE };

export type Followed = { readonly ok: true; readonly chain: Chain } | { readonly ok: false; readonly message: string };

/** The chain with one more line and the entry read from it, or a sentence why it does not follow. A cut at the end does not show here: that takes a checkpoint. */
export function follow({ tree, last }: Chain, line: string, entry: AuditEntry | undefined): Followed {
  if (entry === undefined) return { ok: false, message: 'The entry is not what was written: its digest does not match.' };
  if (entry.seq !== tree.size || entry.previous !== (last?.digest ?? START)) return { ok: false, message: 'The entry does not follow the one before: something was removed, put in or moved.' };
  if (entry.event.kind === 'rotated' && !(entry.event.size === tree.size && entry.event.root === headOf(tree) && entry.event.peaks.join() === tree.peaks.join())) return { ok: false, message: 'The file begins with another past than the one before it holds.' };
  return { ok: true, chain: { tree: grow(tree, line), last: entry } };
}

/** The chain that begins at a rotation, its past taken on the word of that entry; `undefined` when the line is no such entry. */
export function followFrom(line: string): Chain | undefined {
  const entry = readEntry(line);
  if (entry?.event.kind !== 'rotated') return undefined;
  const tree = { size: entry.event.size, peaks: entry.event.peaks };
  return entry.seq === tree.size && isTree(tree.size, tree.peaks) && headOf(tree) === entry.event.root ? { tree: grow(tree, line), last: entry } : undefined;
}

function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}
