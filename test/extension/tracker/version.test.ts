import assert from 'node:assert/strict';
import { applyChange, type Change } from '#core/text';
import { Version } from '../../../src/extension/tracker/version.ts';

const put = (at: number, text: string): Change => [{ range: { start: at, end: at }, text }];
const swap = (start: number, end: number, text: string): Change => [{ range: { start, end }, text }];

const ROWS: readonly { readonly title: string; readonly changes: readonly Change[] }[] = [
  { title: 'a run of keys', changes: [put(3, 'a'), put(4, 'b'), put(5, 'c')] },
  { title: 'a run with a key taken back', changes: [put(3, 'a'), put(4, 'b'), swap(4, 5, ''), put(4, 'c')] },
  { title: 'keys before what the run brought', changes: [put(3, 'abc'), put(3, 'x'), put(3, 'y')] },
  { title: 'a deletion that reaches out of the run', changes: [put(3, 'abc'), swap(2, 5, '')] },
  { title: 'keys at another place', changes: [put(3, 'a'), put(0, 'b'), put(8, 'c')] },
  { title: 'a name chosen for what was typed', changes: [put(3, 'c'), put(4, 'o'), swap(3, 5, 'console')] },
  { title: 'several edits at once', changes: [put(3, 'a'), [...put(0, 'x'), ...swap(4, 6, 'y')], put(1, 'z')] },
];

describe('a text that is put together when it is read', () => {
  for (const { title, changes } of ROWS) {
    it(`is the same after ${title}`, () => {
      assert.equal(changes.reduce((version, change) => version.after(change), new Version('0123456789')).text, changes.reduce(applyChange, '0123456789'));
    });

    it(`is the same when it is read between, after ${title}`, () => {
      const texts: string[] = [];
      changes.reduce((version, change) => {
        const next = version.after(change);
        texts.push(next.text);
        return next;
      }, new Version('0123456789'));
      assert.deepEqual(texts, changes.map((_, index) => changes.slice(0, index + 1).reduce(applyChange, '0123456789')));
    });
  }
});
