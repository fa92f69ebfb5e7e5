/**
 * What an agent waits for at each tool call: the hook's process from start to end, beside a bare `node -e 0` in the same rounds, in a small repository and in
 * one of 30,000 files. And what must never be traded for speed: every call is in the record, and what a command wrote is found, or a gap says that it was not.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { buildProgram } from '../scripts/cli-bundle.mjs';
import type { Bench } from './table.ts';

/** Rounds of each measurement; one of each kind a round, so that a busy moment falls on all alike. */
const ROUNDS = 40;
const LARGE = 30_000;
/** Hooks at once, as an agent with many helpers runs them. */
const AT_ONCE = 8;

export const bench: Bench = async () => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'vetmark-bench-hook-')));
  try {
    const program = join(top, 'dist/vetmark.cjs');
    await buildProgram(dirname(program), { absWorkingDir: resolve(import.meta.dirname, '..'), minify: true, define: { 'process.env.VETMARK_VERSION': '"0.0.0-bench"' } });
    const small = new Stage(top, program, 'small', 20);
    const large = new Stage(top, program, 'large', LARGE);
    const first = small.time('a new file, before', ['hook', 'claude-code'], write('PreToolUse', small.root, 0));
    const rows = [measure(small), measure(large)].flatMap(({ bare, calls }, index) => [...calls].map(([call, times]) => row(index === 0 ? 20 : LARGE, call, times, bare)));
    const bare = rows.map(({ bareP50 }) => bareP50);
    const worst = Math.max(...rows.filter(({ files }) => files === 20).map(({ p95 }) => p95));
    const lost = [await lostOf(small), await lostOf(large)];
    return {
      tables: [
        { title: `A hook's process, milliseconds (${ROUNDS} rounds, Node ${process.version}); bare is \`node -e 0\``, columns: ['files', 'call', 'min', 'p50', 'p95', 'bare p50', 'p50 over bare'], rows: rows.map(({ files, call, min, p50, p95, bareP50 }) => [files, call, min, p50, p95, bareP50, `${(p50 / bareP50).toFixed(2)} x`]) },
        { title: 'Nothing is lost', columns: ['files', 'calls', 'in the audit log', 'files written', 'marked', 'beyond what can be compared'], rows: lost.map(({ files, calls, logged, written, marked, gap }) => [files, calls, logged, written, marked, gap]) },
      ],
      figures: {
        rounds: ROUNDS, worstP95MillisecondsSmall: worst, worstP95MillisecondsLarge: Math.max(...rows.filter(({ files }) => files === LARGE).map(({ p95 }) => p95)), bareP50Milliseconds: Math.max(...bare), firstMilliseconds: Math.round(first), loadAverage: Math.round(loadavg()[0]! * 10) / 10,
        eventsLost: lost.reduce((sum, { calls, logged }) => sum + calls - logged, 0), writesNotMarked: lost.reduce((sum, { written, marked }) => sum + written - marked, 0),
      },
    };
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
};

interface Measured {
  readonly bare: readonly number[];
  readonly calls: ReadonlyMap<string, readonly number[]>;
}

function measure(stage: Stage): Measured {
  const bare: number[] = [];
  const calls = new Map<string, number[]>();
  const take = (call: string, payload: object): void => {
    calls.set(call, [...(calls.get(call) ?? []), stage.time(call, ['hook', 'claude-code'], payload)]);
  };
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(stage.bare());
    take('a new file, before', write('PreToolUse', stage.root, round));
    stage.put(`new${round}.ts`, contentOf(round));
    take('a new file, after', write('PostToolUse', stage.root, round));
    take('a command, before', command('PreToolUse', stage.root, round));
    stage.put(`made${round}.ts`, contentOf(round));
    take('a command, after', command('PostToolUse', stage.root, round));
    stage.clean(round);
  }
  return { bare, calls };
}

function row(files: number, call: string, times: readonly number[], bare: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (list: readonly number[], share: number): number => Math.round(list[Math.min(list.length - 1, Math.floor(list.length * share))]! * 10) / 10;
  return { files, call, min: at(sorted, 0), p50: at(sorted, 0.5), p95: at(sorted, 0.95), bareP50: at(bare.toSorted((a, b) => a - b), 0.5) };
}

interface Lost {
  readonly files: number;
  readonly calls: number;
  readonly logged: number;
  readonly written: number;
  readonly marked: number;
  /** What the audit log says where the work tree is in the middle of something. */
  readonly gap: string;
}

