/**
 * Files that a text imports by a relative path, gathered before it is analysed: analysis itself reads no disk, whoever calls it hands in a reader.
 * Bounded in depth, number and size, and safe with circles. Invariant: no path leads above the root that paths are relative to.
 */
import { digestOfParts, type Digest } from '#core/digest';
import { isEcmascript, languageOf } from '#core/language';

export interface ImportedFile {
  /** As the reader was asked for it: relative, forward slashes. */
  readonly path: string;
  readonly text: string;
  /** What its own relative imports lead to, by specifier. */
  readonly links: ReadonlyMap<string, string>;
}

export interface Imports {
  /** What the text's own relative imports lead to, by specifier. */
  readonly links: ReadonlyMap<string, string>;
  readonly files: readonly ImportedFile[];
}

/** The first of some relative paths under which there is a text to read, likeliest first; nothing when there is none. */
export type ReadImported = (candidates: readonly string[]) => Promise<{ readonly path: string; readonly text: string } | undefined>;

/** Imports of imports that are followed. */
const MAX_DEPTH = 3;
const MAX_FILES = 24;
/** UTF-16 units of all imported files together. */
const MAX_TEXT = 400_000;

/** Words of code that takes what strangers send: only that is followed into other files. */
const TAKES_REQUESTS = /\breq\b|\brequest\b|\bctx\b|\bc\.req\b|\bformData\b|\bsearchParams\b|@(?:Body|Query|Param|Headers|Cookies|Req)\(|\bevent\.(?:body|query|path|headers|raw)|queryStringParameters|\breadBody\b|\bgetQuery\b|\bsocket\.on\b|use server|\blocation\.|\bipcMain\b/;

const SPECIFIER = /(?:\bfrom\s{0,4}|\bimport\s{0,4}\(?\s{0,4}|\brequire\s{0,4}\(\s{0,4})(['"])(\.{1,2}\/[^'"\n]{1,200}|\.{1,2})\1/g;
const EXTENSIONS = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs'];

/** All that a text imports by relative paths, to the third step. Rejects only when the reader does. */
export async function collectImports(path: string, text: string, read: ReadImported): Promise<Imports> {
  const files = new Map<string, ImportedFile>();
  const missing = new Set<string>();
  let size = 0;
  const linksOf = async (from: string, content: string, depth: number): Promise<ReadonlyMap<string, string>> => {
    const links = new Map<string, string>();
    for (const specifier of specifiersOf(content)) {
      const candidates = candidatesOf(from, specifier);
      const known = candidates.find((candidate) => candidate === path || files.has(candidate));
      if (known !== undefined) links.set(specifier, known);
      if (known !== undefined || candidates.length === 0 || missing.has(candidates[0]!) || depth >= MAX_DEPTH || files.size >= MAX_FILES || size >= MAX_TEXT) continue;
      const found = await read(candidates);
      if (found === undefined || !candidates.includes(found.path) || size + found.text.length > MAX_TEXT) {
        missing.add(candidates[0]!);
        continue;
      }
      size += found.text.length;
      links.set(specifier, found.path);
      // Known before its own imports are looked at: a circle ends here.
      files.set(found.path, { ...found, links: new Map() });
      files.set(found.path, { ...found, links: await linksOf(found.path, found.text, depth + 1) });
    }
    return links;
  };
  const links = isEcmascript(languageOf(path)) && TAKES_REQUESTS.test(text) ? await linksOf(path, text, 0) : new Map<string, string>();
  return { links, files: [...files.values()] };
}

/** The name of what was imported: equal when the same texts stand at the same paths. */
export function digestOfImports({ files }: Imports): Digest {
  return digestOfParts(files.flatMap(({ path, text }) => [path, text]));
}

function specifiersOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(SPECIFIER)].map((match) => match[2]!))];
}

/** Paths that a specifier may mean, likeliest first; none when it leads above the root. */
export function candidatesOf(from: string, specifier: string): readonly string[] {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return [];
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  const stem = parts.join('/');
  const written = /\.(?:[mc]?js|jsx)$/.exec(stem);
  const known = /\.(?:[mc]?[jt]s|[jt]sx)$/.test(stem);
  // A `.js` in TypeScript means the `.ts` beside it.
  const sources = written ? [stem.replace(/js(x?)$/, 'ts$1'), stem.replace(/\.js$/, '.tsx')] : [];
  return known ? [...sources, stem] : [...EXTENSIONS.map((extension) => stem + extension), ...EXTENSIONS.map((extension) => `${stem}/index${extension}`)].map((one) => one.replace(/^\//, ''));
}
