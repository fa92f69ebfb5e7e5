/**
 * The routes a text declares, whatever framework it speaks: Express, Fastify, Koa, Hono, Nest, Next, server actions, tRPC, GraphQL resolvers.
 * A route knows its handler and everything that runs before it.
 */
import type { Flow } from './flow/events.ts';
import type { Call, ClassExpr, Expr, Fn, Node } from './flow/program.ts';
import { surveyOf, type Survey } from './survey.ts';

export interface Route {
  /** `get`, `post`, `put`, `patch`, `delete`, `all`, `mutation`, `action`; anything but reading changes state. */
  readonly verb: string;
  /** As written; empty when nothing is. */
  readonly path: string;
  /** What names the route: `router.delete('/x'`, `DELETE`. */
  readonly node: Node;
  readonly handler?: Fn;
  /** What runs before the handler, or around it: middleware, hooks, guards, wrappers. */
  readonly guards: readonly Expr[];
  /** Routes with the same owner are siblings: the variable of the router, the class, the module. */
  readonly owner: string;
}

const VERBS = new Set('get post put patch delete del all'.split(' '));
const ROUTERS = /^(?:express|fastify|koa|hono|@hapi)\b.*App\b/;
const ROUTER_NAME = /^(?:app|server|api|fastify|router|routes?|instance|admin|web|v\d)$|(?:App|Router|Routes|Api|router|app)$/;
const HOOKS = new Set('preHandler onRequest preValidation preParsing beforeHandle'.split(' '));

/** True when calling the route changes something. */
export function changesState({ verb }: Route): boolean {
  return !['get', 'head', 'options', 'query'].includes(verb);
}

const known = new WeakMap<Flow, readonly Route[]>();

/** The routes of a text, in order. */
export function routesOf(flow: Flow, text: string): readonly Route[] {
  const routes = known.get(flow) ?? collect(flow, text);
  known.set(flow, routes);
  return routes;
}

interface Use {
  readonly owner: string;
  readonly prefix: string;
  readonly start: number;
  readonly guards: readonly Expr[];
}

function collect(flow: Flow, text: string): readonly Route[] {
  const survey = surveyOf(flow);
  const calls = survey.of('call');
  const uses = calls.flatMap((call) => useOf(call, text));
  const declared = calls.flatMap((call) => routeOfCall(call, survey, text)).map((route): Route => ({ ...route, guards: [...route.guards, ...uses.filter((use) => applies(use, route)).flatMap(({ guards }) => guards)] }));
  return [...declared, ...survey.of('class').flatMap(routesOfClass), ...moduleRoutes(flow, text), ...resolvers(flow)].sort((a, b) => a.node.start - b.node.start);
}

