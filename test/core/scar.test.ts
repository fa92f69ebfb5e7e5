import assert from 'node:assert/strict';
import type { Arrival } from '#core/provenance';
import { scar } from '#core/scar';
import { applyChange } from '#core/text';

const TOOL: Arrival = { origin: { kind: 'external' }, evidence: [{ kind: 'disk' }], at: 1 };

/** Takes `cut` out of `before` and prints the text after with the scarred pieces in brackets. */
function scarred(before: string, cut: string): string {
  const start = before.indexOf(cut);
  const change = [{ range: { start, end: start + cut.length }, text: '' }];
  let text = applyChange(before, change);
  for (const { range } of [...scar(before, change, TOOL)].reverse()) text = `${text.slice(0, range.start)}[${text.slice(range.start, range.end)}]${text.slice(range.end)}`;
  return text;
}

const ROWS = [
  { title: 'words on both sides', before: 'if (a && b) go();', cut: ' && b', is: 'if ([a][)] go();' },
  { title: 'whole words, not letters', before: 'alpha + beta', cut: ' + ', is: '[alpha][beta]' },
  { title: 'only the left side at the end of a line', before: 'go(); // why\nnext();', cut: ' // why', is: 'go()[;]\nnext();' },
  { title: 'the next line when a whole line is gone', before: 'a();\nif (!auth) return;\nb();\n', cut: 'if (!auth) return;\n', is: 'a();\n[b]();\n' },
  { title: 'nothing for white space', before: 'a  b', cut: ' ', is: 'a b' },
];

describe('what a deletion leaves behind', () => {
  for (const { title, before, cut, is } of ROWS) {
    it(title, () => {
      assert.equal(scarred(before, cut), is);
    });
  }

  it('nothing where new text stands for the old', () => {
    assert.deepEqual(scar('abc', [{ range: { start: 0, end: 1 }, text: 'x' }], TOOL), []);
  });
});
