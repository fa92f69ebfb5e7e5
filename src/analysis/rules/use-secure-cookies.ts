/** Session cookies that scripts can read or that travel in the clear. */
import type { CallEvent } from '../flow/events.ts';
import type { Expr, Node } from '../flow/program.ts';
import type { Value } from '../flow/value.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';

/** Names of cookies that let their owner in. */
const SENSITIVE = /sess|token|auth|jwt|\bsid\b|sid$|refresh|remember|login|user|account|credential|identity|connect\.sid/i;
const HARMLESS = /theme|lang|locale|consent|banner|csrf|xsrf|tz|timezone|currency|preference|ab_?test/i;
const SESSIONS = new Set(['express-session', 'cookie-session', 'client-sessions', '@fastify/session', 'fastify-session', '@fastify/secure-session', 'koa-session', 'iron-session.getIronSession', 'next-session']);

export default defineRule({
  id: 'use-secure-cookies',
  summary: 'Keep session cookies away from scripts and from plain HTTP.',
  why: 'A script on the page can send the cookie away, and without `secure` anybody on the network reads it: with it they are signed in as its owner.',
  advice: 'Set `httpOnly: true`, `secure: true` and `sameSite: \'lax\'` or `\'strict\'`.',
  cwe: [614, 1004, 1275],
  owasp: ['A05:2021 Security Misconfiguration', 'A02:2025 Security Misconfiguration'],
  words: ['cookie', 'Cookie', 'session', 'Session'],
  *check(input) {
    for (const event of input.flow.calls) {
      if (SESSIONS.has(event.api ?? '')) yield* session(event);
      else if (isSetCookie(event)) yield* cookie(event, input);
      else if (isHeader(event)) yield* header(event);
    }
    for (const { api, value, valueNode } of input.flow.assigns) {
      const name = api === 'document.cookie' ? /^\s*([^=;]+)=/.exec(writtenText(value))?.[1] : undefined;
      if (name !== undefined && SENSITIVE.test(name) && !HARMLESS.test(name) && !/max-age=0|expires=thu, 01 jan 1970/i.test(writtenText(value))) yield { node: valueNode, severity: 'medium', confidence: 'likely', message: `The cookie \`${name}\` is set by a script, and so any script can read it`, advice: 'Let the server set it, with `httpOnly`.' };
    }
  },
});

