/** Secrets and personal data in logs, errors and addresses. */
import type { Call, Expr } from '../flow/program.ts';
import { lastOf, pathOf } from '../paths.ts';
import { code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName, receiverName, wordOf } from '../shape.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

const LEVELS = new Set('log info warn error debug trace fatal verbose notice http silly captureMessage captureException addBreadcrumb track setContext setExtra logEvent'.split(' '));
const LOGGERS = /^(?:console|.*[lL]og(?:ger)?|log|winston|pino|bunyan|Sentry|analytics|mixpanel|datadog|newrelic|app|fastify|req|request|server|posthog|segment|telemetry)$/;

/** What lets its holder in. */
const SECRET = /^(?:.*(?:password|passwd|passphrase|pwd|secret|private_?key|api_?key|access_?key|encryption_?key|master_?key|(?:auth|jwt|user|login|api|oauth|device|push|bot|invite|verification|magic|admin|client|service)_?token|access_?token|refresh_?token|bearer_?token|id_?token|session_?token|reset_?token|csrf_?token|jwt|credentials?|cvv|cvc|mnemonic|seed_?phrase|otp|one_?time_?code|totp|pin_?code|recovery_?codes?|connection_?string|database_?url|session_?id))$|^(?:token|authorization|cookie|cookies|pin|pass|sid|bearer|x-api-key|passcode|creds|set-cookie|DATABASE_URL|dek|mfa_?code|verification_?code)$/i;
/** What is somebody's own. */
const PERSONAL = /^(?:.*(?:ssn|social_?security(?:_?number)?|credit_?card(?:_?number)?|card_?number|iban|account_?number|passport(?:_?number)?|national_?id|tax_?id|date_?of_?birth|birth_?date|medical_?record|diagnosis|health_?record|salary|drivers?_?licen[cs]e(?:_?number)?|routing_?number))$|^(?:ssn|dob|pan|iban|nino|sin|card|patient|cc|ccnumber|mrn|diagnoses|card_?details|payment_?method_?details)$/i;
/** Less so, and often logged on purpose: told only beside other words. */
const CONTACT = /^(?:.*(?:email|e_?mail_?address|phone|phone_?number|home_?address|street_?address|full_?name|ip_?address))$/i;
const WHOLE = /(?:^|\.)(?:body|headers|cookies|json\(\)|formData\(\)|formData|credentials|env)$/;
/** What makes a value fit to be written down. */
const HIDES = /mask|redact|hash|hide|scrub|sanit|obfus|anonymi|pseudonym|censor|fingerprint|digest|encrypt|omit|strip|last4|last_?four|truncate|slice|substring|substr|length|typeof|Boolean|exists|count|replace|keys|parse|verify|decode|validate|^(?:has|is)_?(?!sue)/i;

