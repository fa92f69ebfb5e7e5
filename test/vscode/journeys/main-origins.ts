/** Who wrote it: a person enrols, then code comes in by four ways, and only the typed one is trusted as typed. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as eyes from '../../harness/vscode/eyes.ts';
import * as hands from '../../harness/vscode/hands.ts';
import { root } from '../../harness/vscode/places.ts';
import { until } from '../../harness/vscode/until.ts';
import { readShop, vetmarkHook, type Step, type World } from './journey.ts';
import { regionRows, seeRegion, seeStatus } from './sights.ts';

const fixtures = join(root, 'test/vscode/fixtures');
const script = createRequire(import.meta.url)(join(fixtures, 'assistant/script.js')) as { cloudKey(): { readonly id: string; readonly secret: string } };

export const originSteps: readonly Step[] = [
  {
    title: 'Enrol as a reviewer and commit that as the base',
    act: async (world) => {
      await seeStatus(world, /Assistant/);
      await hands.runCommand(world.window, 'Vetmark: Enrol Me as Reviewer');
      await until('.vetmark/reviewers to be written', () => readShop(world, '.vetmark/reviewers'));
      await world.shop.git('add', '.vetmark');
      await world.shop.git('commit', '--quiet', '--message', 'Trust a reviewer');
      await world.shop.git('tag', 'base');
    },
    see: async (world) => {
      const reviewers = await readShop(world, '.vetmark/reviewers');
      assert.match(reviewers, /^robin@example\.com .*ssh-ed25519 /m);
      return 'a key for robin@example.com in .vetmark/reviewers';
    },
  },
  {
    title: 'Accept an inline completion with Tab',
    act: async (world) => {
      await hands.openFile(world.window, 'src/orders.ts');
      await hands.goToEnd(world.window);
      await complete(world, '\n// find orders of a customer\n', /findOrdersOf/);
      await hands.save(world.window);
    },
    see: async (world) => {
      // Until its evidence is complete it may be shown as an unknown edit.
      return `"${await seeRegion(world, /findOrdersOf.*An assistant/)}" in the list`;
    },
  },
  {
    title: 'Accept another one in the products',
    act: async (world) => {
      await hands.openFile(world.window, 'src/products.ts');
      await hands.goToEnd(world.window);
      await complete(world, '\n// search products by name\n', /searchProducts/);
      await hands.save(world.window);
    },
    see: async (world) => `"${await seeRegion(world, /searchProducts.*An assistant/)}" in the list`,
  },
  {
    title: 'Let a tool edit a file by itself',
    act: async (world) => {
      await hands.openFile(world.window, 'src/orders.ts');
      await hands.runCommand(world.window, 'Assistant: Add the discount endpoint');
      await until('the edit', async () => ((await eyes.visibleLines(world.window)).some(({ text }) => text.includes('applyDiscount')) ? true : undefined));
      await hands.save(world.window);
    },
    see: async (world) => {
      const row = await seeRegion(world, /applyDiscount/);
      assert.match(row, /unknown/i);
      return `"${row}" in the list: untrusted, and not called AI`;
    },
  },
  {
    title: 'Type code at the keyboard',
    act: async (world) => {
      await hands.openFile(world.window, 'src/customers.ts');
      await hands.goToEnd(world.window);
      await hands.type(world.window, '\nexport const cities = 3;\n');
      await hands.save(world.window);
    },
    see: async (world) => {
      assert.match(await readShop(world, 'src/customers.ts'), /export const cities = 3;/);
      assert.deepEqual((await regionRows(world)).filter((row) => /customers\.ts|cities/.test(row)), []);
      return 'no region in src/customers.ts';
    },
  },
  {
    title: 'Let Claude Code write a file on disk',
    act: async (world) => {
      const content = storage();
      const file = join(world.shop.folder, 'src/storage.ts');
      await writeFile(file, content);
      const ran = await vetmarkHook(world, 'claude-code', await claudeWrote(world, file, content));
      assert.equal(ran.code, 0, ran.stderr);
    },
    see: async (world) => {
      // It may stand there as changed on disk for a moment: the hook speaks after the file is written.
      const row = await seeRegion(world, /bucket.*Claude Code/);
      return `"${row}" in the list`;
    },
  },
];

/** Asks the assistant by a comment and takes what it offers. */
async function complete(world: World, comment: string, offered: RegExp): Promise<void> {
  await hands.type(world.window, comment);
  await until('the grey text of the assistant', async () => (offered.test(await eyes.ghostText(world.window)) ? true : undefined));
  await hands.press(world.window, 'Tab');
  await until('the accepted text', async () => ((await eyes.visibleLines(world.window)).some(({ text }) => offered.test(text)) ? true : undefined));
}

/** What the agent writes: an upload with its key in the code. */
function storage(): string {
  const key = script.cloudKey();
  return [
    '/** Invoices in the bucket. */',
    'export const bucket = {',
    `  accessKeyId: '${key.id}',`,
    `  secretAccessKey: '${key.secret}',`,
    '};',
    '',
    '/** Where an invoice lies. */',
    'export function invoicePath(order: string): string {',
    '  return `invoices/${order}.pdf`;',
    '}',
    '',
  ].join('\n');
}

/** The recorded payload of the hook, about this file: what Claude Code says when it has written it. `before`: what stood there; `null`: there was no file. */
export async function claudeWrote(world: World, file: string, content: string, before: string | null = null): Promise<string> {
  const recorded = JSON.parse(await readFile(join(fixtures, 'payloads/claude-code-write.json'), 'utf8')) as Record<string, object>;
  return JSON.stringify({
    ...recorded,
    cwd: world.shop.folder,
    tool_input: { ...recorded['tool_input'], file_path: file, content },
    tool_response: { ...recorded['tool_response'], type: before === null ? 'create' : 'update', filePath: file, content, originalFile: before },
  });
}
