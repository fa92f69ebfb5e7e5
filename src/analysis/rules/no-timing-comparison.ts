/** Secrets compared in a way that takes longer the more of them is right. */
import type { Expr, Member, Stmt } from '../flow/program.ts';
import { isClientPath, lastOf, pathOf } from '../paths.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';
import { calledName, lastName } from '../shape.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

type Binary = Extract<Expr, { readonly kind: 'binary' }>;

/** Names of what lets its holder in. */
const SECRET = /(?:^|[-_.])(?:x[-_])?(?:hub[-_]|stripe[-_]|webhook[-_])*(?:api|access|auth|admin|internal|service|shared|signing|webhook|verify|reset|csrf|xsrf|session|bearer|invite|cron|master|hmac|private|secret|otp|pin|magic|unsubscribe|confirmation|activation|verification|recovery|refresh|id)*[-_]?(?:key|token|secret|signature|hmac|mac|digest|password|passwd|passcode|authorization|otp|sig|hash|credential|pin|code)(?:[-_]?(?:header|value|256|sha256|hex|key|hash))*$/i;
const VAGUE = /(?:^|[-_.])(?:id|key|code|hash|digest|mac|pin)$/i;
const ENV = /^(?:(?:this\.)?\w{0,20}[cC]onfig\w{0,20}\.get(?:OrThrow)?\(\)|this\.config|process\.env|import\.meta\.env|Bun\.env|env|config|settings|secrets?|options|c\.env|ctx\.env)\b/;

export default defineRule({
  id: 'no-timing-comparison',
  summary: 'Compare secrets in constant time.',
  why: 'The comparison stops at the first difference: whoever measures how long it takes finds the secret character by character.',
  advice: 'Use `crypto.timingSafeEqual` on two buffers of equal length.',
  cwe: [208],
  owasp: ['A02:2021 Cryptographic Failures', 'A04:2025 Cryptographic Failures'],
  words: ['===', '!==', '==', '!=', '.equals(', 'compare', 'localeCompare'],
  needs: ['ignature', 'hmac', 'Hmac', 'oken', 'ecret', 'SECRET', 'TOKEN', 'KEY', 'ey', 'assword', 'otp', 'digest', 'uthorization', 'PASSWORD', 'asscode'],
  *check(input) {
    const survey = surveyOf(input.flow);
    for (const binary of survey.of('binary')) {
      if (/^[=!]==?$/.test(binary.op)) yield* judge(binary.left, binary.right, binary, survey, input);
    }
    for (const each of survey.of('loop')) yield* byteByByte(each, survey);
    for (const call of survey.of('call')) {
      if ((calledName(call) === 'equals' || calledName(call) === 'localeCompare') && call.callee.kind === 'member' && call.args.length > 0) yield* judge(call.callee.object, call.args[0]!, call, survey, input);
      else if (survey.apiOf(call) === 'Buffer.compare' && call.args.length === 2) yield* judge(call.args[0]!, call.args[1]!, call, survey, input);
    }
  },
});

function* judge(left: Expr, right: Expr, node: Expr, survey: Survey, input: RuleInput): Iterable<Report> {
  if (!isText(left) || !isText(right)) return;
  const sides = [sideOf(left, survey), sideOf(right, survey)] as const;
  const secret = sides.find(({ kind }) => kind === 'hmac') ?? evidence(sides[0], sides[1], survey) ?? evidence(sides[1], sides[0], survey);
  if (secret === undefined) return;
  const shown = oneLine(code(input.text, secret.expr));
  yield { node, severity: 'medium', confidence: secret.kind === 'hmac' || secret.kind === 'env' ? 'likely' : 'pattern', message: `\`${shown}\` is a secret, and this comparison takes longer the more of it was guessed`, fixes: node.kind === 'binary' ? repair(node, survey, input) : [] };
}

/** `for (…) if (a[i] !== b[i]) return false`, where a secret is one of the two. */
function* byteByByte(loop: Extract<Stmt, { kind: 'loop' }>, survey: Survey): Iterable<Report> {
  for (const each of survey.inside('if', loop)) {
    const { test } = each;
    if (test.kind !== 'binary' || !/^!==?$/.test(test.op) || !isIndexed(test.left) || !isIndexed(test.right) || !each.then.some((stmt) => stmt.kind === 'return')) continue;
    const fn = survey.fnOf(loop);
    if (fn === undefined) continue;
    const objects = [test.left, test.right].map((side) => (side as Member).object);
    const isSecret = objects.some((object) => {
      if (makerOf(object, survey) === 'hmac' || (SECRET.test(lastName(object)) && !VAGUE.test(lastName(object)))) return true;
      const parameter = object.kind === 'name' ? survey.parameters.get(object.slot) : undefined;
      return parameter !== undefined && survey.sitesOf(parameter.fn).some(({ call, kind }) => kind === 'called' && call.args[parameter.index] !== undefined && makerOf(call.args[parameter.index]!, survey) === 'hmac');
    });
    if (isSecret) yield { node: test, severity: 'medium', confidence: 'likely', message: 'A secret is compared byte by byte here, and the first wrong one ends it: how long it takes says how much was guessed' };
  }
}

