/** The editor's own marks with everything switched on, one region vetted after the other, what became of it, and gaps: in light, dark and high contrast. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as eyes from '../../harness/vscode/eyes.ts';
import * as hands from '../../harness/vscode/hands.ts';
import type { Theme } from '../../harness/vscode/server.ts';
import { until } from '../../harness/vscode/until.ts';
import type { Step, World } from './journey.ts';
import { answerAll, chord, countToVet, reviewFiles } from './sights.ts';

const button = { name: /mark as vetted/i } as const;

export const everyoneSteps: readonly Step[] = [
  {
    title: 'Switch on the lens and the words at the cursor, and the background',
    act: async (world) => {
      const machine = join(world.server.folder, 'ud/Machine');
      await mkdir(machine, { recursive: true });
      await writeFile(join(machine, 'settings.json'), JSON.stringify({ 'vetmark.codeLens.show': 'current', 'vetmark.afterText.show': 'current', 'vetmark.background.show': true }));
      await world.window.reload();
      await hands.openFile(world.window, 'src/search.ts');
      await hands.goTo(world.window, 6);
    },
    see: async (world) => {
      const lenses = await until('lenses above the region', async () => nonEmpty((await eyes.codeLenses(world.window)).filter((text) => /Vet/.test(text))));
      assert.match(lenses.join(' '), /Not AI.*What changed/);
      return lenses.join(' | ');
    },
  },
  ...(['dark', 'high-contrast', 'light'] as const).map(themeStep),
  {
    title: 'Enrol, vet a region and go on to the next',
    act: async (world) => {
      await hands.runCommand(world.window, 'Vetmark: Enrol Me as Reviewer');
      await until('the reviewers file to open', async () => ((await eyes.activeTab(world.window))?.startsWith('reviewers') ? true : undefined));
      await hands.openFile(world.window, 'src/words.ts');
      await hands.goTo(world.window, 2);
      await chord(world, 'g');
      const before = await countToVet(world);
      const page = await eyes.webview(world.window, /wordsOf/);
      await until('the questions to be answered', async () => {
        await answerAll(page);
        return (await page.getByRole('button', button).isEnabled()) ? true : undefined;
      });
      await page.getByRole('button', button).click();
      await until('the region to leave the list', async () => ((await countToVet(world)) < before ? true : undefined));
    },
    see: async (world) => {
      const tab = await until('the next region', async () => {
        const active = await eyes.activeTab(world.window);
        return active !== undefined && !active.startsWith('words.ts') ? active : undefined;
      });
      return `vetted: ${(await reviewFiles(world)).length} files; then shown: ${tab}`;
    },
  },
  {
    title: 'Change what was vetted, and see it first among the reviews',
    act: async (world) => {
      await hands.openFile(world.window, 'src/words.ts');
      await hands.goTo(world.window, 3);
      await hands.press(world.window, 'End');
      await hands.type(world.window, ' // all of them');
      await hands.save(world.window);
      await hands.runCommand(world.window, 'Vetmark: Focus on Vetted View');
    },
    see: async (world) => (await until('the changed unit in the list', async () => nonEmpty((await eyes.treeRows(world.window, 'Vetted')).filter((row) => /changed since/.test(row))))).join(' | '),
  },
  {
    title: 'Compare it with what was vetted, by keyboard',
    act: async (world) => {
      await hands.openFile(world.window, 'src/words.ts');
      await hands.goTo(world.window, 3);
      await until('the mark of changed code', async () => ((await eyes.gutterMarks(world.window)).some(({ kind }) => /changed/.test(kind)) ? true : undefined));
      await chord(world, 'c');
    },
    see: async (world) => until('the comparison', async () => {
      const tab = await eyes.activeTab(world.window);
      return tab !== undefined && /as vetted ↔ now/.test(tab) ? tab : undefined;
    }),
    leave: (world) => hands.runCommand(world.window, 'View: Close All Editors'),
  },
  {
    title: 'Open a file that is too large to record, and see it among the gaps',
    act: async (world) => {
      await writeFile(join(world.shop.folder, 'src/large.ts'), 'export const large = 1;\n'.repeat(60_000));
      await hands.openFile(world.window, 'src/large.ts');
      await hands.runCommand(world.window, 'Vetmark: Focus on Gaps View');
    },
    see: async (world) => (await until('the gap', async () => nonEmpty((await eyes.treeRows(world.window, 'Gaps')).filter((row) => /large\.ts/.test(row))))).join(' | '),
  },
];

function themeStep(theme: Theme): Step {
  return {
    title: `Look at lists and marks in the ${theme} theme`,
    act: async (world) => {
      await hands.chooseTheme(world.window, theme);
      await focusCode(world);
    },
    see: async (world) => (await until('marks in the gutter', async () => nonEmpty((await eyes.gutterMarks(world.window)).map(({ kind }) => kind)))).join(', '),
  };
}

async function focusCode(world: World): Promise<void> {
  await hands.goTo(world.window, 6);
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
