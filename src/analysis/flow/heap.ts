/** Objects, arrays and members: allocation by place, members by name, and the API paths that members spell. */
import type { ClassExpr, Expr, Fn, Member, Node, Slot, Type } from './program.ts';
import type { Store } from './store.ts';
import { BOOLEAN, cleaned, CONTEXT, join, joinTaints, literal, NUMBER, stepped, UNKNOWN, type Closure, type Source, type SourceKind, type Value } from './value.ts';
import type { Models } from '../models/model.ts';

/** Members of any object that hold any of its items: array elements, map values. */
export const ITEM = '*';

/** Members that are numbers or truth values on everything that has them. */
const NUMBERS = new Set(['length', 'size', 'byteLength', 'statusCode', 'port']);

/** Members of the address that was asked for which name this site and no other. */
const OWN_SITE = new Set(['origin', 'host', 'hostname', 'port', 'protocol']);

/** How the code says "the address of this request", or of this page. */
export const OWN_ADDRESS = /^(?:this\.)?(?:\w*[rR]eq(?:uest)?|ctx|context|c|event)\.(?:req(?:uest)?\.)?(?:raw\.)?(?:url|originalUrl|href|nextUrl(?:\.\w+)?|headers\.host)$|^(?:window\.|document\.|self\.)?location(?:\.href)?$/;

/** Where the program itself lies. */
const OWN_PLACES = new Set(['__dirname', '__filename', 'import.meta.dirname', 'import.meta.url', 'import.meta.filename']);

/** Longer API paths name nothing any model knows. */
const MAX_API = 120;

export interface Cell {
  readonly kind: 'object' | 'array';
  readonly fields: Set<string>;
  readonly node: Node;
}

export interface Frame {
  readonly fn?: Fn;
  readonly self?: Value;
  returns: Value | undefined;
  /** What a generator handed out so far. */
  yields?: Value;
  readonly context: string;
  readonly depth: number;
  /** Run for a caller outside this text: what it returns goes there. */
  readonly isEntry?: boolean;
}

export abstract class Heap {
  protected readonly cells: Cell[] = [];
  /** How often something tainted was put into an object: a method run before may say something else now. */
  protected taintedWrites = 0;
  private readonly cellIds = new Map<string, number>();
  protected checkedPlaces = 0;
  /** Events are kept only while running for effect, not while a condition is looked at again. */
  protected silent = 0;
  /** The function called last never came back. */
  protected died = false;
  readonly definitions = new Map<Slot, Expr>();
  protected readonly instances = new Map<ClassExpr, Value>();
  protected frame: Frame = { returns: undefined, context: '', depth: 0 };
  protected readonly models: Models;
  protected readonly source: string;

  constructor(models: Models, source: string) {
    this.models = models;
    this.source = source;
  }

  abstract eval(expr: Expr, store: Store): Value;
  /** What a module of another file exports, when that file is at hand: all, its default, or one member. */
  protected abstract linked(module: string, node: Node, part: 'all' | 'default' | { readonly member: string }): Value | undefined;
  /** This file exports a value: under a name, or as all there is (`module.exports = …`). */
  protected abstract exporting(name: string | undefined, value: Value, node: Node): void;
  protected abstract inline(closure: Closure, args: readonly Value[], nodes: readonly Expr[], call: Node, store: Store): Value;

  /** The code at a node, on one line and not too long, for messages. */
  protected label(node: Node): string {
    const text = this.source.slice(node.start, node.end).replace(/\s+/g, ' ');
    return text.length > 60 ? text.slice(0, 57) + '...' : text;
  }

  /** `clean`: bits of contexts it cannot harm; by default a text is no record. */
  protected tainted(node: Node, kind: SourceKind, label = this.label(node), clean: number = CONTEXT.record): Value {
    const source: Source = { start: node.start, end: node.end, kind, label };
    return { taints: [{ source, clean }], fixed: false };
  }

  protected allocate(node: Node, kind: Cell['kind']): number {
    const key = `${node.start}:${node.end}:${this.frame.context}`;
    let id = this.cellIds.get(key);
    if (id === undefined) {
      id = this.cells.length;
      this.cellIds.set(key, id);
      this.cells.push({ kind, fields: new Set(), node });
    }
    return id;
  }

  /** Writes a member; `certain` replaces what was there, else either may be there. */
  protected put(cell: number, key: string, value: Value, store: Store, certain: 'replace' | 'add'): void {
    this.cells[cell]!.fields.add(key);
    const id = `o${cell}.${key}`;
    const old = certain === 'add' ? store.get(id) : undefined;
    if (value.taints.length > (old?.taints.length ?? 0)) this.taintedWrites++;
    store.set(id, old === undefined ? value : join(old, value));
  }