/** Many calls at once, each around a command that writes a file of its own; then one in a work tree that no comparison explains. */
async function lostOf(stage: Stage): Promise<Lost> {
  stage.forget();
  const serials = Array.from({ length: AT_ONCE * 4 }, (_, index) => index);
  for (let at = 0; at < serials.length; at += AT_ONCE) {
    const together = serials.slice(at, at + AT_ONCE);
    await Promise.all(together.map((serial) => stage.run(command('PreToolUse', stage.root, serial))));
    for (const serial of together) stage.put(`many${serial}.ts`, contentOf(serial));
    await Promise.all(together.map((serial) => stage.run(command('PostToolUse', stage.root, serial))));
  }
  const marked = new Set(stage.markers().filter(({ agent }) => agent === 'claude-code').map(({ path }) => path)).size;
  const logged = stage.logged().filter(({ kind }) => kind === 'agent-tool').length;
  for (let index = 0; index < 2_500; index++) stage.put(`heap/${index}.txt`, 'x\n');
  await stage.run(command('PreToolUse', stage.root, 9_999));
  const gap = stage.logged().some(({ kind }) => kind === 'gap');
  return { files: stage.files, calls: serials.length * 2, logged, written: serials.length, marked, gap: gap ? 'a gap, in the log' : 'SILENCE' };
}

class Stage {
  readonly root: string;
  readonly files: number;
  readonly #program: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(top: string, program: string, name: string, files: number) {
    this.root = join(top, name);
    this.files = files;
    this.#program = program;
    this.#env = { PATH: process.env['PATH'] ?? '', HOME: join(top, 'home'), XDG_STATE_HOME: join(top, `${name}-state`), GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C.UTF-8' };
    mkdirSync(this.root);
    const git = (...args: string[]): void => void execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'gc.auto=0', ...args], { cwd: this.root, env: this.#env, stdio: 'ignore' });
    git('init', '-q', '-b', 'main');
    for (let index = 0; index < files; index++) this.put(`packages/p${index % 200}/src/module${index}.ts`, contentOf(index));
    git('add', '-A');
    git('commit', '-q', '-m', 'base');
  }

  put(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Takes away what a round wrote. */
  clean(round: number): void {
    for (const path of [`new${round}.ts`, `made${round}.ts`]) rmSync(join(this.root, path));
  }

  /** Milliseconds of a hook that has to let the call go on without a word. */
  time(call: string, args: readonly string[], payload: object): number {
    const input = JSON.stringify(payload);
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.#program, ...args], { cwd: this.root, env: this.#env, input, encoding: 'utf8' });
    const taken = performance.now() - start;
    if (status !== 0 || stdout !== '' || stderr !== '') throw new Error(`${call}: ${status} ${stdout}${stderr}`);
    return taken;
  }

  bare(): number {
    const start = performance.now();
    spawnSync(process.execPath, ['-e', '0'], { cwd: this.root, env: this.#env, input: '' });
    return performance.now() - start;
  }

  run(payload: object): Promise<void> {
    return new Promise((done) => {
      const child = spawn(process.execPath, [this.#program, 'hook', 'claude-code'], { cwd: this.root, env: this.#env, stdio: ['pipe', 'ignore', 'ignore'] });
      child.on('close', () => done());
      child.stdin.end(JSON.stringify(payload));
    });
  }

  markers(): readonly Record<string, unknown>[] {
    const folder = join(this.root, '.git/vetmark/markers');
    return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>);
  }

  logged(): readonly Record<string, unknown>[] {
    const folder = join(this.#env['XDG_STATE_HOME']!, 'vetmark/audit');
    const lines = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'));
    return lines.map((line) => (JSON.parse(line) as { event: Record<string, unknown> }).event);
  }

  /** Begins the record anew. */
  forget(): void {
    rmSync(join(this.root, '.git/vetmark'), { recursive: true, force: true });
    rmSync(join(this.#env['XDG_STATE_HOME']!, 'vetmark/audit'), { recursive: true, force: true });
  }
}

function contentOf(index: number): string {
  return `/** Part ${index} of the order. */\nexport function totalOf${index}(items: readonly { readonly price: number }[]): number {\n  return items.reduce((sum, { price }) => sum + price, ${index});\n}\n`;
}

function common(event: 'PreToolUse' | 'PostToolUse', root: string, serial: number) {
  return { session_id: 'bench', transcript_path: '/home/ada/.claude/projects/bench.jsonl', cwd: root, hook_event_name: event, tool_use_id: `call_${serial}` };
}

function write(event: 'PreToolUse' | 'PostToolUse', root: string, serial: number): object {
  const file_path = join(root, `new${serial}.ts`);
  const content = contentOf(serial);
  return { ...common(event, root, serial), tool_name: 'Write', tool_input: { file_path, content }, ...(event === 'PostToolUse' && { tool_response: { type: 'create', filePath: file_path, content, originalFile: null, structuredPatch: [], userModified: false } }) };
}

function command(event: 'PreToolUse' | 'PostToolUse', root: string, serial: number): object {
  return { ...common(event, root, serial), tool_name: 'Bash', tool_input: { command: 'npm run generate' }, ...(event === 'PostToolUse' && { tool_response: { stdout: '', stderr: '', interrupted: false } }) };
}
