/** The one status bar item: how many regions wait. A press goes to the next. */
import * as vscode from 'vscode';
import { Debounced, Disposables } from '../disposable.ts';
import type { Registry } from './registry.ts';

export class Status {
  readonly #disposables = new Disposables();
  readonly #item = this.#disposables.add(vscode.window.createStatusBarItem('vetmark.toVet', vscode.StatusBarAlignment.Left, 10));

  constructor(registry: Registry) {
    this.#item.name = 'Vetmark: regions to vet';
    this.#item.command = 'vetmark.next';
    // After the list, whose rows take a moment longer to be drawn: the two should never be seen to differ.
    const later = this.#disposables.add(new Debounced(250, () => this.#show(registry)));
    this.#disposables.add(registry.onDidChange(() => later.call()));
    this.#show(registry);
  }

  #show(registry: Registry): void {
    const { open } = registry;
    if (open.length === 0) {
      this.#item.text = '$(shield) Nothing to vet';
      this.#item.tooltip = 'No code here waits for a person.';
      this.#item.accessibilityInformation = { label: 'Vetmark: nothing to vet', role: 'button' };
      this.#item.show();
      return;
    }
    const withFindings = open.filter(({ findings }) => findings.length > 0).length;
    const regions = open.length === 1 ? '1 region waits' : `${open.length} regions wait`;
    this.#item.text = `$(shield) ${open.length} to vet`;
    this.#item.tooltip = `${regions} for a person to vet${withFindings === 0 ? '' : `, ${withFindings} of them with findings`}. Press to go to the next.`;
    this.#item.accessibilityInformation = { label: `Vetmark: ${regions} for a person to vet. Press to go to the next.`, role: 'button' };
    this.#item.show();
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