function applies(use: Use, route: Route): boolean {
  if (use.owner !== route.owner || use.start > route.node.start) return false;
  const prefix = use.prefix.replace(/[/*]+$/, '');
  return prefix === '' || route.path === prefix || route.path.startsWith(`${prefix}/`);
}

/** `app.use(auth)`, `app.use('/admin', auth)`, `fastify.addHook('preHandler', auth)`, `app.all('*', auth)`. */
function useOf(call: Call, text: string): readonly Use[] {
  if (call.callee.kind !== 'member') return [];
  const { key } = call.callee;
  if (key !== 'use' && key !== 'addHook' && !(key === 'all' && /^(?:\/?\*|\/)$/.test(pathIn(call.args[0]) ?? ''))) return [];
  const owner = ownerOf(call.callee.object, text);
  const first = pathIn(call.args[0]);
  const prefix = key === 'addHook' ? '' : (first ?? '');
  const rest = first === undefined ? call.args : call.args.slice(1);
  // A router mounted behind a guard is guarded: `app.use('/admin', auth, adminRouter)`.
  const mounted = rest.at(-1);
  const own: Use = { owner, prefix, start: call.start, guards: rest };
  return mounted?.kind === 'name' && rest.length > 1 && ROUTER_NAME.test(mounted.slot.name) ? [own, { owner: mounted.slot.name, prefix: '', start: 0, guards: rest.slice(0, -1) }] : [own];
}

function routeOfCall(call: Call, survey: Survey, text: string): readonly Route[] {
  if (call.callee.kind !== 'member' || typeof call.callee.key !== 'string') return [];
  const { key, object } = call.callee;
  if (key === 'mutation') return procedure(call, object);
  if (key === 'route' && call.args[0]?.kind === 'object') return optionRoutes(call, ownerOf(object, text));
  if (!VERBS.has(key)) return [];
  const chained = chainPath(object);
  const path = chained ?? pathIn(call.args[0]);
  if (path === undefined || (chained === undefined && call.args.length < 2)) return [];
  const owner = ownerOf(object, text);
  if (!ROUTERS.test(survey.events.get(call)?.[0]?.receiver?.api ?? '') && !ROUTER_NAME.test(owner)) return [];
  const args = chained === undefined ? call.args.slice(1) : call.args;
  const handler = handlerIn(args.at(-1), survey);
  const guards = [...args.slice(0, -1).flatMap(hooksIn), ...wrappersOf(args.at(-1))];
  return [{ verb: key === 'del' ? 'delete' : key, path, node: { start: call.callee.start, end: chained === undefined && call.args[0] ? call.args[0].end : call.callee.end }, ...(handler && { handler }), guards, owner }];
}

/** Fastify's options name hooks; everything else before the handler is middleware. */
function hooksIn(arg: Expr): readonly Expr[] {
  if (arg.kind !== 'object') return [arg];
  return arg.entries.flatMap((entry) => ('key' in entry && typeof entry.key === 'string' && HOOKS.has(entry.key) ? [entry.value] : []));
}

/** `fastify.route({ method: 'POST', url: '/x', preHandler, handler })`. */
function optionRoutes(call: Call, owner: string): readonly Route[] {
  const [options] = call.args;
  if (options?.kind !== 'object') return [];
  const entry = (name: string): Expr | undefined => options.entries.flatMap((each) => ('key' in each && each.key === name ? [each.value] : []))[0];
  const method = entry('method');
  const path = entry('url') ?? entry('path');
  if (method?.kind !== 'constant' || path?.kind !== 'constant') return [];
  const handler = entry('handler');
  return [{ verb: String(method.value).toLowerCase(), path: String(path.value), node: { start: call.callee.start, end: call.callee.end }, ...(handler?.kind === 'function' && { handler }), guards: hooksIn(options), owner }];
}

/** tRPC: `protectedProcedure.input(…).mutation(…)`; the procedure it starts from is its guard. */
function procedure(call: Call, object: Expr): readonly Route[] {
  let base: Expr = object;
  while (base.kind === 'call' || (base.kind === 'member' && base.key !== 'procedure')) base = base.kind === 'call' ? base.callee : base.object;
  const fn = call.args.at(-1);
  if (fn?.kind !== 'function' || !/procedure/i.test(base.kind === 'name' ? base.slot.name : base.kind === 'member' ? String(base.key) : '')) return [];
  return [{ verb: 'mutation', path: '', node: { start: call.callee.start, end: call.callee.end }, handler: fn, guards: [base, object], owner: 'trpc' }];
}

function chainPath(object: Expr): string | undefined {
  for (let at = object; at.kind === 'call' && at.callee.kind === 'member'; at = at.callee.object) if (at.callee.key === 'route') return pathIn(at.args[0]);
  return undefined;
}

function pathIn(arg: Expr | undefined): string | undefined {
  if (arg?.kind === 'constant' && typeof arg.value === 'string' && /^(?:[/*]|$)/.test(arg.value)) return arg.value;
  if (arg?.kind === 'template' && arg.tag === undefined) return arg.texts.map(({ value }) => value).join('*');
  return undefined;
}

function ownerOf(object: Expr, text: string): string {
  let at = object;
  while (at.kind === 'call' && at.callee.kind === 'member') at = at.callee.object;
  if (at.kind === 'name') return at.slot.name;
  return at.kind === 'member' && typeof at.key === 'string' ? at.key : text.slice(at.start, Math.min(at.end, at.start + 40));
}

function handlerIn(arg: Expr | undefined, survey: Survey, depth = 0): Fn | undefined {
  if (arg === undefined || depth > 3) return undefined;
  if (arg.kind === 'function') return arg;
  if (arg.kind === 'call') return handlerIn(arg.args.at(-1), survey, depth + 1);
  if (arg.kind !== 'name') return undefined;
  const definition = survey.definitions.get(arg.slot);
  if (definition) return handlerIn(definition.value, survey, depth + 1);
  return survey.of('function-declaration').find(({ slot }) => slot === arg.slot)?.fn;
}

/** `withAuth(async (req) => …)`. */
function wrappersOf(arg: Expr | undefined): readonly Expr[] {
  return arg?.kind === 'call' ? [arg.callee, ...arg.args.slice(0, -1), ...wrappersOf(arg.args.at(-1))] : [];
}

const NEST_VERBS: Readonly<Record<string, string>> = { Get: 'get', Post: 'post', Put: 'put', Patch: 'patch', Delete: 'delete', All: 'all', Mutation: 'mutation' };

function routesOfClass(cls: ClassExpr): readonly Route[] {
  if (!cls.decorators.some((decorator) => /^(?:Controller|Resolver|JsonController)$/.test(decoratorName(decorator)))) return [];
  return cls.methods.flatMap(({ fn }): Route[] => {
    const decorator = fn.decorators.find((one) => NEST_VERBS[decoratorName(one)] !== undefined);
    if (decorator === undefined) return [];
    const first = decorator.kind === 'call' ? decorator.args[0] : undefined;
    return [{ verb: NEST_VERBS[decoratorName(decorator)]!, path: first?.kind === 'constant' ? `/${String(first.value)}` : '', node: decorator, handler: fn, guards: [...cls.decorators, ...fn.decorators.filter((one) => one !== decorator)], owner: `class ${cls.name}` }];
  });
}

function decoratorName(decorator: Expr): string {
  const callee = decorator.kind === 'call' ? decorator.callee : decorator;
  return callee.kind === 'name' ? callee.slot.name : callee.kind === 'member' && typeof callee.key === 'string' ? callee.key : '';
}

/** Next's and SvelteKit's exported methods, and server actions. */
function moduleRoutes(flow: Flow, text: string): readonly Route[] {
  const routes: Route[] = [];
  const isActions = flow.program.directives.includes('use server');
  const add = (verb: string, handler: Fn | undefined, guards: readonly Expr[], node: Node): void => void routes.push({ verb, path: '', node, ...(handler && { handler }), guards, owner: verb === 'action' ? 'actions' : 'module' });
  for (const stmt of flow.program.body) {
    if (stmt.kind === 'function-declaration') {
      const { fn } = stmt;
      if (METHOD.test(fn.name)) add(fn.name.toLowerCase(), fn, [], headOf(fn, text));
      else if (fn.isExported && isActions) add('action', fn, [], headOf(fn, text));
    } else if (stmt.kind === 'declare' && stmt.target.kind === 'bind' && stmt.value) {
      const { name } = stmt.target.slot;
      const fn = stmt.value.kind === 'function' ? stmt.value : stmt.value.kind === 'call' ? (stmt.value.args.find((arg): arg is Fn => arg.kind === 'function')) : undefined;
      if (METHOD.test(name)) add(name.toLowerCase(), fn, wrappersOf(stmt.value), stmt.target);
      else if (isActions && fn?.isAsync === true) add('action', fn, wrappersOf(stmt.value), stmt.target);
    }
  }
  for (const fn of flow.program.functions) if (fn.directives.includes('use server') && !routes.some(({ handler }) => handler === fn)) add('action', fn, [], headOf(fn, text));
  return routes;
}

const METHOD = /^(?:GET|POST|PUT|PATCH|DELETE)$/;

/** `export async function DELETE(request)`, without its body. */
function headOf(fn: Fn, text: string): Node {
  const from = fn.params.at(-1)?.end ?? fn.start;
  const close = text.indexOf(')', from);
  return { start: fn.start, end: close < 0 || close > fn.end ? fn.end : close + 1 };
}

/** `{ Mutation: { deletePost(parent, args, context) { … } } }`. */
function resolvers(flow: Flow): readonly Route[] {
  return flow.program.objects.flatMap((object) => object.entries.flatMap((entry): Route[] => {
    if (!('key' in entry) || entry.key !== 'Mutation' || entry.value.kind !== 'object') return [];
    return entry.value.entries.flatMap((each): Route[] => {
      if (!('key' in each) || typeof each.key !== 'string') return [];
      const fn = each.value.kind === 'function' ? each.value : each.value.kind === 'call' ? each.value.args.find((arg): arg is Fn => arg.kind === 'function') : undefined;
      return fn === undefined ? [] : [{ verb: 'mutation', path: `/${each.key}`, node: { start: each.start, end: each.start + each.key.length }, handler: fn, guards: wrappersOf(each.value), owner: 'resolvers' }];
    });
  }));
}
