/** The first two minutes: from the walkthrough to the first vetted function, on the sample that Vetmark brings along. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as eyes from '../../harness/vscode/eyes.ts';
import * as hands from '../../harness/vscode/hands.ts';
import { until } from '../../harness/vscode/until.ts';
import { openedBy, type Window } from '../../harness/vscode/window.ts';
import type { Step, World } from './journey.ts';
import { countToVet, regionRows, seeRegion, seeStatus } from './sights.ts';
import { answerAll } from './sights.ts';

const FILE = 'src/search.ts';
let sample: Window | undefined;

/** In order; each step builds on the ones before. */
export const firstRunJourney: readonly Step[] = [
  {
    title: 'Find that nothing opened by itself',
    act: async (world) => void (await seeStatus(world, /Nothing to vet/)),
    see: async (world) => {
      assert.equal(await world.window.page.locator('.gettingStartedContainer').count(), 0, 'a walkthrough opened uninvited');
      assert.deepEqual(await eyes.notifications(world.window), []);
      return 'no walkthrough, no notification';
    },
  },
  {
    title: 'Open the walkthrough',
    act: (world) => hands.runCommand(world.window, 'Vetmark: Get Started'),
    see: async (world) => {
      const steps = await stepTitles(world);
      assert.equal(steps.length, 6, steps.join(', '));
      return steps.join(' / ');
    },
  },
  {
    title: 'Open the sample from its first step',
    act: async (world) => {
      await until('the first step', async () => ((await world.window.page.locator('.gettingStartedContainer .getting-started-step.expanded').count()) > 0 ? true : undefined));
      sample = await openedBy(world.window, () => world.window.page.getByRole('button', { name: 'Open a Sample' }).or(world.window.page.locator('.gettingStartedContainer a', { hasText: 'Open a Sample' })).first().click());
    },
    moveTo: () => sample,
    see: async (world) => {
      const row = await seeRegion(world, /searchProducts.*sample-agent/);
      assert.equal(await countToVet(world), 1);
      return `"${row}" in the list, ${FILE} and the walkthrough side by side`;
    },
  },
  {
    title: 'Go to the first region and see its fix',
    act: async (world) => {
      await hands.runCommand(world.window, 'Vetmark: Go to Next Region to Vet');
      await until('a squiggle', async () => ((await eyes.squiggles(world.window)).length > 0 ? true : undefined));
      const [{ line } = { line: 1 }] = await eyes.squiggles(world.window);
      const text = (await eyes.visibleLines(world.window)).find((seen) => seen.line === line)?.text ?? '';
      await hands.goTo(world.window, line, text.indexOf('"SELECT') + 3);
      await hands.openQuickFixes(world.window, /parameters/i);
    },
    see: async () => 'the fix is offered in the menu',
    leave: async (world) => {
      await hands.chooseQuickFix(world.window, /parameters/i);
      await hands.save(world.window);
      await until('the squiggle to go', async () => ((await eyes.squiggles(world.window)).length === 0 ? true : undefined));
    },
  },
  {
    title: 'Become a reviewer',
    act: (world) => hands.runCommand(world.window, 'Vetmark: Enrol Me as Reviewer'),
    see: async (world) => {
      await until('the reviewers file', async () => ((await eyes.activeTab(world.window))?.startsWith('reviewers') ? true : undefined));
      return '.vetmark/reviewers, with a key for robin@example.com';
    },
  },
  {
    title: 'Answer the checklist',
    act: async (world) => {
      await hands.openContainer(world.window, 'Vetmark');
      await hands.clickRow(world.window, /searchProducts/);
      const page = await eyes.webview(world.window, /mark as vetted/i);
      await until('the questions to be answered', async () => {
        await answerAll(page);
        return (await page.getByRole('button', { name: /mark as vetted/i }).isEnabled()) ? true : undefined;
      });
    },
    see: async () => 'every question is answered, and the button is on',
  },
  {
    title: 'Vet it, and see the walkthrough tick its step off',
    act: async (world) => {
      const page = await eyes.webview(world.window, /mark as vetted/i);
      await page.getByRole('button', { name: /mark as vetted/i }).click();
      await seeStatus(world, /Nothing to vet/);
      await hands.runCommand(world.window, 'Vetmark: Get Started');
    },
    see: async (world) => {
      const done = await until('the step to be ticked off', async () => {
        const titles = await world.window.page.locator('.gettingStartedContainer .getting-started-step:has(.codicon-getting-started-step-checked) .step-title').allInnerTexts();
        return titles.some((title) => /vet it/.test(title)) ? titles : undefined;
      });
      assert.deepEqual(await regionRows(world).then((rows) => rows.filter((row) => /searchProducts/.test(row))), []);
      return `done: ${done.join(' / ')}`;
    },
  },
  {
    title: 'Put the gate into a build',
    act: async (world) => {
      await hands.runCommand(world.window, 'Vetmark: Put the Gate into the Build...');
      await until('the list of build servers', async () => ((await eyes.quickPickRows(world.window)).some((row) => /GitHub Actions/.test(row)) ? true : undefined));
      await hands.press(world.window, 'Enter');
    },
    see: async (world) => {
      await until('the workflow', async () => ((await eyes.visibleLines(world.window)).some(({ text }) => text.includes('vetmark gate')) ? true : undefined));
      return 'a workflow that is not saved yet';
    },
  },
  {
    title: 'Find the shop untouched',
    act: async () => undefined,
    see: async (world) => {
      assert.equal((await world.shop.git('status', '--porcelain')).trim(), '');
      const reviews = await samplesReviews(world);
      assert.equal(reviews.filter((name) => name.endsWith('.json')).length, 1);
      return 'git status of the shop is clean; the one review lies in the sample';
    },
  },
];

async function stepTitles(world: World): Promise<readonly string[]> {
  return until('the walkthrough', async () => {
    const titles = await world.window.page.locator('.gettingStartedContainer .getting-started-step .step-title').allInnerTexts();
    return titles.length > 0 ? titles : undefined;
  });
}

async function samplesReviews(world: World): Promise<readonly string[]> {
  const all = await readdir(world.server.folder, { recursive: true });
  const records = all.filter((path) => path.includes('samples') && path.includes('.vetmark/reviews/'));
  for (const path of records.filter((name) => name.endsWith('.json'))) assert.match(await readFile(join(world.server.folder, path), 'utf8'), /src\/search\.ts/);
  return records;
}
