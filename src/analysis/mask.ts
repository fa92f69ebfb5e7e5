/** The maker of `Masked` texts outside secrets/. Invariant 8: a secret's value never leaves analysis. */
import type { Masked } from '#core/finding';

/** Shorter values are too common to hide: hiding them would garble messages and protect nothing. */
const MIN_SECRET = 6;

export type Mask = (text: string) => Masked;

/** A masker that hides the secrets found in a text wherever they show up in a message. */
export function maskFor(secrets: readonly string[]): Mask {
  const ordered = [...new Set(secrets)].filter((value) => value.length >= MIN_SECRET).sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((masked, value) => masked.replaceAll(value, '•••'), text) as Masked;
}
