/**
 * Scars: labels beside what was taken away, kept so that an undo heals them and a redo opens them again.
 * Guards: a scar only makes characters less trusted; healing gives back exactly what stood there.
 */
import { isUntrusted, type Arrival, type Spans } from '#core/provenance';
import { scar, trustedParts } from '#core/scar';
import type { SpanTree } from '#core/span-tree';
import { carryRange, insertedRanges, length, type Change, type Range } from '#core/text';
import { spansIn } from './splice.ts';

interface Cut {
  readonly deleted: string;
  readonly arrival: Arrival;
  readonly sides: { range: Range; readonly former: Spans }[];
}

const MOST = 200;

export class Scars {
  #cuts: Cut[] = [];

  carry(change: Change): void {
    for (const { sides } of this.#cuts) for (const side of sides) side.range = carryRange(side.range, change);
  }

  /**
   * Labels the neighbours of each deletion: where they are trusted, for a deletion that nobody vouches for; where nobody has touched them yet,
   * for a person's own, so that it is known later that this piece was changed by hand. `spans` are those after the change; so are the ranges given back.
   */
  open(before: string, spans: SpanTree, change: Change, arrival: Arrival): { readonly spans: SpanTree; readonly ranges: readonly Range[] } {
    let result = spans;
    const ranges: Range[] = [];
    for (const { change: one, shift } of deletions(change)) {
      const { range } = one[0]!;
      const sides = scar(before, one, arrival).map((mark) => ({ mark, range: { start: mark.range.start + shift, end: mark.range.end + shift } }));
      this.#cuts.push({ deleted: before.slice(range.start, range.end), arrival, sides: sides.map((side) => ({ range: side.range, former: spansIn(spans, side.range) })) });
      for (const { mark, range: place } of sides) {
        for (const part of isUntrusted(arrival.origin) ? trustedParts(result, place) : baselineParts(result, place)) {
          result = result.relabel(part, mark);
          ranges.push(part);
        }
      }
    }
    this.#cuts = this.#cuts.slice(-MOST);
    return { spans: result, ranges };
  }

  /** Text came back where it had been cut away: its neighbours are what they were. */
  heal(spans: SpanTree, place: Range, text: string): SpanTree {
    const cut = this.#cuts.findLast(({ deleted, sides }) => deleted === text && sides.some(({ range }) => range.end === place.start || range.start === place.end));
    if (cut === undefined) return spans;
    return cut.sides.reduce((healed, { range, former }) => {
      const scarred = healed.clip(range).every(({ evidence }) => evidence.some((item) => item.kind === 'shape' && item.shape === 'deletion'));
      const whole = former.every((span) => span.range.end <= length(range));
      return scarred && whole ? healed.set(range, former) : healed;
    }, spans);
  }

  /** The arrival of an earlier cut of the same text: a redo opens the scar again. */
  arrivalOf(deleted: string): Arrival | undefined {
    return this.#cuts.findLast((cut) => cut.deleted === deleted)?.arrival;
  }
}

/** Each lone deletion of a change as a change of its own, and how far the edits before it move what follows. */
function deletions(change: Change): { readonly change: Change; readonly shift: number }[] {
  const places = insertedRanges(change);
  return change.flatMap((edit, index) => (edit.text === '' ? [{ change: [edit], shift: places[index]!.start - edit.range.start }] : []));
}

/** The parts of a range that stand in no span. */
export function baselineParts(spans: SpanTree, range: Range): readonly Range[] {
  const parts: Range[] = [];
  let at = range.start;
  for (const span of spans.clip(range)) {
    if (at < span.range.start) parts.push({ start: at, end: span.range.start });
    at = span.range.end;
  }
  if (at < range.end) parts.push({ start: at, end: range.end });
  return parts;
}
