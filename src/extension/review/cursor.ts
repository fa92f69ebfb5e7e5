/**
 * The region the cursor is in, looked up once for all who show something of it.
 * Invariant 11: not between two keys, but when the cursor rests.
 */
import * as vscode from 'vscode';
import { Debounced, Disposables } from '../disposable.ts';
import { regionAtCursor } from './navigate.ts';
import type { RegionEntry, Registry } from './registry.ts';

/** Milliseconds that the cursor rests. */
const REST = 60;

export class Cursor {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<RegionEntry | undefined>());
  #entry: RegionEntry | undefined;

  /** The cursor went into another region or out of one, or what is known of its region changed. */
  readonly onDidChange = this.#changed.event;

  constructor(registry: Registry) {
    this.#registry = registry;
    const later = this.#disposables.add(new Debounced(REST, () => this.#look()));
    this.#disposables.addAll(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === vscode.window.activeTextEditor) later.call();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => later.call()),
      registry.onDidChange(() => later.call()),
    );
  }

  get entry(): RegionEntry | undefined {
    return this.#entry;
  }

  #look(): void {
    const entry = regionAtCursor(this.#registry);
    if (pictureOf(entry) === pictureOf(this.#entry)) return;
    this.#entry = entry;
    void vscode.commands.executeCommand('setContext', 'vetmark.inRegion', entry !== undefined);
    this.#changed.fire(entry);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function pictureOf(entry: RegionEntry | undefined): string {
  return entry === undefined ? '' : `${entry.key} ${entry.state} ${entry.from} ${entry.to} ${entry.findings.map(({ print }) => print).join(' ')}`;
}
