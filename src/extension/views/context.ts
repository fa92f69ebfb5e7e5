/** What menus, keys and welcome texts ask about: that we run, and whether there is a repository. */
import * as vscode from 'vscode';
import type { Places } from '../places.ts';

export function tellContext(places: Places): vscode.Disposable {
  const set = (name: string, value: unknown): void => void vscode.commands.executeCommand('setContext', name, value);
  const tell = (): void => set('vetmark.repository', !places.settled ? 'looking' : places.repositories.length === 0 ? 'none' : 'some');
  set('vetmark.active', true);
  tell();
  return places.onDidChange(tell);
}
