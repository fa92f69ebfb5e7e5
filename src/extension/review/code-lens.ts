/** A line above regions: *Vet · Not AI · What changed · n findings*. Off unless a person switches it on, for the region at the cursor or for all. */
import * as vscode from 'vscode';
import { Disposables } from '../disposable.ts';
import { settings } from '../settings.ts';
import type { Cursor } from './cursor.ts';
import type { RegionEntry, Registry } from './registry.ts';
import { findingsWord, stateWord } from './words.ts';

export class RegionLenses implements vscode.CodeLensProvider {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #cursor: Cursor;
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(registry: Registry, cursor: Cursor) {
    this.#registry = registry;
    this.#cursor = cursor;
    this.#disposables.addAll(
      registry.onDidChange(() => {
        if (settings.codeLens() === 'all') this.#changed.fire();
      }),
      cursor.onDidChange(() => {
        if (settings.codeLens() === 'current') this.#changed.fire();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('vetmark.codeLens')) this.#changed.fire();
      }),
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return this.#wanted(document).flatMap(lensesOf);
  }

  #wanted(document: vscode.TextDocument): readonly RegionEntry[] {
    switch (settings.codeLens()) {
      case 'off':
        return [];
      case 'current': {
        const { entry } = this.#cursor;
        return entry !== undefined && entry.uri.toString() === document.uri.toString() ? [entry] : [];
      }
      case 'all':
        return this.#registry.standing(document.uri).filter(({ state }) => state !== 'vetted');
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function lensesOf(entry: RegionEntry): readonly vscode.CodeLens[] {
  const range = new vscode.Range(entry.from, 0, entry.from, 0);
  const lens = (command: string, title: string): vscode.CodeLens => new vscode.CodeLens(range, { command, title, arguments: [entry.key] });
  return [
    lens('vetmark.vet', `$(shield) ${vscode.l10n.t('Vet ({0})', stateWord(entry.state))}`),
    lens('vetmark.notAi', vscode.l10n.t('Not AI')),
    entry.state === 'changed' ? lens('vetmark.changedSinceVetted', vscode.l10n.t('What changed since it was vetted')) : lens('vetmark.whatChanged', vscode.l10n.t('What changed')),
    ...(entry.findings.length === 0 ? [] : [lens('vetmark.showChecklist', `$(warning) ${findingsWord(entry.findings.length)}`)]),
  ];
}
