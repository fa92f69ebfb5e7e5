/** What happened: events of the audit log and the hash chain that binds them. Tamper-evident, nothing more. */
import type { Digest } from './digest.ts';
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

/** The next entry of a chain. */
export function nextEntry(_previous: AuditEntry | undefined, _event: AuditEvent, _at: string): AuditEntry {
  throw new Error('not built yet');
}

/** Checks a log's lines in order; says the first line (one-based) that does not follow, and why. */
export function verifyChain(_lines: Iterable<string>): { readonly ok: true; readonly entries: number } | { readonly ok: false; readonly line: number; readonly message: string } {
  throw new Error('not built yet');
}
