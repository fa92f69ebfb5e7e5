/** Answers that every site may read with the user's session. */
import type { CallEvent } from '../flow/events.ts';
import { isHostPattern } from '../flow/charset.ts';
import type { Expr, Fn, ObjectExpr } from '../flow/program.ts';
import { isHarmless, type Value } from '../flow/value.ts';
import { headersNamed, type HeaderWrite } from '../headers.ts';
import { code, worstTaint } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';
import { oneLine, sourceWords } from '../words.ts';

const FACTORIES = new Set(['cors', '@koa/cors', 'koa2-cors', 'hono/cors.cors', '@fastify/cors', 'fastify-cors', '@elysiajs/cors.cors', '@elysiajs/cors', 'cors.default', '@middy/http-cors', 'micro-cors', 'nextjs-cors', 'express-cors', 'koa-cors', '@hapi/cors', 'h3.handleCors', 'h3.appendCorsHeaders', 'itty-router.cors', 'itty-cors.createCors', '@tinyhttp/cors.cors', 'elysia-cors.cors']);
/** Their options come behind a first argument. */
const SECOND = new Set(['nextjs-cors', 'h3.handleCors', 'h3.appendCorsHeaders']);
const ORIGIN = 'access-control-allow-origin';
const CREDENTIALS = 'access-control-allow-credentials';
const EVERY_SITE = 'lets every site read the answers';
/** Words of programs that know their callers. */
const KNOWS_CALLERS = /cookie|session|passport|authori[sz]ation|jsonwebtoken|requireAuth|isAuthenticated|\bauth\b/i;

export default defineRule({
  id: 'no-permissive-cors',
  summary: 'Do not let every site read answers that belong to a user.',
  why: 'A page of anybody\'s, opened by a signed-in user, reads what the user may read, and changes it.',
  advice: 'Name the sites that may read, and answer only those with their own origin.',
  cwe: [942, 346],
  owasp: ['A05:2021 Security Misconfiguration', 'A02:2025 Security Misconfiguration'],
  words: ['cors', 'Cors', 'CORS', 'Access-Control-Allow-Origin', 'access-control-allow-origin', 'ACCESS-CONTROL-ALLOW-ORIGIN'],
  *check(input) {
    for (const event of input.flow.calls) yield* configured(event, input);
    for (const header of headersNamed(input.flow, ORIGIN)) yield* sent(header, input);
    for (const object of input.flow.program.objects) {
      yield* written(object, input);
      yield* declared(object, input);
    }
  },
});

/** Options of a middleware or a server, wherever they are given. */
function* configured(event: CallEvent, input: RuleInput): Iterable<Report> {
  const api = event.api ?? '';
  const isRegistered = event.name === 'register' && FACTORIES.has(event.args[0]?.api ?? '');
  if (FACTORIES.has(api) || event.name === 'enableCors' || isRegistered) {
    const index = SECOND.has(api) || isRegistered ? 1 : 0;
    const options = event.args[index];
    if (options === undefined || options.literals?.[0] === undefined && options.literals?.length === 1) yield* byDefault(event, input);
    else if (options.closures) for (const { fn } of options.closures) yield* delegated(fn, input);
    else yield* judge(options, event, input);
    return;
  }
  for (const arg of event.args) {
    const cors = arg.fields?.get('cors') ?? arg.fields?.get('routes')?.fields?.get('cors') ?? arg.fields?.get('server')?.fields?.get('cors');
    if (cors?.fields !== undefined) yield* judge(cors, event, input);
    else if (cors?.literals?.includes(true) && /NestFactory/.test(code(input.text, event.node.callee))) yield { node: cors.node ?? event.node, severity: 'low', confidence: 'pattern', message: `\`cors: true\` ${EVERY_SITE}` };
  }
}

/** No options: `*`, without cookies. Worth a word where the program knows who calls. */
function* byDefault(event: CallEvent, input: RuleInput): Iterable<Report> {
  if (KNOWS_CALLERS.test(input.text)) yield { node: event.node, severity: 'low', confidence: 'pattern', message: `\`${oneLine(code(input.text, event.node))}\` without options ${EVERY_SITE}` };
}

/** `cors((request, callback) => callback(null, { origin: … }))`: the options are what it calls back with. */
function* delegated(fn: Fn, input: RuleInput): Iterable<Report> {
  for (const event of input.flow.calls) {
    const options = event.args[1];
    if (event.fn === fn && options?.fields?.has('origin')) yield* judge(options, event, input);
  }
}

