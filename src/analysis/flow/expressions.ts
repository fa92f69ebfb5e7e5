/** What each kind of expression yields. */
import type { AnswerEvent, CallEvent, ElementEvent, ReturnEvent, TaggedEvent } from './events.ts';
import { ITEM } from './heap.ts';
import { Patterns } from './patterns.ts';
import type { Call, Element, Entry, Expr, Member, Node, Spread, Template } from './program.ts';
import type { Store } from './store.ts';
import { BOOLEAN, join, joinTaints, literal, NUMBER, partsOf, text, UNKNOWN, type Closure, type Value } from './value.ts';

/** A check of the path that comes out is one of the path that went in. */
const ABOUT_ONE = new Set(['path.resolve', 'path.normalize', 'fs.realpathSync', 'fs.promises.realpath']);

const ARITHMETIC = new Set(['-', '*', '/', '%', '**', '|', '&', '^', '<<', '>>', '>>>']);

export abstract class Expressions extends Patterns {
  protected readonly calls: CallEvent[] = [];
  protected readonly elementEvents: ElementEvent[] = [];
  protected readonly tagged: TaggedEvent[] = [];
  protected readonly answers: AnswerEvent[] = [];
  protected readonly returns: ReturnEvent[] = [];

  protected abstract tick(): void;
  protected abstract seen(closure: Closure): void;
  protected abstract constructBase(args: readonly Value[], call: Call, store: Store): void;
  protected abstract classValue(expr: Expr & { kind: 'class' }, store: Store): Value;

  eval(expr: Expr, store: Store): Value {
    this.tick();
    switch (expr.kind) {
      case 'constant':
        return literal(expr.value);
      case 'regex':
        return { taints: [], fixed: true, type: 'regex' };
      case 'name': {
        const held = store.get(expr.slot.id);
        if (held !== undefined) return held;
        if (expr.slot.declared !== undefined) return UNKNOWN;
        return this.fromApi(expr.slot.name, expr);
      }
      case 'module':
        return this.linked(expr.name, expr, 'all') ?? { taints: [], fixed: false, api: this.apiOf(moduleName(expr.name))! };
      case 'this':
        return this.frame.self ?? UNKNOWN;
      case 'member':
        return this.memberOf(expr, store);
      case 'call':
        return this.callOf(expr, store);
      case 'template':
        return this.template(expr, store);
      case 'binary':
        return this.binary(expr.op, expr.left, expr.right, expr, store);
      case 'object':
        return this.object(expr.entries, expr, store);
      case 'array':
        return this.array(expr.items, expr, store);
      case 'spread':
        return this.items(this.eval(expr.value, store), expr, store);
      case 'function': {
        const closure: Closure = { fn: expr, ...(this.frame.self && { self: this.frame.self }) };
        this.seen(closure);
        return { taints: [], fixed: false, type: 'function', closures: [closure] };
      }
      case 'class':
        return this.classValue(expr, store);
      case 'conditional': {
        this.eval(expr.test, store);
        const [a, b] = [store.fork(), store.fork()];
        this.quietly(() => {
          this.refine(expr.test, 'holds', a);
          this.refine(expr.test, 'fails', b);
        });
        const value = join(this.eval(expr.then, a), this.eval(expr.otherwise, b));
        store.merge(a, b);
        return value;
      }
      case 'logical':
        return this.logical(expr.op, expr.left, expr.right, expr, store);
      case 'unary':
        return this.unary(expr.op, expr.value, store);
      case 'assign':
        return this.assignment(expr, store);
      case 'await':
        return expr.value ? this.eval(expr.value, store) : UNKNOWN;
      case 'yield': {
        const value = expr.value ? this.eval(expr.value, store) : UNKNOWN;
        this.frame.yields = this.frame.yields === undefined ? value : join(this.frame.yields, value);
        return UNKNOWN;
      }
      case 'sequence': {
        let last = UNKNOWN;
        for (const item of expr.items) last = this.eval(item, store);
        return last;
      }
      case 'cast': {
        const value = this.eval(expr.value, store);
        if (value.taints.length > 0 || value.objects || expr.type.kind === 'record') return value;
        const typed = this.typed(expr.type, value, store);
        return typed.api !== undefined ? typed : value;
      }
      case 'element':
        return this.element(expr, store);
      case 'opaque':
        for (const part of expr.parts) this.eval(part, store);
        return UNKNOWN;
    }
  }

