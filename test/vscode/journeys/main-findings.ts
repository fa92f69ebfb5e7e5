/** What is risky in it: squiggles, what they say, and the fixes behind the light bulb. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as eyes from '../../harness/vscode/eyes.ts';
import * as hands from '../../harness/vscode/hands.ts';
import { root } from '../../harness/vscode/places.ts';
import type { Theme } from '../../harness/vscode/server.ts';
import { until } from '../../harness/vscode/until.ts';
import { readShop, type Step, type World } from './journey.ts';
import { lineOf, seeSquiggle, seeStatus } from './sights.ts';

export const findingSteps: readonly Step[] = [
  {
    title: 'Look at the cloud key that Claude Code left in the code',
    act: (world) => hands.openFile(world.window, 'src/storage.ts'),
    see: async (world) => seeSquiggle(world, 'src/storage.ts', 'secretAccessKey'),
  },
  {
    title: 'Look at the query built by template and the one built by concatenation',
    act: (world) => hands.openFile(world.window, 'src/orders.ts'),
    see: async (world) => {
      const template = await seeSquiggle(world, 'src/orders.ts', "customer = '${customer}'");
      // The message may lie on the line that builds the text or on the one that runs it.
      const line = await lineOf(world, 'src/orders.ts', "'UPDATE orders SET total");
      const joined = await until('a squiggle under the concatenation', async () => (await eyes.squiggles(world.window)).find((seen) => seen.line === line || seen.line === line + 1));
      return `template: ${template}; concatenation: ${joined.kind} on line ${joined.line}`;
    },
  },
  {
    title: 'See the marks beside the code',
    act: async () => undefined,
    see: async (world) => {
      const gutter = await until('marks in the gutter', async () => nonEmpty(await eyes.gutterMarks(world.window)));
      const ruler = await until('marks in the overview ruler', async () => ((await eyes.rulerColours(world.window)).length > 2 ? true : undefined));
      assert.ok(ruler);
      return `gutter icons on lines ${gutter.map((mark) => mark.line).join(', ')}; ${await seeStatus(world, /\d+ to vet/)}`;
    },
    leave: (world) => (process.env['VETMARK_README_PICTURE'] === '1' ? takeReadmePicture(world) : Promise.resolve()),
  },
  ...(['dark', 'high-contrast', 'light'] as const).map(themeStep),
  {
    title: 'Turn CodeLens on',
    act: (world) => hands.runCommand(world.window, 'Vetmark: Toggle CodeLens'),
    see: async (world) => {
      const lenses = await until('a CodeLens above a region', async () => nonEmpty((await eyes.codeLenses(world.window)).filter((text) => /Vet/.test(text))));
      return lenses.map((text) => `"${text}"`).join(', ');
    },
  },
  {
    title: 'Read what the squiggle says',
    act: async (world) => {
      await hands.runCommand(world.window, 'Vetmark: Toggle CodeLens');
      const line = await lineOf(world, 'src/orders.ts', "customer = '${customer}'");
      await hands.goTo(world.window, line, (await columnOf(world, 'src/orders.ts', line, '${customer}')) + 3);
    },
    see: async (world) => {
      const text = await eyes.hoverText(world.window);
      assert.match(text, /CWE-89\b/);
      assert.match(text, /A0[35]/);
      return text.replaceAll(/\s+/g, ' ').slice(0, 240);
    },
    leave: (world) => hands.press(world.window, 'Escape'),
  },
  fixStep('Fix the template query from the light bulb', 'src/orders.ts', "customer = '${customer}'", 'WHERE customer = $1 ORDER BY id`, [customer])'),
  fixStep('Fix the search from the light bulb: its wildcards go into the value', 'src/products.ts', 'LIKE', 'name LIKE $1'),
  {
    title: 'Take the key out of the code by hand',
    act: async (world) => {
      await hands.openFile(world.window, 'src/storage.ts');
      for (const [key, variable] of [['accessKeyId', 'S3_KEY_ID'], ['secretAccessKey', 'S3_KEY']] as const) {
        await hands.goTo(world.window, await lineOf(world, 'src/storage.ts', `${key}:`), 1);
        await hands.press(world.window, 'End', 'Shift+Home');
        await hands.type(world.window, `${key}: process.env.${variable},`);
      }
      await hands.save(world.window);
    },
    see: async (world) => {
      assert.match(await readShop(world, 'src/storage.ts'), /secretAccessKey: process\.env\.S3_KEY,/);
      await until('the squiggles to go', async () => ((await eyes.squiggles(world.window)).length === 0 ? true : undefined));
      return 'no squiggle left in src/storage.ts';
    },
  },
];

/** The README's picture: the list, the checklist and the marked code of one file. Taken on request only, for a picture that changes with each run is noise in git. */
async function takeReadmePicture(world: World): Promise<void> {
  await hands.openContainer(world.window, 'Vetmark');
  await hands.clickRow(world.window, /findOrdersOf/);
  await eyes.webview(world.window, /findOrdersOf/);
  await seeSquiggle(world, 'src/orders.ts', "customer = '${customer}'");
  await world.window.page.mouse.move(1000, 880);
  await mkdir(join(root, 'media/readme'), { recursive: true });
  await world.window.page.screenshot({ path: join(root, 'media/readme/overview.png') });
  await hands.openFile(world.window, 'src/orders.ts');
}

function themeStep(theme: Theme): Step {
  return {
    title: `Look at it in the ${theme} theme`,
    act: (world) => hands.chooseTheme(world.window, theme),
    see: async (world) => {
      const gutter = await until('marks in the gutter', async () => nonEmpty(await eyes.gutterMarks(world.window)));
      return `gutter icons: ${[...new Set(gutter.map((mark) => mark.kind))].join(', ')}`;
    },
  };
}

const FIX = /as parameters/;

/** Fixes the query on the line that holds `risky`; the file must then hold `fixed`. */
export function fixStep(title: string, path: string, risky: string, fixed: string): Step {
  return {
    title,
    act: async (world) => {
      await hands.openFile(world.window, path);
      await seeSquiggle(world, path, risky);
      const line = await lineOf(world, path, risky);
      await hands.goTo(world.window, line, (await columnOf(world, path, line, 'query(')) + 10);
      await hands.openQuickFixes(world.window, FIX);
    },
    see: async () => `the light bulb offers it, and with it the line becomes: ${fixed}`,
    leave: async (world) => {
      await hands.chooseQuickFix(world.window, FIX);
      await until('the fix', async () => ((await eyes.visibleLines(world.window)).some(({ text }) => text.includes(fixed)) ? true : undefined));
      await hands.save(world.window);
      assert.ok((await readShop(world, path)).includes(fixed), `${path} does not hold ${fixed}`);
    },
  };
}

async function columnOf(world: World, path: string, line: number, text: string): Promise<number> {
  return ((await readShop(world, path)).split('\n')[line - 1] ?? '').indexOf(text) + 1;
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