function* judge(value: Value, event: CallEvent, input: RuleInput): Iterable<Report> {
  const origin = value.fields?.get('origin') ?? value.fields?.get('origins');
  const withCredentials = value.fields?.get('credentials')?.literals?.includes(true) === true;
  if (value.fields === undefined) return;
  if (origin === undefined) {
    if (withCredentials && !hasSpread(value)) yield { node: value.node ?? event.node, severity: 'medium', confidence: 'likely', message: `Credentials without a list of origins: that ${EVERY_SITE}` };
    return;
  }
  const node = origin.node ?? event.node;
  const all = listed(origin);
  const taint = isHarmless(origin) || origin.closures ? undefined : (worstTaint(origin, 'header', ['remote']) ?? worstTaint(origin, 'redirect', ['remote']));
  const severity = withCredentials ? 'high' : 'medium';
  if (taint) {
    yield { node, severity, confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, node))} is sent back as the origin that may read: that ${EVERY_SITE}`, sink: 'is sent back as the origin that may read' };
  } else if (all.includes(true) || (all.includes('*') && withCredentials)) {
    yield { node, severity, confidence: 'likely', message: `\`origin: ${oneLine(code(input.text, node))}\` ${EVERY_SITE}${withCredentials ? ', with the cookies of its visitor' : ''}`, fixes: fromEnvironment(node) };
  } else if (all.length === 1 && all[0] === '*') {
    yield { node, severity: 'low', confidence: 'pattern', message: `\`origin: ${oneLine(code(input.text, node))}\` ${EVERY_SITE}`, fixes: fromEnvironment(node) };
  } else if (all.includes('null')) {
    yield { node, severity: 'medium', confidence: 'likely', message: 'Any page in a sandboxed frame has the origin `null`: it lets every site read the answers' };
  } else {
    for (const pattern of patterns(origin, input)) {
      yield { node: pattern, severity: 'medium', confidence: 'likely', message: 'This pattern also fits names that only contain yours: it needs `^`, `$` and a backslash before each dot', ...anchored(pattern) };
    }
    for (const closure of origin.closures ?? []) yield* checked(closure.fn, severity, input);
  }
}

/** A list that the operator writes. */
function fromEnvironment(node: Expr): readonly Repair[] {
  if (node.kind !== 'constant') return [];
  return [{ title: 'Answer the sites in ALLOWED_ORIGINS alone', kind: 'suggestion', change: [{ range: { start: node.start, end: node.end }, text: "process.env.ALLOWED_ORIGINS?.split(',') ?? []" }] }];
}

function listed(origin: Value): readonly unknown[] {
  return [...(origin.literals ?? []), ...[...(origin.fields?.values() ?? [])].flatMap((item) => item.literals ?? [])];
}

function hasSpread(value: Value): boolean {
  return value.node?.kind === 'object' && value.node.entries.some((entry) => !('key' in entry));
}

function patterns(origin: Value, { flow }: RuleInput): readonly (Expr & { kind: 'regex' })[] {
  return [origin, ...(origin.fields?.values() ?? [])].flatMap(({ node }) => {
    const written = node?.kind === 'name' ? flow.definitions.get(node.slot) : node;
    return written?.kind === 'regex' && !isStrict(written.pattern) ? [written] : [];
  });
}

