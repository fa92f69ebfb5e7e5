/** What an error says about the inside, sent to whoever is outside. */
import type { Call, Expr, Fn, Slot } from '../flow/program.ts';
import { code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName, lastName } from '../shape.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

const SENDS = new Set('send json end write jsonp html text body render'.split(' '));
const RESPONSES = /^(?:res|response|reply|resp|rep|c|ctx|context|h|NextResponse|Response|stream|socket|ws)$/i;
const DETAILS = new Set('stack sqlMessage sql parent original cause detail hint query path syscall config internalQuery driverError inner trace'.split(' '));
/** Members of errors that are made to be shown. */
const SHOWN = new Set('status statusCode code name errors issues expose publicMessage userMessage clientMessage type fieldErrors formErrors details title field fields'.split(' '));
const GUARDED = /NODE_ENV|\bis_?(?:dev|prod)\w*|\bdev(?:elopment|Mode)?\b|\bDEBUG\b|\bproduction\b|\.expose\b|instanceof\s+(?!Error\b)\w+|\.name\s*===|isOperational|isHttpError|isBoom|ZodError|ValidationError|\bisPublic|\.isJoi|\b(?:status|statusCode|code)\s*<\s*500|app\.get\(\s*['"]env|APP_ENV|ENVIRONMENT/;
const CAUGHT = /^(?:e|err|error|ex|exception|_?err(?:or)?|reason|cause|caught|failure)\d?$/;

export default defineRule({
  id: 'no-error-details',
  summary: 'Do not send stack traces or raw errors to callers.',
  why: 'Paths, versions, table names and queries in an error tell an attacker what to try next.',
  advice: 'Log the error with an id, and answer with a sentence of your own and that id.',
  cwe: [209, 497],
  owasp: ['A05:2021 Security Misconfiguration', 'A10:2025 Mishandling of Exceptional Conditions'],
  words: ['catch', 'err', 'error', 'exception'],
  needs: ['.send(', '.json(', '.end(', 'Response', '.write(', 'body', '.status(', 'reply', 'Exception', '.text(', '.html(', '.render('],
  *check(input) {
    const survey = surveyOf(input.flow);
    for (const call of survey.of('call')) {
      const sent = sentBy(call, survey);
      for (const arg of sent) yield* judge(arg, call, survey, input);
      if (sent.length === 0 && answers(call, survey)) for (const arg of call.args) yield* judge(arg, call, survey, input);
    }
    for (const assign of survey.of('assign')) {
      if (assign.target.kind === 'bind-member' && assign.target.member.key === 'body' && /^(?:ctx|context|res|response|this)$/.test(lastName(assign.target.member.object))) yield* judge(assign.value, assign, survey, input);
    }
    for (const ret of survey.of('return')) {
      if (ret.value?.kind === 'object' && isAnswer(ret.value)) for (const entry of ret.value.entries) if ('key' in entry && entry.key === 'body') yield* judge(entry.value, ret.value, survey, input);
    }
  },
});

/** A helper of this text that makes a serverless answer of what it is given. */
function answers(call: Call, survey: Survey): boolean {
  const fn = survey.calleeOf(call);
  return fn !== undefined && survey.inside('object', fn).some((object) => isAnswer(object));
}

/** `{ statusCode: 500, body: … }`: what a serverless function answers. */
function isAnswer(object: Extract<Expr, { kind: 'object' }>): boolean {
  return object.entries.some((entry) => 'key' in entry && entry.key === 'statusCode');
}

/** What a call sends to a caller. */
function sentBy(call: Call, survey: Survey): readonly Expr[] {
  const name = calledName(call);
  if (call.isNew && /^(?:Response|NextResponse)$/.test(name)) return call.args.slice(0, 1);
  if (/^(?:(?:InternalServerError|Http|BadRequest|Service\w*)Exception|HTTPException)$/.test(name)) return call.args;
  if (call.callee.kind !== 'member' || !SENDS.has(name)) return [];
  let object = call.callee.object;
  while (object.kind === 'call' && object.callee.kind === 'member') object = object.callee.object;
  const api = survey.events.get(call)?.[0]?.receiver?.api ?? '';
  if (!/^http\.res\b|^koa\.ctx|^hono\.ctx/.test(api) && !RESPONSES.test(lastName(object))) return [];
  return name === 'render' ? call.args.slice(1) : call.args.slice(0, 1);
}

function* judge(arg: Expr, sink: Expr, survey: Survey, input: RuleInput): Iterable<Report> {
  const leak = leakIn(arg, survey, input, 0);
  if (leak === undefined) return;
  if (GUARDED.test(guardsOf(leak.node, survey, input))) return;
  if (leak.kind === 'message' && !isInternal(leak, sink, survey, input)) return;
  const node = sink.start <= leak.node.start && leak.node.end <= sink.end ? leak.node : arg;
  yield { node, severity: leak.kind === 'message' ? 'low' : 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, leak.node))}\` tells whoever called what went wrong inside` };
}

