/** A git repository on disk: its trees, and what a change adds. Hostile content (links, huge files, binary) is named, never followed. */
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

export interface ChangedFile {
  /** As git names it. Only a readable file's is known to be a proper path. */
  readonly path: RepoPath;
  readonly content: Content;
  /** The text before the change, of a renamed file under its old name. Absent: there was none that could be read. */
  readonly before?: string;
  /**
   * What the change adds, in offsets of the text: everything where the file is new. Lines that a rename only moved are not added. Where something was
   * only deleted stands an empty range: a deleted check changes its function, too.
   */
  readonly added: readonly Range[];
}

export type Opened = { readonly ok: true; readonly repository: Repository } | { readonly ok: false; readonly message: string };
export type Commit = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly message: string };
export type Changes = { readonly ok: true; readonly files: readonly ChangedFile[] } | { readonly ok: false; readonly message: string };

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

/** One file of a tree. Text is UTF-8 of at most 5 MB without NUL (a byte-order mark is left out); a symbolic link, a submodule and anything else is unreadable and says why. */
export async function readFile(repository: Repository, tree: Tree, path: RepoPath): Promise<Content> {
  return (await readFiles(repository, tree, [path])).get(path) ?? { kind: 'absent' };
}

/** Several files of a tree at once: two git processes for a commit, however many there are. */
export async function readFiles(repository: Repository, tree: Tree, paths: readonly RepoPath[]): Promise<ReadonlyMap<RepoPath, Content>> {
  if (tree.kind === 'worktree') return new Map(await Promise.all(paths.map(async (path) => [path, await readFromDisk(repository, path)] as const)));
  const entries = await entriesOf(repository, tree.id);
  const found = paths.flatMap((path) => (entries.has(path) ? [{ path, ...entries.get(path)! }] : []));
  const blobs = await readBlobs(repository.root, found.filter(({ mode }) => mode !== LINK && mode !== SUBMODULE).map(({ id }) => id), SIZE_LIMIT);
  return new Map(found.map(({ path, mode, id }) => [path, contentOf(mode, blobs.get(id))]));
}

/** Paths of a tree, sorted; below a folder, or all of them. Of a work tree: what is on disk, links not followed, git's own folder left out. */
export async function listFiles(repository: Repository, tree: Tree, folder?: RepoPath): Promise<readonly RepoPath[]> {
  if (tree.kind === 'worktree') return (await walk(repository, folder ?? '')).sort();
  return [...(await entriesOf(repository, tree.id)).keys()].filter((path) => folder === undefined || path.startsWith(`${folder}/`)).sort();
}

/** What git would commit from the work tree, sorted: tracked files that are on disk and untracked ones that are not ignored. */
export async function listCommittable(repository: Repository): Promise<readonly RepoPath[]> {
  const answer = await git(repository.root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']);
  return answer.ok ? answer.stdout.toString('utf8').split('\0').flatMap(toPath).sort() : [];
}

/** What differs between a commit and a tree, untracked files of a work tree included, ignored files not. Deleted files are left out: they add nothing. */
export async function changedFiles(repository: Repository, base: string, head: Tree): Promise<Changes> {
  const diff = await git(repository.root, ['diff', '--raw', '-z', '--no-abbrev', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none', '-M', '-l2000', base, ...(head.kind === 'commit' ? [head.id] : []), '--']);
  if (!diff.ok) return diff;
  const changed = readRaw(diff.stdout.toString('utf8'));
  if (head.kind === 'worktree') {
    const untracked = await git(repository.root, ['ls-files', '-z', '--others', '--exclude-standard']);
    if (!untracked.ok) return untracked;
    const known = new Set<string>(changed.map(({ path }) => path));
    for (const name of untracked.stdout.toString('utf8').split('\0')) if (name !== '' && !known.has(name)) changed.push({ path: name, before: undefined });
  }
  const heads = await readFiles(repository, head, changed.flatMap(({ path }) => toPath(path)));
  const bases = await readBlobs(repository.root, changed.flatMap(({ before }) => (before === undefined ? [] : [before.id])), SIZE_LIMIT);
  const files = changed.map(({ path, before }) => {
    const read = heads.get(path as RepoPath);
    // git says that it is there: what cannot be found under its name is a gap, not nothing.
    const content: Content = read === undefined || read.kind === 'absent' ? { kind: 'unreadable', why: 'it cannot be found under that name' } : read;
    const old = before === undefined ? undefined : contentOf(before.mode, bases.get(before.id));
    return { path: path as RepoPath, content, ...(old?.kind === 'text' ? { before: old.text } : {}), added: content.kind === 'text' ? addedRanges(old, content.text) : [] };
  });
  return { ok: true, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function addedRanges(before: Content | undefined, text: string): readonly Range[] {
  return before?.kind === 'text' ? insertedRanges(diffTexts(before.text, text)) : [{ start: 0, end: text.length }];
}

/** `git diff --raw -z`: `:mode mode id id status NUL path NUL [path NUL]`. Deletions are left out. */
function readRaw(raw: string): { readonly path: string; readonly before: Entry | undefined }[] {
  const fields = raw.split('\0');
  const changed: { path: string; before: Entry | undefined }[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const [mode = '', , id = '', , status = ''] = fields[at++]!.slice(1).split(' ');
    if (/^[RC]/.test(status)) at++;
    const path = fields[at++]!;
    if (!status.startsWith('D')) changed.push({ path, before: status.startsWith('A') ? undefined : { mode, id } });
  }
  return changed;
}

async function entriesOf(repository: Repository, commit: string): Promise<ReadonlyMap<RepoPath, Entry>> {
  const answer = await git(repository.root, ['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit]);
  if (!answer.ok) return new Map();
  return new Map(
    answer.stdout.toString('utf8').split('\0').flatMap((line) => {
      const [mode = '', , id = ''] = line.slice(0, line.indexOf('\t')).split(' ');
      return toPath(line.slice(line.indexOf('\t') + 1)).map((path) => [path, { mode, id }] as const);
    }),
  );
}

function contentOf(mode: string, blob: Buffer | undefined): Content {
  if (mode === LINK) return { kind: 'unreadable', why: 'it is a symbolic link' };
  if (mode === SUBMODULE) return { kind: 'unreadable', why: 'it is a submodule' };
  return blob === undefined ? { kind: 'unreadable', why: `it is larger than ${SIZE_LIMIT / 1024 / 1024} MB, or missing from this clone` } : decode(blob);
}

function decode(bytes: Uint8Array): Content {
  if (bytes.includes(0)) return { kind: 'unreadable', why: 'it is binary' };
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'unreadable', why: 'it is not UTF-8 text' };
  }
}

async function readFromDisk(repository: Repository, path: RepoPath): Promise<Content> {
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
      return decode(await file.readFile());
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
