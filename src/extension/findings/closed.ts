/**
 * Files that wait to be vetted and are not open: an agent writes many, and what is risky in them has to be known before somebody opens them.
 * One at a time goes to the worker, and none while somebody types, so that the document in the editor never waits for them.
 */
import * as vscode from 'vscode';
import { Debounced, Disposables } from '../disposable.ts';
import { detached } from '../log.ts';
import type { Registry } from '../review/registry.ts';
import type { TrackedDocument } from '../tracker/entry.ts';
import { Worker } from './client.ts';
import type { FindingStore } from './store.ts';

/** Characters that the worker is handed at most, of all such files together and of one. */
const MOST_CHARACTERS = 16_000_000;
const LARGEST = 1_000_000;
/** Milliseconds without a change anywhere before files are handed over, and that an answer is waited for. */
const QUIET = 600;
const LONGEST = 10_000;

interface Sent {
  readonly text: string;
  readonly version: number;
}

export class ClosedFiles {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #worker: Worker;
  readonly #store: FindingStore;
  readonly #sent = new Map<string, Sent>();
  readonly #later = this.#disposables.add(new Debounced(QUIET, () => detached(this.#go(), 'analysing files that are not open')));
  #going = false;
  #disposed = false;
  /** Versions of texts that no editor numbers. */
  #count = 0;

  constructor(registry: Registry, worker: Worker, store: FindingStore) {
    this.#registry = registry;
    this.#worker = worker;
    this.#store = store;
    this.#disposables.addAll(
      registry.onDidChange(() => this.#later.call()),
      vscode.workspace.onDidChangeTextDocument(() => {
        if (this.#later.pending) this.#later.call();
      }),
      worker.onDidRestart(() => {
        this.#sent.clear();
        this.#later.call();
      }),
    );
  }

  /** Brings what the worker has to what is wanted. */
  async #go(): Promise<void> {
    if (this.#going || this.#disposed) return;
    this.#going = true;
    try {
      const wanted = this.#wanted();
      for (const id of [...this.#sent.keys()]) if (!wanted.has(id)) await this.#drop(id);
      for (const [id, { uri, text: { text, language } }] of wanted) {
        if (this.#disposed || this.#later.pending) return;
        if (this.#sent.get(id)?.text === text) continue;
        const version = --this.#count;
        this.#sent.set(id, { text, version });
        this.#store.expect(uri, version);
        await this.#worker.open(uri, language, version, text);
        await this.#answered(uri, version);
      }
    } finally {
      this.#going = false;
    }
  }

  #wanted(): ReadonlyMap<string, TrackedDocument> {
    const wanted = new Map<string, TrackedDocument>();
    let characters = 0;
    for (const { uri, tracked } of this.#registry.open) {
      const id = uri.toString();
      const { text, language } = tracked.text;
      if (wanted.has(id) || tracked.document !== undefined || uri.scheme !== 'file' || text.length > LARGEST || !Worker.speaks(language)) continue;
      characters += text.length;
      if (characters > MOST_CHARACTERS) break;
      wanted.set(id, tracked);
    }
    return wanted;
  }

  async #drop(id: string): Promise<void> {
    this.#sent.delete(id);
    const uri = vscode.Uri.parse(id);
    // Once it is open in the editor, the worker has the editor's text under the same address.
    if (vscode.workspace.textDocuments.some((document) => document.uri.toString() === id)) return;
    await this.#worker.close(uri);
    this.#store.forget(uri);
  }

  #answered(uri: vscode.Uri, version: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(late);
        listener.dispose();
        resolve();
      };
      const late = setTimeout(done, LONGEST);
      const listener = this.#store.onDidChange(() => {
        if (this.#store.get(uri).version === version) done();
      });
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#disposables.dispose();
  }
}
