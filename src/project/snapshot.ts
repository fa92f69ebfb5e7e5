/**
 * What a command of an agent changed: the work tree is looked at before it and after it, and the difference is what was written meanwhile.
 * Invariant 8: between the two, digests of lines are kept under the git directory, never text. What cannot be compared is a gap, said aloud.
 */
import { lstat, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { commonRuns, diffTexts } from '#core/diff';
import { digestOf, isDigest, type Digest } from '#core/digest';
import { repoPathOf, type RepoPath } from '#core/path';
import { insertedRanges, isEmpty, lineStarts, type Range } from '#core/text';
import { writeAtomically } from './atomic.ts';
import { readSource } from './disk.ts';
import { git, readBlobs } from './git.ts';
import { readFiles, SIZE_LIMIT, type Content, type Repository } from './repository.ts';

/** Milliseconds for one look: the agent waits. */
const PATIENCE = 2_000;
/** Files that differ from the last commit; beyond it the work tree is in the middle of something that no comparison explains. */
const MOST_FILES = 2_000;
/** Milliseconds after which a look was left behind by a call that never came back. */
const STALE = 24 * 60 * 60 * 1000;

const schema = z.strictObject({
  v: z.literal(2),
  key: z.string(),
  tool: z.string(),
  call: z.optional(z.string()),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** The commit that was checked out; absent before the first. */
  head: z.optional(z.string()),
  /** Files that differed from it already. `lines`: a short digest each; absent when the file holds no text that can be read. */
  dirty: z.array(z.strictObject({ path: z.string(), stamp: z.string(), digest: z.optional(z.custom<Digest>(isDigest)), lines: z.optional(z.array(z.string())) })),
});
type Look = z.infer<typeof schema>;

/** One file that was written between two looks. */
export interface Changed {
  readonly path: RepoPath;
  /** `null`: there was no file. Absent: not known. */
  readonly before?: Digest | null;
  readonly after: string;
  readonly written: readonly Range[];
}

/** A command of an agent, for which the work tree is looked at. */
export interface Command {
  readonly session: string;
  /** What joins the looks before and after. */
  readonly key: string;
  readonly tool: string;
  readonly call?: string;
}

/** Looks at the work tree and remembers it for a command. A sentence when it could not. */
export async function lookBefore(repository: Repository, command: Command, now: number): Promise<string | undefined> {
  const status = await statusOf(repository);
  if (typeof status === 'string') return status;
  const { head, files } = status;
  const dirty: Look['dirty'] = [];
  for (const path of files.keys()) {
    const stamp = await stampOf(repository, path);
    const source = await readSource(join(repository.root, path));
    if (stamp !== undefined) dirty.push({ path, stamp, ...(source.kind === 'text' && { digest: digestOf(source.text), lines: [...printsOf(source.text)] }) });
  }
  const { key, tool, call } = command;
  const look: Look = { v: 2, key, tool, ...(call !== undefined && { call }), at: now, ...(head !== undefined && { head }), dirty };
  await forgetStale(repository, now);
  await writeAtomically(fileOf(repository, command), JSON.stringify(look), 0o600);
  return undefined;
}

/** Commands of a session whose end nobody told: those that run on in the background, and those whose hook did not come. */
export async function unfinished(repository: Repository, session: string): Promise<readonly Command[]> {
  const names = await readdir(folderOf(repository)).catch(() => []);
  const looks = await Promise.all(names.filter((name) => name.startsWith(`${prefixOf(session)}-`)).map((name) => readLook(join(folderOf(repository), name))));
  return looks.flatMap((look) => (look === undefined ? [] : [{ session, key: look.key, tool: look.tool, ...(look.call !== undefined && { call: look.call }) }]));
}

/** What was written since the look for a command, and sentences about what could not be told. The look is forgotten. */
export async function changedSince(repository: Repository, command: Command): Promise<{ readonly changed: readonly Changed[]; readonly gaps: readonly string[] }> {
  const file = fileOf(repository, command);
  const look = await readLook(file);
  await rm(file, { force: true });
  if (look === undefined) return { changed: [], gaps: ['The work tree was not looked at before this command, so what it wrote is not attributed.'] };
  const status = await statusOf(repository);
  if (typeof status === 'string') return { changed: [], gaps: [status] };
  const { head, files } = status;
  const known = new Map<string, Entry>(look.dirty.map((entry) => [entry.path, entry]));
  const committed = await committedSince(repository, look, head);
  const gaps = [...committed.gaps];
  const touched: RepoPath[] = [];
  for (const path of files.keys()) {
    const stamp = await stampOf(repository, path);
    if (stamp !== undefined && stamp !== known.get(path)?.stamp && (known.has(path) || (await writtenAfter(repository, path, look.at)))) touched.push(path);
  }
  const paths = [...new Set([...touched, ...committed.texts.keys()])];
  const unknown = paths.filter((path) => !known.has(path));
  const earlier = await committedTexts(repository, look.head, status, unknown);
  const changed: Changed[] = [];
  const add = (path: RepoPath, after: string): void => {
    const found = differenceOf(path, after, known.get(path), earlier.get(path));
    if (found !== undefined) changed.push(found);
  };
  for (const [path, text] of committed.texts) add(path, text);
  for (const path of touched) {
    const source = await readSource(join(repository.root, path));
    if (source.kind === 'unreadable') gaps.push(`${path} was written and cannot be read: ${source.why}`);
    if (source.kind === 'text' && source.text !== committed.texts.get(path)) add(path, source.text);
  }
  return { changed, gaps };
}

type Entry = Look['dirty'][number];

/** `undefined` where the text is what it was. */
function differenceOf(path: RepoPath, after: string, entry: Entry | undefined, earlier: Content | undefined): Changed | undefined {
  const text = earlier?.kind === 'text' ? earlier.text : earlier === undefined || earlier.kind === 'absent' ? null : undefined;
  const before = entry === undefined ? (typeof text === 'string' ? digestOf(text) : text) : entry.digest;
  if (before === digestOf(after)) return undefined;
  const written = entry === undefined ? againstText(text, after) : againstLines(entry.lines, after);
  return { path, after, written, ...(before !== undefined && { before }) };
}

/** Texts in commits that were made since the look. What was only fetched, or made before and copied anew by a rebase, is not the command's work. */
async function committedSince(repository: Repository, look: Look, head: string | undefined): Promise<{ readonly texts: ReadonlyMap<RepoPath, string>; readonly gaps: readonly string[] }> {
  const texts = new Map<RepoPath, string>();
  if (head === undefined || head === look.head) return { texts, gaps: [] };
  const answer = await git(repository.root, ['log', '--no-merges', '--no-renames', '--diff-filter=AM', '--name-only', '-z', '--format=%x01%at %ct', ...(look.head === undefined ? [head] : [`${look.head}..${head}`]), '--'], '', PATIENCE);
  if (!answer.ok) return { texts, gaps: [`The command moved to another commit, and what it committed is not attributed: ${answer.message}`] };
  const since = Math.floor(look.at / 1000);
  const names = new Set<RepoPath>();
  let rewritten = false;
  for (const commit of answer.stdout.toString('utf8').split('\x01').slice(1)) {
    const [dates = '', ...files] = commit.split('\0');
    const [authored, made] = dates.split(' ').map(Number) as [number, number];
    if (made < since) continue;
    if (authored < since) rewritten = true;
    else for (const file of files) for (const path of [repoPathOf(file.replace(/^\n/, ''))]) if (path !== undefined) names.add(path);
  }
  for (const [path, content] of await readFiles(repository, { kind: 'commit', id: head }, [...names])) if (content.kind === 'text') texts.set(path, content.text);
  return { texts, gaps: rewritten ? ['The command rewrote commits (amend, rebase or cherry-pick): what it changed in them is not attributed.'] : [] };
}

/** What a commit holds of files. Where that commit is still checked out, the status has named the objects, and the commit's tree need not be read. */
async function committedTexts(repository: Repository, head: string | undefined, status: Status, paths: readonly RepoPath[]): Promise<ReadonlyMap<RepoPath, Content>> {
  if (head === undefined || paths.length === 0) return new Map();
  if (head !== status.head) return readFiles(repository, { kind: 'commit', id: head }, paths);
  const ids = new Map(paths.flatMap((path) => (status.files.get(path) === undefined ? [] : [[path, status.files.get(path)!] as const])));
  const blobs = ids.size === 0 ? new Map<string, Buffer>() : await readBlobs(repository.root, [...ids.values()], SIZE_LIMIT);
  return new Map([...ids].map(([path, id]) => [path, textOf(blobs.get(id))]));
}

function textOf(bytes: Buffer | undefined): Content {
  if (bytes === undefined) return { kind: 'unreadable', why: 'The committed file is too large, or no file.' };
  if (bytes.includes(0)) return { kind: 'unreadable', why: 'The committed file is binary.' };
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'unreadable', why: 'The committed file is not UTF-8.' };
  }
}

