/**
 * The shape of a program, walked once and shared by every rule that asks for it: nodes by kind, who stands in whom, what a variable was declared as.
 * Invariant: it says what is written, never what flows; that is the engine's word.
 */
import type { CallEvent, Flow } from './flow/events.ts';
import type { Call, Expr, Fn, Param, Pattern, Slot, Stmt } from './flow/program.ts';

export type Tree = Expr | Stmt;
type OfKind<K> = Tree extends infer T ? (T extends { readonly kind: infer U } ? (K extends U ? T : never) : never) : never;

export interface Definition {
  /** What the declaration takes the variable from. */
  readonly value: Expr;
  /** The members picked on the way: `const { body: { role } } = req` picks `body`, `role`. */
  readonly picks: readonly string[];
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
  private readonly kinds = new Map<string, Tree[]>();

  constructor(flow: Flow) {
    for (const stmt of flow.program.body) this.visit(stmt, undefined);
    for (const event of flow.calls) {
      const known = this.events.get(event.node);
      if (known) (known as CallEvent[]).push(event);
      else this.events.set(event.node, [event]);
    }
  }

  /** Every node of a kind, in order of the text. */
  of<K extends Tree['kind']>(kind: K): readonly OfKind<K>[] {
    return (this.kinds.get(kind) ?? []) as unknown as readonly OfKind<K>[];
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

  /** The function at the top of the module that holds a node: a handler with all its callbacks. */
  outerFn(node: Tree): Fn | undefined {
    let outer: Fn | undefined;
    for (const each of this.around(node)) if (each.kind === 'function') outer = each;
    return outer;
  }

  /** The innermost statement that holds a node. */
  statementOf(node: Tree): Stmt | undefined {
    for (const each of this.around(node)) if (isStatement(each)) return each;
    return undefined;
  }

  /** Nodes of a kind inside another node. */
  inside<K extends Tree['kind']>(kind: K, outer: { readonly start: number; readonly end: number }): readonly OfKind<K>[] {
    return this.of(kind).filter((node) => outer.start <= (node as Tree).start && (node as Tree).end <= outer.end);
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
      return [...node.decorators, ...some(node.base), ...node.fields.flatMap(({ value }) => some(value)), ...node.methods.map(({ fn }) => fn)];
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
