/** Other files whose functions a program calls: read with it as one text after the other, so that every offset names one place in one of them. */
import type { Node, Program } from './program.ts';

export interface LinkedFile {
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  /** Offset of its first character among all. */
  readonly start: number;
  /** Which file each of its relative imports is, by specifier. */
  readonly links: ReadonlyMap<string, number>;
}

/** The index of the file that a node stands in. */
export function fileOf(files: readonly LinkedFile[], node: Node): number {
  let index = 0;
  while (index + 1 < files.length && files[index + 1]!.start <= node.start) index++;
  return index;
}

/** One text of all, for labels: offsets are those of the nodes. */
export function joinedText(files: readonly LinkedFile[]): string {
  return files.map(({ text }) => text).join('\n');
}
