/**
 * Where git holds a text: an explanation of what came from disk, never a reason to trust it. Cheap: one process for what is checked out, staged or
 * stashed; history is walked only for a text that git has as an object, and not for long.
 */
import type { RepoPath } from '#core/path';
import { git } from './git.ts';
import { blobId, type Repository } from './repository.ts';

export type GitSource = 'HEAD' | 'index' | 'stash' | 'history';

/** Stashes that are looked into, newest first. */
const STASHES = 8;
/** Milliseconds for one walk through history. */
const PATIENCE = 2_000;

/**
 * Where git holds this text of a file: in the last commit, the index, a stash, or anywhere in history, reflogs included. `undefined`: nowhere, or not
 * found in time. An object that nothing names does not count: anybody can write one.
 */
export async function sourceInGit(repository: Repository, file: RepoPath, text: string): Promise<GitSource | undefined> {
  if (file.includes('\n')) return undefined;
  const forms = [text, text.replaceAll('\r\n', '\n'), `\ufeff${text}`].map((form) => Buffer.from(form, 'utf8'));
  const ids = ['0'.repeat(40), '0'.repeat(64)].flatMap((like) => [...new Set(forms.map((form) => blobId(form, like)))]);
  const wanted = new Set(ids);
  const names = namesOf(file);
  const lines = await look(repository, [...names.map(([name]) => name), ...ids]);
  const named = names.find((_, index) => isBlobOf(wanted, lines[index]));
  if (named !== undefined) return named[1];
  const held = ids.find((_, index) => isBlobOf(wanted, lines[names.length + index]));
  if (held === undefined) return undefined;
  const stashes = await stashNames(repository, file);
  if (stashes.length > 0 && (await look(repository, stashes)).some((line) => isBlobOf(wanted, line))) return 'stash';
  return (await inHistory(repository, held, [file])) || (await inHistory(repository, held, [])) ? 'history' : undefined;
}

/** A line for each name: its object's id and type, where there is one. */
async function look(repository: Repository, names: readonly string[]): Promise<readonly string[]> {
  const answer = await git(repository.root, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], names.map((name) => `${name}\n`).join(''), PATIENCE);
  return answer.ok ? answer.stdout.toString('utf8').split('\n') : [];
}

/** Names under which git may have it now, best explanation first. */
function namesOf(file: RepoPath): readonly (readonly [name: string, source: GitSource])[] {
  return [
    [`HEAD:${file}`, 'HEAD'],
    ...['0', '2', '3', '1'].map((stage) => [`:${stage}:${file}`, 'index'] as const),
    ...['ORIG_HEAD', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'REBASE_HEAD'].map((name) => [`${name}:${file}`, 'history'] as const),
  ];
}

/** The file in each stash: as it was on disk, as it was staged, and where it was not tracked. */
async function stashNames(repository: Repository, file: RepoPath): Promise<readonly string[]> {
  const answer = await git(repository.root, ['log', '--walk-reflogs', `--max-count=${STASHES}`, '--format=%H %P', 'refs/stash', '--'], '', PATIENCE);
  const stashes = answer.ok ? answer.stdout.toString('latin1').split('\n').filter((line) => line !== '') : [];
  return stashes.flatMap((line) => {
    const [stash, , ...parts] = line.split(' ');
    return [stash, ...parts].map((commit) => `${commit}:${file}`);
  });
}

function isBlobOf(wanted: ReadonlySet<string>, line = ''): boolean {
  const [id = '', type] = line.split(' ');
  return type === 'blob' && wanted.has(id);
}

async function inHistory(repository: Repository, id: string, paths: readonly RepoPath[]): Promise<boolean> {
  const answer = await git(repository.root, ['log', '--all', '--reflog', '-m', '--max-count=1', '--format=%H', '--no-patch', `--find-object=${id}`, '--', ...paths.map((path) => `:(literal,top)${path}`)], '', PATIENCE);
  return answer.ok && answer.stdout.length > 0;
}
