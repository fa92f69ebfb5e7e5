/** From VS Code's events to what was seen: plain values, in the editor's own terms. */
import * as vscode from 'vscode';
import type { Changed, Seen } from './seen.ts';
import type { SelectionKind } from './signals.ts';

export function changedOf(event: vscode.TextDocumentChangeEvent, at: number): Changed {
  const { document, contentChanges } = event;
  const editor = vscode.window.activeTextEditor;
  const focused = editor !== undefined && editor.document === document && vscode.window.state.focused;
  const [reason, detail] = [reasonOf(event), detailOf(event)];
  return {
    kind: 'changed',
    at,
    version: document.version,
    dirty: document.isDirty,
    edits: contentChanges,
    focused,
    selections: focused ? editor.selections : [],
    ...(reason !== undefined && { reason }),
    ...(detail !== undefined && { detail }),
  };
}

export function selectedOf({ textEditor: { document }, selections, kind }: vscode.TextEditorSelectionChangeEvent, at: number): Seen {
  const carets = selections.map(({ start, end }) => ({ start: document.offsetAt(start), end: document.offsetAt(end) }));
  return { kind: 'selected', at, version: document.version, moved: movedBy(kind), carets };
}

function reasonOf({ reason }: vscode.TextDocumentChangeEvent): Changed['reason'] {
  switch (reason) {
    case vscode.TextDocumentChangeReason.Undo:
      return 'undo';
    case vscode.TextDocumentChangeReason.Redo:
      return 'redo';
    default:
      return undefined;
  }
}

/** The proposal `textDocumentChangeReason`, where a user has switched it on. */
function detailOf(event: vscode.TextDocumentChangeEvent): Changed['detail'] {
  if (!('detailedReason' in event)) return undefined;
  const detail: unknown = event.detailedReason;
  if (typeof detail !== 'object' || detail === null || !('source' in detail) || typeof detail.source !== 'string') return undefined;
  const metadata = 'metadata' in detail && typeof detail.metadata === 'object' && detail.metadata !== null ? { ...detail.metadata } : {};
  return { source: detail.source, metadata };
}

function movedBy(kind: vscode.TextEditorSelectionChangeKind | undefined): SelectionKind {
  switch (kind) {
    case vscode.TextEditorSelectionChangeKind.Keyboard:
      return 'keyboard';
    case vscode.TextEditorSelectionChangeKind.Mouse:
      return 'mouse';
    case vscode.TextEditorSelectionChangeKind.Command:
      return 'command';
    default:
      return 'none';
  }
}

/** Where `uri` stands after `from` became `to`; `undefined`: it is neither that nor below it. */
export function movedUri(uri: vscode.Uri, from: vscode.Uri, to: vscode.Uri): vscode.Uri | undefined {
  if (uri.toString() === from.toString()) return to;
  return uri.scheme === from.scheme && uri.path.startsWith(from.path + '/') ? to.with({ path: to.path + uri.path.slice(from.path.length) }) : undefined;
}

/** The disk's text; `undefined`: gone or unreadable, and that is an answer. */
export async function readDisk(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8').decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
