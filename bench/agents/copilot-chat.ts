/**
 * GitHub Copilot Chat inside a real VS Code, signed in nowhere: it takes models of other extensions, so a scripted one drives its agent mode. The editor has
 * Vetmark installed, which says in the end who wrote each line. The extension comes with the code-server package of npm, in the version of the stage's VS Code.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { launchBrowser, newPage, windowUrl } from '../../test/harness/vscode/browser.ts';
import { stageExtension } from '../../test/harness/vscode/host-run.ts';
import { runtime } from '../../test/harness/vscode/places.ts';
import { prepareStage } from '../../test/harness/vscode/prepare.ts';
import { startServer } from '../../test/harness/vscode/server.ts';
import type { Call } from './model.ts';

export interface ChatResult {
  readonly version: string;
  readonly told: readonly string[];
  readonly labels: Readonly<Record<string, readonly { readonly text: string; readonly labels: readonly string[] }[]>>;
  readonly error?: string;
}

/** Milliseconds for the whole chat. */
const PATIENCE = 240_000;

/** Copilot Chat's folder; a sentence when npm cannot bring it. */
export async function installChat(folder: string): Promise<{ readonly ok: true; readonly place: string; readonly version: string } | { readonly ok: false; readonly message: string }> {
  const { dependencies } = JSON.parse(readFileSync(join(runtime, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  const server = dependencies['code-server'] ?? '';
  const prefix = join(folder, `code-server-${server}`);
  const place = join(prefix, 'node_modules/code-server/lib/vscode/extensions/copilot');
  try {
    if (!existsSync(place)) {
      mkdirSync(prefix, { recursive: true });
      writeFileSync(join(prefix, 'package.json'), '{ "private": true }\n');
      await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', prefix, `code-server@${server}`], { timeout: 600_000, maxBuffer: 1 << 26 });
    }
    return { ok: true, place, version: (JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as { version: string }).version };
  } catch (error) {
    return { ok: false, message: `npm cannot bring code-server: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}` };
  }
}

/** How often a window is opened. A server that starts may look for extensions before both are there; nothing has happened then. */
const TRIES = 3;

/** Opens the folder, has the calls made by the agent mode, and hands back what Vetmark says of the files. `collect` is called while the home of this VS Code still stands. */
export async function chat(...asked: Parameters<typeof chatOnce>): Promise<Omit<ChatResult, 'version'>> {
  let answer = await chatOnce(...asked);
  for (let tries = 1; tries < TRIES && answer.error?.includes('is not in this window') === true; tries++) answer = await chatOnce(...asked);
  return answer;
}

async function chatOnce(copilot: string, root: string, calls: readonly Call[], files: readonly string[], collect: (home: string) => void): Promise<Omit<ChatResult, 'version'>> {
  const put = (path: string, value: object): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), JSON.stringify(value, undefined, 2));
  };
  rmSync(join(root, '.bench'), { recursive: true, force: true });
  put('.bench/script.json', { calls, files });
  put('.vscode/settings.json', { 'chat.useHooks': true, 'chat.tools.global.autoApprove': true, 'chat.agent.enabled': true, 'chat.editing.autoAcceptDelay': 0 });
  const [vetmark, stage] = await Promise.all([stageExtension('none'), prepareStage(() => undefined)]);
  const server = await startServer({ stage, settings: { 'git.enabled': true, 'chat.tools.global.autoApprove': true } });
  const browser = await launchBrowser(stage);
  try {
    writeFileSync(join(server.folder, 'ud/User/chatLanguageModels.json'), JSON.stringify([{ vendor: 'scripted', name: 'Scripted' }]));
    installInto(join(server.folder, 'ext'), [vetmark, join(import.meta.dirname, 'chat-model')]);
    const page = await newPage(browser, server);
    await page.goto(windowUrl({ server, folder: root, proposals: 'declared', development: copilot }));
    const result = join(root, '.bench/result.json');
    for (const end = Date.now() + PATIENCE; !existsSync(result) && Date.now() < end; ) {
      await page.waitForTimeout(1000);
      // The one-time question about approving everything, and each tool's own: as a person in a hurry answers them.
      for (const button of ['.monaco-dialog-box .monaco-button:has-text("Enable")', '.chat-confirmation-widget-buttons .monaco-button:has-text("Allow")']) {
        const shown = page.locator(button).first();
        if (await shown.isVisible().catch(() => false)) await shown.click().catch(() => undefined);
      }
      if (process.env['SHOW'] === '1') await page.screenshot({ path: join(root, '../chat.png') });
    }
    if (!existsSync(result)) return { told: [], labels: {}, error: `the chat did not end within ${PATIENCE / 1000} s` };
    return JSON.parse(readFileSync(result, 'utf8')) as Omit<ChatResult, 'version'>;
  } finally {
    collect(join(server.folder, 'home'));
    await browser.close();
    await server.stop();
  }
}

/** Puts unpacked extensions where a server looks for those a person installed. */
function installInto(folder: string, sources: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  const entries = sources.map((source) => {
    const { publisher, name, version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Readonly<Record<string, string>>;
    const place = `${publisher}.${name}-${version}`;
    cpSync(source, join(folder, place), { recursive: true });
    return { identifier: { id: `${publisher}.${name}` }, version, location: { $mid: 1, path: join(folder, place), scheme: 'file' }, relativeLocation: place, metadata: { installedTimestamp: 0, source: 'vsix' } };
  });
  writeFileSync(join(folder, 'extensions.json'), JSON.stringify(entries));
}