  protected quietly(run: () => void): void {
    this.silent++;
    try {
      run();
    } finally {
      this.silent--;
    }
  }

  private memberOf(expr: Member, store: Store): Value {
    const object = this.eval(expr.object, store);
    const checked = this.checked(expr, store);
    if (checked !== undefined) return checked;
    const result = this.select(object, expr.key, expr, store);
    return typeof expr.key === 'string' && (expr.key === 'hostname' || expr.key === 'host' || expr.key === 'origin' || expr.key === 'href')
      ? { ...result, about: [...(object.about ?? []), expr.object] }
      : result;
  }

  private callOf(call: Call, store: Store): Value {
    let receiver: Value | undefined;
    let callee: Value;
    let name: string;
    if (call.callee.kind === 'member') {
      receiver = this.eval(call.callee.object, store);
      callee = this.select(receiver, call.callee.key, call.callee, store);
      name = typeof call.callee.key === 'string' ? call.callee.key : '';
      if (name === 'call' || name === 'apply' || name === 'bind') return this.applied(call, name, receiver, store);
    } else {
      callee = this.eval(call.callee, store);
      name = call.callee.kind === 'name' ? call.callee.slot.name : '';
      if (callee.api !== undefined && callee.api.includes('.')) name = callee.api.slice(callee.api.lastIndexOf('.') + 1);
    }
    const args = this.argsOf(call, store);
    if (call.callee.kind === 'this' && !call.isNew) this.constructBase(args, call, store);
    const shown = this.silent === 0 ? args.map((arg, index) => this.snapshot(arg, call.args[index], store)) : args;
    let result = this.call(call, callee, receiver, name, args, store);
    if (callee.api === 'path.relative' && call.args[1]) result = { ...result, about: [call.args[1]] };
    if (callee.api !== undefined && ABOUT_ONE.has(callee.api) && call.args.length === 1) result = { ...result, about: [call.args[0]!] };
    if ((callee.api === 'URL' || callee.api === 'url.parse') && call.args[0]) result = { ...result, about: [call.args[0]] };
    if ((name === 'parse' || name === 'safeParse') && call.args[0]) result = { ...result, about: [call.args[0]] };
    this.record({ node: call, name, args: shown, result, ...(callee.api !== undefined && { api: callee.api }), ...(receiver && { receiver: this.silent === 0 ? this.snapshot(receiver, undefined, store, 1) : receiver }), ...(this.frame.fn && { fn: this.frame.fn }) });
    return result;
  }

  /** Arguments in order; a spread of a list whose items are known stands for them. */
  private argsOf(call: Call, store: Store): readonly Value[] {
    if (call.args.every((arg, index) => arg.kind !== 'spread' || index < call.args.length - 1)) return call.args.map((arg) => this.eval(arg, store));
    const last = call.args.at(-1) as Spread;
    const spread = this.eval(last.value, store);
    const listed = this.listed(spread, store);
    return [...call.args.slice(0, -1).map((arg) => this.eval(arg, store)), ...(listed ?? [this.items(spread, last, store)])];
  }

  private record(event: CallEvent): void {
    if (this.silent === 0) this.calls.push(event);
  }

  /** `f.call(self, …)`, `f.apply(self, list)`, `f.bind(self)`. */
  private applied(call: Call, name: string, callee: Value, store: Store): Value {
    const args = call.args.map((arg) => this.eval(arg, store));
    if (name === 'bind') return callee;
    const passed = name === 'call' ? args.slice(1) : [args[1] ? this.items(args[1], call, store) : UNKNOWN];
    const nodes = name === 'call' ? call.args.slice(1) : [];
    const plain: Call = { ...call, args: nodes };
    if (callee.closures) return this.invoke(callee, passed, nodes, call, store);
    const last = callee.api?.slice(callee.api.lastIndexOf('.') + 1) ?? '';
    if (callee.api === 'Object.prototype.hasOwnProperty') return { ...BOOLEAN, test: call };
    const result = this.call(plain, callee, undefined, last, passed, store);
    this.record({ node: plain, name: last, args: passed, result, ...(callee.api !== undefined && { api: callee.api }), ...(this.frame.fn && { fn: this.frame.fn }) });
    return result;
  }

