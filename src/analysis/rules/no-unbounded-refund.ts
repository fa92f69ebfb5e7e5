/** Refunds that nothing compares with what was paid. A question for the reviewer. */
import type { Call, Expr, Fn } from '../flow/program.ts';
import { isClientPath, lastOf, pathOf } from '../paths.ts';
import { code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName, lastName } from '../shape.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

const REFUNDS = /refund|\breturns\b|give_?back|reverse(?:Payment|Charge)|payback|pay_back|reimburse|credit_?note|storeCredit|issueCredit|creditBack/i;
/** Money that goes out, for whatever reason: looked at where the request names the amount. */
const PAYS = /\bcredit\b|deposit|pay_?out/i;
/** Earlier refunds are looked at, too. */
const BEFORE = /refunded|remaining|refundable|returned|\bleft\b|already|status|state|once|for update|unique|on conflict/i;
const AMOUNT = /amount|value|total|refund|sum|cents|pence|deposit|damages|euros|dollars|quantity|lines|back\b/i;
/** What was paid, and what of it was given back before. */
const PAID = /\b(?:payment|charge|order|invoice|transaction|paid|captured|original|purchase|tx|intent|sale|booking)\w*(?:\??\.\w+){0,3}|remaining|refundable|max(?:imum)?\w*|alreadyRefunded|refunded\w*|captured\w*|amount_captured|amountPaid|total\w*|available|left|balance/i;

