/** The Merkle tree is that of RFC 6962, and its peaks carry all that growing needs. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { EMPTY_TREE, grow, headOf, isTree } from '#core/merkle';

const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 6962, 2.1, as it is written there: split at the largest power of two below the size. */
function definition(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.from([0]), leaves[0]!);
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return sha256(Buffer.from([1]), definition(leaves.slice(0, half)), definition(leaves.slice(half)));
}

describe('the Merkle tree', () => {
  it('has the head that RFC 6962 defines, for every size up to 130', () => {
    const texts = Array.from({ length: 130 }, (_, index) => `leaf ${index} ü`);
    let tree = EMPTY_TREE;
    const heads = [headOf(tree), ...texts.map((text) => headOf((tree = grow(tree, text))))];
    assert.deepEqual(heads, Array.from({ length: 131 }, (_, size) => `sha256:${definition(texts.slice(0, size).map((text) => Buffer.from(text))).toString('hex')}`));
  });

  // Heads of the test tree of Certificate Transparency's reference implementation: leaves '', 00, 10, 2021, 3031, 40414243.
  it('has the known head of a known tree', () => {
    const tree = ['', '\x00', '\x10', '\x20\x21', '\x30\x31', '\x40\x41\x42\x43'].reduce(grow, EMPTY_TREE);
    assert.equal(headOf(tree), 'sha256:76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef');
  });

  it('is no tree when its peaks are not as many as its size has bits', () => {
    const { size, peaks } = ['a', 'b', 'c'].reduce(grow, EMPTY_TREE);
    assert.deepEqual([isTree(size, peaks), isTree(size + 1, peaks), isTree(size, peaks.slice(1)), isTree(size, ['x', 'y']), isTree(-1, [])], [true, false, false, false, false]);
  });
});