function againstText(before: string | null | undefined, after: string): readonly Range[] {
  if (typeof before !== 'string') return after === '' ? [] : [{ start: 0, end: after.length }];
  return insertedRanges(diffTexts(before, after)).filter((range) => !isEmpty(range));
}

/** Lines that were not there, as whole lines; everything where the lines before are not known. */
function againstLines(before: readonly string[] | undefined, after: string): readonly Range[] {
  const starts = lineStarts(after);
  const runs = before === undefined ? undefined : commonRuns(before, printsOf(after));
  const kept = new Set((runs ?? []).flatMap((run) => Array.from({ length: run.count }, (_, index) => run.after + index)));
  const ranges: { start: number; end: number }[] = [];
  for (const [line, start] of starts.entries()) {
    const end = starts[line + 1] ?? after.length;
    if (kept.has(line) || start === end) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last.end === start) last.end = end;
    else ranges.push({ start, end });
  }
  return ranges;
}

/** A short digest of each line, its end left out: a change of line ends alone writes nothing. */
function printsOf(text: string): readonly string[] {
  const starts = lineStarts(text);
  return starts.map((start, line) => createHash('sha256').update(text.slice(start, starts[line + 1] ?? text.length).replace(/[\r\n]+$/, '')).digest('base64').slice(0, 12));
}

