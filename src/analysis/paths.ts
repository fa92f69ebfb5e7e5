/**
 * Where a value is written to come from, as a dotted path of the reader's own names: `req.body.role`, however it was picked out, renamed, handed
 * to a function of this text, kept in a member or answered by a helper. Of several ways the one from the request counts.
 */
import type { Call, ClassExpr, Expr, Fn, Member, Param } from './flow/program.ts';
import type { Survey } from './survey.ts';

/** Calls that hand their argument on. */
const WRAPPERS = new Set('Number parseInt parseFloat String Boolean JSON.parse Number.parseFloat Number.parseInt Math.abs Math.round Math.trunc Math.floor Math.ceil BigInt decodeURIComponent Object.fromEntries Buffer.from structuredClone'.split(' '));
const PARSES = new Set('parse safeParse parseAsync safeParseAsync validate validateSync validateAsync cast'.split(' '));
const SAME = new Set('trim toLowerCase toUpperCase toString valueOf split replace slice substring normalize'.split(' '));
/** Readers of one member by its name. */
const READERS = new Set('get getOrThrow header query param getHeader getItem getAll'.split(' '));
/** Methods whose callback is given each of what they are called on. */
const EACH = /^(?:map|flatMap|forEach|filter|find|findIndex|some|every)$/;
const BY_DECORATOR: Readonly<Record<string, string>> = { Body: 'req.body', Query: 'req.query', Param: 'req.params', Headers: 'req.headers', Cookies: 'req.cookies', UploadedFile: 'req.file', Req: 'req', Request: 'req', Res: 'res' };
const MAX_DEPTH = 24;
const MAX_SITES = 4;

/** The path of an expression; `undefined` for a value that is made here. */
export function pathOf(expr: Expr | undefined, survey: Survey, depth = 0): string | undefined {
  if (expr === undefined || depth > MAX_DEPTH) return undefined;
  if (survey.paths.has(expr)) return survey.paths.get(expr);
  // What leads back to itself leads nowhere.
  survey.paths.set(expr, undefined);
  const path = find(expr, survey, depth);
  survey.paths.set(expr, path);
  return path;
}

/** The last member a path names: `req.headers.x-api-key` is about `x-api-key`. */
export function lastOf(path: string): string {
  return path.replace(/(?:\.\*|\(\)|\.\d+)+$/, '').split('.').at(-1) ?? path;
}

const CLIENT = /^(?:_?req|request|ctx|c|context|event|evt|args)\.(?:request\.|req\.|nextUrl\.|raw\.|url\.)?(?:body|query|params|headers|cookies|json\(\)|text\(\)|formData\(\)|parseBody\(\)|valid\(\)|param\(\)|query\(\)|header\(\)|get\(\)|queryStringParameters|pathParameters|multiValueQueryStringParameters|searchParams|rawBody|files?\b|data\b)|^(?:formData|form|data)\.(?:get|getAll)\(\)|^(?:searchParams|URL\(\)\.searchParams)\b|^(?:cookies|headers)\(\)\.get\(\)|^(?:readBody|getQuery|getHeader|getCookie|getRouterParam)\(\)|^\w+\.(?:nextUrl\.)?searchParams\.get\(\)|^(?:parse|safeParse)\(\)|\.getRequest\(\)\.(?:body|query|params|headers|cookies)\b|^socket\.handshake\.(?:auth|query|headers)\b|^action\./;

/** True when the path is something whoever sends the request chooses. What the server itself put on the request (`req.user`, `req.session`, signed cookies) is not. */
export function isClientPath(path: string | undefined): path is string {
  return path !== undefined && CLIENT.test(path);
}

function find(expr: Expr, survey: Survey, depth: number): string | undefined {
  const next = (inner: Expr | undefined): string | undefined => pathOf(inner, survey, depth + 1);
  switch (expr.kind) {
    case 'name': {
      const definition = survey.definitions.get(expr.slot);
      if (definition !== undefined && expr.slot.writes === 0) return joined(memberOfLiteral(definition.value, definition.picks, next) ?? next(definition.value) ?? (definition.picks.length > 0 ? '*' : undefined), definition.picks) ?? expr.slot.name;
      const parameter = survey.parameters.get(expr.slot);
      if (parameter !== undefined) return joined(paramPath(parameter.param, parameter.fn, parameter.index, survey, next), parameter.picks) ?? expr.slot.name;
      return expr.slot.name;
    }
    case 'member':
      return memberPath(expr, survey, next);
    case 'call':
      return callPath(expr, survey, next);
    case 'module':
      return expr.name;
    case 'await':
    case 'cast':
      return next(expr.value);
    case 'unary':
      return expr.op === '+' ? next(expr.value) : undefined;
    case 'logical':
      return expr.op === 'and' ? undefined : next(expr.left);
    case 'conditional':
      return best([next(expr.then), next(expr.otherwise)]);
    case 'this':
      return 'this';
    default:
      return undefined;
  }
}