  /** Writes through a value: to the one object it is, or maybe to each of several. */
  protected assign(object: Value, key: string, value: Value, store: Store, node?: Expr): void {
    const objects = object.objects ?? [];
    for (const cell of objects) {
      const setter = store.get(`o${cell}.set ${key}`)?.closures?.[0];
      if (setter) this.inline(setter, [value], node ? [node] : [], node ?? setter.fn, store);
    }
    for (const cell of objects) this.put(cell, key, value, store, objects.length === 1 && key !== ITEM ? 'replace' : 'add');
  }

  /** All that an object's members hold, joined. */
  protected items(value: Value, node: Node, store: Store): Value {
    let result: Value | undefined;
    for (const cell of value.objects ?? []) {
      for (const key of this.cells[cell]!.fields) {
        const held = store.get(`o${cell}.${key}`);
        if (held !== undefined) result = result === undefined ? held : join(result, held);
      }
    }
    const taints = value.taints.length > 0 ? stepped(value.taints, node, 'read from it') : [];
    if (result === undefined && taints.length === 0 && value.api !== undefined) return this.fromApi(this.apiOf(`${value.api}.${ITEM}`), node);
    if (result === undefined) return { taints, fixed: value.fixed && taints.length === 0, ...(value.literals && value.fixed && { type: 'string' as const }) };
    return taints.length > 0 ? { ...result, taints: joinTaints(result.taints, taints), fixed: false } : result;
  }

  /** Everything that taints a value or, two levels deep, what it holds. */
  protected deepTaints(value: Value, store: Store, depth = 2): Value['taints'] {
    let taints = value.taints;
    if (depth > 0) {
      for (const cell of value.objects ?? []) {
        for (const key of this.cells[cell]!.fields) {
          const held = store.get(`o${cell}.${key}`);
          if (held !== undefined && held !== value) taints = joinTaints(taints, this.deepTaints(held, store, depth - 1));
        }
      }
    }
    return taints;
  }

  /** A value as an event shows it: with its members at this moment. */
  protected snapshot(value: Value, node: Expr | undefined, store: Store, depth = 4): Value {
    const at = node ? { node } : {};
    if (!value.objects || value.objects.length === 0 || depth === 0) return { ...value, ...at };
    const fields = new Map<string, Value>();
    for (const cell of value.objects) {
      for (const key of this.cells[cell]!.fields) {
        if (fields.size > 40) break;
        const held = store.get(`o${cell}.${key}`);
        if (held === undefined) continue;
        const known = fields.get(key);
        const shown = this.snapshot(held, held.node, store, depth - 1);
        fields.set(key, known === undefined ? shown : join(known, shown));
      }
    }
    return { ...value, ...at, fields, type: value.type ?? this.cells[value.objects[0]!]!.kind };
  }

  protected apiOf(path: string): string | undefined {
    if (path.length > MAX_API) return undefined;
    return this.models.aliases.get(path) ?? path;
  }

  /** An API value, tainted when a model says that an outsider fills it. */
  protected fromApi(path: string | undefined, node: Node): Value {
    if (path === undefined) return UNKNOWN;
    const api = this.models.aliases.get(path) ?? path;
    const kind = this.models.sources.get(api);
    if (kind !== undefined) return { ...this.tainted(node, kind, undefined, this.models.records.has(api) ? 0 : CONTEXT.record), api };
    return { taints: [], fixed: api.startsWith('env.') || OWN_PLACES.has(api), api };
  }

  protected read(object: Value, key: string, node: Node, store: Store): Value {
    if (NUMBERS.has(key)) return NUMBER;
    if (key === 'constructor' && object.type === 'function') return { ...UNKNOWN, api: 'Function' };
    let result: Value | undefined;
    let missing = false;
    for (const cell of object.objects ?? []) {
      const found = store.get(`o${cell}.${key}`) ?? (key !== ITEM ? this.inherited(cell, key, store) : undefined);
      const held = found?.getter ? this.inline(found.getter, [], [], node, store) : found;
      if (held === undefined) missing = true;
      else result = result === undefined ? held : join(result, held);
    }
    const api = object.api !== undefined ? this.apiOf(`${object.api}.${key}`) : undefined;
    if (result !== undefined && !missing) {
      if (object.taints.length === 0 || result.last) return result;
      // What was put there, or whatever its sender put over it.
      return join(result, { taints: object.taints, fixed: false });
    }
    if (OWN_SITE.has(key) && (object.api === 'location' || (object.api === 'URL()' && object.taints.length > 0 && object.taints.every(({ source }) => OWN_ADDRESS.test(source.label))))) return UNKNOWN;
    if (object.taints.length > 0) {
      const taints = object.taints.map((taint) => (taint.source.end <= node.end && taint.source.start >= node.start ? { ...taint, source: { ...taint.source, label: this.label(node) } } : taint));
      const value: Value = { taints, fixed: false, ...(api !== undefined && { api }), ...(object.about && { about: object.about }) };
      // A URL's path starts with a slash: behind a host it chooses no other.
      return (key === 'pathname' || key === 'search') && object.api === 'URL()' ? cleaned(value, CONTEXT.url) : value;
    }
    if (result !== undefined) return result;
    const value = this.fromApi(api, node);
    if (object.fixed && value.taints.length === 0) return { ...value, fixed: true };
    return object.about ? { ...value, about: object.about } : value;
  }

