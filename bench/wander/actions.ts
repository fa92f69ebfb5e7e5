/** What a user may do next, by weight: keys, commands, agents, branches, and the accidents of a day. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as eyes from '../../test/harness/vscode/eyes.ts';
import * as hands from '../../test/harness/vscode/hands.ts';
import { until } from '../../test/harness/vscode/until.ts';
import { vetmarkHook, type World } from '../../test/vscode/journeys/journey.ts';
import { claudeWrote } from '../../test/vscode/journeys/main-origins.ts';
import { answerAll, reviewFiles } from '../../test/vscode/journeys/sights.ts';
import type { Dice } from './dice.ts';
import type { Driver } from './driver.ts';

export interface Scene {
  readonly world: World;
  readonly driver: Driver;
  readonly dice: Dice;
  /** Counts up, for names that are not there yet. */
  count: number;
}

export interface Action {
  readonly name: string;
  readonly weight: number;
  /** Says what was done, or `undefined` when there was nothing to do it to. */
  act(scene: Scene): Promise<string | undefined>;
}

const FILES = ['src/orders.ts', 'src/products.ts', 'src/customers.ts', 'src/db.ts'];
const WORDS = ['const total = 3;', 'return value;', '// a note', 'let name = "x";', 'if (ready) {', '}', 'await later();'];

/** Code that an agent or an extension writes; every third has a finding. */
function written({ dice }: Scene, name: string): string {
  return dice.roll() < 0.33
    ? `\nexport async function ${name}(word: string) {\n  return (await pool.query("SELECT id FROM products WHERE name = '" + word + "'")).rows;\n}\n`
    : `\nexport function ${name}(count: number): number {\n  const more = count + 1;\n  return more * 2;\n}\n`;
}