function isStrict(pattern: string): boolean {
  return isHostPattern(pattern) || (pattern.startsWith('^') && pattern.endsWith('$') && !/(?<!\\)\.(?![*+?{])/.test(pattern) && !/[*+]\)?[a-z0-9-]+\\\.[a-z]+\$$/i.test(pattern) && !/^\^[^(]*\|/.test(pattern));
}

function anchored(node: Expr & { kind: 'regex' }): { readonly fixes?: readonly Repair[] } {
  const by = `^https:\\/\\/(?:[a-z0-9-]+\\.)*${node.pattern.replace(/^\^?(?:https\??:\\\/\\\/)?(?:\.\*|\\\.)?|\$$/g, '').replace(/(?<!\\)\./g, '\\.')}$`;
  return isHostPattern(by) ? { fixes: [{ title: 'Fit this site and its parts alone', kind: 'suggestion', change: [{ range: { start: node.start, end: node.end }, text: `/${by}/${node.flags}` }] }] } : {};
}

// Functions that decide

/** A function that is asked about an origin: it must compare the whole of it with something. */
function* checked(fn: Fn, severity: 'high' | 'medium', input: RuleInput): Iterable<Report> {
  const { strict, loose } = checksOf(fn, input, 0);
  if (strict) return;
  if (loose !== undefined) {
    yield { node: loose, severity, confidence: 'likely', message: `\`${oneLine(code(input.text, loose))}\` also holds for names that only contain yours, such as \`yours.evil.example\`: that ${EVERY_SITE}` };
  } else if (alwaysAccepts(code(input.text, fn))) {
    yield { node: fn, severity, confidence: 'likely', message: `This check accepts every origin, and so ${EVERY_SITE}` };
  }
}

interface Checks {
  readonly strict: boolean;
  readonly loose?: Expr;
}

/** Calls of the function's own that look at its first parameter. */
function checksOf(fn: Fn, input: RuleInput, depth: number): Checks {
  const target = fn.params[0]?.target;
  if (target?.kind !== 'bind') return { strict: true };
  const body = code(input.text, fn);
  // A function that takes the request finds the origin in it.
  const taken = /(?:const|let|var)\s+\{?\s*(\w+)\s*\}?\s*=[^;\n]*\borigin\b/i.exec(body)?.[1];
  const name = (taken ?? target.slot.name).replace(/\$/g, '\\$');
  let loose: Expr | undefined;
  for (const event of input.flow.calls) {
    if (event.node.start < fn.start || event.node.end > fn.end || event.node === (fn as Expr)) continue;
    const { callee } = event.node;
    const argument = event.node.args[0];
    const asks = argument !== undefined && argument.kind !== 'function' && !event.node.isNew && new RegExp(`\\b${name}\\b`).test(code(input.text, argument).replace(/'[^']*'|"[^"]*"/g, ''));
    if (callee.kind === 'member' && ['endsWith', 'startsWith', 'includes', 'indexOf', 'match', 'search'].includes(event.name) && new RegExp(`^(?:new URL\\()?${name}\\b`).test(code(input.text, callee.object))) {
      const needle = String(event.args[0]?.literals?.[0] ?? '');
      if (event.name === 'endsWith' ? /^\.|^https?:\/\//.test(needle) : event.name === 'startsWith' && /^https?:\/\/[^/]+\/$/.test(needle)) return { strict: true };
      loose ??= event.node;
    } else if (event.name === 'test' && asks && callee.kind === 'member') {
      const regexes = regexesBehind(callee.object, input);
      if (regexes.length === 0 || regexes.every((regex) => regex.kind === 'regex' && isStrict(regex.pattern))) return { strict: true };
      loose ??= event.node;
    } else if (asks && event.name !== 'log' && event.name !== 'URL' && !isAnswer(event, fn)) {
      const helper = callee.kind === 'name' ? input.flow.program.functions.find((one) => one.name === callee.slot.name) : undefined;
      const inner = helper && depth < 3 ? checksOf(helper, input, depth + 1) : undefined;
      if (inner === undefined || inner.strict) return { strict: true };
      loose ??= inner.loose;
    }
  }
  const compared = new RegExp(`\\b${name}\\b[\\w.()]{0,40}\\s*[!=]==?\\s*(?!undefined|null|''|"")|(?<!undefined|null)\\s*[!=]==?\\s*${name}\\b|\\bin\\b|\\[\\s*${name}\\s*\\]`).test(body) || /\bhostname\b[^;]{0,30}===/.test(body);
  return compared ? { strict: true } : { strict: false, ...(loose && { loose }) };
}

/** A pattern itself, or those of the list whose `some` gives it to a function. */
function regexesBehind(expr: Expr, { flow }: RuleInput): readonly Expr[] {
  if (expr.kind !== 'name') return [expr];
  const definition = flow.definitions.get(expr.slot);
  if (definition !== undefined) return [definition];
  const around = flow.calls.find(({ node, name }) => /^(?:some|every|find)$/.test(name) && node.start <= expr.start && expr.end <= node.end);
  const list = around?.node.callee.kind === 'member' ? around.node.callee.object : undefined;
  const items = list?.kind === 'name' ? flow.definitions.get(list.slot) : list;
  return items?.kind === 'array' ? items.items.flatMap((item) => item ?? []) : [];
}

/** `callback(null, origin)`: the answer, not a question. */
function isAnswer(event: CallEvent, fn: Fn): boolean {
  const second = fn.params[1]?.target;
  return event.node.callee.kind === 'name' && second?.kind === 'bind' && event.node.callee.slot === second.slot;
}

/** A function that answers yes, or with the origin itself, and looks at nothing. */
function alwaysAccepts(text: string): boolean {
  return text.length < 500 && /\(\s*(?:null|undefined)\s*,\s*(?:true|\w*[oO]rigin\b[^)]*)\)|(?:=>|return)\s*\(?\w*[oO]rigin\b\)?(?:\s*(?:\?\?|\|\|)\s*['"][^'"]*['"])?\s*;?\s*\}?$|(?:=>|return)\s*true\b|(?:=>|return)\s*[\w.]+\.(?:get|header)\(['"]origin['"]\)|(?:=>|return)\s*[\w.]+\.(?:headers?\.)?origin\b/i.test(text) && !/includes\(|has\(|test\(|===/.test(text);
}

// Headers

function* sent({ value, node, beside, fn }: HeaderWrite, input: RuleInput): Iterable<Report> {
  const isTrue = (one: Value | undefined): boolean => String(one?.literals?.[0]).toLowerCase() === 'true';
  const credentials = isTrue(beside?.get(CREDENTIALS)) || [...headersNamed(input.flow, CREDENTIALS)].some((other) => other.fn === fn && isTrue(other.value));
  if (!isHarmless(value)) {
    const taint = worstTaint(value, 'header', ['remote']) ?? worstTaint(value, 'redirect', ['remote']);
    if (taint === undefined) return;
    const what = 'is sent back as the origin that may read';
    yield { node, severity: credentials ? 'high' : 'medium', confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, node))} ${what}: that ${EVERY_SITE}`, sink: what };
  } else if (credentials && (value.literals?.includes('*') === true || value.literals?.includes('null') === true)) {
    yield { node, severity: 'medium', confidence: 'likely', message: `\`${String(value.literals[0])}\` ${EVERY_SITE}` };
  } else if (value.literals === undefined && listsNull(input)) {
    yield { node, severity: 'medium', confidence: 'likely', message: `The list of origins holds \`null\`, the origin of any page in a sandboxed frame: that ${EVERY_SITE}` };
  }
}

