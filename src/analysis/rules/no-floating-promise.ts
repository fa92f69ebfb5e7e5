/** Promises nobody waits for, where their failure matters: writes, payments, checks of who may do what. */
import type { Call, Expr, Fn } from '../flow/program.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type RuleInput } from '../rule.ts';
import { bare, calledName, receiverName, wordOf } from '../shape.ts';
import { isWaitedFor } from '../stores.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

/** Checks that answer with a promise. */
const ASYNC_CHECKS = new Set(['bcrypt.compare', 'bcryptjs.compare', 'argon2.verify', 'jose.jwtVerify', 'jose.compactVerify', 'fs.promises.access', 'node:fs/promises.access', 'next-auth.getServerSession', 'next-auth/jwt.getToken', 'scrypt-kdf.verify', '@node-rs/argon2.verify', '@node-rs/bcrypt.compare', '@node-rs/bcrypt.verify', 'oslo/password.verify', 'crypto.subtle.verify', 'jose.jwtDecrypt', '@node-rs/bcrypt.compare']);
/** Names of what must not fail unnoticed. */
const MATTERS = /^(?:save\w*|create\w*|insert\w*|update\w*|upsert\w*|delete\w*|remove\w*|destroy\w*|charge\w*|capture\w*|refund\w*|transfer\w*|pay\w*|debit\w*|credit\w*|commit|rollback|write\w*|append\w*|rename|unlink|rm|mkdir|copyFile|verify\w*|authenticate\w*|authorize\w*|require(?:Auth|User|Role|Admin|Permission|Session|Login)\w*|check(?:Auth|Permission|Access|Role|Owner|Quota|Limit|Signature)\w*|assert\w*|ensure\w*|validate\w*|revoke\w*|invalidate\w*|logout|destroySession|audit\w*|enqueue\w*|publish\w*|send\w*|reserve\w*|release\w*|deduct\w*|increment\w*|decrement\w*|set(?:Password|Role|Balance|Permission)\w*|grant\w*|lock\w*|unlock\w*|store\w*|persist\w*|execute|exec|query|run|record\w*|settle\w*|withdraw\w*|deposit\w*|disable\w*|deactivate\w*|rotate\w*|reset\w*|migrate\w*|backup\w*|archive\w*|log(?:Audit|Access|Event)\w*|cancel\w*|ship\w*|fulfil\w*|process\w*|apply\w*|redeem\w*|issue\w*)$/;
/** Of these what is told by the name of its receiver alone. */
const WRITES = /^(?:create\w*|insert\w*|update\w*|upsert\w*|delete\w*|save\w*|commit|rollback|charge\w*|refund\w*|transfer\w*|revoke\w*|enqueue\w*|sendMail|publish\w*|deduct\w*|withdraw\w*|deposit\w*)$/;
/** Receivers whose methods answer with promises. */
const STORE_API = /^(?:node:)?fs\/promises\b|^fs\.promises\b|^stripe\b|^@prisma\/client\b|^prisma\b|^mongoose\b|^mongodb\b|^pg\b|^mysql2\/promise\b|^ioredis\b|^redis\b|^@aws-sdk\b|^typeorm\b|^sequelize\b|^nodemailer\b|^knex\b|^drizzle-orm\b/;
const STORE_NAME = /^(?:prisma|tx|trx|db|pool|client|conn|connection|knex|redis|stripe|mailer|transporter|queue|\w*(?:Repo|Repository|Model|Collection|Service|Queue|Client|Gateway|Store|Dao|Mailer|Ledger|Publisher|Producer))$/;
/** Methods of theirs that answer at once. */
const AT_ONCE = /^(?:on|once|off|emit|use|set|get|has|add|log|create(?:Client|Server|Element|QueryBuilder|Interface|Hash|Hmac|ReadStream|WriteStream|Context|Store|Slice|Root|Ref|Logger|App|Pool|Connection|Queue|Channel|Date)?|release|assert\w*|validateSync|send|sendStatus|sendFile|write|writeHead|end|run|exec|process\w*|apply|reset|updateConfig|setState|update(?:Ui|View|State|Display)?|remove(?:Listener|All\w*|EventListener|Child|Item|Attribute)?|appendChild|append|appendFileSync|lock|unlock|store|record\w*|ensure\w*)$/;