  private template(expr: Template, store: Store): Value {
    const values = expr.values.map((value) => this.eval(value, store));
    if (expr.tag === undefined) {
      return text(expr.texts.flatMap((piece, index) => {
        const value = values[index];
        const here = [{ kind: 'text' as const, text: piece.value }];
        return value === undefined ? here : [...here, ...partsOf(value, expr.values[index]!)];
      }), expr);
    }
    const tag = this.eval(expr.tag, store);
    const name = expr.tag.kind === 'name' ? expr.tag.slot.name : expr.tag.kind === 'member' && typeof expr.tag.key === 'string' ? expr.tag.key : '';
    if (this.silent === 0) this.tagged.push({ node: expr, name, values, ...(tag.api !== undefined && { api: tag.api }) });
    if (tag.closures) return this.invoke(tag, [UNKNOWN, ...values], [], expr, store);
    // The function behind the tag gets the values apart: they are not text, and what comes back is its own.
    if (name === 'raw' && tag.api === 'String.raw') return text(expr.texts.flatMap((piece, index) => [{ kind: 'text' as const, text: piece.value }, ...(values[index] ? partsOf(values[index], expr.values[index]!) : [])]), expr);
    return { taints: [], fixed: true, ...(tag.api !== undefined && { api: `${tag.api}()` }) };
  }

  private binary(op: string, left: Expr, right: Expr, node: Node, store: Store): Value {
    const a = this.eval(left, store);
    const b = this.eval(right, store);
    if (op === '+') return this.plus(a, b, left, right, node);
    if (ARITHMETIC.has(op)) return NUMBER;
    return { ...BOOLEAN, test: node as Expr };
  }

  private plus(a: Value, b: Value, left: Expr, right: Expr, node: Node): Value {
    if (a.type === 'number' && b.type === 'number') return NUMBER;
    return text([...partsOf(a, left), ...partsOf(b, right)], node);
  }

  private object(entries: readonly (Entry | Spread)[], node: Node, store: Store): Value {
    const cell = this.allocate(node, 'object');
    let taints: Value['taints'] = [];
    let fixed = true;
    for (const entry of entries) {
      if (!('key' in entry)) {
        const spread = this.eval(entry.value, store);
        taints = joinTaints(taints, spread.taints);
        for (const other of spread.objects ?? []) {
          for (const key of this.cells[other]!.fields) {
            const held = store.get(`o${other}.${key}`);
            if (held === undefined) continue;
            const { last: _last, ...plain } = held;
            this.put(cell, key, taints.length > 0 && spread.taints.length === 0 ? { ...plain, last: true } : plain, store, 'replace');
          }
        }
        if (spread.literals === undefined && !spread.objects) fixed = false;
        fixed &&= spread.fixed || spread.objects !== undefined;
        continue;
      }
      const value = this.eval(entry.value, store);
      const shown: Value = { ...value, node: entry.value, ...(taints.length > 0 && { last: true as const }) };
      if (typeof entry.key === 'string') this.put(cell, entry.key, shown, store, 'replace');
      else {
        const key = this.eval(entry.key, store);
        const known = key.literals?.length === 1 ? String(key.literals[0]) : ITEM;
        this.put(cell, known, shown, store, known === ITEM ? 'add' : 'replace');
      }
      fixed &&= value.fixed || value.type === 'function';
    }
    const isBare = entries.some((entry) => 'key' in entry && entry.key === '__proto__' && entry.value.kind === 'constant' && entry.value.value === null);
    const result: Value = { taints, fixed: fixed && taints.length === 0, type: 'object', objects: [cell], ...(isBare && { api: 'Object.create()' }) };
    if (this.silent === 0 && this.cells[cell]!.fields.has('statusCode')) this.answers.push({ fields: this.snapshot(result, undefined, store, 2).fields ?? new Map() });
    return result;
  }

