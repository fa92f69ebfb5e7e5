/**
 * Who wrote a text that is seen for the first time since a window opened: what was remembered of it, else what it has beyond the last commit, and over
 * both what the repository recollects.
 * Guards: a text that differs from what was remembered keeps labels only for the lines it still has; the rest is a gap.
 */
import { digestOf } from '#core/digest';
import { diffTexts } from '#core/diff';
import type { RepoPath } from '#core/path';
import type { Span, Spans } from '#core/provenance';
import { scar, withScars } from '#core/scar';
import { insertedRanges, isEmpty } from '#core/text';
import { carrySpans, recall } from './pending.ts';
import { recollectSpans } from './provenance-recall.ts';
import { readFile, resolveCommit, type Repository } from './repository.ts';

const BEFORE = 'written before recording began';
const UNSEEN = 'changed while nobody recorded';
const UNWATCHED = 'changed while Vetmark was not watching';

export interface FirstSpans {
  readonly spans: Spans;
  /** `same`: what was remembered is what it holds. `changed`: it was changed since. `new`: nothing was remembered. `lost`: what was cannot be read. */
  readonly memory: 'same' | 'changed' | 'new' | 'lost';
  /** Records that hold something that cannot be read. */
  readonly corrupt: readonly string[];
}

/** Spans for a text just opened. `at`: milliseconds since 1970. Throws what the file system throws. */
export async function firstSpans(repository: Repository, file: RepoPath, text: string, at: number): Promise<FirstSpans> {
  const recalled = await recall(repository, file);
  if (!recalled.ok) return { spans: wholeGap(text, recalled.message, at), memory: 'lost', corrupt: [] };
  const { remembered } = recalled;
  if (remembered !== undefined && remembered.digest === digestOf(text)) return { spans: remembered.spans, memory: 'same', corrupt: [] };
  const unwatched: Span = { range: { start: 0, end: 0 }, origin: { kind: 'external' }, evidence: [{ kind: 'disk' }, { kind: 'gap', reason: UNWATCHED }], at };
  const carried = remembered === undefined ? await sinceHead(repository, file, text, at) : carrySpans(remembered, text, unwatched);
  const { spans, corrupt } = await recollectSpans(repository, file, text, carried, [{ start: 0, end: text.length }], at);
  return { spans, memory: remembered === undefined ? 'new' : 'changed', corrupt };
}

/** Nothing is remembered: what the last commit does not hold was written when nobody looked. */
async function sinceHead(repository: Repository, file: RepoPath, text: string, at: number): Promise<Spans> {
  const head = await resolveCommit(repository, 'HEAD');
  const committed = head.ok ? await readFile(repository, { kind: 'commit', id: head.id }, file) : undefined;
  const old = committed?.kind === 'text' ? committed.text.replaceAll('\r\n', '\n') : '';
  return gapsSince(old, text, BEFORE, at);
}

/** What a text has beyond an older one, as a gap each, and scars where it has less. White space alone is neither. */
export function gapsSince(old: string, text: string, reason: string, at: number): Spans {
  if (old === text) return [];
  const normal = text.includes('\r\n') && !old.includes('\r\n') ? old.replaceAll('\n', '\r\n') : old;
  const change = diffTexts(normal, text);
  const spans = insertedRanges(change)
    .filter((range) => !isEmpty(range) && text.slice(range.start, range.end).trim() !== '')
    .map((range) => ({ range, origin: { kind: 'unknown' }, evidence: [{ kind: 'gap', reason }], at }) satisfies Span);
  return withScars(spans, scar(normal, change, { origin: { kind: 'unknown' }, evidence: [{ kind: 'gap', reason: UNSEEN }], at }));
}

/** One gap over a whole text; none over a blank one. */
export function wholeGap(text: string, reason: string, at: number): Spans {
  return text.trim() === '' ? [] : [{ range: { start: 0, end: text.length }, origin: { kind: 'unknown' }, evidence: [{ kind: 'gap', reason }], at }];
}
