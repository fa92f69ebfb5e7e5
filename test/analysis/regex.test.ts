/** The matching time that is read off a pattern. */
import assert from 'node:assert/strict';
import { matchTime } from '../../src/analysis/regex/time.ts';

const PATTERNS: readonly (readonly [pattern: string, time: 'linear' | 'polynomial' | 'exponential'])[] = [
  ['^(a+)+$', 'exponential'], ['(a|a)*b', 'exponential'], ['^(\\w+\\s?)*$', 'exponential'], ['(.*)*x', 'exponential'], ['^(([a-z])+.)+[A-Z]([a-z])+$', 'exponential'], ['^(a|b|ab)*c', 'exponential'],
  ['(x+x+)+y', 'exponential'], ['(\\w+|\\d+)*z', 'exponential'], ['^(?:a?b?)*c{2}$', 'exponential'], ['^([0-9]+)*$', 'exponential'],
  ['\\s+$', 'polynomial'], ['a*a*b', 'polynomial'], ['<.+>.*</.+>', 'polynomial'], ['^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$', 'polynomial'],
  ['^\\d+$', 'linear'], ['^[\\w.-]+@[\\w-]+\\.[a-z]{2,}$', 'linear'], ['(a*)*', 'linear'], ['"(?:[^"\\\\]|\\\\.)*"', 'linear'], ['^(?:[a-z]+,)*[a-z]+$', 'linear'], ['^(\\d{1,3}\\.){3}\\d{1,3}$', 'linear'], ['(', 'linear'], ['^(?:[a-z]{3,8} ){11,23}[a-z]{3,8}$', 'linear'], ['^(?:a{1,3}){2,}b', 'exponential'],
];

describe('the matching time of a pattern', () => {
  for (const [pattern, time] of PATTERNS) it(`/${pattern}/ is ${time}`, () => assert.equal(matchTime(pattern, ''), time));

  it('of every size is found in no time', () => {
    const huge = `^(${'[a-z]+|'.repeat(200)}x)*$`;
    const start = performance.now();
    matchTime(huge, 'i');
    assert.ok(performance.now() - start < 1000);
  });
});
