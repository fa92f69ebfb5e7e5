/** A small seeded generator (mulberry32), so that a failing run can be played again: the same numbers on every machine. */

/** Numbers in [0, 1). */
export function fractions(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Whole numbers from 0 to `below`, which is not among them. */
export function generator(seed: number): (below: number) => number {
  const next = fractions(seed);
  return (below) => Math.floor(next() * 4294967296) % below;
}
