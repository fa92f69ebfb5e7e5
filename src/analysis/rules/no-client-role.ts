/** What a user may do, decided by what they send. */
import type { Expr } from '../flow/program.ts';
import { isClientPath, lastOf, pathOf } from '../paths.ts';
import { code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName, decisionOf, lastName, refuses, wordOf } from '../shape.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

/** Members that say what somebody may do. */
const ROLE = /^(?:x[-_])?(?:user[-_]?|account[-_]?|my[-_]?|is[-_]?|has[-_]?|current[-_]?)*(?:roles?|admin(?:istrator)?|superuser|super[-_]?admin|permissions?|scopes?|privileges?|staff|moderator|owner|groups?|access[-_]?level|user[-_]?type|account[-_]?type|plan|tier|premium|pro|verified|internal|authenticated|authorized|logged[-_]?in)(?:[-_]?(?:access|mode|flag|user|rights))?$/i;
const FLAG = /^(?:x[-_])?(?:is|has|can)[-_]?[A-Za-z]|admin|superuser|authenticated|authorized|logged|verified|premium/i;
const PRIVILEGED = /^(?:admin|administrator|root|owner|super[-_ ]?(?:user|admin)|staff|moderator|manager|editor|internal|system|premium|pro|enterprise|paid|gold|true|1|yes|write|all|\*|service|support|employee|operator)$/i;
/** Who asks, as the server knows them: then the role that was sent is what is asked for, not who asks. */
const KNOWN = /\b(?:req|request|ctx|context|c|res\.locals|locals|session|auth)\??\.(?:user|auth|session|account|state|locals)\b|\bsession\b|currentUser|\bactor\b|\bviewer\b|c\.get\(|requester/;

export default defineRule({
  id: 'no-client-role',
  summary: 'Do not let the request say what its sender may do.',
  why: 'Whoever sends the request writes the role into it: they are an administrator because they say so.',
  advice: 'Take the role from the session or from a verified token, or look it up for the user who is signed in.',
  cwe: [602, 269, 285],
  owasp: ['A01:2021 Broken Access Control', 'A01:2025 Broken Access Control'],
  words: ['role', 'Role', 'admin', 'Admin', 'permission', 'scope', 'superuser', 'privilege', 'taff', 'moderator', 'owner', 'plan', 'tier', 'remium', 'is_', 'isAuth', 'verified', 'userType', 'accessLevel'],
  needs: ['req', 'ctx', 'c.', 'event', 'headers', 'body', 'formData', 'Body', 'cookies', 'searchParams', 'socket', 'use server'],
  *check(input) {
    const survey = surveyOf(input.flow);
    for (const binary of survey.of('binary')) if (/^[=!]==?$/.test(binary.op)) yield* compared(binary, survey, input);
    for (const kind of ['name', 'member', 'call'] as const) for (const expr of survey.of(kind)) yield* flag(expr, survey, input);
    for (const call of survey.of('call')) yield* listed(call, survey, input);
    for (const each of survey.of('switch')) {
      const path = rolePath(each.subject, survey);
      if (path !== undefined && each.cases.some(({ test }) => PRIVILEGED.test(wordOf(test) ?? ''))) yield report(each.subject, path, input);
    }
    yield* stored(survey, input);
  },
});

function rolePath(expr: Expr | undefined, survey: Survey): string | undefined {
  const path = pathOf(expr, survey);
  return isClientPath(path) && ROLE.test(lastOf(path)) ? path : undefined;
}

function report(node: Expr, path: string, { text }: RuleInput): Report {
  const written = oneLine(code(text, node));
  return { node, severity: 'high', confidence: 'likely', message: `\`${written}\`${node.kind === 'name' ? ` (\`${path}\`)` : ''} is what the sender of the request says, and it decides what they may do` };
}

/** `req.body.role === 'admin'`, and the admin's branch is the one that goes on. */
function* compared(binary: Extract<Expr, { kind: 'binary' }>, survey: Survey, input: RuleInput): Iterable<Report> {
  const [role, word] = wordOf(binary.right) !== undefined || binary.right.kind === 'constant' ? [binary.left, binary.right] : [binary.right, binary.left];
  const path = rolePath(role, survey);
  if (path === undefined || word.kind !== 'constant' || !PRIVILEGED.test(String(word.value))) return;
  const decision = decisionOf(binary, survey, input.text);
  // Nothing hangs on it here: a name is given to the answer, or it is handed on.
  if (decision === undefined) {
    if (!KNOWN.test(bare(statementAround(binary, survey, input)))) yield report(role, path, input);
    return;
  }
  if (KNOWN.test(bare(code(input.text, decision.test)).replace(code(input.text, role), ''))) return;
  const isEqual = binary.op.startsWith('=');
  // Asking for a role that nobody may ask for is refused: that is a check, not a claim.
  if (isEqual ? refuses(firstLines(decision.then)) : !refuses(firstLines(decision.then))) return;
  if (knowsCaller(binary, survey, input)) return;
  yield report(role, path, input);
}

/** `if (req.body.isAdmin)`, `req.query.admin && …`, `req.body.isAdmin ? a : b`. */
function* flag(expr: Expr, survey: Survey, input: RuleInput): Iterable<Report> {
  const parent = survey.parents.get(expr);
  if (parent === undefined || !/^(?:if|conditional|logical|unary|call)$/.test(parent.kind) || (parent.kind === 'call' && parent.callee === expr)) return;
  const path = rolePath(expr, survey);
  if (path === undefined || !(FLAG.test(lastOf(path)) || FLAG.test(lastName(expr)))) return;
  const decision = decisionOf(expr, survey, input.text);
  if (decision === undefined) return;
  const test = bare(code(input.text, decision.test));
  if (KNOWN.test(test.replace(code(input.text, expr), ''))) return;
  const isNegated = parent?.kind === 'unary' && parent.op === '!' && !(survey.parents.get(parent) as { op?: string } | undefined)?.op?.startsWith('!');
  if (isNegated ? !refuses(firstLines(decision.then)) : refuses(firstLines(decision.then))) return;
  // Somebody is made what the flag says: that is asking for it, and another rule's question.
  if (/(?:make|set|grant|remove|add|update|revoke|promote|demote)\w*(?:Admin|Role|Permission)/i.test(decision.then)) return;
  if (!knowsCaller(expr, survey, input)) yield report(expr, path, input);
}

/** `['admin', 'owner'].includes(req.body.role)`, `hasPermission(req.body.role)`, `req.body.permissions.includes('write')`. */
function* listed(call: Extract<Expr, { kind: 'call' }>, survey: Survey, input: RuleInput): Iterable<Report> {
  const name = calledName(call);
  const { callee } = call;
  if (name === 'includes' && callee.kind === 'member') {
    const own = rolePath(callee.object, survey);
    if (own !== undefined && PRIVILEGED.test((wordOf(call.args[0]) ?? '').replace(/^.*[:.]/, '')) && hangs(call, survey, input)) yield report(callee.object, own, input);
    const given = rolePath(call.args[0], survey);
    const object = callee.object.kind === 'name' ? (survey.definitions.get(callee.object.slot)?.value ?? callee.object) : callee.object;
    const items = object.kind === 'array' ? object.items.map((item) => wordOf(item) ?? '') : [];
    // A list that holds everything there is checks the form; one of the privileged few decides.
    if (given !== undefined && items.length > 0 && items.every((item) => PRIVILEGED.test(item)) && hangs(call, survey, input)) yield report(call.args[0]!, given, input);
  } else if (/^(?:has|check|can|is|require|ensure|authorize|allow)(?:Permission|Role|Access|Admin|Scope|User)?s?/.test(name) && /permission|role|access|admin|authori/i.test(name)) {
    for (const arg of call.args) {
      const path = rolePath(arg, survey);
      if (path !== undefined && !knowsCaller(call, survey, input) && !/valid/i.test(name)) yield report(arg, path, input);
    }
  }
}

function hangs(call: Expr, survey: Survey, input: RuleInput): boolean {
  const decision = decisionOf(call, survey, input.text);
  if (decision === undefined || knowsCaller(call, survey, input) || KNOWN.test(bare(code(input.text, decision.test)).replace(code(input.text, call), ''))) return false;
  const parent = survey.parents.get(call);
  const isNegated = parent?.kind === 'unary' && parent.op === '!';
  return isNegated === refuses(firstLines(decision.then));
}

/** A role taken over into who the user is: `req.user = { role: req.headers['x-role'] }`, `create({ role: req.body.role })` at a sign-up. */
function* stored(survey: Survey, input: RuleInput): Iterable<Report> {
  for (const object of survey.of('object')) {
    for (const entry of object.entries) {
      if (!('key' in entry) || typeof entry.key !== 'string' || !/^(?:role|roles|isAdmin|is_admin|admin|permissions|scopes?)$/.test(entry.key)) continue;
      const path = rolePath(entry.value, survey);
      if (path === undefined || knowsCaller(object, survey, input) || !isRecord(object, survey)) continue;
      yield { node: entry.value, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, entry.value))}\` is what the sender of the request says, and it becomes what they are` };
    }
  }
  for (const assign of survey.of('assign')) {
    if (assign.target.kind !== 'bind-member' || !/^(?:role|roles|isAdmin|is_admin|permissions)$/.test(String(assign.target.member.key))) continue;
    const path = rolePath(assign.value, survey);
    if (path !== undefined && !knowsCaller(assign, survey, input)) yield { node: assign.value, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, assign.value))}\` is what the sender of the request says, and it becomes what they are` };
  }
}

