/**
 * Files and lines a second of the whole analysis, beside ESLint with eslint-plugin-security and secretlint's CLI, over the same files in the same
 * run. The files are written anew each time, always the same ones: services of the kind assistants write, from a seeded generator.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { median, type Bench } from './table.ts';

const require = createRequire(import.meta.url);
const root = resolve(import.meta.dirname, '..');
const FILES = 120;
const ROUNDS = 3;

/** Numbers from a seed (mulberry32): the same files on every machine. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const THINGS = ['order', 'invoice', 'customer', 'product', 'basket', 'shipment', 'review', 'voucher', 'account', 'message'];
const FIELDS = ['name', 'email', 'state', 'total', 'city', 'note', 'createdAt', 'owner', 'colour', 'weight'];

/** One file of about 130 lines: imports, a type, helpers, a class, routes; one route in eight puts a value into SQL. */
export function corpusFile(index: number): string {
  const next = random(index + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const thing = pick(THINGS);
  const Thing = thing[0]!.toUpperCase() + thing.slice(1);
  const fields = FIELDS.filter(() => next() < 0.6);
  const helpers = Array.from({ length: 5 }, (_, n) => `
function ${pick(['format', 'summarise', 'compare', 'merge', 'group'])}${Thing}${n}(items: readonly ${Thing}[], limit = ${Math.floor(next() * 90) + 10}): string[] {
  const seen = new Map<string, number>();
  for (const item of items) {
    const key = \`\${item.id}-\${item.${pick(['name', 'state', 'id'])} ?? 'none'}\`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if (seen.size >= limit) break;
  }
  return [...seen.entries()].filter(([, count]) => count > ${Math.floor(next() * 3)}).map(([key]) => key.trim().toLowerCase());
}`).join('\n');
  const routes = Array.from({ length: 6 }, (_, n) => `
router.${pick(['get', 'post', 'put'])}('/${thing}s/:id/${n}', async (req, res, next) => {
  try {
    const { rows } = await pool.query(${next() < 0.125 ? `\`SELECT * FROM ${thing}s WHERE id = \${req.params.id}\`` : `'SELECT * FROM ${thing}s WHERE id = $1', [req.params.id]`});
    if (rows.length === 0) {
      res.status(404).json({ error: '${thing} not found' });
      return;
    }
    const view = { ...rows[0], ${fields.map((field) => `${field}: rows[0].${field}`).join(', ')} };
    res.json({ ${thing}: view, links: { self: \`/${thing}s/\${rows[0].id}\` } });
  } catch (error) {
    next(error);
  }
});`).join('\n');
  return `import express from 'express';
import { Pool } from 'pg';

export interface ${Thing} {
  readonly id: number;
  name?: string;
  state?: string;
${fields.filter((field) => field !== 'name' && field !== 'state').map((field) => `  ${field}: string;`).join('\n')}
}

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
export const router = express.Router();
${helpers}

export class ${Thing}Store {
  private readonly cache = new Map<number, ${Thing}>();

  constructor(private readonly database: Pool) {}

  async load(id: number): Promise<${Thing} | undefined> {
    const held = this.cache.get(id);
    if (held) return held;
    const { rows } = await this.database.query('SELECT * FROM ${thing}s WHERE id = $1', [id]);
    if (rows[0]) this.cache.set(id, rows[0]);
    return rows[0];
  }
}
${routes}
`;
}

interface Measured {
  readonly name: string;
  readonly cold: number;
  readonly batch: number;
}

export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vetmark-bench-'));
  try {
    mkdirSync(join(folder, 'src'));
    const texts = Array.from({ length: FILES }, (_, index) => corpusFile(index));
    texts.forEach((text, index) => writeFileSync(join(folder, 'src', `file${index}.ts`), text));
    const lines = texts.reduce((sum, text) => sum + text.split('\n').length, 0);
    writeFileSync(join(folder, 'eslint.config.mjs'), eslintConfig());
    writeFileSync(join(folder, '.secretlintrc.json'), JSON.stringify({ rules: [{ id: require.resolve('@secretlint/secretlint-rule-preset-recommend') }] }));
    writeFileSync(join(folder, 'vetmark.mjs'), runner());
    mkdirSync(join(folder, 'one'));
    writeFileSync(join(folder, 'one/one.ts'), texts[0]!.split('\n').slice(0, 20).join('\n'));

    const binOf = (name: string, bin: string): string => join(dirname(require.resolve(`${name}/package.json`)), bin);
    const tools: readonly (readonly [string, (target: string) => readonly string[]])[] = [
      ['vetmark', (target) => [join(folder, 'vetmark.mjs'), target]],
      ['eslint + eslint-plugin-security', (target) => [binOf('eslint', 'bin/eslint.js'), '--no-config-lookup', '-c', 'eslint.config.mjs', target]],
      ['secretlint', (target) => [binOf('secretlint', 'bin/secretlint.js'), `${target}/*.ts`]],
    ];
    const measured: Measured[] = tools.map(([name, args]) => ({ name, cold: wall(folder, args('one')), batch: wall(folder, args('src')) }));
    const warm = await warmFigures(texts);
    const ours = measured[0]!;
    const perSecond = (ms: number, count: number): number => Math.round((count / ms) * 1000);
    return {
      tables: [
        { title: `${FILES} TypeScript files, ${lines} lines; whole processes, middle of ${ROUNDS} runs`, columns: ['tool', 'cold, 20 lines, ms', 'batch, ms', 'files/s', 'lines/s', 'vetmark is x faster'], rows: measured.map(({ name, cold, batch }) => [name, Math.round(cold), Math.round(batch), perSecond(batch, FILES), perSecond(batch, lines), (batch / ours.batch).toFixed(2)]) },
        { title: 'Warm, in one process, all engines together', columns: ['what', 'p50, ms', 'p95, ms', 'parse p50, ms', 'lines/s'], rows: [['a corpus file', warm.p50, warm.p95, warm.parse, warm.linesPerSecond], ['a 210-line file', warm.p50of210, warm.p95of210, '', '']] },
      ],
      figures: {
        files: FILES, lines, vetmarkColdMs: Math.round(ours.cold), vetmarkBatchMs: Math.round(ours.batch), vetmarkFilesPerSecond: perSecond(ours.batch, FILES), vetmarkLinesPerSecond: perSecond(ours.batch, lines),
        eslintSecurityBatchMs: Math.round(measured[1]!.batch), eslintSecurityLinesPerSecond: perSecond(measured[1]!.batch, lines), eslintSecurityRatio: Number((measured[1]!.batch / ours.batch).toFixed(2)),
        secretlintBatchMs: Math.round(measured[2]!.batch), secretlintLinesPerSecond: perSecond(measured[2]!.batch, lines), secretlintRatio: Number((measured[2]!.batch / ours.batch).toFixed(2)),
        warmP50Ms: round(warm.p50), warmP95Ms: round(warm.p95), warmParseP50Ms: round(warm.parse), warmLinesPerSecond: warm.linesPerSecond, warm210P50Ms: round(warm.p50of210), warm210P95Ms: round(warm.p95of210),
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function round(value: number): number {
  return Number(value.toFixed(2));
}

function wall(cwd: string, args: readonly string[]): number {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    try {
      execFileSync(process.execPath, args, { cwd, stdio: 'ignore' });
    } catch (error) {
      // Findings end these tools with 1; anything else is a broken bench.
      if ((error as { status?: number }).status !== 1) throw error;
    }
    times.push(performance.now() - start);
  }
  return median(times);
}

function eslintConfig(): string {
  const at = (name: string): string => JSON.stringify(require.resolve(name));
  return `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const security = require(${at('eslint-plugin-security')});
const parser = require(${at('@typescript-eslint/parser')});
export default [{ files: ['**/*.ts'], languageOptions: { parser }, plugins: { security }, rules: security.configs.recommended.rules }];
`;
}

/** A process that analyses every file of a folder, as \`vetmark check\` does without its reports. */
function runner(): string {
  return `import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from ${JSON.stringify(join(root, 'src/analysis/analyze.ts'))};
let findings = 0;
for (const name of readdirSync(process.argv[2])) {
  const path = join(process.argv[2], name);
  findings += (await analyze({ text: readFileSync(path, 'utf8'), path, language: 'typescript' })).findings.length;
}
process.exitCode = findings > 0 ? 1 : 0;
`;
}

async function warmFigures(texts: readonly string[]): Promise<{ readonly p50: number; readonly p95: number; readonly parse: number; readonly linesPerSecond: number; readonly p50of210: number; readonly p95of210: number }> {
  const { analyze } = await import('../src/analysis/analyze.ts');
  const { parseEcmascript } = await import('../src/analysis/languages/ecmascript.ts');
  const time = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const source = (text: string) => ({ text, path: 'file.ts', language: 'typescript' });
  for (const text of texts.slice(0, 40)) await analyze(source(text));
  const whole: number[] = [];
  for (const text of texts) whole.push(await time(() => analyze(source(text))));
  const parse: number[] = [];
  for (const text of texts) parse.push(await time(() => parseEcmascript(text, 'typescript')));
  const long = [texts[0]!, texts[1]!].join('\n').split('\n').slice(0, 210).join('\n');
  const of210: number[] = [];
  for (let i = 0; i < 40; i++) of210.push(await time(() => analyze(source(`${long}\n// ${i}`))));
  const lines = texts.reduce((sum, text) => sum + text.split('\n').length, 0);
  const at = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)]!;
  return { p50: at(whole, 0.5), p95: at(whole, 0.95), parse: at(parse, 0.5), linesPerSecond: Math.round((lines / whole.reduce((a, b) => a + b, 0)) * 1000), p50of210: at(of210, 0.5), p95of210: at(of210, 0.95) };
}


