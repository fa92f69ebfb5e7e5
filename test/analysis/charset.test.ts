/** What a regular expression lets through decides what a check with it makes safe. */
import assert from 'node:assert/strict';
import { contextsOfEscape, contextsOfRemoval, contextsOfTest } from '../../src/analysis/flow/charset.ts';
import { CONTEXT, type Context } from '../../src/analysis/flow/value.ts';

const named = (bits: number): string[] => (Object.keys(CONTEXT) as Context[]).filter((context) => (bits & CONTEXT[context]) !== 0);
const has = (bits: number, context: Context): boolean => (bits & CONTEXT[context]) !== 0;

describe('a check with a regular expression', () => {
  for (const [pattern, context, safe] of [
    ['^[a-z0-9_-]+$', 'sql', true], ['^[a-z0-9_-]+$', 'shell', true], ['^\\w+$', 'path', true], ['^[\\w.-]+$', 'path', true], ['^[\\w./-]+$', 'path', false],
    ['^[a-z]+', 'sql', false], ['[a-z]+$', 'shell', false], ['^a|b$', 'sql', false], ['^(?:a|b)$', 'sql', true], ['^.+$', 'html', false], ['^\\S+$', 'log', true], ['^[^<>"\']*$', 'html', true],
    ['^[^<>"\'`&]*$', 'html', true], ['^\\d+$', 'regex', true], ['^[A-Z ]+$', 'sql', false], ['^\\/[a-z]*$', 'redirect', true], ['^\\/(?!\\/)', 'redirect', true],
  ] as const) {
    it(`/${pattern}/ ${safe ? 'makes' : 'does not make'} a text safe in ${context}`, () => assert.equal(has(contextsOfTest(pattern, ''), context), safe));
  }

  it('says nothing with the flag m, which anchors at lines', () => assert.deepEqual(named(contextsOfTest('^\\w+$', 'm')), []));
});

describe('a replacement', () => {
  for (const [pattern, flags, by, context, safe] of [
    ['[^a-z0-9]', 'gi', '', 'shell', true], ['[^a-z0-9]', 'i', '', 'shell', false], ['[\\r\\n]', 'g', '', 'log', true], ['\\r|\\n', 'g', ' ', 'log', true], ['\\.\\.', 'g', '', 'path', false], ['<', 'g', '', 'html', false],
    ['[<>"\'`&]', 'g', '', 'html', true], ['\\W', 'g', '_', 'sql', true],
  ] as const) {
    it(`of /${pattern}/${flags} by "${by}" ${safe ? 'makes' : 'does not make'} a text safe in ${context}`, () => assert.equal(has(contextsOfRemoval(pattern, flags, by), context), safe));
  }

  for (const [pattern, flags, by, contexts] of [
    ["'", 'g', "''", ['sql']], ["'", '', "''", []], ['<', 'g', '&lt;', ['html', 'xml']], ['[&<>"\']', 'g', undefined, ['html', 'xml']], ['[.*+?^${}()|[\\]\\\\]', 'g', '\\$&', ['regex']],
  ] as const) {
    it(`of /${pattern}/${flags} escapes for ${contexts.join(' and ') || 'nothing'}`, () => assert.deepEqual(named(contextsOfEscape(pattern, flags, by)), contexts));
  }
});
