/**
 * Units: the pieces of code that a review speaks of (a function, a class member, a top-level statement), each with a digest that
 * formatting and moving keep and any other token changes.
 * Invariant 3: a review covers content, not a place.
 */
import type { Digest } from './digest.ts';
import type { Range } from './text.ts';

export interface Unit {
  /** From the unit's first token (its leading comments count) to the end of its last. Units of a text do not overlap. */
  readonly range: Range;
  readonly digest: Digest;
  /** For people: `function total`, `class Cart / add`, `import`, `lines 4-9`. */
  readonly label: string;
  /** A body of its own: a function, a class member. Short neighbours that are not may be shown together. */
  readonly whole: boolean;
}

/** Cuts a text into units. Never throws; broken syntax yields coarser units, never fewer characters. Whitespace belongs to none. */
export function unitsOf(_text: string, _language: string): readonly Unit[] {
  throw new Error('not built yet');
}
