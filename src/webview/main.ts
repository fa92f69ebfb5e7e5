/**
 * The checklist page: draws one region and sends a person's answers back. All text is set as text, never as markup.
 * Guards: "Mark as vetted" answers to trusted events of the browser only, so that a script cannot press it.
 */
import type { FromPage, RegionView, ToPage } from '#protocol/webview';
import { openWaiver } from './draw-finding.ts';
import { draw, drawEmpty } from './draw.ts';
import { focusOpenQuestion, listenToKeys } from './keys.ts';

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
/** The number that a press on the shown region's button brings back. */
let press = '';

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => show(data));
window.addEventListener('focus', () => host.postMessage({ kind: 'focus', on: 'page' }));
window.addEventListener('blur', () => host.postMessage({ kind: 'focus', on: 'editor' }));
listenToKeys(() => {
  if (shown !== undefined) host.postMessage({ kind: 'vet', region: shown.id, press });
});
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
      press = message.press;
      if (message.focus !== undefined) openWaiver(message.focus);
      page.replaceChildren(draw(message.region, message.texts, { press: message.press, send: (answer) => host.postMessage(answer) }));
      if (before !== undefined && before.id !== message.region.id) said.textContent = `${message.region.label}, ${message.region.place}, ${message.region.stateWord}, ${message.region.risk.words}`;
      else if (before !== undefined && before.blocked !== message.region.blocked) said.textContent = message.region.blocked ?? message.texts.vet;
      break;
  }
  host.setState({ region: shown?.id });
  if (message.kind === 'region' && message.focus !== undefined) refocus(`waive-reason ${message.focus}`, null);
  else if (focused !== undefined && before?.id === shown?.id) refocus(focused, caret);
  focusOpenQuestion();
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
