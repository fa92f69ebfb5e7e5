/** A thread that judges files one after the other, as many as the main thread sends. `null` ends it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { PolicyModel } from '#core/policy';
import { judgeFile, type Judged, type Shared, type Task } from './judge-file.ts';

/** What a thread is started with. */
export interface Start {
  /** Keys of texts that are known to be clean. Absent: there is no cache. */
  readonly clean?: ReadonlySet<string>;
  /** Models of packages that the policy adds. */
  readonly models?: readonly PolicyModel[];
}

/** What a thread is sent; `null`: nothing more. */
export type Batch = readonly Task[] | null;
/** What it answers, in the same order. */
export type Answer = readonly Judged[];

const { clean, models } = workerData as Start;
const shared: Shared = { readers: new Map(), packages: new Map(), ...(clean && { isClean: (key: string) => clean.has(key) }), ...(models && { models }) };
const port = parentPort!;

port.on('message', (batch: Batch) => {
  if (batch === null) return port.close();
  void (async () => {
    const judged: Judged[] = [];
    for (const task of batch) judged.push(await judgeFile(task, shared));
    port.postMessage(judged satisfies Answer);
  })();
});
