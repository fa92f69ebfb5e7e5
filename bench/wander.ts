/**
 * A thousand seeded random actions of a user in a real VS Code: after each, what is shown agrees with what is known, and nothing is lost by a reload.
 * `VETMARK_WANDER=<n>` for another number of actions, `VETMARK_SEED=<n>` for another way.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as hands from '../test/harness/vscode/hands.ts';
import { packageDriver } from '../test/harness/vscode/packaging.ts';
import { prepareStage } from '../test/harness/vscode/prepare.ts';
import { buildProduct } from '../test/harness/vscode/product.ts';
import { until } from '../test/harness/vscode/until.ts';
import { inWorld, readShop, vetmark, type World } from '../test/vscode/journeys/journey.ts';
import { countToVet, reviewFiles, seeStatus } from '../test/vscode/journeys/sights.ts';
import type { Bench } from './table.ts';
import { ACTIONS, type Action, type Scene } from './wander/actions.ts';
import { Dice } from './wander/dice.ts';
import { Driver, type Region, type State } from './wander/driver.ts';

const COUNT = Number(process.env['VETMARK_WANDER'] ?? 1000);
const SEED = Number(process.env['VETMARK_SEED'] ?? 1);
/** Milliseconds until what is shown and what is known have to agree. */
const PATIENCE = 30_000;
/** Of a hundred actions, those that end with a reload, and those after which the gate is asked. */
const RELOADS = 1.5;
const GATES = 2;

const RELOAD: Action = { name: 'reload window', weight: 0, act: reload };

export const bench: Bench = async () => {
  await buildProduct();
  const stage = await prepareStage(() => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'vetmark-wander-'));
  const driver = new Driver(join(folder, 'port'));
  try {
    return await inWorld(stage, 'wander', async (world) => wander({ world, driver, dice: new Dice(SEED), count: 0 }), { also: [await packageDriver()], env: driver.env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function wander(scene: Scene): ReturnType<Bench> {
  const { world, driver, dice } = scene;
  await settle(world);
  const troubles: string[] = [];
  const done = new Map<string, { tried: number; done: number }>();
  const samples: State[] = [];
  for (let step = 1; step <= COUNT; step++) {
    const action = dice.roll() < RELOADS / 100 ? RELOAD : dice.choose(ACTIONS);
    const tally = done.get(action.name) ?? { tried: 0, done: 0 };
    tally.tried += 1;
    done.set(action.name, tally);
    try {
      if ((await action.act(scene)) !== undefined) tally.done += 1;
      await agrees(scene);
      if (dice.roll() < GATES / 100) await gateAgrees(scene);
    } catch (error) {
      troubles.push(`${step} ${action.name}: ${error instanceof Error ? error.message : String(error)}`);
      await world.window.screenshot(`trouble after ${step} ${action.name}`);
      await recover(world);
    }
    if (step % 100 === 0) {
      samples.push(await driver.state());
      console.log(`${step} of ${COUNT} actions, ${troubles.length} troubles`);
    }
  }
  const errors = [...world.window.errors, ...(await world.server.hostErrors())];
  for (const line of [...troubles, ...errors]) console.error(line);
  const [first, last] = [samples[0], samples.at(-1)];
  const most = Math.max(0, ...samples.map(({ alive }) => alive));
  return {
    tables: [
      { title: `${COUNT} actions, seed ${SEED}`, columns: ['action', 'tried', 'done'], rows: [...done].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, tally]) => [name, tally.tried, tally.done]) },
      { title: 'What came of it', columns: ['what', 'value'], rows: [['invariants broken', troubles.length], ['errors in the page and in the logs of the extension host', errors.length], ['registered and not disposed, after 100 actions', first?.alive ?? 0], ['registered and not disposed, at the most', most], ['heap of the extension host, MB, at the end', (last?.heap ?? 0) / 1e6]] },
    ],
    figures: { actions: COUNT, seed: SEED, broken: troubles.length, errors: errors.length, aliveFirst: first?.alive ?? 0, aliveMost: most, heapMbLast: (last?.heap ?? 0) / 1e6 },
  };
}

/** A reviewer, a base, and another branch with a change of its own. */
async function settle(world: World): Promise<void> {
  await seeStatus(world, /Assistant/);
  await hands.runCommand(world.window, 'Vetmark: Enrol Me as Reviewer');
  await until('.vetmark/reviewers to be written', () => readShop(world, '.vetmark/reviewers'));
  await world.shop.git('add', '.vetmark');
  await world.shop.git('commit', '--quiet', '--message', 'Trust a reviewer');
  await world.shop.git('tag', 'base');
  await world.shop.git('branch', 'side');
  await hands.openContainer(world.window, 'Vetmark');
  await hands.openFile(world.window, 'src/orders.ts');
}

/** The count on the screen is the count that is known, and nothing stands as vetted for which there is no record. */
async function agrees({ world, driver }: Scene): Promise<void> {
  let last = '';
  await until('what is shown and what is known to agree', async () => {
    const { regions } = await driver.state();
    const open = regions.filter(({ state }) => state !== 'vetted').length;
    const shown = await countToVet(world);
    last = `${shown} are shown to vet, ${open} are known`;
    return shown === open ? true : undefined;
  }, PATIENCE).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : String(error)} ${last}`);
  });
  const { regions } = await driver.state();
  const vetted = regions.filter(({ state }) => state === 'vetted');
  if (vetted.length > 0 && (await reviewFiles(world)).length === 0) throw new Error(`Without any record these stand as vetted: ${vetted.map(({ file, label }) => `${file} ${label}`).join(', ')}`);
}

/** The gate, which knows nothing of the editor, never passes while the editor shows something to vet in saved files. */
async function gateAgrees({ world, driver }: Scene): Promise<void> {
  await driver.ask('saveAll');
  const { regions } = await driver.state();
  const open = regions.filter(({ state }) => state !== 'vetted');
  // It blocks with 1, and with 2 where code cannot be read: half-typed code is that, often enough.
  const { code } = await vetmark(world, 'gate', '--base', 'base');
  if (code === 0 && open.length > 0) throw new Error(`The gate passes, and the editor shows ${open.length} to vet: ${open.map(({ file, label }) => `${file} ${label}`).join(', ')}`);
}

/** Saves, reloads the window, and compares what is known before and after. */
async function reload({ world, driver }: Scene): Promise<string> {
  await driver.ask('saveAll');
  const before = picture((await driver.state()).regions);
  await driver.leave();
  await world.window.reload();
  await seeStatus(world, /Assistant/);
  let after = '';
  await until('the regions to be as before', async () => {
    after = picture((await driver.state()).regions);
    return after === before ? true : undefined;
  }, PATIENCE).catch(() => assert.equal(after, before, 'a reload changed what is known'));
  return 'and all was there';
}

function picture(regions: readonly Region[]): string {
  return regions.map(({ file, label, state, origin }) => `${file} ${label}: ${state}, ${origin}`).join('\n');
}

/** Back to where keys go into an editor. */
async function recover(world: World): Promise<void> {
  for (let times = 0; times < 3; times++) await world.window.page.keyboard.press('Escape');
}
