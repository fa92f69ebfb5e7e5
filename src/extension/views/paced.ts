/**
 * Tells a list what to draw again: nothing while it is not seen, and the whole of it only while the editor fetches nothing. An editor that is told
 * to forget all rows between asking for the first and asking for what is below them asks for rows that are no longer there, and logs an error.
 */
import * as vscode from 'vscode';
import { Disposables } from '../disposable.ts';

/** Milliseconds without a question, after which the editor has what it asked for. */
const QUIET = 300;

export class Paced<Node> implements vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<Node | undefined>());
  #view: vscode.TreeView<Node> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;
  /** Something changed while nobody saw the list. */
  #held = false;

  readonly event = this.#changed.event;

  /** The view that is told; before that, nothing is. */
  follow(view: vscode.TreeView<Node>): void {
    this.#view = view;
    this.#disposables.add(
      view.onDidChangeVisibility(({ visible }) => {
        if (visible && this.#held) this.fire(undefined);
      }),
    );
  }

  /** The editor asks for rows below a node, or for the first. */
  asked(node: Node | undefined): void {
    this.#last = Date.now();
    if (node === undefined) this.#held = false;
  }

  /** `undefined`: all rows. Otherwise those below a node whose own row may differ, too. */
  fire(node: Node | undefined): void {
    if (this.#timer !== undefined) return;
    if (this.#view?.visible !== true) this.#held = true;
    else if (node === undefined) this.#whenQuiet();
    else this.#changed.fire(node);
  }

  #whenQuiet(): void {
    this.#timer = undefined;
    const rest = this.#last + QUIET - Date.now();
    if (rest > 0 && rest <= QUIET) {
      this.#timer = setTimeout(() => this.#whenQuiet(), rest);
      return;
    }
    this.asked(undefined);
    this.#changed.fire(undefined);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#disposables.dispose();
  }
}
