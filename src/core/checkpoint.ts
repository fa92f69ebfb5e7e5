/**
 * A checkpoint says how long a log was and what its Merkle head was; signed, and kept elsewhere too, it shows a log that was cut or rolled back.
 * Not a review: it is no in-toto statement, so no gate takes it for one.
 */
import canonicalize from 'canonicalize';
import type { Chain } from './audit.ts';
import { isDigest, type Digest } from './digest.ts';
import { headOf } from './merkle.ts';

export interface Checkpoint {
  readonly v: 1;
  readonly kind: 'vetmark-audit-checkpoint';
  /** Which log: 32 hexadecimal digits. */
  readonly log: string;
  /** Entries. */
  readonly size: number;
  /** RFC 6962 tree head over the lines of the log. */
  readonly root: Digest;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Who signed, by the name in the reviewers file. The key is what proves it. */
  readonly signer: string;
}

export interface SignedCheckpoint {
  /** As `writeCheckpoint` wrote it: what is signed. */
  readonly text: string;
  /** `-----BEGIN SSH SIGNATURE-----` and so on. */
  readonly signature: string;
}

/** The checkpoint of a chain as it is. */
export function checkpointOf(chain: Chain, log: string, signer: string, at: string): Checkpoint {
  return { v: 1, kind: 'vetmark-audit-checkpoint', log, size: chain.tree.size, root: headOf(chain.tree), at, signer };
}

/** The text that is signed: canonical JSON (RFC 8785), one line with its end. */
export function writeCheckpoint(checkpoint: Checkpoint): string {
  return `${canonicalize(checkpoint)}\n`;
}

/** Reads what `writeCheckpoint` wrote, to the letter; `undefined` for any other text. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  try {
    const read = JSON.parse(text) as Checkpoint;
    const sound = read.v === 1 && read.kind === 'vetmark-audit-checkpoint' && /^[0-9a-f]{32}$/.test(read.log) && Number.isSafeInteger(read.size) && read.size > 0 && isDigest(read.root) && typeof read.at === 'string' && typeof read.signer === 'string' && Object.keys(read).length === 7;
    return sound && writeCheckpoint(read) === text ? read : undefined;
  } catch {
    return undefined;
  }
}
