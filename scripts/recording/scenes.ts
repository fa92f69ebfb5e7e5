/** What the recording shows, in order: an assistant writes, the person reads, fixes, answers, signs, and puts the gate into the build. */
import * as eyes from '../../test/harness/vscode/eyes.ts';
import * as hands from '../../test/harness/vscode/hands.ts';
import { until } from '../../test/harness/vscode/until.ts';
import { readShop, type World } from '../../test/vscode/journeys/journey.ts';
import { answerAll, lineOf, regionRows, seeStatus } from '../../test/vscode/journeys/sights.ts';

/** Pixels of the window while it is recorded. */
export const SIZE = { width: 1080, height: 680 } as const;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Shot {
  readonly name: string;
  /** How long the recording stays on it; 0: it is not in the recording. */
  readonly ms: number;
  /** The walkthrough's step that it illustrates. Absent: none. */
  readonly picture?: string;
  /** The part of the window that the walkthrough shows. Absent: all. */
  readonly box?: Box;
}

const SIDE: Box = { left: 0, top: 28, width: 720, height: 440 };
const WHOLE: Box = { left: 0, top: 28, width: 720, height: 628 };
const FILE = 'src/orders.ts';
const QUERY = 'WHERE customer = ';

/** `shoot` is called when there is something to see. */
export async function scenes(world: World, shoot: (shot: Shot) => Promise<void>): Promise<void> {
  const { window } = world;
  await seeStatus(world, /Assistant/);
  await hands.runCommand(window, 'Vetmark: Enrol Me as Reviewer');
  await until('the reviewers file', async () => ((await eyes.activeTab(window))?.startsWith('reviewers') ? true : undefined));
  await shoot({ name: 'reviewers', ms: 0, picture: 'enrol', box: SIDE });
  await world.shop.git('add', '.vetmark');
  await world.shop.git('commit', '--quiet', '--message', 'Trust a reviewer');
  await hands.runCommand(window, 'View: Close All Editors');
  await hands.openContainer(window, 'Vetmark');
  await hands.openFile(window, FILE);
  await hands.goToEnd(window);
  await shoot({ name: 'before', ms: 900 });
  await hands.type(window, '\n// find orders of a customer\n');
  await until('the grey text', async () => (/findOrdersOf/.test(await eyes.ghostText(window)) ? true : undefined));
  await shoot({ name: 'offered', ms: 1500 });
  await hands.press(window, 'Tab');
  await hands.save(window);
  const line = await lineOf(world, FILE, QUERY);
  await until('a squiggle', async () => ((await eyes.squiggles(window)).some((mark) => mark.line === line) ? true : undefined));
  await until('the assistant in the list', async () => ((await regionRows(world)).some((row) => /findOrdersOf.*An assistant/.test(row)) ? true : undefined));
  await window.page.mouse.move(700, 640);
  await shoot({ name: 'marked', ms: 2600, picture: 'sample', box: WHOLE });
  const text = (await readShop(world, FILE)).split('\n')[line - 1] ?? '';
  await hands.goTo(window, line, text.indexOf(QUERY) + 1);
  await hands.openQuickFixes(window, /parameters/i);
  await shoot({ name: 'fixes', ms: 2000, picture: 'next', box: { left: 200, top: 28, width: 720, height: 628 } });
  await hands.chooseQuickFix(window, /parameters/i);
  await hands.save(window);
  await until('the squiggle to go', async () => ((await eyes.squiggles(window)).length === 0 ? true : undefined));
  await shoot({ name: 'fixed', ms: 1800 });
  await hands.runCommand(window, 'Vetmark: Show Checklist of Region');
  const page = await eyes.webview(window, /mark as vetted/i);
  const button = page.getByRole('button', { name: /mark as vetted/i });
  await until('the questions to be answered', async () => {
    await answerAll(page);
    return (await button.isEnabled()) ? true : undefined;
  });
  await page.getByRole('radiogroup').first().scrollIntoViewIfNeeded();
  await shoot({ name: 'answered', ms: 2400 });
  await button.scrollIntoViewIfNeeded();
  await shoot({ name: 'button', ms: 1200, picture: 'vet', box: WHOLE });
  await button.click();
  await seeStatus(world, /Nothing to vet/);
  await shoot({ name: 'vetted', ms: 2800 });
  await hands.runCommand(window, 'Vetmark: Connect an Agent...');
  await until('the list of agents', async () => ((await eyes.quickPickRows(window)).some((row) => /Claude Code/.test(row)) ? true : undefined));
  await shoot({ name: 'agents', ms: 0, picture: 'agent', box: { left: 180, top: 0, width: 720, height: 420 } });
  await hands.press(window, 'Escape');
  await hands.runCommand(window, 'Vetmark: Put the Gate into the Build...');
  await until('the list of build servers', async () => ((await eyes.quickPickRows(window)).some((row) => /GitHub Actions/.test(row)) ? true : undefined));
  await hands.press(window, 'Enter');
  await until('the workflow', async () => ((await eyes.visibleLines(window)).some((seen) => seen.text.includes('vetmark gate')) ? true : undefined));
  await shoot({ name: 'gate', ms: 0, picture: 'gate', box: { left: 300, top: 28, width: 720, height: 420 } });
}
