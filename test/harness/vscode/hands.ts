/** What a person does with a window: keys and mouse only. */
import type { Locator } from 'playwright-core';
import { activeTab, quickPickRows } from './eyes.ts';
import type { Theme } from './server.ts';
import { until } from './until.ts';
import type { Window } from './window.ts';

/** What the theme picker calls them, and the class they give the workbench. */
const themes: Readonly<Record<Theme, { readonly label: string; readonly kind: string }>> = {
  light: { label: 'Light Modern', kind: 'vs' },
  dark: { label: 'Dark Modern', kind: 'vs-dark' },
  'high-contrast': { label: 'Dark High Contrast', kind: 'hc-black' },
};

/** Opens a file of the folder by Quick Open. `path` is relative to the folder, with forward slashes. */
export async function openFile(window: Window, path: string): Promise<void> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  await openQuickInput(window, 'Control+P', path);
  await until(`Quick Open to find ${path}`, async () => ((await quickPickRows(window))[0]?.startsWith(name) ? true : undefined));
  await window.page.keyboard.press('Enter');
  await until(`${path} to open`, async () => ((await activeTab(window))?.startsWith(name) ? true : undefined));
  await focusEditor(window);
}

/** Runs a command from the palette by its whole title, such as "View: Close Editor". */
export async function runCommand(window: Window, title: string): Promise<void> {
  await openQuickInput(window, 'F1', title);
  const row = await until(`the command "${title}"`, async () => {
    const index = (await quickPickRows(window)).findIndex((text) => text === title || text.startsWith(`${title},`));
    return index === -1 ? undefined : index;
  });
  await window.page.locator('.quick-input-list .monaco-list-row').nth(row).click();
  await until('the palette to close', async () => ((await paletteIsOpen(window)) ? undefined : true));
}

/** Answers an input box or a quick pick that is open: types, then Enter. */
async function answerInput(window: Window, text: string): Promise<void> {
  const input = window.page.locator('.quick-input-widget:visible input.input').first();
  await input.waitFor();
  await input.fill(text);
  await window.page.keyboard.press('Enter');
}

/** Puts the cursor at a one-based line and column of the active editor. */
export async function goTo(window: Window, line: number, column = 1): Promise<void> {
  await openQuickInput(window, 'Control+G', `:${line}:${column}`);
  await window.page.keyboard.press('Enter');
  await focusEditor(window);
}

/** Puts the cursor after the last character of the active editor. */
export async function goToEnd(window: Window): Promise<void> {
  await focusEditor(window);
  await window.page.keyboard.press('Control+End');
}

/** Gives the active text editor the keyboard. */
async function focusEditor(window: Window): Promise<void> {
  await until('the editor to take the keyboard', () =>
    window.page.evaluate(() => {
      const input = document.querySelector<HTMLElement>(
        '.editor-group-container.active .editor-instance .native-edit-context, .editor-group-container.active .editor-instance textarea.inputarea',
      );
      input?.focus();
      return input !== null && document.activeElement === input ? true : undefined;
    }),
  );
}

/** Types as fingers do: key by key. */
export async function type(window: Window, text: string): Promise<void> {
  for (const part of text.split(/(\n)/)) {
    if (part === '\n') await window.page.keyboard.press('Enter');
    else await window.page.keyboard.type(part, { delay: 10 });
  }
}

/** Presses keys one after the other: "Control+S", "Tab". */
export async function press(window: Window, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await window.page.keyboard.press(key);
}

/** Saves the active editor and waits until its tab is clean. */
export async function save(window: Window): Promise<void> {
  await focusEditor(window);
  await window.page.keyboard.press('Control+S');
  await until('the file to be saved', async () => ((await window.page.locator('.tab.active.dirty').count()) === 0 ? true : undefined));
}

/**
 * Clicks the first status bar item whose text or accessible name matches.
 * @public for journeys to come
 */
export async function clickStatus(window: Window, what: RegExp): Promise<void> {
  await clickMatching(window, '.statusbar-item', what, 'a status bar item');
}

/** Clicks a row of a tree by its accessible name. */
export async function clickRow(window: Window, what: RegExp): Promise<void> {
  await clickMatching(window, '.pane-body .monaco-list-row', what, 'a tree row');
}

/**
 * Clicks a CodeLens above a line of the active editor.
 * @public for journeys to come
 */
export async function clickCodeLens(window: Window, what: RegExp): Promise<void> {
  await clickMatching(window, '.codelens-decoration a', what, 'a CodeLens');
}

