/**
 * The checklist page: draws one region and sends a person's answers back. All text is set as text, never as markup.
 * Guards: "Mark as vetted" answers to trusted events of the browser only, so that a script cannot press it.
 */
import type { FromPage, RegionView, ToPage } from '#protocol/webview';
import { draw, drawEmpty } from './draw.ts';

interface Host {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const page = document.getElementById('page')!;
const said = document.getElementById('said')!;
let shown: RegionView | undefined;

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => show(data));
host.postMessage({ kind: 'ready' });

function show(message: ToPage): void {
  const focused = focusedName();
  const caret = document.activeElement instanceof HTMLInputElement && document.activeElement.type === 'text' || document.activeElement instanceof HTMLTextAreaElement ? document.activeElement.selectionEnd : null;
  const before = shown;
  switch (message.kind) {
    case 'empty':
      shown = undefined;
      page.replaceChildren(drawEmpty(message.message));
      if (before !== undefined) said.textContent = message.message;
      break;
    case 'region':
      shown = message.region;
      page.replaceChildren(draw(message.region, { press: message.press, send: (answer) => host.postMessage(answer) }));
      if (before !== undefined && before.id !== message.region.id) said.textContent = `${message.region.label}, lines ${message.region.fromLine} to ${message.region.toLine}`;
      break;
  }
  host.setState({ region: shown?.id });
  if (focused !== undefined) refocus(focused, caret);
}

/** Redrawing must not take the focus away from who goes through the page by keyboard. */
function focusedName(): string | undefined {
  return document.activeElement instanceof HTMLElement ? document.activeElement.dataset['name'] : undefined;
}

function refocus(name: string, caret: number | null): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-name]')) {
    if (element.dataset['name'] !== name) continue;
    element.focus();
    if (caret !== null && (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) element.setSelectionRange(caret, caret);
  }
}