export default defineRule({
  id: 'no-floating-promise',
  summary: 'Wait for what must not fail unnoticed.',
  why: 'A write, a payment or a check that is started and left fails where nobody sees it, and a check that is not waited for is always true.',
  advice: 'Put `await` before it, or handle its failure with `.catch`.',
  cwe: [252, 755, 670],
  owasp: ['A04:2021 Insecure Design', 'A10:2025 Mishandling of Exceptional Conditions'],
  words: ['async', 'bcrypt', 'argon2', 'jose', 'fs/promises', 'Promise'],
  *check(input) {
    const survey = surveyOf(input.flow);
    for (const call of survey.of('call')) {
      const kind = promiseOf(call, survey);
      if (kind === undefined) continue;
      const test = testAround(call, survey);
      if (kind !== 'store' && isTestedLater(call, survey)) yield { node: call, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, call.callee))}\` answers with a promise, which is always true: what is made of it here is no answer`, fixes: repair(call, survey) };
      else if (test !== undefined && kind !== 'store' && !isCompared(call, survey)) yield { node: call, severity: MATTERS.test(calledName(call)) || kind === 'check' ? 'high' : 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, call.callee))}\` answers with a promise, which is always true: this condition checks nothing`, fixes: repair(call, survey) };
      else if (isDropped(call, survey) && matters(call, kind, survey, input)) yield { node: call, severity: 'low', confidence: kind === 'store' ? 'pattern' : 'likely', message: `Nobody waits for \`${oneLine(code(input.text, call.callee))}\`: when it fails, what follows goes on as if it had not`, fixes: repair(call, survey) };
    }
  },
});

/** Why a call is taken to answer with a promise: it is one of the known checks, an async function of this text, or a method of a store. */
function promiseOf(call: Call, survey: Survey): 'check' | 'own' | 'store' | undefined {
  const api = survey.apiOf(call) ?? '';
  if (call.isNew) return undefined;
  if (call.args.some((arg) => arg.kind === 'function')) return api !== '' && ASYNC_CHECKS.has(api) && !call.args.some((arg) => arg.kind === 'function') ? 'check' : ownAsync(call, survey) ? 'own' : undefined;
  if (ASYNC_CHECKS.has(api)) return 'check';
  if (ownAsync(call, survey)) return 'own';
  if (/^(?:node:)?fs\/promises\b|^fs\.promises\b/.test(api)) return 'store';
  if (call.callee.kind !== 'member') return undefined;
  const name = calledName(call);
  if (AT_ONCE.test(name) || /Sync$/.test(name)) return isOrm(call) ? 'store' : undefined;
  return STORE_API.test(api) || STORE_NAME.test(receiverName(call)) || isOrm(call) ? 'store' : undefined;
}

/** `prisma.user.create(…)`, `User.create(…)`, `stripe.refunds.create(…)`. */
function isOrm(call: Call): boolean {
  if (call.callee.kind !== 'member' || !/^(?:create|createMany|update|updateMany|delete|deleteMany|upsert|insertOne|insertMany|updateOne|deleteOne|findByIdAndUpdate|findByIdAndDelete|findOneAndUpdate|destroy|save|bulkCreate|capture|cancel|confirm)$/.test(calledName(call))) return false;
  const { object } = call.callee;
  if (object.kind === 'member' && object.object.kind === 'name' && /^(?:prisma|stripe|db|tx|trx)$/.test(object.object.slot.name)) return true;
  if (object.kind === 'name' && calledName(call) === 'save') return call.args.length === 0 && /^[a-z]/.test(object.slot.name) && !/ctx|canvas|context|editor|dialog|form/i.test(object.slot.name);
  return object.kind === 'name' && /^[A-Z][a-z]\w*$/.test(object.slot.name) && object.slot.declared === 'import' && !/^(?:Object|Reflect|URL|Buffer|Map|Set|Array|Observable|Decimal|Joi|Yup)$/.test(object.slot.name) && /^(?:create|bulkCreate|updateOne|updateMany|deleteOne|deleteMany|insertMany|findBy\w+|findOneAnd\w+|destroy|update)$/.test(calledName(call));
}

/** An async function or method of this text. */
function ownAsync(call: Call, survey: Survey): boolean {
  const fn = survey.calleeOf(call);
  return fn?.isAsync === true && !fn.isGenerator;
}

/** The call is the condition itself, perhaps behind `!`, or a part of it behind `&&`. */
function testAround(call: Call, survey: Survey): Expr | undefined {
  let at: Expr = call;
  for (const around of survey.around(call)) {
    if ((around.kind === 'if' || around.kind === 'conditional') && around.test === at) return around.test;
    if (around.kind === 'unary' && around.op === '!') {
      at = around;
      // `!promise` is a boolean wherever it goes.
      continue;
    }
    if (around.kind === 'logical' && (around.left === at || around.op !== 'nullish')) {
      at = around;
      continue;
    }
    return undefined;
  }
  return undefined;
}

