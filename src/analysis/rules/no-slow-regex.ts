/** Regular expressions that a short text can keep busy for hours. */
import { matchTime } from '../regex/time.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import type { Expr } from '../flow/program.ts';
import type { Taint, Value } from '../flow/value.ts';
import { oneLine } from '../words.ts';

export default defineRule({
  id: 'no-slow-regex',
  summary: 'Do not match with patterns that can take exponential time.',
  why: 'The matcher tries every way to split the text before it gives up: a text of thirty characters stops this whole process for hours.',
  advice: 'Write the loop so that each text can be read in one way only (`(a+)+` is `a+`), bound the length of the text before, or use RE2.',
  cwe: [1333, 400],
  owasp: ['A06:2021 Vulnerable and Outdated Components', 'A10:2025 Mishandling of Exceptional Conditions'],
  words: [')*', ')+', '){', '+$', '*$'],
  *check(input) {
    const used = usedOn(input);
    const own = usedOnOwn(input);
    for (const regex of input.flow.program.regexes) if (!own.has(regex.start)) yield* judge(regex, regex.pattern, regex.flags, used.get(regex.start), input);
    for (const event of input.flow.calls) {
      const [pattern, flags] = event.args;
      const node = event.node.args[0];
      if (event.api !== 'RegExp' || node === undefined || pattern?.literals?.length !== 1 || typeof pattern.literals[0] !== 'string') continue;
      yield* judge(node, pattern.literals[0], String(flags?.literals?.[0] ?? ''), undefined, input);
    }
  },
});

/** Longer patterns are lists of words, and would take long to judge. */
const MAX_PATTERN = 1000;

function* judge(node: Expr, pattern: string, flags: string, taint: Taint | undefined, { text }: RuleInput): Iterable<Report> {
  if (pattern.length > MAX_PATTERN || !/[*+{]/.test(pattern)) return;
  const time = matchTime(pattern, flags);
  if (time === 'linear' || (time === 'polynomial' && taint === undefined)) return;
  const shown = `\`${oneLine(text.slice(node.start, node.end))}\``;
  const where = taint ? ` on \`${oneLine(taint.source.label)}\`, which comes from outside` : '';
  yield {
    node, severity: time === 'polynomial' ? 'low' : taint ? 'high' : 'medium', confidence: taint ? 'proven' : 'pattern',
    message: time === 'polynomial' ? `${shown} takes time with the square of the text's length or worse${where}` : `${shown} takes time that doubles with every character of a text that does not match${where}`,
    ...(taint && { taint, sink: 'matched here' }),
    ...(time === 'polynomial' && { why: 'A text of some ten thousand characters keeps this whole process busy for seconds.' }),
  };
}

/** Patterns that only the program's own texts are matched with, by where they are written. */
function usedOnOwn(input: RuleInput): ReadonlySet<number> {
  const own = new Set<number>();
  const others = new Set<number>();
  for (const { written, subject } of uses(input)) (subject !== undefined && subject.fixed ? own : others).add(written.start);
  return new Set([...own].filter((at) => !others.has(at)));
}

interface Use {
  readonly written: Expr;
  readonly subject: Value | undefined;
}

/** Where patterns written in this text are matched, and with what. */
function* uses({ flow }: RuleInput): Iterable<Use> {
  for (const event of flow.calls) {
    const { callee } = event.node;
    if (callee.kind !== 'member') continue;
    const isPattern = event.name === 'test' || event.name === 'exec';
    const regex = isPattern ? callee.object : ['match', 'matchAll', 'replace', 'replaceAll', 'search', 'split'].includes(event.name) ? event.node.args[0] : undefined;
    const written = regex?.kind === 'name' ? flow.definitions.get(regex.slot) : regex;
    if (written?.kind === 'regex') yield { written, subject: isPattern ? event.args[0] : event.receiver };
  }
}

/** The remote value that each pattern is used on, by where the pattern is written. */
function usedOn(input: RuleInput): ReadonlyMap<number, Taint> {
  const found = new Map<number, Taint>();
  for (const { written, subject } of uses(input)) {
    const taint = subject?.taints.find((one) => one.source.kind === 'remote');
    if (taint) found.set(written.start, taint);
  }
  return found;
}
