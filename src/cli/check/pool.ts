/**
 * Many files on all cores. A thread that dies takes one file with it, which is reported as not judged; all others are judged.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Digest } from '#core/digest';
import type { PolicyModel } from '#core/policy';
import { judgeFile, unread, type Judged, type Shared, type Task } from './judge-file.ts';
import type { Answer, Batch, Start } from './worker.ts';

export interface PoolOptions {
  /** Keys of texts that are known to be clean. Absent: there is no cache. */
  readonly clean?: ReadonlySet<Digest>;
  /** Models of packages that the policy adds. */
  readonly models?: readonly PolicyModel[];
  /** Called after each file, with how many are done. */
  readonly progress?: (done: number) => void;
  /** Threads at most. Default: one a core. */
  readonly threads?: number;
}

/** Fewer files than this a thread, and starting it costs more than it saves: it loads a parser of its own. */
const WORTH_A_THREAD = 40;
/** Files sent at once: enough to keep a thread from waiting, few enough that all end together. */
const BATCH = 4;
/** Megabytes. The young generation is kept small: it is garbage after every file, and V8 would let it grow with the number of files. */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 768 };

/** One answer a task, in the order of the tasks. */
export async function judgeAll(tasks: readonly Task[], options: PoolOptions = {}): Promise<readonly Judged[]> {
  const threads = Math.min(options.threads ?? availableParallelism(), Math.floor(tasks.length / WORTH_A_THREAD));
  return threads < 2 ? oneByOne(tasks, options) : new Pool(tasks, options).run(threads);
}

async function oneByOne(tasks: readonly Task[], { clean, models, progress }: PoolOptions): Promise<readonly Judged[]> {
  const all: Judged[] = [];
  const shared: Shared = { readers: new Map(), packages: new Map(), ...(clean && { isClean: (key: Digest) => clean.has(key) }), ...(models && { models }) };
  for (const task of tasks) {
    all.push(await judgeFile(task, shared));
    progress?.(all.length);
  }
  return all;
}

class Pool {
  readonly #tasks: readonly Task[];
  readonly #options: PoolOptions;
  readonly #judged: Judged[];
  /** Positions of tasks that wait, and those that brought a thread down and are tried once more, alone. */
  #next = 0;
  readonly #again: number[] = [];
  #done = 0;

  constructor(tasks: readonly Task[], options: PoolOptions) {
    this.#tasks = tasks;
    this.#options = options;
    this.#judged = new Array<Judged>(tasks.length);
  }

  async run(threads: number): Promise<readonly Judged[]> {
    await Promise.all(Array.from({ length: threads }, () => this.#serve()));
    return this.#judged;
  }

  /** Starts a thread after the other until nothing waits. */
  async #serve(): Promise<void> {
    while (this.#next < this.#tasks.length || this.#again.length > 0) await this.#thread();
  }

  #thread(): Promise<void> {
    const { clean, models } = this.#options;
    const worker = new Worker(new URL('./check-worker.mjs', import.meta.url), { workerData: { ...(clean && { clean }), ...(models && { models }) } satisfies Start, resourceLimits: LIMITS });
    return new Promise((resolve) => {
      let sent: readonly number[] = [];
      const send = (): void => {
        sent = this.#take();
        worker.postMessage((sent.length === 0 ? null : sent.map((at) => this.#tasks[at]!)) satisfies Batch);
      };
      worker.on('message', (judged: Answer) => {
        judged.forEach((one, index) => this.#settle(sent[index]!, one));
        send();
      });
      // The error's own text may quote the file: it is not repeated.
      worker.on('error', () => undefined);
      worker.on('exit', () => {
        this.#lost(sent);
        resolve();
      });
      send();
    });
  }

  /** The next positions to judge. One that was lost goes alone, so that it takes no other with it. */
  #take(): readonly number[] {
    const again = this.#again.pop();
    if (again !== undefined) return [again];
    const from = this.#next;
    this.#next = Math.min(this.#tasks.length, from + BATCH);
    return Array.from({ length: this.#next - from }, (_, index) => from + index);
  }

  /** Of a thread that ended with work in hand: each file is tried once more alone, and one that was alone is given up. */
  #lost(sent: readonly number[]): void {
    if (sent.length > 1) this.#again.push(...sent);
    else if (sent.length === 1) {
      const { path } = this.#tasks[sent[0]!]!;
      this.#settle(sent[0]!, { kind: 'report', report: { path, text: '', findings: [], problems: [unread('Analysis of this file broke off, for want of memory or by a fault of Vetmark: nothing in it was judged. Split the file, or exclude it in .vetmark/policy.json if nobody writes it by hand.')] } });
    }
  }

  #settle(at: number, judged: Judged): void {
    this.#judged[at] = judged;
    this.#options.progress?.(++this.#done);
  }
}
