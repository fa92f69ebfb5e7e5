/** Spans follow the code through git while the window is open, and what was not recorded is a gap that can be seen. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { digestOf } from '#core/digest';
import type { RepoPath } from '#core/path';
import { gapsOf } from '#project/gaps';
import { writeMarker } from '#project/markers';
import { openRepository, type Repository } from '#project/repository';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';

const FILE = 'history.ts';
const BASE = 'export const base = 1;\n';
const AGENTS = 'export function agents(): number {\n  return base + 41;\n}\n';
const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
let api: Api;
let repository: Repository;

describe('history', () => {
  const uri = (): vscode.Uri => vscode.Uri.file(join(folder(), FILE));
  const text = (): string => (existsSync(uri().fsPath) ? readFileSync(uri().fsPath, 'utf8') : '');
  /** Whose the agent's lines are, as the editor has it; empty while they are not there. */
  const whose = (): string => {
    const start = text().indexOf(AGENTS);
    return [...new Set(api.spans(uri()).filter(({ range }) => start >= 0 && range.start < start + AGENTS.length && range.end > start).map(({ origin }) => (origin.kind === 'agent' ? origin.agent : origin.kind)))].join();
  };
  const expectWhose = async (expected: string): Promise<void> => {
    await until(() => whose() === expected).catch(() => undefined);
    assert.equal(whose(), expected);
  };

  before(async () => {
    api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
    const opened = await openRepository(folder());
    assert.ok(opened.ok);
    repository = opened.repository;
    writeFileSync(uri().fsPath, BASE);
    git('add', FILE);
    git('commit', '--quiet', '--message', 'base', '--', FILE);
  });
  beforeEach(async () => {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri()));
    writeFileSync(uri().fsPath, BASE + AGENTS);
    await writeMarker(repository, { agent: 'codex', session: 's', tool: 'apply_patch', path: FILE as RepoPath, before: digestOf(BASE), after: digestOf(BASE + AGENTS), written: [{ start: BASE.length, end: BASE.length + AGENTS.length }], at: Date.now() });
    await expectWhose('codex');
  });
  afterEach(async () => {
    git('checkout', '--quiet', '--', FILE);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => {
    git('rm', '--quiet', '--force', FILE);
    git('commit', '--quiet', '--message', 'gone', '--', FILE);
  });

  it('that is stashed and popped is the agent\'s again, in an open document', async () => {
    git('stash', 'push', '--quiet', '--', FILE);
    await until(() => vscode.window.activeTextEditor?.document.getText() === BASE);
    await expectWhose('');
    git('stash', 'pop', '--quiet');
    await expectWhose('codex');
  });

  it('that is stashed and popped is the agent\'s again, in a file that is not open', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    git('stash', 'push', '--quiet', '--', FILE);
    await until(() => !api.spans(uri()).some(({ origin }) => origin.kind === 'agent'));
    git('stash', 'pop', '--quiet');
    await expectWhose('codex');
  });

  it('is recorded beside the code, where the repository has taken Vetmark up', async () => {
    const records = (): readonly string[] => (existsSync(join(folder(), '.vetmark/provenance')) ? readdirSync(join(folder(), '.vetmark/provenance')) : []);
    const reviewers = join(folder(), '.vetmark/reviewers');
    const had = existsSync(reviewers);
    if (!had) {
      mkdirSync(join(folder(), '.vetmark'), { recursive: true });
      writeFileSync(reviewers, '# none yet\n');
    }
    await vscode.workspace.openTextDocument(uri());
    await vscode.commands.executeCommand('workbench.action.files.save');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri(), new vscode.Position(0, 0), '// one more line of somebody\n');
    await vscode.workspace.applyEdit(edit);
    await (await vscode.workspace.openTextDocument(uri())).save();
    await until(() => records().some((name) => readFileSync(join(folder(), '.vetmark/provenance', name), 'utf8').includes(`"agent": "codex"`)));
    assert.equal(records().some((name) => readFileSync(join(folder(), '.vetmark/provenance', name), 'utf8').includes('base + 41')), false);
    if (!had) rmSync(reviewers);
    rmSync(join(folder(), '.vetmark/provenance'), { recursive: true, force: true });
  });

  it('of a file that is too large is a gap', async () => {
    const large = join(folder(), 'large.ts');
    writeFileSync(large, 'x();\n'.repeat(220_000));
    await vscode.workspace.openTextDocument(large);
    let causes: readonly string[] = [];
    const look = async (): Promise<void> => {
      causes = (await gapsOf(repository)).filter(({ paths }) => paths !== 'everything' && paths.includes('large.ts' as RepoPath)).map(({ cause }) => cause);
    };
    await until(() => {
      void look();
      return causes.length > 0;
    }).catch(() => undefined);
    assert.deepEqual(causes, ['too-large']);
    rmSync(large);
  });
});
