/** From region to region by keyboard, across files; it stops at either end, as people who listen need. */
import * as vscode from 'vscode';
import type { RegionEntry, Registry } from './registry.ts';

/** The region the cursor is in. */
export function regionAtCursor(registry: Registry): RegionEntry | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { line } = editor.selection.active;
  return registry.at(editor.document, line);
}

/** The open region before or after the cursor; `undefined` at the end of the way. */
export function neighbour(registry: Registry, direction: 'next' | 'previous'): RegionEntry | undefined {
  const { open } = registry;
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return direction === 'next' ? open[0] : open.at(-1);
  const name = vscode.workspace.asRelativePath(editor.document.uri);
  const { line } = editor.selection.active;
  const order = (entry: RegionEntry): number => (entry.name < name ? -1 : entry.name > name ? 1 : entry.from > line ? 1 : entry.to < line ? -1 : 0);
  return direction === 'next' ? open.find((entry) => order(entry) > 0) : open.findLast((entry) => order(entry) < 0);
}

export async function openRegion(entry: RegionEntry): Promise<void> {
  const at = new vscode.Position(entry.from, 0);
  const editor = await vscode.window.showTextDocument(entry.uri, { selection: new vscode.Range(at, at) });
  editor.revealRange(new vscode.Range(entry.from, 0, entry.to, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
