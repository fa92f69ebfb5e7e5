/**
 * What the files of a project may import: its manifests, lock files and compiler settings, read from the folder of a file up to the root.
 * Invariant: nothing outside the root is read, through links neither.
 */
import { join, sep } from 'node:path';
import { digestOfParts, type Digest } from '#core/digest';
import { readPackages, type Packages } from '#core/packages';
import { repoPathOf, type RepoPath } from '#core/path';
import { readSource, whereItLeads } from './disk.ts';
import { readFile, type Repository, type Tree } from './repository.ts';

/** What is declared, and its name for caches: the same digest, the same answer. */
export interface Declared {
  readonly packages?: Packages;
  readonly digest: Digest;
}

export type PackageReader = (path: RepoPath) => Promise<Declared>;

/** The text of a file below the root; `undefined` when there is none; `unreadable` when nobody can say what it declares. */
type Read = (path: RepoPath) => Promise<string | 'unreadable' | undefined>;

const LOCKS = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock'];
const SETTINGS = ['tsconfig.json', 'jsconfig.json'];
const NOTHING: Declared = { digest: digestOfParts(['no packages']) };

/** A reader that reads each folder once. */
export function packageReader(read: Read): PackageReader {
  const folders = new Map<string, Promise<Declared>>();
  return (path) => {
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    const known = folders.get(folder) ?? declaredFor(folder, read);
    folders.set(folder, known);
    return known;
  };
}

/** Reads from disk. `root`: absolute. */
export function packagesOnDisk(root: string): PackageReader {
  return packageReader(async (path) => {
    const source = await readSource(join(root, path));
    if (source.kind !== 'text') return source.kind === 'unreadable' ? 'unreadable' : undefined;
    const [real, realRoot] = [await whereItLeads(root, path), await whereItLeads(root, '.')];
    return real.startsWith(realRoot + sep) ? source.text : undefined;
  });
}

/** Reads from a tree of a repository: what a change declares, it may import. */
export function packagesIn(repository: Repository, tree: Tree): PackageReader {
  return packageReader(async (path) => {
    const content = await readFile(repository, tree, path);
    return content.kind === 'text' ? content.text : content.kind === 'unreadable' ? 'unreadable' : undefined;
  });
}

async function declaredFor(folder: string, read: Read): Promise<Declared> {
  const up = [...folder.split('/').map((_, index, parts) => parts.slice(0, parts.length - index).join('/')), ''].filter((each, index, all) => all.indexOf(each) === index);
  const texts = async (name: string): Promise<readonly (string | 'unreadable')[]> => (await Promise.all(up.map((each) => read(repoPathOf(each === '' ? name : `${each}/${name}`)!)))).filter((text) => text !== undefined);
  const manifests = await texts('package.json');
  if (manifests.length === 0) return NOTHING;
  const [locks, settings] = await Promise.all([LOCKS, SETTINGS].map(async (names) => (await Promise.all(names.map(texts))).flat()));
  if ([...manifests, ...locks!, ...settings!].includes('unreadable')) return NOTHING;
  const packages = readPackages({ manifests, locks: locks!, settings: settings! });
  return packages === undefined ? NOTHING : { packages, digest: digestOfParts([...packages.aliases, '', ...[...packages.names].sort()]) };
}
