/** A gap is read as it was written, and nothing else is read as one. */
import assert from 'node:assert/strict';
import { concerns, describeGap, GAP_CAUSES, readGap, writeGap, type Gap } from '#core/gap';
import type { RepoPath } from '#core/path';

const gap: Gap = { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', cause: 'hook-late', paths: ['a.ts' as RepoPath], from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:00:01.000Z', note: 'more' };

describe('a gap', () => {
  for (const [title, value] of [['with files', gap], ['over everything', { ...gap, paths: 'everything' }], ['without files', { ...gap, paths: [] }]] as const) {
    it(`${title} is read as it was written`, () => assert.deepEqual(readGap(writeGap(value)), value));
  }
  for (const [title, change] of [
    ['another version', { v: 2 }], ['an id that is none', { id: '../x' }], ['a cause that is none', { cause: 'weather' }], ['a path that climbs out', { paths: ['../a'] }], ['paths of no kind', { paths: 'some' }],
    ['a time that is none', { from: 'yesterday' }], ['a day that is none', { from: '2026-13-41T00:00:00.000Z' }], ['its end before its start', { to: '2025-01-01T00:00:00.000Z' }], ['a note that is none', { note: 7 }], ['something more', { closed: true }],
  ] as const) {
    it(`with ${title} is none`, () => assert.equal(readGap(JSON.stringify({ ...(JSON.parse(writeGap(gap)) as object), ...change })), undefined));
  }
  for (const text of ['', 'null', '[]', '{']) it(`is not ${JSON.stringify(text)}`, () => assert.equal(readGap(text), undefined));
  it('concerns its files, or all', () => assert.deepEqual([concerns(gap, 'a.ts' as RepoPath), concerns(gap, 'b.ts' as RepoPath), concerns({ ...gap, paths: 'everything' }, 'b.ts' as RepoPath)], [true, false, true]));
  for (const cause of GAP_CAUSES) {
    it(`of ${cause} says what it is, why it matters and what to do`, () => {
      const { what, why, todo } = describeGap({ cause, paths: ['a.ts' as RepoPath] });
      assert.ok([why, todo].every((sentence) => sentence.endsWith('.')) && what.length > 10);
    });
  }
});
