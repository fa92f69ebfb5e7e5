/** What a detector of this room hands on: a place that looks like a secret. It still holds the value, so it never leaves the room. */
import type { Severity } from '#core/finding';
import type { Range } from '#core/text';

export type SecretKind = 'provider' | 'private-key' | 'connection-string' | 'jwt' | 'password' | 'generic';

export interface Candidate {
  /** The value and nothing else: inside the quotes. */
  readonly range: Range;
  readonly kind: SecretKind;
  /** Names the format in fingerprints: `aws-secret-access-key`. */
  readonly format: string;
  /** For people: "AWS secret access key". */
  readonly what: string;
  /** What every value of this format starts with, as its vendor publishes it; empty when there is none. */
  readonly prefix: string;
  readonly severity: Severity;
  /** Further texts that must be masked wherever they occur: a password inside a connection string. */
  readonly values: readonly string[];
  /** Of two candidates for the same characters, the one with the higher weight speaks. */
  readonly weight: number;
}

/** How much the kinds of evidence weigh: a vendor's own format names the secret best, a name beside a value least. */
export const WEIGHT = { key: 45, format: 40, jwt: 35, connection: 30, url: 25, near: 22, decoded: 20, secretlint: 15, generic: 5 } as const;
