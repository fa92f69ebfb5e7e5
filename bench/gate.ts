/**
 * The gate on a large repository: cold and warm, its memory, without a network, and how it grows with files, vetted regions and commits. What users run is
 * run: the bundle, in a process of its own, each time the best of a few.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import esbuild from 'esbuild';
import { languageOf } from '#core/language';
import type { RepoPath } from '#core/path';
import { writeStatement, type ReviewedUnit } from '#core/review';
import { unitsOf } from '#core/unit';
import { createKeyPair, signText } from '#project/sshsig';
import { CLI_BUNDLE, placeCompiler } from '../scripts/cli-bundle.mjs';
import type { Bench } from './table.ts';

interface Size {
  readonly files: number;
  readonly regions: number;
  readonly commits: number;
}

interface Measured extends Size {
  readonly coldMs: number;
  readonly coldCpuMs: number;
  readonly warmMs: number;
  readonly warmCpuMs: number;
  readonly peakMb: number;
}

const GOAL: Size = { files: 10_000, regions: 2_000, commits: 200 };
const GROWTH: readonly Size[] = [
  { files: 2_500, regions: 500, commits: 50 },
  { files: 5_000, regions: 500, commits: 50 },
  { files: 10_000, regions: 500, commits: 50 },
  { files: 2_500, regions: 1_000, commits: 50 },
  { files: 2_500, regions: 2_000, commits: 50 },
  { files: 2_500, regions: 500, commits: 100 },
  { files: 2_500, regions: 500, commits: 200 },
];
/** Vetted regions in each changed file, and in each sitting. */
const REGIONS_A_FILE = 4;
const REGIONS_A_SITTING = 10;
const ROUNDS = 2;

export const bench: Bench = async () => {
  const top = mkdtempSync(join(tmpdir(), 'vetmark-bench-gate-'));
  try {
    await esbuild.build({ ...CLI_BUNDLE, absWorkingDir: resolve(import.meta.dirname, '..'), outdir: join(top, 'dist'), minify: true, logLevel: 'error', define: { 'process.env.VETMARK_VERSION': '"0.0.0-bench"' } });
    placeCompiler(join(top, 'dist'), { minify: true });
    const cli = join(top, 'dist/cli.mjs');
    const offline = spawnSync('unshare', ['-rn', 'true']).status === 0;
    const goal = measure(top, cli, GOAL, offline ? 'no network' : 'as it is');
    const growth = GROWTH.map((size) => measure(top, cli, size, 'as it is'));
    const row = ({ files, regions, commits, coldMs, coldCpuMs, warmMs, warmCpuMs, peakMb }: Measured): readonly number[] => [files, regions, commits, coldMs, coldCpuMs, warmMs, warmCpuMs, peakMb];
    const columns = ['files', 'regions', 'commits', 'cold ms', 'of it CPU', 'warm ms', 'of it CPU', 'peak MB'];
    return {
      tables: [
        { title: `The gate, ${offline ? 'without a network (unshare -n)' : 'network not cut off: unshare is not allowed here'}`, columns, rows: [row(goal)] },
        { title: 'How it grows', columns, rows: growth.map(row) },
      ],
      figures: { files: GOAL.files, regions: GOAL.regions, commits: GOAL.commits, coldMilliseconds: goal.coldMs, coldCpuMilliseconds: goal.coldCpuMs, warmMilliseconds: goal.warmMs, warmCpuMilliseconds: goal.warmCpuMs, loadAverage: Math.round(loadavg()[0]! * 10) / 10, peakMegabytes: goal.peakMb, offline: offline ? 'yes' : 'not possible here' },
    };
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
};

function measure(top: string, cli: string, size: Size, network: 'no network' | 'as it is'): Measured {
  const root = mkdtempSync(join(top, 'repository-'));
  build(root, size);
  const cold: Run[] = [];
  const warm: Run[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const cache = join(top, `cache-${round}`);
    rmSync(cache, { recursive: true, force: true });
    cold.push(run(top, cli, root, cache, network));
    warm.push(run(top, cli, root, cache, network));
    rmSync(cache, { recursive: true, force: true });
  }
  rmSync(root, { recursive: true, force: true });
  const best = (runs: readonly Run[], figure: 'milliseconds' | 'cpu'): number => Math.round(Math.min(...runs.map((each) => each[figure])));
  return { ...size, coldMs: best(cold, 'milliseconds'), coldCpuMs: best(cold, 'cpu'), warmMs: best(warm, 'milliseconds'), warmCpuMs: best(warm, 'cpu'), peakMb: Math.max(...[...cold, ...warm].map(({ megabytes }) => megabytes)) };
}

interface Run {
  readonly milliseconds: number;
  /** Milliseconds of processor time of the process itself, without git's: what is left of the figure on a busy machine. */
  readonly cpu: number;
  readonly megabytes: number;
}

/** One run; it has to pass, or the figures would be those of something else. Memory is the largest that the kernel saw of the process itself. */
function run(top: string, cli: string, root: string, cache: string, network: 'no network' | 'as it is'): Run {
  const report = join(top, 'usage.json');
  const watch = `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(report)}, JSON.stringify(process.resourceUsage())));`;
  const watcher = join(top, 'watch.mjs');
  writeFileSync(watcher, watch);
  const args = ['--import', watcher, cli, 'gate', '--base', 'main', '--head', 'change', '--cache', cache];
  const start = performance.now();
  const { status, stdout, stderr } = network === 'no network' ? spawnSync('unshare', ['-rn', process.execPath, ...args], options(root)) : spawnSync(process.execPath, args, options(root));
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`the gate did not pass (${status}): ${stdout.slice(-2000)}${stderr}`);
  const usage = JSON.parse(readFileSync(report, 'utf8')) as { maxRSS: number; userCPUTime: number; systemCPUTime: number };
  return { milliseconds, cpu: (usage.userCPUTime + usage.systemCPUTime) / 1000, megabytes: Math.round(usage.maxRSS / 1024) };
}

