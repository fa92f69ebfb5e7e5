/** The only maker of `Masked` texts outside secrets/. Invariant 8: a secret's value never leaves analysis. */
import type { Finding, Masked } from '#core/finding';

/** Shorter values are too common to hide: hiding them would garble messages and protect nothing. */
const MIN_SECRET = 6;

export type Mask = (text: string) => Masked;

/** A masker that hides the values the secret findings of this text point at, wherever they show up in a message. */
export function maskFor(source: string, secrets: readonly Finding[]): Mask {
  const values = new Set<string>();
  for (const { range } of secrets) {
    const value = source.slice(range.start, range.end);
    for (const part of [value, value.replace(/^['"`]|['"`]$/g, ''), ...value.split(/\s+/)]) if (part.length >= MIN_SECRET) values.add(part);
  }
  const ordered = [...values].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((masked, value) => masked.replaceAll(value, '•••'), text) as Masked;
}
