/** From VS Code's change event to signals: offsets, places and the proposed API's word where it is there. */
import * as vscode from 'vscode';
import { toChange, type Change, type Range } from '#core/text';
import type { ChangeDetail, SelectionKind } from './signals.ts';

/** The event's edits, ascending. VS Code delivers them from the bottom up; two at one offset arrive reversed. */
export function changeOf(event: vscode.TextDocumentChangeEvent): Change {
  return toChange([...event.contentChanges].reverse().map(({ rangeOffset, rangeLength, text }) => ({ range: { start: rangeOffset, end: rangeOffset + rangeLength }, text })));
}

/**
 * Selections before the change, in offsets of the text before it. The document is changed already, so that only what an edit touches or
 * shares a line with can be told; anything else is far from the change and stands as -1.
 */
export function caretsBefore(event: vscode.TextDocumentChangeEvent, selections: readonly vscode.Selection[]): Range[] {
  const offset = (position: vscode.Position): number => {
    for (const { range, rangeOffset, rangeLength } of event.contentChanges) {
      if (position.isEqual(range.end)) return rangeOffset + rangeLength;
      if (position.line === range.start.line) return rangeOffset + position.character - range.start.character;
    }
    return -1;
  };
  return selections.map((selection) => ({ start: offset(selection.start), end: offset(selection.end) }));
}

export function reasonOf(event: vscode.TextDocumentChangeEvent): 'undo' | 'redo' | undefined {
  switch (event.reason) {
    case vscode.TextDocumentChangeReason.Undo:
      return 'undo';
    case vscode.TextDocumentChangeReason.Redo:
      return 'redo';
    default:
      return undefined;
  }
}

/** The proposal `textDocumentChangeReason`, where a user has switched it on. */
export function detailOf(event: vscode.TextDocumentChangeEvent): ChangeDetail | undefined {
  if (!('detailedReason' in event)) return undefined;
  const detail: unknown = event.detailedReason;
  if (typeof detail !== 'object' || detail === null || !('source' in detail) || typeof detail.source !== 'string') return undefined;
  const metadata: Record<string, unknown> = 'metadata' in detail && typeof detail.metadata === 'object' && detail.metadata !== null ? { ...detail.metadata } : {};
  const text = (...names: string[]): string | undefined => names.map((name) => metadata[name]).find((value) => typeof value === 'string');
  const [kind, extension, model, session] = [text('kind', 'name'), text('$extensionId', 'extensionId'), text('$modelId', 'modelId'), text('$$sessionId', '$sessionId', 'sessionId')];
  return { source: detail.source, ...(kind !== undefined && { kind }), ...(extension !== undefined && { extension }), ...(model !== undefined && { model }), ...(session !== undefined && { session }) };
}

export function selectionKindOf(kind: vscode.TextEditorSelectionChangeKind | undefined): SelectionKind {
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
