/** A workbench window as the stage holds it: its page, its pictures and the trouble it reported. Hands act on it, eyes read it. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { newPage, windowUrl, type WindowOptions } from './browser.ts';
import { out } from './places.ts';
import { until } from './until.ts';

export interface Window {
  readonly page: Page;
  readonly options: WindowOptions;
  /** Uncaught errors of the page, in order. */
  readonly errors: readonly string[];
  /** Saves what the window shows under out/screens/<suite>/<nn>-<name>.png and returns the path. */
  screenshot(name: string, of?: Page): Promise<string>;
  /** Loads the window anew, as "Developer: Reload Window" does. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a window on a folder and waits until its workbench is drawn. `suite` names the folder of its pictures. */
export async function openWindow(browser: Browser, options: WindowOptions, suite: string): Promise<Window> {
  const page = await newPage(browser, options.server);
  const screens = join(out, 'screens', suite);
  await rm(screens, { recursive: true, force: true });
  await mkdir(screens, { recursive: true });
  const errors: string[] = [];
  const held = holding(page, options, errors, album(screens));
  await page.goto(windowUrl(options));
  await ready(page);
  return held;
}

/** The window that another one opened meanwhile; its pictures go on in the same folder. */
export async function openedBy(window: Window, open: () => Promise<void>): Promise<Window> {
  const opened = window.page.context().waitForEvent('page', { timeout: 60_000 });
  await open();
  const page = await opened;
  await ready(page);
  return { ...holding(page, window.options, [], () => ''), screenshot: (name) => window.screenshot(name, page) };
}

function holding(page: Page, options: WindowOptions, errors: string[], file: (name: string) => string): Window {
  page.on('pageerror', (error) => void errors.push(error.stack ?? error.message));
  return {
    page,
    options,
    errors,
    screenshot: async (name, of = page) => {
      const path = file(name);
      await of.screenshot({ path });
      return path;
    },
    reload: async () => {
      await page.reload();
      await ready(page);
    },
    close: () => page.context().close(),
  };
}

/** Numbers the pictures of a folder. */
function album(screens: string): (name: string) => string {
  let pictures = 0;
  return (name) => {
    pictures += 1;
    return join(screens, `${String(pictures).padStart(2, '0')}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')}.png`);
  };
}

/** The workbench is drawn once its status bar is; the editor area and side bar come before. Extensions start later: wait for what they show. */
async function ready(page: Page): Promise<void> {
  await until('the workbench to be drawn', async () => ((await page.locator('.monaco-workbench .statusbar-item').count()) > 2 ? true : undefined), 60_000);
}