export const ACTIONS: readonly Action[] = [
  {
    name: 'type',
    weight: 26,
    act: async ({ world, dice }) => {
      const text = dice.pick(WORDS);
      await world.window.page.keyboard.type(text);
      await world.window.page.keyboard.press('Enter');
      return text;
    },
  },
  { name: 'undo', weight: 8, act: keys('Control+Z') },
  { name: 'redo', weight: 4, act: keys('Control+Shift+Z') },
  { name: 'delete a line', weight: 4, act: keys('Control+Shift+K') },
  { name: 'move a line', weight: 3, act: keys('Alt+ArrowUp') },
  { name: 'copy and paste a line', weight: 3, act: keys('Control+C', 'ArrowDown', 'Control+V') },
  { name: 'save', weight: 8, act: keys('Control+S') },
  {
    name: 'open',
    weight: 8,
    act: async ({ driver, dice }) => {
      const file = dice.pick(FILES);
      await driver.ask('open', { file, line: Math.floor(dice.roll() * 30) });
      return file;
    },
  },
  { name: 'next', weight: 5, act: keys('Control+Alt+u', 'n') },
  { name: 'previous', weight: 2, act: keys('Control+Alt+u', 'p') },
  { name: 'split', weight: 2, act: command('workbench.action.splitEditor') },
  { name: 'join', weight: 2, act: command('workbench.action.joinAllGroups') },
  {
    name: 'close',
    weight: 3,
    act: async ({ driver }) => {
      await driver.ask('saveAll');
      await driver.ask('run', { command: 'workbench.action.closeActiveEditor' });
      return 'the active editor';
    },
  },
  { name: 'group by risk', weight: 1, act: command('vetmark.groupByRisk') },
  { name: 'group by file', weight: 1, act: command('vetmark.groupByFile') },
  { name: 'toggle CodeLens', weight: 1, act: command('vetmark.toggleCodeLens') },
  {
    name: 'filter',
    weight: 2,
    act: async ({ world, driver, dice }) => {
      await driver.ask('run', { command: 'vetmark.filter', asks: true });
      const input = world.window.page.locator('.quick-input-widget:visible input.input').first();
      await input.waitFor({ timeout: 20_000 });
      await input.fill(dice.pick(['orders', 'claude', 'unknown', 'nothing at all']));
      await world.window.page.keyboard.press('Enter');
      return 'by words';
    },
  },
  { name: 'clear the filter', weight: 2, act: command('vetmark.clearFilter') },
  {
    name: 'accept a suggestion',
    weight: 3,
    act: async ({ world, driver }) => {
      await driver.ask('open', { file: 'src/products.ts', line: 10_000 });
      await hands.goToEnd(world.window);
      await hands.press(world.window, 'Enter');
      await hands.type(world.window, '// total of an order\n');
      const offered = await until('grey text', async () => (/totalOf/.test(await eyes.ghostText(world.window)) ? true : undefined), 8_000).catch(() => false);
      await hands.press(world.window, offered ? 'Tab' : 'Escape');
      return offered ? 'with Tab' : undefined;
    },
  },
  {
    name: 'edit by an extension',
    weight: 4,
    act: async (scene) => {
      const file = scene.dice.pick(FILES);
      await scene.driver.ask('edit', { file, text: written(scene, `made${scene.count++}`) });
      return file;
    },
  },
  {
    name: 'agent edit via hook',
    weight: 4,
    act: async (scene) => {
      const { world } = scene;
      await scene.driver.ask('saveAll');
      const path = scene.dice.pick(FILES);
      const file = join(world.shop.folder, path);
      const before = await readFile(file, 'utf8');
      const after = before + written(scene, `agent${scene.count++}`);
      await writeFile(file, after);
      const ran = await vetmarkHook(world, 'claude-code', await claudeWrote(world, file, after, before));
      if (ran.code !== 0) throw new Error(`The hook ended with ${ran.code}: ${ran.stderr}`);
      return path;
    },
  },
  {
    name: 'apply fix',
    weight: 3,
    act: async ({ driver, dice }) => {
      const file = dice.pick(FILES);
      return (await driver.ask<boolean>('fix', { file })) ? file : undefined;
    },
  },
  { name: 'vet', weight: 4, act: vet },
  {
    name: 'unvet',
    weight: 2,
    act: async ({ world, driver }) => {
      if ((await reviewFiles(world)).length === 0) return undefined;
      await driver.ask('run', { command: 'vetmark.undoVet', asks: true });
      const dialog = world.window.page.locator('.monaco-dialog-box').first();
      if (!(await dialog.waitFor({ timeout: 4_000 }).then(() => true, () => false))) return undefined;
      await hands.answerDialog(world.window, 'Take Back');
      return 'the last review';
    },
  },
  { name: 'kill worker', weight: 1, act: async ({ driver }) => ((await driver.ask<boolean>('killWorker')) ? 'SIGKILL' : undefined) },
  {
    name: 'switch branch',
    weight: 2,
    act: async ({ driver, dice }) => {
      await driver.ask('saveAll');
      const name = dice.pick(['main', 'side']);
      return (await driver.ask<boolean>('branch', { name })) ? name : undefined;
    },
  },
];

/** Answers the checklist of a region that has no finding, and presses its button. */
async function vet({ world, driver, dice }: Scene): Promise<string | undefined> {
  const { regions } = await driver.state();
  const open = regions.filter(({ state }) => state !== 'vetted');
  if (open.length === 0) return undefined;
  await driver.ask('saveAll');
  const region = dice.pick(open);
  await driver.ask('open', { file: region.file, line: 0 });
  await driver.ask('run', { command: 'vetmark.next' });
  await driver.ask('run', { command: 'vetmark.showChecklist', asks: true });
  const page = await eyes.webview(world.window, /mark as vetted/i).catch(() => undefined);
  const button = page?.getByRole('button', { name: /mark as vetted/i });
  if (page === undefined || button === undefined) return undefined;
  const before = (await reviewFiles(world)).length;
  const ready = await until('the button', async () => {
    await answerAll(page);
    return (await button.isEnabled()) ? true : undefined;
  }, 6_000).catch(() => false);
  if (!ready) return undefined;
  await button.click({ timeout: 5_000 });
  await until('a record', async () => ((await reviewFiles(world)).length > before ? true : undefined), 20_000);
  return region.label;
}

function keys(...pressed: readonly string[]): Action['act'] {
  return async ({ world }) => {
    await hands.press(world.window, ...pressed);
    return pressed.join(' ');
  };
}

function command(id: string): Action['act'] {
  return async ({ driver }) => {
    await driver.ask('run', { command: id });
    return id;
  };
}