export default defineRule({
  id: 'no-sensitive-logging',
  summary: 'Keep secrets and personal data out of logs, errors and addresses.',
  why: 'Logs and addresses are copied to many places and read by many people: whoever reads one has the password, the token or the person\'s data.',
  advice: 'Log an id, a hash or the fact alone, and send secrets in a header or a body.',
  cwe: [532, 598, 209, 359],
  owasp: ['A09:2021 Security Logging and Monitoring Failures', 'A09:2025 Security Logging and Alerting Failures'],
  words: ['log', 'winston', 'pino', 'bunyan', 'console', 'Sentry', 'Error(', 'fetch', 'axios', 'redirect', 'URL', 'url', 'track'],
  needs: ['SECRET', 'TOKEN', 'PASSWORD', 'API_KEY', 'PRIVATE', 'assword', 'oken', 'ecret', 'ey', 'ssn', 'SSN', 'ard', 'iban', 'IBAN', 'jwt', 'cvv', 'uthorization', 'ookie', 'headers', 'body', 'env', 'mail', 'hone', 'irth', 'asswd', 'pwd', 'otp', 'OTP', 'redential', 'pin', 'assport', 'alary', 'DATABASE_URL', 'connectionString', 'iagnos', 'atient'],
  *check(input) {
    const survey = surveyOf(input.flow);
    for (const call of survey.of('call')) {
      if (isSuper(call, survey)) yield* thrown(call, survey, input);
      if (isLog(call)) for (const arg of call.args) yield* logged(arg, call, survey, input);
      else if (/^(?:fetch|get|post|put|delete|patch|request|axios|redirect|push|replace|open|got|ky|sendRedirect|navigate|assign)$/.test(calledName(call)) || (call.isNew && calledName(call) === 'URL')) yield* addressed(call.args[0], survey, input);
      else if (/^(?:set|append)$/.test(calledName(call)) && /searchParams/.test(receiverName(call))) yield* parameter(call, survey, input);
      else if (call.isNew && /Error$|Exception$/.test(calledName(call))) yield* thrown(call, survey, input);
    }
    for (const assign of survey.of('assign')) if (assign.target.kind === 'bind-member' && /^(?:href|location|src)$/.test(String(assign.target.member.key))) yield* addressed(assign.value, survey, input);
    for (const declare of survey.of('declare')) if (declare.target.kind === 'bind' && /ur[il]|link|endpoint|href/i.test(declare.target.slot.name)) yield* addressed(declare.value, survey, input);
  },
});

function isLog(call: Call): boolean {
  return call.callee.kind === 'member' && LEVELS.has(calledName(call)) && (LOGGERS.test(receiverName(call)) || (receiverName(call) === 'log' && calledName(call) !== 'log'));
}

/** `super(`card ${card.number} …`)` in a class of errors. */
function isSuper(call: Call, survey: Survey): boolean {
  if (call.callee.kind !== 'this') return false;
  const cls = survey.classOf(call);
  return cls !== undefined && /(?:Error|Exception|Failure)$/.test(cls.name);
}

interface Held {
  readonly node: Expr;
  readonly kind: 'secret' | 'personal' | 'contact' | 'whole';
  readonly name: string;
}

/** What stands in a text or an object that is written down. */
function* held(expr: Expr, survey: Survey, input: RuleInput, depth = 0): Iterable<Held> {
  if (depth > 4) return;
  const inner = function* (parts: readonly (Expr | undefined)[]): Iterable<Held> {
    for (const part of parts) if (part !== undefined) yield* held(part, survey, input, depth + 1);
  };
  switch (expr.kind) {
    case 'name':
    case 'member': {
      const found = named(expr, survey);
      if (found !== undefined) yield found;
      else if (expr.kind === 'name') {
        const definition = survey.definitions.get(expr.slot);
        if (definition !== undefined && definition.picks.length === 0 && (definition.value.kind === 'object' || definition.value.kind === 'template' || definition.value.kind === 'cast' || definition.value.kind === 'call')) yield* held(definition.value, survey, input, depth + 1);
      }
      return;
    }
    case 'template':
      if (expr.tag === undefined) yield* inner(expr.values);
      return;
    case 'binary':
      if (expr.op === '+') yield* inner([expr.left, expr.right]);
      return;
    case 'object':
      for (const entry of expr.entries) {
        if (!('key' in entry)) yield* held(entry.value, survey, input, depth + 1);
        else if (typeof entry.key === 'string' && entry.value.kind === 'name' && entry.value.slot.name === entry.key) yield* held(entry.value, survey, input, depth + 1);
        else if (!(typeof entry.key === 'string' && HIDES.test(entry.key) && entry.value.kind !== 'name')) yield* held(entry.value, survey, input, depth + 1);
      }
      return;
    case 'spread':
    case 'cast':
    case 'await':
      yield* inner([expr.value]);
      return;
    case 'logical':
      // `token && 'set'` says that there is one.
      yield* inner(expr.op === 'and' ? [expr.right] : [expr.left, expr.right]);
      return;
    case 'conditional':
      yield* inner([expr.then, expr.otherwise]);
      return;
    case 'call': {
      const name = calledName(expr);
      if (/^(?:stringify|inspect|String|format|toString|trim|toUpperCase|toLowerCase|concat|join|encodeURIComponent)$/.test(name)) yield* inner([...expr.args.filter((arg) => arg.kind !== 'function'), ...(expr.callee.kind === 'member' && !/^(?:JSON|util)$/.test(receiverName(expr)) ? [expr.callee.object] : [])]);
      else if (name === 'map' && expr.callee.kind === 'member') yield* mapped(expr, survey, input, depth);
      else if (/^(?:get|header)$/.test(name) && expr.args[0]?.kind === 'constant' && SECRET.test(String(expr.args[0].value)) && /req|request|headers|ctx|^c$/.test(receiverName(expr))) yield { node: expr, kind: 'secret', name: String(expr.args[0].value) };
      return;
    }
    default:
      return;
  }
}

