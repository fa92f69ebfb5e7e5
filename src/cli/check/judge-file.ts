/** One file of a check: read, analyse, keep what was asked for. The same on the main thread and on a worker's. */
import { mask } from '#analysis/mask';
import { digestOfParts, type Digest } from '#core/digest';
import type { Problem } from '#core/finding';
import { languageOf } from '#core/language';
import { repoPathOf } from '#core/path';
import { touches, type Range } from '#core/text';
import { readSource } from '#project/disk';
import { packagesOnDisk, type Declared, type PackageReader } from '#project/packages';
import type { FileReport } from '../report.ts';

export interface Task {
  /** Absolute. */
  readonly file: string;
  /** As shown. */
  readonly path: string;
  /** Absolute; where the project ends that says what the file may import. Absent: imports are not judged. */
  readonly root?: string;
  /** Only findings whose place or trace touches one of these. Absent: all. */
  readonly added?: readonly Range[];
}

export type Judged =
  /** Holds no text: binary, a link, gone. */
  | { readonly kind: 'skipped' }
  /** `key`: of a text about which there was nothing to say, for a cache. Absent: there was, or the cache knew it. */
  | { readonly kind: 'clean'; readonly key?: Digest }
  | { readonly kind: 'report'; readonly report: FileReport };

/** `isClean`: what a cache knows. Never throws for what a file holds. */
export async function judgeFile({ file, path, root, added }: Task, isClean?: (key: Digest) => boolean): Promise<Judged> {
  const source = await readSource(file);
  if (source.kind === 'skipped') return source;
  if (source.kind === 'unreadable') return { kind: 'report', report: { path, text: '', findings: [], problems: [unread(source.why)] } };
  const { text } = source;
  const language = languageOf(path);
  const declared = root === undefined ? undefined : await declaredFor(root, path);
  const key = isClean && cleanKey(path, language, text, declared?.digest);
  if (key !== undefined && isClean!(key)) return { kind: 'clean' };
  const { analyze } = await import('#analysis/analyze');
  const { findings, problems } = await analyze({ text, path, language }, { now: () => performance.now(), ...(declared?.packages && { packages: declared.packages }) });
  if (findings.length === 0 && problems.length === 0) return { kind: 'clean', ...(key !== undefined && { key }) };
  const isNew = (range: Range): boolean => added === undefined || added.some((piece) => touches(piece, range));
  const asked = findings.filter((finding) => [finding, ...(finding.trace ?? [])].some(({ range }) => isNew(range)));
  return asked.length === 0 && problems.length === 0 ? { kind: 'clean' } : { kind: 'report', report: { path, text, findings: asked, problems } };
}

/** The name under which a text that had nothing to report is remembered: its content and path, what it may import, and this version of the rules. */
export function cleanKey(path: string, language: string, text: string, packages: Digest | undefined): Digest {
  return digestOfParts(['vetmark clean 2', process.env.VETMARK_VERSION ?? '0.0.0-source', path, language, packages ?? '', text]);
}

/** One reader a project: each folder's manifests are read once a run. */
const readers = new Map<string, PackageReader>();

async function declaredFor(root: string, path: string): Promise<Declared | undefined> {
  const place = repoPathOf(path);
  if (place === undefined) return undefined;
  const reader = readers.get(root) ?? packagesOnDisk(root);
  readers.set(root, reader);
  return reader(place);
}

/** A sentence of our own about a file that was not read holds nothing of the file. */
export function unread(why: string): Problem {
  return { where: 'read', message: mask(why, []) };
}
