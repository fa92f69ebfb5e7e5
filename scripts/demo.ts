/**
 * `npm run demo`: a real VS Code with Vetmark and a scripted assistant on a small shop, in your browser. `-- --headless` plays the main journey by itself instead;
 * `-- --no-build` takes what dist/ holds. Everything it makes lies in temporary folders and goes with it.
 */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { windowUrl } from '../test/harness/vscode/browser.ts';
import { packageAssistant, packageProduct } from '../test/harness/vscode/packaging.ts';
import { prepareStage } from '../test/harness/vscode/prepare.ts';
import { buildProduct } from '../test/harness/vscode/product.ts';
import { startServer } from '../test/harness/vscode/server.ts';
import { openShop } from '../test/harness/vscode/shop.ts';
import { mainJourney } from '../test/vscode/journeys/main.ts';
import { endOnSignals } from './vscode/interrupt.ts';
import { play } from './vscode/play.ts';

const { values } = parseArgs({ options: { headless: { type: 'boolean' }, 'no-build': { type: 'boolean' } } });
if (values['no-build'] !== true) {
  console.log('Building Vetmark …');
  await buildProduct();
}
if (values.headless === true) process.exitCode = await play('demo', mainJourney);
else await show();

/** Keeps the demo up until Ctrl+C. */
async function show(): Promise<void> {
  endOnSignals();
  const stage = await prepareStage((message) => console.log(message));
  const server = await startServer({ stage, vsix: [await packageProduct(), await packageAssistant()] });
  const shop = await openShop(server.env).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  const url = windowUrl({ server, folder: shop.folder, proposals: 'none' });
  console.log(`
Open this in a browser on this machine (Chrome, Edge or Firefox):

  ${url}

What to try:
  1. Open src/orders.ts, write "// find orders of a customer" on a line of its own, press Enter, and accept the grey text with Tab: it is marked, and its query is squiggled.
  2. Press Ctrl+. on the squiggle and take the fix: the query binds its value.
  3. Press F1 and run "Assistant: Add the discount endpoint": a tool wrote that, nobody knows which, and it is marked as just that.
  4. Press F1 and run "Vetmark: Enrol Me as Reviewer", then click "to vet" in the status bar, answer the checklist and press "Mark as vetted": the marks go.
  5. In a terminal: cd ${shop.folder} && node ${join(import.meta.dirname, '../dist/cli.mjs')} check

Ctrl+C ends it and removes what it made.`);
  await openBrowser(url);
  // Server and shop go with the process; something has to keep it up until then.
  setInterval(() => undefined, 60_000);
}

/** Opens the person's own browser where there is a screen and a way to do it; says nothing otherwise, for the address is printed already. */
async function openBrowser(url: string): Promise<void> {
  if (process.env['DISPLAY'] === undefined && process.env['WAYLAND_DISPLAY'] === undefined) return;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const opener = join(folder, 'xdg-open');
    if (await access(opener).then(() => true, () => false)) {
      execFile(opener, [url], () => undefined);
      return;
    }
  }
}
