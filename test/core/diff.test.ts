import assert from 'node:assert/strict';
import { addedLines, diffTexts } from '#core/diff';
import { applyChange } from '#core/text';

describe('what a new text adds', () => {
  const cases: [title: string, before: string, after: string, added: string[]][] = [
    ['nothing when equal', 'a\nb\n', 'a\nb\n', []],
    ['nothing when only line ends changed', 'a\nb\n', 'a\r\nb\r\n', []],
    ['nothing when lines went', 'a\nb\nc\n', 'a\nc\n', []],
    ['everything when it is new', '', 'a\nb', ['a\nb']],
    ['a line in the middle', 'a\nc\n', 'a\nb\nc\n', ['b\n']],
    ['a changed last line without an end', 'a\nb', 'a\nc', ['c']],
    ['two places', 'a\nb\nc\n', 'x\na\nb\ny\nc\n', ['x\n', 'y\n']],
    ['a line behind a lone carriage return', '// a\n', '// a\rb\n', ['b\n']],
  ];
  for (const [title, before, after, expected] of cases) it(title, () => assert.deepEqual(addedLines(before, after).map(({ start, end }) => after.slice(start, end)), expected));
});

describe('a difference as edits', () => {
  const cases: [title: string, before: string, after: string, edits: [number, number, string][]][] = [
    ['is empty for equal texts', 'a', 'a', []],
    ['is one insertion where one was made', 'total', 'totals', [[5, 5, 's']]],
    ['is as small as tokens', 'a = b + c;', 'a = x + c + d;', [[4, 5, 'x'], [9, 9, ' + d']]],
    ['tells a block between two like it as whole lines', 'f(a) {\n  1;\n}\n\nf(b) {\n  2;\n}\n', 'f(a) {\n  1;\n}\n\nf(x) {\n  1;\n}\n\nf(b) {\n  2;\n}\n', [[15, 15, 'f(x) {\n  1;\n}\n\n']]],
    ['tells a block behind another as whole lines', 'f(a) {\n  1;\n}\n', 'f(a) {\n  1;\n}\n\nf(x) {\n  1;\n}\n', [[14, 14, '\nf(x) {\n  1;\n}\n']]],
    ['never cuts a surrogate pair', '😀', '😁', [[0, 2, '😁']]],
  ];
  for (const [title, before, after, expected] of cases) it(title, () => assert.deepEqual(diffTexts(before, after).map(({ range, text }) => [range.start, range.end, text]), expected));
  it('stays within its bounds for two large texts without a common line', () => {
    const before = Array.from({ length: 20_000 }, (_, i) => `a${i}`).join('\n');
    const after = Array.from({ length: 20_000 }, (_, i) => `b${i}`).join('\n');
    assert.equal(applyChange(before, diffTexts(before, after)), after);
  });
});
