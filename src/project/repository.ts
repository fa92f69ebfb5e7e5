/** A git repository on disk: its trees, and what a change adds. Hostile content (links, huge files, binary) is named, never followed. */
import { createHash } from 'node:crypto';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { diffTexts } from '#core/diff';
import { repoPathOf, type RepoPath } from '#core/path';
import { insertedRanges, type Range } from '#core/text';
import { git, readBlobs } from './git.ts';

export interface Repository {
  /** Absolute path of the work tree's root, real (symbolic links resolved). */
  readonly root: string;
  /** Absolute path of this work tree's git directory. */
  readonly gitDir: string;
}

/** Where a tree is read: a commit's full id, or what is on disk now. */
export type Tree = { readonly kind: 'commit'; readonly id: string } | { readonly kind: 'worktree' };

export type Content = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'absent' } | { readonly kind: 'unreadable'; readonly why: string };
export type Bytes = { readonly kind: 'bytes'; readonly bytes: Buffer } | { readonly kind: 'absent' } | { readonly kind: 'unreadable'; readonly why: string };

export interface ChangedFile {
  /** As git names it. Only a readable file's is known to be a proper path. */
  readonly path: RepoPath;
  readonly content: Content;
  /** The text before the change, of a renamed file under its old name. Absent: there was none that could be read. */
  readonly before?: string;
  /** The old name of a renamed file. Absent: it had this one, or is new. What is true of a path (excluded, another language) has to be asked of both. */
  readonly former?: RepoPath;
  /**
   * What the change adds, in offsets of the text: everything where the file is new. Lines that a rename only moved are not added. Where something was
   * only deleted stands an empty range: a deleted check changes its function, too.
   */
  readonly added: readonly Range[];
}

/** A file that a change deletes, or takes away from this path by renaming it. */
export interface GoneFile {
  readonly path: RepoPath;
  /** Absent: there was no text that could be read. */
  readonly before?: string;
  /** Absent: it was deleted. */
  readonly renamedTo?: RepoPath;
}

export type Opened = { readonly ok: true; readonly repository: Repository } | { readonly ok: false; readonly message: string };
export type Commit = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly message: string };
export type Changes = { readonly ok: true; readonly files: readonly ChangedFile[]; readonly gone: readonly GoneFile[] } | { readonly ok: false; readonly message: string };

/** Bytes. A larger file is not read: it is named as unreadable. */
export const SIZE_LIMIT = 5 * 1024 * 1024;
const LINK = '120000';
const SUBMODULE = '160000';

interface Entry {
  readonly mode: string;
  readonly id: string;
}

/** Finds the repository that holds a folder. A sentence when there is none or git cannot be run. */
export async function openRepository(folder: string): Promise<Opened> {
  const answer = await git(folder, ['rev-parse', '--path-format=absolute', '--show-toplevel', '--absolute-git-dir']);
  if (!answer.ok) {
    if (answer.message.includes('must be run in a work tree')) return { ok: false, message: `${folder} is in a bare repository: there are no files to look at.` };
    if (answer.message.includes('not a git repository')) return { ok: false, message: `${folder} is not in a git repository. Vetmark keeps reviews and judges changes by git: run \`git init\` first.` };
    return { ok: false, message: answer.message };
  }
  const [root, gitDir] = answer.stdout.toString('utf8').split('\n');
  if (!root || !gitDir) return { ok: false, message: `git did not say where the repository of ${folder} is.` };
  return { ok: true, repository: { root: await realpath(root), gitDir: await realpath(gitDir) } };
}