/** The way from the request, if there is one; else the first. */
function best(paths: readonly (string | undefined)[]): string | undefined {
  return paths.find(isClientPath) ?? paths.find((path) => path !== undefined);
}

function joined(base: string | undefined, picks: readonly string[]): string | undefined {
  if (base === undefined) return undefined;
  return [base, ...(picks[0] === 'data' && PARSED.test(base) ? picks.slice(1) : picks)].join('.');
}

const PARSED = /\.(?:body|json\(\)|query|params)$/;

/** `const { a } = { ...stored, ...body }`: what is picked may be the sender's. */
function memberOfLiteral(value: Expr, picks: readonly string[], next: (inner: Expr | undefined) => string | undefined): string | undefined {
  return value.kind === 'object' && picks.length === 1 ? spreadBase(value, next) : undefined;
}

function spreadBase(object: Extract<Expr, { kind: 'object' }>, next: (inner: Expr | undefined) => string | undefined): string | undefined {
  const last = object.entries.findLast((entry) => !('key' in entry));
  const base = last && next(last.value);
  return isClientPath(base) ? base : undefined;
}

function memberPath(expr: Member, survey: Survey, next: (inner: Expr | undefined) => string | undefined): string | undefined {
  const key = typeof expr.key === 'string' ? expr.key : expr.key.kind === 'constant' ? String(expr.key.value) : '*';
  const cls = survey.instanceOf(expr.object);
  const own = cls && fieldPath(cls, key, survey, next);
  if (own !== undefined) return own;
  const made = expr.object.kind === 'name' ? survey.definitions.get(expr.object.slot) : undefined;
  if (made?.value.kind === 'object' && made.picks.length === 0) {
    const written = made.value.entries.flatMap((entry) => ('key' in entry && entry.key === key ? [next(entry.value)] : []))[0];
    if (written !== undefined) return written;
    const base = spreadBase(made.value, next);
    if (base !== undefined) return `${base}.${key}`;
  }
  const kept = keptIn(expr, key, survey);
  if (kept !== undefined) {
    const path = next(kept);
    if (isClientPath(path)) return path;
  }
  const object = next(expr.object);
  if (object === undefined) return undefined;
  // A result that holds what it checked; a cookie and its value.
  if ((key === 'data' && isParse(expr.object)) || (key === 'value' && /\.get\(\)\.[^.]+$/.test(object))) return object;
  return `${object}.${key}`;
}

/** A member that a constructor sets, a field that is declared with a value, or what a getter answers. */
function fieldPath(cls: ClassExpr, key: string, survey: Survey, next: (inner: Expr | undefined) => string | undefined): string | undefined {
  const getter = cls.methods.find((method) => method.key === key && method.role === 'getter');
  if (getter !== undefined) return best(survey.inside('return', getter.fn).map(({ value }) => answered(value, next)));
  const set = survey.inside('assign', cls).filter(({ target }) => target.kind === 'bind-member' && target.member.object.kind === 'this' && target.member.key === key);
  if (set.length > 0) return best(set.map(({ value }) => next(value) ?? answered(value, next)));
  const field = cls.fields.find((one) => one.key === key);
  if (field?.value !== undefined) return next(field.value);
  // `constructor(readonly groups: string[])`
  const constructor = cls.methods.find(({ role }) => role === 'constructor')?.fn;
  const index = field === undefined || constructor === undefined ? -1 : constructor.params.findIndex(({ target }) => (target.kind === 'bind-default' ? target.target : target).kind === 'bind' && ((target.kind === 'bind-default' ? target.target : target) as { slot: { name: string } }).slot.name === key);
  return index < 0 ? undefined : argumentPath(constructor!, index, survey, next);
}

/** `socket.data = { role }` before `socket.data.role`. */
function keptIn(expr: Member, key: string, survey: Survey): Expr | undefined {
  const name = dotted(expr.object);
  if (name === undefined || !name.includes('.')) return undefined;
  for (const assign of survey.of('assign')) {
    if (assign.target.kind !== 'bind-member' || assign.value.kind !== 'object' || dotted(assign.target.member) !== name) continue;
    for (const entry of assign.value.entries) if ('key' in entry && entry.key === key) return entry.value;
  }
  return undefined;
}

function dotted(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.slot.name;
  if (expr.kind !== 'member' || typeof expr.key !== 'string') return undefined;
  const object = dotted(expr.object);
  return object === undefined ? undefined : `${object}.${expr.key}`;
}

