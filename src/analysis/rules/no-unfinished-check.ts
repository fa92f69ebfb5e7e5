/** Checks that were put off: a comment where the check should be, a validator that agrees to everything, a failure that lets people in. */
import jsTokens from 'js-tokens';
import type { Call, Fn, Node, Stmt } from '../flow/program.ts';
import { code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName, refuses, spanText } from '../shape.ts';
import { surveyOf, type Survey } from '../survey.ts';

const PUT_OFF = /\b(?:TODO|FIXME|XXX|HACK|TBD|later|for now|temporar(?:y|ily)|not (?:yet )?implemented|placeholder|stub(?:bed)?|before (?:prod|production|launch|release|going live)|in production,? (?:you|we|this|should|use|verify|check|validate)|should (?:be )?(?:verif|check|validat|authenticat|authori)|skip(?:ping|ped)?|disabled? for|not (?:checked|verified|validated))/i;
const MARKED = /\b(?:TODO|FIXME|XXX|HACK|TBD)\b/;
/** What should be done. */
const CHECKING = /\b(?:verif(?:y|ies|ied|ication)|validat(?:e|es|ed|ion|ing)|authenticat\w*|authori[sz]\w*|checks?|checked|checking|require[ds]?|enforce\w*|restrict\w*|compare\w*|reject\w*|refuse\w*|limit(?:ing|s|ed)?|add|implement\w*|missing|protect\w*|guard\w*|limiter|return)\b/i;
/** What it should be done for. */
const SECURITY = /\b(?:signatures?|hmac|auth|authentication|authori[sz]ation|authenticat\w*|authori[sz]\w*|permissions?|ownership|owner|csrf|access control|rate.?limit\w*|jwt|tokens?|admin|captcha|2fa|mfa|otp|passwords?|credentials?|secret|sessions?|login|logged.?in|webhooks?|roles?|staff|expiry|expired|sanitiz\w*|certificate|callers?|(?:the|a) user(?:'s)?|payment status|whether .{0,30} allowed)\b/i;
/** Putting off these puts nobody at risk. */
const HARMLESS = /\b(?:refactor|rename|test(?:s|ing)?|type(?:s|d)?|typing|perf\w*|style|docs?|comment|cleanup|eslint|lint|cache|translate|i18n|flaky|windows|browser|queue|row|faster|slow|message|log(?:s|ging)?)\b/i;
/** Names of functions that say yes or no. */
const VALIDATOR = /^(?:_?(?:is|has|can|check|verify|validate|ensure|assert|authorize|authenticate|confirm))_?(?=[A-Z_])\w*(?:auth\w*|token|signature|user|access|permission\w*|admin|owner\w*|password|valid|session|credential\w*|role|allowed|webhook|request|jwt|hmac|key|login|payment|captcha|otp|code|certificate|origin|email|card|input|upload|file|licen[cs]e|identity|sender|receipt|2fa|mfa|edit|delete|read|write|view|manage|publish|approve|refund|update|create|remove|transfer|open|join|see|act|do|use|proceed)\w*$|^(?:authenticate|authorize|verify|validate|canActivate|isAuthenticated|isAuthorized|hasPermission|checkAuth|verifySignature|isValid)$/i;
const AUTH_CALL = /\b(?:verify\w*|authenticate\w*|authorize\w*|checkAuth\w*|validateToken\w*|requireAuth\w*|getSession|getServerSession|jwtVerify|decodeToken|checkPermission\w*|constructEvent|compare(?:Sync)?|introspect\w*|validateSession\w*|assert\w*(?:Auth|Permission|Access)\w*)\s*\(/;
const FRAMEWORK_STUB = /^(?:canDeactivate|is(?:Open|Read|Write|Update|Create)\w*|has(?:Open|Read|Write|Update|View)\w*|isValidElement|isValidDate|validateDOM\w*)$/;

export default defineRule({
  id: 'no-unfinished-check',
  summary: 'Finish the checks that decide who gets in.',
  why: 'A check that is a comment, that always agrees, or that lets people in when it fails is no check: everybody passes.',
  advice: 'Write the check now, or refuse until it is written.',
  cwe: [703, 287, 390, 358],
  owasp: ['A07:2021 Identification and Authentication Failures', 'A10:2025 Mishandling of Exceptional Conditions'],
  words: ['TODO', 'FIXME', 'XXX', 'HACK', 'TBD', 'later', 'for now', 'emporar', 'mplemented', 'laceholder', 'stub', 'n production', 'should', 'skip', 'Skip', 'return true', '=> true', 'catch', 'next()', 'isabled', 'not checked', 'not verified'],
  needs: ['uth', 'erif', 'alidat', 'heck', 'oken', 'ignature', 'ermission', 'assword', 'dmin', 'canActivate', 'isValid', 'SALLOW', 'hasAccess', 'isAllowed', 'csrf', 'CSRF', 'ession', 'wner', 'ompare'],
  *check(input) {
    const survey = surveyOf(input.flow);
    const said = [...agreements(survey, input)];
    yield* said;
    // One flaw, one finding: the answer says more than the comment beside it.
    for (const report of comments(survey, input)) if (!said.some(({ node }) => report.node.end <= node.start && !input.text.slice(report.node.end, node.start).trim())) yield report;
    for (const call of survey.of('call')) yield* failsOpen(call, survey, input);
    for (const each of survey.of('try')) yield* swallowed(each, survey, input);
  },
});

/** `// TODO: verify the signature`, inside a function that goes on. */
function* comments(survey: Survey, input: RuleInput): Iterable<Report> {
  const { text, flow } = input;
  // Telling comments from texts costs more than asking first whether any line could be one.
  if (![...text.matchAll(/(?:\/\/|\/\*|^[ \t]{0,40}\*)[^\n]{0,300}/gm)].some(([line]) => PUT_OFF.test(line) && CHECKING.test(line))) return;
  const isScript = flow.program.body.length > 0 && !/<template|<html/i.test(text);
  if (!isScript) return;
  let at = 0;
  for (const token of jsTokens(text, { jsx: /<\/?[A-Za-z]/.test(text) })) {
    const start = at;
    at += token.value.length;
    if (token.type !== 'SingleLineComment' && token.type !== 'MultiLineComment') continue;
    const comment = { start, end: at };
    if (token.value.length > 400 || !PUT_OFF.test(token.value) || (token.value.startsWith('/**') && !MARKED.test(token.value)) || !CHECKING.test(token.value.replace(MARKED, '')) || HARMLESS.test(token.value.replace(/in production/i, ''))) continue;
    if (!MARKED.test(token.value) && !isPromise(token.value)) continue;
    if (!standsForCheck(comment, SECURITY.test(token.value), survey, input)) continue;
    yield { node: comment, severity: 'medium', confidence: 'pattern', message: 'This check is put off, and what follows runs without it' };
  }
}

/** Without a marker word, the sentence itself has to say that the check is missing. */
function isPromise(comment: string): boolean {
  return (/(?:skip(?:ping|ped)?|disabled?|bypass(?:ing|ed)?)\s[^.]{0,30}(?:verification|checks?\b|auth\w*|validation)/i.test(comment) && /for now|later|until|temporar|yet|placeholder|before (?:prod|launch|going)|in production|dev\b|demo/i.test(comment)) || /(?:verif|check|auth|valid|signature)\w*\s[^.]{0,60}(?:later|for now|not (?:yet )?implemented|placeholder|stub|skipped|disabled)|in production,?\s[^.]{0,60}(?:verif|check|auth|valid|hash)|(?:placeholder|stub)[^.]{0,40}(?:verif|check|auth|valid)|should (?:be )?(?:verif|check|validat|authenticat|authori)/i.test(comment);
}

/** It stands in a function that has something to do with it, and no check follows in the next lines. */
function standsForCheck({ start, end }: Node, saysWhat: boolean, survey: Survey, { text, flow }: RuleInput): boolean {
  let inner: Fn | undefined;
  for (const fn of flow.program.functions) if (fn.start < start && end < fn.end && (inner === undefined || fn.end - fn.start < inner.end - inner.start)) inner = fn;
  // The comment, or the name of the function it stands in, has to speak of who gets in.
  if (inner === undefined || !(saysWhat || (VALIDATOR.test(inner.name) && SECURITY.test(inner.name.replace(/([a-z])([A-Z])/g, '$1 $2'))))) return false;
  const after = bare(text.slice(end, Math.min(inner.end, end + 240)));
  const isChecked = /^\s*(?:if\s*\((?!\s*!\s*\w+\s*\))|(?:const|let|await)\s[^;\n]{0,120}\b(?:verify|check|authorize|authenticate|validate|require|assert)\w*\()/.test(after) && !/return\s+true|next\(\)/.test(after.slice(0, 120));
  const whole = bare(text.slice(inner.start, inner.end));
  return !isChecked && (VALIDATOR.test(inner.name) || survey.of('call').some((call) => call.start > end && call.end < inner.end) || /return\s+(?:true|payload|user|decoded|data|null)|next\(\)/.test(whole));
}

/** Functions whose name promises an answer, and whose only answer is yes. */
function* agreements(survey: Survey, input: RuleInput): Iterable<Report> {
  for (const fn of input.flow.program.functions) yield* agreeing(fn, survey, input);
}

function* agreeing(fn: Fn, survey: Survey, input: RuleInput): Iterable<Report> {
  if (!VALIDATOR.test(fn.name) || FRAMEWORK_STUB.test(fn.name) || /(?:Open|Visible|Loading|Active|Enabled|Supported|Mobile|Menu|Panel|Expanded|Selected|Dirty|Available|Node|Element|Type)\w*$/.test(fn.name) || fn.params.length === 0 || isTest(input.text)) return;
  const returns = survey.inside('return', fn).filter((each) => survey.fnOf(each) === fn);
  const last = fn.body.at(-1);
  if (last?.kind !== 'return' || last.value?.kind !== 'constant' || last.value.value !== true || returns.length !== 1) return;
  // Something before it may refuse: a thrown error, a condition, a check that throws by itself.
  const before = bare(spanText(input.text, fn.body.slice(0, -1)));
  if (/\bthrow\b|\bif\s*\(|(?<!\?)\?(?![.?])|\b(?:assert|verify|check|ensure|validate|authorize|require|compare|guard)\w*\s*\(|super\./i.test(before)) return;
  const parent = survey.parents.get(fn);
  if (parent?.kind === 'call' || isOverridden(fn, input)) return;
  yield { node: last, severity: 'high', confidence: 'likely', message: `\`${fn.name}\` agrees to everything` };
}

/** `.catch(() => true)` behind a check: while the service is down everybody passes. */
function* failsOpen(call: Call, survey: Survey, input: RuleInput): Iterable<Report> {
  if (calledName(call) !== 'catch' || call.callee.kind !== 'member') return;
  const callback = survey.functionOf(call.args[0]);
  const [answer] = callback === undefined ? [] : survey.inside('return', callback);
  const checked = bare(code(input.text, call.callee.object));
  if (answer?.value?.kind === 'constant' && answer.value.value === true && (AUTH_CALL.test(checked) || VALIDATOR.test(calledName(call.callee.object.kind === 'call' ? call.callee.object : call)))) yield { node: call, severity: 'high', confidence: 'likely', message: 'Whoever fails the check, or asks while it cannot be made, goes on as if they had passed it' };
}

function isTest(text: string): boolean {
  return /\b(?:describe|it|test)\(\s*['"`]/.test(text);
}

function isLogging(stmt: Stmt, { text }: RuleInput): boolean {
  return /^(?:await\s+)?(?:console|log(?:ger)?|(?:this|req|request|fastify|app|server|ctx|context)\.log(?:ger)?)\./.test(code(text, stmt));
}

/** A base class's default, or an interface's empty case. */
function isOverridden(fn: Fn, { flow }: RuleInput): boolean {
  const cls = flow.program.classes.find(({ methods }) => methods.some((method) => method.fn === fn));
  return cls !== undefined && (/^(?:Base|Abstract|Noop|Null|Default|Mock|Fake|Allow|Dummy)/.test(cls.name) || flow.program.classes.some(({ base }) => base?.kind === 'name' && base.slot.name === cls.name));
}

/** `try { verify(token) } catch {}`: whoever fails goes on. */
function* swallowed(each: Extract<Stmt, { kind: 'try' }>, survey: Survey, input: RuleInput): Iterable<Report> {
  if (each.handler === undefined) return;
  const body = bare(spanText(input.text, each.body));
  const fn = survey.fnOf(each);
  // Who is not signed in goes on as a stranger, on purpose.
  if (/optional|maybe|try|attach|load|populate|soft/i.test(fn?.name ?? '') || survey.parents.get(each)?.kind === 'if') return;
  if (fn === undefined || !(AUTH_CALL.test(body) || VALIDATOR.test(fn.name)) || /compare\s*\(/.test(body) && !/bcrypt|argon|scrypt|password|hash/i.test(body)) return;
  const handler = bare(spanText(input.text, each.handler));
  const letsIn = /\bnext\(\s*\)|\breturn\s+(?:true|next\(\))|\bisValid\s*=\s*true|authenticated\s*=\s*true|authorized\s*=\s*true/.exec(handler);
  const quiet = each.handler.every((stmt) => stmt.kind === 'do' && isLogging(stmt, input));
  const block = handlerNode(each, input);
  if (letsIn !== null && !refuses(handler.replace(/next\(\s*\)/g, '').slice(0, letsIn.index))) {
    const node = each.handler.find((stmt) => code(input.text, stmt).includes(letsIn[0])) ?? block;
    yield { node, severity: 'high', confidence: 'likely', message: 'Whoever fails the check goes on as if they had passed it' };
  } else if (quiet && AUTH_CALL.test(body) && !usesResult(each, fn, input)) yield { node: block, severity: 'high', confidence: 'likely', message: 'A check that fails changes nothing here: what follows runs all the same' };
}

/** A guard by its name, or by what it is given: who is refused is refused by it alone. */
function isGuard(fn: Fn, each: Extract<Stmt, { kind: 'try' }>, text: string): boolean {
  return /\bnext\(\s*\)/.test(bare(spanText(text, each.body))) || /^(?:require|ensure|assert|authenticate|authorize|verify|check|guard|protect)/i.test(fn.name) || (/auth|guard|hook/i.test(fn.name) && fn.params.some(({ target }) => target.kind === 'bind' && /^(?:req|request|ctx|context|c)$/.test(target.slot.name)));
}

/** `catch (error) { … }`. */
function handlerNode(each: Extract<Stmt, { kind: 'try' }>, { text }: RuleInput): Node {
  const from = each.body.at(-1)?.end ?? each.start;
  const start = text.indexOf('catch', from);
  const end = each.finalizer === undefined ? each.end : text.lastIndexOf('finally', each.finalizer[0]?.start ?? each.end);
  return start < 0 || start > each.end ? each : { start, end: Math.max(start + 5, Math.min(end, each.end)) };
}

/** What the check found out is looked at afterwards: `let user; try { user = verify(t) } catch {} if (!user) …`; or the check was all there was. */
function usesResult(each: Extract<Stmt, { kind: 'try' }>, fn: Fn, { text }: RuleInput): boolean {
  const after = bare(text.slice(each.end, fn.end));
  if (/^[\s})\];,]*$/.test(after)) return !isGuard(fn, each, text);
  const assigned = [...bare(spanText(text, each.body)).matchAll(/(?:^|[\s;{])(?:(?:req|ctx|c|res|request|this)\.)?(?:\w+\.)*(\w+)\s*=[^=]/g)].map(([, name]) => name!);
  return assigned.some((name) => new RegExp(`(?:if\\s*\\(|!|return\\s[^;]*|\\?|&&|\\|\\|)[^;\\n]{0,80}\\b${name}\\b`).test(after)) || /^\s*(?:return\s+(?:null|false|undefined)|throw|return\s+res\.(?:status\(40|sendStatus\(40))/.test(after);
}
