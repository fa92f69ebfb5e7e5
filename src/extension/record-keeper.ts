/**
 * Keeps the record of who wrote what beside the code (`.vetmark/provenance`), so that it is committed along with it: brought up to date a while after
 * something was written or saved. Off by a setting, and in repositories that have not taken Vetmark up.
 */
import * as vscode from 'vscode';
import { updateRecord } from '#project/provenance-records';
import type { Repository } from '#project/repository';
import { Debounced, Disposables } from './disposable.ts';
import { detached } from './log.ts';
import type { Places } from './places.ts';
import { settings } from './settings.ts';
import type { Tracker } from './tracker/tracker.ts';

/** Milliseconds of quiet; longer than memory waits before it writes. */
const QUIET = 2_000;

export class RecordKeeper {
  readonly #disposables = new Disposables();
  readonly #version: string;
  readonly #waiting = new Map<string, Repository>();
  readonly #later = this.#disposables.add(new Debounced(QUIET, () => detached(this.#update(), 'writing the record of who wrote what')));

  constructor(places: Places, tracker: Tracker, version: string) {
    this.#version = version;
    const note = (repository: Repository | undefined): void => {
      if (repository === undefined) return;
      this.#waiting.set(repository.gitDir, repository);
      this.#later.call();
    };
    this.#disposables.addAll(
      tracker.onDidChange(({ tracked }) => note(tracked.place?.repository)),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => note(places.find(uri)?.repository)),
    );
  }

  async #update(): Promise<void> {
    const repositories = [...this.#waiting.values()];
    this.#waiting.clear();
    if (!settings.keepsRecord()) return;
    for (const repository of repositories) await updateRecord(repository, this.#version, new Date());
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
