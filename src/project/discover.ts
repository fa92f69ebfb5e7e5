/**
 * Finds the repository that holds a folder without running git, for a process that lives for milliseconds. Where git would look closer (its
 * variables are set, the owner is somebody else, nothing is found), git is asked.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Opened } from './repository.ts';

/** The same answer as `openRepository`, sooner. */
export async function discoverRepository(folder: string): Promise<Opened> {
  return (await nearby(folder)) ?? (await import('./repository.ts')).openRepository(folder);
}

async function nearby(folder: string): Promise<Opened | undefined> {
  const start = await realpath(folder).catch(() => undefined);
  // From inside git's own folder there is no work tree.
  if (start === undefined || start.split(sep).includes('.git')) return undefined;
  if (['GIT_DIR', 'GIT_WORK_TREE', 'GIT_COMMON_DIR', 'GIT_CEILING_DIRECTORIES'].some((name) => process.env[name] !== undefined)) return undefined;
  for (let at: string | undefined = start; at !== undefined; at = dirname(at) === at ? undefined : dirname(at)) {
    const dotGit = join(at, '.git');
    const info = await stat(dotGit).catch(() => undefined);
    if (info === undefined) continue;
    if (process.getuid !== undefined && info.uid !== process.getuid()) return undefined;
    const gitDir = info.isDirectory() ? dotGit : await linked(dotGit, at);
    if (gitDir === undefined || !(await isGitDir(gitDir))) return undefined;
    return { ok: true, repository: { root: at, gitDir: await realpath(gitDir) } };
  }
  return undefined;
}

/** A `.git` file of a linked work tree or a submodule: `gitdir: <path>`. */
async function linked(file: string, folder: string): Promise<string | undefined> {
  const match = /^gitdir: ([^\0\n]+)\n?$/.exec(await readFile(file, 'utf8').catch(() => ''));
  return match === null ? undefined : resolve(folder, match[1]!);
}

/** A folder named `.git` alone is no repository; `core.worktree` in its configuration moves the work tree elsewhere. */
async function isGitDir(gitDir: string): Promise<boolean> {
  const config = await readFile(join(gitDir, 'config'), 'utf8').catch(() => '');
  return (await stat(join(gitDir, 'HEAD')).then((info) => info.isFile(), () => false)) && !/worktree|bare\s*=\s*(true|yes|on|1)/i.test(config);
}