  private array(items: readonly (Expr | undefined)[], node: Node, store: Store): Value {
    const cell = this.allocate(node, 'array');
    let fixed = true;
    let open = false;
    let taints: Value['taints'] = [];
    items.forEach((item, index) => {
      if (item === undefined) return;
      if (item.kind === 'spread') {
        open = true;
        const spread = this.eval(item.value, store);
        taints = joinTaints(taints, spread.taints);
        const held = this.items(spread, item, store);
        this.put(cell, ITEM, held, store, 'add');
        fixed &&= held.fixed;
        return;
      }
      const value = this.eval(item, store);
      fixed &&= value.fixed;
      this.put(cell, open ? ITEM : String(index), { ...value, node: item }, store, open ? 'add' : 'replace');
    });
    return { taints, fixed: fixed && taints.length === 0, type: 'array', objects: [cell] };
  }

  private logical(op: 'and' | 'or' | 'nullish', left: Expr, right: Expr, node: Expr, store: Store): Value {
    const a = this.eval(left, store);
    const fork = store.fork();
    if (op !== 'nullish') this.quietly(() => this.refine(left, op === 'and' ? 'holds' : 'fails', fork));
    const b = this.eval(right, fork);
    store.maybe(fork);
    if (op === 'and') return { ...join(b, { taints: [], fixed: true, ...(b.type && { type: b.type }) }), test: node };
    // The right side of `x || y` stands where `x` was empty: an empty constant adds nothing.
    if (a.literals?.every((one) => !one)) return b;
    return { ...join(a, b), ...(a.type === 'boolean' && { test: node }) };
  }

  private unary(op: string, operand: Expr, store: Store): Value {
    const value = this.eval(operand, store);
    switch (op) {
      case '!':
        return { ...BOOLEAN, test: { kind: 'unary', start: operand.start, end: operand.end, op, value: operand } };
      case 'typeof':
        return { taints: [], fixed: true, type: 'string' };
      case 'void':
      case 'delete':
        return { taints: [], fixed: true };
      case '-':
        return value.literals?.length === 1 && typeof value.literals[0] === 'number' ? literal(-value.literals[0]) : NUMBER;
      default:
        return NUMBER;
    }
  }

  private assignment(expr: Expr & { kind: 'assign' }, store: Store): Value {
    if (expr.op === '=') {
      const value = this.eval(expr.value, store);
      this.bind(expr.target, value, store, expr.value);
      return value;
    }
    const current = this.current(expr.target, store);
    if (expr.op === '||' || expr.op === '&&' || expr.op === '??') {
      const joined = join(current, this.eval(expr.value, store));
      this.bind(expr.target, joined, store, expr.value);
      return joined;
    }
    const added = this.eval(expr.value, store);
    const target: Expr = expr.target.kind === 'bind' ? { kind: 'name', start: expr.target.start, end: expr.target.end, slot: expr.target.slot } : expr.value;
    const value = expr.op === '+' ? this.plus(current, added, target, expr.value, expr) : NUMBER;
    this.bind(expr.target, value, store, expr.value);
    return value;
  }

  private element(expr: Element, store: Store): Value {
    const attributes = new Map<string, { value: Value; node: Node; valueNode: Expr }>();
    for (const attribute of expr.attributes) {
      const value = this.eval(attribute.value, store);
      if ('key' in attribute && typeof attribute.key === 'string') attributes.set(attribute.key, { value: this.snapshot(value, attribute.value, store), node: attribute, valueNode: attribute.value });
      else for (const [key, held] of this.snapshot(value, attribute.value, store).fields ?? []) attributes.set(key, { value: held, node: attribute, valueNode: attribute.value });
      if (value.closures) this.later(undefined, value, store);
    }
    for (const child of expr.children) this.eval(child, store);
    if (typeof expr.tag !== 'string') this.eval(expr.tag, store);
    if (this.silent === 0) this.elementEvents.push({ node: expr, attributes });
    return { taints: [], fixed: false, type: 'object', api: 'markup' };
  }
}

/** `node:fs/promises` is `fs.promises`; what has several names has one here. */
export function moduleName(name: string): string {
  const plain = (name.startsWith('node:') ? name.slice(5) : name).replace(/^((?:@[^/]+\/)?[^./][^/]*(?:\/.+)?)\.(?:js|mjs|cjs)$/, (whole: string, stem: string) => (stem.includes('/') && !stem.startsWith('@') ? stem : whole));
  if (plain === 'lodash-es') return 'lodash';
  return plain.startsWith('lodash/') || plain.startsWith('lodash-es/') ? `lodash.${plain.slice(plain.indexOf('/') + 1)}` : plain;
}
