/** Places said to people, and gone to: a file, a cell of a notebook, an untitled document. */
import * as vscode from 'vscode';

/** Relative to the workspace; a cell by its number, counted from 1. */
export function nameOf(uri: vscode.Uri): string {
  if (uri.scheme !== 'vscode-notebook-cell') return vscode.workspace.asRelativePath(uri);
  const found = cellOf(uri);
  const file = vscode.workspace.asRelativePath(uri.with({ scheme: 'file', fragment: '' }));
  return found === undefined ? file : vscode.l10n.t('{0}, cell {1}', vscode.workspace.asRelativePath(found.notebook.uri), found.index + 1);
}

/** Shows a document with the cursor at the start of a line, and that and the following lines up to `to` (zero-based) in view. */
export async function showLines(uri: vscode.Uri, from: number, to: number): Promise<void> {
  const at = new vscode.Position(from, 0);
  const found = uri.scheme === 'vscode-notebook-cell' ? cellOf(uri) : undefined;
  if (found !== undefined) return showCell(found, at);
  const editor = await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
  editor.revealRange(new vscode.Range(from, 0, to, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

interface Cell {
  readonly notebook: vscode.NotebookDocument;
  readonly index: number;
}

function cellOf(uri: vscode.Uri): Cell | undefined {
  for (const notebook of vscode.workspace.notebookDocuments) {
    const cell = notebook.getCells().find(({ document }) => document.uri.toString() === uri.toString());
    if (cell !== undefined) return { notebook, index: cell.index };
  }
  return undefined;
}

async function showCell({ notebook, index }: Cell, at: vscode.Position): Promise<void> {
  const range = new vscode.NotebookRange(index, index + 1);
  const shown = await vscode.window.showNotebookDocument(notebook, { selections: [range] });
  shown.revealRange(range, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
  await vscode.commands.executeCommand('notebook.cell.edit');
  const { document } = notebook.cellAt(index);
  const editor = vscode.window.visibleTextEditors.find((candidate) => candidate.document === document);
  if (editor !== undefined) editor.selection = new vscode.Selection(at, at);
}
