/**
 * A Merkle tree that grows at its end (RFC 6962, section 2.1), as the roots of its full subtrees: enough to add leaves and to say the head, without
 * the leaves. Invariant: equal texts in equal order give equal heads, and nothing else does.
 */
import { digestOf, isDigest, leafDigest, nodeDigest, type Digest } from './digest.ts';

export interface Tree {
  /** Leaves. */
  readonly size: number;
  /** Roots of the full subtrees, the largest first: one for each bit that is set in the size. */
  readonly peaks: readonly Digest[];
}

export const EMPTY_TREE: Tree = { size: 0, peaks: [] };

/** The tree with one more leaf. */
export function grow({ size, peaks }: Tree, text: string): Tree {
  const grown = [...peaks];
  let root = leafDigest(text);
  for (let bits = size; bits % 2 === 1; bits = Math.floor(bits / 2)) root = nodeDigest(grown.pop()!, root);
  grown.push(root);
  return { size: size + 1, peaks: grown };
}

/** The head of the tree; of the empty tree, the hash of nothing. */
export function headOf({ peaks }: Tree): Digest {
  return peaks.length === 0 ? digestOf('') : peaks.reduceRight((right, left) => nodeDigest(left, right));
}

/** True for a tree that leaves could have made: as many peaks as its size has bits. */
export function isTree(size: unknown, peaks: unknown): boolean {
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || !Array.isArray(peaks)) return false;
  return peaks.length === size.toString(2).replaceAll('0', '').length && peaks.every(isDigest);
}
