/** Payments that happen twice when a request does, and messages of payment services that are believed unseen. */
import type { Call, Expr, Fn, Node } from '../flow/program.ts';
import { code } from '../reach.ts';
import { routesOf } from '../routes.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName } from '../shape.ts';
import { accessOf } from '../stores.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

const CHARGE = /(?:paymentIntents|charges|transfers|payouts|refunds|invoices|subscriptions|topups|payments|orders|transaction)\.(?:create|capture|confirm|pay|sale)$|\b(?:charge|capture|createCharge|createPayment|chargeCard|chargeCustomer|processPayment|makePayment|transferFunds|sendPayout|payout|createTransfer|createPayout|submitPayment|debitAccount|pay)$/;
const PROVIDER = /stripe|paypal|braintree|adyen|square|mollie|gateway|payment|billing|psp|checkout|razorpay|paystack|wallet|ledger|bank/i;
const KEYED = /idempoten|dedup|requestId|request_id|reference_?id|\bnonce\b|client_?token|merchantReference|orderId\s*[,}]|unique_?key|processed|already|\bjobId\b|transaction\(|\block/i;
const SIGNED = /constructEvent|verif(?:y|ied|ication)|hmac|timingSafeEqual|signature|svix|validateWebhook|validateEvent|webhooks?\.(?:unwrap|construct|receive)|isValid\w*\(|validateSignature|createHmac|validateRequest|subtle\.|assertSigned|checkSignature|authenticate|shared_?secret|WEBHOOK_(?:SECRET|TOKEN|KEY)|unwrap\(/i;
const WEBHOOK = /webhook|web-hook|\bipn\b|stripe\/events?|paypal\/(?:events?|notify)|payment[-_/]?(?:callback|notification|notify|events?)|\/hooks?\b|callback\/(?:stripe|paypal|payment|mollie|adyen)|notify$|provider\/events?/i;

export default defineRule({
  id: 'no-unsafe-retry',
  summary: 'Make payments repeatable, and believe only signed messages about them.',
  why: 'A lost answer makes the client try again, and the customer pays twice; an unsigned message about a payment is anybody\'s.',
  advice: 'Give each payment an idempotency key that is the same at every attempt; check the signature of a message, and remember the ids that were handled.',
  cwe: [837, 294],
  owasp: ['A08:2021 Software and Data Integrity Failures', 'A04:2021 Insecure Design', 'A06:2025 Insecure Design', 'A08:2025 Software or Data Integrity Failures'],
  words: ['charge', 'Charge', 'payment', 'Payment', 'webhook', 'Webhook', 'payout', 'transfer', 'stripe', 'ipn', 'notify', 'hook', 'capture'],
  needs: ['create', 'post', 'POST', 'capture', 'charge', 'pay', 'body', 'transfer', 'json()'],
  *check(input) {
    const survey = surveyOf(input.flow);
    yield* webhooks(survey, input);
    yield* charges(survey, input);
  },
});

/** A route for messages of a payment service that acts on the body, and looks at no signature. */
function* webhooks(survey: Survey, input: RuleInput): Iterable<Report> {
  const { text } = input;
  const handlers = new Map<Fn, Node>();
  for (const route of routesOf(input.flow, text)) if (route.handler !== undefined && route.verb !== 'get' && WEBHOOK.test(route.path) && !route.guards.some((guard) => SIGNED.test(code(text, guard)))) handlers.set(route.handler, route.node);
  for (const fn of input.flow.program.functions) if (/webhook|ipn/i.test(fn.name) && fn.isAsync && fn.params.some(({ target }) => target.kind === 'bind' && /^(?:req|request|ctx|c|event|context)$/.test(target.slot.name)) && !/verify|validate|sign|register|create|delete|list|send/i.test(fn.name)) handlers.set(fn, fn);
  if (handlers.size === 0) for (const route of routesOf(input.flow, text)) if (route.owner === 'module' && route.verb === 'post' && route.handler !== undefined && /payment|invoice|charge|checkout\.session|subscription/.test(code(text, route.handler)) && (/webhook/i.test(text) ? /event\.type|type\s*===|\.type\b/ : /\btype\s*===?\s*['"](?:payment|invoice|charge|checkout|customer|subscription|order)[\w.]{1,60}['"]/).test(code(text, route.handler))) handlers.set(route.handler, route.node);
  for (const [fn] of handlers) {
    const body = bare(code(text, fn));
    if (SIGNED.test(body) || callsChecker(fn, survey, input)) {
      yield* counted(fn, body, survey);
      continue;
    }
    const act = survey.inside('call', fn).find((call) => accessOf(call, survey, text) === 'write' || /^(?:mark|fulfil|fulfill|ship|activate|grant|credit|enable|provision|complete|confirm|upgrade|extend|cancel|unlock|deliver|release)/i.test(calledName(call)));
    if (act === undefined || !/\bbody\b|json\(\)|\.text\(\)|\bevent\b/.test(body)) continue;
    yield { node: act, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(text, act.callee))}\` acts on a message whose signature nobody looked at: anybody can send it` };
  }
}

const GROWS = /\b(?:increment|\$inc|incrby|incrementBy)\b/;

/** A message that adds to a number each time it is delivered, and services deliver more than once. */
function* counted(fn: Fn, body: string, survey: Survey): Iterable<Report> {
  if (KEYED.test(body.replace(/client_reference_id|orderId/g, '')) || /event\.id|eventId|\bseen\b|onConflict|upsert|unique|skipDuplicates|exists\(/i.test(body) || !GROWS.test(body)) return;
  const grow = survey.inside('call', fn).find((call) => /^(?:update\w*|increment\w*|incrby|findOneAndUpdate|findByIdAndUpdate)$/.test(calledName(call)));
  if (grow !== undefined) yield { node: grow, severity: 'info', confidence: 'pattern', message: 'Is a message that is delivered twice counted once? Nothing here remembers which were handled' };
}

/** A helper of this text that looks at the signature. */
function callsChecker(fn: Fn, survey: Survey, { text }: RuleInput): boolean {
  return survey.inside('call', fn).some((call) => {
    if (call.callee.kind !== 'name') return false;
    const { slot } = call.callee;
    const helper = survey.of('function-declaration').find((one) => one.slot === slot)?.fn ?? survey.definitions.get(slot)?.value;
    return helper !== undefined && SIGNED.test(code(text, helper));
  });
}

/** A charge without a key, in a loop or a helper that tries again, or with a client whose requests are repeated. */
function* charges(survey: Survey, input: RuleInput): Iterable<Report> {
  const { text } = input;
  for (const call of survey.of('call')) {
    const callee = code(text, call.callee).replace(/\s+/g, '');
    const post = isPost(call, input);
    if (!CHARGE.test(callee) && !post) continue;
    const fn = survey.fnOf(call);
    const outer = survey.outerFn(call);
    if (fn === undefined || outer === undefined) continue;
    const own = code(text, call);
    const fresh = freshKey(call, survey, input);
    if (fresh !== undefined && retryAround(call, survey, text) !== undefined) yield { node: fresh, severity: 'medium', confidence: 'likely', message: 'This key is a new one at each attempt: the payment service takes the second for another payment' };
    if (/idempoten/i.test(own) || isKeyed(call, survey, input)) continue;
    const again = retryAround(call, survey, text);
    const route = handlerRoute(outer, input);
    const isStripe = /^(?:this\.)?stripe\w*\.(?:paymentIntents|charges|transfers|payouts|refunds|topups)\.create$/i.test(callee);
    if (again !== undefined && (isStripe || post || PROVIDER.test(callee) || CHARGE.test(callee))) {
      if (!KEYED.test(bare(code(text, outer)))) yield { node: call, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(text, call.callee))}\` is tried again (${again}) without an idempotency key: the customer may pay twice` };
    } else if (route !== undefined && PROVIDER.test(callee) && /charge|capture|pay/i.test(calledName(call)) && !KEYED.test(bare(code(text, outer)))) {
      yield { node: call, severity: 'info', confidence: 'pattern', message: `Is repeating the request harmless? \`${oneLine(code(text, call.callee))}\` has no idempotency key, and a button is pressed twice` };
    } else if (isStripe && !KEYED.test(bare(code(text, outer)))) yield { node: call, severity: 'info', confidence: 'pattern', message: `Is repeating the request harmless? \`${oneLine(code(text, call.callee))}\` has no idempotency key` };
  }
}

/** The route that a function answers. */
function handlerRoute(fn: Fn, { flow, text }: RuleInput): Node | undefined {
  return routesOf(flow, text).find((route) => route.handler === fn && route.verb !== 'get')?.node;
}

/** `fetch('…/charges', { method: 'POST' })`, `axios.post('/payments', …)`. */
function isPost(call: Call, { text }: RuleInput): boolean {
  const name = calledName(call);
  const target = call.args[0] === undefined ? '' : code(text, call.args[0]);
  return (name === 'post' || (/^(?:fetch|request|axios|got)$/.test(name) && /['"]POST['"]/i.test(code(text, call)))) && /charge|payment|transfer|payout|capture|refund|orders?\/pay/i.test(target) && (name !== 'post' || !/^['"`]\/[^'"`]*['"`]$/.test(target) || /axios|http|client|api|got|ky|instance/i.test(code(text, call.callee)));
}

/** The options are made elsewhere, and hold a key. */
function isKeyed(call: Call, survey: Survey, { text }: RuleInput): boolean {
  return call.args.some((arg) => {
    const value = arg.kind === 'name' ? survey.definitions.get(arg.slot)?.value : arg;
    return value !== undefined && /idempoten/i.test(code(text, value));
  });
}

/** `{ 'Idempotency-Key': randomUUID() }`: made anew with every call. */
function freshKey(call: Call, survey: Survey, { text }: RuleInput): Expr | undefined {
  const fn = survey.fnOf(call);
  if (fn === undefined) return undefined;
  for (const object of survey.inside('object', fn)) for (const entry of object.entries) {
    if ('key' in entry && typeof entry.key === 'string' && /idempoten/i.test(entry.key) && /^(?:\w+\.)*(?:randomUUID|uuid\w*|v4|nanoid|randomBytes|Date\.now|ulid|now)\(/.test(code(text, entry.value))) return entry.value;
  }
  return undefined;
}

/** What makes it happen again: a loop that goes round after a failure, a helper that retries, a queue that gives the job out again. */
function retryAround(call: Expr, survey: Survey, text: string, depth = 0): string | undefined {
  let tried = false;
  let within: Expr = call;
  for (const around of survey.around(call)) {
    if (around.kind === 'try' || (around.kind === 'call' && calledName(around) === 'catch')) tried = true;
    if (around.kind === 'loop' && (around.each === undefined || /attempt|retry|tries|delay|backoff/i.test(text.slice(around.start, around.each.iterable.end))) && tried) return 'in a loop';
    if (around.kind === 'call' && /^(?:retry|pRetry|withRetry|withRetries|retryAsync|backOff|backoff|asyncRetry|attempt|retryOperation|executeWithRetry|promiseRetry|withBackoff|retryWithBackoff)$/i.test(calledName(around))) return `by \`${calledName(around)}\``;
    if (around.kind === 'call' && isQueue(around) && around.args.includes(within)) return `by the queue of \`${calledName(around)}\``;
    if (around.kind === 'function') within = around;
  }
  const fn = survey.fnOf(call);
  if (fn === undefined || depth > 2) return undefined;
  for (const site of survey.sitesOf(fn)) {
    if (site.kind === 'given' && isQueue(site.call)) return `by the queue of \`${calledName(site.call)}\``;
    const above = retryAround(site.call, survey, text, depth + 1);
    if (above !== undefined) return above;
  }
  return undefined;
}

/** Consumers of queues are given a job again when it fails. */
function isQueue(call: Call): boolean {
  return (call.isNew && calledName(call) === 'Worker' && call.args.length > 1) || /^(?:process|consume|subscribe|eachMessage|createWorker|defineJob|onMessage|addWorker)$/.test(calledName(call));
}
