/**
 * The shape of a program, walked once and shared by every rule that asks for it: nodes by kind, who stands in whom, what a variable was declared as.
 * Invariant: it says what is written, never what flows; that is the engine's word.
 */
import type { CallEvent, Flow } from './flow/events.ts';
import type { Call, ClassExpr, Expr, Fn, Param, Pattern, Slot, Stmt } from './flow/program.ts';

export type Tree = Expr | Stmt;
type OfKind<K> = Tree extends infer T ? (T extends { readonly kind: infer U } ? (K extends U ? T : never) : never) : never;

export interface Definition {
  /** What the declaration takes the variable from. */
  readonly value: Expr;
  /** The members picked on the way: `const { body: { role } } = req` picks `body`, `role`. */
  readonly picks: readonly string[];
}

export interface Site {
  readonly call: Call;
  readonly kind: 'called' | 'given';
}

export class Survey {
  readonly parents = new Map<Tree, Tree>();
  /** Variables with one declaration that has a value. */
  readonly definitions = new Map<Slot, Definition>();
  /** The parameter that declares a variable, its function and the members picked from it. */
  readonly parameters = new Map<Slot, { readonly param: Param; readonly fn: Fn; readonly index: number; readonly picks: readonly string[] }>();
  /** Variables that a `catch` declares. */
  readonly caught = new Set<Slot>();
  readonly events = new Map<Call, readonly CallEvent[]>();
  /** What `pathOf` found, kept here for as long as the program is. */
  readonly paths = new Map<Expr, string | undefined>();
  private readonly kinds = new Map<string, Tree[]>();
  private readonly sorted = new Set<string>();
  private readonly flow: Flow;
  private sites: Map<Fn, Site[]> | undefined;

  constructor(flow: Flow) {
    this.flow = flow;
    for (const stmt of flow.program.body) this.visit(stmt, undefined);
    for (const event of flow.calls) {
      const known = this.events.get(event.node);
      if (known) (known as CallEvent[]).push(event);
      else this.events.set(event.node, [event]);
    }
  }

  /** Every node of a kind, in order of the text. */
  of<K extends Tree['kind']>(kind: K): readonly OfKind<K>[] {
    const list = this.kinds.get(kind) ?? [];
    if (!this.sorted.has(kind)) {
      list.sort((a, b) => a.start - b.start || b.end - a.end);
      this.sorted.add(kind);
    }
    return list as unknown as readonly OfKind<K>[];
  }

  /** The nodes around a node, innermost first. */
  *around(node: Tree): Iterable<Tree> {
    for (let at = this.parents.get(node); at !== undefined; at = this.parents.get(at)) yield at;
  }

  /** The function a node stands in; `undefined` at the top of the module. */
  fnOf(node: Tree): Fn | undefined {
    for (const each of this.around(node)) if (each.kind === 'function') return each;
    return undefined;
  }

  /** The outermost function that holds a node: a handler with all its callbacks, but not the function that is given an application to put routes into. */
  outerFn(node: Tree): Fn | undefined {
    let outer: Fn | undefined;
    for (const each of this.around(node)) {
      if (each.kind !== 'function') continue;
      const first = each.params[0]?.target;
      if (outer === undefined || !(first?.kind === 'bind' && /^(?:app|fastify|router|server|instance|io|api|hono)$/.test(first.slot.name))) outer = each;
    }
    return outer;
  }

  /** The innermost statement that holds a node. */
  statementOf(node: Tree): Stmt | undefined {
    for (const each of this.around(node)) if (isStatement(each)) return each;
    return undefined;
  }

  /** Nodes of a kind inside another node. */
  inside<K extends Tree['kind']>(kind: K, outer: { readonly start: number; readonly end: number }): readonly OfKind<K>[] {
    const list = this.of(kind) as readonly Tree[];
    let from = 0;
    for (let to = list.length; from < to; ) {
      const middle = (from + to) >> 1;
      if (list[middle]!.start < outer.start) from = middle + 1;
      else to = middle;
    }
    const found: Tree[] = [];
    for (let at = from; at < list.length && list[at]!.start < outer.end; at++) if (list[at]!.end <= outer.end) found.push(list[at]!);
    return found as unknown as readonly OfKind<K>[];
  }

  /** The class a node stands in. */
  classOf(node: Tree): ClassExpr | undefined {
    for (const each of this.around(node)) if (each.kind === 'class') return each;
    return undefined;
  }

