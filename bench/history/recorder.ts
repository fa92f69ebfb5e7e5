/** Vetmark as an editor's window runs it, without the editor: the same tracked texts, the same memory on disk, the same look at what git brought. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { languageOf } from '#core/language';
import type { RepoPath } from '#core/path';
import { applyArrival, type Arrival, type Spans } from '#core/provenance';
import type { Change } from '#core/text';
import { remember } from '#project/pending';
import { firstSpans } from '#project/provenance-first';
import { recollectSpans, recordedPaths } from '#project/provenance-recall';
import { updateRecord } from '#project/provenance-records';
import { listCommittable, type Repository } from '#project/repository';
import { TrackedText } from '../../src/extension/tracker/tracked-text.ts';

export class Recorder {
  readonly #repository: Repository;
  readonly #texts = new Map<RepoPath, TrackedText>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** An edit whose author the editor's signals told. */
  async edit(path: RepoPath, former: string, text: string, change: Change, arrival: Arrival): Promise<void> {
    // What the disk brought meanwhile is seen first.
    if (former !== '') await this.#see(path, former);
    const before = this.#texts.get(path)?.spans ?? [];
    await this.#keep(path, new TrackedText(text, applyArrival(before, change, arrival), languageOf(path)));
  }

  /** A window's pause: what is remembered is written beside the code. */
  async settle(): Promise<void> {
    await updateRecord(this.#repository, '0.0.0', new Date());
  }

  /** Looks at every file, as the watcher has it after git has been at work, or as a window does that opens. */
  async look(): Promise<void> {
    const paths = new Set([...(await listCommittable(this.#repository)), ...(await recordedPaths(this.#repository))].filter((path) => path.endsWith('.ts')));
    for (const path of this.#texts.keys()) if (!existsSync(join(this.#repository.root, path))) this.#texts.delete(path);
    for (const path of [...paths].sort()) {
      const place = join(this.#repository.root, path);
      if (existsSync(place)) await this.#see(path, readFileSync(place, 'utf8'));
    }
    await this.settle();
  }

  async #see(path: RepoPath, text: string): Promise<void> {
    const known = this.#texts.get(path);
    if (known === undefined) {
      const { spans } = await firstSpans(this.#repository, path, text, Date.now());
      await this.#keep(path, new TrackedText(text, spans, languageOf(path)));
      return;
    }
    if (known.text === text) return;
    known.fromDisk(text, Date.now());
    const open = known.reloads.flatMap(({ ranges }) => ranges);
    const { spans } = await recollectSpans(this.#repository, path, text, known.spans, open, Date.now());
    known.adopt(spans);
    await this.#keep(path, known);
  }

  async #keep(path: RepoPath, text: TrackedText): Promise<void> {
    this.#texts.set(path, text);
    await remember(this.#repository, path, text.text, text.spans);
  }

  spansOf(path: RepoPath): Spans {
    return this.#texts.get(path)?.spans ?? [];
  }
}