/** `const ok = check(x); if (ok) …`: kept, asked whether it is true, and never waited for. */
function isTestedLater(call: Call, survey: Survey): boolean {
  const declare = survey.parents.get(call);
  if (declare?.kind !== 'declare' || declare.target.kind !== 'bind') return false;
  const { slot } = declare.target;
  const uses = survey.of('name').filter((name) => name.slot === slot);
  const isTest = (name: Expr): boolean => {
    const parent = survey.parents.get(name);
    return ((parent?.kind === 'if' || parent?.kind === 'conditional') && parent.test === name) || (parent?.kind === 'unary' && parent.op === '!');
  };
  return uses.length > 0 && uses.every(isTest);
}

/** `check(x) === true` compares a promise: never equal, so that nobody gets in. */
function isCompared(call: Call, survey: Survey): boolean {
  return survey.parents.get(call)?.kind === 'binary';
}

/** A statement of its own: not awaited, returned, kept, or told what to do on failure. */
function isDropped(call: Call, survey: Survey): boolean {
  const parent = survey.parents.get(call);
  if (parent?.kind === 'do') return true;
  // `ok && save()`, `ok ? save() : skip()` as a statement.
  return (parent?.kind === 'logical' && parent.right === call) || (parent?.kind === 'conditional' && parent.test !== call) ? survey.parents.get(parent)?.kind === 'do' : false;
}

function matters(call: Call, kind: 'check' | 'own' | 'store', survey: Survey, input: RuleInput): boolean {
  const name = calledName(call);
  const fn = survey.fnOf(call);
  // Where nothing can be waited for, starting it is all one can do; that is the caller's affair.
  if (fn?.isAsync !== true) return false;
  if (kind === 'check') return true;
  if (!MATTERS.test(name)) return kind === 'own' && writesInside(survey.calleeOf(call), survey, input);
  if (kind === 'own') return !handlesItself(survey.calleeOf(call)) && !isBackground(name);
  const first = wordOf(call.args[0]) ?? '';
  if (/^(?:query|execute|run|exec)$/.test(name)) return /^\s*(?:insert|update|delete|commit|rollback|begin)/i.test(first);
  return !isBackground(name) && (STORE_API.test(survey.apiOf(call) ?? '') || WRITES.test(name)) && !/^(?:sendMessage|postMessage|sendEvent)$/.test(name);
}

/** Meant to go on by itself, by its name. */
function isBackground(name: string): boolean {
  return /background|later|async$|fireAndForget|prefetch|warm|track|ping|poll|schedule|loop|start|listen|watch/i.test(name);
}

/** Its whole body stands in a `try`: it has dealt with its failure. */
function handlesItself(fn: Fn | undefined): boolean {
  return fn !== undefined && fn.body.length > 0 && fn.body.filter((stmt) => stmt.kind !== 'declare').every((stmt) => stmt.kind === 'try' && stmt.handler !== undefined && !stmt.handler.some((each) => each.kind === 'throw'));
}

/** A helper of this text with a harmless name that writes, pays or checks inside. */
function writesInside(fn: Fn | undefined, survey: Survey, { text }: RuleInput): boolean {
  if (fn === undefined || handlesItself(fn) || isBackground(fn.name)) return false;
  return survey.inside('call', fn).some((call) => isOrm(call) || (/^(?:revoke|delete|remove|update|save|insert|create|charge|refund|transfer|write|unlink|send)[A-Z]?\w*$/.test(calledName(call)) && (isWaitedFor(call, survey) || survey.fnOf(call) !== fn))) || /\b(?:INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b/.test(bare(code(text, fn)));
}

function repair(call: Call, survey: Survey): readonly Repair[] {
  const fn = survey.fnOf(call);
  const parent = survey.parents.get(call);
  if (fn?.isAsync !== true || parent?.kind === 'member') return [];
  return [{ title: 'Wait for it', kind: 'suggestion', change: [{ range: { start: call.start, end: call.start }, text: parent?.kind === 'unary' || parent?.kind === 'do' || parent?.kind === 'declare' || parent?.kind === 'if' ? 'await ' : '(await ' }, ...(parent?.kind === 'unary' || parent?.kind === 'do' || parent?.kind === 'declare' || parent?.kind === 'if' ? [] : [{ range: { start: call.end, end: call.end }, text: ')' }])] }];
}
