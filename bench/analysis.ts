/**
 * How fast the whole analysis is, as users run it, beside ESLint with eslint-plugin-security, ESLint with eslint-plugin-sonarjs and secretlint's CLI over
 * the same files in the same run; what it takes cold and warm, how time grows with a file, and memory over a million lines.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpusFile, SMALL } from './analysis/corpus.ts';
import { runOf, toolsIn, type Run, type Tool } from './analysis/tools.ts';
import { median, type Bench } from './table.ts';

const FILES = 600;
const ROUNDS = 3;
const MILLION = 1_000_000;

interface Measured {
  readonly name: string;
  readonly cold: Run;
  readonly batch: Run;
}

export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vetmark-bench-'));
  try {
    const texts = Array.from({ length: FILES }, (_, index) => corpusFile(index));
    const lines = linesOf(texts);
    writeAll(folder, 'src', texts);
    writeAll(folder, 'one', [SMALL]);
    const tools = toolsIn(folder);
    const measured: Measured[] = [];
    for (const tool of tools) measured.push({ name: tool.name, cold: await middle(tool, 'one', 1), batch: await middle(tool, 'src', FILES) });
    const ours = measured[0]!;
    const warm = await warmFigures(texts.slice(0, 120));
    const growth = await growthFigures();
    const million = Array.from({ length: Math.ceil((MILLION / lines) * FILES) }, (_, index) => corpusFile(index));
    writeAll(folder, 'million', million);
    const large = await runOf(tools[0]!, 'million', million.length);
    const perSecond = (ms: number, count: number): number => Math.round((count / ms) * 1000);
    const ratio = (name: string): number => Number((measured.find((one) => one.name.includes(name))!.batch.wall / ours.batch.wall).toFixed(2));
    return {
      tables: [
        {
          title: `${FILES} TypeScript files, ${lines} lines, ${availableParallelism()} cores used by each; whole processes, middle of ${ROUNDS} runs`,
          columns: ['tool', 'batch, ms', 'processor, ms', 'files/s', 'lines/s', 'peak, MB', 'cold (one small file), ms', 'cold, MB', 'vetmark is x faster'],
          rows: measured.map(({ name, cold, batch }) => [name, Math.round(batch.wall), Math.round(batch.processor), perSecond(batch.wall, FILES), perSecond(batch.wall, lines), batch.peak, Math.round(cold.wall), cold.peak, (batch.wall / ours.batch.wall).toFixed(2)]),
        },
        { title: 'Warm, in one process, all engines together', columns: ['what', 'p50, ms', 'p95, ms', 'parse p50, ms', 'lines/s'], rows: [['a corpus file', warm.p50, warm.p95, warm.parse, warm.linesPerSecond], ['a 210-line file', warm.p50of210, warm.p95of210, warm.parse210, '']] },
        { title: 'One file that grows', columns: ['lines', 'ms', 'ms per 1,000 lines'], rows: growth.map(({ lines: count, ms }) => [count, ms, (ms / count) * 1000]) },
        { title: 'A million lines', columns: ['files', 'lines', 's', 'lines/s', 'peak, MB'], rows: [[million.length, linesOf(million), large.wall / 1000, perSecond(large.wall, linesOf(million)), large.peak]] },
      ],
      figures: {
        files: FILES, lines, vetmarkColdMs: Math.round(ours.cold.wall), vetmarkColdMB: ours.cold.peak, vetmarkBatchMs: Math.round(ours.batch.wall), vetmarkLinesPerSecond: perSecond(ours.batch.wall, lines),
        eslintSecurityRatio: ratio('security'), eslintSonarjsRatio: ratio('sonarjs'), secretlintRatio: ratio('secretlint'),
        warmP50Ms: round(warm.p50), warmP95Ms: round(warm.p95), warmParseP50Ms: round(warm.parse), warmLinesPerSecond: warm.linesPerSecond, warm210P50Ms: round(warm.p50of210), warm210P95Ms: round(warm.p95of210), warm210ParseP50Ms: round(warm.parse210),
        growthMsPer1000At1250: round((growth[0]!.ms / growth[0]!.lines) * 1000), growthMsPer1000At20000: round((growth.at(-1)!.ms / growth.at(-1)!.lines) * 1000),
        millionLinesPerSecond: perSecond(large.wall, linesOf(million)), millionPeakMB: large.peak,
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function writeAll(folder: string, name: string, texts: readonly string[]): void {
  mkdirSync(join(folder, name));
  texts.forEach((text, index) => writeFileSync(join(folder, name, `file${index}.ts`), text));
}

function linesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.split('\n').length, 0);
}

async function middle(tool: Tool, target: string, files: number): Promise<Run> {
  const runs: Run[] = [];
  for (let turn = 0; turn < ROUNDS; turn++) runs.push(await runOf(tool, target, files));
  return { wall: median(runs.map(({ wall }) => wall)), processor: median(runs.map(({ processor }) => processor)), peak: Math.max(...runs.map(({ peak }) => peak)) };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

/** Milliseconds for one file of each size, the middle of three, after a warm-up. */
async function growthFigures(): Promise<readonly { readonly lines: number; readonly ms: number }[]> {
  const { analyze } = await import('../src/analysis/analyze.ts');
  const sizes = [1250, 2500, 5000, 10_000, 20_000];
  const figures: { lines: number; ms: number }[] = [];
  for (const size of sizes) {
    // Each part in a block of its own, as names would clash.
    let text = '';
    for (let index = 0, count = 0; count < size; index++) {
      const part = corpusFile(index).replaceAll(/^(?:import|export) .*from .*$/gm, '').replaceAll(/^export /gm, '');
      text += `{\n${part}}\n`;
      count += part.split('\n').length + 1;
    }
    const times: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const start = performance.now();
      await analyze({ text: `import express from 'express';\nimport { Pool } from 'pg';\n${text}\n// ${turn}`, path: 'file.ts', language: 'typescript' });
      times.push(performance.now() - start);
    }
    figures.push({ lines: text.split('\n').length, ms: median(times) });
  }
  return figures;
}

async function warmFigures(texts: readonly string[]): Promise<{ readonly p50: number; readonly p95: number; readonly parse: number; readonly parse210: number; readonly linesPerSecond: number; readonly p50of210: number; readonly p95of210: number }> {
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
  const parse210: number[] = [];
  for (let i = 0; i < 40; i++) parse210.push(await time(() => parseEcmascript(`${long}\n// ${i}`, 'typescript')));
  const at = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)]!;
  return { p50: at(whole, 0.5), p95: at(whole, 0.95), parse: at(parse, 0.5), parse210: at(parse210, 0.5), linesPerSecond: Math.round((linesOf(texts) / whole.reduce((a, b) => a + b, 0)) * 1000), p50of210: at(of210, 0.5), p95of210: at(of210, 0.95) };
}
