/** What several steps look for in the product: its views, its status and its records. */
import type { Frame } from 'playwright-core';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as eyes from '../../harness/vscode/eyes.ts';
import * as hands from '../../harness/vscode/hands.ts';
import { until } from '../../harness/vscode/until.ts';
import { readShop, type World } from './journey.ts';

/** Rows of the sidebar's list, once the view is open. */
export async function regionRows(world: World): Promise<readonly string[]> {
  await hands.openContainer(world.window, 'Vetmark');
  return eyes.treeRows(world.window, 'To Vet');
}

/** Rows of the list "To Vet", as it is shown. */
export async function toVetRows(world: World): Promise<readonly string[]> {
  return eyes.treeRows(world.window, 'To Vet');
}

/** Presses a chord of ours: the prefix, then a key. */
export async function chord(world: World, key: string): Promise<void> {
  await hands.press(world.window, 'Control+Alt+u', key);
}

/** "Yes" where nothing is chosen yet. */
export async function answerAll(page: Frame): Promise<void> {
  for (const question of await page.getByRole('radiogroup').all()) {
    if ((await question.getByRole('radio', { checked: true }).count()) === 0) await question.getByRole('radio', { name: 'Yes' }).check({ force: true });
  }
}

/** Waits for a row of the list that matches, and gives it. */
export async function seeRegion(world: World, what: RegExp): Promise<string> {
  return until(`a region like ${what} in the list`, async () => (await regionRows(world)).find((row) => what.test(row)));
}

/** Waits for the status bar's count and gives its text. */
export async function seeStatus(world: World, what: RegExp): Promise<string> {
  return until(`${what} in the status bar`, async () => (await eyes.statusTexts(world.window)).find((text) => what.test(text)));
}

/** How many regions the status bar says are to vet; none when it does not count. */
export async function countToVet(world: World): Promise<number> {
  const texts = await eyes.statusTexts(world.window);
  return Number(/(\d+) to vet/.exec(texts.join('\n'))?.[1] ?? 0);
}

/** The one-based line of a file of the shop that holds a text. */
export async function lineOf(world: World, path: string, text: string): Promise<number> {
  const at = (await readShop(world, path)).split('\n').findIndex((line) => line.includes(text));
  if (at === -1) throw new Error(`${path} does not hold ${JSON.stringify(text)}.`);
  return at + 1;
}

/** Waits for a squiggle on the line that holds a text, in the file that is open. */
export async function seeSquiggle(world: World, path: string, text: string): Promise<string> {
  const line = await lineOf(world, path, text);
  const mark = await until(`a squiggle on line ${line} of ${path}`, async () => (await eyes.squiggles(world.window)).find((seen) => seen.line === line));
  return `${mark.kind} on line ${line}`;
}

/** Names of the review records in the shop. */
export async function reviewFiles(world: World): Promise<readonly string[]> {
  return readdir(join(world.shop.folder, '.vetmark/reviews')).catch(() => []);
}
