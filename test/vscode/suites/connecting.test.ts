/** Connecting an agent from the editor: the change is shown beside the file as it is, and nothing is written until a person says so. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../until.ts';

const SETTINGS = '{\r\n\t// mine\r\n\t"model": "opus"\r\n}';

describe('connecting an agent from the editor', () => {
  const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  const settings = (): string => join(folder(), '.claude/settings.json');
  const shown = (): vscode.TabInputTextDiff | undefined => {
    const inputs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ input }) => input));
    return inputs.find((input): input is vscode.TabInputTextDiff => input instanceof vscode.TabInputTextDiff && input.modified.path.endsWith('/.claude/settings.json'));
  };
  /** The dialog is a person's to answer: a window under test closes it, or leaves it standing. */
  const asked = (command: string): Promise<unknown> => Promise.race([Promise.resolve(vscode.commands.executeCommand(command, 'claude-code', 'project')).catch(() => undefined), until(() => shown() !== undefined).then(() => new Promise((resolve) => setTimeout(resolve, 1500)))]);

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('shows the change as a diff and writes nothing by itself', async () => {
    mkdirSync(join(folder(), '.claude'), { recursive: true });
    writeFileSync(settings(), SETTINGS);
    await asked('vetmark.connectAgent');
    const diff = shown();
    const [before, after] = [diff!.original, diff!.modified].map((uri) => vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())?.getText() ?? '');
    assert.deepEqual([before, after!.includes(' hook claude-code'), after!.includes('// mine'), readFileSync(settings(), 'utf8')], [SETTINGS, true, true, SETTINGS]);
  });

  it('shows a new file beside nothing, and makes none by itself', async () => {
    await vscode.workspace.fs.delete(vscode.Uri.file(join(folder(), '.claude')), { recursive: true });
    await asked('vetmark.connectAgent');
    assert.deepEqual([shown() !== undefined, existsSync(settings())], [true, false]);
  });
});
