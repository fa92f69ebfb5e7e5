/**
 * The job of a reviewer, done twice with keys and mouse in a real VS Code: twenty functions of an agent in eight files, three with a query built by hand,
 * all to be looked at, the three to be fixed, all to be accepted. Every key press and every click counts; held modifiers count with their key.
 * The peer is VS Code's own Source Control view: open each change, go through its hunks, mend by typing (no quick fix knows the flaw), stage. Its reviewer is
 * taken to know the flaws, which nothing there points out.
 */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import * as eyes from '../test/harness/vscode/eyes.ts';
import * as hands from '../test/harness/vscode/hands.ts';
import { prepareStage } from '../test/harness/vscode/prepare.ts';
import { buildProduct } from '../test/harness/vscode/product.ts';
import { until } from '../test/harness/vscode/until.ts';
import { inWorld, readShop, vetmark, vetmarkHook, type World } from '../test/vscode/journeys/journey.ts';
import { claudeWrote } from '../test/vscode/journeys/main-origins.ts';
import { countToVet, seeStatus } from '../test/vscode/journeys/sights.ts';
import type { Bench } from './table.ts';
import { CHANGE, FIXED, staged } from './task/files.ts';

type Part = 'going through' | 'fixing' | 'accepting';

/** Hands that count what they do. */
class Counted {
  readonly counts = new Map<Part, { keys: number; clicks: number }>();
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(part: Part, ...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#of(part).keys += 1;
      await this.#page.keyboard.press(key);
    }
  }

  async type(part: Part, text: string): Promise<void> {
    this.#of(part).keys += text.length;
    // Brackets and quotes that the editor adds by itself are typed over, as fingers do.
    await this.#page.keyboard.type(text, { delay: 10 });
  }

  async click(part: Part, click: () => Promise<void>): Promise<void> {
    this.#of(part).clicks += 1;
    await click();
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, { keys, clicks }) => sum + keys + clicks, 0);
  }

  #of(part: Part): { keys: number; clicks: number } {
    const known = this.counts.get(part) ?? { keys: 0, clicks: 0 };
    this.counts.set(part, known);
    return known;
  }
}

export const bench: Bench = async () => {
  await buildProduct();
  const stage = await prepareStage(() => undefined);
  const settings = { 'workbench.editor.enablePreview': true, 'diffEditor.renderSideBySide': false };
  const ours = await inWorld(stage, 'task-vetmark', withVetmark, { settings });
  const plain = await inWorld(stage, 'task-plain', withSourceControl, { settings });
  const parts: readonly Part[] = ['going through', 'fixing', 'accepting'];
  const row = (name: string, counted: Counted): (string | number)[] => [name, ...parts.flatMap((part) => [counted.counts.get(part)?.keys ?? 0, counted.counts.get(part)?.clicks ?? 0]), counted.total];
  const ratio = ours.total / plain.total;
  return {
    tables: [
      { title: '20 regions in 8 files, 3 with findings: key presses and clicks', columns: ['with', ...parts.flatMap((part) => [`${part}: keys`, 'clicks']), 'all'], rows: [row('Vetmark', ours), row('the plain diff view', plain)] },
      { title: 'Ratio', columns: ['what', 'ratio'], rows: [['Vetmark / the plain diff view (target: 0.5)', ratio]] },
    ],
    figures: { vetmarkPresses: ours.total, plainPresses: plain.total, ratio },
  };
};

/** By keyboard alone: through the regions, a fix at each finding, what is not risky together, and the rest by its checklist. */
async function withVetmark(world: World): Promise<Counted> {
  const { window } = world;
  await agentWrites(world);
  let count = 0;
  await until('all regions in the list', async () => {
    count = await countToVet(world);
    return count === 20 ? true : undefined;
  }, 90_000).catch(async (error: unknown) => {
    throw new Error(`There are ${count} regions in the list, see ${await window.screenshot('regions')}.`, { cause: error });
  });
  await hands.openFile(window, 'README.md');
  const counted = new Counted(window.page);
  for (const { pieces } of CHANGE) {
    for (const { name, kind } of pieces) {
      await counted.press('going through', 'Control+F7');
      await until(`the cursor at ${name}`, async () => ((await currentLine(world)).includes(name) || (await visible(world, name)) ? true : undefined));
      if (kind === 'plain') continue;
      // The query is the line below the function's first; the editor offers the fixes of a line wherever the cursor is on it.
      await until('a squiggle', async () => ((await eyes.squiggles(window)).length > 0 ? true : undefined), 90_000);
      await counted.press('fixing', 'ArrowDown');
      await counted.press('fixing', 'Control+.');
      await until('the fixes', async () => ((await window.page.locator('.action-widget .monaco-list-row').allInnerTexts()).some((text) => /parameters/i.test(text)) ? true : undefined));
      await counted.press('fixing', 'Enter');
      await until('the fix', async () => ((await eyes.visibleLines(window)).some(({ text }) => text.includes(', [maker]')) ? true : undefined));
      await counted.press('fixing', 'Escape', 'Control+S');
      await until('the squiggle to go', async () => ((await eyes.squiggles(window)).length === 0 ? true : undefined), 90_000);
    }
  }
  await counted.press('accepting', 'Control+Alt+u', 's');
  await until('the list of regions', async () => ((await eyes.quickPickRows(window)).length > 0 ? true : undefined));
  await counted.press('accepting', 'Enter');
  await eyes.dialogText(window);
  await counted.press('accepting', 'Enter');
  const riskyCount = CHANGE.flatMap(({ pieces }) => pieces).filter(({ kind }) => kind === 'query').length;
  await until('the risky ones to be left', async () => ((await countToVet(world)) === riskyCount ? true : undefined), 60_000);
  await counted.press('accepting', 'Control+Alt+u', 'g');
  for (let left = riskyCount; left > 0; left--) {
    const page = await eyes.webview(window, /mark as vetted/i);
    const button = page.getByRole('button', { name: /mark as vetted/i });
    const questions = page.getByRole('radiogroup');
    await until('the first question to have the keyboard', () => page.evaluate(() => (document.activeElement instanceof HTMLInputElement && document.activeElement.type === 'radio' && document.querySelectorAll('input:checked').length === 0 ? true : undefined)), 60_000);
    const count = await questions.count();
    for (let at = 0; at < count; at++) {
      await counted.press('accepting', '1');
      await until('the answer', async () => ((await page.locator('input:checked').count()) === at + 1 ? true : undefined));
    }
    await until('the button', async () => ((await button.isEnabled()) ? true : undefined));
    await counted.press('accepting', 'Control+Enter');
    await until('one region less', async () => ((await countToVet(world)) === left - 1 ? true : undefined), 60_000);
  }
  const { code, stdout } = await vetmark(world, 'gate', '--base', 'base');
  assert.equal(code, 0, stdout);
  return counted;
}

