/** Findings in a real editor: squiggles where nobody vetted, and fixes that keep the label of the code they mend. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';

const QUERY = "import { Pool } from 'pg';\nconst pool = new Pool();\nexport async function find(req: { query: { id: string } }) {\n  return pool.query(`SELECT * FROM orders WHERE id = ${req.query.id}`);\n}\n";
let document: vscode.TextDocument;
let api: Api;
let count = 0;

const found = (): vscode.Diagnostic[] => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'vetmark');
const codes = (): unknown[] => found().map(({ code }) => (typeof code === 'object' ? code.value : code));

async function insert(text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, document.positionAt(document.getText().length), text);
  await vscode.workspace.applyEdit(edit);
}

describe('findings', () => {
  before(async () => {
    api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
  });

  beforeEach(async () => {
    const file = join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, `found-${++count}.ts`);
    writeFileSync(file, '');
    document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    await new Promise((resolve) => setTimeout(resolve, 200));
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    rmSync(document.uri.fsPath, { force: true });
  });

  it('are squiggles in code that a tool wrote', async () => {
    await insert(QUERY);
    await until(() => found().length > 0).catch(() => undefined);
    assert.deepEqual(codes(), ['no-sql-injection']);
  });

  it('lead into the file that a value goes to', async () => {
    const store = join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'found-store.ts');
    writeFileSync(store, "import { readFileSync } from 'node:fs';\nexport const load = (name: string) => readFileSync('/data/' + name);\n");
    await insert("import express from 'express';\nimport { load } from './found-store.js';\nexpress().get('/f', (req, res) => res.json(load(req.query.name)));\n");
    await until(() => codes().includes('no-path-traversal')).catch(() => undefined);
    const places = found().flatMap(({ relatedInformation = [] }) => relatedInformation.map(({ location }) => location.uri.fsPath));
    rmSync(store, { force: true });
    assert.ok(places.includes(store), `found ${codes().join(', ')} with places ${places.join(', ')}`);
  });

  it('say the weakness, its category and the next step', async () => {
    await insert(QUERY);
    await until(() => found().length > 0).catch(() => undefined);
    assert.match(found()[0]?.message ?? '', /CWE-89.*A03/s);
  });

  it('offer a fix whose code stays untrusted', async () => {
    await insert(QUERY);
    await until(() => found().length > 0);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, found()[0]!.range);
    const fix = actions.find(({ edit }) => edit !== undefined);
    assert.ok(fix?.edit, `no fix among: ${actions.map(({ title }) => title).join(', ')}`);
    await vscode.workspace.applyEdit(fix.edit);
    await until(() => found().length === 0);
    const text = document.getText();
    assert.ok(api.spans(document.uri).every(({ origin }) => origin.kind === 'unknown'), text);
  });

  it('are moved by an edit above them', async () => {
    await insert(QUERY);
    await until(() => found().length > 0);
    const line = found()[0]!.range.start.line;
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '// one more line\n');
    await vscode.workspace.applyEdit(edit);
    await until(() => found()[0]?.range.start.line === line + 1);
    assert.deepEqual(codes(), ['no-sql-injection']);
  });

  it('come again after the worker was killed', async function () {
    if (process.platform !== 'linux') this.skip();
    await insert(QUERY);
    await until(() => found().length > 0);
    const [worker] = workers();
    assert.notEqual(worker, undefined);
    process.kill(worker!, 'SIGKILL');
    await until(() => workers().length === 1 && workers()[0] !== worker);
    await insert(QUERY.replaceAll('find', 'seek').replaceAll('Pool', 'Pond').replace("{ Pond }", '{ Pool as Pond }').replaceAll('pool', 'pond'));
    await until(() => found().length === 2).catch(() => undefined);
    assert.deepEqual(codes(), ['no-sql-injection', 'no-sql-injection']);
  });
});

/** Ids of the worker processes that this extension host started. */
function workers(): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((id) => {
    try {
      const parent = Number(readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]);
      return parent === process.pid && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('server.cjs');
    } catch {
      // It ended while we looked.
      return false;
    }
  });
}
