/** The mouse and the widgets of a scenario's window. */
import type { Play } from './play.ts';
import { until } from '../until.ts';

/** Drags what is selected to the place behind the first piece of a line that holds `text`. */
export async function drag(play: Play, text: string): Promise<void> {
  const { page } = play.window;
  const from = await boxOf(play, '.view-overlays .selected-text');
  const to = await placeBehind(play, text);
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 8, from.y + from.height / 2 - 4, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
}

/** Drops text from outside of the window behind the first piece of a line that holds `text`. */
export async function drop(play: Play, dropped: string, text: string): Promise<void> {
  const { x, y } = await placeBehind(play, text);
  await play.window.page.evaluate(
    ({ dropped: what, x: left, y: top }) => {
      const transfer = new DataTransfer();
      transfer.setData('text/plain', what);
      const target = document.elementFromPoint(left, top)!;
      for (const kind of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, composed: true, clientX: left, clientY: top, dataTransfer: transfer }));
    },
    { dropped, x, y },
  );
}

/** Clicks "Accept" in the small toolbar over the assistant's grey text. */
export async function clickAccept(play: Play): Promise<void> {
  const { page } = play.window;
  await until('the toolbar of the completion', async () => {
    const button = page.locator('.inlineSuggestionsHints a.action-label, .inline-suggestion-hints a, .inlineSuggestionStatusBarItemLabel').filter({ hasText: /Accept/ }).first();
    if (await button.isVisible()) {
      await button.click({ timeout: 2000 });
      return true;
    }
    const ghost = page.locator('.ghost-text-decoration, .ghost-text').first();
    await ghost.hover({ timeout: 2000, force: true });
    return undefined;
  });
}

/** Waits for the suggestion, makes it the selected one and gives its name. */
export async function suggestion(play: Play, label: string): Promise<string> {
  const { page } = play.window;
  await play.sees('.suggest-widget.visible .monaco-list-row', label);
  await until(`${label} to be selected`, async () => {
    const focused = await page.locator('.suggest-widget.visible .monaco-list-row.focused').first().getAttribute('aria-label');
    if (focused?.startsWith(label) === true) return true;
    await page.keyboard.press('ArrowDown');
    return undefined;
  });
  return label;
}

export async function fix(play: Play, title: string): Promise<void> {
  const { page } = play.window;
  await page.keyboard.press('Control+.');
  await play.sees('.action-widget .monaco-list-row', title);
  await page.locator('.action-widget .monaco-list-row').filter({ hasText: title }).first().click();
}

export async function renameTo(play: Play, name: string): Promise<void> {
  const input = play.window.page.locator('.rename-box input, input.rename-input').first();
  await input.fill(name);
  await input.press('Enter');
}

export async function replaceAll(play: Play, old: string, text: string): Promise<void> {
  const { page } = play.window;
  await page.keyboard.press('Control+H');
  const find = page.locator('.find-widget.visible .find-part textarea, .find-widget.visible .find-part input').first();
  await find.waitFor();
  await find.fill(old);
  await page.locator('.find-widget.visible .replace-part textarea, .find-widget.visible .replace-part input').first().fill(text);
  await play.sees('.find-widget.visible .matchesCount', 'of');
  await page.keyboard.press('Control+Alt+Enter');
}

export async function endLinesWith(play: Play, end: 'LF' | 'CRLF'): Promise<void> {
  const { page } = play.window;
  await page.locator('.statusbar-item[id="status.editor.eol"]').first().click();
  await play.sees('.quick-input-list .monaco-list-row', end);
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: new RegExp(`^${end}$`) }).first().click();
}

async function boxOf(play: Play, selector: string): Promise<{ readonly x: number; readonly y: number; readonly width: number; readonly height: number }> {
  return until(selector, async () => (await play.window.page.locator(selector).first().boundingBox()) ?? undefined);
}

/** The point right behind a piece of text in the active editor, in pixels of the window. */
async function placeBehind(play: Play, text: string): Promise<{ readonly x: number; readonly y: number }> {
  return until(`"${text}" on the screen`, () =>
    play.window.page.evaluate((wanted) => {
      for (const line of document.querySelectorAll('.editor-group-container.active .view-lines .view-line')) {
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        let seen = '';
        const nodes: { node: Text; from: number }[] = [];
        while (walker.nextNode()) {
          nodes.push({ node: walker.currentNode as Text, from: seen.length });
          seen += (walker.currentNode.textContent ?? '').replaceAll('\u00a0', ' ');
        }
        const end = seen.indexOf(wanted) + wanted.length;
        if (!seen.includes(wanted)) continue;
        const holder = nodes.findLast(({ from }) => from < end)!;
        const range = document.createRange();
        range.setStart(holder.node, end - holder.from - 1);
        range.setEnd(holder.node, end - holder.from);
        const { right, top, height } = range.getBoundingClientRect();
        return { x: right + 1, y: top + height / 2 };
      }
      return undefined;
    }, text),
  );
}
