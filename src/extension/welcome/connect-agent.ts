/**
 * Leads to `vetmark agents connect`: the command stands ready in a terminal, and the person runs it.
 * Invariant 13: an agent's configuration is changed only there, after its preview and the person's yes.
 */
import * as vscode from 'vscode';
import { AGENTS } from '#agents/index';

export async function connectAgent(): Promise<void> {
  const agents = await Promise.all([...AGENTS.values()].map((load) => load()));
  const items = agents.filter(({ hooking }) => hooking !== undefined).map(({ id, name }) => ({ label: name, description: id }));
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Connect an agent'), placeHolder: vscode.l10n.t('Its hook then tells Vetmark what it writes. You see the change to its configuration before you agree.') });
  if (chosen === undefined) return;
  const terminal = vscode.window.createTerminal({ name: 'Vetmark' });
  terminal.show();
  // Not run: the last key is the person's. The id is one of our own list.
  terminal.sendText(`npx vetmark agents connect ${chosen.description}`, false);
}
