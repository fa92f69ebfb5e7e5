/** Writes down in the audit log what a person did, and signs how the log stands then. Trouble is logged; it never undoes what the person did. */
import type { Disposable } from 'vscode';
import type { AuditEvent } from '#core/audit';
import { appendAudit } from '#project/audit-log';
import { checkpointAudit } from '#project/checkpoints';
import type { Repository } from '#project/repository';
import type { Signer } from '#project/signers';
import { detached, log } from '../log.ts';
import type { Places } from '../places.ts';
import type { Identity } from './identity.ts';

/** Half an hour: the longest stretch of the log that a cut could take without a trace while the editor runs. */
const EVERY_MS = 30 * 60_000;

/** Resolves when the event is recorded; the checkpoint, and its copy in git, come after. */
export async function record(repository: Repository, event: AuditEvent, signer: Signer): Promise<void> {
  const recorded = await appendAudit(repository, event, new Date());
  if (!recorded.ok) return log('warn', recorded.message);
  detached(checkpoint(repository, signer), 'The audit log was not signed');
}

/** Agents go on while nobody vets: signs the log from time to time, where something was recorded. Makes no key, and signs for an enrolled person only. */
export function keepSigned(places: Places, identity: Identity): Disposable {
  const timer = setInterval(() => detached(signAll(places, identity), 'The audit log was not signed'), EVERY_MS);
  return { dispose: () => clearInterval(timer) };
}

async function signAll(places: Places, identity: Identity): Promise<void> {
  for (const repository of places.repositories) {
    if ((await identity.standing(repository)).kind !== 'enrolled') continue;
    const signing = await identity.signer(repository);
    if (signing.ok) await checkpoint(repository, signing.signer);
  }
}

/** Asks nobody: a second touch, for no review, would teach people to touch whenever it blinks. */
async function checkpoint(repository: Repository, signer: Signer): Promise<void> {
  if (signer.presence === 'touch') return;
  const made = await checkpointAudit(repository, { name: signer.principal, sign: (text) => signedBy(signer, text) }, new Date());
  const trouble = made.ok ? made.warning : made.message;
  if (trouble !== undefined) log('warn', trouble);
}

async function signedBy(signer: Signer, text: string): Promise<string> {
  const signed = await signer.sign(text, 'silent');
  if (!signed.ok) throw new Error(signed.message);
  return signed.signature;
}