/** `names.map((name) => `${name}=${config.get(name)}`)`, over names one of which is a secret's. */
function* mapped(call: Call, survey: Survey, input: RuleInput, depth: number): Iterable<Held> {
  const callback = survey.functionOf(call.args[0]);
  const list = call.callee.kind === 'member' ? call.callee.object : undefined;
  const items = list?.kind === 'name' ? survey.definitions.get(list.slot)?.value : list;
  const [answer] = callback === undefined ? [] : survey.inside('return', callback);
  if (callback === undefined || answer?.value === undefined) return;
  yield* held(answer.value, survey, input, depth + 1);
  const secret = items?.kind === 'array' ? items.items.map((item) => wordOf(item)).find((word) => word !== undefined && SECRET.test(word)) : undefined;
  if (secret === undefined) return;
  const shown = answer.value.kind === 'template' ? answer.value.values : [answer.value];
  for (const value of shown) {
    const isRead = (value.kind === 'call' && /^(?:get|getOrThrow)$/.test(calledName(value)) && value.args[0]?.kind === 'name' && survey.parameters.get(value.args[0].slot)?.fn === callback) || (value.kind === 'member' && typeof value.key !== 'string' && /env$/.test(code(input.text, value.object)));
    if (isRead) yield { node: value, kind: 'secret', name: secret };
  }
}

function named(expr: Expr, survey: Survey): Held | undefined {
  const path = pathOf(expr, survey);
  const own = expr.kind === 'name' ? expr.slot.name : expr.kind === 'member' ? (typeof expr.key === 'string' ? expr.key : expr.key.kind === 'constant' ? String(expr.key.value) : '') : '';
  // A value that was made fit on its way is one: `const token = mask(raw)`.
  if (expr.kind === 'name') {
    const definition = survey.definitions.get(expr.slot);
    const value = definition?.value.kind === 'await' ? definition.value.value : definition?.value;
    if (value?.kind === 'call' && HIDES.test(calledName(value)) && !/^(?:parse|verify|decode|validate)/.test(calledName(value))) return undefined;
    if (value?.kind === 'binary' || value?.kind === 'unary' || value?.kind === 'constant' || value?.kind === 'function' || value?.kind === 'regex' || value?.kind === 'class') return undefined;
    if (expr.slot.declared === 'import' || expr.slot.declared === 'function') return undefined;
    // `for (const key of …)`, `(token) => …` of a lexer: a name alone says too little.
    if (/^(?:token|key|pin|pass|card|sid|pan|cc|session_?id|jwt)$/i.test(own) && definition === undefined && path === own && survey.parameters.get(expr.slot) === undefined) return undefined;
  }
  for (const name of new Set([own, lastOf(path ?? '')])) {
    if (name === '' || /(?:count|type|length|limit|usage|name|field|error|policy|url|path|file|hint|strength|expiry|expires\w*|ttl|age|header_?name|id)$/i.test(name) && !/^sid$|session_?id|national_?id|tax_?id|database_?url/i.test(name)) continue;
    if (/^(?:max|min|total|prompt|completion|input|output|num|remaining|next|prev|page|is|has|used|cached|invalid|missing|unexpected|mask\w*|hashed|redacted|encrypted)/i.test(name)) continue;
    if (SECRET.test(name)) return { node: expr, kind: 'secret', name };
    if (PERSONAL.test(name)) return { node: expr, kind: 'personal', name };
    if (CONTACT.test(name)) return { node: expr, kind: 'contact', name };
  }
  if (expr.kind === 'member' && /^(?:number|pan|cvc|cvv|code)$/.test(own) && /card|iban|passport|ssn/i.test(lastOf(pathOf(expr.object, survey) ?? ''))) return { node: expr, kind: 'personal', name: `${lastOf(pathOf(expr.object, survey) ?? '')}.${own}` };
  return path !== undefined && WHOLE.test(path) ? { node: expr, kind: 'whole', name: path } : undefined;
}