function paramPath(param: Param, fn: Fn, index: number, survey: Survey, next: (inner: Expr | undefined) => string | undefined): string | undefined {
  for (const decorator of param.decorators) {
    const call = decorator.kind === 'call' ? decorator : undefined;
    const name = call?.callee.kind === 'name' ? call.callee.slot.name : decorator.kind === 'name' ? decorator.slot.name : '';
    const base = BY_DECORATOR[name];
    const first = call?.args[0];
    if (base !== undefined) return first?.kind === 'constant' && typeof first.value === 'string' ? `${base}.${first.value}` : base;
  }
  const target = param.target.kind === 'bind-default' ? param.target.target : param.target;
  if (survey.isAction(fn)) return target.kind === 'bind' ? `action.${target.slot.name}` : 'action.input';
  const given = argumentPath(fn, index, survey, next);
  if (isClientPath(given)) return given;
  if (target.kind === 'bind') return target.slot.name;
  // `({ body }, res) => …`, `({ request }) => …`
  if (target.kind !== 'bind-record' || index !== 0) return given;
  const keys = target.entries.map(({ key }) => key);
  if (keys.includes('request')) return 'context';
  return keys.some((key) => key === 'params' || key === 'body' || key === 'query' || key === 'headers' || key === 'cookies') ? 'req' : given;
}

/** What this text gives for a parameter: at its calls, or each item of a list a callback goes over. */
function argumentPath(fn: Fn, index: number, survey: Survey, next: (inner: Expr | undefined) => string | undefined): string | undefined {
  const parent = survey.parents.get(fn);
  if (parent?.kind === 'call' && parent.callee !== fn) return handed(parent, index, next);
  return best(survey.sitesOf(fn).slice(0, MAX_SITES).map(({ call, kind }) => (kind === 'called' ? next(call.args[index]) : handed(call, index, next))));
}

function handed({ callee }: Call, index: number, next: (inner: Expr | undefined) => string | undefined): string | undefined {
  if (index !== 0 || callee.kind !== 'member' || typeof callee.key !== 'string') return undefined;
  const list = EACH.test(callee.key) || callee.key === 'then' ? next(callee.object) : undefined;
  return list === undefined || callee.key === 'then' ? list : `${list}.*`;
}

function isParse(expr: Expr): boolean {
  const call = expr.kind === 'await' ? expr.value : expr;
  return call?.kind === 'call' && call.callee.kind === 'member' && typeof call.callee.key === 'string' && PARSES.has(call.callee.key);
}

/** What a helper's answer depends on: a comparison is about what it compares. */
function answered(expr: Expr | undefined, next: (inner: Expr | undefined) => string | undefined): string | undefined {
  if (expr?.kind === 'binary') return best([next(expr.left), next(expr.right)]);
  if (expr?.kind === 'logical') return best([answered(expr.left, next), answered(expr.right, next)]);
  if (expr?.kind === 'unary') return answered(expr.value, next);
  if (expr?.kind === 'call' && expr.callee.kind === 'member' && expr.callee.key === 'includes') return best([next(expr.callee.object), next(expr.args[0])]);
  return next(expr);
}

function callPath(call: Call, survey: Survey, next: (inner: Expr | undefined) => string | undefined): string | undefined {
  const fn = call.isNew ? undefined : survey.calleeOf(call);
  if (fn !== undefined) {
    const answer = best(survey.inside('return', fn).filter((each) => survey.fnOf(each) === fn).map(({ value }) => answered(value, next)));
    if (isClientPath(answer)) return answer;
  }
  const { callee } = call;
  if (callee.kind === 'member' && typeof callee.key === 'string') {
    const name = callee.key;
    const base = callee.object.kind === 'name' ? `${callee.object.slot.name}.${name}` : name;
    if (WRAPPERS.has(base) && call.args[0]) return next(call.args[0]);
    if (PARSES.has(name) && call.args[0]) return next(call.args[0]);
    if (SAME.has(name)) return next(callee.object);
    const object = next(callee.object) ?? '*';
    const first = call.args[0];
    if (READERS.has(name) && first?.kind === 'constant' && typeof first.value === 'string') return `${object}.${name}().${first.value}`;
    return `${object}.${name}()`;
  }
  if (callee.kind !== 'name') return undefined;
  if (WRAPPERS.has(callee.slot.name) && call.args[0]) return next(call.args[0]);
  if (callee.slot.name === 'URL') return 'URL()';
  const first = call.args[0];
  const reads = /^get(?:Cookie|Header|RouterParam)$/.test(callee.slot.name) ? call.args[1] : first;
  return reads?.kind === 'constant' && typeof reads.value === 'string' && /^get/.test(callee.slot.name) ? `${callee.slot.name}().${reads.value}` : `${callee.slot.name}()`;
}
