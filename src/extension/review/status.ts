/** The one status bar item: how many regions wait. A press goes to the next. Its background warns only while there are findings that would stop the gate. */
import * as vscode from 'vscode';
import { atLeast } from '#core/finding';
import { Debounced, Disposables } from '../disposable.ts';
import type { RegionEntry, Registry } from './registry.ts';

export class Status {
  readonly #disposables = new Disposables();
  readonly #item = this.#disposables.add(vscode.window.createStatusBarItem('vetmark.toVet', vscode.StatusBarAlignment.Left, 10));

  constructor(registry: Registry) {
    this.#item.name = vscode.l10n.t('Vetmark: regions to vet');
    this.#item.command = 'vetmark.next';
    // After the list, whose rows take a moment longer to be drawn: the two should never be seen to differ.
    const later = this.#disposables.add(new Debounced(250, () => this.#show(registry)));
    this.#disposables.add(registry.onDidChange(() => later.call()));
    this.#show(registry);
  }

  #show(registry: Registry): void {
    const { open, progress } = registry;
    const label = open.length === 0 ? vscode.l10n.t('nothing to vet') : waitWord(open);
    this.#item.text = open.length === 0 ? `$(shield) ${vscode.l10n.t('Nothing to vet')}` : `$(shield) ${vscode.l10n.t('{0} to vet', open.length)}`;
    this.#item.tooltip = open.length === 0 ? vscode.l10n.t('No code here waits for a person.') : vscode.l10n.t('{0}. {1} of {2} are vetted in this change. Press to go to the next.', label, progress.vetted, progress.all);
    this.#item.backgroundColor = open.some(stopsGate) ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.accessibilityInformation = { label: open.length === 0 ? vscode.l10n.t('Vetmark: {0}', label) : vscode.l10n.t('Vetmark: {0}. Press to go to the next.', label), role: 'button' };
    this.#item.show();
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

/** "3 regions wait for a person, 1 of them with findings". */
function waitWord(open: readonly RegionEntry[]): string {
  const withFindings = open.filter(({ findings }) => findings.length > 0).length;
  const regions = open.length === 1 ? vscode.l10n.t('1 region waits for a person to vet') : vscode.l10n.t('{0} regions wait for a person to vet', open.length);
  return withFindings === 0 ? regions : vscode.l10n.t('{0}, {1} of them with findings', regions, withFindings);
}

function stopsGate({ findings }: RegionEntry): boolean {
  return findings.some(({ severity }) => atLeast(severity, 'high'));
}
