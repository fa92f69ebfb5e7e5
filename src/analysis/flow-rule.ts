/** A rule of the plain kind: a source reaches an argument of a known call, and nothing on the way made it safe. */
import type { Severity } from '#core/finding';
import type { Context, SourceKind, Taint } from './flow/value.ts';
import { calleeName, code, exactNode, grade, isComposed, reached, worstTaint, type Reached, type SinkTable } from './reach.ts';
import { defineRule, type Repair, type Report, type Rule, type RuleInput } from './rule.ts';
import { sourceWords } from './words.ts';

export interface FlowRule extends Omit<Rule, 'check'> {
  readonly context: Context;
  readonly sinks: SinkTable;
  /** Sources that count when the whole argument comes from them. */
  readonly whole: readonly SourceKind[];
  /** Sources that count when the program put text around the value. */
  readonly composed: readonly SourceKind[];
  readonly severity: Severity;
  /** What happens to the value, after "and": "is fetched by `fetch`". */
  readonly becomes: (callee: string) => string;
  /** A last look at a call that a source reaches: false when it is fine after all. */
  readonly accepts?: (reached: Reached, taint: Taint, input: RuleInput) => boolean;
  readonly fixes?: (reached: Reached, input: RuleInput) => readonly Repair[];
  /** Further reports, of sinks that are no calls. */
  readonly also?: (input: RuleInput) => Iterable<Report>;
}

export function defineFlowRule({ context, sinks, whole, composed, severity, becomes, accepts, fixes, also, ...rule }: FlowRule): Rule {
  return defineRule({
    ...rule,
    *check(input) {
      for (const one of reached(input.flow, sinks)) {
        const taint = worstTaint(one.value, context, isComposed(one.value) ? composed : whole);
        if (taint === undefined || (accepts && !accepts(one, taint, input))) continue;
        const node = exactNode(one.node, one.value, taint);
        const what = becomes(calleeName(input.text, one.event));
        yield { node, ...grade(taint, severity), taint, message: `${sourceWords(taint, code(input.text, node))} ${what}`, sink: what.replaceAll('`', ''), fixes: fixes?.(one, input) ?? [] };
      }
      if (also) yield* also(input);
    },
  });
}

/** A report for a value that reaches something which is no call. */
export function valueReport(value: Reached['value'], node: Reached['node'], context: Context, kinds: readonly SourceKind[], severity: Severity, becomes: string, input: RuleInput): Report | undefined {
  const taint = worstTaint(value, context, kinds);
  if (taint === undefined) return undefined;
  const exact = exactNode(node, value, taint);
  return { node: exact, ...grade(taint, severity), taint, message: `${sourceWords(taint, code(input.text, exact))} ${becomes}`, sink: becomes.replaceAll('`', '') };
}
