/** From region to region by keyboard, across files; it stops at either end and says so, as people who listen need. */
import * as vscode from 'vscode';
import { announce } from './announce.ts';
import type { RegionEntry, Registry } from './registry.ts';
import { showLines } from './where.ts';
import { findingsWord, stateWord } from './words.ts';

export type Direction = 'next' | 'previous';

/** The region the cursor is in. */
export function regionAtCursor(registry: Registry): RegionEntry | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { line } = editor.selection.active;
  return registry.at(editor.document, line);
}

/** The open region before or after the cursor; `undefined` at the end of the way. */
export function neighbour(registry: Registry, direction: Direction): RegionEntry | undefined {
  const { open } = registry;
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return direction === 'next' ? open[0] : open.at(-1);
  const id = editor.document.uri.toString();
  const { line } = editor.selection.active;
  const first = open.findIndex(({ uri }) => uri.toString() === id);
  if (first === -1) return beside(open, vscode.workspace.asRelativePath(editor.document.uri), direction);
  const here = open.filter(({ uri }) => uri.toString() === id);
  if (direction === 'next') return here.find(({ from }) => from > line) ?? open[first + here.length];
  return here.findLast(({ to }) => to < line) ?? open[first - 1];
}

/** From a document without regions: by name. */
function beside(open: readonly RegionEntry[], name: string, direction: Direction): RegionEntry | undefined {
  return direction === 'next' ? open.find((entry) => entry.name > name) : open.findLast((entry) => entry.name < name);
}

export async function openRegion({ uri, from, to }: RegionEntry): Promise<void> {
  await showLines(uri, from, to);
}

/** Goes to the region before or after the cursor and says where that is, or that there is none. */
export async function goTo(registry: Registry, direction: Direction): Promise<void> {
  const entry = neighbour(registry, direction);
  if (entry === undefined) return announce(endWord(registry, direction));
  await openRegion(entry);
  announce(arrivalWord(registry, entry));
}

function endWord({ open }: Registry, direction: Direction): string {
  if (open.length === 0) return vscode.l10n.t('Nothing waits to be vetted.');
  return direction === 'next' ? vscode.l10n.t('That was the last region to vet.') : vscode.l10n.t('That was the first region to vet.');
}

function arrivalWord({ open }: Registry, entry: RegionEntry): string {
  const place = vscode.l10n.t('{0}, {1}, region {2} of {3}', entry.label, stateWord(entry.state), open.findIndex(({ key }) => key === entry.key) + 1, open.length);
  return entry.findings.length === 0 ? place : `${place}, ${findingsWord(entry.findings.length)}`;
}
