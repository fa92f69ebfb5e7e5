/**
 * Files that are not open: what is remembered of them, carried to what the disk holds now, and what changes there meanwhile.
 * Guards: a change on disk that nobody explains is `external`; a burst too large to read is a gap that is logged, not silence.
 */
import * as vscode from 'vscode';
import { digestOf, isDigest, type Digest } from '#core/digest';
import type { GapCause } from '#core/gap';
import type { RepoPath } from '#core/path';
import type { Span } from '#core/provenance';
import { noteGap } from '#project/gaps';
import { recall, recallAll, carrySpans, remember, setAside } from '#project/pending';
import { gapsSince } from '#project/provenance-first';
import { recollectSpans, recordedPaths } from '#project/provenance-recall';
import { listCommittable, readFile, resolveCommit, uncommittedPaths, type Repository } from '#project/repository';
import { Debounced, Disposables } from '../disposable.ts';
import { detached, log } from '../log.ts';
import type { Places } from '../places.ts';
import type { TrackedDocument } from './entry.ts';
import { hasUntrusted } from './memory.ts';
import type { Tracker } from './tracker.ts';

/** Files of one burst that are read one by one; more are a checkout or an install. */
const MOST_AT_ONCE = 500;
/** Uncommitted files without a record that are looked at when a window opens: each asks git. */
const MOST_UNSEEN = 200;
/** Files that committed records speak of and that are looked at when a window opens. */
const MOST_RECORDED = 2_000;
const BURST = 300;
const SKIPPED = /(?:^|\/)(?:\.git|node_modules|\.vetmark|dist|out|build|target|\.venv|__pycache__)\//;

export class DiskFiles {
  readonly #disposables = new Disposables();
  readonly #places: Places;
  readonly #tracker: Tracker;
  readonly #queue = new Map<string, Promise<void>>();
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

  /** Every remembered file, open or not, and every other that is not what the last commit holds: the gate will ask about it. */
  async #loadAll(): Promise<void> {
    for (const repository of this.#places.repositories) {
      const { remembered, corrupt } = await recallAll(repository);
      if (corrupt.length > 0) {
        log('warn', `${corrupt.length} records of who wrote what cannot be read; those files are a gap.`);
        await setAside(repository, corrupt);
        await this.#gap(repository, 'record-corrupt', 'everything');
      }
      const unseen = (await uncommittedPaths(repository)).filter((path) => !SKIPPED.test(`/${path}`));
      if (unseen.length > MOST_UNSEEN) {
        log('warn', `${unseen.length} files are not committed and were changed while nobody recorded; only those already recorded are listed.`);
        await this.#gap(repository, 'too-many', unseen);
      }
      // What committed records speak of: in a new clone nothing else knows of it.
      const recorded = await recordedPaths(repository);
      const paths = new Set([...remembered.map(({ path }) => path), ...(unseen.length > MOST_UNSEEN ? [] : unseen), ...recorded.slice(0, MOST_RECORDED)]);
      for (const path of paths) await this.refresh(repository, path);
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
    if (burst.length > MOST_AT_ONCE) {
      log('warn', `${burst.length} files changed on disk at once; only those already recorded are read.`);
      const places = burst.flatMap((uri) => this.#places.find(uri) ?? []);
      for (const repository of this.#places.repositories) await this.#gap(repository, 'too-many', places.filter((place) => place.repository.gitDir === repository.gitDir).map(({ path }) => path));
    }
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

  async #gap(repository: Repository, cause: GapCause, paths: readonly RepoPath[] | 'everything'): Promise<void> {
    if (paths.length === 0) return;
    const now = Date.now();
    const noted = await noteGap(repository, { cause, paths, from: now, to: now });
    if (!noted.ok) log('warn', noted.message);
  }

  /** Reads one file that is not open and carries what is known of it to what it holds. One after the other for each file, so that no answer overtakes another. */
  refresh(repository: Repository, file: RepoPath): Promise<void> {
    const uri = this.#places.uriOf(repository, file);
    const id = uri.toString();
    const next = (this.#queue.get(id) ?? Promise.resolve()).then(() => this.#refresh(repository, file, uri));
    const settled = next.catch(() => undefined).then(() => {
      if (this.#queue.get(id) === settled) this.#queue.delete(id);
    });
    this.#queue.set(id, settled);
    return next;
  }

  async #refresh(repository: Repository, file: RepoPath, uri: vscode.Uri): Promise<void> {
    const known = this.#tracker.get(uri);
    if (known?.document !== undefined) return;
    const content = await readFile(repository, { kind: 'worktree' }, file);
    if (content.kind !== 'text' || content.text.length > 1_000_000) {
      this.#tracker.dropFromDisk(uri);
      return;
    }
    const { text } = content;
    const taken = known === undefined ? await this.#firstSeen(repository, file, uri, text) : this.#tracker.reloadFromDisk(uri, text);
    // What agents said of it may have come before.
    if (taken !== undefined) await this.#tracker.explain(taken);
  }

  async #firstSeen(repository: Repository, file: RepoPath, uri: vscode.Uri, text: string): Promise<TrackedDocument | undefined> {
    const recalled = await recall(repository, file);
    const now = Date.now();
    const remembered = recalled.ok ? recalled.remembered : undefined;
    const { spans: carried, before } = remembered === undefined ? await this.#sinceHead(repository, file, text) : { spans: carrySpans(remembered, text, external(now)), before: isDigest(remembered.digest) ? remembered.digest : undefined };
    const { spans } = await recollectSpans(repository, file, text, carried, [{ start: 0, end: text.length }], now);
    if (this.#tracker.get(uri)?.document !== undefined || !hasUntrusted(spans)) return undefined;
    await remember(repository, file, text, spans);
    // Only what came now: what was external before came from another text.
    const came = spans.filter(({ origin, at }) => origin.kind === 'external' && at >= now).map(({ range }) => range);
    return this.#tracker.takeFromDisk(repository, file, text, spans, { before, ranges: came });
  }

  /** What the file has beyond HEAD's; `before`: HEAD's digest, `null` when HEAD has no such file, absent when that is not known. */
  async #sinceHead(repository: Repository, file: RepoPath, text: string): Promise<{ readonly spans: readonly Span[]; readonly before: Digest | null | undefined }> {
    const head = await resolveCommit(repository, 'HEAD');
    const committed = head.ok ? await readFile(repository, { kind: 'commit', id: head.id }, file) : undefined;
    const spans = gapsSince(committed?.kind === 'text' ? committed.text : '', text, 'changed on disk', Date.now()).map((span) => ({ ...span, origin: { kind: 'external' as const }, evidence: [...span.evidence.filter(({ kind }) => kind === 'shape'), { kind: 'disk' as const }] }));
    return { spans, before: committed?.kind === 'text' ? digestOf(committed.text) : committed?.kind === 'absent' ? null : undefined };
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function external(at: number): Span {
  return { range: { start: 0, end: 0 }, origin: { kind: 'external' }, evidence: [{ kind: 'disk' }], at };
}