interface Leak {
  readonly node: Expr;
  readonly kind: 'whole' | 'details' | 'message';
}

/** An error in what is sent, found through constants and objects. */
function leakIn(expr: Expr, survey: Survey, input: RuleInput, depth: number): Leak | undefined {
  if (depth > 5) return undefined;
  const first = (...parts: readonly (Expr | undefined)[]): Leak | undefined => {
    let found: Leak | undefined;
    for (const part of parts) {
      const leak = part === undefined ? undefined : leakIn(part, survey, input, depth + 1);
      if (leak !== undefined && (found === undefined || (found.kind === 'message' && leak.kind !== 'message'))) found = leak;
    }
    return found;
  };
  switch (expr.kind) {
    case 'name': {
      if (isError(expr.slot, survey)) return { node: expr, kind: 'whole' };
      const definition = survey.definitions.get(expr.slot);
      if (definition === undefined) return undefined;
      // `const { message, detail } = error`
      const [pick] = definition.picks;
      if (pick !== undefined && definition.value.kind === 'name' && isError(definition.value.slot, survey)) return DETAILS.has(pick) ? { node: expr, kind: 'details' } : pick === 'message' ? { node: expr, kind: 'message' } : undefined;
      return definition.picks.length === 0 ? first(definition.value, ...assignedTo(expr.slot, expr, survey)) : undefined;
    }
    case 'member': {
      const key = typeof expr.key === 'string' ? expr.key : '';
      const root = rootOf(expr);
      if (root === undefined || !isError(root, survey)) return undefined;
      if (DETAILS.has(key)) return { node: expr, kind: 'details' };
      if (SHOWN.has(key)) return undefined;
      return key === 'message' || key === 'msg' ? { node: expr, kind: 'message' } : undefined;
    }
    case 'template':
      return first(...expr.values);
    case 'binary':
      return expr.op === '+' ? first(expr.left, expr.right) : undefined;
    case 'object':
      return first(...expr.entries.map((entry) => entry.value));
    case 'spread':
    case 'cast':
    case 'await':
      return first(expr.value);
    case 'array':
      return first(...expr.items);
    case 'logical':
      if (expr.op === 'and') return GUARDED.test(code(input.text, expr.left)) ? undefined : first(expr.right);
      return first(expr.left, expr.right);
    case 'conditional':
      return /NODE_ENV|dev|prod|DEBUG|expose|instanceof\s+(?!Error\b)|===\s*'\w*Error'/i.test(code(input.text, expr.test)) ? undefined : first(expr.then, expr.otherwise);
    case 'call': {
      const name = calledName(expr);
      if (/^(?:stringify|inspect|String|format|serializeError|toJSON|Error)$/.test(name)) return first(...expr.args);
      if (describes(expr, survey)) return first(...expr.args);
      if (name === 'toString' || name === 'split' || name === 'concat' || name === 'join') return expr.callee.kind === 'member' ? first(expr.callee.object) : undefined;
      return undefined;
    }
    default:
      return undefined;
  }
}

/** What a variable is given later, before it is sent. */
function assignedTo(slot: Slot, use: Expr, survey: Survey): readonly Expr[] {
  const all = slot.writes === 0 ? [] : survey.of('assign').filter((assign) => assign.target.kind === 'bind' && assign.target.slot === slot && assign.end < use.start);
  const blockOf = (node: Expr): unknown => survey.parents.get(survey.statementOf(node) ?? node);
  // Of several in one block the last one counts.
  return all.filter((assign, index) => !all.slice(index + 1).some((later) => blockOf(later) === blockOf(assign))).map(({ value }) => value);
}

