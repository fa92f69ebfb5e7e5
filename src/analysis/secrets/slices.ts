/**
 * Long texts in pieces, so that no pattern runs over megabytes at once and an abort is heard between pieces.
 * Every secret that starts in a piece's own part is whole in it, up to the overlap's length.
 */
import type { Range } from '#core/text';

export interface Slice {
  readonly text: string;
  /** Offset of the slice's first character in the whole text. */
  readonly offset: number;
  /** What starts here (offsets in the slice) is this slice's to report; the rest belongs to its neighbours. */
  readonly own: Range;
}

/** Characters a slice has of its own: some milliseconds of patterns. */
const OWN = 131_072;
/** What is looked at before and after: a private key of 16,384 bits with its armour fits, as does any lookbehind. */
const BEFORE = 512;
const AFTER = 13_312;

export function* slicesOf(text: string): Generator<Slice> {
  if (text.length <= OWN + AFTER) {
    yield { text, offset: 0, own: { start: 0, end: text.length } };
    return;
  }
  for (let at = 0; at < text.length; at += OWN) {
    const offset = Math.max(0, at - BEFORE);
    const piece = text.slice(offset, Math.min(text.length, at + OWN + AFTER));
    yield { text: piece, offset, own: { start: at - offset, end: Math.min(at + OWN, text.length) - offset } };
  }
}
