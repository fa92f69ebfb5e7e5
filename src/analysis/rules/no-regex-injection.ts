/** Patterns from outside. */
import { defineFlowRule } from '../flow-rule.ts';
import { sinks } from '../reach.ts';

export default defineFlowRule({
  id: 'no-regex-injection',
  summary: 'Do not build regular expressions from request data.',
  why: 'Whoever writes the pattern can make it match anything, or take hours on a short text and stop the whole process.',
  advice: 'Escape the value (`RegExp.escape`, escape-string-regexp), or compare texts with `includes`.',
  cwe: [1333, 730],
  owasp: ['A03:2021 Injection', 'A05:2025 Injection'],
  words: ['RegExp', '.match(', '.search(', 'matchAll'],
  context: 'regex',
  sinks: sinks(['RegExp', { arg: 0 }]),
  whole: ['remote', 'local'],
  composed: ['remote', 'local'],
  severity: 'medium',
  becomes: () => 'becomes a regular expression',
});
