/**
 * Cases that each need a repository and processes of their own, run several at once: a test awaits its case, which began long before.
 * Every case has its own `Shop`, so that none can see another.
 */
import { availableParallelism } from 'node:os';
import { Shop } from './cli.ts';

type Run = (shop: Shop) => Promise<void>;

/** Inside a `describe`: the function that adds a case to it. */
export function scenarios(): (title: string, run: Run) => void {
  const waiting: (() => Promise<void>)[] = [];
  before(() => {
    // Processes wait for disks and for git as much as they compute.
    for (let i = 0; i < availableParallelism() * 2; i++) void work(waiting);
  });
  return (title, run) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => undefined);
    waiting.push(async () => {
      const shop = new Shop();
      try {
        await run(shop);
        resolve();
      } catch (error) {
        reject(error as Error);
      } finally {
        shop.dispose();
      }
    });
    it(title, () => promise).timeout(120_000);
  };
}

async function work(waiting: (() => Promise<void>)[]): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
}
