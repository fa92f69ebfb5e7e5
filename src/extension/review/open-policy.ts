/** Opens the policy of a repository; where there is none, a draft of one that says what holds without it. Nothing is written until the person saves it. */
import * as vscode from 'vscode';
import { POLICY_FILE } from '#project/reviews';
import type { Repository } from '#project/repository';
import type { Places } from '../places.ts';

/** What holds by itself, spelt out. */
const DRAFT = `${JSON.stringify({ version: 1, threshold: 'high', require: [], checklist: [] }, undefined, 2)}\n`;

export async function openPolicy(places: Places, choose: () => Promise<Repository | undefined>): Promise<void> {
  const repository = await choose();
  if (repository === undefined) return;
  const uri = places.uriOf(repository, POLICY_FILE);
  const exists = await vscode.workspace.fs.stat(uri).then(() => true, () => false);
  const document = await vscode.workspace.openTextDocument(exists ? uri : uri.with({ scheme: 'untitled' }));
  const editor = await vscode.window.showTextDocument(document);
  if (!exists && document.getText() === '') await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), DRAFT));
}
