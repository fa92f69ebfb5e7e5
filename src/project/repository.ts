/** A git repository on disk, read by child process (`git`, no shell, no configuration changed). */
import type { RepoPath } from '#core/path';
import type { Range } from '#core/text';

export interface Repository {
  /** Absolute path of the work tree's root, real (symbolic links resolved). */
  readonly root: string;
  /** Absolute path of this work tree's git directory. */
  readonly gitDir: string;
}

/** Where a tree is read: a commit's full id, or what is on disk now. */
export type Tree = { readonly kind: 'commit'; readonly id: string } | { readonly kind: 'worktree' };

export type Content =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string };

export interface ChangedFile {
  readonly path: RepoPath;
  readonly content: Content;
  /** What the change adds, offsets of the text; everything where the file is new. Moved and copied lines of a rename are not added. */
  readonly added: readonly Range[];
}

/** Finds the repository that holds a folder. A sentence when there is none or git cannot be run. */
export async function openRepository(_folder: string): Promise<{ readonly ok: true; readonly repository: Repository } | { readonly ok: false; readonly message: string }> {
  throw new Error('not built yet');
}

/** Full commit id of a revision. A sentence when it names none. Refuses anything that starts with a dash. */
export async function resolveCommit(_repository: Repository, _rev: string): Promise<{ readonly ok: true; readonly id: string } | { readonly ok: false; readonly message: string }> {
  throw new Error('not built yet');
}

/** One file of a tree. Text is UTF-8 of at most 5 MB without NUL; a symbolic link, a submodule and anything else is unreadable and says why. */
export async function readFile(_repository: Repository, _tree: Tree, _path: RepoPath): Promise<Content> {
  throw new Error('not built yet');
}

/** Paths below a folder of a tree, sorted. */
export async function listFiles(_repository: Repository, _tree: Tree, _folder: RepoPath): Promise<readonly RepoPath[]> {
  throw new Error('not built yet');
}

/** What differs between a commit and a tree, untracked files of a work tree included, ignored files not. Deleted files are left out: they add nothing. */
export async function changedFiles(_repository: Repository, _base: string, _head: Tree): Promise<readonly ChangedFile[]> {
  throw new Error('not built yet');
}
