/** Dialogs that ask a person: whoever runs the command, nothing happens until a person presses. A window under test answers them as if the person had closed them; the journey presses the button. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';

const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const reviews = (): string[] => (existsSync(join(folder(), '.vetmark/reviews')) ? readdirSync(join(folder(), '.vetmark/reviews')) : []);

describe('a dialog that asks a person', () => {

  it('signs nothing by itself, when an enrolled reviewer\'s command is run by another extension', async () => {
    const api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
    execFileSync('git', ['config', 'user.email', 'robin@example.com'], { cwd: folder() });
    await vscode.commands.executeCommand('vetmark.enrol');
    const file = join(folder(), 'own.ts');
    writeFileSync(file, '');
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const letter of 'const own = 1;') await vscode.commands.executeCommand('type', { text: letter });
    await until(() => api.spans(document.uri).some(({ origin }) => origin.kind === 'human'));
    await document.save();
    await Promise.race([Promise.resolve(vscode.commands.executeCommand('vetmark.signWritten')).catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 2500))]);
    assert.deepEqual(reviews(), []);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
