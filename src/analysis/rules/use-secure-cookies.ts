/** Session cookies that scripts can read or that travel in the clear. */
import type { CallEvent } from '../flow/events.ts';
import type { Expr, Node, ObjectExpr } from '../flow/program.ts';
import { partsOf, type Value } from '../flow/value.ts';
import { headersNamed } from '../headers.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';

/** Names of cookies that let their owner in. */
const SENSITIVE = /sess|token|auth|jwt|\bsid\b|sid$|refresh|remember|login|user|account|credential|identity|connect\.sid/i;
const HARMLESS = /theme|lang|locale|consent|banner|csrf|xsrf|tz|timezone|currency|preference|ab_?test|usersettings|analytics|visitor|_ga/i;
/** What a cookie without a telling name may hold. */
const PRECIOUS = /\b(?:\w*[tT]oken|jwt|session(?:Id|\.id)|sid|accessToken|refreshToken)\b|\b(?:sign|issueToken|createSession|makeSession)\w*\(/;

/** Makers of sessions: where their cookie's options stand, and what those are when nothing is said. */
interface SessionMaker {
  readonly under: 'cookie' | 'cookieOptions' | 'self';
  readonly defaults: Defaults;
  /** Whether saying nothing at all is a fault. */
  readonly silent: 'fault' | 'fine';
}
type Defaults = 'none' | 'http-only' | 'secure';
const SESSIONS: ReadonlyMap<string, SessionMaker> = new Map<string, SessionMaker>([
  ...'express-session next-session @fastify/session fastify-session express-session.default'.split(' ').map((name) => [name, { under: 'cookie', defaults: name.includes('fastify') ? 'secure' : 'http-only', silent: name.includes('fastify') ? 'fine' : 'fault' }] as const),
  ...'cookie-session koa-session client-sessions koa-generic-session'.split(' ').map((name) => [name, { under: name === 'client-sessions' || name === 'koa-generic-session' ? 'cookie' : 'self', defaults: 'http-only', silent: 'fault' }] as const),
  ...'@fastify/secure-session fastify-secure-session'.split(' ').map((name) => [name, { under: 'cookie', defaults: 'none', silent: 'fault' }] as const),
  ...'iron-session.getIronSession iron-session/edge.getIronSession iron-session.withIronSession iron-session/next.withIronSessionApiRoute iron-session/next.withIronSessionSsr iron-session.ironSession'.split(' ').map((name) => [name, { under: 'cookieOptions', defaults: 'secure', silent: 'fine' }] as const),
  ...['node', 'cloudflare', 'deno', 'server-runtime'].flatMap((target) => ['createCookieSessionStorage', 'createSessionStorage', 'createMemorySessionStorage', 'createFileSessionStorage', 'createWorkersKVSessionStorage'].map((name) => [`@remix-run/${target}.${name}`, { under: 'cookie', defaults: 'none', silent: 'fault' }] as const)),
  ...['createCookieSessionStorage', 'createSessionStorage', 'createMemorySessionStorage'].map((name) => [`react-router.${name}`, { under: 'cookie', defaults: 'none', silent: 'fault' }] as const),
]);

export default defineRule({
  id: 'use-secure-cookies',
  summary: 'Keep session cookies away from scripts and from plain HTTP.',
  why: 'A script on the page can send the cookie away, and without `secure` anybody on the network reads it: with it they are signed in as its owner.',
  advice: 'Set `httpOnly: true`, `secure: true` and `sameSite: \'lax\'` or `\'strict\'`.',
  cwe: [614, 1004, 1275],
  owasp: ['A05:2021 Security Misconfiguration', 'A02:2025 Security Misconfiguration'],
  words: ['cookie', 'Cookie', 'COOKIE', 'session', 'Session', 'isHttpOnly', 'isSecure'],
  *check(input) {
    for (const event of input.flow.calls) {
      const isRegistered = event.name === 'register' && SESSIONS.has(event.args[0]?.api ?? '');
      const maker = SESSIONS.get(isRegistered ? event.args[0]!.api! : (event.api ?? ''));
      if (maker) yield* session(event, maker, sessionOptions(event, maker, isRegistered));
      else yield* hapi(event);
      const place = maker ? undefined : placeOf(event, input);
      if (place) yield* cookie(event, place, input);
    }
    for (const { value, node } of headersNamed(input.flow, 'set-cookie')) yield* header(value, node);
    for (const { fields } of input.flow.answers) for (const item of fields.get('cookies')?.fields?.values() ?? []) if (item.node) yield* header(item, item.node);
    for (const { api, value, valueNode } of input.flow.assigns) {
      const name = api === 'document.cookie' ? /^\s*([^=;]+)=/.exec(writtenText(value))?.[1] : undefined;
      if (name !== undefined && SENSITIVE.test(name) && !HARMLESS.test(name) && !ENDED.test(writtenText(value))) yield { node: valueNode, severity: 'medium', confidence: 'likely', message: `The cookie \`${name}\` is set by a script, and so any script can read it`, advice: 'Let the server set it, with `httpOnly`.' };
    }
    for (const object of input.flow.program.objects) yield* named(object);
  },
});

// One cookie, set by a call

interface Place {
  /** Index of the name, of the value and of the options; the whole in one object when `name` holds one. */
  readonly name: number;
  readonly value: number;
  readonly options: number;
  readonly defaults: Defaults;
}

function placeOf(event: CallEvent, input: RuleInput): Place | undefined {
  const { name, api = '', args, node } = event;
  const receiver = receiverName(event);
  const plain: Place = { name: 0, value: 1, options: 2, defaults: 'none' };
  const isBare = node.callee.kind === 'name';
  if (name === 'cookie' && args.length >= 2) return api === 'http.res.cookie' || /res|reply|response/i.test(receiver) ? plain : undefined;
  // Hono and Nuxt take the context first, Hono's signed cookies the secret before the options.
  if (name === 'setCookie' && args.length >= 2) return /jar/i.test(receiver) ? undefined : isBare && args.length >= 3 && args[0]?.literals === undefined ? { ...plain, name: 1, value: 2, options: 3 } : plain;
  if (name === 'setSignedCookie') return { name: 1, value: 2, options: 4, defaults: 'none' };
  if (name === 'set' || name === 'put') {
    if (!/cookies?(?:Store|Jar)?$/i.test(receiver) && !/cookies(?:\(\))?\.(?:set|put)$/.test(api)) return undefined;
    return { ...plain, defaults: isSvelte(event, input) ? 'secure' : 'none', ...(args.length === 1 && { options: 0 }) };
  }
  if (name === 'serialize' && /^cookie\.(?:cookie\.|default\.)?serialize$/.test(api)) return plain;
  if (name === 'createCookie' && /^(?:@remix-run\/|react-router)/.test(api)) return { name: 0, value: 0, options: 1, defaults: 'none' };
  return undefined;
}

/** SvelteKit's cookies are HTTP-only and secure unless told otherwise. */
function isSvelte({ node }: CallEvent, { text, flow }: RuleInput): boolean {
  const isMember = node.callee.kind === 'member' && (node.callee.object.kind === 'name' || (node.callee.object.kind === 'member' && node.callee.object.key === 'cookies'));
  return isMember && (flow.program.imports.some(({ module }) => /^@sveltejs\/kit|\$types$/.test(module)) || /\bexport const (?:actions|handle)\b/.test(text));
}

function receiverName(event: CallEvent): string {
  const { callee } = event.node;
  if (callee.kind !== 'member') return '';
  const { object } = callee;
  if (object.kind === 'name') return object.slot.name;
  if (object.kind === 'member' && typeof object.key === 'string') return object.key;
  if (object.kind === 'call' && object.callee.kind === 'name') return object.callee.slot.name;
  return object.kind === 'await' && object.value?.kind === 'call' && object.value.callee.kind === 'name' ? object.value.callee.slot.name : '';
}

function* cookie(event: CallEvent, place: Place, input: RuleInput): Iterable<Report> {
  const whole = event.args.length === 1 && place.options === 0 ? event.args[0]?.fields : undefined;
  const name = whole ? whole.get('name') : event.args[place.name];
  const value = whole ? whole.get('value') : event.args[place.value];
  const nameNode = whole ? name?.node : event.node.args[place.name];
  const valueNode = whole ? value?.node : event.node.args[place.value];
  const known = name?.literals?.length === 1 ? String(name.literals[0]) : undefined;
  const label = known ?? (nameNode ? code(input.text, nameNode) : '');
  const holdsSecret = known === undefined && valueNode !== undefined && valueNode !== nameNode && PRECIOUS.test(code(input.text, valueNode));
  if (HARMLESS.test(label) || (!SENSITIVE.test(label) && !holdsSecret)) return;
  const options = event.args[place.options];
  const node = event.node.args[place.options];
  // A cookie that is being deleted protects nothing.
  if (valueNode !== nameNode && value?.literals?.every((one) => one === '' || one === null) === true) return;
  if (options !== undefined && (options.fields === undefined || isEnded(options, input))) return;
  const faults = faultsOf(options, place.defaults, input);
  if (faults.length === 0) return;
  const at = [faults[0]!.node, node].find((one) => one !== undefined && one.start >= event.node.start && one.end <= event.node.end);
  yield { node: at ?? event.node.callee, severity: 'medium', confidence: 'likely', message: `The cookie \`${label}\` ${faults.map((fault) => fault.words).join(' and ')}`, fixes: repair(node, event, place.value, faults) };
}

/** Ended before it began: how a cookie is deleted. */
const ENDED = /max-age=(?:0|-\d)|expires=thu, 01 jan 1970/i;

function isEnded(options: Value, { text }: RuleInput): boolean {
  const age = options.fields?.get('maxAge')?.literals?.[0];
  const expires = options.fields?.get('expires')?.node;
  return (typeof age === 'number' && age <= 0) || (expires !== undefined && /^new Date\((?:0|1|['"]1970)/.test(code(text, expires)));
}

interface Fault {
  readonly option: 'httpOnly' | 'secure' | 'sameSite';
  readonly words: string;
  /** Where the wrong value is written; absent: nothing is. */
  readonly node?: Expr;
}

function faultsOf(options: Value | undefined, defaults: Defaults, input?: RuleInput): readonly Fault[] {
  const faults: Fault[] = [];
  const [httpOnly, secure, sameSite] = (['httpOnly', 'secure', 'sameSite'] as const).map((name) => options?.fields?.get(name));
  const isOff = (value: Value | undefined): boolean => value?.literals?.length === 1 && value.literals[0] === false;
  const isOpen = hasSpread(options, input);
  if ((httpOnly === undefined && defaults === 'none' && !isOpen) || isOff(httpOnly)) faults.push({ option: 'httpOnly', words: 'can be read by scripts', ...(httpOnly?.node && { node: httpOnly.node }) });
  if ((secure === undefined && defaults !== 'secure' && !isOpen) || isOff(secure)) faults.push({ option: 'secure', words: 'travels over plain HTTP', ...(secure?.node && { node: secure.node }) });
  if (sameSite?.literals?.some((one) => String(one).toLowerCase() === 'none') === true && (secure === undefined || isOff(secure))) faults.push({ option: 'sameSite', words: 'goes along with requests of other sites', ...(sameSite.node && { node: sameSite.node }) });
  return faults;
}

/** Options taken over from elsewhere may hold what is missing here; those of an object written in this text are known. */
function hasSpread(options: Value | undefined, input: RuleInput | undefined): boolean {
  if (options?.node?.kind === 'name' && input) {
    const written = input.flow.definitions.get(options.node.slot);
    return written?.kind === 'object' && isOpen(written, input);
  }
  return options?.node?.kind === 'object' && isOpen(options.node, input);
}

function isOpen(object: ObjectExpr, input: RuleInput | undefined): boolean {
  return object.entries.some((entry) => {
    if ('key' in entry) return false;
    const spread = entry.value.kind === 'name' ? input?.flow.definitions.get(entry.value.slot) : entry.value;
    const plain = spread?.kind === 'cast' ? spread.value : spread;
    return plain?.kind !== 'object' || isOpen(plain, input);
  });
}

function repair(node: Expr | undefined, event: CallEvent, last: number, faults: readonly Fault[]): readonly Repair[] {
  const title = `Set ${faults.map(({ option }) => option).join(' and ')}`;
  const value = (fault: Fault): string => (fault.option === 'sameSite' ? "'lax'" : 'true');
  if (node === undefined) {
    const before = event.node.args[last];
    if (before === undefined || event.node.args.length !== last + 1 || event.name === 'setSignedCookie') return [];
    return [{ title, kind: 'suggestion', change: [{ range: { start: before.end, end: before.end }, text: `, { ${faults.map((fault) => `${fault.option}: ${value(fault)}`).join(', ')} }` }] }];
  }
  if (node.kind !== 'object') return [];
  const inside = (one: Expr): boolean => node.start <= one.start && one.end <= node.end;
  if (faults.some((fault) => fault.node && (!inside(fault.node) || fault.node.kind !== 'constant'))) return [];
  const edits: { range: Node; text: string }[] = faults.flatMap((fault) => (fault.node ? [{ range: { start: fault.node.start, end: fault.node.end }, text: value(fault) }] : []));
  const missing = faults.filter((fault) => fault.node === undefined).map((fault) => `${fault.option}: ${value(fault)}`);
  const first = node.entries[0];
  if (missing.length > 0) edits.push(first ? { range: { start: first.start, end: first.start }, text: `${missing.join(', ')}, ` } : { range: { start: node.start, end: node.end }, text: `{ ${missing.join(', ')} }` });
  return [{ title, kind: 'suggestion', change: edits.sort((a, b) => a.range.start - b.range.start) }];
}

// Sessions

function sessionOptions(event: CallEvent, { under }: SessionMaker, isRegistered: boolean): Value | undefined {
  if (isRegistered) return event.args[1] ?? { taints: [], fixed: true, fields: new Map() };
  // `getIronSession(request, response, options)`: whichever argument is the options.
  if (under === 'cookieOptions') return event.args.find((arg) => arg.fields?.has('cookieOptions') || arg.fields?.has('password'));
  return event.args[0];
}

function* session(event: CallEvent, { under, defaults, silent }: SessionMaker, options: Value | undefined): Iterable<Report> {
  const inner = under === 'self' ? undefined : options?.fields?.get(under);
  const flags = under === 'self' ? options : inner;
  if (options !== undefined && options.fields === undefined) return;
  if (flags !== undefined && flags.fields === undefined) return;
  if (flags === undefined && (silent === 'fine' || options === undefined && under === 'cookieOptions')) return;
  const faults = faultsOf(flags, defaults);
  if (faults.length === 0 || (under === 'self' && hasSpread(options, undefined))) return;
  const inside = (one: Expr | undefined): Expr | undefined => (one && event.node.start <= one.start && one.end <= event.node.end ? one : undefined);
  yield { node: inside(faults[0]!.node) ?? inside(inner?.node) ?? event.node.callee, severity: 'medium', confidence: 'likely', message: `The session cookie ${faults.map((fault) => fault.words).join(' and ')}`, fixes: sessionRepair(flags, event, faults) };
}

function sessionRepair(flags: Value | undefined, event: CallEvent, faults: readonly Fault[]): readonly Repair[] {
  if (flags?.node) return repair(flags.node, event, 0, faults);
  const options = event.node.args[0];
  if (options?.kind !== 'object' || options.entries.length === 0) return [];
  const at = options.entries.at(-1)!.end;
  return [{ title: `Set ${faults.map(({ option }) => option).join(' and ')}`, kind: 'suggestion', change: [{ range: { start: at, end: at }, text: `, cookie: { ${faults.map((fault) => `${fault.option}: true`).join(', ')}, httpOnly: true, sameSite: 'lax' }` }] }];
}

/** hapi calls its flags `isSecure` and `isHttpOnly`, and both are on by default. */
function* hapi(event: CallEvent): Iterable<Report> {
  if (event.name !== 'state' && event.name !== 'strategy') return;
  for (const arg of event.args) {
    const options = arg.fields?.get('cookie')?.fields ?? arg.fields;
    for (const [option, words] of [['isSecure', 'travels over plain HTTP'], ['isHttpOnly', 'can be read by scripts']] as const) {
      const flag = options?.get(option);
      if (flag?.node && flag.literals?.length === 1 && flag.literals[0] === false) yield { node: flag.node, severity: 'medium', confidence: 'likely', message: `The cookie ${words}`, fixes: [{ title: `Set ${option}`, kind: 'suggestion', change: [{ range: { start: flag.node.start, end: flag.node.end }, text: 'true' }] }] };
    }
  }
}

/** `{ name: 'next-auth.session-token', options: { httpOnly: false } }` in a configuration. */
function* named(object: ObjectExpr): Iterable<Report> {
  const member = (name: string): Expr | undefined => object.entries.flatMap((entry) => ('key' in entry && entry.key === name ? [entry.value] : []))[0];
  const [name, options] = [member('name'), member('options')];
  if (name?.kind !== 'constant' || !SENSITIVE.test(String(name.value)) || HARMLESS.test(String(name.value)) || options?.kind !== 'object') return;
  for (const entry of options.entries) {
    if (!('key' in entry) || (entry.key !== 'httpOnly' && entry.key !== 'secure') || entry.value.kind !== 'constant' || entry.value.value !== false) continue;
    yield { node: entry.value, severity: 'medium', confidence: 'likely', message: `The cookie \`${String(name.value)}\` ${entry.key === 'httpOnly' ? 'can be read by scripts' : 'travels over plain HTTP'}`, fixes: [{ title: `Set ${entry.key}`, kind: 'suggestion', change: [{ range: { start: entry.value.start, end: entry.value.end }, text: 'true' }] }] };
  }
}

// Headers

function writtenText(value: Value): string {
  return value.parts?.map((part) => (part.kind === 'text' ? part.text : 'x')).join('') ?? '';
}

/** A cookie written by hand, or several in a list. */
function* header(value: Value, node: Expr): Iterable<Report> {
  if (value.fields !== undefined && value.type !== 'string') {
    for (const item of value.fields.values()) if (item.node && item.node.start >= node.start && item.node.end <= node.end) yield* header(item, item.node);
    return;
  }
  const written = partsOf(value, node).length > 0 ? writtenText(value) : '';
  const name = /^\s*([^=;]+)=/.exec(written)?.[1] ?? '';
  if (!SENSITIVE.test(name) || HARMLESS.test(name) || ENDED.test(written)) return;
  const faults = [...(/;\s*httponly/i.test(written) ? [] : ['can be read by scripts']), ...(/;\s*secure/i.test(written) ? [] : ['travels over plain HTTP'])];
  if (faults.length > 0) yield { node, severity: 'medium', confidence: 'likely', message: `The cookie \`${name}\` ${faults.join(' and ')}`, fixes: appended(node, written) };
}

/** The missing flags, at the end of the text they belong to. */
function appended(node: Expr, written: string): readonly Repair[] {
  const missing = [...(/;\s*httponly/i.test(written) ? [] : ['HttpOnly']), ...(/;\s*secure/i.test(written) ? [] : ['Secure'])];
  const last = node.kind === 'binary' && node.op === '+' ? node.right : node;
  const isText = (last.kind === 'constant' && typeof last.value === 'string') || (last.kind === 'template' && last.tag === undefined);
  if (!isText || /;\s*$/.test(written)) return [];
  return [{ title: `Add ${missing.join(' and ')}`, kind: 'suggestion', change: [{ range: { start: last.end - 1, end: last.end - 1 }, text: missing.map((flag) => `; ${flag}`).join('') }] }];
}
