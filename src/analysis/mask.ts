/**
 * The only maker of `Masked` texts: every known secret in a text is replaced before it may be shown, logged or stored.
 * Invariant 8: a secret's value never leaves analysis.
 */
import type { Masked } from '#core/finding';

const MASK = '•••';
/** Shorter values are words like `admin`: replacing them would only tear other texts apart, and protect nothing. */
const SHORTEST = 6;

export type Mask = (text: string) => Masked;

/** The text with every one of `values` replaced; no values: a text of our own words. Longer values go first, so that no part of one stays beside its mask. */
export function mask(text: string, values: readonly string[]): Masked {
  let masked = text;
  for (const value of [...values].sort((a, b) => b.length - a.length)) {
    if (value.length >= SHORTEST) masked = masked.replaceAll(value, () => MASK);
  }
  return masked as Masked;
}

/** A masker that hides the secrets found in a text wherever they show up in a message. */
export function maskFor(secrets: readonly string[]): Mask {
  const values = [...new Set(secrets)];
  return (text) => mask(text, values);
}

/** "(AKIA…, 20 characters)": at most what the vendor publishes as the format's beginning, and the length. */
export function shapeOf(prefix: string, length: number): string {
  const characters = `${length} characters`;
  return prefix === '' ? `(${characters})` : `(${prefix}…, ${characters})`;
}