function* logged(arg: Expr, call: Call, survey: Survey, input: RuleInput): Iterable<Report> {
  if (isForDevelopment(call, survey, input)) return;
  for (const { node, kind, name } of held(arg, survey, input)) {
    if (isRedacted(name, input) || isBuilt(node, survey)) continue;
    if (kind === 'whole' && !isSensitiveWhole(name, call, survey, input)) continue;
    if (kind === 'contact' && !isPersonal(name, call, survey, input)) continue;
    const where = `is written into the log by \`${oneLine(code(input.text, call.callee))}\``;
    const what = kind === 'whole' ? ' may hold passwords or tokens, and it' : kind === 'secret' ? ' is a secret, and it' : ' is personal data, and it';
    yield { node: within(node, arg), severity: kind === 'contact' ? 'low' : 'medium', confidence: kind === 'secret' || kind === 'personal' ? 'likely' : 'pattern', message: `\`${oneLine(code(input.text, node))}\`${what} ${where}` };
    return;
  }
}

/** `if (isDevelopment) logger.debug(code)`. */
function isForDevelopment(call: Call, survey: Survey, { text }: RuleInput): boolean {
  for (const around of survey.around(call)) if ((around.kind === 'if' && around.then.some((stmt) => stmt.start <= call.start && call.end <= stmt.end) && /NODE_ENV\s*!==|isDev|development|isTest/i.test(text.slice(around.test.start, around.test.end)))) return true;
  return false;
}

function within(node: Expr, arg: Expr): Expr {
  return arg.start <= node.start && node.end <= arg.end ? node : arg;
}

/** A logger told to leave the member out. */
function isRedacted(name: string, { text }: RuleInput): boolean {
  return /\bredact\w*\s*:/.test(text) && (/\bredact\w*\s*:[^\n]{0,400}/.exec(text)?.[0] ?? '').toLowerCase().includes(name.split('.').at(-1)!.toLowerCase());
}

/** `[...].map(...)` and the like: the name is a list of other things. */
function isBuilt(node: Expr, survey: Survey): boolean {
  const parent = survey.parents.get(node);
  return parent?.kind === 'member' || parent?.kind === 'unary';
}

/** A whole body on the way of passwords, a whole set of headers or cookies, or the whole environment. */
function isSensitiveWhole(path: string, call: Call, survey: Survey, { text }: RuleInput): boolean {
  if (/(?:^|\.)env$/.test(path)) return /^process\.env$/.test(path);
  if (!/^(?:_?req|request|ctx|c|context|event)\b/.test(path)) return false;
  if (/(?:headers|cookies)$/.test(path)) return !/^(?:res|response)/.test(path);
  const fn = survey.outerFn(call);
  const route = fn === undefined ? undefined : survey.parents.get(fn);
  const near = `${fn?.name ?? ''} ${route?.kind === 'call' ? text.slice(route.start, fn!.start) : ''} ${fn === undefined ? '' : bare(text.slice(fn.start, fn.end))}`;
  return /login|sign-?(?:in|up)|register|password|credential|payment|checkout|card|ssn|auth\/|token/i.test(near);
}

