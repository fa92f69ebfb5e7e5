/** What was read of provenance files, so that a record is parsed again only when it changed. A file is looked at again after a second, or at once when this process wrote it. */
import { readFile, stat } from 'node:fs/promises';
import type { Digest } from '#core/digest';
import type { Passage } from '#core/passage';

export type Known = Passage & {
  /** From this clone's own memory, not from a committed record. */
  readonly local?: boolean;
  /** Of the past: digest of the text it stood in. */
  readonly text?: Digest;
};

export interface Parsed {
  readonly passages: readonly Known[];
  /** Nothing in it was unreadable. */
  readonly sound: boolean;
}

interface Entry extends Parsed {
  readonly stamp: string;
  /** Milliseconds since 1970: when it was looked at last. */
  checked: number;
}

const FRESH_MS = 1_000;
/** Files whose passages are kept in memory. */
const MOST_CACHED = 5_000;
const cache = new Map<string, Entry>();

/** This process has written a file (absolute): what was read of it before does not count. */
export function written(file: string): void {
  cache.delete(file);
}

/** What a file (absolute) holds; `undefined`: it is gone, or cannot be read. */
export async function readCached(file: string, parse: (text: string, file: string) => Parsed): Promise<Parsed | undefined> {
  const now = Date.now();
  const known = cache.get(file);
  if (known !== undefined && Math.abs(now - known.checked) < FRESH_MS) return known;
  const info = await stat(file, { bigint: true }).catch(() => undefined);
  if (info === undefined) return undefined;
  const stamp = `${info.size} ${info.mtimeNs} ${info.ino}`;
  if (known?.stamp === stamp) {
    known.checked = now;
    return known;
  }
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const read: Entry = { stamp, checked: now, ...parse(text, file) };
  cache.delete(file);
  cache.set(file, read);
  if (cache.size > MOST_CACHED) cache.delete(cache.keys().next().value!);
  return read;
}
