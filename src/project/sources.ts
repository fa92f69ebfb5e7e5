/**
 * Files on disk for the terminal: which there are to check, their texts, and where a path really leads.
 * Nothing here writes, and nothing is followed out of a checked folder: symbolic links are left to the file they lead to.
 */
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';
import { git } from './git.ts';
import { SIZE_LIMIT } from './repository.ts';

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

export type SourceText = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'skipped' } | { readonly kind: 'unreadable'; readonly why: string };

/** The text of a file, without its byte-order mark. `skipped`: there is no text of its own to judge (binary, a link, gone). `unreadable`: there may be, and it was not read. */
export async function readSource(file: string): Promise<SourceText> {
  try {
    const info = await lstat(file);
    if (!info.isFile()) return { kind: 'skipped' };
    if (info.size > SIZE_LIMIT) return { kind: 'unreadable', why: 'The file is larger than 5 MB. Exclude it in .vetmark/policy.json if nobody writes it by hand.' };
    const bytes = await readFile(file);
    if (bytes.includes(0)) return { kind: 'skipped' };
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'skipped' };
    return { kind: 'unreadable', why: error instanceof TypeError ? 'The file is not UTF-8. Convert it, or exclude it in .vetmark/policy.json.' : `The file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).` };
  }
}

/**
 * Where a path leads once every symbolic link in it is followed, also when its end does not exist yet (a link that leads nowhere is followed too).
 * Absolute. `..` is taken after links, as the system does.
 */
export async function whereItLeads(cwd: string, path: string): Promise<string> {
  const start = isAbsolute(path) ? path : cwd + sep + path;
  let real = parse(start).root;
  const rest = start.slice(real.length).split(/[\\/]/).reverse();
  for (let links = 0; rest.length > 0; ) {
    const part = rest.pop()!;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      real = dirname(real);
      continue;
    }
    const next = join(real, part);
    const target = links < 40 ? await readlink(next).catch(() => undefined) : undefined;
    if (target === undefined) {
      real = next;
      continue;
    }
    links++;
    if (isAbsolute(target)) real = parse(target).root;
    rest.push(...target.slice(isAbsolute(target) ? parse(target).root.length : 0).split(/[\\/]/).reverse());
  }
  return real;
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