/** Opens a view container by its name in the activity bar, if its side bar is not the one shown. */
export async function openContainer(window: Window, name: string): Promise<void> {
  const action = window.page.locator('.activitybar .action-item').filter({ has: window.page.locator(`a[aria-label^="${name}"]`) }).first();
  await action.waitFor();
  if ((await action.getAttribute('aria-expanded')) === 'true' || /\bchecked\b/.test((await action.getAttribute('class')) ?? '')) return;
  // A badge lies over the icon.
  await action.click({ force: true });
}

/** Opens the code-action menu at the cursor by its key and waits for the action whose title matches. */
export async function openQuickFixes(window: Window, what: RegExp): Promise<void> {
  const menu = window.page.locator('.action-widget:has(.monaco-list-row)').first();
  await until('the light bulb menu', async () => {
    if (await menu.isVisible()) return true;
    await window.page.keyboard.press('Control+.');
    await menu.waitFor({ timeout: 1500 });
    return true;
  });
  await until(`a quick fix like ${what}`, async () => ((await menu.allInnerTexts()).some((text) => what.test(text)) ? true : undefined));
}

/** Picks an action of the open code-action menu. */
export async function chooseQuickFix(window: Window, what: RegExp): Promise<void> {
  await clickMatching(window, '.action-widget .monaco-list-row', what, 'a quick fix');
}

/**
 * Clicks a button of a notification in the notification centre.
 * @public for journeys to come
 */
export async function clickNotification(window: Window, what: RegExp): Promise<void> {
  await openNotifications(window);
  await clickMatching(window, '.notifications-center .monaco-button', what, 'a notification button');
}

/**
 * Opens the notification centre by its bell: a window under test shows no toasts.
 * @public for journeys to come
 */
export async function openNotifications(window: Window): Promise<void> {
  const centre = window.page.locator('.notifications-center.visible');
  await until('the notification centre', async () => {
    if (await centre.isVisible()) return true;
    await window.page.locator('.statusbar-item[id="status.notifications"]').click();
    return undefined;
  });
}

/** Presses a button of the modal dialog that is open. */
export async function answerDialog(window: Window, button: string): Promise<void> {
  const dialog = window.page.locator('.monaco-dialog-box').first();
  await dialog.waitFor();
  await dialog.locator('.monaco-button').filter({ hasText: button }).first().click();
  await dialog.waitFor({ state: 'detached' });
}

/** Chooses a colour theme in its picker. */
export async function chooseTheme(window: Window, theme: Theme): Promise<void> {
  const { label, kind } = themes[theme];
  await runCommand(window, 'Preferences: Color Theme');
  await answerInput(window, label);
  await until(`the ${theme} theme`, async () => ((await window.page.locator(`.monaco-workbench.${kind}`).count()) > 0 ? true : undefined));
}

async function openQuickInput(window: Window, key: string, text: string): Promise<void> {
  const input = window.page.locator('.quick-input-widget input.input').first();
  await until('an earlier quick input to close', async () => {
    if (!(await input.isVisible())) return true;
    await window.page.keyboard.press('Escape');
    return undefined;
  });
  // The palette keeps its ">" and a fill would drop it.
  const wanted = key === 'F1' ? `>${text}` : text;
  await until('the quick input to take the text', async () => {
    if (!(await input.isVisible())) {
      await window.page.keyboard.press(key);
      await input.waitFor({ timeout: 1500 });
    }
    // On a busy machine it may close again under the hand.
    await input.fill(wanted, { timeout: 1500 });
    return (await input.inputValue({ timeout: 500 })) === wanted ? true : undefined;
  });
}

/** The same widget serves the input boxes a command may open, so its placeholder tells. */
async function paletteIsOpen(window: Window): Promise<boolean> {
  return window.page.locator('.quick-input-widget input.input[placeholder^="Type the name of a command"]').first().isVisible();
}

async function clickMatching(window: Window, selector: string, what: RegExp, kind: string): Promise<void> {
  // A row may be drawn anew or go between the look and the click: then it is looked for again.
  await until(`${kind} like ${what}`, async () => {
    for (const candidate of await window.page.locator(selector).all()) {
      if (!what.test(await nameOf(candidate))) continue;
      await candidate.click({ timeout: 2000 });
      return true;
    }
    return undefined;
  });
}

async function nameOf(target: Locator): Promise<string> {
  return `${(await target.getAttribute('aria-label', { timeout: 500 })) ?? ''} ${(await target.textContent({ timeout: 500 })) ?? ''}`;
}