function options(cwd: string) {
  return { cwd, encoding: 'utf8' as const, maxBuffer: 1 << 28, env: { PATH: process.env['PATH'] ?? '', HOME: dirname(cwd), XDG_STATE_HOME: join(dirname(cwd), 'state'), GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C.UTF-8' } };
}

/** A repository whose branch `change` adds vetted functions to some of its files, commit by commit. */
function build(root: string, { files, regions, commits }: Size): void {
  const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'gc.auto=0', ...args], { ...options(root), stdio: ['ignore', 'pipe', 'pipe'] });
  let written: string[] = [];
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    written.push(path);
  };
  const commitAll = (message: string): void => {
    // Not `add -A`: it would look at every file for each commit.
    for (; written.length > 0; written = written.slice(1_000)) git('add', '--', ...written.slice(0, 1_000));
    git('commit', '-q', '--allow-empty', '-m', message);
  };
  const keys = createKeyPair('ada@example.org');
  git('init', '-q', '-b', 'main');
  write('.vetmark/reviewers', `ada@example.org namespaces="vetmark" ${keys.publicKey}\n`);
  const texts = Array.from({ length: files }, (_, index) => moduleOf(index, 5));
  texts.forEach((text, index) => write(pathOf(index), text));
  commitAll('base');
  git('switch', '-q', '-c', 'change');
  const changed = Math.ceil(regions / REGIONS_A_FILE);
  let serial = 0;
  for (let commit = 0; commit < commits; commit++) {
    const units: ReviewedUnit[] = [];
    for (let index = Math.floor((commit * changed) / commits); index < Math.floor(((commit + 1) * changed) / commits); index++) {
      const text = `${texts[index]}\n${Array.from({ length: REGIONS_A_FILE }, (_, region) => functionOf(index, `added${region}`)).join('\n')}`;
      write(pathOf(index), text);
      const fresh = unitsOf(text, languageOf(pathOf(index))).filter(({ label }) => label.startsWith('function added'));
      units.push(...fresh.map(({ label, digest }): ReviewedUnit => ({ path: pathOf(index) as RepoPath, label, digest, claim: 'vetted', agents: ['claude-code'] })));
    }
    for (let at = 0; at < units.length; at += REGIONS_A_SITTING) {
      const statement = writeStatement({ units: units.slice(at, at + REGIONS_A_SITTING), reviewer: 'ada@example.org', at: new Date().toISOString(), answers: [{ item: 'read', answer: 'yes' }], openFindings: [], waivers: [], tool: { name: 'vetmark', version: '0.0.0' } });
      const record = `.vetmark/reviews/${String(serial++).padStart(26, '0')}.json`;
      write(record, statement);
      write(`${record}.sig`, signText(keys.privateKey, statement));
    }
    commitAll(`change ${commit}\n\nCo-authored-by: Claude <noreply@anthropic.com>`);
  }
}

function pathOf(index: number): string {
  return `packages/p${index % 50}/src/module${index}.ts`;
}

function moduleOf(index: number, functions: number): string {
  return `import { log } from '../log';\n\n${Array.from({ length: functions }, (_, at) => functionOf(index, `step${at}`)).join('\n')}`;
}

function functionOf(index: number, name: string): string {
  return `/** Part ${index} of the order. */\nexport function ${name}Of${index}(items: readonly { readonly price: number; readonly count: number }[], limit: number): number {\n  const total = items.reduce((sum, { price, count }) => sum + price * count, 0);\n  if (total > limit) log('over ' + limit);\n  return Math.min(total, limit) + ${index};\n}\n`;
}