function isSetCookie(event: CallEvent): boolean {
  if (event.name === 'cookie' && event.args.length >= 2) return event.api === 'http.res.cookie' || /res|reply|response/i.test(receiverName(event));
  if (event.name === 'setCookie' && event.args.length >= 2) return true;
  if (event.name === 'set' && event.args.length >= 2) return /cookies?(?:Store|Jar)?$/i.test(receiverName(event)) || /cookies(?:\(\))?\.set$/.test(event.api ?? '');
  return event.name === 'serialize' && event.api === 'cookie.serialize';
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

/** `res.cookie(name, value, options)`, or Hono's and Nuxt's `setCookie(context, name, value, options)`. */
function* cookie(event: CallEvent, input: RuleInput): Iterable<Report> {
  const shift = event.name === 'setCookie' && event.node.callee.kind === 'name' && event.args.length >= 3 && event.args[0]?.literals === undefined ? 1 : 0;
  const name = event.args[shift];
  const label = name?.literals?.length === 1 ? String(name.literals[0]) : event.node.args[shift] ? code(input.text, event.node.args[shift]) : '';
  if (!SENSITIVE.test(label) || HARMLESS.test(label)) return;
  // A cookie that is being deleted protects nothing.
  const value = event.args[shift + 1];
  if (value?.literals?.every((one) => one === '' || one === null) === true) return;
  const options = event.args[shift + 2];
  const node = event.node.args[shift + 2];
  if (options !== undefined && options.fields === undefined) return;
  const faults = faultsOf(options, 'plain');
  if (faults.length === 0) return;
  const at = [faults[0]!.node, node].find((one) => one !== undefined && one.start >= event.node.start && one.end <= event.node.end);
  yield { node: at ?? event.node.callee, severity: 'medium', confidence: 'likely', message: `The cookie \`${label}\` ${faults.map((fault) => fault.words).join(' and ')}`, fixes: repair(node, event, shift, faults) };
}

interface Fault {
  readonly option: 'httpOnly' | 'secure' | 'sameSite';
  readonly words: string;
  /** Where the wrong value is written; absent: nothing is. */
  readonly node?: Expr;
}

function faultsOf(options: Value | undefined, defaults: 'plain' | 'http-only'): readonly Fault[] {
  const faults: Fault[] = [];
  const [httpOnly, secure, sameSite] = (['httpOnly', 'secure', 'sameSite'] as const).map((name) => options?.fields?.get(name));
  const isOff = (value: Value | undefined): boolean => value?.literals?.length === 1 && value.literals[0] === false;
  if ((httpOnly === undefined && defaults === 'plain' && !hasSpread(options)) || isOff(httpOnly)) faults.push({ option: 'httpOnly', words: 'can be read by scripts', ...(httpOnly?.node && { node: httpOnly.node }) });
  if ((secure === undefined && !hasSpread(options)) || isOff(secure)) faults.push({ option: 'secure', words: 'travels over plain HTTP', ...(secure?.node && { node: secure.node }) });
  if (sameSite?.literals?.some((one) => String(one).toLowerCase() === 'none') === true && (secure === undefined || isOff(secure))) faults.push({ option: 'sameSite', words: 'goes along with requests of other sites', ...(sameSite.node && { node: sameSite.node }) });
  return faults;
}

/** Options taken over from elsewhere may hold what is missing here. */
function hasSpread(options: Value | undefined): boolean {
  return options?.node?.kind === 'object' && options.node.entries.some((entry) => !('key' in entry));
}

function repair(node: Expr | undefined, event: CallEvent, shift: number, faults: readonly Fault[]): readonly Repair[] {
  const title = `Set ${faults.map(({ option }) => option).join(' and ')}`;
  const value = (fault: Fault): string => (fault.option === 'sameSite' ? "'lax'" : 'true');
  if (node === undefined) {
    const last = event.node.args[shift + 1];
    if (last === undefined || event.node.args.length !== shift + 2) return [];
    return [{ title, kind: 'suggestion', change: [{ range: { start: last.end, end: last.end }, text: `, { ${faults.map((fault) => `${fault.option}: ${value(fault)}`).join(', ')} }` }] }];
  }
  if (node.kind !== 'object') return [];
  const edits: { range: Node; text: string }[] = faults.flatMap((fault) => (fault.node ? [{ range: { start: fault.node.start, end: fault.node.end }, text: value(fault) }] : []));
  const missing = faults.filter((fault) => fault.node === undefined).map((fault) => `${fault.option}: ${value(fault)}`);
  const first = node.entries[0];
  if (missing.length > 0) edits.push(first ? { range: { start: first.start, end: first.start }, text: `${missing.join(', ')}, ` } : { range: { start: node.start, end: node.end }, text: `{ ${missing.join(', ')} }` });
  return [{ title, kind: 'suggestion', change: edits.sort((a, b) => a.range.start - b.range.start) }];
}

/** `session({ cookie: { secure: false } })`: sessions are HTTP-only by default, and not secure. */
function* session(event: CallEvent): Iterable<Report> {
  const options = event.args[0];
  const inner = options?.fields?.get('cookie') ?? options?.fields?.get('cookieOptions');
  const isFlat = event.api === 'cookie-session' || event.api === 'koa-session';
  const flags = isFlat ? options : inner;
  if (options !== undefined && options.fields === undefined) return;
  if (flags !== undefined && flags.fields === undefined) return;
  const faults = faultsOf(flags, 'http-only');
  if (faults.length === 0 || (isFlat && hasSpread(options))) return;
  yield { node: faults[0]!.node ?? inner?.node ?? event.node.callee, severity: 'medium', confidence: 'likely', message: `The session cookie ${faults.map((fault) => fault.words).join(' and ')}`, fixes: sessionRepair(flags, event, faults) };
}

function sessionRepair(flags: Value | undefined, event: CallEvent, faults: readonly Fault[]): readonly Repair[] {
  if (flags?.node) return repair(flags.node, event, 0, faults);
  const options = event.node.args[0];
  if (options?.kind !== 'object' || options.entries.length === 0) return [];
  const at = options.entries.at(-1)!.end;
  return [{ title: `Set ${faults.map(({ option }) => option).join(' and ')}`, kind: 'suggestion', change: [{ range: { start: at, end: at }, text: `, cookie: { ${faults.map((fault) => `${fault.option}: true`).join(', ')}, httpOnly: true, sameSite: 'lax' }` }] }];
}

function isHeader(event: CallEvent): boolean {
  return ['setHeader', 'set', 'header', 'append'].includes(event.name) && String(event.args[0]?.literals?.[0]).toLowerCase() === 'set-cookie';
}

function writtenText(value: Value): string {
  return value.parts?.map((part) => (part.kind === 'text' ? part.text : 'x')).join('') ?? '';
}

/** A cookie written by hand. */
function* header(event: CallEvent): Iterable<Report> {
  const value = event.args[1];
  const node = event.node.args[1];
  if (value?.parts === undefined || node === undefined) return;
  const written = writtenText(value);
  const name = /^\s*([^=;]+)=/.exec(written)?.[1] ?? '';
  if (!SENSITIVE.test(name) || HARMLESS.test(name) || /max-age=0|expires=thu, 01 jan 1970/i.test(written)) return;
  const faults = [...(/;\s*httponly/i.test(written) ? [] : ['can be read by scripts']), ...(/;\s*secure/i.test(written) ? [] : ['travels over plain HTTP'])];
  if (faults.length > 0) yield { node, severity: 'medium', confidence: 'likely', message: `The cookie \`${name}\` ${faults.join(' and ')}` };
}