/** Full commit id of a revision. A sentence when it names none. */
export async function resolveCommit(repository: Repository, rev: string): Promise<Commit> {
  const answer = await git(repository.root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`]);
  const id = answer.ok ? answer.stdout.toString('latin1').trim() : '';
  if (/^[0-9a-f]{40,64}$/.test(id)) return { ok: true, id };
  return { ok: false, message: `"${rev}" names no commit here. In CI, fetch the whole history (actions/checkout: fetch-depth: 0); otherwise check the spelling.` };
}

/** The commit where two histories part: what `a` has that `b` has not is judged from there. */
export async function mergeBase(repository: Repository, a: string, b: string): Promise<Commit> {
  const answer = await git(repository.root, ['merge-base', '--end-of-options', a, b]);
  const id = answer.ok ? answer.stdout.toString('latin1').trim() : '';
  if (/^[0-9a-f]{40,64}$/.test(id)) return { ok: true, id };
  return { ok: false, message: `${a.slice(0, 12)} and ${b.slice(0, 12)} have no commit in common here. In CI, fetch the whole history (actions/checkout: fetch-depth: 0).` };
}

/** Names of the branch that work is merged into, as a clone knows it, best first. */
const MAIN = ['refs/remotes/origin/HEAD', 'refs/remotes/origin/main', 'refs/remotes/origin/master', 'refs/heads/main', 'refs/heads/master'] as const;

/** The commit where the work forks off the branch that it will be merged into, as far as this clone knows; the last commit where it does not. `undefined`: there is no commit yet. */
export async function forkPoint(repository: Repository): Promise<string | undefined> {
  const head = await resolveCommit(repository, 'HEAD');
  if (!head.ok) return undefined;
  for (const name of MAIN) {
    const main = await resolveCommit(repository, name);
    const fork = main.ok ? await mergeBase(repository, main.id, head.id) : main;
    if (fork.ok) return fork.id;
  }
  return head.id;
}

/** Addresses of authors and committers of the commits that `to` has and `from` has not, and of who they name as co-author. As git has them: a claim, not a proof. */
export async function authorsBetween(repository: Repository, from: string, to: string): Promise<readonly string[]> {
  const answer = await git(repository.root, ['log', '--format=%ae%n%ce%n%(trailers:key=Co-authored-by,valueonly)', '--end-of-options', `${from}..${to}`]);
  const lines = answer.ok ? answer.stdout.toString('utf8').split('\n') : [];
  return [...new Set(lines.map((line) => (/<([^<>]+)>\s*$/.exec(line)?.[1] ?? line).trim()).filter((address) => address !== ''))];
}

/** One file of a tree. Text is UTF-8 of at most 5 MB without NUL (a byte-order mark is left out); a symbolic link, a submodule and anything else is unreadable and says why. */
export async function readFile(repository: Repository, tree: Tree, path: RepoPath): Promise<Content> {
  return (await readFiles(repository, tree, [path])).get(path) ?? { kind: 'absent' };
}

/** Several files of a tree at once: two git processes for a commit, however many there are. */
export async function readFiles(repository: Repository, tree: Tree, paths: readonly RepoPath[]): Promise<ReadonlyMap<RepoPath, Content>> {
  return new Map([...(await readBytes(repository, tree, paths))].map(([path, read]) => [path, read.kind === 'bytes' ? decode(read.bytes) : read]));
}

/** As `readFiles`, byte for byte: for what is signed. */
export async function readBytes(repository: Repository, tree: Tree, paths: readonly RepoPath[]): Promise<ReadonlyMap<RepoPath, Bytes>> {
  if (tree.kind === 'worktree') return new Map(await Promise.all(paths.map(async (path) => [path, await readFromDisk(repository, path)] as const)));
  const entries = await entriesOf(repository, tree.id);
  const found = paths.flatMap((path) => (entries.has(path) ? [{ path, ...entries.get(path)! }] : []));
  const blobs = await readBlobs(repository.root, found.filter(({ mode }) => mode !== LINK && mode !== SUBMODULE).map(({ id }) => id), SIZE_LIMIT);
  return new Map(found.map(({ path, mode, id }) => [path, bytesOf(mode, blobs.get(id))]));
}

/** The tree that `git commit` would make of the index. It is written to the object store and named nowhere. */
export async function stagedTree(repository: Repository): Promise<Commit> {
  const answer = await git(repository.root, ['write-tree']);
  const id = answer.ok ? answer.stdout.toString('latin1').trim() : '';
  return answer.ok ? { ok: true, id } : { ok: false, message: `What is staged cannot be judged: ${answer.message}` };
}

/** `Name <address>` of who commits here; `undefined` where git is told no address. */
export async function identityOf(repository: Repository): Promise<string | undefined> {
  const [name, address] = await Promise.all(['user.name', 'user.email'].map(async (key) => {
    const answer = await git(repository.root, ['config', '--get', key]);
    return answer.ok ? answer.stdout.toString('utf8').trim() : '';
  }));
  return address === '' || address === undefined ? undefined : `${name} <${address}>`;
}

/** Stages one file as it is on disk. */
export async function stageFile(repository: Repository, path: RepoPath): Promise<{ readonly ok: true } | { readonly ok: false; readonly message: string }> {
  const answer = await git(repository.root, ['add', '--', `:(literal,top)${path}`]);
  return answer.ok ? { ok: true } : answer;
}

/** Ids of all objects that stand, or once stood, in a folder of a commit's history. */
export async function everIn(repository: Repository, commit: string, folder: RepoPath): Promise<ReadonlySet<string>> {
  const standing = [...(await entriesOf(repository, commit))].flatMap(([path, { id }]) => (path.startsWith(`${folder}/`) ? [id] : []));
  const log = await git(repository.root, ['log', '--format=', '--raw', '--no-abbrev', '--no-renames', '-m', '--end-of-options', commit, '--', folder]);
  const past = log.ok ? [...log.stdout.toString('latin1').matchAll(/^:\d{6} \d{6} ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) /gm)].flatMap(([, before, after]) => [before!, after!]) : [];
  return new Set([...standing, ...past]);
}

/** The id that git gives a blob, in the hash that another id is of. */
export function blobId(bytes: Uint8Array, like: string): string {
  return createHash(like.length === 64 ? 'sha256' : 'sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Paths of a tree, sorted; below a folder, or all of them. Of a work tree: what is on disk, links not followed, git's own folder left out. */
export async function listFiles(repository: Repository, tree: Tree, folder?: RepoPath): Promise<readonly RepoPath[]> {
  if (tree.kind === 'worktree') return (await walk(repository, folder ?? '')).sort();
  return [...(await entriesOf(repository, tree.id)).keys()].filter((path) => folder === undefined || path.startsWith(`${folder}/`)).sort();
}

/** What git would commit from the work tree, sorted: tracked files that are on disk and untracked ones that are not ignored. */
export async function listCommittable(repository: Repository): Promise<readonly RepoPath[]> {
  const answer = await git(repository.root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']);
  return answer.ok ? namesIn(answer.stdout).flatMap(toPath).sort() : [];
}

/** Paths of a work tree that are not what the last commit holds, untracked ones included, ignored and deleted ones not; sorted. None when git does not answer. */
export async function uncommittedPaths(repository: Repository): Promise<readonly RepoPath[]> {
  const [changed, untracked] = await Promise.all([
    git(repository.root, ['diff', '--name-only', '-z', '--no-ext-diff', '--no-renames', '--diff-filter=d', '--ignore-submodules=all', 'HEAD', '--']),
    git(repository.root, ['ls-files', '-z', '--others', '--exclude-standard']),
  ]);
  return [changed, untracked].flatMap((answer) => (answer.ok ? namesIn(answer.stdout).flatMap(toPath) : [])).sort();
}

/** What differs between a commit and a tree, untracked files of a work tree included, ignored files not. A file whose name some machines take for another's is a gap, and so is the other. */
export async function changedFiles(repository: Repository, base: string, head: Tree): Promise<Changes> {
  const diff = await git(repository.root, ['diff', '--raw', '-z', '--no-abbrev', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none', '-M', '-l2000', base, ...(head.kind === 'commit' ? [head.id] : []), '--']);
  if (!diff.ok) return diff;
  const { changed, deleted } = readRaw(namesIn(diff.stdout));
  if (head.kind === 'worktree') {
    const untracked = await git(repository.root, ['ls-files', '-z', '--others', '--exclude-standard']);
    if (!untracked.ok) return untracked;
    const known = new Set<string>(changed.map(({ path }) => path));
    for (const name of namesIn(untracked.stdout)) if (!known.has(name)) changed.push({ path: name, before: undefined, former: undefined });
  }
  const heads = await readFiles(repository, head, changed.flatMap(({ path }) => toPath(path)));
  const bases = await readBlobs(repository.root, [...changed.flatMap(({ before }) => (before === undefined ? [] : [before.id])), ...deleted.map(({ before }) => before.id)], SIZE_LIMIT);
  const files = changed.map(({ path, before, former }): ChangedFile => {
    const read = heads.get(path as RepoPath);
    // git says that it is there: what cannot be found under its name is a gap, not nothing.
    const content: Content = read === undefined || read.kind === 'absent' ? { kind: 'unreadable', why: 'it cannot be found under that name' } : read;
    const old = before === undefined ? undefined : contentOf(before.mode, bases.get(before.id));
    return { path: path as RepoPath, content, ...(old?.kind === 'text' ? { before: old.text } : {}), ...(former !== undefined && { former: former as RepoPath }), added: content.kind === 'text' ? addedRanges(old, content.text) : [] };
  });
  const gone = deleted.map(({ path, before, renamedTo }): GoneFile => {
    const old = contentOf(before.mode, bases.get(before.id));
    return { path: path as RepoPath, ...(old.kind === 'text' && { before: old.text }), ...(renamedTo !== undefined && { renamedTo: renamedTo as RepoPath }) };
  });
  const arrived = changed.filter(({ before, former }) => before === undefined || former !== undefined).map(({ path }) => path);
  const twins = arrived.length === 0 ? [] : twinsOf(arrived, head.kind === 'commit' ? [...(await entriesOf(repository, head.id)).keys()] : await listCommittable(repository));
  const confused = new Set(twins.map(({ path }) => path));
  return { ok: true, files: [...files.filter(({ path }) => !confused.has(path)), ...twins].sort((a, b) => (a.path < b.path ? -1 : 1)), gone };
}

/** Files that have arrived under a name that some file system takes for another file's, and those others. */
function twinsOf(arrived: readonly string[], all: readonly RepoPath[]): readonly ChangedFile[] {
  const wanted = new Set(arrived.map(folded));
  const groups = new Map<string, RepoPath[]>();
  for (const path of all) {
    const name = folded(path);
    if (wanted.has(name)) groups.set(name, [...(groups.get(name) ?? []), path]);
  }
  return [...groups.values()].filter((group) => group.length > 1).flatMap((group) => group.map((path): ChangedFile => ({ path, content: { kind: 'unreadable', why: `some machines take its name for that of ${group.find((other) => other !== path)!}` }, added: [] })));
}

/** A name as the most forgetful of file systems keeps it: no case, one Unicode form, no ignorable character, no dot or space at the end of a part. */
function folded(path: string): string {
  return path.normalize('NFC').replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '').toLowerCase().split('/').map((part) => part.replace(/(?<![. ])[. ]+$/, '')).join('/');
}

function addedRanges(before: Content | undefined, text: string): readonly Range[] {
  return before?.kind === 'text' ? insertedRanges(diffTexts(before.text, text)) : [{ start: 0, end: text.length }];
}

interface RawChange {
  readonly path: string;
  readonly before: Entry | undefined;
  readonly former: string | undefined;
}

interface RawGone {
  readonly path: string;
  readonly before: Entry;
  readonly renamedTo: string | undefined;
}

/** `git diff --raw -z`: `:mode mode id id status NUL path NUL [path NUL]`. */
function readRaw(fields: readonly string[]): { readonly changed: RawChange[]; readonly deleted: RawGone[] } {
  const changed: RawChange[] = [];
  const deleted: RawGone[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const [mode = '', , id = '', , status = ''] = fields[at++]!.slice(1).split(' ');
    const before = { mode, id };
    const former = /^[RC]/.test(status) ? fields[at++]! : undefined;
    const path = fields[at++]!;
    if (status.startsWith('D')) deleted.push({ path, before, renamedTo: undefined });
    else changed.push({ path, before: status.startsWith('A') ? undefined : before, former });
    if (status.startsWith('R')) deleted.push({ path: former!, before, renamedTo: path });
  }
  return { changed, deleted };
}

/** Names between NULs. One that is not UTF-8 is spelled with backslashes, which no path of ours has: read as something near it, it could pass for another file. */
function namesIn(output: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(0, at);
    const bytes = output.subarray(at, end < 0 ? output.length : end);
    at = end < 0 ? output.length : end + 1;
    const name = utf8Of(bytes);
    names.push(name ?? bytes.toString('latin1').replace(/[^ -~]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`));
  }
  return names;
}

