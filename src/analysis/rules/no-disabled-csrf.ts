/** Requests that another site can make in a visitor's name. */
import type { CallEvent } from '../flow/events.ts';
import type { Entry, Expr } from '../flow/program.ts';
import type { Value } from '../flow/value.ts';
import { code } from '../reach.ts';
import { changesState, routesOf, type Route } from '../routes.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName } from '../shape.ts';
import { surveyOf } from '../survey.ts';
import { oneLine } from '../words.ts';

/** Options that turn the protection off when they are false. */
const PROTECTS = /^(?:csrf|xsrf|csrfProtection|csrf_protection|csrfPrevention|enableCsrf|useCsrf|csrfCheck|verifyCsrf|checkCsrf|csrfEnabled|checkOrigin|validateCsrf|csrfTokens?|xsrfProtection|withXsrf|requireCsrf|csrfGuard)$/;
/** Options that turn it off when they are true. */
const EXEMPTS = /^(?:disableCsrf|csrfDisabled|skipCsrf\w*|disableCSRF\w*|ignoreCsrf|csrfExempt|disableXsrf\w*|dangerouslyDisable\w*Csrf\w*|bypassCsrf)$/i;
const SESSIONS = new Set(['express-session', 'cookie-session', 'client-sessions', '@fastify/session', '@fastify/secure-session', 'koa-session', 'fastify-session']);
/** Anything that looks at where a request comes from. */
const CHECKS = /csrf|xsrf|csurf|lusca|\borigin\b|referer|sec-fetch|sameSite['"]?\s*:\s*['"](?:lax|strict)|sameSite['"]?\s*:\s*true|x-requested-with|authorization['"\]]|Bearer/i;

export default defineRule({
  id: 'no-disabled-csrf',
  summary: 'Do not let other sites make requests in a visitor\'s name.',
  why: 'A page of anybody\'s sends a form to yours, the browser adds the session cookie, and the visitor has changed what the page wanted.',
  advice: 'Set `sameSite` on the session cookie, and ask for a token that only your own pages know on every request that changes something.',
  cwe: [352],
  owasp: ['A01:2021 Broken Access Control', 'A01:2025 Broken Access Control'],
  words: ['csrf', 'Csrf', 'CSRF', 'xsrf', 'Xsrf', 'csurf', 'lusca', 'checkOrigin', 'session', 'Session', 'cookie'],
  *check(input) {
    yield* switchedOff(input);
    yield* unprotected(input);
  },
});

function* switchedOff(input: RuleInput): Iterable<Report> {
  const { flow, text } = input;
  for (const object of flow.program.objects) {
    for (const entry of object.entries) {
      if (!('key' in entry) || typeof entry.key !== 'string') continue;
      const off = isConstant(entry.value, false) && PROTECTS.test(entry.key);
      if (off || (isConstant(entry.value, true) && EXEMPTS.test(entry.key))) yield { node: entry, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(text, entry))}\` turns the protection against requests from other sites off`, fixes: turnOn(entry, off) };
      else if (entry.key === 'allowedOrigins' && entry.value.kind === 'array' && /serverActions/.test(text.slice(Math.max(0, object.start - 200), object.start)) && entry.value.items.some((item) => item?.kind === 'constant' && (item.value === '*' || item.value === '**'))) yield { node: entry.value, severity: 'medium', confidence: 'likely', message: 'Server actions accept requests from every site' };
      else if (/^ignored?Methods$/.test(entry.key) && entry.value.kind === 'array' && entry.value.items.some((item) => item?.kind === 'constant' && /^(?:POST|PUT|PATCH|DELETE)$/.test(String(item.value)))) yield { node: entry.value, severity: 'medium', confidence: 'likely', message: `The token is not asked for on \`${oneLine(code(text, entry.value))}\`, which change something` };
    }
  }
  for (const event of flow.calls) {
    // `app.disable('csrf')`, `app.set('csrf', false)`
    const name = String(event.args[0]?.literals?.[0] ?? '');
    if (PROTECTS.test(name) && (event.name === 'disable' || (event.name === 'set' && event.args[1]?.literals?.[0] === false))) yield { node: event.node, severity: 'medium', confidence: 'likely', message: 'This turns the protection against requests from other sites off' };
  }
  for (const assign of flow.assigns) if (assign.key !== undefined && PROTECTS.test(assign.key) && assign.value.literals?.length === 1 && assign.value.literals[0] === false) yield { node: assign.valueNode, severity: 'medium', confidence: 'likely', message: `\`${assign.key}\` off: other sites can make requests in a visitor's name` };
}

function isConstant(expr: Expr, value: boolean): boolean {
  return expr.kind === 'constant' && expr.value === value;
}

