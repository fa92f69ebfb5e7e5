/** Lists, lenses, comparing and fixing in a real editor: what they show, and that our keys take nobody else's. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';

const FLAWS = "import { Pool } from 'pg';\nconst pool = new Pool();\nexport async function one(req: { query: { id: string } }) {\n  return pool.query(`SELECT * FROM orders WHERE id = ${req.query.id}`);\n}\n\nexport async function two(req: { query: { id: string } }) {\n  return pool.query(`SELECT * FROM customers WHERE id = ${req.query.id}`);\n}\n";
const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const made: string[] = [];
let api: Api;
let count = 0;

function fileOf(text: string): vscode.Uri {
  const file = join(folder(), `listed-${++count}.ts`);
  writeFileSync(file, text);
  made.push(file);
  return vscode.Uri.file(file);
}

async function append(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, document.positionAt(document.getText().length), text);
  await vscode.workspace.applyEdit(edit);
}

/** An open document with untrusted text. */
async function written(text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(fileOf(''));
  await vscode.window.showTextDocument(document);
  await append(document, text);
  await until(() => api.regions(document.uri).length > 0);
  return document;
}

const lensesOf = async (uri: vscode.Uri): Promise<string[]> => (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 50)).flatMap(({ command }) => (command?.command.startsWith('vetmark') === true ? [command.title] : []));
const set = (name: string, value: unknown): Thenable<void> => vscode.workspace.getConfiguration('vetmark').update(name, value, vscode.ConfigurationTarget.Global);

describe('views', () => {
  before(async () => {
    api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const file of made.splice(0)) rmSync(file, { force: true });
  });

  it('use chords that start with a key no built-in command and no other extension has', async () => {
    await vscode.commands.executeCommand('workbench.action.openDefaultKeybindingsFile');
    await until(() => vscode.window.activeTextEditor?.document.getText().includes('vetmark.next') === true);
    const text = vscode.window.activeTextEditor!.document.getText();
    const taken = [...text.matchAll(/"key": "(?:ctrl|cmd)\+alt\+u(?: [^"]+)?",\s*"command": "([^"]+)"/g)].map(([, command]) => command!);
    assert.ok(taken.length > 10, text.slice(0, 400));
    assert.deepEqual(taken.filter((command) => !command.startsWith('vetmark.')), []);
    const single = [...text.matchAll(/"key": "(?:ctrl|cmd)\+(?:shift\+)?f7",\s*"command": "([^"]+)"/g)].map(([, command]) => command!);
    assert.deepEqual(single.sort(), ['vetmark.next', 'vetmark.previous']);
  });

  it('put a lens above every region, or above the one at the cursor, with its findings', async () => {
    const document = await written(FLAWS);
    await until(() => api.findings(document.uri).length === 2);
    try {
      await set('codeLens.show', 'all');
      const all = await lensesOf(document.uri);
      assert.deepEqual([all.filter((title) => /Vet \(/.test(title)).length, all.filter((title) => /1 finding/.test(title)).length], [api.regions(document.uri).length, 2]);
      await set('codeLens.show', 'current');
      vscode.window.activeTextEditor!.selection = new vscode.Selection(3, 0, 3, 0);
      let current: string[] = [];
      for (let look = 0; look < 100 && current.length < 4; look++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        current = await lensesOf(document.uri);
      }
      assert.deepEqual(current, ['$(shield) Vet (not vetted)', 'Not AI', 'What changed', '$(warning) 1 finding']);
    } finally {
      await set('codeLens.show', undefined);
    }
  });

  it('compare a region with the text before, keeping what is elsewhere', async () => {
    const document = await written('export function first() {\n  return 1;\n}\n\nexport function second() {\n  return 2;\n}\n');
    vscode.window.activeTextEditor!.selection = new vscode.Selection(5, 0, 5, 0);
    await vscode.commands.executeCommand('vetmark.whatChanged');
    const former = (): vscode.TextDocument | undefined => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'vetmark-before');
    await until(() => former() !== undefined);
    assert.equal(former()!.getText().trim(), 'export function first() {\n  return 1;\n}');
    assert.equal(former()!.languageId, 'typescript');
    assert.deepEqual(api.regions(former()!.uri), []);
    assert.equal(document.getText().includes('second'), true);
  });

  it('find what is wrong in a file that nobody opened', async () => {
    const uri = fileOf(FLAWS);
    await until(() => api.findings(uri).length === 2, 40_000);
    assert.equal(vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString()), false);
    assert.equal(vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'vetmark').length, 2);
  });

  it('fix all of a kind in untrusted code, which stays untrusted', async () => {
    const document = await written(FLAWS);
    await until(() => api.findings(document.uri).length === 2);
    await vscode.commands.executeCommand('vetmark.fixAllOfKind', 'no-sql-injection');
    assert.deepEqual(api.findings(document.uri).map(({ rule }) => rule), []);
    assert.equal(document.getText().match(/WHERE id = \$1/g)?.length, 2);
    assert.deepEqual(api.regions(document.uri).filter(({ state }) => state !== 'vetted').map(({ label }) => label).slice(-2), ['function one', 'function two']);
  });

  it('offer all safe fixes of a file as one source action', async () => {
    const document = await written(FLAWS);
    await until(() => api.findings(document.uri).length === 2);
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, all, vscode.CodeActionKind.SourceFixAll.value);
    const own = actions.filter(({ kind }) => kind?.value === 'source.fixAll.vetmark');
    const safe = api.findings(document.uri).filter(({ fixes: [first] }) => first?.kind === 'safe').length;
    assert.equal(own.length, safe > 0 ? 1 : 0);
  });

  it('go to a region in a cell of a notebook', async () => {
    const file = join(folder(), `cells-${++count}.ipynb`);
    made.push(file);
    writeFileSync(file, JSON.stringify({ cells: [{ cell_type: 'code', metadata: {}, source: ['print(1)\n'], outputs: [], execution_count: null }], metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 }));
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
    await vscode.window.showNotebookDocument(notebook);
    const cell = notebook.cellAt(0).document;
    await append(cell, '\ndef summed(values):\n    return sum(values)\n');
    await until(() => api.regions(cell.uri).length > 0);
    const there = await written('export const elsewhere = 1;\n');
    assert.ok(there);
    vscode.window.activeTextEditor!.selection = new vscode.Selection(0, 0, 0, 0);
    for (let step = 0; step < 30 && vscode.window.activeTextEditor?.document !== cell; step++) {
      await vscode.commands.executeCommand('vetmark.previous');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(vscode.window.activeNotebookEditor?.notebook.uri.fsPath, file);
  });
});