export default defineRule({
  id: 'no-unbounded-refund',
  summary: 'Refund no more than was paid.',
  why: 'Whoever asks for the refund names its amount, or asks twice: more goes back than ever came in.',
  advice: 'Compare the amount with what was paid less what was refunded before, in the same transaction, and refuse amounts that are not above zero.',
  cwe: [840],
  owasp: ['A04:2021 Insecure Design', 'A06:2025 Insecure Design'],
  words: ['refund', 'Refund', 'credit', 'deposit', 'payOut', 'payout', '/returns', 'reimburse', 'reverseCharge', 'reversePayment', 'creditBack', 'issueCredit', 'storeCredit', 'payback'],
  *check(input) {
    const survey = surveyOf(input.flow);
    const said = new Set<Fn>();
    for (const call of survey.of('call')) {
      const fn = survey.outerFn(call);
      if (fn === undefined || said.has(fn)) continue;
      const amount = refundedBy(call, fn, survey, input);
      if (amount === undefined) continue;
      const isBound = isBounded(amount, call, fn, survey, input);
      if (isBound && (BEFORE.test(bare(input.text.slice(fn.start, amount.start)).replace(/\bstatus\(|\.status\b\s*=[^=]/g, '')) || !isClientPath(pathOf(amount, survey)))) continue;
      said.add(fn);
      yield report(amount, isBound ? 'Is what was refunded before taken off, when the same refund is asked for twice?' : undefined, survey, input);
    }
    for (const template of survey.of('template')) {
      const fn = survey.outerFn(template);
      if (fn === undefined || said.has(fn) || !/\bset\s+\w*(?:balance|cents|credit|amount)\w*\s*=\s*[\w.]+\s*\+\s*$/i.test(template.texts[0]?.value ?? '') || !REFUNDS.test(`${nameOf(fn, survey, input)} ${code(input.text, fn)}`)) continue;
      const [amount] = template.values;
      if (amount === undefined || !given(amount, survey) || isBounded(amount, template, fn, survey, input)) continue;
      said.add(fn);
      yield report(amount, undefined, survey, input);
    }
    for (const assign of survey.of('assign')) {
      const fn = survey.outerFn(assign);
      if (fn === undefined || said.has(fn) || assign.op !== '+' || assign.target.kind !== 'bind-member' || !/balance|credit|wallet/i.test(code(input.text, assign.target.member)) || !REFUNDS.test(nameOf(fn, survey, input))) continue;
      if (isBounded(assign.value, assign, fn, survey, input) || !given(assign.value, survey)) continue;
      said.add(fn);
      yield { node: assign, severity: 'medium', confidence: 'likely', message: `Nothing compares \`${oneLine(code(input.text, assign.value))}\` with what was paid: can more go back than came in?` };
    }
  },
});

function report(amount: Expr, question: string | undefined, survey: Survey, { text }: RuleInput): Report {
  const isSent = isClientPath(pathOf(amount, survey));
  return { node: amount, severity: isSent && question === undefined ? 'medium' : 'info', confidence: isSent ? 'likely' : 'pattern', message: question ?? `Nothing compares \`${oneLine(code(text, amount))}\` with what was paid: can more go back than came in?` };
}

/** The amount a call gives back, when it was given and not looked up. */
function refundedBy(call: Call, fn: Fn, survey: Survey, input: RuleInput): Expr | undefined {
  const callee = code(input.text, call.callee);
  const isWeak = !REFUNDS.test(callee) && PAYS.test(callee) && !REFUNDS.test(nameOf(fn, survey, input));
  const isRefund = REFUNDS.test(callee) || PAYS.test(callee) || (REFUNDS.test(nameOf(fn, survey, input)) && /^(?:create|insert\w*|post|request|transfer\w*|pay\w*|credit\w*|send\w*|increment|execute|query|update\w*)$/.test(calledName(call)));
  if (!isRefund || /^(?:find|get|list|can|is|validate|check|log|info|emit|render|use)/i.test(calledName(call)) || /calculate|compute/i.test(calledName(call))) return undefined;
  const isGiven = (expr: Expr): boolean => given(expr, survey) && (!isWeak || isClientPath(pathOf(expr, survey)));
  for (const arg of call.args) {
    const value = arg.kind === 'name' ? (survey.definitions.get(arg.slot)?.value ?? arg) : arg;
    for (const object of [...(value.kind === 'object' ? [value] : []), ...survey.inside('object', value).filter((each) => survey.fnOf(each) === survey.fnOf(value))]) {
      for (const entry of object.entries) if ('key' in entry && typeof entry.key === 'string' && AMOUNT.test(entry.key) && !/reason|id$|status/i.test(entry.key) && isGiven(entry.value)) return entry.value.kind === 'object' ? undefined : entry.value;
    }
    if (arg.kind !== 'object' && arg.kind !== 'function' && AMOUNT.test(lastName(arg)) && isGiven(arg)) return arg;
    if (arg.kind === 'array') for (const item of arg.items) if (item !== undefined && AMOUNT.test(lastOf(pathOf(item, survey) ?? '')) && isGiven(item)) return item;
  }
  return undefined;
}

/** From the request, or from whoever calls the function. */
function given(expr: Expr, survey: Survey): boolean {
  const path = pathOf(expr, survey);
  if (isClientPath(path)) return AMOUNT.test(lastOf(path)) || AMOUNT.test(lastName(expr));
  const inner = [...survey.inside('name', expr), ...(expr.kind === 'name' ? [expr] : [])];
  return inner.some(({ slot }) => {
    const parameter = survey.parameters.get(slot);
    if (parameter !== undefined) return AMOUNT.test(parameter.picks.at(-1) ?? slot.name);
    const definition = survey.definitions.get(slot);
    return definition !== undefined && isClientPath(pathOf(definition.value, survey)) && AMOUNT.test(definition.picks.at(-1) ?? slot.name);
  });
}

function nameOf(fn: Fn, survey: Survey, { text }: RuleInput): string {
  const route = survey.parents.get(fn);
  return `${fn.name} ${route?.kind === 'call' ? text.slice(route.start, fn.start).slice(0, 200) : ''}`;
}

/** A comparison before it, or a least of the two, names the amount and what was paid; or a helper that says it checks. */
function isBounded(amount: Expr, at: Expr, fn: Fn, survey: Survey, { text }: RuleInput): boolean {
  const before = bare(text.slice(fn.start, at.end));
  const names = new Set([code(text, amount), ...[...survey.inside('name', amount), ...(amount.kind === 'name' ? [amount] : [])].map(({ slot }) => slot.name)].filter((name) => name !== ''));
  const isOf = (side: Expr): boolean => names.has(code(text, side)) || [...survey.inside('name', side), ...(side.kind === 'name' ? [side] : [])].some(({ slot }) => names.has(slot.name));
  for (const { op, left, right, start } of survey.inside('binary', fn)) {
    if (!/^[<>]=?$/.test(op) || start > at.start) continue;
    const [own, other] = isOf(left) ? [left, right] : isOf(right) ? [right, left] : [];
    if (own !== undefined && other!.kind !== 'constant' && PAID.test(code(text, other!))) return true;
  }
  if (/Math\.min\(|refundable|assertRefund\w*\(|validateRefund\w*\(|canRefund\w*\(|ensureRefund\w*\(|checkRefund\w*\(|\.max\(\s*(?:payment|order|charge|remaining)|\bleast\s*\(|where[^;]{0,200}(?:>=|<=)/i.test(before)) return true;
  return survey.inside('binary', fn).some((binary) => /^[<>]=?$/.test(binary.op) && binary.end <= at.start && REFUNDS.test(code(text, binary)) && PAID.test(code(text, binary)) && !/[<>]=?\s*0\b/.test(code(text, binary)));
}
