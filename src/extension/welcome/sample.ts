/**
 * A small repository to try Vetmark on: one file of it is an agent's, told as an agent's hook tells it, with one finding.
 * Guards: it lies in the extension's own storage, so that trying Vetmark touches nothing of the user's; and it opens only when asked for.
 */
import * as vscode from 'vscode';
import { digestOf } from '#core/digest';
import { repoPathOf } from '#core/path';
import { git } from '#project/git';
import { writeMarker } from '#project/markers';
import { openRepository } from '#project/repository';
import { log } from '../log.ts';

export const WALKTHROUGH = 'vetmark.vetmark#start';

/** Key of the folder that a window is about to open, in the global state. */
const OPENING = 'sample.opening';
const AGENT = 'sample-agent';
const BASE = ['README.md', 'src/db.ts'];
/** Its first line is in the commit, the rest is the agent's. */
const WRITTEN = 'src/search.ts';
/** It is nobody's work, and the person's own name is for their reviews. */
const COMMITTER = ['-c', 'user.name=Vetmark', '-c', 'user.email=sample@vetmark.invalid', '-c', 'commit.gpgsign=false'];

type Made = { readonly ok: true; readonly folder: vscode.Uri } | { readonly ok: false; readonly message: string };

/** Makes a fresh sample and opens it: in this window if it is empty, else in one of its own. */
export async function openSample({ globalStorageUri, globalState, extensionUri }: vscode.ExtensionContext): Promise<void> {
  const made = await makeSample(vscode.Uri.joinPath(globalStorageUri, 'samples'), vscode.Uri.joinPath(extensionUri, 'media', 'sample'));
  if (!made.ok) {
    void vscode.window.showErrorMessage(vscode.l10n.t('The sample could not be made: {0}', made.message));
    return;
  }
  await globalState.update(OPENING, made.folder.fsPath);
  await vscode.commands.executeCommand('vscode.openFolder', made.folder, { forceNewWindow: vscode.workspace.workspaceFolders !== undefined });
}

/** In the window that opens a sample: shows the agent's file, and the walkthrough beside it. */
export async function greetSample({ globalState }: vscode.ExtensionContext): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined || globalState.get(OPENING) !== folder.fsPath) return;
  await globalState.update(OPENING, undefined);
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, WRITTEN), { viewColumn: vscode.ViewColumn.Beside });
}

/** Makes the repository: three files in its first commit, and a function that the agent wrote into one of them since. */
async function makeSample(samples: vscode.Uri, source: vscode.Uri): Promise<Made> {
  await removeOld(samples);
  const folder = vscode.Uri.joinPath(samples, `shop-${Date.now()}`);
  for (const path of BASE) await vscode.workspace.fs.copy(vscode.Uri.joinPath(source, path), vscode.Uri.joinPath(folder, path));
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(source, WRITTEN)));
  const before = text.slice(0, text.indexOf('\n') + 1);
  const write = (content: string): Thenable<void> => vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, WRITTEN), new TextEncoder().encode(content));
  await write(before);
  for (const args of [['init', '--quiet', '--initial-branch=main'], ['add', '--all'], [...COMMITTER, 'commit', '--quiet', '--message', 'Open the shop']]) {
    const done = await git(folder.fsPath, args);
    if (!done.ok) return done;
  }
  const opened = await openRepository(folder.fsPath);
  if (!opened.ok) return opened;
  await write(text);
  await writeMarker(opened.repository, { agent: AGENT, session: 'sample', tool: 'Write', path: repoPathOf(WRITTEN)!, before: digestOf(before), after: digestOf(text), written: [{ start: before.length, end: text.length }], at: Date.now() });
  return { ok: true, folder };
}

/** Samples of before, save the one that is open here. */
async function removeOld(samples: vscode.Uri): Promise<void> {
  const open = new Set(vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath));
  try {
    for (const [name] of await vscode.workspace.fs.readDirectory(samples)) {
      const folder = vscode.Uri.joinPath(samples, name);
      if (!open.has(folder.fsPath)) await vscode.workspace.fs.delete(folder, { recursive: true });
    }
  } catch (error) {
    log('debug', `no older sample was removed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
