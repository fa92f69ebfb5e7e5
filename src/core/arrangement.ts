/**
 * What a change takes away: code that ran when its file was loaded and that is gone, or stands elsewhere. `app.use(auth)` deleted, or moved behind the
 * route that it guards, adds no token, and yet the program is another.
 */
import type { Digest } from './digest.ts';
import type { Unit } from './unit.ts';

export interface Removal {
  /** Of the text before. */
  readonly unit: Unit;
  readonly how: 'deleted' | 'moved';
  /** Offset in the text after, where it would stand. */
  readonly at: number;
}

/** Units that ran before and do not stand in the same order after. One that was only edited, in its place and under its label, is no removal: its new content is judged. */
export function removedUnits(before: readonly Unit[], after: readonly Unit[]): readonly Removal[] {
  const old = before.filter(({ runs }) => runs);
  const now = after.filter(({ runs }) => runs);
  const kept = commonOrder(old.map(({ digest }) => digest), now.map(({ digest }) => digest));
  const moved = unitsOutside(now, kept.map(([, j]) => j));
  const removals: Removal[] = [];
  let i = 0;
  let j = 0;
  for (const [nextI, nextJ] of [...kept, [old.length, now.length] as const]) {
    const at = now[nextJ]?.range.start ?? now[nextJ - 1]?.range.end ?? 0;
    for (const unit of notEdited(old.slice(i, nextI), now.slice(j, nextJ))) removals.push({ unit, how: moved.has(unit.digest) ? 'moved' : 'deleted', at });
    i = nextI + 1;
    j = nextJ + 1;
  }
  return removals;
}

/** What a gap lost beyond edits: a unit with a name is edited into one of that name, one without into any without. */
function notEdited(gone: readonly Unit[], fresh: readonly Unit[]): readonly Unit[] {
  const free = fresh.map(nameOf);
  return gone.filter((unit) => {
    const at = free.indexOf(nameOf(unit));
    if (at >= 0) free.splice(at, 1);
    return at < 0;
  });
}

function nameOf({ label }: Unit): string {
  return /^lines? \d/.test(label) ? '' : label;
}

function unitsOutside(units: readonly Unit[], kept: readonly number[]): ReadonlySet<Digest> {
  const inside = new Set(kept);
  return new Set(units.filter((_, index) => !inside.has(index)).map(({ digest }) => digest));
}

/** Cells of the table below; beyond that nothing in the middle counts as kept, and all of it has to be vetted. */
const LARGEST = 4_000_000;

/** Pairs of indices of a longest common subsequence, ascending. */
function commonOrder(a: readonly Digest[], b: readonly Digest[]): readonly (readonly [number, number])[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let tail = 0;
  while (tail < a.length - start && tail < b.length - start && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const rows = a.length - start - tail;
  const columns = b.length - start - tail;
  const pairs: (readonly [number, number])[] = Array.from({ length: start }, (_, index) => [index, index] as const);
  if (rows > 0 && columns > 0 && rows * columns <= LARGEST) {
    const width = columns + 1;
    const best = new Uint32Array((rows + 1) * width);
    for (let i = rows - 1; i >= 0; i--) {
      for (let j = columns - 1; j >= 0; j--) best[i * width + j] = a[start + i] === b[start + j] ? best[(i + 1) * width + j + 1]! + 1 : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
    }
    for (let i = 0, j = 0; i < rows && j < columns; ) {
      if (a[start + i] === b[start + j]) pairs.push([start + i++, start + j++]);
      else if (best[(i + 1) * width + j]! >= best[i * width + j + 1]!) i++;
      else j++;
    }
  }
  for (let k = tail; k > 0; k--) pairs.push([a.length - k, b.length - k]);
  return pairs;
}
