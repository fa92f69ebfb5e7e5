/** One file of a check: read, analyse, keep what was asked for. The same on the main thread and on a worker's. */
import { collectImports, digestOfImports } from '#analysis/imports';
import { mask } from '#analysis/mask';
import { digestOfParts, type Digest } from '#core/digest';
import type { Problem } from '#core/finding';
import { languageOf } from '#core/language';
import { repoPathOf } from '#core/path';
import { touches, type Range } from '#core/text';
import type { PolicyModel } from '#core/policy';
import { readSource } from '#project/disk';
import { importedBelow } from '#project/imported';
import { packagesOnDisk, type Declared, type PackageReader } from '#project/packages';
import type { FileReport } from '../report.ts';

export interface Task {
  /** Absolute. */
  readonly file: string;
  /** As shown. */
  readonly path: string;
  /** Only findings whose place or trace touches one of these. Absent: all. */
  readonly added?: readonly Range[];
}

export type Judged =
  /** Holds no text: binary, a link, gone. */
  | { readonly kind: 'skipped' }
  /** `key`: of a text about which there was nothing to say, for a cache. Absent: there was, or the cache knew it. */
  | { readonly kind: 'clean'; readonly key?: Digest }
  | { readonly kind: 'report'; readonly report: FileReport };

/** Milliseconds for one file. More than in an editor: nobody waits for this one, and what is not judged blocks. */
export const BUDGET = 20_000;

/** What a run of many files shares. */
export interface Shared {
  /** What a cache knows. Absent: there is none. */
  readonly isClean?: (key: Digest) => boolean;
  /** Models of packages that the policy adds. */
  readonly models?: readonly PolicyModel[];
  /** Readers of imported files, by root. Kept for one run: files change between runs. */
  readonly readers: Map<string, ReturnType<typeof importedBelow>>;
  /** Readers of what projects declare, by root. */
  readonly packages: Map<string, PackageReader>;
}

/** Never throws for what a file holds. */
export async function judgeFile({ file, path, added }: Task, { isClean, models = [], readers, packages }: Shared): Promise<Judged> {
  const source = await readSource(file);
  if (source.kind === 'skipped') return source;
  if (source.kind === 'unreadable') return { kind: 'report', report: { path, text: '', findings: [], problems: [unread(source.why)] } };
  const { text } = source;
  const language = languageOf(path);
  const imports = await collectImports(path, text, readerFor(file, path, readers));
  const declared = await declaredFor(file, path, packages);
  const key = isClean && cleanKey(path, language, text, [digestOfImports(imports), JSON.stringify(models), declared?.digest ?? '']);
  if (key !== undefined && isClean!(key)) return { kind: 'clean' };
  const { analyze } = await import('#analysis/analyze');
  const { findings, problems } = await analyze({ text, path, language }, { now: () => performance.now(), budget: BUDGET, imports, models, ...(declared?.packages && { packages: declared.packages }) });
  if (findings.length === 0 && problems.length === 0) return { kind: 'clean', ...(key !== undefined && { key }) };
  const isNew = (range: Range): boolean => added === undefined || added.some((piece) => touches(piece, range));
  const asked = findings.filter((finding) => [finding, ...(finding.trace ?? [])].some(({ range }) => isNew(range)));
  return asked.length === 0 && problems.length === 0 ? { kind: 'clean' } : { kind: 'report', report: { path, text, findings: asked, problems } };
}

/** The folder that a file's shown path is relative to; `undefined` when it is shown by another way. */
function rootOf(file: string, path: string): string | undefined {
  return file.replaceAll('\\', '/').endsWith(`/${path}`) ? file.slice(0, -path.length - 1) || '/' : undefined;
}

/** What the project of a file declares. */
async function declaredFor(file: string, path: string, packages: Shared['packages']): Promise<Declared | undefined> {
  const root = rootOf(file, path);
  const place = repoPathOf(path);
  if (root === undefined || place === undefined) return undefined;
  let reader = packages.get(root);
  if (reader === undefined) packages.set(root, (reader = packagesOnDisk(root)));
  return reader(place);
}

/** Reads what stands beside a file, below the root that its shown path is relative to; nothing when it is shown by another way. */
function readerFor(file: string, path: string, readers: Shared['readers']): ReturnType<typeof importedBelow> {
  const root = rootOf(file, path);
  if (root === undefined) return async () => undefined;
  let reader = readers.get(root);
  if (reader === undefined) readers.set(root, (reader = importedBelow(root)));
  return reader;
}

/** The name under which a text that had nothing to report is remembered: its content and path, this version of the rules, and `beside`: what else was looked at. */
export function cleanKey(path: string, language: string, text: string, beside: readonly string[]): Digest {
  return digestOfParts(['vetmark clean 2', process.env.VETMARK_VERSION ?? '0.0.0-source', path, language, text, ...beside]);
}

/** A sentence of our own about a file that was not read holds nothing of the file. */
export function unread(why: string): Problem {
  return { where: 'read', message: mask(why, []) };
}
