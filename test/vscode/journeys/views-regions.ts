/** The list "To Vet" and the ways from region to region, by keyboard alone. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as eyes from '../../harness/vscode/eyes.ts';
import * as hands from '../../harness/vscode/hands.ts';
import { root } from '../../harness/vscode/places.ts';
import { until } from '../../harness/vscode/until.ts';
import { vetmarkHook, type Step, type World } from './journey.ts';
import { chord, countToVet, seeStatus, toVetRows } from './sights.ts';

/** What the agent writes, by path: two flaws of one kind, a way from a request to a query, and code without either. */
const WRITTEN: Readonly<Record<string, string>> = {
  'src/reports.ts': [
    "import { pool } from './db.ts';",
    '',
    'export async function ordersIn(month: string) {',
    '  const result = await pool.query(`SELECT id FROM orders WHERE month = ${month}`);',
    '  return result.rows;',
    '}',
    '',
    'export async function revenueIn(month: string) {',
    '  const result = await pool.query(`SELECT sum(total) FROM orders WHERE month = ${month}`);',
    '  return result.rows[0];',
    '}',
    '',
  ].join('\n'),
  'src/search.ts': [
    "import type { Request, Response } from 'express';",
    "import { pool } from './db.ts';",
    '',
    'export async function search(request: Request, response: Response) {',
    '  const name = String(request.query.name);',
    "  const clause = \"name = '\" + name + \"'\";",
    '  const result = await pool.query(`SELECT id, name FROM products WHERE ${clause}`);',
    '  response.json(result.rows);',
    '}',
    '',
  ].join('\n'),
  'src/words.ts': ['/** Words of a text. */', 'export function wordsOf(text: string): string[] {', "  return text.split(' ').filter((word) => word.length > 0);", '}', ''].join('\n'),
};

export const regionListSteps: readonly Step[] = [
  {
    title: 'Let an agent write three files',
    act: async (world) => {
      await seeStatus(world, /Assistant/);
      await seeStatus(world, /vet/i);
      for (const [path, content] of Object.entries(WRITTEN)) await agentWrites(world, path, content);
    },
    see: async (world) => {
      await hands.openContainer(world.window, 'Vetmark');
      const rows = await until('the regions of three files, with their findings before any of them is open', async () => holds(await toVetRows(world), [/reports\.ts, 3 to vet/, /ordersIn.*Claude Code, 1 finding/, /function search.*1 finding/]));
      return rows.join(' | ');
    },
  },
  {
    title: 'Walk from region to region by keyboard, across files, up to the last',
    act: async (world) => {
      const count = await countToVet(world);
      for (let step = 1; step <= count; step++) {
        await chord(world, 'n');
        await seeStatus(world, new RegExp(`region ${step} of ${count}`));
      }
      await chord(world, 'n');
    },
    see: async (world) => {
      const said = await seeStatus(world, /That was the last region to vet/);
      assert.match((await eyes.activeTab(world.window)) ?? '', /words\.ts/);
      return said;
    },
  },
  {
    title: 'Put the list in order of risk',
    act: (world) => hands.runCommand(world.window, 'Vetmark: Group List by Risk'),
    see: async (world) => {
      const rows = await until('groups by risk', async () => holds(await toVetRows(world), [/^High risk, \d to vet/, /^(?:Medium|Low) risk, \d to vet/]));
      const first = rows.findIndex((row) => /^High risk/.test(row));
      const last = rows.findIndex((row) => /^(?:Medium|Low) risk/.test(row));
      assert.ok(first >= 0 && last > first, rows.join('\n'));
      return rows.join(' | ');
    },
  },
  {
    title: 'Put it in order of who wrote it',
    act: (world) => hands.runCommand(world.window, 'Vetmark: Group List by Author'),
    see: async (world) => (await until('a group of the agent', async () => holds(await toVetRows(world), [/^Claude Code, \d to vet/]))).join(' | '),
  },
  {
    title: 'Filter it by a word, from the keyboard',
    act: async (world) => {
      await chord(world, 'f');
      await world.window.page.locator('.quick-input-widget input.input').first().waitFor();
      await hands.type(world.window, 'revenue');
      await hands.press(world.window, 'Enter');
    },
    see: async (world) => (await until('one region left', async () => { const rows = await toVetRows(world); return rows.length === 2 && /revenueIn/.test(rows[1] ?? '') ? rows : undefined; })).join(' | '),
    leave: async (world) => {
      await hands.runCommand(world.window, 'Vetmark: Clear Filter of List');
      await hands.runCommand(world.window, 'Vetmark: Group List by File');
      await until('all of them', async () => ((await toVetRows(world)).length > 4 ? true : undefined));
    },
  },
  {
    title: 'Go to the list by keyboard and open a region from it',
    act: async (world) => {
      await chord(world, 'l');
      await until('the list to have the keyboard', () => world.window.page.evaluate(() => (document.activeElement?.closest('.pane')?.querySelector('.pane-header')?.getAttribute('aria-label')?.startsWith('To Vet') === true ? true : undefined)));
      await hands.press(world.window, 'Home', 'ArrowDown', 'ArrowDown', 'Enter');
    },
    see: async (world) => {
      await until('the file', async () => ((await eyes.activeTab(world.window))?.startsWith('reports.ts') ? true : undefined));
      return (await eyes.activeTab(world.window)) ?? '';
    },
  },
];

/** Rows, when each pattern is true of one of them. */
function holds(rows: readonly string[], patterns: readonly RegExp[]): readonly string[] | undefined {
  return patterns.every((pattern) => rows.some((row) => pattern.test(row))) ? rows : undefined;
}

/** Writes a file on disk as Claude Code does, and lets its hook say so. */
async function agentWrites(world: World, path: string, content: string): Promise<void> {
  const file = join(world.shop.folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  const recorded = JSON.parse(await readFile(join(root, 'test/vscode/fixtures/payloads/claude-code-write.json'), 'utf8')) as Record<string, object>;
  const payload = { ...recorded, cwd: world.shop.folder, tool_input: { ...recorded['tool_input'], file_path: file, content }, tool_response: { ...recorded['tool_response'], filePath: file, content } };
  const ran = await vetmarkHook(world, 'claude-code', JSON.stringify(payload));
  assert.equal(ran.code, 0, ran.stderr);
}
