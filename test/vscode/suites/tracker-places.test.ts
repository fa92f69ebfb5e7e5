/** Who wrote it, wherever the text stands: files that are renamed, moved or deleted, untitled documents, notebooks. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';

const root = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
let api: Api;
let place: string;
let count = 0;

function labels(document: vscode.TextDocument): string[] {
  const text = document.getText();
  return api.spans(document.uri).map(({ range, origin }) => [origin.kind, text.slice(range.start, range.end).trim()]).filter(([, piece]) => piece !== '').map(([kind, piece]) => `${kind}: ${piece}`);
}

async function expectLabels(document: vscode.TextDocument, expected: readonly string[]): Promise<void> {
  await until(() => labels(document).join('\n') === expected.join('\n')).catch(() => undefined);
  assert.deepEqual(labels(document), expected);
}

async function show(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  const end = document.positionAt(document.getText().length);
  editor.selection = new vscode.Selection(end, end);
  return document;
}

async function type(text: string): Promise<void> {
  for (const letter of text) await vscode.commands.executeCommand('type', { text: letter });
}

async function toolWrites(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, document.positionAt(document.getText().length), text);
  await vscode.workspace.applyEdit(edit);
}

async function move(from: vscode.Uri, to: vscode.Uri): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(from, to);
  await vscode.workspace.applyEdit(edit);
}

describe('who wrote it, wherever it stands', () => {
  before(async () => {
    api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
  });

  beforeEach(() => {
    place = join(root(), `places-${String(++count)}`);
    mkdirSync(place);
    writeFileSync(join(place, 'a.ts'), 'base();\n');
    execFileSync('git', ['add', place], { cwd: root() });
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message', 'base', '--', place], { cwd: root() });
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(place, { recursive: true, force: true });
  });

  it('is kept by a file that is renamed while it is open', async () => {
    const old = await show(vscode.Uri.file(join(place, 'a.ts')));
    await until(() => api.spans(old.uri).length === 0);
    await type('mine();');
    await toolWrites(old, '\ntool();\n');
    await old.save();
    const to = vscode.Uri.file(join(place, 'b.ts'));
    await move(old.uri, to);
    await expectLabels(await show(to), ['human: mine();', 'unknown: tool();']);
  });

  it('is kept by a folder that is moved while its file is closed', async () => {
    const old = await show(vscode.Uri.file(join(place, 'a.ts')));
    await toolWrites(old, 'tool();\n');
    await old.save();
    await expectLabels(old, ['unknown: tool();']);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const moved = join(place, 'moved');
    mkdirSync(moved);
    await move(vscode.Uri.file(join(place, 'a.ts')), vscode.Uri.file(join(moved, 'a.ts')));
    await expectLabels(await show(vscode.Uri.file(join(moved, 'a.ts'))), ['unknown: tool();']);
  });

  it('is forgotten with a file that is deleted in the editor', async () => {
    const uri = vscode.Uri.file(join(place, 'a.ts'));
    const document = await show(uri);
    await toolWrites(document, 'tool();\n');
    await document.save();
    await expectLabels(document, ['unknown: tool();']);
    const edit = new vscode.WorkspaceEdit();
    edit.deleteFile(uri);
    await vscode.workspace.applyEdit(edit);
    await until(() => api.spans(uri).length === 0);
    assert.deepEqual(api.regions(uri), []);
  });

  it('is known of an untitled document', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'typescript', content: '' });
    await vscode.window.showTextDocument(document);
    await type('mine();');
    await toolWrites(document, '\ntool();\n');
    await expectLabels(document, ['human: mine();', 'unknown: tool();']);
  });

  it('is known of a notebook’s cell', async () => {
    const file = join(place, 'cells.ipynb');
    writeFileSync(file, JSON.stringify({ cells: [{ cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: [] }], metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 }));
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
    await vscode.window.showNotebookDocument(notebook);
    const { document } = notebook.cellAt(0);
    await vscode.commands.executeCommand('notebook.cell.edit');
    await until(() => vscode.window.activeTextEditor?.document === document);
    await type('mine = 1');
    await until(() => document.getText() === 'mine = 1');
    await expectLabels(document, ['human: mine = 1']);
    await toolWrites(document, '\ntool(1)');
    await expectLabels(document, ['human: mine = 1', 'unknown: tool(1)']);
  });
});
