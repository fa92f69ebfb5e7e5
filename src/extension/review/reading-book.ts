/**
 * Which lines of which regions were before somebody's eyes, and for how long. Kept by a region's content, so that changed code has not been read.
 * Guards: time is shared by all lines that were on screen together, so that the seconds of all regions never add up to more than passed.
 */
import type { Reading } from '#core/review';

/** Lines of one region that are on screen. */
export interface OnScreen {
  /** Names the region and its content. */
  readonly key: string;
  /** How many lines it has. */
  readonly lines: number;
  /** Zero-based lines of the region. */
  readonly seen: readonly number[];
}

/** Regions that are remembered; the one that was not on screen for longest is forgotten first. */
const MOST_REGIONS = 2000;

export class ReadingBook {
  /** Milliseconds by line. */
  readonly #regions = new Map<string, Float64Array>();

  /** So many milliseconds passed with these lines on screen, and nothing else that is to be vetted. */
  add(screen: readonly OnScreen[], ms: number): void {
    const shown = screen.reduce((sum, { seen }) => sum + seen.length, 0);
    if (shown === 0 || !(ms > 0)) return;
    for (const { key, lines, seen } of screen) {
      const known = this.#regions.get(key);
      const times = known?.length === lines ? known : new Float64Array(lines);
      for (const line of seen) if (line >= 0 && line < lines) times[line]! += ms / shown;
      this.#regions.delete(key);
      this.#regions.set(key, times);
    }
    while (this.#regions.size > MOST_REGIONS) this.#regions.delete(this.#regions.keys().next().value!);
  }

  /** Of some lines of a region (zero-based, `to` inclusive). Percent is rounded down, seconds to a tenth, down. */
  of(key: string, { from, to }: { readonly from: number; readonly to: number }): Reading {
    const times = this.#regions.get(key)?.subarray(from, to + 1) ?? new Float64Array(0);
    const seen = times.reduce((count, ms) => count + (ms > 0 ? 1 : 0), 0);
    const ms = times.reduce((sum, each) => sum + each, 0);
    return { share: Math.floor((100 * seen) / (to - from + 1)), seconds: Math.floor(ms / 100) / 10 };
  }

  forget(key: string): void {
    this.#regions.delete(key);
  }
}
