/** What a detector of this room hands on: a place that looks like a secret. It still holds the value, so it never leaves the room. */
import type { Severity } from '#core/finding';
import type { Range } from '#core/text';

export type SecretKind = 'provider' | 'private-key' | 'connection-string' | 'jwt' | 'generic';

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
export const WEIGHT = { format: 40, key: 35, connection: 30, jwt: 25, url: 20, secretlint: 15, decoded: 12, generic: 5 } as const;
