/** Letters for made-up values, and the vendors' formats the bench draws from. Written from the vendors' documentation, apart from the detectors' own table. */
import { randomFrom } from '../../test/harness/secrets.ts';

export type Draw = (letters: string, length: number) => string;

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGIT = '0123456789';
export const HEX = '0123456789abcdef';
export const ALNUM = LOWER.toUpperCase() + LOWER + DIGIT;
export const UPPER = LOWER.toUpperCase() + DIGIT;
export const LOWNUM = LOWER + DIGIT;
export const B64 = ALNUM + '+/';
export const URL = ALNUM + '-_';
export const DIGITS = DIGIT;

export function drawFrom(seed: string): Draw {
  return randomFrom(seed);
}

export function uuid(draw: Draw): string {
  return [8, 4, 4, 4, 12].map((length) => draw(HEX, length)).join('-');
}

/** `prefix` and then, for each pair of the rest, so many letters; a text in between stands for itself. */
export function built(draw: Draw, prefix: string, ...rest: readonly (string | readonly [string, number])[]): string {
  return prefix + rest.map((part) => (typeof part === 'string' ? part : tidy(draw(part[0], part[1]), part[0], draw))).join('');
}

/** Tokens do not end in a sign, so that quotes and word borders are where they are in real code. */
function tidy(text: string, letters: string, draw: Draw): string {
  return letters === URL || letters === B64 ? text.slice(0, -1) + draw(ALNUM, 1) : text;
}