function isIndexed(expr: Expr): boolean {
  return expr.kind === 'member' && typeof expr.key !== 'string' && expr.key.kind === 'name';
}

interface Side {
  readonly expr: Expr;
  readonly kind: 'hmac' | 'hash' | 'env' | 'client' | 'named' | 'plain';
  /** What it is called last: `signature`. */
  readonly name: string;
}

/** A side that is secret, judged by the other: what a stranger sends is compared with what only we know. */
function evidence(side: Side, other: Side, survey: Survey): Side | undefined {
  const isSecret = SECRET.test(side.name) && !VAGUE.test(side.name);
  if (side.kind === 'env' && SECRET.test(side.name)) return other.kind === 'client' || SECRET.test(other.name) || other.kind === 'hash' || other.kind === 'plain' ? side : undefined;
  // The digest of a token, made here, and the one that was kept.
  if (side.kind === 'hash' && hashesSecret(side.expr, survey)) return other.kind === 'named' && /digest|hash|token|code/i.test(other.name) && !/etag|checksum|content|file|cache|build|version/i.test(other.name) ? side : undefined;
  if (side.kind === 'hash') return (other.kind === 'client' || other.kind === 'named') && SECRET.test(other.name) && !/^(?:hash|digest|checksum|etag|content)/i.test(other.name) ? side : undefined;
  if (side.kind === 'named' && other.kind === 'client') return isSecret && SECRET.test(other.name) ? side : undefined;
  // `user.otp === otp`: what was kept, and what was given.
  if (side.kind === 'named' && other.kind === 'named' && side.expr.kind === 'member' && other.expr.kind === 'name' && side.name.toLowerCase().endsWith(other.name.toLowerCase())) return /otp|password|passcode|secret|api_?key|signature|hmac|reset_?token|verification|csrf/i.test(other.name) && !/confirm|new|old/i.test(side.name + other.name) ? side : undefined;
  // Two names say it: `provided` and `expected`.
  if (side.kind === 'named' && other.kind === 'named') return isSecret && QUALIFIED.test(side.name) && SECRET.test(other.name) && side.name !== other.name && !/confirm|repeat|again|new|old|previous|last|current/i.test(side.name + other.name) ? side : undefined;
  return undefined;
}

const QUALIFIED = /expected|provided|given|stored|received|computed|calculated|actual|incoming|signature|hmac|api_?key|secret|csrf|reset_?token|valid/i;

function isText(expr: Expr): boolean {
  if (expr.kind === 'constant' || expr.kind === 'regex' || expr.kind === 'function' || expr.kind === 'object' || expr.kind === 'array' || expr.kind === 'unary' || expr.kind === 'binary') return false;
  return !(expr.kind === 'member' && /^(?:length|type|size|kind|byteLength|name|id|status)$/.test(String(expr.key))) && !(expr.kind === 'name' && /^(?:undefined|null|NaN)$/.test(expr.slot.name));
}

function sideOf(expr: Expr, survey: Survey): Side {
  const path = pathOf(expr, survey);
  const name = path === undefined ? lastName(expr) : lastOf(path.replace(/\.(?:digest|update)\(\)/g, ''));
  const made = makerOf(expr, survey);
  if (made !== undefined) return { expr, kind: made, name: lastName(expr) };
  if (path !== undefined && ENV.test(path) && path.includes('.')) return { expr, kind: 'env', name };
  if (isClientPath(path)) return { expr, kind: 'client', name };
  if (expr.kind === 'template') return { expr, kind: expr.values.some((value) => sideOf(value, survey).kind === 'env') ? 'env' : expr.values.some((value) => makerOf(value, survey) === 'hmac') ? 'hmac' : 'plain', name: lastOf(pathOf(expr.values.at(-1), survey) ?? '') };
  return { expr, kind: name === '' ? 'plain' : 'named', name: lastName(expr) === '' ? name : SECRET.test(name) ? name : lastName(expr) };
}

