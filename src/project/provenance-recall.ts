/**
 * What a repository knows of a text that came from disk or out of git: passages that are pending, past or committed, found again by content and
 * context; and where git holds the text.
 * Invariants: 1 and 2. A person's label comes back only from this clone's own memory, in the surroundings it had, in a file that was not copied, and
 * when git holds the text: then git brought it back. Everything else at most says which untrusted origin it is.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { arrivedLines, distrusted, isOpen, layOver, LEAST_AGREEING, recollect, replaceAllBy, replaceBy, type Believe } from '#core/passage';
import { digestOf, type Digest } from '#core/digest';
import type { RepoPath } from '#core/path';
import { clip, isUntrusted, relabel, type Arrival, type Spans } from '#core/provenance';
import type { Range } from '#core/text';
import { sourceInGit, type GitSource } from './git-source.ts';
import { passagesIn, pendingFiles, readPending } from './pending.ts';
import { readCached, type Known, type Parsed } from './provenance-cache.ts';
import { pastFiles, readPast } from './provenance-past.ts';
import { passagesInRecord, recordFiles } from './provenance-records.ts';
import type { Repository } from './repository.ts';

export interface Recollected {
  readonly spans: Spans;
  /** Records and journals that hold something that cannot be read, absolute. */
  readonly corrupt: readonly string[];
}

/**
 * Spans of a text with what is known of it laid over what nobody explained. `open`: ranges that came from disk; a baseline that is looked at for the
 * first time is open as a whole, and takes untrusted labels only. `at`: milliseconds since 1970, for what git is found to hold.
 */
export async function recollectSpans(repository: Repository, file: RepoPath, text: string, spans: Spans, open: readonly Range[], at: number): Promise<Recollected> {
  const { passages, corrupt, texts } = await passagesOfRepository(repository);
  const arrivals = open.flatMap((range) => openIn(spans, range));
  const source = arrivals.length > 0 || passages.some(({ local }) => local === true) ? await sourceInGit(repository, file, text) : undefined;
  const stands = standingIn(repository);
  const backAgain = source !== undefined || texts.has(digestOf(text));
  const believe = (least: 'moved' | 'anywhere'): Believe => (passage: Known, { agreeing, whole }) => {
    const moved = passage.path === file || !stands(passage.path);
    if (!whole && (agreeing < LEAST_AGREEING || (least === 'moved' && !moved))) return 'nothing';
    return backAgain && passage.local === true && moved ? 'all' : 'untrusted';
  };
  const { lines, beside } = arrivedLines(text, arrivals);
  const explained = source === undefined ? spans : byGit(spans, arrivals, source, at);
  const doubted = distrusted(explained, beside, source === undefined ? { origin: { kind: 'external' }, evidence: [{ kind: 'disk' }], at } : gitLabel(source, at));
  const known = layOver(doubted, recollect(text, passages, believe('moved')), open);
  const replace = source === undefined ? replaceBy : replaceAllBy;
  return { spans: replace(known, recollect(text, passages, believe('anywhere')), lines), corrupt };
}

/** Parts of a range that nobody explained. */
function openIn(spans: Spans, range: Range): readonly Range[] {
  return clip(spans, range).filter(({ origin }) => isOpen(origin)).map((span) => span.range);
}

/** What the disk brought and git holds came by git. */
function byGit(spans: Spans, ranges: readonly Range[], source: GitSource, at: number): Spans {
  let result = spans;
  for (const range of ranges) for (const span of clip(spans, range)) if (span.origin.kind === 'external') result = relabel(result, span.range, gitLabel(source, at));
  return result;
}

function gitLabel(source: GitSource, at: number): Arrival {
  return { origin: { kind: 'tool', tool: 'vcs' }, evidence: [{ kind: 'disk' }, { kind: 'change-reason', source: source === 'HEAD' ? 'git: equal to HEAD' : `git: equal to a text in the ${source}` }], at };
}

/** Paths that committed records and the past speak of with an untrusted label: files to look at in a clone that has seen none of them. */
export async function recordedPaths(repository: Repository): Promise<readonly RepoPath[]> {
  const { passages } = await passagesOfRepository(repository);
  return [...new Set(passages.filter(({ labels }) => labels.some(({ origin }) => isUntrusted(origin))).map(({ path: file }) => file))].sort();
}

/** `texts`: digests of whole texts that were recorded, and are no longer. */
async function passagesOfRepository(repository: Repository): Promise<{ readonly passages: readonly Known[]; readonly corrupt: readonly string[]; readonly texts: ReadonlySet<Digest> }> {
  const passages: Known[] = [];
  const corrupt: string[] = [];
  const take = async (files: readonly string[], parse: (text: string, file: string) => Parsed): Promise<void> => {
    for (const file of files) {
      const read = await readCached(file, parse);
      if (read === undefined) continue;
      passages.push(...read.passages);
      if (!read.sound) corrupt.push(file);
    }
  };
  await take(await pastFiles(repository), (text) => {
    const past = readPast(text);
    return { passages: past.passages.map((passage) => ({ ...passage, local: true })), sound: past.corrupt === 0 };
  });
  await take(await pendingFiles(repository), (text, file) => {
    const record = readPending(text, file);
    return { passages: record === undefined ? [] : passagesIn(record).map((passage) => ({ ...passage, local: true })), sound: record !== undefined };
  });
  await take(await recordFiles(repository), (text) => {
    const read = passagesInRecord(text);
    return { passages: read ?? [], sound: read !== undefined };
  });
  return { passages, corrupt, texts: new Set(passages.flatMap(({ text }) => text ?? [])) };
}

/** Whether a file still stands at a path that a passage came from: what came up elsewhere is a copy then, not a move. */
function standingIn(repository: Repository): (file: RepoPath) => boolean {
  const known = new Map<RepoPath, boolean>();
  return (file) => {
    const answer = known.get(file) ?? existsSync(path.join(repository.root, file));
    known.set(file, answer);
    return answer;
  };
}
