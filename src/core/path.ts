/** Paths inside a repository. Invariant: a `RepoPath` never leaves it, on any platform. */

declare const repoPath: unique symbol;
/** Relative, forward slashes, no empty, `.` or `..` segment, no drive, no leading slash, no backslash, no NUL. */
export type RepoPath = string & { readonly [repoPath]: true };

/** Reads a relative path with forward slashes; a leading `./` is dropped. `undefined` when it is absolute, empty, climbs out or holds a backslash (Windows would climb by it). */
export function repoPathOf(path: string): RepoPath | undefined {
  const normal = path.replace(/^(?:\.\/)+/, '');
  if (normal === '' || normal.startsWith('/') || /^[A-Za-z]:/.test(normal) || normal.includes('\0') || normal.includes('\\')) return undefined;
  return normal.split('/').some((part) => part === '' || part === '.' || part === '..') ? undefined : (normal as RepoPath);
}
