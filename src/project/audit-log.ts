/** The audit log: hash-chained JSON lines in the user's state folder, one file a repository. */
import type { AuditEvent } from '#core/audit';
import type { Repository } from './repository.ts';

/** Where the log of a repository is: `$XDG_STATE_HOME/vetmark/audit/<digest of its root>.jsonl`, or the platform's like. */
export function auditFile(_repository: Repository): string {
  throw new Error('not built yet');
}

/** Appends one event under a lock, so that writers in several processes keep one chain. Says what failed; never throws, never blocks an agent for over a second. */
export async function appendAudit(_repository: Repository, _event: AuditEvent, _now: Date): Promise<{ readonly ok: true } | { readonly ok: false; readonly message: string }> {
  throw new Error('not built yet');
}
