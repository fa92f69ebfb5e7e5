/** Waiting by looking: asks again until there is an answer. There are no fixed sleeps in the stage. */
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two looks, and until a look is given up. */
const pause = 50;
const patience = 45_000;

/**
 * Calls `look` until it returns something other than `undefined`, and returns that. A look that throws counts as "not yet" (the page may be redrawing).
 * Gives up after `limit` milliseconds with an error that names what was waited for.
 */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined, limit = patience): Promise<T> {
  const end = performance.now() + limit;
  let trouble: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
      trouble = undefined;
    } catch (error) {
      trouble = error;
    }
    if (performance.now() > end) throw new Error(`Waited ${limit / 1000} s for ${what}.`, trouble === undefined ? {} : { cause: trouble });
    await delay(pause);
  }
}
