/** The one hash of the house. The only file of core that may name node:crypto. */
import { createHash } from 'node:crypto';

declare const digest: unique symbol;
/** `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = string & { readonly [digest]: true };

/** SHA-256 over the UTF-8 bytes of a text. Lone surrogates are hashed as U+FFFD, as UTF-8 demands. */
export function digestOf(text: string): Digest {
  return ('sha256:' + createHash('sha256').update(text, 'utf8').digest('hex')) as Digest;
}

/** SHA-256 over parts that cannot run into each other: each is preceded by its length. */
export function digestOfParts(parts: readonly string[]): Digest {
  let joined = '';
  // One update: a hash call for each token costs more than all else that cutting a text does.
  for (const part of parts) joined += `${part.length}:${part},`;
  return digestOf(joined);
}

/** A leaf of a Merkle tree over texts: SHA-256 of a zero byte and the text (RFC 6962, 2.1), so that no leaf passes for a node. */
export function leafDigest(text: string): Digest {
  return ('sha256:' + createHash('sha256').update('\0').update(text, 'utf8').digest('hex')) as Digest;
}

/** A node of a Merkle tree: SHA-256 of a one byte and its two children's hashes (RFC 6962, 2.1). */
export function nodeDigest(left: Digest, right: Digest): Digest {
  const bare = (digest: Digest): string => digest.slice('sha256:'.length);
  return ('sha256:' + createHash('sha256').update('01' + bare(left) + bare(right), 'hex').digest('hex')) as Digest;
}

/** True for a well-formed digest, and nothing else. */
export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}
