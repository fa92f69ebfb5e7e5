/**
 * Pending spans: who wrote what is not committed yet, one file a document under the git directory, so that a reload, a crash and a branch
 * switch lose nothing. Invariant 8: digests of lines, never text.
 */
import type { RepoPath } from '#core/path';
import type { Spans } from '#core/provenance';
import type { Repository } from './repository.ts';

/** What was remembered of a document: enough to carry its spans to a text that changed while nobody looked. */
export interface Remembered {
  readonly path: RepoPath;
  readonly spans: Spans;
  /** Short hash of each line, its end included. */
  readonly lines: readonly string[];
  /** Digest of the whole text. */
  readonly digest: string;
}

/** Writes atomically; a document without spans and without a gap is forgotten. */
export async function remember(_repository: Repository, _path: RepoPath, _text: string, _spans: Spans): Promise<void> {
  throw new Error('not built yet');
}

/** `undefined` when nothing was remembered; a sentence when the record is corrupt (then the document's recorded past is a gap). */
export async function recall(_repository: Repository, _path: RepoPath): Promise<{ readonly ok: true; readonly remembered: Remembered | undefined } | { readonly ok: false; readonly message: string }> {
  throw new Error('not built yet');
}

/** Everything remembered, by path. */
export async function recallAll(_repository: Repository): Promise<{ readonly remembered: readonly Remembered[]; readonly corrupt: readonly string[] }> {
  throw new Error('not built yet');
}

/**
 * Spans for a text that may differ from what was remembered: lines that are still there keep theirs, lines that are new are one span each
 * of the given origin. Exact when the digest is equal.
 */
export function carrySpans(_remembered: Remembered, _text: string, _origin: Spans[number]): Spans {
  throw new Error('not built yet');
}
