/** The end of a log's file, from which the next entry goes on, and what a whole file hands to the next. Read under the lock, so it blocks. */
import { readSync } from 'node:fs';
import { followFrom, readEntry, type Link } from '#core/audit';
import { EMPTY_TREE, grow, type Tree } from '#core/merkle';
import { linesIn } from './audit-files.ts';

export interface Tail {
  /** Bytes, without what is torn. */
  readonly size: number;
  /** The last entry; absent in an empty file. */
  readonly last?: Link | undefined;
  /** Damaged: the last line is not an entry. */
  readonly end: 'whole' | 'damaged';
  /** What stands after the last line end; absent: nothing. */
  readonly torn?: string;
}

/** Most entries are a few hundred bytes; one with a thousand long paths is some megabytes. */
const FIRST_BYTES = 16 * 1024;
const MOST_BYTES = 8 * 1024 * 1024;

/** Reads the end of an open file of `size` bytes. */
export function tailOf(descriptor: number, size: number): Tail {
  const short = tailWithin(descriptor, size, Math.min(size, FIRST_BYTES));
  return short ?? tailWithin(descriptor, size, Math.min(size, MOST_BYTES)) ?? { size, end: 'damaged' };
}

/** The end, when the last `length` bytes hold all of the last line. */
function tailWithin(descriptor: number, size: number, length: number): Tail | undefined {
  const buffer = Buffer.alloc(length);
  const bytes = buffer.subarray(0, length === 0 ? 0 : readSync(descriptor, buffer, 0, length, size - length));
  const lineEnd = bytes.lastIndexOf(10);
  const before = lineEnd <= 0 ? -1 : bytes.lastIndexOf(10, lineEnd - 1);
  if (length < size && before === -1) return undefined;
  const torn = bytes.subarray(lineEnd + 1);
  const rest = { size: size - torn.length, ...(torn.length > 0 && { torn: torn.toString('latin1') }) };
  if (lineEnd === -1) return { ...rest, end: 'whole' };
  const last = readEntry(linesIn(bytes.subarray(before + 1, lineEnd + 1)).lines[0]!);
  return last === undefined ? { ...rest, end: 'damaged' } : { ...rest, end: 'whole', last };
}

/** The tree over everything up to the end of a file, its own past included, and its first and last entries. */
export function carryOf(bytes: Uint8Array): { readonly tree: Tree; readonly first: number; readonly last: Link | undefined } {
  const { lines } = linesIn(bytes);
  const [opening, closing] = [lines[0], lines.at(-1)];
  if (opening === undefined || closing === undefined) return { tree: EMPTY_TREE, first: 0, last: undefined };
  const begun = followFrom(opening);
  const tree = lines.slice(begun === undefined ? 0 : 1).reduce(grow, begun?.tree ?? EMPTY_TREE);
  return { tree, first: readEntry(opening)?.seq ?? 0, last: readEntry(closing) };
}
