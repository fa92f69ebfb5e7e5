/** A window whose display language is German: what Vetmark says there is what its translations say, from the activity bar to the signed review. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as eyes from '../../harness/vscode/eyes.ts';
import * as hands from '../../harness/vscode/hands.ts';
import { root } from '../../harness/vscode/places.ts';
import { until } from '../../harness/vscode/until.ts';
import { readShop, type Step, type World } from './journey.ts';
import { seeStatus } from './sights.ts';

const english = read('package.nls.json');
const manifest = read('package.nls.de.json');
const bundle = read('l10n/bundle.l10n.de.json');

/** A text of the extension, in German, with its values. */
function said(text: string, ...values: readonly (string | number)[]): string {
  const german = bundle[text];
  assert.ok(german !== undefined && german !== text, `"${text}" has no German`);
  return values.reduce<string>((whole, value, index) => whole.replaceAll(`{${index}}`, String(value)), german);
}

/** A text of the manifest, in German, by its English. */
function titled(text: string): string {
  const key = Object.keys(english).find((name) => english[name] === text);
  assert.ok(key !== undefined, `"${text}" is not in the manifest`);
  return manifest[key] ?? '';
}

export const germanJourney: readonly Step[] = [
  {
    title: 'Start in German',
    act: async (world) => void (await seeStatus(world, literal(said('Nothing to vet')))),
    see: async (world) => {
      // VS Code's own words say that the window is German, and not only the extension.
      await until('the activity bar in German', async () => ((await world.window.page.locator('.activitybar a[aria-label^="Quellcodeverwaltung"]').count()) > 0 ? true : undefined));
      return seeStatus(world, literal(said('Nothing to vet')));
    },
  },
  {
    title: 'Open the walkthrough',
    act: (world) => hands.runCommand(world.window, `Vetmark: ${titled('Get Started')}`),
    see: async (world) => {
      const titles = await until('the walkthrough', async () => {
        const all = await world.window.page.locator('.gettingStartedContainer .getting-started-step .step-title').allInnerTexts();
        return all.length > 0 ? all : undefined;
      });
      assert.deepEqual(titles, ['See what waits for you', 'Connect your agent', 'Go to the first region', 'Become a reviewer', 'Answer the checklist and vet it', 'Put the gate into your build'].map(titled));
      return titles.join(' / ');
    },
  },
  {
    title: 'Enrol, and let an assistant write',
    act: async (world) => {
      await hands.runCommand(world.window, `Vetmark: ${titled('Enrol Me as Reviewer')}`);
      await until('.vetmark/reviewers to be written', () => readShop(world, '.vetmark/reviewers'));
      await world.shop.git('add', '.vetmark');
      await world.shop.git('commit', '--quiet', '--message', 'Trust a reviewer');
      await hands.openFile(world.window, 'src/orders.ts');
      await hands.goToEnd(world.window);
      await hands.type(world.window, '\n// total of an order\n');
      await until('the grey text of the assistant', async () => (/totalOf/.test(await eyes.ghostText(world.window)) ? true : undefined));
      await hands.press(world.window, 'Tab');
      await hands.save(world.window);
      await hands.openContainer(world.window, 'Vetmark');
    },
    see: async (world) => {
      const row = await until('the region in the list', async () => (await rows(world)).find((text) => /totalOf/.test(text) && text.includes(said('An assistant'))));
      assert.ok(row.includes(said('not vetted')), row);
      await seeStatus(world, literal(said('{0} to vet', 1)));
      return `"${row}" in the list`;
    },
  },
  {
    title: 'Answer the checklist',
    act: async (world) => {
      await hands.clickRow(world.window, /totalOf/);
      const page = await eyes.webview(world.window, literal(said('Mark as vetted')));
      await until('the questions to be answered', async () => {
        for (const question of await page.getByRole('radiogroup').all()) {
          if ((await question.getByRole('radio', { checked: true }).count()) === 0) await question.getByRole('radio', { name: said('Yes'), exact: true }).check({ force: true });
        }
        return (await page.getByRole('button', { name: said('Mark as vetted') }).isEnabled()) ? true : undefined;
      });
    },
    see: async (world) => {
      const page = await eyes.webview(world.window, literal(said('Mark as vetted')));
      const text = (await page.evaluate(() => document.body.innerText)).replaceAll(/\s+/g, ' ');
      for (const part of [said('I read every line of this code and understand what it does.'), said('Not applicable'), said('How that is known'), said('Send back...')]) assert.ok(text.includes(part), `${part} is not in: ${text}`);
      return text.slice(0, 240);
    },
  },
  {
    title: 'Vet it',
    act: async (world) => {
      const page = await eyes.webview(world.window, literal(said('Mark as vetted')));
      await page.getByRole('button', { name: said('Mark as vetted') }).click();
    },
    see: (world) => seeStatus(world, literal(said('Nothing to vet'))),
  },
];

/** Rows of the list, under its German title. */
function rows(world: World): Promise<readonly string[]> {
  return eyes.treeRows(world.window, titled('To Vet'));
}

function literal(text: string): RegExp {
  return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
}

function read(file: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, string>;
}