/** `createHmac(…).update(…).digest('hex')`, straight, in a template, or through a constant or a helper of this text. */
function makerOf(expr: Expr, survey: Survey, depth = 0): 'hmac' | 'hash' | undefined {
  if (depth > 6) return undefined;
  if (expr.kind === 'await' || expr.kind === 'cast') return expr.value === undefined ? undefined : makerOf(expr.value, survey, depth + 1);
  if (expr.kind === 'template') return expr.values.map((value) => makerOf(value, survey, depth + 1)).find((made) => made === 'hmac');
  if (expr.kind === 'binary' && expr.op === '+') return makerOf(expr.left, survey, depth + 1) ?? makerOf(expr.right, survey, depth + 1);
  if (expr.kind === 'name') {
    const definition = survey.definitions.get(expr.slot);
    return definition !== undefined && definition.picks.length === 0 ? makerOf(definition.value, survey, depth + 1) : undefined;
  }
  if (expr.kind !== 'call') return undefined;
  const name = calledName(expr);
  if (name === 'createHmac' || name === 'HmacSHA256' || name === 'HmacSHA1' || name === 'HmacSHA512') return 'hmac';
  if (name === 'createHash') return 'hash';
  if (expr.callee.kind === 'member') {
    if (name === 'from' && expr.args[0]) return makerOf(expr.args[0], survey, depth + 1);
    const inner = makerOf(expr.callee.object, survey, depth + 1);
    if (inner !== undefined) return inner;
    return /^(?:sign|hmac)/i.test(name) && /key|secret|hmac|mac/i.test(lastName(expr.callee.object)) ? 'hmac' : undefined;
  }
  if (expr.callee.kind !== 'name') return undefined;
  const { slot } = expr.callee;
  const fn = survey.of('function-declaration').find((one) => one.slot === slot)?.fn ?? functionOf(survey.definitions.get(slot)?.value);
  if (fn === undefined) return /^(?:compute|create|generate|calculate|sign|make)?(?:hmac|signature)/i.test(name) ? 'hmac' : undefined;
  for (const ret of survey.inside('return', fn)) {
    const made = ret.value === undefined ? undefined : makerOf(ret.value, survey, depth + 1);
    if (made !== undefined) return made;
  }
  return undefined;
}

/** `createHash('sha256').update(token)`: what goes in lets its holder in. */
function hashesSecret(expr: Expr, survey: Survey): boolean {
  const value = expr.kind === 'name' ? survey.definitions.get(expr.slot)?.value : expr;
  if (value === undefined) return false;
  return survey.inside('call', value).concat(value.kind === 'call' ? [value] : []).some((call) => calledName(call) === 'update' && /^(?:token|resetToken|code|otp|secret|password|apiKey|key|refreshToken|inviteToken|sessionToken|verificationToken)$/i.test(lastName(call.args[0])));
}

function functionOf(expr: Expr | undefined): Extract<Expr, { kind: 'function' }> | undefined {
  return expr?.kind === 'function' ? expr : undefined;
}

/** `a === b` on two names or members becomes a comparison of buffers, their lengths first. */
function repair(node: Binary, survey: Survey, input: RuleInput): readonly Repair[] {
  const { text, flow } = input;
  if (![node.left, node.right].every((side) => (side.kind === 'name' || side.kind === 'member') && /^[\w$.?[\]'"-]+$/.test(code(text, side)))) return [];
  const own = survey.of('import').find(({ module }) => /^(?:node:)?crypto$/.test(module));
  const isCommonJs = flow.program.imports.length === 0;
  const required = isCommonJs ? [...survey.definitions].find(([, { value, picks }]) => value.kind === 'module' && /^(?:node:)?crypto$/.test(value.name) && picks.length === 0)?.[0].name : undefined;
  const named = survey.of('import').find(({ module, member }) => /^(?:node:)?crypto$/.test(module) && member === 'timingSafeEqual');
  const whole = own?.member === undefined ? own?.slot.name : undefined;
  const first = flow.program.imports[0];
  if (named === undefined && whole === undefined && required === undefined && first === undefined) return [];
  const callee = named?.slot.name ?? (whole !== undefined || required !== undefined ? `${whole ?? required}.timingSafeEqual` : 'timingSafeEqual');
  const buffer = (side: Expr): string => `Buffer.from(String(${code(text, side)}))`;
  const length = (side: Expr): string => `Buffer.byteLength(String(${code(text, side)}))`;
  const equal = `${length(node.left)} === ${length(node.right)} && ${callee}(${buffer(node.left)}, ${buffer(node.right)})`;
  const line = first === undefined || callee !== 'timingSafeEqual' || named !== undefined ? [] : [{ range: { start: text.lastIndexOf('\n', first.start) + 1, end: text.lastIndexOf('\n', first.start) + 1 }, text: "import { timingSafeEqual } from 'node:crypto';\n" }];
  return [{ title: 'Compare in constant time', kind: 'suggestion', change: [...line, { range: { start: node.start, end: node.end }, text: node.op.startsWith('!') ? `!(${equal})` : `(${equal})` }] }];
}
