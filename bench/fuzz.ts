/**
 * Broken, hostile and half-typed texts, by the hundred thousand: analysis must neither throw, nor hang beyond its budget, nor let a secret that it found
 * out in any word that it says. Fails when it does. VETMARK_FUZZ=<count> for another number of mutated sources.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { HOSTILE } from './fuzz/hostile.ts';
import type { Asked, Told } from './fuzz/worker.ts';
import type { Bench } from './table.ts';

const COUNT = Number(process.env['VETMARK_FUZZ'] ?? 100_000);

export const bench: Bench = async () => {
  const threads = availableParallelism();
  const share = Math.ceil(COUNT / threads);
  const parts = await Promise.all([
    run({ kind: 'hostile' }),
    ...Array.from({ length: threads }, (_, index) => run({ kind: 'mutated', from: index * share, to: Math.min(COUNT, (index + 1) * share) })),
  ]);
  const [hostile, ...mutated] = parts as [Told, ...Told[]];
  const sum = (pick: (told: Told) => number): number => mutated.reduce((total, told) => total + pick(told), 0);
  const all = { texts: sum(({ texts }) => texts), characters: sum(({ characters }) => characters), findings: sum(({ findings }) => findings), problems: sum(({ problems }) => problems), secrets: sum(({ secrets }) => secrets), slowest: Math.max(...mutated.map(({ slowest }) => slowest)) };
  const thrown = parts.flatMap((told) => told.thrown);
  const late = parts.flatMap((told) => told.late);
  const leaked = parts.flatMap((told) => told.leaked);
  if (thrown.length + late.length + leaked.length > 0) process.exitCode = 1;
  return {
    tables: [
      { title: 'Mutated and truncated sources', columns: ['texts', 'characters', 'findings', 'texts with a problem', 'secrets put in and found', 'slowest, ms of processor'], rows: [[all.texts, all.characters, all.findings, all.problems, all.secrets, all.slowest]] },
      { title: 'Hostile texts', columns: ['texts', 'characters', 'slowest, ms of processor'], rows: [[HOSTILE.length, hostile.characters, hostile.slowest]] },
      { title: 'What must not be', columns: ['what', 'how often', 'first'], rows: [['analysis threw', thrown.length, thrown[0] ?? ''], ['analysis went on beyond its budget', late.length, late[0] ?? ''], ['a secret stood in what was said', leaked.length, leaked[0] ?? '']] },
    ],
    figures: { ...all, hostile: HOSTILE.length, thrown: thrown.length, late: late.length, leaked: leaked.length },
  };
};

async function run(asked: Asked): Promise<Told> {
  const worker = new Worker(new URL('./fuzz/worker.ts', import.meta.url), { workerData: asked });
  const [told] = (await Promise.race([once(worker, 'message'), once(worker, 'exit').then(([code]) => Promise.reject(new Error(`A thread died with ${String(code)}.`)))])) as [Told];
  await worker.terminate();
  return told;
}
