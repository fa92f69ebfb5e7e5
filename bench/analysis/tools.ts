/** The tools that the speed bench runs, each as users run it and on all cores. Peers that are no part of the project are installed for the run, at fixed versions. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { CLI_BUNDLE, placeCompiler } from '../../scripts/cli-bundle.mjs';

const require = createRequire(import.meta.url);
const root = resolve(import.meta.dirname, '../..');
const CORES = availableParallelism();

export interface Tool {
  readonly name: string;
  readonly cwd: string;
  /** The command lines, without `node`, that together look at files 0..`files`-1 of a folder; more than one run at the same time. */
  readonly commands: (target: string, files: number) => readonly (readonly string[])[];
}

export interface Run {
  /** Milliseconds from start to the end of the last process. */
  readonly wall: number;
  /** Milliseconds of processor time, all processes. */
  readonly processor: number;
  /** Megabytes, peak of all processes together. */
  readonly peak: number;
}

/** Vetmark first. Writes its own files into the folder. */
export function toolsIn(folder: string): readonly Tool[] {
  const dist = join(folder, 'dist');
  buildSync({ ...CLI_BUNDLE, absWorkingDir: root, outdir: dist, minify: true, logLevel: 'error', define: { 'process.env.VETMARK_VERSION': '"0.0.0-bench"' } });
  placeCompiler(dist, { minify: true });
  const peers = join(folder, 'peers');
  mkdirSync(peers);
  writeFileSync(join(peers, 'package.json'), '{"private":true}');
  // The last sonarjs under a free licence, and the last ESLint whose options it understands.
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', 'eslint@9.14.0', 'eslint-plugin-sonarjs@2.0.4', '@typescript-eslint/parser@8.14.0', 'typescript@5.6.3'], { cwd: peers, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(join(folder, 'security.config.mjs'), eslintConfig(import.meta.url, 'eslint-plugin-security', 'security'));
  writeFileSync(join(folder, 'sonarjs.config.mjs'), eslintConfig(join(peers, 'package.json'), 'eslint-plugin-sonarjs', 'sonarjs'));
  writeFileSync(join(folder, '.secretlintrc.json'), JSON.stringify({ rules: [{ id: require.resolve('@secretlint/secretlint-rule-preset-recommend') }] }));
  writeFileSync(join(folder, 'usage.cjs'), USAGE);
  const binOf = (name: string, bin: string): string => join(dirname(require.resolve(`${name}/package.json`)), bin);
  const eslint = (bin: string, config: string) => inParts((part) => [bin, '--no-config-lookup', '-c', config, ...part]);
  return [
    { name: 'vetmark check', cwd: folder, commands: (target) => [[join(dist, 'cli.mjs'), 'check', target]] },
    { name: 'eslint + eslint-plugin-security', cwd: folder, commands: eslint(binOf('eslint', 'bin/eslint.js'), 'security.config.mjs') },
    { name: 'eslint + eslint-plugin-sonarjs 2.0.4', cwd: folder, commands: eslint(join(peers, 'node_modules/eslint/bin/eslint.js'), 'sonarjs.config.mjs') },
    { name: 'secretlint', cwd: folder, commands: inParts((part) => [binOf('secretlint', 'bin/secretlint.js'), ...part]) },
  ];
}

/** For tools that use one core: one process a core, each with its part of the files. */
function inParts(command: (part: readonly string[]) => readonly string[]): Tool['commands'] {
  return (target, files) => {
    const names = Array.from({ length: files }, (_, index) => `${target}/file${index}.ts`);
    const size = Math.ceil(files / Math.min(CORES, files));
    return Array.from({ length: Math.ceil(files / size) }, (_, index) => command(names.slice(index * size, (index + 1) * size)));
  };
}

/** Runs the commands of a tool at once and waits for all. Findings end tools with 1; anything else is a broken bench. */
export async function runOf(tool: Tool, target: string, files: number): Promise<Run> {
  const started = performance.now();
  const used = await Promise.all(tool.commands(target, files).map((args, index) => runOne(tool, args, join(tool.cwd, `usage-${index}.json`))));
  const wall = performance.now() - started;
  return { wall, processor: used.reduce((sum, { processor }) => sum + processor, 0), peak: used.reduce((sum, { peak }) => sum + peak, 0) };
}

async function runOne({ name, cwd }: Tool, args: readonly string[], usage: string): Promise<Omit<Run, 'wall'>> {
  const child = spawn(process.execPath, ['--require', join(cwd, 'usage.cjs'), ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, BENCH_USAGE: usage } });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 && code !== 1) throw new Error(`${name} did not run: ${complaint.slice(0, 2000)}`);
  return JSON.parse(readFileSync(usage, 'utf8')) as Omit<Run, 'wall'>;
}

function eslintConfig(from: string, plugin: string, name: string): string {
  return `import { createRequire } from 'node:module';
const require = createRequire(${JSON.stringify(from)});
const plugin = require(${JSON.stringify(plugin)});
const parser = require('@typescript-eslint/parser');
export default [{ files: ['**/*.ts'], languageOptions: { parser }, plugins: { ${name}: plugin }, rules: plugin.configs.recommended.rules }];
`;
}

/** Loaded before a tool: says at its end what it took. */
const USAGE = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeFileSync(process.env.BENCH_USAGE, JSON.stringify({ peak: Math.round(maxRSS / 1024), processor: (userCPUTime + systemCPUTime) / 1000 }));
});
`;
