/**
 * What Vetmark asks of the system, seen from outside by strace: no connection, by hook, check, gate or worker; and no file made or changed but in the work
 * tree, in the git directory, and in Vetmark's own storage.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import esbuild from 'esbuild';
import { buildProgram, COMPILER_BESIDE } from '../scripts/cli-bundle.mjs';
import { canTrace, trace, type Program } from './footprint/trace.ts';
import type { Bench } from './table.ts';

export const bench: Bench = async () => {
  if (!canTrace()) return { tables: [{ title: 'Not measured', columns: ['why'], rows: [['strace is not here, or may not trace. On Debian: apt-get install strace']] }], figures: { measured: 'no: strace is missing' } };
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'vetmark-bench-footprint-')));
  try {
    const world = await build(top);
    const rows: (readonly (string | number)[])[] = [];
    const strays: string[] = [];
    let connections = 0;
    for (const [name, program] of casesOf(world)) {
      const { code, output, network, written, calls } = await trace(top, program);
      if (code === null || !(program.until === undefined || output.includes(program.until)) || calls < 20) throw new Error(`${name} did not run (${code}): ${output.slice(-500)}`);
      const where = written.map((path) => placeOf(path, world));
      const count = (place: Place): number => where.filter((each) => each === place).length;
      const elsewhere = written.filter((path) => placeOf(path, world) === 'elsewhere');
      connections += network.length;
      strays.push(...[...network, ...elsewhere].map((each) => `${name}: ${each}`));
      rows.push([name, String(code), calls, network.length, count('work tree'), count('git directory'), count("Vetmark's storage"), count('asked for'), elsewhere.length]);
    }
    return {
      tables: [
        { title: 'Seen by strace: connections, and files made, changed or taken away, by place', columns: ['what ran', 'exit', 'system calls seen', 'connections', 'work tree', 'git directory', "Vetmark's storage", 'a folder that was named', 'elsewhere'], rows },
        ...(strays.length > 0 ? [{ title: 'What should not be', columns: ['what'], rows: strays.map((each) => [each]) }] : []),
      ],
      figures: { programs: rows.length, connections, filesElsewhere: strays.length - connections },
    };
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
};

interface World {
  readonly root: string;
  readonly home: string;
  readonly cache: string;
  readonly program: string;
  readonly worker: string;
  readonly env: Readonly<Record<string, string>>;
}

type Place = 'work tree' | 'git directory' | "Vetmark's storage" | 'asked for' | 'a device' | 'elsewhere';

function placeOf(path: string, { root, home, cache }: World): Place {
  const below = (folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
  if (below(join(root, '.git'))) return 'git directory';
  if (below(root)) return 'work tree';
  // The folders on the way to it are made too, where there were none.
  if (below(join(home, '.local/state/vetmark')) || [join(home, '.local'), join(home, '.local/state')].includes(path)) return "Vetmark's storage";
  if (below(cache)) return 'asked for';
  return /^\/dev\/(?:null|tty|pts\/\d+)$/.test(path) ? 'a device' : 'elsewhere';
}

function casesOf({ root, cache, program, worker, env }: World): readonly (readonly [name: string, program: Program])[] {
  const node = process.execPath;
  const vetmark = (...args: readonly string[]): Program => ({ command: [node, program, ...args], cwd: root, env, input: '' });
  const hook = (hook_event_name: string, more: object): Program => ({ ...vetmark('hook', 'claude-code'), input: JSON.stringify({ session_id: 's', transcript_path: '/home/ada/.claude/s.jsonl', cwd: root, hook_event_name, ...more }) });
  const write = { tool_name: 'Write', tool_use_id: '1', tool_input: { file_path: join(root, 'src/new.ts'), content: CODE } };
  const command = { tool_name: 'Bash', tool_use_id: '2', tool_input: { command: 'npm run generate' } };
  return [
    ['hook, before a write', hook('PreToolUse', write)],
    ['hook, after a write', hook('PostToolUse', { ...write, tool_response: { content: CODE, originalFile: null } })],
    ['hook, a write that is denied', hook('PreToolUse', { ...write, tool_input: { file_path: join(root, '.vetmark/policy.json'), content: '{}' } })],
    ['hook, before a command', hook('PreToolUse', command)],
    ['hook, after a command', hook('PostToolUse', command)],
    ['hook, the end of a turn', hook('Stop', {})],
    ['check', vetmark('check')],
    ['check, as SARIF', vetmark('check', '--format', 'sarif')],
    ['gate', vetmark('gate', '--base', 'main', '--head', 'change')],
    ['gate, with a cache', vetmark('gate', '--base', 'main', '--head', 'change', '--cache', cache)],
    ['agents status', vetmark('agents', 'status')],
    ['audit verify', vetmark('audit', 'verify')],
    ['worker', { command: [node, worker, '--stdio'], cwd: root, env, input: [request(1, 'initialize', { processId: null, rootUri: null, capabilities: {} }), notice('initialized', {}), notice('textDocument/didOpen', { textDocument: { uri: 'file:///a.ts', languageId: 'typescript', version: 1, text: CODE } })].join(''), until: 'no-command-injection' }],
  ];
}

function notice(method: string, params: object): string {
  return framed({ jsonrpc: '2.0', method, params });
}

function request(id: number, method: string, params: object): string {
  return framed({ jsonrpc: '2.0', id, method, params });
}

function framed(message: object): string {
  const text = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

const CODE = "import { exec } from 'node:child_process';\n\nexport function show(req: { query: { name: string } }): void {\n  exec('ls ' + req.query.name);\n}\n";

async function build(top: string): Promise<World> {
  const source = resolve(import.meta.dirname, '..');
  const world: World = { root: join(top, 'shop'), home: join(top, 'home'), cache: join(top, 'cache'), program: join(top, 'dist/vetmark.cjs'), worker: join(top, 'dist/server.cjs'), env: { PATH: process.env['PATH'] ?? '', HOME: join(top, 'home'), GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C.UTF-8' } };
  await buildProgram(dirname(world.program), { absWorkingDir: source, minify: true });
  await esbuild.build({ ...COMPILER_BESIDE, absWorkingDir: source, entryPoints: ['src/server/main.ts'], outfile: world.worker, bundle: true, platform: 'node', format: 'cjs', target: 'node22', mainFields: ['module', 'main'], logLevel: 'error' });
  for (const folder of [world.root, world.home, join(world.root, 'src')]) mkdirSync(folder);
  const git = (...args: string[]): void => void execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { cwd: world.root, env: world.env, stdio: 'ignore' });
  const commit = (path: string, text: string): void => {
    writeFileSync(join(world.root, path), text);
    git('add', '-A');
    git('commit', '-q', '-m', path);
  };
  git('init', '-q', '-b', 'main');
  commit('src/old.ts', 'export const old = true;\n');
  git('switch', '-q', '-c', 'change');
  commit('src/code.ts', CODE);
  writeFileSync(join(world.root, 'src/new.ts'), CODE);
  return world;
}
