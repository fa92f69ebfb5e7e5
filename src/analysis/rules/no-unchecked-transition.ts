/** A record taken to its next state, whatever state it is in. A question for the reviewer. */
import type { Call, Expr, Fn } from '../flow/program.ts';
import { code } from '../reach.ts';
import { defineRule, type RuleInput } from '../rule.ts';
import { bare, calledName, wordOf } from '../shape.ts';
import { accessOf, isWaitedFor, sqlOf } from '../stores.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

const FIELD = /^(?:(?:order|payment|invoice|booking|subscription|ticket|request|application|shipment|claim|loan|account|kyc|review|approval|delivery|transfer|withdrawal)?_?(?:status|state|stage|phase))$/i;
/** States that something has to come before. */
const LATER = /^(?:paid|shipped|delivered|refunded|cancelled|canceled|approved|rejected|completed|complete|published|released|confirmed|fulfilled|closed|settled|captured|accepted|disbursed|withdrawn|signed|verified|activated|reopened|returned|dispatched|finali[sz]ed|archived|expired|redeemed)$/i;

export default defineRule({
  id: 'no-unchecked-transition',
  summary: 'Look at the present state before the next one.',
  why: 'Steps are taken out of order: what was cancelled is shipped, what was refunded is refunded again, what nobody approved is paid out.',
  advice: 'Say which states may lead here, and let the write itself ask for one of them (`where status = \'paid\'`).',
  cwe: [841, 372],
  owasp: ['A04:2021 Insecure Design', 'A06:2025 Insecure Design'],
  words: ['status', 'state', 'Status', 'State', 'stage', 'phase'],
  needs: ['paid', 'shipped', 'deliver', 'refund', 'ancel', 'pprove', 'ublish', 'omplete', 'onfirm', 'ulfil', 'losed', 'ettled', 'aptured', 'ccepted', 'PAID', 'SHIPPED', 'REFUND', 'CANCEL', 'APPROVED', 'COMPLETED', 'PUBLISHED', 'ejected'],
  *check(input) {
    const survey = surveyOf(input.flow);
    const said = new Set<Fn>();
    for (const { node, state } of transitions(survey, input)) {
      const fn = survey.outerFn(node);
      if (fn === undefined || said.has(fn) || looksAtState(fn, node, survey, input)) continue;
      said.add(fn);
      yield { node, severity: 'info', confidence: 'pattern', message: `May this become \`${state}\` from every state it can be in?` };
    }
  },
});

/** Writes of a later state to a record that was there before. */
function* transitions(survey: Survey, input: RuleInput): Iterable<{ readonly node: Expr; readonly state: string }> {
  const { text } = input;
  for (const object of survey.of('object')) {
    for (const entry of object.entries) {
      if (!('key' in entry) || typeof entry.key !== 'string' || !FIELD.test(entry.key)) continue;
      const state = stateIn(entry.value, text);
      const call = state === undefined ? undefined : updateAround(object, survey, text);
      if (state !== undefined && call !== undefined) yield { node: call, state };
    }
  }
  for (const assign of survey.of('assign')) {
    if (assign.op !== '=' || assign.target.kind !== 'bind-member' || typeof assign.target.member.key !== 'string' || !FIELD.test(assign.target.member.key)) continue;
    const state = stateIn(assign.value, text);
    const fn = survey.fnOf(assign);
    const root = code(text, assign.target.member.object);
    // Only what is saved afterwards is a record.
    if (state !== undefined && fn !== undefined && root !== 'this' && survey.inside('call', fn).some((call) => call.start > assign.end && /^(?:save|update\w*|persist|flush|put|commit)$/.test(calledName(call)) && code(text, call).includes(root) && isWaitedFor(call, survey))) yield { node: assign, state };
  }
  for (const call of survey.of('call')) {
    const statement = sqlOf(call, text);
    const [, set, where = ''] = /\bset\b([\s\S]{0,400}?)\bwhere\b([\s\S]{0,400})/i.exec(statement ?? '') ?? [];
    const [, state] = /\b\w*(?:status|state)\s*=\s*'(\w+)'/i.exec(set ?? '') ?? [];
    if (state !== undefined && LATER.test(state) && !/status|state/i.test(where)) yield { node: call, state };
  }
}

/** The word itself, or a member of an enumeration: `OrderStatus.SHIPPED`. */
function stateIn(expr: Expr, text: string): string | undefined {
  const word = wordOf(expr) ?? (expr.kind === 'member' && /status|state/i.test(code(text, expr.object)) && typeof expr.key === 'string' ? expr.key : undefined);
  return word !== undefined && LATER.test(word) ? word : undefined;
}

/** The update the object is given to, unless its own condition names the state. */
function updateAround(object: Expr, survey: Survey, text: string): Call | undefined {
  for (const around of survey.around(object)) {
    if (around.kind === 'call') {
      const name = calledName(around);
      if (!/^(?:update\w*|set|findByIdAndUpdate|findOneAndUpdate|patch|save|merge)$/.test(name) || (name === 'set' && !/update\(/.test(code(text, around.callee)))) return undefined;
      const others = around.args.filter((arg) => !(arg.start <= object.start && object.end <= arg.end));
      const own = code(text, around);
      const where = /\bwhere\b[\s\S]*/.exec(own.replace(code(text, object), ''))?.[0] ?? '';
      if (others.some((arg) => /\b(?:status|state|stage)\b/i.test(code(text, arg))) || /status|state|stage/i.test(where)) return undefined;
      return accessOf(around, survey, text) === 'write' || isWaitedFor(around, survey) ? around : undefined;
    }
    if (around.kind === 'function' || around.kind === 'declare') return undefined;
  }
  return undefined;
}

/** Before the write somebody asks for the state, or for whether the step may be taken. */
function looksAtState(fn: Fn, node: Expr, survey: Survey, { text }: RuleInput): boolean {
  const before = bare(text.slice(fn.start, node.start));
  if (/(?:status|state|stage|phase)\b["'\]]*\s*(?:[=!]==?|\)|\?)|[=!]==?\s*[\w.]*(?:Status|State)\.|\b(?:can|may|is|assert|ensure|check|validate|allowed|transition)\w*\([^)]{0,120}(?:status|state|\btransition)|TRANSITIONS|transitions?\[|\.can\(|canTransition|assertTransition|switch\s*\([^)]{0,80}(?:status|state)|includes\([^)]{0,60}(?:status|state)|\bstatus:\s*(?:['"\w{])/i.test(before)) return true;
  // What happened elsewhere is only written down: an event of a payment service.
  if (/event\.type|webhook|constructEvent/i.test(before)) return true;
  return survey.inside('call', fn).some((call) => call.end <= node.start && /^(?:can|assert|ensure|validate|check|is)\w*(?:Transition|State|Status|Cancel|Ship|Refund|Approve|Paid|able)\w*$/.test(calledName(call)) && oneLine(calledName(call)) !== '');
}