function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Trees of commits never change: the last few are kept, because a command asks for the same ones again and again. */
const trees = new Map<string, Promise<ReadonlyMap<RepoPath, Entry>>>();
const TREES_KEPT = 4;

function entriesOf(repository: Repository, commit: string): Promise<ReadonlyMap<RepoPath, Entry>> {
  const key = `${repository.gitDir}\0${commit}`;
  const known = trees.get(key);
  if (known !== undefined) return known;
  const read = listTree(repository, commit);
  trees.set(key, read);
  if (trees.size > TREES_KEPT) trees.delete(trees.keys().next().value!);
  return read;
}

async function listTree(repository: Repository, commit: string): Promise<ReadonlyMap<RepoPath, Entry>> {
  const answer = await git(repository.root, ['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit]);
  if (!answer.ok) return new Map();
  return new Map(
    namesIn(answer.stdout).flatMap((line) => {
      const [mode = '', , id = ''] = line.slice(0, line.indexOf('\t')).split(' ');
      return toPath(line.slice(line.indexOf('\t') + 1)).map((path) => [path, { mode, id }] as const);
    }),
  );
}

function contentOf(mode: string, blob: Buffer | undefined): Content {
  const read = bytesOf(mode, blob);
  return read.kind === 'bytes' ? decode(read.bytes) : read;
}

function bytesOf(mode: string, blob: Buffer | undefined): Bytes {
  if (mode === LINK) return { kind: 'unreadable', why: 'it is a symbolic link' };
  if (mode === SUBMODULE) return { kind: 'unreadable', why: 'it is a submodule' };
  return blob === undefined ? { kind: 'unreadable', why: `it is larger than ${SIZE_LIMIT / 1024 / 1024} MB, or missing from this clone` } : { kind: 'bytes', bytes: blob };
}

function decode(bytes: Uint8Array): Content {
  if (bytes.includes(0)) return { kind: 'unreadable', why: 'it is binary' };
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'unreadable', why: 'it is not UTF-8 text' };
  }
}