/** By mouse and keyboard, the way that costs least: a click opens a change and puts the cursor where it is needed, the keyboard does the rest. */
async function withSourceControl(world: World): Promise<Counted> {
  const { window } = world;
  await agentWrites(world);
  await hands.openFile(window, 'README.md');
  const { page } = window;
  const counted = new Counted(page);
  await counted.click('going through', () => hands.openContainer(window, 'Source Control'));
  for (const { path, pieces } of CHANGE) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const row = page.locator('.scm-view .monaco-list-row').filter({ hasText: name }).first();
    await until(`${name} in the list of changes`, async () => ((await row.isVisible()) ? true : undefined), 60_000);
    await counted.click('going through', () => row.click());
    await until(`the changes of ${name}`, async () => ((await eyes.activeTab(window))?.includes(name) ? true : undefined));
    for (const [at, piece] of pieces.entries()) {
      // The first change is shown when the file opens.
      if (at > 0) await counted.press('going through', 'Alt+F5');
      await until(`${piece.name} on the screen`, async () => ((await line(page, piece.name).count()) > 0 ? true : undefined));
      if (piece.kind === 'query') await mend(world, counted);
    }
    await row.hover();
    await counted.click('accepting', () => row.locator('.actions .action-label[aria-label^="Stage Changes"]').first().click());
    await until(`${name} to be staged`, async () => ((await staged(world)).includes(path) ? true : undefined), 60_000);
  }
  assert.equal((await staged(world)).filter((path) => path.startsWith('shelves/')).length, CHANGE.length);
  for (const { path, pieces } of CHANGE) assert.equal((await readShop(world, path)).split(FIXED).length - 1, pieces.filter(({ kind }) => kind === 'query').length, path);
  return counted;
}

/** Takes the end of the query's line away, word by word, and types the right one. */
async function mend(world: World, counted: Counted): Promise<void> {
  const { page } = world.window;
  const flawed = line(page, "maker = ' + maker").first();
  await counted.click('fixing', () => flawed.click());
  await counted.press('fixing', 'End');
  const text = async (): Promise<string> => ((await line(page, 'SELECT id FROM parts').first().textContent()) ?? '').replaceAll('\u00a0', ' ').trimEnd();
  for (let times = 0; times < 12 && !(await text()).endsWith('maker ='); times++) {
    if ((await text()).endsWith("maker = '")) break;
    await counted.press('fixing', 'Control+Backspace');
  }
  const left = await text();
  const whole = `return table.query('SELECT id FROM parts WHERE maker = ${FIXED}`;
  await counted.type('fixing', whole.slice(left.trimStart().replace(/'$/, '').length));
  await counted.press('fixing', 'Control+S');
  await until('the query to be mended', async () => ((await Promise.all(CHANGE.map(({ path }) => readShop(world, path)))).join('').includes(FIXED) ? true : undefined));
}

/** The lines of the editor that hold a text. */
function line(page: Page, text: string): ReturnType<Page['locator']> {
  return page.locator('.editor-group-container.active .view-line').filter({ hasText: text.replaceAll(' ', '\u00a0') });
}

/** Eight files in the base, and then what the agent makes of them, told by its hook. */
async function agentWrites(world: World): Promise<void> {
  await seeStatus(world, /Assistant/);
  await hands.runCommand(world.window, 'Vetmark: Enrol Me as Reviewer');
  await until('.vetmark/reviewers to be written', () => readShop(world, '.vetmark/reviewers'));
  for (const { path, before } of CHANGE) {
    const file = join(world.shop.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, before);
  }
  await world.shop.git('add', '--all');
  await world.shop.git('commit', '--quiet', '--message', 'Put up shelves');
  await world.shop.git('tag', 'base');
  for (const { path, before, after } of CHANGE) {
    const file = join(world.shop.folder, path);
    await writeFile(file, after);
    const ran = await vetmarkHook(world, 'claude-code', await claudeWrote(world, file, after, before));
    assert.equal(ran.code, 0, ran.stderr);
  }
}

async function visible(world: World, name: string): Promise<boolean> {
  return (await eyes.visibleLines(world.window)).some(({ text }) => text.includes(name));
}

/** The text of the line that the cursor is on. */
async function currentLine(world: World): Promise<string> {
  const number = Number(/Ln (\d+)/.exec((await eyes.statusTexts(world.window)).join('\n'))?.[1] ?? 0);
  return (await eyes.visibleLines(world.window)).find((seen) => seen.line === number)?.text ?? '';
}
