/** Where a value is written to come from, as a dotted path of the reader's own names: `req.body.role`, however it was picked out or renamed. */
import type { Call, Expr, Fn, Param } from './flow/program.ts';
import type { Survey } from './survey.ts';

/** Calls that hand their argument on. */
const WRAPPERS = new Set('Number parseInt parseFloat String Boolean JSON.parse Number.parseFloat Number.parseInt Math.abs Math.round Math.floor Math.ceil BigInt decodeURIComponent Object.fromEntries Buffer.from structuredClone'.split(' '));
const PARSES = new Set('parse safeParse parseAsync safeParseAsync validate validateSync validateAsync cast'.split(' '));
const SAME = new Set('trim toLowerCase toUpperCase toString valueOf split replace slice substring data value normalize'.split(' '));
/** Readers of one member by its name. */
const READERS = new Set('get header query param getHeader getItem getAll'.split(' '));
const BY_DECORATOR: Readonly<Record<string, string>> = { Body: 'req.body', Query: 'req.query', Param: 'req.params', Headers: 'req.headers', Cookies: 'req.cookies', UploadedFile: 'req.file', Req: 'req', Request: 'req', Res: 'res' };
const MAX_DEPTH = 12;

/** The path of an expression; `undefined` for a value that is made here. */
export function pathOf(expr: Expr | undefined, survey: Survey, depth = 0): string | undefined {
  if (expr === undefined || depth > MAX_DEPTH) return undefined;
  const next = (inner: Expr | undefined): string | undefined => pathOf(inner, survey, depth + 1);
  switch (expr.kind) {
    case 'name': {
      const definition = survey.definitions.get(expr.slot);
      if (definition !== undefined && expr.slot.writes === 0) return joined(next(definition.value) ?? (definition.picks.length > 0 ? '*' : undefined), definition.picks) ?? expr.slot.name;
      const parameter = survey.parameters.get(expr.slot);
      if (parameter !== undefined) return joined(paramPath(parameter.param, parameter.fn, parameter.index), parameter.picks) ?? expr.slot.name;
      return expr.slot.name;
    }
    case 'member': {
      const object = next(expr.object);
      const key = typeof expr.key === 'string' ? expr.key : expr.key.kind === 'constant' ? String(expr.key.value) : '*';
      // A result that holds what it checked.
      return object === undefined ? undefined : key === 'data' && isParse(expr.object) ? object : `${object}.${key}`;
    }
    case 'call':
      return callPath(expr, next);
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
      return next(expr.then.kind === 'constant' ? expr.otherwise : expr.then);
    case 'this':
      return 'this';
    default:
      return undefined;
  }
}

/** The last member a path names: `req.headers.x-api-key` is about `x-api-key`. */
export function lastOf(path: string): string {
  return path.replace(/(?:\.\*|\(\)|\.\d+)+$/, '').split('.').at(-1) ?? path;
}

const CLIENT = /^(?:_?req|request|ctx|c|context|event|evt|args)\.(?:request\.|req\.|nextUrl\.|raw\.|url\.)?(?:body|query|params|headers|cookies|json\(\)|text\(\)|formData\(\)|parseBody\(\)|valid\(\)|param\(\)|query\(\)|header\(\)|get\(\)|queryStringParameters|pathParameters|multiValueQueryStringParameters|searchParams|rawBody|files?\b|data\b)|^(?:formData|form|data)\.(?:get|getAll)\(\)|^(?:searchParams|URL\(\)\.searchParams)\b|^(?:cookies|headers)\(\)\.get\(\)|^(?:readBody|getQuery|getHeader|getCookie|getRouterParam)\(\)|^\w+\.(?:nextUrl\.)?searchParams\.get\(\)|^(?:parse|safeParse)\(\)/;

/** True when the path is something whoever sends the request chooses. What the server itself put on the request (`req.user`, `req.session`, signed cookies) is not. */
export function isClientPath(path: string | undefined): path is string {
  return path !== undefined && CLIENT.test(path);
}

function joined(base: string | undefined, picks: readonly string[]): string | undefined {
  if (base === undefined) return undefined;
  return [base, ...(picks[0] === 'data' && PARSED.test(base) ? picks.slice(1) : picks)].join('.');
}

const PARSED = /\.(?:body|json\(\)|query|params)$/;

function paramPath(param: Param, fn: Fn, index: number): string | undefined {
  for (const decorator of param.decorators) {
    const call = decorator.kind === 'call' ? decorator : undefined;
    const name = call?.callee.kind === 'name' ? call.callee.slot.name : decorator.kind === 'name' ? decorator.slot.name : '';
    const base = BY_DECORATOR[name];
    const first = call?.args[0];
    if (base !== undefined) return first?.kind === 'constant' && typeof first.value === 'string' ? `${base}.${first.value}` : base;
  }
  const target = param.target.kind === 'bind-default' ? param.target.target : param.target;
  if (target.kind === 'bind') return target.slot.name;
  // `({ body }, res) => …`, `({ request }) => …`
  if (target.kind === 'bind-record' && index === 0 && fn.params.length >= 1) return target.entries.some(({ key }) => key === 'request' || key === 'params' || key === 'body' || key === 'query' || key === 'headers' || key === 'cookies') ? (target.entries.some(({ key }) => key === 'request') ? 'context' : 'req') : undefined;
  return undefined;
}

function isParse(expr: Expr): boolean {
  const call = expr.kind === 'await' ? expr.value : expr;
  return call?.kind === 'call' && call.callee.kind === 'member' && typeof call.callee.key === 'string' && PARSES.has(call.callee.key);
}

function callPath(call: Call, next: (inner: Expr | undefined) => string | undefined): string | undefined {
  const { callee } = call;
  if (callee.kind === 'member' && typeof callee.key === 'string') {
    const name = callee.key;
    const dotted = callee.object.kind === 'name' ? `${callee.object.slot.name}.${name}` : name;
    if (WRAPPERS.has(dotted) && call.args[0]) return next(call.args[0]);
    if (PARSES.has(name) && call.args[0]) return next(call.args[0]);
    if (SAME.has(name)) return next(callee.object);
    const object = next(callee.object) ?? '*';
    const first = call.args[0];
    if (READERS.has(name) && first?.kind === 'constant' && typeof first.value === 'string') return `${object}.${name}().${first.value}`;
    return `${object}.${name}()`;
  }
  if (callee.kind === 'name') {
    if (WRAPPERS.has(callee.slot.name) && call.args[0]) return next(call.args[0]);
    if (callee.slot.name === 'URL') return 'URL()';
    const first = call.args[0];
    const reads = /^get(?:Cookie|Header|RouterParam)$/.test(callee.slot.name) ? call.args[1] : first;
    return reads?.kind === 'constant' && typeof reads.value === 'string' && /^get/.test(callee.slot.name) ? `${callee.slot.name}().${reads.value}` : `${callee.slot.name}()`;
  }
  return undefined;
}
