/** Paths inside a repository. Invariant: a `RepoPath` never leaves it. */

declare const repoPath: unique symbol;
/** Relative, forward slashes, no empty, `.` or `..` segment, no drive, no leading slash, no NUL. */
export type RepoPath = string & { readonly [repoPath]: true };

/** Reads a relative path with either slash. `undefined` when it is absolute, empty or climbs out. */
export function repoPathOf(path: string): RepoPath | undefined {
  const normal = path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  if (normal === '' || normal.startsWith('/') || /^[A-Za-z]:/.test(normal) || normal.includes('\0')) return undefined;
  return normal.split('/').some((part) => part === '' || part === '.' || part === '..') ? undefined : (normal as RepoPath);
}