interface Status {
  /** The commit that is checked out; `undefined` before the first. */
  readonly head: string | undefined;
  /** Files that differ from it or are not in it, ignored ones left out, with the object that it holds; `undefined`: none that is a file. */
  readonly files: ReadonlyMap<RepoPath, string | undefined>;
}

/** One call of git says both: an agent waits for each. A sentence when git could not say. */
async function statusOf(repository: Repository): Promise<Status | string> {
  const answer = await git(repository.root, ['status', '--porcelain=v2', '--branch', '--no-ahead-behind', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=all'], '', PATIENCE);
  if (!answer.ok) return `What the command writes is not attributed: ${answer.message}`;
  const files = new Map<RepoPath, string | undefined>();
  let head: string | undefined;
  for (const entry of answer.stdout.toString('utf8').split('\0')) {
    if (entry.startsWith('# branch.oid ')) head = /^[0-9a-f]{40,64}$/.exec(entry.slice('# branch.oid '.length))?.[0];
    const path = repoPathOf(pathIn(entry));
    if (path !== undefined) files.set(path, blobIn(entry));
  }
  return files.size > MOST_FILES ? `What the command writes is not attributed: ${files.size} files differ from the last commit.` : { head, files };
}

/** Fields before the path in an entry of `git status --porcelain=v2`, by its first letter: changed, unmerged, untracked. */
const FIELDS: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 };

/** `1 <XY> <sub> <mode in HEAD> <index> <work tree> <object in HEAD> ...`; zeros where HEAD holds nothing, other modes where it holds no file. */
function blobIn(entry: string): string | undefined {
  return /^1 .. .... 100\d{3} \d{6} \d{6} (?!0+ )([0-9a-f]{40,64}) /.exec(entry)?.[1];
}

function pathIn(entry: string): string {
  let at = 0;
  for (let field = FIELDS[entry[0] ?? ''] ?? 0; field > 0 && at >= 0; field--) at = entry.indexOf(' ', at) + 1 || -1;
  return at <= 0 ? '' : entry.slice(at);
}

/** Changes with every write; `undefined` when there is no file. */
async function stampOf(repository: Repository, path: RepoPath): Promise<string | undefined> {
  const info = await lstat(join(repository.root, path), { bigint: true }).catch(() => undefined);
  return info === undefined || !info.isFile() ? undefined : `${info.size} ${info.mtimeNs} ${info.ctimeNs} ${info.ino}`;
}

/** The time of the last change of the file's content or name, which no program can set back. Clocks of disks are coarse: 20 ms of grace. */
async function writtenAfter(repository: Repository, path: RepoPath, at: number): Promise<boolean> {
  const info = await lstat(join(repository.root, path)).catch(() => undefined);
  return info !== undefined && info.ctimeMs >= at - 20;
}

async function readLook(file: string): Promise<Look | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function folderOf(repository: Repository): string {
  return join(repository.gitDir, 'vetmark', 'calls');
}

function fileOf(repository: Repository, { session, key }: Command): string {
  return join(folderOf(repository), `${prefixOf(session)}-${nameOf(key)}.json`);
}

function prefixOf(session: string): string {
  return nameOf(session).slice(0, 12);
}

function nameOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

async function forgetStale(repository: Repository, now: number): Promise<void> {
  for (const name of await readdir(folderOf(repository)).catch(() => [])) {
    const file = join(folderOf(repository), name);
    const info = await stat(file).catch(() => undefined);
    if (info !== undefined && now - info.mtimeMs > STALE) await rm(file, { force: true });
  }
}
