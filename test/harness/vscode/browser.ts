/** Launches the stage's Chromium, and opens a workbench window in it. */
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Stage } from './prepare.ts';
import type { Server } from './server.ts';

export interface WindowOptions {
  readonly server: Server;
  /** Absolute path of the folder to open. */
  readonly folder: string;
  /** `declared` lets extensions use the proposed APIs they declare; `none` is a stable VS Code. */
  readonly proposals: 'none' | 'declared';
  /** Absolute path of an extension under development. */
  readonly development?: string;
  /** Absolute path of the module whose `run()` the extension host calls. */
  readonly tests?: string;
  /** Environment of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a headless Chromium that can reach this machine only. */
export async function launchBrowser(stage: Stage): Promise<Browser> {
  return chromium.launch({
    executablePath: stage.chromium,
    headless: true,
    chromiumSandbox: false,
    args: [
      // Chromium refuses to run as root inside its sandbox, and user namespaces are often off elsewhere; this browser only sees our own server.
      '--no-sandbox',
      '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
    env: { ...process.env, LD_LIBRARY_PATH: [stage.libraries, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'), FONTCONFIG_FILE: stage.fonts },
  });
}

/** A blank page with a person's screen and clipboard. */
export async function newPage(browser: Browser, server: Server): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: `http://127.0.0.1:${server.port}` });
  return context.newPage();
}

/** The address of a workbench window. */
export function windowUrl(options: WindowOptions): string {
  const host = `vscode-remote://127.0.0.1:${options.server.port}`;
  const payload: [string, string][] = [['skipWelcome', 'true']];
  if (options.proposals === 'declared') payload.push(['enableProposedApi', '']);
  if (options.development !== undefined) payload.push(['extensionDevelopmentPath', host + options.development]);
  if (options.tests !== undefined) payload.push(['extensionTestsPath', host + options.tests]);
  if (options.env !== undefined) payload.push(['extensionEnvironment', JSON.stringify(options.env)]);
  return `http://127.0.0.1:${options.server.port}/?tkn=${options.server.token}&folder=${encodeURIComponent(options.folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
