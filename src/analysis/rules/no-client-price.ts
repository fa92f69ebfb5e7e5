/** What something costs, taken from whoever buys it. A question for the reviewer, more where the flow proves it. */
import type { CallEvent } from '../flow/events.ts';
import type { Call, Expr, Fn } from '../flow/program.ts';
import { isMoney, OWN_TO_GIVE } from '../money.ts';
import { isClientPath, lastOf, pathOf } from '../paths.ts';
import { code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName, receiverName } from '../shape.ts';
import { sqlOf } from '../stores.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

const FIELD = /^(?:unit_?amount(?:_decimal)?|amount(?:_?in_?cents|Cents|_money)?|price(?:_?in_?cents|Cents)?|unit_?price|total(?:_?price|_?amount|_?cents|Cents)?|sub_?total|grand_?total|cost|discount\w*|value|order_?total|shipping(?:_?cost|_?fee)?|fee|tax|net|gross|charge|amountDue|paid|price_?per\w*|(?:total|price|amount)?_?cents|pence|minor)$/i;
const NAMED = /price|amount|total|cost|discount|fee|unit_?amount|subtotal|tax|shipping|charge|value|cents|pence|minor|rebate|voucher_?value|coupon_?value/i;
const CHARGES = /^(?:charge\w*|pay\w*|checkout\w*|createOrder|placeOrder|createPayment\w*|createCheckout\w*|createCharge|capture\w*|createInvoice|invoice\w*|purchase\w*|processPayment|makePayment|createTransaction|authorizePayment|submitOrder|createIntent|createPaymentIntent|debit\w*|bill\w*)$/i;
const RECORDS = /order|payment|invoice|charge|checkout|purchase|paymentIntents|sessions|transaction|line_?items?|cart|subscription|booking|reservation|sale|stripe|paypal|braintree|square/i;
const WRITES = /^(?:create|insert\w*|save|add|values|upsert|set|update\w*|put)$/;
/** The amount was looked up, or compared with what was. */
const OWN = /\b(?:product|item|plan|catalog\w*|variant|sku|package|listing|course|tier|menu|db\w*|row|stored|expected|server|actual|real|computed|calculated|order|quote|cart|invoice|known)\w*\.(?:\w+\.)*(?:unit_?)?(?:price|amount|total|cost)\w*|PRICES?\b|priceOf|getPrice|calculate\w*|compute(?:Total|Price|Amount)\w*|totalOf|lookupPrice|CATALOG/i;
const POSITIVE = /isInteger|isSafeInteger|\.(?:int|positive|min|max|gte|nonnegative)\(|[<>]=?\s*[01]\b|Math\.(?:max|min|abs)|clamp|isPositive|IsPositive|Min\(|minimum|validate\w*\(|\.parse\(|safeParse\(|schema/;

export default defineRule({
  id: 'no-client-price',
  summary: 'Do not let the buyer name the price.',
  why: 'Whoever sends the request writes the price into it: they pay a cent, or are paid, for what costs a hundred.',
  advice: 'Take ids and quantities from the request alone, look the price up, and refuse quantities below one.',
  cwe: [472, 840, 602],
  owasp: ['A04:2021 Insecure Design', 'A06:2025 Insecure Design'],
  words: ['rice', 'mount', 'otal', 'iscount', 'ost', 'uantity', 'qty'],
  needs: ['body', 'req', 'ctx', 'formData', 'query', 'Body', 'json()', 'event', 'args', 'input'],
  *check(input) {
    const survey = surveyOf(input.flow);
    const done = new Set<Call>();
    for (const event of input.flow.calls) {
      if (done.has(event.node) || !isSale(event, input)) continue;
      const report = soldAt(event, survey, input);
      if (report === undefined) continue;
      done.add(event.node);
      yield report;
    }
    for (const object of survey.of('object')) yield* unit(object, survey, input);
    for (const template of survey.of('template')) yield* inserted(template, survey, input);
    for (const binary of survey.of('binary')) if (binary.op === '*') yield* negative(binary, survey, input);
    for (const assign of survey.of('assign')) yield* assigned(assign, survey, input);
  },
});

function isSale({ node }: CallEvent, { text }: RuleInput): boolean {
  const name = calledName(node);
  if (/refund/i.test(code(text, node.callee))) return false;
  if (CHARGES.test(name)) return !node.isNew;
  if (/^(?:query|execute|run|raw)$/.test(name)) return /insert\s+into\s+["`]?\w*(?:order|payment|invoice|sale|purchase|charge|booking)/i.test(sqlOf(node, text) ?? code(text, node.args[0] ?? node));
  return WRITES.test(name) && (RECORDS.test(receiverName(node)) || RECORDS.test(code(text, node.callee)));
}

/** A price in what is charged or kept, that came with the request. */
function soldAt(event: CallEvent, survey: Survey, input: RuleInput): Report | undefined {
  const fn = survey.outerFn(event.node);
  const around = fn === undefined ? '' : bare(code(input.text, fn));
  if (OWN_TO_GIVE.test(nameAround(event.node, fn, survey, input))) return undefined;
  for (const { node, name } of pricesIn(event.node, survey)) {
    const path = pathOf(node, survey);
    const isSent = isClientPath(path) && NAMED.test(lastOf(path));
    if (!isSent && !madeOfSent(node, survey)) continue;
    const shown = oneLine(code(input.text, node));
    // An amount of what? Of things, where nothing speaks of money.
    if (/^(?:amount|value)$/i.test(name) && !/currency|price|cents|\bpay|charge|invoice|stripe|\b(?:eur|usd|gbp)\b|total|checkout|order/i.test(around)) continue;
    if (isCompared(node, around, survey, input)) continue;
    const made = node.kind === 'name' && !isSent ? survey.definitions.get(node.slot)?.value : undefined;
    return { node: made ?? node, severity: 'medium', confidence: 'likely', message: `\`${shown}\` is what the buyer says \`${name}\` is: nothing looks the price up` };
  }
  return undefined;
}

/** Stripe's own name for the price of a line, wherever the line is made. */
function* unit(object: Extract<Expr, { kind: 'object' }>, survey: Survey, input: RuleInput): Iterable<Report> {
  for (const entry of object.entries) {
    if (!('key' in entry) || typeof entry.key !== 'string' || !/^unit_?amount(?:_decimal)?$/i.test(entry.key)) continue;
    const path = pathOf(entry.value, survey);
    const fn = survey.outerFn(object);
    if ((isClientPath(path) && NAMED.test(lastOf(path))) || madeOfSent(entry.value, survey)) if (fn !== undefined && !isCompared(entry.value, bare(code(input.text, fn)), survey, input)) yield { node: entry.value, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, entry.value))}\` is what the buyer says it costs: nothing looks the price up` };
  }
}

/** sql`insert into orders (…, total_cents) values (…, ${total})`. */
function* inserted(template: Extract<Expr, { kind: 'template' }>, survey: Survey, input: RuleInput): Iterable<Report> {
  if (template.tag === undefined || !/^\s*insert\s+into\s+["`]?\w*(?:order|payment|invoice|sale|purchase|charge|booking)/i.test(template.texts[0]?.value ?? '')) return;
  const fn = survey.outerFn(template);
  const around = fn === undefined ? '' : bare(code(input.text, fn));
  for (const value of template.values) {
    const path = pathOf(value, survey);
    if (!isClientPath(path) || !NAMED.test(lastOf(path)) || isCompared(value, around, survey, input)) continue;
    yield { node: value, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, value))}\` is what the buyer says it costs: nothing looks the price up` };
    return;
  }
}

interface Price {
  readonly node: Expr;
  readonly name: string;
}

/** Members of what is charged that say how much, at any depth; and amounts given bare. */
function* pricesIn(call: Call, survey: Survey): Iterable<Price> {
  for (const arg of call.args) {
    const value = arg.kind === 'name' ? (survey.definitions.get(arg.slot)?.value ?? arg) : arg;
    const objects = [...(value.kind === 'object' ? [value] : []), ...survey.inside('object', value).filter((each) => survey.fnOf(each) === survey.fnOf(value))];
    for (const object of objects) for (const entry of object.entries) if ('key' in entry && typeof entry.key === 'string' && FIELD.test(entry.key)) yield { node: entry.value, name: entry.key };
    if (arg.kind === 'array') for (const item of arg.items) if (item !== undefined) yield { node: item, name: 'the amount' };
    if (CHARGES.test(calledName(call)) && (arg.kind === 'name' || arg.kind === 'member' || arg.kind === 'call')) yield { node: arg, name: 'the amount' };
  }
}

/** Arithmetic on what was sent, and sums over lists that were sent. */
function madeOfSent(node: Expr, survey: Survey, depth = 0): boolean {
  if (depth > 10) return false;
  const sent = (each: Expr): boolean => {
    const path = pathOf(each, survey);
    return isClientPath(path) && NAMED.test(lastOf(path));
  };
  if (node.kind === 'binary') return /^[*+/-]$/.test(node.op) && [node.left, node.right].some((side) => sent(side) || madeOfSent(side, survey, depth + 1));
  if (node.kind === 'call') {
    if (calledName(node) === 'reduce' && node.callee.kind === 'member') {
      const list = pathOf(node.callee.object, survey);
      return isClientPath(list) && node.args[0] !== undefined && survey.inside('member', node.args[0]).some((each) => typeof each.key === 'string' && isMoney(each.key) && ownerIs(each.object, node.args[0]!, survey));
    }
    return /^(?:round|floor|ceil|Number|parseInt|parseFloat|toFixed|String|BigInt|max|toString)$/.test(calledName(node)) && [...node.args, ...(node.callee.kind === 'member' ? [node.callee.object] : [])].some((arg) => sent(arg) || madeOfSent(arg, survey, depth + 1));
  }
  if (node.kind === 'name') {
    const definition = survey.definitions.get(node.slot);
    if (definition !== undefined && definition.picks.length === 0) return madeOfSent(definition.value, survey, depth + 1);
    const parameter = survey.parameters.get(node.slot);
    return parameter !== undefined && isItemOfSent(parameter.fn, parameter.index, survey) && isMoney(parameter.picks.at(-1) ?? '');
  }
  if (node.kind === 'member' && typeof node.key === 'string' && isMoney(node.key) && node.object.kind === 'name') {
    const parameter = survey.parameters.get(node.object.slot);
    return parameter !== undefined && isItemOfSent(parameter.fn, parameter.index, survey);
  }
  return node.kind === 'cast' || node.kind === 'unary' ? madeOfSent(node.value, survey, depth + 1) : false;
}

/** `items.map((item) => ({ price: item.price }))` over what was sent. */
function isItemOfSent(fn: Fn, index: number, survey: Survey): boolean {
  const call = survey.parents.get(fn);
  return index === 0 && call?.kind === 'call' && /^(?:map|forEach|flatMap)$/.test(calledName(call)) && call.callee.kind === 'member' && isClientPath(pathOf(call.callee.object, survey));
}

function ownerIs(object: Expr, callback: Expr, survey: Survey): boolean {
  return object.kind === 'name' && survey.parameters.get(object.slot)?.fn === callback;
}

/** Somewhere the amount meets one of our own. */
function isCompared(node: Expr, around: string, survey: Survey, { text }: RuleInput): boolean {
  const path = pathOf(node, survey);
  const name = node.kind === 'name' || path === undefined || path.endsWith('()') ? code(text, node) : lastOf(path);
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const comparison = new RegExp(`[^;\\n]{0,120}\\b${escaped}\\b[^;\\n]{0,60}(?:[=!]==?|[<>]=?)[^;\\n]{0,120}|[^;\\n]{0,120}(?:[=!]==?|[<>]=?)[^;\\n]{0,60}\\b${escaped}\\b`, 'g');
  return (around.replaceAll('=>', '').match(comparison) ?? []).some((line) => OWN.test(line));
}

function nameAround(call: Call, fn: Fn | undefined, survey: Survey, { text }: RuleInput): string {
  const route = fn && survey.parents.get(fn);
  return `${fn?.name ?? ''} ${route?.kind === 'call' && fn ? text.slice(route.start, fn.start) : ''} ${code(text, call.callee)}`;
}

/** `order.total = req.body.total`. */
function* assigned(assign: Extract<Expr, { kind: 'assign' }>, survey: Survey, input: RuleInput): Iterable<Report> {
  if (assign.target.kind !== 'bind-member' || typeof assign.target.member.key !== 'string' || !FIELD.test(assign.target.member.key) || !RECORDS.test(code(input.text, assign.target.member.object))) return;
  const path = pathOf(assign.value, survey);
  if (!isClientPath(path) || !NAMED.test(lastOf(path))) return;
  const fn = survey.outerFn(assign);
  if (fn !== undefined && !isCompared(assign.value, bare(code(input.text, fn)), survey, input)) yield { node: assign.value, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, assign.value))}\` is what the buyer says it costs: nothing looks the price up` };
}

/** `product.price * req.body.quantity`, where nothing keeps the quantity above zero. */
function* negative(binary: Extract<Expr, { kind: 'binary' }>, survey: Survey, input: RuleInput): Iterable<Report> {
  const [money, quantity] = /quantity|qty|count|seats|units/i.test(lastOf(pathOf(binary.right, survey) ?? '')) ? [binary.left, binary.right] : [binary.right, binary.left];
  const path = pathOf(quantity, survey);
  if (!isClientPath(path) || !/quantity|qty|count|seats|units/i.test(lastOf(path)) || !/price|amount|cost|fee/i.test(code(input.text, money)) || isClientPath(pathOf(money, survey))) return;
  const fn = survey.outerFn(binary);
  if (fn !== undefined && !POSITIVE.test(bare(code(input.text, fn)))) yield { node: quantity, severity: 'info', confidence: 'likely', message: `Is \`${oneLine(code(input.text, quantity))}\` at least one? With a quantity below zero the buyer is paid` };
}