  /** The class of this text that an expression is an instance of: `new X()`, a constant that holds one, `this`. */
  instanceOf(expr: Expr): ClassExpr | undefined {
    if (expr.kind === 'this') return this.classOf(expr);
    if (expr.kind === 'name') {
      const definition = this.definitions.get(expr.slot);
      return definition === undefined || definition.picks.length > 0 || definition.value === expr ? undefined : this.instanceOf(definition.value);
    }
    if (expr.kind !== 'call' || !expr.isNew || expr.callee.kind !== 'name') return undefined;
    const { slot } = expr.callee;
    const value = this.definitions.get(slot)?.value;
    return value?.kind === 'class' ? value : this.of('class-declaration').find((one) => one.slot === slot)?.cls;
  }

  /** The function of this text that a name stands for. */
  functionOf(expr: Expr | undefined): Fn | undefined {
    if (expr?.kind === 'function') return expr;
    if (expr?.kind !== 'name') return undefined;
    const value = this.definitions.get(expr.slot)?.value;
    if (value !== undefined) return value.kind === 'function' && expr.slot.writes === 0 ? value : undefined;
    return this.of('function-declaration').find(({ slot }) => slot === expr.slot)?.fn;
  }

  /** The function of this text that a call runs: a function, a method, a constructor. */
  calleeOf(call: Call): Fn | undefined {
    const { callee } = call;
    if (call.isNew) return this.instanceOf(call)?.methods.find(({ role }) => role === 'constructor')?.fn;
    if (callee.kind !== 'member') return this.functionOf(callee);
    if (typeof callee.key !== 'string') return undefined;
    const made = callee.object.kind === 'name' ? this.definitions.get(callee.object.slot)?.value : undefined;
    if (made?.kind === 'object') return made.entries.flatMap((entry) => ('key' in entry && entry.key === callee.key && entry.value.kind === 'function' ? [entry.value] : []))[0];
    return this.instanceOf(callee.object)?.methods.find(({ key }) => key === callee.key)?.fn;
  }

  /** Where this text calls one of its functions, or hands it to a method by its name. */
  sitesOf(fn: Fn): readonly Site[] {
    if (this.sites === undefined) {
      this.sites = new Map();
      for (const call of this.of('call')) {
        const callee = this.calleeOf(call);
        if (callee !== undefined) this.addSite(callee, { call, kind: 'called' });
        for (const arg of call.args) {
          const given = arg.kind === 'name' ? this.functionOf(arg) : undefined;
          if (given !== undefined) this.addSite(given, { call, kind: 'given' });
        }
      }
    }
    return this.sites.get(fn) ?? [];
  }

  private addSite(fn: Fn, site: Site): void {
    const known = this.sites!.get(fn);
    if (known) known.push(site);
    else this.sites!.set(fn, [site]);
  }

  /** A server action: whoever sends the request chooses its arguments. */
  isAction(fn: Fn): boolean {
    return fn.directives.includes('use server') || (this.flow.program.directives.includes('use server') && fn.isExported);
  }

  /** The API a call goes to, as the engine sees it. */
  apiOf(call: Call): string | undefined {
    return this.events.get(call)?.[0]?.api;
  }

  private visit(node: Tree, parent: Tree | undefined): void {
    if (parent) this.parents.set(node, parent);
    const known = this.kinds.get(node.kind);
    if (known) known.push(node);
    else this.kinds.set(node.kind, [node]);
    if (node.kind === 'function') node.params.forEach((param, index) => this.parameter(param.target, param, node, index, []));
    if (node.kind === 'declare' && node.value) this.define(node.target, node.value, []);
    if (node.kind === 'loop' && node.each) this.define(node.each.target, node.each.iterable, ['*']);
    if (node.kind === 'try' && node.param) for (const slot of slotsOf(node.param)) this.caught.add(slot);
    for (const child of childrenOf(node)) this.visit(child, node);
  }

  private define(target: Pattern, value: Expr, picks: readonly string[]): void {
    for (const [slot, path] of picked(target, picks)) if (!this.definitions.has(slot)) this.definitions.set(slot, { value, picks: path });
  }

  private parameter(target: Pattern, param: Param, fn: Fn, index: number, picks: readonly string[]): void {
    for (const [slot, path] of picked(target, picks)) this.parameters.set(slot, { param, fn, index, picks: path });
  }
}

const surveys = new WeakMap<Flow, Survey>();

/** The survey of a program; made at the first call. */
export function surveyOf(flow: Flow): Survey {
  const known = surveys.get(flow) ?? new Survey(flow);
  surveys.set(flow, known);
  return known;
}

const STATEMENTS: ReadonlySet<string> = new Set('do declare function-declaration class-declaration if loop switch try return throw break continue block import export'.split(' '));