function turnOn(entry: Entry, off: boolean): readonly Repair[] {
  return [{ title: off ? 'Turn the protection on' : 'Do not exempt', kind: 'suggestion', change: [{ range: { start: entry.value.start, end: entry.value.end }, text: off ? 'true' : 'false' }] }];
}

/** A cookie session that goes along with requests of other sites, routes that change something, and nothing that looks where they come from. */
function* unprotected(input: RuleInput): Iterable<Report> {
  const { flow, text } = input;
  const opened = flow.calls.filter((event) => SESSIONS.has(event.api ?? '') || (event.name === 'register' && SESSIONS.has(event.args[0]?.api ?? ''))).map((event) => ({ event, site: sameSiteOf(event) }));
  const own = flow.calls.filter(setsSession).map((event) => ({ event, site: event.args.at(-1)?.fields?.get('sameSite') }));
  const routes = routesOf(flow, text).filter((route) => route.verb !== 'action' && route.handler !== undefined && readsSession(code(text, route.handler)) && !ENTRY.test(route.path));
  const guard = guardOf(input);
  const [first] = routes.filter(changesState);
  const comesLate = guard !== undefined && first !== undefined && guard > first.node.start && guard > mountOf(input);
  const none = [...opened, ...own].find(({ site }) => site?.literals?.some((one) => String(one).toLowerCase() === 'none'));
  const isChecked = /csrf|xsrf|csurf|lusca|\borigin\b|referer|sec-fetch/i.test(bare(text)) && !comesLate;
  if (none !== undefined && !isChecked) {
    const node = none.site?.node;
    yield { node: first?.node ?? (node !== undefined && none.event.node.start <= node.start && node.end <= none.event.node.end ? node : none.event.node.callee), severity: 'medium', confidence: 'likely', message: 'The session cookie goes along with requests of other sites, and nothing here asks for a token' };
    return;
  }
  const program = bare(text);
  if (!CHECKS.test(program) || comesLate) {
    const session = opened.find(({ site }) => site === undefined);
    if (session !== undefined && first !== undefined) yield { node: first.node, severity: 'low', confidence: 'pattern', message: `\`${oneLine(code(text, first.node))}\` changes something for whoever the session cookie names, and asks for no token` };
  }
  yield* links(routes, input);
}

const ENTRY = /login|log-in|sign-?in|webhook|register|signup|callback/i;
const CHANGES = /\/(?:remove|delete|destroy|cancel|transfer|approve|promote|disable|enable|unsubscribe|deactivate|revoke|purchase|buy|pay|withdraw|reset|publish|archive|ban|follow|like|vote)(?:\/|$)/i;

/** `GET /photos/:id/remove`: an image on any page calls it, whatever the cookie's `sameSite: 'lax'` keeps out. */
function* links(routes: readonly Route[], { text }: RuleInput): Iterable<Report> {
  for (const route of routes) if (route.verb === 'get' && CHANGES.test(route.path)) yield { node: route.node, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(text, route.node))}\` changes something by a GET request: a link or an image on any page is enough` };
}

/** Where the protection is put in; `undefined` when nowhere is. */
function guardOf({ flow, text }: RuleInput): number | undefined {
  const uses = surveyOf(flow).of('call').filter((call) => /^(?:use|register|addHook)$/.test(calledName(call)) && call.args.some((arg) => /csrf|xsrf|csurf|lusca/i.test(code(text, arg))));
  return uses.length === 0 ? undefined : Math.min(...uses.map(({ start }) => start));
}

/** Where a router's routes join the application: what is put in before that runs before them. */
function mountOf({ flow }: RuleInput): number {
  const mounts = surveyOf(flow).of('call').filter((call) => calledName(call) === 'use' && call.args.some((arg) => arg.kind === 'call' && calledName(arg) === 'routes'));
  return mounts.length === 0 ? 0 : Math.min(...mounts.map(({ start }) => start));
}

function readsSession(handler: string): boolean {
  return /\b(?:req|request|ctx|context)\.(?:session|user)\b|\bsession\.|getCookie\(|\bsessions?\.\w+\(|cookies\(\)/.test(handler);
}

function sameSiteOf(event: CallEvent): Value | undefined {
  const options = event.args.at(event.name === 'register' ? 1 : 0);
  return options?.fields?.get('cookie')?.fields?.get('sameSite') ?? options?.fields?.get('sameSite');
}

function setsSession(event: CallEvent): boolean {
  return /^(?:cookie|setCookie|set)$/.test(event.name) && event.args.length >= 3 && /^(?:connect\.)?(?:sid|session\w*|auth\w*|token|access_?token|jwt)$/i.test(String(event.args[0]?.literals?.[0] ?? event.args[1]?.literals?.[0] ?? ''));
}
