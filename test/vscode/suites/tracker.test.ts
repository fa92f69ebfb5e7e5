/** Who wrote it, in a real editor: each way in which text comes, and the label it gets. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';

const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
let api: Api;
let document: vscode.TextDocument;
let count = 0;

/** Labels of a text, one line each: `label: text`. */
function labels(): string[] {
  const text = document.getText();
  return api.spans(document.uri).filter(({ range }) => text.slice(range.start, range.end).trim() !== '').map(({ range, origin }) => `${nameOf(origin)}: ${text.slice(range.start, range.end).trim()}`);
}

function nameOf(origin: { readonly kind: string; readonly agent?: string; readonly tool?: string }): string {
  return origin.agent ?? (origin.tool === undefined ? origin.kind : `tool ${origin.tool}`);
}

async function expectLabels(expected: readonly string[]): Promise<void> {
  await until(() => labels().join('\n') === expected.join('\n')).catch(() => undefined);
  assert.deepEqual(labels(), expected);
}

async function type(text: string): Promise<void> {
  for (const letter of text) await vscode.commands.executeCommand('type', { text: letter });
}

async function applyEdit(insert: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, document.positionAt(document.getText().length), insert);
  await vscode.workspace.applyEdit(edit);
}

describe('who wrote it', () => {
  before(async () => {
    api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
  });

  beforeEach(async () => {
    const file = join(folder(), `tracked-${++count}.ts`);
    writeFileSync(file, 'const base = 1;\n');
    execFileSync('git', ['add', file], { cwd: folder() });
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message', 'base', '--', file], { cwd: folder() });
    document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    const end = document.positionAt(document.getText().length);
    editor.selection = new vscode.Selection(end, end);
    await new Promise((resolve) => setTimeout(resolve, 300));
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    rmSync(document.uri.fsPath, { force: true });
  });

  it('is a person when it is typed', async () => {
    await type('let a;');
    await expectLabels(['human: let a;']);
  });

  it('is a person when brackets close themselves', async () => {
    await type('f(1)');
    await expectLabels(['human: f(1)']);
  });

  it('is unknown when a tool edits the document', async () => {
    await applyEdit('function gen() {\n  return 1;\n}\n');
    await expectLabels(['unknown: function gen() {\n  return 1;\n}']);
  });

  it('is unknown when a tool edits at one character', async () => {
    await applyEdit('x');
    await expectLabels(['unknown: x']);
  });

  it('comes back after undo and redo of an edit by a tool', async () => {
    await applyEdit('function gen() {\n  return 1;\n}\n');
    await vscode.commands.executeCommand('undo');
    await expectLabels([]);
    await vscode.commands.executeCommand('redo');
    await expectLabels(['unknown: function gen() {\n  return 1;\n}']);
  });

  it('comes back as typed after undo and redo of typing', async () => {
    await type('abc');
    await expectLabels(['human: abc']);
    await vscode.commands.executeCommand('undo');
    await vscode.commands.executeCommand('redo');
    await expectLabels(['human: abc']);
  });

  it('is external when the file changes on disk and nobody says who', async () => {
    writeFileSync(document.uri.fsPath, readFileSync(document.uri.fsPath, 'utf8') + 'agent();\n');
    await expectLabels(['external: agent();']);
  });

  it('is the suggestion list\'s, and nothing to vet, when a name is chosen for what was typed', async () => {
    await type('function mine() {\n  return mi');
    await vscode.commands.executeCommand('editor.action.triggerSuggest');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await vscode.commands.executeCommand('acceptSelectedSuggestion');
    await until(() => labels().some((label) => label.startsWith('tool suggest'))).catch(() => undefined);
    assert.deepEqual(labels().map((label) => label.split(':')[0]).filter((name) => name !== 'human' && name !== 'tool suggest'), [], labels().join('\n'));
    assert.ok(labels().some((label) => /^tool suggest: \w+$/.test(label)), labels().join('\n'));
    assert.deepEqual(api.regions(document.uri), []);
  });

  it('is untrusted when a tool puts a name there, with nothing typed before it', async () => {
    await applyEdit('console');
    await expectLabels(['unknown: console']);
  });

  it('shows a deletion that no person made, and none that a person made', async () => {
    const delete_ = async (how: () => Thenable<unknown>): Promise<string> => {
      await how();
      await document.save();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return api.regions(document.uri).map(({ label }) => label).join(', ');
    };
    const byHand = await delete_(async () => {
      vscode.window.activeTextEditor!.selection = new vscode.Selection(0, 14, 0, 14);
      await vscode.commands.executeCommand('deleteLeft');
    });
    const byTool = await delete_(() => {
      const edit = new vscode.WorkspaceEdit();
      edit.delete(document.uri, new vscode.Range(0, 6, 0, 10));
      return vscode.workspace.applyEdit(edit);
    });
    assert.deepEqual([document.getText(), byHand, byTool], ['const  = ;\n', '', 'line 1']);
  });

  it('stays when the code is re-spaced', async () => {
    await applyEdit('gen(1,2);\n');
    const edit = new vscode.WorkspaceEdit();
    const at = document.positionAt(document.getText().indexOf('2);'));
    edit.insert(document.uri, at, ' ');
    await vscode.workspace.applyEdit(edit);
    await expectLabels(['unknown: gen(1, 2);']);
  });

  it('stays when the document is closed and opened again', async () => {
    await applyEdit('gen();\n');
    await document.save();
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    document = await vscode.workspace.openTextDocument(document.uri);
    await vscode.window.showTextDocument(document);
    await expectLabels(['unknown: gen();']);
  });

  it('is a list of regions to vet, and typed code is not among them', async () => {
    await type('let a = 1;\n');
    await applyEdit('function gen() {\n  return 1;\n}\n');
    const mine = (): string[] => api.regions(document.uri).filter(({ state }) => state !== 'vetted').map(({ label }) => label);
    await until(() => mine().length > 0).catch(() => undefined);
    assert.deepEqual(mine(), ['function gen']);
  });

  // The last one: what git is known to have brought is known again in a later file of the same text.
  it('is git when the file becomes what HEAD holds', async () => {
    // No letter of what stood there: how much of a file the editor replaces when it reloads depends on how busy it is.
    writeFileSync(document.uri.fsPath, '{}\n');
    await expectLabels(['external: {}']);
    execFileSync('git', ['checkout', '--quiet', 'HEAD', '--', document.uri.fsPath], { cwd: folder() });
    await expectLabels(['tool vcs: const base = 1;']);
  });
});