/** A list of sites that has \`'null'\` among them. */
function listsNull({ text }: RuleInput): boolean {
  return /\[[^\]]*(?:['"]https?:\/\/[^\]]*['"]null['"]|['"]null['"][^\]]*['"]https?:\/\/)[^\]]*\]/.test(text);
}

/** Headers written as an object that no call takes here: `{ 'Access-Control-Allow-Origin': request.headers.get('origin') }`. */
function* written(object: ObjectExpr, { text }: RuleInput): Iterable<Report> {
  for (const entry of object.entries) {
    if (!('key' in entry) || typeof entry.key !== 'string' || entry.key.toLowerCase() !== ORIGIN) continue;
    const value = code(text, entry.value);
    const isReflected = /(?:headers?\.|headers?\[['"]|(?:get|header)\(\s*['"])origin\b/i.test(value) && !/includes|has\(|(?<!\?)\?(?![?.:])|test\(/.test(value);
    const isOpen = entry.value.kind === 'constant' && (entry.value.value === '*' || entry.value.value === 'null') && object.entries.some((other) => 'key' in other && typeof other.key === 'string' && other.key.toLowerCase() === CREDENTIALS && other.value.kind === 'constant' && String(other.value.value) === 'true');
    if (isReflected) yield { node: entry.value, severity: 'medium', confidence: 'likely', message: `\`${oneLine(value)}\` is sent back as the origin that may read: that ${EVERY_SITE}` };
    else if (isOpen) yield { node: entry.value, severity: 'medium', confidence: 'likely', message: `\`${oneLine(value)}\` ${EVERY_SITE}` };
  }
}

/** Headers in a configuration, as `{ key, value }`, and options in a decorator. */
function* declared(object: ObjectExpr, { flow }: RuleInput): Iterable<Report> {
  const member = (one: ObjectExpr, name: string): Expr | undefined => one.entries.flatMap((entry) => ('key' in entry && entry.key === name ? [entry.value] : []))[0];
  const constant = (expr: Expr | undefined): unknown => (expr?.kind === 'constant' ? expr.value : undefined);
  if (String(constant(member(object, 'key'))).toLowerCase() === ORIGIN && constant(member(object, 'value')) === '*') {
    const isOpen = flow.program.objects.some((other) => String(constant(member(other, 'key'))).toLowerCase() === CREDENTIALS && String(constant(member(other, 'value'))) === 'true');
    if (isOpen) yield { node: member(object, 'value')!, severity: 'medium', confidence: 'likely', message: `\`*\` ${EVERY_SITE}` };
  }
  const cors = member(object, 'cors');
  if (cors?.kind !== 'object') return;
  const origin = member(cors, 'origin');
  const isOpen = constant(member(cors, 'credentials')) === true && (constant(origin) === true || constant(origin) === '*');
  if (isOpen && origin) yield { node: origin, severity: 'high', confidence: 'likely', message: `\`origin: ${constant(origin) === true ? 'true' : "'*'"}\` ${EVERY_SITE}, with the cookies of its visitor` };
}
