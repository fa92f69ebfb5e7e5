/** What happened: events of the audit log and the hash chain that binds them. Tamper-evident, nothing more. */
import canonicalize from 'canonicalize';
import { digestOf, isDigest, type Digest } from './digest.ts';
import type { RepoPath } from './path.ts';
import type { AgentId } from './provenance.ts';

export type AuditEvent =
  | { readonly kind: 'agent-tool'; readonly agent: AgentId; readonly session?: string; readonly tool: string; readonly phase: 'before' | 'after'; readonly paths: readonly string[]; readonly decision?: 'allow' | 'deny' }
  | { readonly kind: 'vetted'; readonly reviewer: string; readonly file: RepoPath; readonly units: number }
  | { readonly kind: 'gate'; readonly base: string; readonly outcome: 'pass' | 'block' | 'could-not-judge'; readonly reasons: number }
  | { readonly kind: 'reviewer'; readonly action: 'enrolled'; readonly reviewer: string }
  | { readonly kind: 'gap'; readonly message: string };

export interface AuditEntry {
  readonly v: 1;
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: AuditEvent;
  /** Digest of the entry before; of the empty text for the first. */
  readonly previous: Digest;
  /** Over the canonical form (RFC 8785) of everything above. */
  readonly digest: Digest;
}

export type ChainCheck = { readonly ok: true; readonly entries: number } | { readonly ok: false; readonly line: number; readonly message: string };

/** What the first entry follows. */
const START = digestOf('');

/** The next entry of a chain. `at` is ISO 8601, UTC. */
export function nextEntry(previous: AuditEntry | undefined, event: AuditEvent, at: string): AuditEntry {
  const body = { v: 1 as const, seq: previous === undefined ? 0 : previous.seq + 1, at, event, previous: previous?.digest ?? START };
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
    if (entry.v !== 1 || !Number.isSafeInteger(entry.seq) || typeof entry.at !== 'string' || !isDigest(entry.previous) || !isDigest(entry.digest)) return undefined;
    const { digest, ...body } = entry;
    return digestOf(canonical(body)) === digest && canonical(entry) === line ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** Checks a log's lines in order; says the first line (one-based) that does not follow, and why. A cut at the end does not show here: that takes a checkpoint. */
export function verifyChain(lines: Iterable<string>): ChainCheck {
  let previous: AuditEntry | undefined;
  let line = 0;
  for (const text of lines) {
    line++;
    const entry = readEntry(text);
    if (entry === undefined) return { ok: false, line, message: 'The entry is not what was written: its digest does not match.' };
    if (entry.seq !== line - 1 || entry.previous !== (previous?.digest ?? START)) return { ok: false, line, message: 'The entry does not follow the one before: something was removed, put in or moved.' };
    previous = entry;
  }
  return { ok: true, entries: line };
}

function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}
