/**
 * What a repository knows of a text that came from disk or out of git: passages that are pending, past or committed, found again by content and
 * context; and where git holds the text.
 * Invariants: 1 and 2. A person's label comes back only from this clone's own memory, in the surroundings it had, in a file that was not copied, and
 * when git holds the text: then git brought it back. Everything else at most says which untrusted origin it is.
 */
import { lstat, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isOpen, layOver, recollect, type Believe, type Passage } from '#core/passage';
import type { RepoPath } from '#core/path';
import { clip, isUntrusted, relabel, type Spans } from '#core/provenance';
import { intersection, isEmpty, type Range } from '#core/text';
import { sourceInGit } from './git-source.ts';
import { passagesIn, pendingFiles, readPending } from './pending.ts';
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
  const { passages, corrupt } = await passagesOfRepository(repository);
  const unexplained = open.flatMap((range) => clip(spans, range).filter(({ origin }) => isOpen(origin)).map((span) => span.range));
  const source = unexplained.length === 0 ? undefined : await sourceInGit(repository, file, text);
  const standing = await standingPaths(repository, passages);
  const arrived: Believe = ({ path: from, local }: Known, { agreeing, whole }) => {
    if (agreeing < LEAST_AGREEING && !whole) return 'nothing';
    return source !== undefined && local && (from === file || !standing.has(from)) ? 'all' : 'untrusted';
  };
  const baseline: Believe = ({ path: from }, { agreeing, whole }) => (whole || (from === file && agreeing >= LEAST_AGREEING_BASELINE) ? 'untrusted' : 'nothing');
  let result = layOver(spans, recollect(text, passages, baseline), open);
  result = layOver(result, recollect(text, passages, arrived), unexplained.filter((range) => !isEmpty(range)));
  if (source !== undefined) {
    for (const { origin, range } of result) {
      if (origin.kind !== 'external') continue;
      for (const part of open.flatMap((one) => intersection(one, range) ?? [])) result = relabel(result, part, { origin: { kind: 'tool', tool: 'vcs' }, evidence: [{ kind: 'disk' }, { kind: 'change-reason', source: `git: equal to ${source === 'HEAD' ? 'HEAD' : `a text in the ${source}`}` }], at });
    }
  }
  return { spans: result, corrupt };
}

/** Paths that committed records and the past speak of with an untrusted label: files to look at in a clone that has seen none of them. */
export async function recordedPaths(repository: Repository): Promise<readonly RepoPath[]> {
  const { passages } = await passagesOfRepository(repository);
  return [...new Set(passages.filter(({ labels }) => labels.some(({ origin }) => isUntrusted(origin))).map(({ path: file }) => file))].sort();
}

type Known = Passage & {
  /** From this clone's own memory, not from a committed record. */
  readonly local?: boolean;
};

/** Lines around that have to agree before a label is believed of a line that nobody explained, and of one that stood there. */
const LEAST_AGREEING = 2;
const LEAST_AGREEING_BASELINE = 3;

interface Read {
  readonly stamp: string;
  readonly passages: readonly Known[];
  readonly sound: boolean;
}

/** What was read of each file, by its path: a record is parsed again only when it changed. */
const cache = new Map<string, Read>();
/** Files whose passages are kept in memory. */
const MOST_CACHED = 5_000;

async function passagesOfRepository(repository: Repository): Promise<{ readonly passages: readonly Known[]; readonly corrupt: readonly string[] }> {
  const passages: Known[] = [];
  const corrupt: string[] = [];
  const take = async (files: readonly string[], parse: (text: string, file: string) => Pick<Read, 'passages' | 'sound'>): Promise<void> => {
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
  return { passages, corrupt };
}

async function readCached(file: string, parse: (text: string, file: string) => Pick<Read, 'passages' | 'sound'>): Promise<Read | undefined> {
  const info = await stat(file, { bigint: true }).catch(() => undefined);
  if (info === undefined) return undefined;
  const stamp = `${info.size} ${info.mtimeNs} ${info.ino}`;
  const known = cache.get(file);
  if (known?.stamp === stamp) return known;
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const read: Read = { stamp, ...parse(text, file) };
  cache.delete(file);
  cache.set(file, read);
  if (cache.size > MOST_CACHED) cache.delete(cache.keys().next().value!);
  return read;
}

/** Of the paths that passages with people's labels came from, those where a file still stands: what came up elsewhere is a copy then, not a move. */
async function standingPaths(repository: Repository, passages: readonly Known[]): Promise<ReadonlySet<RepoPath>> {
  const paths = new Set(passages.filter(({ labels, local }) => local === true && labels.some(({ origin }) => !isUntrusted(origin))).map(({ path: file }) => file));
  const found = await Promise.all([...paths].map(async (file) => ((await lstat(path.join(repository.root, file)).then(() => true, () => false)) ? [file] : [])));
  return new Set(found.flat());
}