  private inherited(cell: number, key: string, store: Store): Value | undefined {
    if (!/^\d+$/.test(key)) return undefined;
    return store.get(`o${cell}.${ITEM}`);
  }

  /** Where an expression stores to, when it is a variable or a chain of plain members of one. */
  protected place(expr: Expr): number | string | undefined {
    if (expr.kind === 'name') return expr.slot.id;
    if (expr.kind === 'cast' || (expr.kind === 'await' && expr.value)) return this.place(expr.value!);
    if (expr.kind !== 'member' || typeof expr.key !== 'string') return undefined;
    if (expr.object.kind === 'this') return `@this.${expr.key}`;
    const base = this.place(expr.object);
    if (base === undefined) return undefined;
    return typeof base === 'number' ? `@${base}.${expr.key}` : `${base}.${expr.key}`;
  }

  /** What a check of this very member said, if one held on the way here. */
  protected checked(expr: Member, store: Store): Value | undefined {
    if (this.checkedPlaces === 0) return undefined;
    const place = this.place(expr);
    return typeof place === 'string' ? store.get(place) : undefined;
  }

  /** Makes the place of an expression safe for the contexts from here on. */
  protected vouch(expr: Expr, bits: number, store: Store, seen = 0): void {
    const value = this.eval(expr, store);
    const place = this.place(expr);
    const inner = place === undefined && seen < 4 ? sameText(expr) : undefined;
    if (inner !== undefined) this.vouch(inner, bits, store, seen + 1);
    if (place !== undefined) {
      if (typeof place === 'string') this.checkedPlaces++;
      store.set(place, { ...cleaned(value, bits), ...(value.about && { about: value.about }) });
    }
    // What is known of a URL's host says where it leads, and nothing of the rest of it.
    const passed = expr.kind === 'member' ? bits & (CONTEXT.url | CONTEXT.redirect | CONTEXT.html) : bits;
    if (seen < 4) for (const other of value.about ?? []) if (other !== expr) this.vouch(other, passed, store, seen + 1);
  }

  /** The API a type annotation names. */
  protected typeApi(type: Type, store: Store): string | undefined {
    if (type.kind !== 'named') return undefined;
    const head = type.slot ? store.get(type.slot.id)?.api : type.path[0];
    if (head === undefined) return undefined;
    return this.apiOf(`${[head, ...type.path.slice(1)].join('.')}()`);
  }

  /** A value of which only its type annotation is known. */
  protected typed(type: Type, value: Value, store: Store): Value {
    switch (type.kind) {
      case 'number':
        return { ...value, taints: value.taints.filter((taint) => taint.source.kind !== 'parameter'), type: 'number' };
      case 'boolean':
        return BOOLEAN;
      case 'literals':
        return { taints: [], fixed: true, type: 'string' };
      case 'string':
        return { ...value, type: 'string' };
      case 'array': {
        if (type.item.kind === 'number' || type.item.kind === 'literals') return { ...value, taints: [], fixed: true, type: 'array' };
        return { ...value, type: 'array' };
      }
      case 'named': {
        const cls = type.slot && store.get(type.slot.id)?.cls;
        const instance = cls && this.instances.get(cls);
        if (instance !== undefined) return instance;
        const api = this.typeApi(type, store);
        const known = api !== undefined && api !== `${type.path.join('.')}()` ? api : undefined;
        if (known === undefined) return value;
        // An API object is not the caller's text: only what models call a source of it is.
        return { ...this.fromApi(known, { start: 0, end: 0 }) };
      }
      case 'record':
      case 'other':
        return value;
    }
  }

  protected lit(value: string | number | boolean | null | undefined): Value {
    return literal(value);
  }
}

/** What `String(x)`, `x.toString()`, `x.trim()` and `\`${x}\`` are the text of: a check of one is a check of the other. */
function sameText(expr: Expr): Expr | undefined {
  if (expr.kind === 'template') return expr.tag === undefined && expr.values.length === 1 && expr.texts.every((piece) => piece.value === '') ? expr.values[0] : undefined;
  if (expr.kind === 'logical') return expr.op !== 'and' && expr.right.kind === 'constant' ? expr.left : undefined;
  if (expr.kind !== 'call') return undefined;
  if (expr.callee.kind === 'name' && (expr.callee.slot.name === 'String' || expr.callee.slot.name === 'Number')) return expr.args[0];
  return expr.callee.kind === 'member' && /^(?:toString|trim|toLowerCase|toUpperCase|normalize)$/.test(String(expr.callee.key)) ? expr.callee.object : undefined;
}
