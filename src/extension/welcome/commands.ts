/** The commands of the first minutes, and what ticks off the walkthrough's last step. Guards: nothing here shows itself uninvited. */
import * as vscode from 'vscode';
import { Disposables } from '../disposable.ts';
import { detached } from '../log.ts';
import type { Registry } from '../review/registry.ts';
import { addGate } from './add-gate.ts';
import { greetSample, openSample, WALKTHROUGH } from './sample.ts';

/** True from the first region that was seen vetted; the walkthrough's step waits for it. */
const HAS_VETTED = 'vetmark.hasVetted';

export type WelcomeCommand = 'vetmark.openSample' | 'vetmark.addGate' | 'vetmark.getStarted';

export function registerWelcome(context: vscode.ExtensionContext, registry: Registry): vscode.Disposable {
  const commands: Readonly<Record<WelcomeCommand, () => unknown>> = {
    'vetmark.openSample': () => openSample(context),
    'vetmark.addGate': () => addGate(context.extensionUri),
    'vetmark.getStarted': () => vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false),
  };
  const disposables = new Disposables();
  for (const [name, run] of Object.entries(commands)) disposables.add(vscode.commands.registerCommand(name, run));
  const watch = disposables.add(registry.onDidChange(() => {
    if (!vscode.workspace.textDocuments.some(({ uri }) => registry.standing(uri).some(({ state }) => state === 'vetted'))) return;
    void vscode.commands.executeCommand('setContext', HAS_VETTED, true);
    watch.dispose();
  }));
  detached(greetSample(context), 'opening the sample');
  return disposables;
}
