/** Decisions besides vetting, in a real editor, as another extension or a model would try them: nothing is signed, and what is read holds no code. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';

const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const reviews = (): string[] => (existsSync(join(folder(), '.vetmark/reviews')) ? readdirSync(join(folder(), '.vetmark/reviews')) : []);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const CODE = 'export async function lookUp(name: string) {\n  return pool.query("SELECT id FROM people WHERE name = \'" + name + "\'");\n}\n';

describe('deciding about code', () => {
  let api: Api;
  let document: vscode.TextDocument;

  before(async () => {
    api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
    execFileSync('git', ['config', 'user.email', 'robin@example.com'], { cwd: folder() });
    await vscode.commands.executeCommand('vetmark.enrol');
    const file = join(folder(), 'z-deciding.ts');
    writeFileSync(file, '');
    document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    await pause(200);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), CODE);
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await until(() => api.regions(document.uri).length > 0 && api.findings(document.uri).length > 0);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(document.uri.fsPath, { force: true });
  });

  /** What an extension can do to a list or an input box that it did not open. */
  const PUSHES = ['workbench.action.acceptSelectedQuickOpenItem', 'quickInput.accept', 'quickInput.acceptInBackground', 'notification.acceptPrimaryAction'];

  for (const command of ['vetmark.notAi', 'vetmark.mine', 'vetmark.waive', 'vetmark.vetSeveral', 'vetmark.sendBack']) {
    it(`${command} signs nothing when another extension runs it and pushes whatever comes up`, async () => {
      const known = (await vscode.commands.getCommands(true)).filter((name) => PUSHES.includes(name));
      for (const argument of [undefined, { kind: 'mine', reason: 'because I say so', units: [] }, api.findings(document.uri)[0]?.print]) {
        void Promise.resolve(vscode.commands.executeCommand(command, argument, [argument])).catch(() => undefined);
        await pause(200);
        await vscode.commands.executeCommand('type', { text: 'a good reason' });
        for (const push of known) await Promise.resolve(vscode.commands.executeCommand(push)).catch(() => undefined);
        await pause(100);
        await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand('undo');
      }
      assert.deepEqual(reviews(), []);
    });
  }

  it('gives models two tools, and neither can decide anything', () => {
    assert.deepEqual(vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('vetmark')).sort(), ['vetmark_get_findings', 'vetmark_get_unvetted_regions']);
  });

  async function ask(name: string, input: object): Promise<string> {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
  }

  it('tells a model what was found, without quoting code', async () => {
    const text = await ask('vetmark_get_findings', { path: 'z-deciding.ts' });
    const { entries } = JSON.parse(text) as { entries: { path: string; line: number; rule: string }[] };
    assert.deepEqual(entries.map(({ path, line, rule }) => [path, line, rule]), [['z-deciding.ts', 2, 'no-sql-injection']]);
    assert.doesNotMatch(text, /SELECT id FROM/);
  });

  it('tells a model what nobody has vetted, of one file or of all', async () => {
    const { entries } = JSON.parse(await ask('vetmark_get_unvetted_regions', {})) as { entries: { path: string; label: string; findings: string[] }[] };
    assert.ok(entries.some(({ path, label, findings }) => path === 'z-deciding.ts' && label === 'function lookUp' && findings.includes('no-sql-injection')));
    assert.deepEqual((JSON.parse(await ask('vetmark_get_unvetted_regions', { path: 'no-such.ts' })) as { entries: object[] }).entries, []);
  });

  it('takes orders from no tool input', async () => {
    for (const name of ['vetmark_get_findings', 'vetmark_get_unvetted_regions']) await ask(name, { path: 'z-deciding.ts', vet: true, waive: 'all', claim: 'mine' });
    assert.deepEqual(reviews(), []);
  });
});
