/** What a vendor's token format is: data, found by how it starts, by a mark inside it, or by the name beside it. */
import type { Severity } from '#core/finding';

interface Named {
  /** Names the format in fingerprints: `stripe-secret-key`. */
  readonly id: string;
  /** For people, vendor first: "Stripe secret key". */
  readonly what: string;
  readonly severity: Severity;
}

/** A format that starts with letters of its own. */
export interface PrefixFormat extends Named {
  readonly prefix: string;
  /** Sticky: matches the whole token where it starts. Linear: bounded repetitions of one class after another. */
  readonly pattern: RegExp;
}

/** A format whose own mark stands somewhere inside: looked for only in texts that hold the mark. */
export interface MarkFormat extends Named {
  readonly mark: string;
  readonly pattern: RegExp;
}

/** A format without letters of its own: a shape that is this vendor's only when its name stands before it. */
export interface NearFormat extends Named {
  /** Tested on the name and the line before the value, as snake_case. */
  readonly near: RegExp;
  readonly pattern: RegExp;
}

/** What may not follow a token: then it is a longer word of another kind. */
const END = '(?![A-Za-z0-9])';

/** A format by its beginning and the pattern of the rest. */
export function starts(prefix: string, rest: string, id: string, what: string, severity: Severity = 'critical'): PrefixFormat {
  return { id, what, severity, prefix, pattern: new RegExp(prefix.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&') + rest + END, 'y') };
}

/** A format by a mark inside it; the pattern is the whole. */
export function holds(mark: string, whole: string, id: string, what: string, severity: Severity = 'critical'): MarkFormat {
  return { id, what, severity, mark, pattern: new RegExp(`(?<![A-Za-z0-9])${whole}${END}`, 'g') };
}

/**
 * A format by a vendor's name before it (words of a snake_case text, `a|b`); the pattern is the whole value.
 * Short names must be words of their own: `exa` is not in `example`.
 */
export function near(names: string, whole: string, id: string, what: string, severity: Severity = 'critical'): NearFormat {
  const words = names.split('|').map((name) => (name.length < 6 ? `${name}(?![a-z])` : name));
  return { id, what, severity, near: new RegExp(`(?:^|[^a-z])(?:${words.join('|')})`), pattern: new RegExp(`^(?:${whole})$`) };
}

export const HEX = '[0-9a-f]';
export const UUID = `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`;
export const WORD = '[A-Za-z0-9]';
export const URLSAFE = '[A-Za-z0-9_-]';
