/** Several fixes as one: none of two that stand in each other's way, and what two bring alike is brought once. */
import assert from 'node:assert/strict';
import type { Finding, Fix } from '#core/finding';
import { applyChange, type Edit } from '#core/text';
import { togetherOf } from '../../../src/extension/findings/together.ts';

const edit = (start: number, end: number, text: string): Edit => ({ range: { start, end }, text });
const finding = (...change: readonly Edit[]): Finding => ({ fixes: change.length === 0 ? [] : [{ title: 'Fix it', kind: 'safe', change } satisfies Fix] }) as unknown as Finding;

describe('fixes of one kind', () => {
  for (const { title, findings, text, fixed } of [
    { title: 'are applied at once', findings: [finding(edit(0, 1, 'A')), finding(edit(4, 5, 'B'))], text: 'a...b', fixed: 'A...B' },
    { title: 'bring a common import once', findings: [finding(edit(0, 0, 'import;'), edit(2, 3, 'A')), finding(edit(0, 0, 'import;'), edit(6, 7, 'B'))], text: '..a...b', fixed: 'import;..A...B' },
    { title: 'wait for another round when they touch', findings: [finding(edit(0, 3, 'A')), finding(edit(2, 5, 'B'))], text: 'aaabb', fixed: 'Abb' },
    { title: 'are in order of place, whatever the order of findings', findings: [finding(edit(4, 5, 'B')), finding(edit(0, 1, 'A'))], text: 'a...b', fixed: 'A...B' },
  ]) {
    it(title, () => assert.equal(applyChange(text, togetherOf(findings)!.change), fixed));
  }

  it('are none where no finding has one', () => assert.equal(togetherOf([finding()]), undefined));
});
