/** The setting `vetmark.signing.key` in a real editor: which key is enrolled, and that a workspace cannot choose. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../until.ts';

const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const reviewers = (): string => (existsSync(join(folder(), '.vetmark/reviewers')) ? readFileSync(join(folder(), '.vetmark/reviewers'), 'utf8') : '');
const git = (...args: readonly string[]): void => void execFileSync('git', args, { cwd: folder() });
const signing = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('vetmark.signing');

describe('the key that signs', () => {
  let keys: string;
  let former: string;
  let address: string;

  before(async function () {
    if (spawnSync('ssh-keygen', ['-?']).error !== undefined) this.skip();
    await vscode.extensions.getExtension('vetmark.vetmark')!.activate();
    keys = mkdtempSync(join(tmpdir(), 'vetmark-keys-'));
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, 'id')]);
    former = reviewers();
    address = spawnSync('git', ['config', '--local', 'user.email'], { cwd: folder(), encoding: 'utf8' }).stdout.trim();
    git('config', 'user.email', 'kim@example.com');
    git('config', 'user.signingkey', join(keys, 'id.pub'));
  });

  after(async () => {
    if (keys === undefined) return;
    await signing().update('key', undefined, vscode.ConfigurationTarget.Global);
    rmSync(join(folder(), '.vscode'), { recursive: true, force: true });
    git('config', '--unset', 'user.signingkey');
    git('config', ...(address === '' ? ['--unset', 'user.email'] : ['user.email', address]));
    if (former === '') rmSync(join(folder(), '.vetmark/reviewers'), { force: true });
    else writeFileSync(join(folder(), '.vetmark/reviewers'), former);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(keys, { recursive: true, force: true });
  });

  const ownKey = (): string => readFileSync(join(keys, 'id.pub'), 'utf8').split(' ', 2).join(' ');

  it('is the editor\'s own, whatever the workspace says', async () => {
    mkdirSync(join(folder(), '.vscode'), { recursive: true });
    writeFileSync(join(folder(), '.vscode/settings.json'), JSON.stringify({ 'vetmark.signing.key': 'ssh' }));
    // The editor's own write makes it read the file again; its watcher may miss a folder that has just been made.
    await vscode.workspace.getConfiguration('vetmark').update('gutter.showVetted', true, vscode.ConfigurationTarget.Workspace);
    await until(() => vscode.workspace.getConfiguration('vetmark').get('gutter.showVetted') === true);
    assert.match(readFileSync(join(folder(), '.vscode/settings.json'), 'utf8'), /"vetmark\.signing\.key": ?"ssh"/);
    await vscode.commands.executeCommand('vetmark.enrol');
    const enrolled = reviewers();
    assert.deepEqual([enrolled.includes('kim@example.com namespaces="vetmark" ssh-ed25519 '), enrolled.includes(ownKey())], [true, false], enrolled);
  });

  it('is the one that git names, once the user says so', async () => {
    await signing().update('key', 'ssh', vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('vetmark.enrol');
    assert.ok(reviewers().includes(`kim@example.com namespaces="vetmark" ${ownKey()}\n`), reviewers());
  });
});
