/** Patterns from outside. */
import { defineFlowRule, valueReport } from '../flow-rule.ts';
import { wrapping } from '../fixes/wrap.ts';
import { exactNode, sinks, worstTaint } from '../reach.ts';
import type { Report, RuleInput } from '../rule.ts';

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
  fixes: ({ node, value }, input) => wrapping(exactNode(node, value, worstTaint(value, 'regex', ['remote', 'local'])), input, 'Escape it', escaped),
  also: asPattern,
});

function escaped(code: string): string {
  return `String(${code}).replace(/[.*+?^${'$'}{}()|[\\]\\\\]/g, '\\\\$&')`;
}

/** `text.match(value)` and `text.search(value)` make a pattern of a text by themselves. */
function* asPattern(input: RuleInput): Iterable<Report> {
  for (const event of input.flow.calls) {
    const [value, node] = [event.args[0], event.node.args[0]];
    if (!['match', 'matchAll', 'search'].includes(event.name) || event.node.callee.kind !== 'member' || event.args.length !== 1 || value === undefined || node === undefined || value.type === 'regex' || value.type === 'object' || value.closures) continue;
    const report = valueReport(value, node, 'regex', ['remote'], 'medium', 'becomes a regular expression', input);
    if (report) yield report;
  }
}