async function readFromDisk(repository: Repository, path: RepoPath): Promise<Bytes> {
  const full = join(repository.root, path);
  try {
    const parent = await realpath(dirname(full));
    if (parent !== repository.root && !parent.startsWith(repository.root + sep)) return { kind: 'unreadable', why: 'its folder is a link that leads out of the repository' };
    const stats = await lstat(full);
    if (stats.isSymbolicLink()) return { kind: 'unreadable', why: 'it is a symbolic link' };
    if (stats.isDirectory()) return { kind: 'unreadable', why: 'it is a submodule' };
    if (!stats.isFile()) return { kind: 'unreadable', why: 'it is not a regular file' };
    if (stats.size > SIZE_LIMIT) return { kind: 'unreadable', why: `it is larger than ${SIZE_LIMIT / 1024 / 1024} MB` };
    const file = await open(full, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      return { kind: 'bytes', bytes: await file.readFile() };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'absent' } : { kind: 'unreadable', why: `the disk refuses it (${code ?? 'unknown error'})` };
  }
}

async function walk(repository: Repository, folder: string): Promise<RepoPath[]> {
  const entries = await readdir(join(repository.root, folder), { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    entries.map((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === '.git' ? [] : walk(repository, path);
      return toPath(path);
    }),
  );
  return below.flat();
}

function toPath(path: string): RepoPath[] {
  const read = repoPathOf(path);
  return read === undefined ? [] : [read];
}
