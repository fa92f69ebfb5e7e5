/** What Vetmark makes of the document in the editor, behind the braces of the status bar: how far it is vetted, or why it is not recorded, analysed or signable. */
import * as vscode from 'vscode';
import { Debounced, Disposables } from '../disposable.ts';
import type { Tracker } from '../tracker/tracker.ts';
import type { Registry } from './registry.ts';
import { reasonWords } from './words.ts';

/** Anything that keeps Vetmark from doing its whole work. */
export interface Limits {
  /** Why nothing is analysed. Absent: it is, or will be when it is needed. */
  readonly analysis?: string;
}

interface Said {
  readonly text: string;
  readonly detail: string;
  readonly severity: vscode.LanguageStatusSeverity;
  readonly command?: vscode.Command;
}

export class LanguageStatus {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #tracker: Tracker;
  readonly #limits: () => Limits;
  readonly #item = this.#disposables.add(vscode.languages.createLanguageStatusItem('vetmark.document', [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-remote' }, { scheme: 'vscode-notebook-cell' }]));

  constructor(registry: Registry, tracker: Tracker, limits: () => Limits) {
    this.#registry = registry;
    this.#tracker = tracker;
    this.#limits = limits;
    this.#item.name = 'Vetmark';
    const later = this.#disposables.add(new Debounced(250, () => this.#show()));
    this.#disposables.addAll(registry.onDidChange(() => later.call()), vscode.window.onDidChangeActiveTextEditor(() => later.call()), vscode.workspace.onDidGrantWorkspaceTrust(() => later.call()));
    this.#show();
  }

  #show(): void {
    const { text, detail, severity, command } = this.#said();
    this.#item.text = text;
    this.#item.detail = detail;
    this.#item.severity = severity;
    this.#item.command = command;
    this.#item.accessibilityInformation = { label: detail === '' ? vscode.l10n.t('Vetmark: {0}', text) : vscode.l10n.t('Vetmark: {0}. {1}', text, detail) };
  }

  #said(): Said {
    const { Warning, Information } = vscode.LanguageStatusSeverity;
    const document = vscode.window.activeTextEditor?.document;
    const tracked = document === undefined ? undefined : this.#tracker.get(document.uri);
    if (tracked === undefined) return { text: vscode.l10n.t('Not recorded'), detail: vscode.l10n.t('Only documents of the workspace are.'), severity: Information };
    if (tracked.gap !== undefined) return { text: vscode.l10n.t('Not recorded: {0}', reasonWords(tracked.gap)), detail: vscode.l10n.t('The gate asks for a review of all that changes in it.'), severity: Warning, command: { command: 'vetmark.gaps.focus', title: vscode.l10n.t('Show Gaps') } };
    const { analysis } = this.#limits();
    if (analysis !== undefined) return { text: vscode.l10n.t('Not analysed'), detail: analysis, severity: Warning };
    const regions = this.#registry.standing(tracked.uri);
    const open = regions.filter(({ state }) => state !== 'vetted').length;
    const text = regions.length === 0 ? vscode.l10n.t('Nothing to vet') : vscode.l10n.t('{0} of {1} regions vetted', regions.length - open, regions.length);
    const limit = limitOf(tracked.place === undefined);
    if (limit !== undefined) return { text, detail: limit.detail, severity: Warning, ...(limit.command !== undefined && { command: limit.command }) };
    return { text, detail: '', severity: Information, ...(open > 0 && { command: { command: 'vetmark.regions.focus', title: vscode.l10n.t('Show the List') } }) };
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

/** Why nothing of a document can be signed. */
function limitOf(isOutsideGit: boolean): { readonly detail: string; readonly command?: vscode.Command } | undefined {
  if (!vscode.workspace.isTrusted) return { detail: vscode.l10n.t('Restricted Mode: nothing can be signed.'), command: { command: 'workbench.trust.manage', title: vscode.l10n.t('Manage Trust') } };
  if (vscode.workspace.workspaceFolders?.every(({ uri }) => uri.scheme !== 'file') === true) return { detail: vscode.l10n.t('Virtual workspace: no git repository, so nothing can be signed.') };
  return isOutsideGit ? { detail: vscode.l10n.t('In no git repository: nothing can be signed.') } : undefined;
}
