/** Writes down in the audit log what a person did, and signs how the log stands then. Trouble is logged; it never undoes what the person did. */
import type { AuditEvent } from '#core/audit';
import { appendAudit } from '#project/audit-log';
import { checkpointAudit } from '#project/checkpoints';
import type { Repository } from '#project/repository';
import { signText } from '#project/sshsig';
import { detached, log } from '../log.ts';
import type { Signer } from './identity.ts';

/** Resolves when the event is recorded; the checkpoint, and its copy in git, come after. */
export async function record(repository: Repository, event: AuditEvent, signer: Signer): Promise<void> {
  const recorded = await appendAudit(repository, event, new Date());
  if (!recorded.ok) return log('warn', recorded.message);
  detached(checkpoint(repository, signer), 'The audit log was not signed');
}

async function checkpoint(repository: Repository, { principal, privateKey }: Signer): Promise<void> {
  const made = await checkpointAudit(repository, { name: principal, sign: (text) => signText(privateKey, text) }, new Date());
  const trouble = made.ok ? made.warning : made.message;
  if (trouble !== undefined) log('warn', trouble);
}
