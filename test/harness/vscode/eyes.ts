/** What a person sees in a window: read from what is drawn, never from the product's own state. */
import type { Frame } from 'playwright-core';
import { until } from './until.ts';
import type { Window } from './window.ts';

/** Something drawn beside a line or under it; lines are one-based. */
export interface Mark {
  readonly line: number;
  /** `error`, `warning`, `info` or `hint` for a squiggle; the icon file's name for a gutter mark. */
  readonly kind: string;
}

/** The active tab's name. */
export async function activeTab(window: Window): Promise<string | undefined> {
  const tab = window.page.locator('.editor-group-container.active .tab.active').first();
  return (await tab.count()) === 0 ? undefined : ((await tab.getAttribute('aria-label')) ?? '');
}

/** The rows of the open quick input, by their accessible names. */
export async function quickPickRows(window: Window): Promise<readonly string[]> {
  return window.page.locator('.quick-input-widget:visible .monaco-list-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
}

/** The visible lines of the active editor, top to bottom, with their line numbers. */
export async function visibleLines(window: Window): Promise<readonly { readonly line: number; readonly text: string }[]> {
  return window.page.evaluate(() => {
    const editor = document.querySelector('.editor-group-container.active .editor-instance .monaco-editor');
    if (editor === null) return [];
    const numbers = [...editor.querySelectorAll('.margin-view-overlays .line-numbers')].map((node) => ({
      line: Number(node.textContent), top: Math.round(node.getBoundingClientRect().top),
    }));
    return [...editor.querySelectorAll('.view-lines .view-line')]
      .map((node) => ({ top: Math.round(node.getBoundingClientRect().top), text: (node.textContent ?? '').replaceAll('\u00a0', ' ').replaceAll('\u200c', '') }))
      .flatMap(({ top, text }) => numbers.filter((number) => Math.abs(number.top - top) < 4 && number.line > 0).map(({ line }) => ({ line, text })))
      .sort((a, b) => a.line - b.line);
  });
}

/** Squiggles in the visible part of the active editor, one a line and severity. */
export async function squiggles(window: Window): Promise<readonly Mark[]> {
  return marks(window, '.view-overlays .cdr[class*="squiggly-"]');
}

/** Icons in the glyph margin of the visible part of the active editor. */
export async function gutterMarks(window: Window): Promise<readonly Mark[]> {
  return marks(window, '.glyph-margin-widgets .cgmr');
}

async function marks(window: Window, selector: string): Promise<readonly Mark[]> {
  return window.page.evaluate((wanted) => {
    const editor = document.querySelector('.editor-group-container.active .editor-instance .monaco-editor');
    if (editor === null) return [];
    const numbers = [...editor.querySelectorAll('.margin-view-overlays .line-numbers')].map((node) => ({ line: Number(node.textContent), rect: node.getBoundingClientRect() }));
    const seen = new Map<string, { line: number; kind: string }>();
    for (const node of editor.querySelectorAll(wanted)) {
      const { top, height } = node.getBoundingClientRect();
      const middle = top + height / 2;
      const line = numbers.find(({ rect }) => middle >= rect.top && middle < rect.bottom)?.line;
      if (line === undefined || Number.isNaN(line)) continue;
      const squiggle = /squiggly-(\w+)/.exec(node.className)?.[1];
      const image = decodeURIComponent(getComputedStyle(node).backgroundImage);
      const icon = /([\w-]+)\.(?:svg|png)/.exec(image)?.[1] ?? (image.startsWith('url("data:') ? 'inline-image' : undefined);
      const kind = squiggle ?? icon;
      if (kind !== undefined) seen.set(`${line} ${kind}`, { line, kind });
    }
    return [...seen.values()].sort((a, b) => a.line - b.line);
  }, selector);
}

/** The colours drawn in the overview ruler of the active editor, as "r,g,b". */
export async function rulerColours(window: Window): Promise<readonly string[]> {
  return window.page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.editor-group-container.active .editor-instance canvas.decorationsOverviewRuler');
    const context = canvas?.getContext('2d');
    if (canvas === null || context === null || context === undefined || canvas.width === 0 || canvas.height === 0) return [];
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set<string>();
    for (let at = 0; at < data.length; at += 4) if ((data[at + 3] ?? 0) > 100) colours.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
    return [...colours];
  });
}

/** Texts of the status bar's items, with their accessible names. */
export async function statusTexts(window: Window): Promise<readonly string[]> {
  return window.page.locator('.statusbar-item').evaluateAll((items) => items.map((item) => `${item.textContent ?? ''} (${item.getAttribute('aria-label') ?? ''})`.trim()));
}

/** Accessible names of the rows in the view with this title. */
export async function treeRows(window: Window, view: string): Promise<readonly string[]> {
  const pane = window.page.locator('.pane').filter({ has: window.page.locator(`.pane-header[aria-label^="${view}"]`) }).first();
  return pane.locator('.monaco-list-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? row.textContent ?? ''));
}

/** CodeLenses drawn in the active editor. */
export async function codeLenses(window: Window): Promise<readonly string[]> {
  return window.page.locator('.editor-group-container.active .codelens-decoration').evaluateAll((lenses) => lenses.map((lens) => lens.textContent ?? ''));
}

/**
 * Texts in the open notification centre.
 * @public for journeys to come
 */
export async function notifications(window: Window): Promise<readonly string[]> {
  return window.page.locator('.notifications-center .notification-list-item-message').allInnerTexts();
}

/** Grey text of an inline completion that is being offered, its lines in order. */
export async function ghostText(window: Window): Promise<string> {
  return window.page.evaluate(() => {
    const editor = document.querySelector('.editor-group-container.active .editor-instance');
    const first = [...(editor?.querySelectorAll('.ghost-text-decoration') ?? [])].map((node) => node.textContent ?? '').join('');
    const more = [...(editor?.querySelectorAll('.view-zones .view-line, .view-zones [class*="ghost-text"] > div') ?? [])].map((node) => node.textContent ?? '');
    return [first, ...new Set(more)].join('\n').replaceAll('\u00a0', ' ').trim();
  });
}

/** The hover at the cursor, opened by its keys. */
export async function hoverText(window: Window): Promise<string> {
  const hover = window.page.locator('.monaco-editor .monaco-hover:visible, .monaco-resizable-hover:visible').first();
  return until('a hover', async () => {
    if (!(await hover.isVisible())) {
      await window.page.keyboard.press('Control+K');
      await window.page.keyboard.press('Control+I');
      await hover.waitFor({ timeout: 2000 });
    }
    const text = await hover.innerText();
    return text.trim() === '' || /^Loading/.test(text.trim()) ? undefined : text;
  });
}

/** What the modal dialog that is open says. */
export async function dialogText(window: Window): Promise<string> {
  return until('a dialog', async () => {
    const dialog = window.page.locator('.monaco-dialog-box').first();
    return (await dialog.isVisible()) ? dialog.innerText() : undefined;
  });
}

/** The document inside a webview that holds the given text, wherever it is docked. */
export async function webview(window: Window, holding: RegExp): Promise<Frame> {
  return until(`a page that says ${holding}`, async () => {
    for (const frame of window.page.frames()) {
      if (frame === window.page.mainFrame()) continue;
      const text = await frame.evaluate(() => document.body?.innerText ?? '').catch(() => '');
      if (holding.test(text)) return frame;
    }
    return undefined;
  });
}