export function isStatement(node: Tree): node is Stmt {
  return STATEMENTS.has(node.kind);
}

/** The variables a pattern declares. */
export function slotsOf(pattern: Pattern): readonly Slot[] {
  return [...picked(pattern, [])].map(([slot]) => slot);
}

function* picked(pattern: Pattern | undefined, path: readonly string[]): Iterable<readonly [Slot, readonly string[]]> {
  if (pattern === undefined) return;
  if (pattern.kind === 'bind') yield [pattern.slot, path];
  else if (pattern.kind === 'bind-default') yield* picked(pattern.target, path);
  else if (pattern.kind === 'bind-record') {
    for (const { key, target } of pattern.entries) yield* picked(target, [...path, typeof key === 'string' ? key : '*']);
    yield* picked(pattern.rest, path);
  } else if (pattern.kind === 'bind-list') {
    for (const [index, item] of pattern.items.entries()) yield* picked(item, [...path, String(index)]);
    yield* picked(pattern.rest, path);
  }
}

function inPattern(pattern: Pattern | undefined): readonly Tree[] {
  if (pattern === undefined) return [];
  switch (pattern.kind) {
    case 'bind':
      return [];
    case 'bind-member':
      return [pattern.member];
    case 'bind-default':
      return [...inPattern(pattern.target), pattern.fallback];
    case 'bind-record':
      return [...pattern.entries.flatMap(({ key, target }) => [...(typeof key === 'string' ? [] : [key]), ...inPattern(target)]), ...inPattern(pattern.rest)];
    case 'bind-list':
      return [...pattern.items.flatMap(inPattern), ...inPattern(pattern.rest)];
  }
}

function entriesOf(entries: readonly ({ readonly key: string | Expr; readonly value: Expr } | { readonly kind: 'spread'; readonly value: Expr })[]): readonly Expr[] {
  return entries.flatMap((entry) => ('key' in entry ? [...(typeof entry.key === 'string' ? [] : [entry.key]), entry.value] : [entry.value]));
}

function some(...nodes: readonly (Tree | undefined)[]): readonly Tree[] {
  return nodes.filter((node) => node !== undefined);
}

/** The nodes written directly inside a node, in order of the text. */
export function childrenOf(node: Tree): readonly Tree[] {
  switch (node.kind) {
    case 'name':
    case 'constant':
    case 'regex':
    case 'this':
    case 'module':
    case 'break':
    case 'continue':
    case 'import':
      return [];
    case 'member':
      return typeof node.key === 'string' ? [node.object] : [node.object, node.key];
    case 'call':
      return [node.callee, ...node.args];
    case 'template':
      return node.tag ? [node.tag, ...node.values] : node.values;
    case 'object':
      return entriesOf(node.entries);
    case 'array':
      return some(...node.items);
    case 'spread':
    case 'unary':
    case 'cast':
    case 'do':
    case 'export':
      return [node.value];
    case 'await':
    case 'yield':
    case 'return':
    case 'throw':
      return some(node.value);
    case 'binary':
    case 'logical':
      return [node.left, node.right];
    case 'element':
      return [...(typeof node.tag === 'string' ? [] : [node.tag]), ...entriesOf(node.attributes), ...node.children];
    case 'function':
      return [...node.params.flatMap((param) => [...param.decorators, ...inPattern(param.target)]), ...node.decorators, ...node.body];
    case 'class':
      return [...node.decorators, ...some(node.base), ...node.fields.flatMap(({ value, decorators = [] }) => [...decorators, ...some(value)]), ...node.methods.map(({ fn }) => fn)];
    case 'conditional':
      return [node.test, node.then, node.otherwise];
    case 'assign':
      return [...inPattern(node.target), node.value];
    case 'sequence':
      return node.items;
    case 'opaque':
      return node.parts;
    case 'declare':
      return [...inPattern(node.target), ...some(node.value)];
    case 'function-declaration':
      return [node.fn];
    case 'class-declaration':
      return [node.cls];
    case 'if':
      return [node.test, ...node.then, ...node.otherwise];
    case 'loop':
      return [...some(node.each?.iterable, node.test), ...inPattern(node.each?.target), ...node.body, ...some(node.update)];
    case 'switch':
      return [node.subject, ...node.cases.flatMap((one) => [...some(one.test), ...one.body])];
    case 'try':
      return [...node.body, ...inPattern(node.param), ...(node.handler ?? []), ...(node.finalizer ?? [])];
    case 'block':
      return node.body;
  }
}
