/** Files of a project that others import, read for the analysis of those. Invariant: nothing outside the root is read, through links neither. */
import { join, sep } from 'node:path';
import type { RepoPath } from '#core/path';
import { readSource, whereItLeads } from './disk.ts';
import { readFiles, type Repository, type Tree } from './repository.ts';

/** The first of some relative paths under which a text lies. */
type Reader = (candidates: readonly string[]) => Promise<{ readonly path: string; readonly text: string } | undefined>;

/** Texts that are kept for the next file that imports them. */
const KEPT = 400;

/** Reads below a folder of the disk, each file once. */
export function importedBelow(root: string): Reader {
  const known = new Map<string, Promise<string | undefined>>();
  const textOf = (path: string): Promise<string | undefined> => {
    let text = known.get(path);
    if (text === undefined) known.set(path, (text = readBelow(root, path)));
    if (known.size > KEPT) known.delete(known.keys().next().value!);
    return text;
  };
  return async (candidates) => {
    for (const path of candidates) {
      const text = await textOf(path);
      if (text !== undefined) return { path, text };
    }
    return undefined;
  };
}

/** Reads in one tree of a repository. */
export function importedIn(repository: Repository, tree: Tree): Reader {
  if (tree.kind === 'worktree') return importedBelow(repository.root);
  const known = new Map<string, ReturnType<Reader>>();
  return (candidates) => {
    const key = candidates.join('\n');
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = firstOf(repository, tree, candidates)));
    return found;
  };
}

async function firstOf(repository: Repository, tree: Tree, candidates: readonly string[]): ReturnType<Reader> {
  const contents = await readFiles(repository, tree, candidates as readonly RepoPath[]);
  for (const [path, content] of candidates.map((one) => [one, contents.get(one as RepoPath)] as const)) if (content?.kind === 'text') return { path, text: content.text };
  return undefined;
}

async function readBelow(root: string, path: string): Promise<string | undefined> {
  const source = await readSource(join(root, path));
  if (source.kind !== 'text') return undefined;
  const [real, realRoot] = [await whereItLeads(root, path), await whereItLeads(root, '.')];
  return real.startsWith(realRoot + sep) ? source.text : undefined;
}
