import assert from 'node:assert/strict';
import type { Origin, Span } from '#core/provenance';
import { unitsOf } from '#core/unit';
import { writtenUnits } from '../../../src/extension/review/written.ts';

const MARKS: Readonly<Record<string, Origin>> = { '«': { kind: 'human' }, '‹': { kind: 'agent', agent: 'assistant' }, '[': { kind: 'tool', tool: 'suggest' }, '‘': { kind: 'tool', tool: 'format' } };

/** A text in which `«...»` was typed, `‹...›` came from an assistant, `[...]` from the suggestion list, `‘...’` from a formatter, and the rest stood there. */
function read(marked: string): { text: string; spans: Span[] } {
  const spans: Span[] = [];
  let text = '';
  let start = 0;
  let origin: Origin | undefined;
  for (const character of marked) {
    if (character in MARKS) {
      start = text.length;
      origin = MARKS[character];
    } else if ('»›]’'.includes(character)) {
      spans.push({ range: { start, end: text.length }, origin: origin!, evidence: [{ kind: 'selection', selection: 'none' }], at: 1 });
    } else text += character;
  }
  return { text, spans };
}

const ROWS = [
  { title: 'a function typed from start to end', marked: '«function a() { return 1; }»', written: ['function a'] },
  { title: 'a word typed into a committed function', marked: 'function a() { return 1« + 2»; }', written: ['function a'] },
  { title: 'a function typed with the help of the suggestion list', marked: '«function a() { return »[compute()]«; }»', written: ['function a'] },
  { title: 'a function from which the person deleted something', marked: 'function a() «{» return 1; }', written: ['function a'] },
  { title: 'not one with a word of an assistant', marked: '«function a() { return »‹1›«; }»', written: [] },
  { title: 'not one that bears a scar of a deletion nobody vouches for', marked: 'function a() { «go()»; ‹}›', written: [] },
  { title: 'not one that only a formatter touched', marked: 'function a() { return 1‘;’ }', written: [] },
  { title: 'not one that nobody touched', marked: 'function a() { return 1; }', written: [] },
];

describe('what a person is said to have written', () => {
  for (const { title, marked, written } of ROWS) {
    it(title, () => {
      const { text, spans } = read(marked);
      assert.deepEqual(writtenUnits(text, unitsOf(text, 'typescript'), spans).map(({ label }) => label), written);
    });
  }
});
