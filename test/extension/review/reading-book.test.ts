/** What counts as read: lines that were on screen, for the time that they shared. */
import assert from 'node:assert/strict';
import { ReadingBook } from '../../../src/extension/review/reading-book.ts';

const all = (lines: number): readonly number[] => Array.from({ length: lines }, (_, line) => line);

describe('reading', () => {
  it('is nothing of what was never on screen', () => assert.deepEqual(new ReadingBook().of('a', { from: 0, to: 9 }), { share: 0, seconds: 0 }));

  it('is the share of lines that were on screen, rounded down', () => {
    const book = new ReadingBook();
    book.add([{ key: 'a', lines: 3, seen: [0, 1] }], 1000);
    assert.deepEqual(book.of('a', { from: 0, to: 2 }), { share: 66, seconds: 1 });
  });

  it('grows line by line as somebody scrolls', () => {
    const book = new ReadingBook();
    book.add([{ key: 'a', lines: 4, seen: [0, 1] }], 1000);
    book.add([{ key: 'a', lines: 4, seen: [2, 3] }], 500);
    assert.deepEqual([book.of('a', { from: 0, to: 3 }), book.of('a', { from: 2, to: 3 })], [{ share: 100, seconds: 1.5 }, { share: 100, seconds: 0.5 }]);
  });

  it('shares the time among regions on screen together, so that none is counted twice', () => {
    const book = new ReadingBook();
    book.add([{ key: 'a', lines: 30, seen: all(30) }, { key: 'b', lines: 10, seen: all(10) }], 8000);
    assert.deepEqual([book.of('a', { from: 0, to: 29 }).seconds, book.of('b', { from: 0, to: 9 }).seconds], [6, 2]);
  });

  it('starts anew when a region has another number of lines', () => {
    const book = new ReadingBook();
    book.add([{ key: 'a', lines: 2, seen: [0, 1] }], 5000);
    book.add([{ key: 'a', lines: 3, seen: [0] }], 1000);
    assert.deepEqual(book.of('a', { from: 0, to: 2 }), { share: 33, seconds: 1 });
  });

  for (const [title, ms] of [['no time', 0], ['a clock that went back', -5000], ['no number', Number.NaN]] as const) {
    it(`is nothing after ${title}`, () => {
      const book = new ReadingBook();
      book.add([{ key: 'a', lines: 1, seen: [0] }], ms);
      assert.deepEqual(book.of('a', { from: 0, to: 0 }), { share: 0, seconds: 0 });
    });
  }

  it('leaves out lines that the region has not', () => {
    const book = new ReadingBook();
    book.add([{ key: 'a', lines: 2, seen: [-1, 0, 7] }], 3000);
    assert.deepEqual(book.of('a', { from: 0, to: 1 }), { share: 50, seconds: 1 });
  });

  it('is forgotten once signed for', () => {
    const book = new ReadingBook();
    book.add([{ key: 'a', lines: 1, seen: [0] }], 3000);
    book.forget('a');
    assert.deepEqual(book.of('a', { from: 0, to: 0 }), { share: 0, seconds: 0 });
  });
});
