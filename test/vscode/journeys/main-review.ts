/** A person's word: the list, the checklist page, the signed record, and that it lasts. */
import assert from 'node:assert/strict';
import * as eyes from '../../harness/vscode/eyes.ts';
import * as hands from '../../harness/vscode/hands.ts';
import { until } from '../../harness/vscode/until.ts';
import { readShop, runProgram, type Step, type World } from './journey.ts';
import { takeOutAndSign } from './own-work.ts';
import { answerAll, countToVet, regionRows, reviewFiles, seeStatus } from './sights.ts';

const button = { name: /mark as vetted/i } as const;

export const reviewSteps: readonly Step[] = [
  {
    title: 'Open the list of what is to vet',
    act: (world) => hands.openContainer(world.window, 'Vetmark'),
    see: async (world) => {
      const rows = await regionRows(world);
      for (const name of [/findOrdersOf/, /searchProducts/, /applyDiscount/, /storage/]) assert.ok(rows.some((row) => name.test(row)), `${name} is not in the list:\n${rows.join('\n')}`);
      return `${rows.length} rows; ${await seeStatus(world, /to vet/)}`;
    },
  },
  {
    title: 'Open the checklist of the completed function',
    act: (world) => hands.clickRow(world.window, /findOrdersOf/),
    see: async (world) => {
      const page = await eyes.webview(world.window, /findOrdersOf/);
      assert.equal(await page.getByRole('button', button).isDisabled(), true, 'vetting is offered before the questions are answered');
      return (await page.evaluate(() => document.body.innerText)).replaceAll(/\s+/g, ' ').slice(0, 240);
    },
  },
  {
    title: 'Answer its questions and mark it as vetted',
    act: async (world) => vet(world, /findOrdersOf/),
    see: async (world) => {
      const files = await reviewFiles(world);
      assert.ok(files.some((name) => name.endsWith('.json')) && files.some((name) => name.endsWith('.sig')), files.join(', '));
      return `.vetmark/reviews holds ${files.join(', ')}`;
    },
  },
  {
    title: 'Check the signature with ssh-keygen alone',
    act: async () => undefined,
    see: async (world) => {
      const record = (await reviewFiles(world)).find((name) => name.endsWith('.json')) ?? '';
      const path = `.vetmark/reviews/${record}`;
      const signature = (await reviewFiles(world)).find((name) => name.endsWith('.sig')) ?? '';
      const args = ['-Y', 'verify', '-n', 'vetmark', '-f', '.vetmark/reviewers', '-I', 'robin@example.com', '-s', `.vetmark/reviews/${signature}`];
      const ran = await runProgram('ssh-keygen', args, world, await readShop(world, path));
      if (ran.code === -1) return 'not checked: there is no ssh-keygen on this machine';
      assert.equal(ran.code, 0, ran.stdout + ran.stderr);
      return ran.stdout.trim();
    },
  },
  {
    title: 'Vet everything else',
    act: async (world) => {
      // A region may join or split as its neighbours are vetted, so the list is read anew each time.
      await until('nothing to vet', async () => {
        if ((await countToVet(world)) === 0) return true;
        await vet(world, await nextRow(world));
        return undefined;
      }, 120_000);
    },
    see: async (world) => {
      assert.equal(await countToVet(world), 0);
      return `${(await reviewFiles(world)).length} files in .vetmark/reviews; nothing to vet`;
    },
  },
  {
    title: 'See the marks gone',
    act: (world) => hands.openFile(world.window, 'src/orders.ts'),
    see: (world) => seeNoMarks(world),
  },
  {
    title: 'Take something out of an old function by hand, and sign it as typed',
    act: takeOutAndSign,
    see: async (world) => {
      const said = await eyes.dialogText(world.window);
      assert.match(said, /src\/customers\.ts: function customersIn/);
      return `a dialog: "${said.replaceAll(/\s+/g, ' ')}"`;
    },
    leave: async (world) => {
      const before = (await reviewFiles(world)).length;
      await hands.answerDialog(world.window, 'Sign');
      await until('the review to be written', async () => ((await reviewFiles(world)).length > before ? true : undefined));
      await until('the line to leave the list', async () => ((await regionRows(world)).some((row) => /not signed/.test(row)) ? undefined : true));
    },
  },
  {
    title: 'Reload the window',
    act: async (world) => {
      await world.window.reload();
      await seeStatus(world, /Assistant/);
      await seeStatus(world, /vet/i);
      await hands.openFile(world.window, 'src/orders.ts');
    },
    see: async (world) => {
      assert.equal(await countToVet(world), 0);
      return `still ${await seeNoMarks(world)}`;
    },
  },
];

/** Answers every question of a region's page and presses its button. */
async function vet(world: World, row: RegExp): Promise<void> {
  const before = await countToVet(world);
  await hands.openContainer(world.window, 'Vetmark');
  await hands.clickRow(world.window, row);
  const page = await eyes.webview(world.window, /mark as vetted/i);
  await until('the questions to be answered', async () => {
    await answerAll(page);
    return (await page.getByRole('button', button).isEnabled()) ? true : undefined;
  });
  await page.getByRole('button', button).click();
  await until('the region to leave the list', async () => ((await countToVet(world)) < before ? true : undefined));
}

/** The first row that is a region and not a file, by its name up to what may change while it is vetted. */
async function nextRow(world: World): Promise<RegExp> {
  const row = await until('a region in the list', async () => (await regionRows(world)).find((text) => /, (?:not vetted|changed since it was vetted), /.test(text)));
  return new RegExp(`^${(row.split(', ')[0] ?? row).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}, lines? `);
}

async function seeNoMarks(world: World): Promise<string> {
  await until('the gutter to be clean', async () => ((await eyes.gutterMarks(world.window)).length === 0 ? true : undefined));
  const squiggles = await eyes.squiggles(world.window);
  assert.deepEqual(squiggles, []);
  return 'no icon in the gutter and no squiggle in src/orders.ts';
}
