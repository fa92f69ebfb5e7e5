/** A line above each region: its state and the way to the checklist. Off unless the user switches it on. */
import * as vscode from 'vscode';
import { Disposables } from '../disposable.ts';
import { settings } from '../settings.ts';
import type { Registry } from './registry.ts';
import { stateWord } from './words.ts';

export class RegionLenses implements vscode.CodeLensProvider {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#disposables.addAll(
      registry.onDidChange(() => {
        if (settings.codeLens()) this.#changed.fire();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('vetmark.codeLens')) this.#changed.fire();
      }),
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!settings.codeLens()) return [];
    return this.#registry.standing(document.uri).filter(({ state }) => state !== 'vetted').flatMap((entry) => {
      const range = new vscode.Range(entry.from, 0, entry.from, 0);
      const count = entry.findings.length;
      const lenses = [new vscode.CodeLens(range, { command: 'vetmark.showChecklist', title: `$(shield) Vet (${stateWord(entry.state)})`, arguments: [entry.key] })];
      if (count > 0) lenses.push(new vscode.CodeLens(range, { command: 'vetmark.showChecklist', title: count === 1 ? '1 finding' : `${count} findings`, arguments: [entry.key] }));
      return lenses;
    });
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
