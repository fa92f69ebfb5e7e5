/** Which files there are to check. Nothing is followed out of a checked folder: symbolic links are left to the file they lead to. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { git } from './git.ts';

/** Folders that hold nobody's own sources, left out where there is no git to say what is ignored. */
const NOT_SOURCES: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist']);

/**
 * Absolute paths of the files to check, sorted: what git tracks or would track below each folder, everything but the customary rest where there
 * is no git, and each file that is named itself. A sentence when a path does not exist.
 */
export async function listSources(cwd: string, paths: readonly string[]): Promise<{ readonly ok: true; readonly files: readonly string[] } | { readonly ok: false; readonly message: string }> {
  const found = new Set<string>();
  for (const path of paths) {
    const absolute = resolve(cwd, path);
    const info = await stat(absolute).catch(() => undefined);
    if (info === undefined) return { ok: false, message: `There is no file or folder ${path}, so nothing was checked. Look at the spelling.` };
    if (!info.isDirectory()) found.add(absolute);
    else for (const file of (await tracked(absolute)) ?? (await walk(absolute))) found.add(file);
  }
  return { ok: true, files: [...found].sort() };
}

async function tracked(folder: string): Promise<readonly string[] | undefined> {
  const answer = await git(folder, ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']);
  return answer.ok ? answer.stdout.toString('utf8').split('\0').filter((name) => name !== '').map((name) => join(folder, name)) : undefined;
}

async function walk(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory() && !NOT_SOURCES.has(entry.name)) files.push(...(await walk(path)));
  }
  return files;
}
