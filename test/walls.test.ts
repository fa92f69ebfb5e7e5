/** Every wall of scripts/walls.mjs stands: each forbidden import is written into a copy of the tree and must be refused, each allowed one must pass. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, copyFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import config from '../.dependency-cruiser.mjs';
import { CORE_LAYERS, NETWORK, ROOMS } from '../scripts/walls.mjs';

interface Probe {
  readonly file: string;
  readonly imports: string;
  readonly refused: boolean;
}

const root = resolve(import.meta.dirname, '..');
const rooms = Object.keys(ROOMS);
const OUTSIDERS = [...NETWORK.filter((name) => isBuiltin(name)), 'node:fs', 'node:crypto', 'node:child_process', 'vscode', 'zod', 'diff', 'minimatch', '@typescript-eslint/parser', '@secretlint/core', 'vscode-languageclient/node', 'vscode-languageserver/node', 'playwright-core'];

describe('walls', function () {
  this.timeout(60_000);
  let tree: string;
  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'vetmark-walls-'));
    for (const file of ['package.json', 'tsconfig.json']) copyFileSync(join(root, file), join(tree, file));
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    for (const room of rooms) write(`src/${room}/target.ts`, 'export const target = 1;\n');
    for (const file of CORE_LAYERS.flat()) write(`src/core/${file}.ts`, 'export const target = 1;\n');
    for (const name of ['one', 'two']) write(`src/analysis/rules/${name}.ts`, 'export const target = 1;\n');
    for (const file of ['test/target.ts', 'src/agents/agent.ts']) write(file, 'export const target = 1;\n');
  });
  afterEach(() => rmSync(tree, { recursive: true, force: true }));

  it('between rooms and to the outside refuse every forbidden import and no other', async () => {
    await prove([...betweenRooms(), ...outside()], 200);
  });

  it('inside core keep the layers', async () => {
    await prove(layers(), 10);
  });

  it('of rules, agents, tests and single files hold', async () => {
    await prove(others(), 8);
  });

  async function prove(probes: readonly Probe[], atLeast: number): Promise<void> {
    probes.forEach(({ file, imports }) => write(file, `import * as it from '${imports}';\nexport const used = it;\n`));
    const violated = await violations();
    const told = (probe: Probe): string => `${probe.file} importing ${probe.imports}`;
    assert.deepEqual(
      { wrong: probes.filter((probe) => probe.refused !== violated.has(probe.file)).map(told), enough: probes.length >= atLeast },
      { wrong: [], enough: true },
    );
  }

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  }

  async function violations(): Promise<Set<string>> {
    const { output } = await cruise(['src'], { ...config.options, baseDir: tree, ruleSet: { forbidden: config.forbidden }, validate: true } as Parameters<typeof cruise>[1]);
    return new Set((output as ICruiseResult).summary.violations.map(({ from }) => from));
  }
});

function betweenRooms(): Probe[] {
  return rooms.flatMap((from) =>
    rooms
      .filter((to) => to !== from)
      .map((to) => ({ file: `src/${from}/probe-${to}.ts`, imports: to in { server: 1, extension: 1, webview: 1, cli: 1 } ? `../${to}/target.ts` : `#${to}/target`, refused: !ROOMS[from]!.imports.includes(to) })),
  );
}

function outside(): Probe[] {
  return rooms.flatMap((from) =>
    OUTSIDERS.map((name) => ({
      file: `src/${from}/probe-${name.replace(/\W+/g, '-')}.ts`,
      imports: name,
      refused: !ROOMS[from]!.outside.some((allowed) => allowed.only === undefined && names(allowed.name, name)),
    })),
  );
}

function names(pattern: string, name: string): boolean {
  if (pattern === 'node:*' && NETWORK.includes(name)) return false;
  if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1));
  return name === pattern || name.startsWith(`${pattern}/`);
}

/** Layers of core: a lower file importing an upper one. The probes are the layers' own files, so each is told apart by its name. */
function layers(): Probe[] {
  return CORE_LAYERS.slice(0, -1).flatMap((layer, index) => layer.map((file) => ({ file: `src/core/${file}.ts`, imports: `./${CORE_LAYERS[index + 1]![0]}.ts`, refused: true })));
}

function others(): Probe[] {
  return [
    { file: 'src/analysis/rules/two.ts', imports: './one.ts', refused: true },
    { file: 'src/cli/probe-test.ts', imports: '../../test/target.ts', refused: true },
    { file: 'src/cli/probe-relative.ts', imports: '../core/target.ts', refused: true },
    { file: 'src/cellar/probe.ts', imports: '#core/target', refused: true },
    { file: 'src/core/digest.ts', imports: 'node:crypto', refused: false },
    { file: 'src/core/diff.ts', imports: 'diff', refused: false },
    { file: 'src/core/policy.ts', imports: 'minimatch', refused: false },
    { file: 'src/project/audit-otlp.ts', imports: 'node:https', refused: false },
    { file: 'src/project/audit-log.ts', imports: 'node:https', refused: true },
    { file: 'src/project/git.ts', imports: 'net', refused: true },
    { file: 'src/agents/claude.ts', imports: './target.ts', refused: true },
    { file: 'src/agents/codex.ts', imports: './agent.ts', refused: false },
  ];
}
