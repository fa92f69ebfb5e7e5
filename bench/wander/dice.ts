/** Randomness that a seed repeats. */
import { fractions } from '../../test/harness/random.ts';

export class Dice {
  /** In [0, 1). */
  readonly roll: () => number;

  constructor(seed: number) {
    this.roll = fractions(seed);
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.roll() * items.length)]!;
  }

  /** By weight. */
  choose<T extends { readonly weight: number }>(items: readonly T[]): T {
    let left = this.roll() * items.reduce((sum, { weight }) => sum + weight, 0);
    for (const item of items) if ((left -= item.weight) < 0) return item;
    return items.at(-1)!;
  }
}
