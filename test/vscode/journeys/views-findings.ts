/** The list "Findings": from a finding to where its value comes from, and its fix, by keyboard and by mouse; and what the agent changed. */
import assert from 'node:assert/strict';
import * as eyes from '../../harness/vscode/eyes.ts';
import * as hands from '../../harness/vscode/hands.ts';
import { until } from '../../harness/vscode/until.ts';
import { readShop, type Step } from './journey.ts';
import { chord } from './sights.ts';

export const findingListSteps: readonly Step[] = [
  {
    title: 'Go to the findings and follow one from sink to source by keyboard',
    act: async (world) => {
      await chord(world, 'i');
      const rows = await until('findings', async () => {
        const seen = await eyes.treeRows(world.window, 'Findings');
        return seen.some((row) => /search\.ts/.test(row)) ? seen : undefined;
      });
      await hands.clickRow(world.window, /src\/search\.ts, line \d+, has a fix|src\/search\.ts, line \d+/);
      assert.ok(rows.length > 2, rows.join('\n'));
      await chord(world, 'i');
      await hands.press(world.window, 'ArrowRight');
      await until('its steps', async () => ((await eyes.treeRows(world.window, 'Findings')).some((row) => /^Source: /.test(row)) ? true : undefined));
      await hands.press(world.window, 'ArrowDown', 'Enter');
    },
    see: async (world) => {
      await until('the cursor on the source', async () => ((await eyes.statusTexts(world.window)).some((text) => /Ln 5\b/.test(text)) ? true : undefined));
      return (await eyes.treeRows(world.window, 'Findings')).join(' | ');
    },
  },
  {
    title: 'Apply a fix from its row with the mouse',
    act: async (world) => {
      await chord(world, 'i');
      await hands.press(world.window, 'ArrowLeft', 'ArrowLeft');
      const row = world.window.page.locator('.pane-body .monaco-list-row[aria-label*="src/reports.ts, line 4"]').first();
      await row.hover();
      await row.locator('.action-label[aria-label^="Fix"]').first().click();
    },
    see: async (world) => {
      const lines = await until('the fixed query', async () => (await eyes.visibleLines(world.window)).filter(({ text }) => /month = \$1/.test(text))[0]);
      return `line ${lines.line}: ${lines.text.trim()}`;
    },
  },
  {
    title: 'Fix all of that kind that are left in untrusted code',
    act: async (world) => {
      await hands.runCommand(world.window, 'Vetmark: Fix All of This Kind in Untrusted Code');
      await world.window.page.locator('.quick-input-widget input.input').first().waitFor();
      await hands.type(world.window, 'no-sql-injection');
      await hands.press(world.window, 'Enter');
    },
    see: async (world) => {
      await hands.openFile(world.window, 'src/reports.ts');
      await until('both queries with parameters', async () => ((await eyes.visibleLines(world.window)).filter(({ text }) => /month = \$1/.test(text)).length === 2 ? true : undefined));
      await hands.save(world.window);
      assert.doesNotMatch(await readShop(world, 'src/reports.ts'), /\$\{month\}/);
      return 'no value in the text of a query in src/reports.ts; it still waits to be vetted';
    },
  },
  {
    title: 'Compare a region with the text before, by keyboard, and have it read out',
    act: async (world) => {
      await hands.openFile(world.window, 'src/reports.ts');
      await hands.goTo(world.window, 4);
      await chord(world, 'd');
      await until('a comparison', async () => (/before .* ↔ now/.test((await eyes.activeTab(world.window)) ?? '') ? true : undefined));
      await until('both sides', async () => ((await world.window.page.locator('.monaco-diff-editor .insert-sign, .monaco-diff-editor .line-insert').count()) > 0 ? true : undefined));
      await until('the accessible view', async () => {
        if (await world.window.page.locator('.diff-review').first().isVisible()) return true;
        await hands.press(world.window, 'F7');
        return undefined;
      });
    },
    see: async (world) => {
      const said = await world.window.page.locator('.diff-review').first().innerText();
      assert.match(said, /ordersIn/);
      return `${(await eyes.activeTab(world.window)) ?? ''}: ${said.replaceAll(/\s+/g, ' ').slice(0, 120)}`;
    },
    leave: async (world) => {
      await hands.press(world.window, 'Escape');
      await hands.runCommand(world.window, 'View: Close All Editors');
    },
  },
];