/** Mail addresses and phone numbers: told where the line says that it is about people, and nothing else is. */
function isPersonal(name: string, call: Call, survey: Survey, input: RuleInput): boolean {
  const api = survey.events.get(call)?.[0];
  return /^(?:email|phone|phoneNumber|emailAddress|homeAddress|fullName|.*(?:Email|Phone))$/.test(name) && /\b(?:user|customer|patient|member|account|profile|req|body|dto|order|lead|subscriber|employee)\b/i.test(code(input.text, call)) && api?.name !== 'track';
}

const SECRET_PARAMETER = /(?:^|[?&;/])(?:api_?key|apikey|access_?token|auth_?token|token|password|passwd|pwd|secret|client_?secret|session_?id|sid|jwt|auth|key|ssn|card(?:_?number)?|refresh_?token)=$/i;

/** `…?token=${token}`: what stands in an address is kept by every proxy and history on the way. */
function* addressed(arg: Expr | undefined, survey: Survey, input: RuleInput): Iterable<Report> {
  if (arg === undefined) return;
  const pieces: (string | Expr)[] = [];
  const collect = (expr: Expr): void => {
    if (expr.kind === 'template' && expr.tag === undefined) expr.texts.forEach((piece, index) => pieces.push(piece.value, ...(expr.values[index] ? [expr.values[index]] : [])));
    else if (expr.kind === 'binary' && expr.op === '+') [expr.left, expr.right].forEach(collect);
    else pieces.push(expr.kind === 'constant' ? String(expr.value) : expr);
  };
  collect(arg);
  for (const [index, piece] of pieces.entries()) {
    const before = pieces[index - 1];
    if (typeof piece === 'string' || typeof before !== 'string' || !SECRET_PARAMETER.test(before)) continue;
    const value = piece.kind === 'call' && calledName(piece) === 'encodeURIComponent' ? piece.args[0]! : piece;
    const found = named(value, survey);
    // Links that are mailed carry their token: it is made for one use.
    if (found === undefined || (found.kind !== 'secret' && found.kind !== 'personal') || /reset|verif|confirm|invit|unsubscrib|magic|activat|csrf|one_?time/i.test(`${before}${found.name}${code(input.text, value)}`)) continue;
    yield { node: within(value, arg), severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, value))}\` is part of an address: histories, proxies and server logs keep it` };
    return;
  }
}

function* parameter(call: Call, survey: Survey, input: RuleInput): Iterable<Report> {
  const [key, value] = call.args;
  if (key?.kind !== 'constant' || value === undefined || !SECRET_PARAMETER.test(`?${String(key.value)}=`)) return;
  const found = named(value, survey);
  if (found?.kind === 'secret' && !/reset|verif|confirm|invit|unsubscrib|magic|activat|csrf/i.test(found.name)) yield { node: value, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, value))}\` becomes part of an address: histories, proxies and server logs keep it` };
}

/** `throw new Error(`Wrong password: ${password}`)`. */
function* thrown(call: Call, survey: Survey, input: RuleInput): Iterable<Report> {
  const [message] = call.args;
  if (message === undefined || (message.kind !== 'template' && message.kind !== 'binary')) return;
  for (const { node, kind, name } of held(message, survey, input)) {
    if ((kind !== 'secret' && kind !== 'personal') || isBuilt(node, survey)) continue;
    // A parser's token is no secret.
    if (/^(?:token|key|pass|pin|card|sid)$/i.test(name) && !/req\b|request|env|header|user|auth/i.test(pathOf(node, survey) ?? '')) continue;
    yield { node, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, node))}\` becomes part of an error, and with it of logs and answers` };
    return;
  }
}
