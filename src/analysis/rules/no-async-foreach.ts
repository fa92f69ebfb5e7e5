/** Callbacks that return a promise to somebody who does not look at it. */
import type { Call, Fn } from '../flow/program.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type RuleInput } from '../rule.ts';
import { calledName, receiverName } from '../shape.ts';
import { surveyOf, type Survey } from '../survey.ts';

/** A promise is always true: these keep, find and count everything. */
const ASKS = /^(?:filter|some|every|find|findIndex|findLast|findLastIndex)$/;
/** Libraries whose methods of that name do wait. */
const WAITS = /^(?:async|Promise|pMap|bluebird|Bluebird|asyncjs|collect|from|stream|readable|iter|iterator|page|browser|locator|Rx|_async|asyncLib|pEach)$/;

export default defineRule({
  id: 'no-async-foreach',
  summary: 'Do not give async callbacks to methods that do not wait.',
  why: '`forEach` starts everything at once and goes on: what follows runs too early, and a failure is nobody\'s; a promise in `filter` is always true.',
  advice: 'Use `for … of` with `await`, or `await Promise.all(items.map(…))`.',
  cwe: [662, 755],
  owasp: ['A04:2021 Insecure Design', 'A10:2025 Mishandling of Exceptional Conditions'],
  words: ['.forEach(', '.map(', '.filter(', '.some(', '.every(', '.find(', '.findIndex(', '?.forEach('],
  needs: ['async'],
  *check(input) {
    const survey = surveyOf(input.flow);
    for (const call of survey.of('call')) {
      const name = calledName(call);
      if (call.callee.kind !== 'member' || (name !== 'forEach' && name !== 'map' && !ASKS.test(name)) || WAITS.test(receiverName(call)) || survey.calleeOf(call) !== undefined) continue;
      const callback = survey.functionOf(call.args[0]);
      if (callback?.isAsync !== true) continue;
      if (name === 'map') {
        if (survey.parents.get(call)?.kind === 'do' && hasWait(callback, survey)) yield { node: call, severity: 'low', confidence: 'likely', message: 'Nobody waits for the promises this makes: what follows runs before they are done, and a failure is nobody\'s' };
      } else if (name === 'forEach') {
        if (hasWait(callback, survey)) yield { node: call, severity: 'low', confidence: 'likely', message: '`forEach` does not wait for this: what follows runs before it is done, and a failure is nobody\'s', fixes: repair(call, callback, survey, input) };
      } else yield { node: call, severity: 'medium', confidence: 'likely', message: `\`${name}\` looks at a promise here, which is always true: it lets everything through` };
    }
  },
});

function hasWait(callback: Fn, survey: Survey): boolean {
  return survey.inside('await', callback).length > 0 || survey.inside('return', callback).some(({ value }) => value?.kind === 'call');
}

/** `await Promise.all(items.map(…))`, where one may wait and the result is nobody's. */
function repair(call: Call, callback: Fn, survey: Survey, { text }: RuleInput): readonly Repair[] {
  const fn = survey.fnOf(call);
  const stmt = survey.parents.get(call);
  if (stmt?.kind !== 'do' || (fn !== undefined && !fn.isAsync) || (fn === undefined && !isModule(survey)) || call.callee.kind !== 'member' || call.callee.optional || call.close < 0 || code(text, call.callee.object).includes('?.')) return [];
  const key = call.callee.keyNode;
  // A Map's or a Set's entries have no `map` of their own.
  if (callback.params.length > 1 || /map|set\b/i.test(code(text, call.callee.object))) return [];
  return [{ title: 'Wait for all of them', kind: 'suggestion', change: [{ range: { start: call.start, end: call.start }, text: 'await Promise.all(' }, { range: { start: key.start, end: key.end }, text: 'map' }, { range: { start: call.end, end: call.end }, text: ')' }] }];
}

function isModule(survey: Survey): boolean {
  return survey.of('import').length > 0 || survey.of('export').length > 0;
}
