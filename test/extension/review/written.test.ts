import assert from 'node:assert/strict';
import type { Origin, Span } from '#core/provenance';
import { unitsOf } from '#core/unit';
import { writtenUnits } from '../../../src/extension/review/written.ts';

/** A text in which `«...»` was typed, `‹...›` came from an assistant, and the rest stood there. */
function read(marked: string): { text: string; spans: Span[] } {
  const spans: Span[] = [];
  let text = '';
  let start = 0;
  for (const character of marked) {
    if (character === '«' || character === '‹') start = text.length;
    else if (character === '»' || character === '›') {
      const origin: Origin = character === '»' ? { kind: 'human' } : { kind: 'agent', agent: 'assistant' };
      spans.push({ range: { start, end: text.length }, origin, evidence: origin.kind === 'human' ? [{ kind: 'keyboard' }] : [], at: 1 });
    } else text += character;
  }
  return { text, spans };
}

const ROWS = [
  { title: 'a function typed from start to end', marked: '«function a() { return 1; }»', committed: '', written: ['function a'] },
  { title: 'a word typed into a committed function', marked: 'function a() { return 1« + 2»; }', committed: 'function a() { return 1; }', written: ['function a'] },
  { title: 'not one with a word of an assistant', marked: '«function a() { return »‹1›«; }»', committed: '', written: [] },
  { title: 'not one from which something was taken', marked: 'function a() { «go();» }', committed: 'function a() { check(); }', written: [] },
  { title: 'not one that nobody touched', marked: 'function a() { return 1; }', committed: 'function a() { return 1; }', written: [] },
];

describe('what a person is said to have written', () => {
  for (const { title, marked, committed, written } of ROWS) {
    it(title, () => {
      const { text, spans } = read(marked);
      assert.deepEqual(writtenUnits(text, unitsOf(text, 'typescript'), spans, committed).map(({ label }) => label), written);
    });
  }
});