/** A helper or a class of this text that puts the inside of an error into what it makes. */
function describes(call: Call, survey: Survey): boolean {
  const fn = survey.calleeOf(call);
  return fn !== undefined && survey.inside('member', fn).some((member) => {
    const root = rootOf(member);
    return typeof member.key === 'string' && (DETAILS.has(member.key) || member.key === 'message') && root !== undefined && survey.parameters.get(root)?.fn === fn;
  });
}

function rootOf(expr: Expr): Slot | undefined {
  let at = expr;
  while (at.kind === 'member' || at.kind === 'cast') at = at.kind === 'member' ? at.object : at.value;
  return at.kind === 'name' ? at.slot : undefined;
}

/** A variable that a `catch`, a rejection, a callback or an error handler holds an error in. */
function isError(slot: Slot, survey: Survey): boolean {
  if (survey.caught.has(slot)) return true;
  const definition = survey.definitions.get(slot);
  if (definition !== undefined) {
    const value = definition.value.kind === 'cast' ? definition.value.value : definition.value;
    return value.kind === 'name' && definition.picks.length === 0 && isError(value.slot, survey);
  }
  const parameter = survey.parameters.get(slot);
  if (parameter === undefined || parameter.picks.length > 0 || !CAUGHT.test(slot.name)) return false;
  const { fn, index } = parameter;
  return index === 0 ? isHandler(fn, survey) : false;
}

/** `.catch(err => …)`, `(err, req, res, next) => …`, `(err, rows) => …`, `onError((err, c) => …)`; not a helper that is given an error. */
function isHandler(fn: Fn, survey: Survey): boolean {
  const parent = survey.parents.get(fn);
  return parent?.kind === 'call' || fn.params.length >= 3 || fn.name === 'catch';
}

/** Conditions around the place, and the ones that left before it. */
function guardsOf(node: Expr, survey: Survey, input: RuleInput): string {
  const tests: string[] = [];
  for (const each of survey.around(node)) {
    if (each.kind === 'if' && !(each.test.start <= node.start && node.end <= each.test.end)) {
      // The branch of those that are not meant to be shown is not guarded by the test of those that are.
      if (each.then.some((stmt) => stmt.start <= node.start && node.end <= stmt.end) || /NODE_ENV|dev|prod/i.test(code(input.text, each.test))) tests.push(code(input.text, each.test));
    } else if (each.kind === 'conditional' || each.kind === 'logical') tests.push(code(input.text, each.kind === 'conditional' ? each.test : each.left));
    if (each.kind === 'function') break;
  }
  return tests.join('\n');
}

/** The message of an error of our own making is a sentence for callers; one from a database or after a failure of the server is not. */
function isInternal(leak: Leak, sink: Expr, survey: Survey, input: RuleInput): boolean {
  const statement = survey.statementOf(sink);
  const answer = statement === undefined ? '' : code(input.text, statement);
  if (/\b(?:4\d\d)\b/.test(answer) && !/\b5\d\d\b/.test(answer)) return false;
  if (/\b(?:err|error|e)\w*\??\.(?:status|statusCode)\b/.test(answer)) return false;
  const fn = survey.fnOf(sink);
  const body = fn === undefined ? '' : bare(code(input.text, fn));
  // One set the status on a line before.
  return /\b5\d\d\b|INTERNAL_SERVER_ERROR|InternalServerError/.test(answer) || /\b5\d\d\b/.test(body) || /\b(?:query|execute|prisma|knex|pool|db|sequelize|mongoose|collection|findOne|findUnique|transaction|readFile|exec)\b/.test(tryText(leak, survey, input) || body);
}

function tryText({ node }: Leak, survey: Survey, { text }: RuleInput): string {
  for (const each of survey.around(node)) if (each.kind === 'try') return each.body.length === 0 ? '' : text.slice(each.body[0]!.start, each.body.at(-1)!.end);
  return '';
}
