/** What is painted in an editor: painted again only when it is another, whatever is typed. */
import assert from 'node:assert/strict';
import { Painted, type LineEdit, type Lines } from '../../../src/extension/review/painted.ts';

const MARKS: readonly Lines[] = [{ from: 2, to: 2 }, { from: 10, to: 20 }];

describe('painted marks', () => {
  for (const { title, edits, then, again } of [
    { title: 'nothing happened', edits: [], then: MARKS, again: false },
    { title: 'a line came above: the editor moved them by itself', edits: [{ from: 0, to: 0, added: 1 }], then: [{ from: 3, to: 3 }, { from: 11, to: 21 }], again: false },
    { title: 'a line came below', edits: [{ from: 30, to: 30, added: 4 }], then: MARKS, again: false },
    { title: 'a line came between', edits: [{ from: 5, to: 6, added: -1 }], then: [{ from: 2, to: 2 }, { from: 9, to: 19 }], again: false },
    { title: 'a line came inside of one', edits: [{ from: 15, to: 15, added: 1 }], then: [{ from: 2, to: 2 }, { from: 10, to: 21 }], again: false },
    { title: 'a line came at the border of one: who knows where it stands', edits: [{ from: 10, to: 10, added: 1 }], then: [{ from: 2, to: 2 }, { from: 10, to: 21 }], again: true },
    { title: 'one is gone', edits: [], then: [{ from: 2, to: 2 }], again: true },
    { title: 'one grew without an edit', edits: [], then: [{ from: 2, to: 2 }, { from: 10, to: 22 }], again: true },
    { title: 'two edits, one after the other', edits: [{ from: 0, to: 0, added: 2 }, { from: 4, to: 4, added: 1 }], then: [{ from: 5, to: 5 }, { from: 13, to: 23 }], again: true },
  ] satisfies readonly { title: string; edits: readonly LineEdit[]; then: readonly Lines[]; again: boolean }[]) {
    it(`are ${again ? '' : 'not '}painted again: ${title}`, () => {
      const painted = new Painted();
      painted.takes('marks', MARKS);
      for (const edit of edits) painted.note(edit);
      painted.carry();
      assert.equal(painted.takes('marks', then), again);
    });
  }

  it('of one kind are not painted because another kind changed', () => {
    const painted = new Painted();
    painted.takes('a', MARKS);
    painted.takes('b', MARKS);
    assert.deepEqual([painted.takes('a', []), painted.takes('b', MARKS), painted.takes('c', [])], [true, false, false]);
  });
});