/** The object becomes a user, a token or the session. */
function isRecord(object: Expr, survey: Survey): boolean {
  for (const around of survey.around(object)) {
    if (around.kind === 'call') return /^(?:create|insert\w*|save|build|sign|signToken|SignJWT|encode|values|register\w*|upsert|set|createUser|createToken|createSession)$/.test(calledName(around)) || (around.isNew && /^(?:User|Account|Member|SignJWT)$/.test(calledName(around)));
    if (around.kind === 'assign') return around.target.kind === 'bind-member' && /^(?:user|auth|session|currentUser)$/.test(String(around.target.member.key));
    if (around.kind === 'return') return /context/i.test(survey.fnOf(around)?.name ?? '');
    if (around.kind === 'declare') return false;
  }
  return false;
}

/** The handler checks the one who asks, by what the server knows of them. */
function knowsCaller(expr: Expr, survey: Survey, { text }: RuleInput): boolean {
  const fn = survey.outerFn(expr);
  if (fn === undefined) return false;
  const before = bare(text.slice(fn.start, fn.end)).replaceAll(text.slice(expr.start, expr.end), '');
  return /\b(?:user|session|currentUser|actor|me|auth|requester|caller|account)\??\.(?:user\??\.)?(?:role|roles|isAdmin|is_admin|permissions|scopes)\b/.test(before) || /\b(?:requireAdmin|requireRole|ensureAdmin|assertAdmin|isAdmin|checkPermission|authorize)\(/.test(before) || isBehindAdmin(fn, survey, text);
}

/** `app.post('/users', requireAdmin, (req, res) => …)`. */
function isBehindAdmin(fn: Expr, survey: Survey, text: string): boolean {
  const call = survey.parents.get(fn);
  return call?.kind === 'call' && call.args.length > 2 && /admin|role|permission|authori[sz]e/i.test(text.slice(call.args[0]!.end, fn.start));
}

function statementAround(expr: Expr, survey: Survey, { text }: RuleInput): string {
  const statement = survey.statementOf(expr);
  return statement === undefined ? '' : text.slice(statement.start, statement.end).replace(code(text, expr), '');
}

/** The start of a branch: what it does first is what it is for. */
function firstLines(branch: string): string {
  return branch.slice(0, 200);
}
