/** A thread of the fuzz bench: analyses its share of the texts and says what went wrong. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { analyze } from '#analysis/analyze';
import { fractions } from '../../test/harness/random.ts';
import { HOSTILE } from './hostile.ts';
import { mutate, secretLine } from './mutate.ts';

export type Asked = { readonly kind: 'hostile' } | { readonly kind: 'mutated'; readonly from: number; readonly to: number };

export interface Told {
  readonly texts: number;
  readonly characters: number;
  readonly findings: number;
  /** Texts with at least one problem. */
  readonly problems: number;
  readonly secrets: number;
  /** Milliseconds of processor time of this thread. */
  readonly slowest: number;
  /** Seeds or names. */
  readonly thrown: readonly string[];
  readonly late: readonly string[];
  readonly leaked: readonly string[];
}

/** Milliseconds. */
const BUDGET = 5000;
/** What may pass before a budget is looked at: one parse of the largest text that is parsed at all. */
const GRACE = 3000;
const LANGUAGES = ['typescript', 'javascript', 'typescriptreact', 'vue', 'json', 'plaintext', 'dotenv', 'python'];

const thread = { texts: 0, characters: 0, findings: 0, problems: 0, secrets: 0, slowest: 0, thrown: [] as string[], late: [] as string[], leaked: [] as string[] };

async function look(name: string, text: string, language: string, secret?: string): Promise<void> {
  const before = process.threadCpuUsage();
  const spent = (): number => {
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  };
  thread.texts++;
  thread.characters += text.length;
  try {
    const { findings, problems } = await analyze({ text, path: `src/${name}.ts`, language }, { now: () => performance.now(), budget: BUDGET });
    thread.findings += findings.length;
    if (problems.length > 0) thread.problems++;
    if (secret !== undefined) {
      if (findings.some(({ rule }) => rule === 'no-hardcoded-secret')) thread.secrets++;
      if (JSON.stringify([findings, problems]).includes(secret)) thread.leaked.push(name);
    }
  } catch {
    thread.thrown.push(name);
  }
  const took = spent();
  thread.slowest = Math.max(thread.slowest, Math.round(took));
  if (took > BUDGET + GRACE) thread.late.push(name);
}

const asked = workerData as Asked;
if (asked.kind === 'hostile') for (const { name, text, language } of HOSTILE) await look(name, text(), language);
else {
  const folder = join(import.meta.dirname, '../accuracy/dev');
  const seeds = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split(/^```.*$/m).filter((_, index) => index % 2 === 1));
  for (let seed = asked.from; seed < asked.to; seed++) {
    const next = fractions(seed + 1);
    const mutated = mutate(seeds[seed % seeds.length]!, seeds[Math.floor(next() * seeds.length)]!, next);
    const { line, secret } = secretLine(next);
    const at = mutated.indexOf('\n', Math.floor(next() * mutated.length)) + 1;
    const withSecret = seed % 4 === 0;
    await look(`seed-${seed}`, withSecret ? `${mutated.slice(0, at)}${line}\n${mutated.slice(at)}` : mutated, LANGUAGES[Math.floor(next() * next() * LANGUAGES.length)]!, withSecret ? secret : undefined);
  }
}
parentPort!.postMessage(thread satisfies Told);
