/**
 * Files that are not open: what is remembered of them, carried to what the disk holds now, and what changes there meanwhile.
 * Guards: a change on disk that nobody explains is `external`; a burst too large to read is a gap that is logged, not silence.
 */
import * as vscode from 'vscode';
import { digestOf } from '#core/digest';
import type { RepoPath } from '#core/path';
import type { Span } from '#core/provenance';
import { recall, recallAll, carrySpans, remember } from '#project/pending';
import { listCommittable, readFile, resolveCommit, type Repository } from '#project/repository';
import { Debounced, Disposables } from '../disposable.ts';
import { detached, log } from '../log.ts';
import type { Places } from '../places.ts';
import { gapsSince, hasUntrusted } from './memory.ts';
import type { Tracker } from './tracker.ts';

/** Files of one burst that are read one by one; more are a checkout or an install. */
const MOST_AT_ONCE = 500;
const BURST = 300;
const SKIPPED = /(?:^|\/)(?:\.git|node_modules|\.vetmark|dist|out|build|target|\.venv|__pycache__)\//;

export class DiskFiles {
  readonly #disposables = new Disposables();
  readonly #places: Places;
  readonly #tracker: Tracker;
  #burst = new Map<string, vscode.Uri>();
  readonly #later = this.#disposables.add(new Debounced(BURST, () => detached(this.#takeBurst(), 'reading files that changed on disk')));

  constructor(places: Places, tracker: Tracker) {
    this.#places = places;
    this.#tracker = tracker;
    const watcher = this.#disposables.add(vscode.workspace.createFileSystemWatcher('**/*'));
    this.#disposables.addAll(
      watcher.onDidChange((uri) => this.#note(uri)),
      watcher.onDidCreate((uri) => this.#note(uri)),
      watcher.onDidDelete((uri) => tracker.dropFromDisk(uri)),
      places.onDidChange(() => detached(this.#loadAll(), 'reading what is remembered')),
    );
    if (places.settled) detached(this.#loadAll(), 'reading what is remembered');
  }

  /** Every remembered file, open or not. */
  async #loadAll(): Promise<void> {
    for (const repository of this.#places.repositories) {
      const { remembered, corrupt } = await recallAll(repository);
      if (corrupt.length > 0) log('warn', `${corrupt.length} records of who wrote what cannot be read; those files are a gap.`);
      for (const { path } of remembered) await this.refresh(repository, path);
    }
  }

  #note(uri: vscode.Uri): void {
    if (uri.scheme !== 'file' || SKIPPED.test(uri.path) || this.#tracker.get(uri)?.document !== undefined) return;
    this.#burst.set(uri.toString(), uri);
    this.#later.call();
  }

  async #takeBurst(): Promise<void> {
    const burst = [...this.#burst.values()].filter((uri) => this.#tracker.get(uri)?.document === undefined);
    this.#burst = new Map();
    if (burst.length === 0) return;
    if (burst.length > MOST_AT_ONCE) log('warn', `${burst.length} files changed on disk at once; only those already recorded are read.`);
    const committable = new Map<string, ReadonlySet<RepoPath>>();
    for (const uri of burst) {
      const place = this.#places.find(uri);
      if (place === undefined) continue;
      const known = this.#tracker.get(uri) !== undefined;
      if (!known && burst.length > MOST_AT_ONCE) continue;
      if (!known) {
        const { gitDir } = place.repository;
        if (!committable.has(gitDir)) committable.set(gitDir, new Set(await listCommittable(place.repository)));
        if (!committable.get(gitDir)!.has(place.path)) continue;
      }
      await this.refresh(place.repository, place.path);
    }
  }

  /** Reads one file that is not open and carries what is known of it to what it holds. */
  async refresh(repository: Repository, file: RepoPath): Promise<void> {
    const uri = this.#places.uriOf(repository, file);
    const known = this.#tracker.get(uri);
    if (known?.document !== undefined) return;
    const content = await readFile(repository, { kind: 'worktree' }, file);
    if (content.kind !== 'text' || content.text.length > 1_000_000) {
      this.#tracker.dropFromDisk(uri);
      return;
    }
    if (known?.text.text === content.text) return;
    const recalled = await recall(repository, file);
    const now = Date.now();
    const spans = recalled.ok && recalled.remembered !== undefined
      ? recalled.remembered.digest === digestOf(content.text) ? recalled.remembered.spans : carrySpans(recalled.remembered, content.text, external(now))
      : (await this.#sinceHead(repository, file, content.text)).map((span) => ({ ...span, origin: { kind: 'external' as const }, evidence: [{ kind: 'disk' as const }] }));
    if (this.#tracker.get(uri)?.document !== undefined) return;
    if (!hasUntrusted(spans) && known === undefined) return;
    await remember(repository, file, content.text, spans);
    this.#tracker.takeFromDisk(repository, file, content.text, spans);
  }

  async #sinceHead(repository: Repository, file: RepoPath, text: string): Promise<readonly Span[]> {
    const head = await resolveCommit(repository, 'HEAD');
    const committed = head.ok ? await readFile(repository, { kind: 'commit', id: head.id }, file) : undefined;
    return gapsSince(committed?.kind === 'text' ? committed.text : '', text, 'changed on disk', Date.now());
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function external(at: number): Span {
  return { range: { start: 0, end: 0 }, origin: { kind: 'external' }, evidence: [{ kind: 'disk' }], at };
}
