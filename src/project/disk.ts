/** Single files on disk, without git: their texts, and where a path really leads. Light, for a hook pays for what it loads. Nothing here writes. */
import { constants, lstat, open, readlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, sep } from 'node:path';

/** The same bound as everywhere a repository is read (repository.ts). */
const MAX_BYTES = 5 * 1024 * 1024;

export type SourceText = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'skipped' } | { readonly kind: 'unreadable'; readonly why: string };

/** The text of a file, without its byte-order mark. `skipped`: there is no text of its own to judge (binary, a link, gone). `unreadable`: there may be, and it was not read. */
export async function readSource(file: string): Promise<SourceText> {
  try {
    const info = await lstat(file);
    if (!info.isFile()) return { kind: 'skipped' };
    if (info.size > MAX_BYTES) return { kind: 'unreadable', why: 'The file is larger than 5 MB. Exclude it in .vetmark/policy.json if nobody writes it by hand.' };
    const bytes = await contentOf(file);
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

/** Not through a link that took the file's place meanwhile, and never waiting for a pipe's other end. */
async function contentOf(file: string): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
