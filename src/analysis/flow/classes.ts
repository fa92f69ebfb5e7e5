/** Classes and what `new` makes: one instance a class, whose members every method shares. */
import { Expressions } from './expressions.ts';
import type { Call, ClassExpr, Expr, Fn } from './program.ts';
import type { Store } from './store.ts';
import { UNKNOWN, type Closure, type Value } from './value.ts';

export abstract class Classes extends Expressions {
  protected classValue(cls: ClassExpr, store: Store): Value {
    const base = cls.base ? this.eval(cls.base, store) : undefined;
    this.instance(cls, base, store);
    const cell = this.allocate(cls, 'object');
    for (const method of cls.methods) if (method.isStatic) this.put(cell, method.key, this.methodValue(method.fn, { taints: [], fixed: false, objects: [cell] }), store, 'replace');
    for (const field of cls.fields) if (field.isStatic && field.value) this.put(cell, field.key, this.eval(field.value, store), store, 'replace');
    return { taints: [], fixed: false, cls, objects: [cell], ...(base?.api !== undefined && { api: base.api }) };
  }

  private methodValue(fn: Fn, self: Value): Value {
    const closure: Closure = { fn, self };
    return { taints: [], fixed: false, type: 'function', closures: [closure] };
  }

  protected instance(cls: ClassExpr, base: Value | undefined, store: Store): Value {
    const known = this.instances.get(cls);
    if (known !== undefined) return known;
    const cell = this.allocate({ start: cls.start, end: cls.start }, 'object');
    const api = base?.api !== undefined ? this.apiOf(`${base.api}()`) : undefined;
    const inherited = base?.cls ? this.instances.get(base.cls) : undefined;
    const self: Value = { taints: [], fixed: false, type: 'object', objects: [cell, ...(inherited?.objects ?? [])].slice(0, 1), ...(api !== undefined && { api }) };
    this.instances.set(cls, self);
    for (const other of inherited?.objects ?? []) for (const key of this.cells[other]!.fields) {
      const held = store.get(`o${other}.${key}`);
      if (held) this.put(cell, key, held, store, 'replace');
    }
    if (base?.cls) this.bases.set(cls, base.cls);
    for (let one = base?.cls; one !== undefined; one = this.bases.get(one)) this.methods(one, self, cell, store);
    this.methods(cls, self, cell, store);
    for (const field of cls.fields) {
      if (field.isStatic) continue;
      const outer = this.frame;
      this.frame = { ...outer, self };
      const value = field.value ? this.eval(field.value, store) : this.typed(field.type, UNKNOWN, store);
      this.frame = outer;
      if (field.value || value.api !== undefined || field.type.kind !== 'other') this.put(cell, field.key, field.value ? value : { ...value, fixed: value.fixed }, store, 'replace');
    }
    return self;
  }

  private readonly bases = new Map<ClassExpr, ClassExpr>();

  /** A class's methods on an instance of it or of a class made from it; what is there already overrides. */
  private methods(cls: ClassExpr, self: Value, cell: number, store: Store): void {
    for (const { key, fn, role, isStatic } of cls.methods) {
      if (isStatic || role === 'constructor') continue;
      const name = role === 'setter' ? `set ${key}` : key;
      const known = store.get(`o${cell}.${name}`);
      if (known?.closures?.[0]?.self === self || known?.getter?.self === self) continue;
      this.put(cell, name, role === 'getter' ? { ...UNKNOWN, getter: { fn, self } } : this.methodValue(fn, self), store, 'replace');
    }
  }

  /** `super(…)`: the constructor of the base, on this very instance. */
  protected constructBase(args: readonly Value[], call: Call, store: Store): void {
    const base = [...this.bases].find(([cls]) => cls.methods.some(({ fn, role }) => role === 'constructor' && fn === this.frame.fn))?.[1];
    const constructor = base?.methods.find((method) => method.role === 'constructor');
    if (constructor && this.frame.self) this.inline({ fn: constructor.fn, self: this.frame.self }, args, call.args, call, store);
  }

  protected construct(callee: Value, args: readonly Value[], nodes: readonly Expr[], call: Call, store: Store): Value {
    if (callee.cls) {
      const self = this.instance(callee.cls, undefined, store);
      const constructor = callee.cls.methods.find((method) => method.role === 'constructor');
      if (constructor) this.inline({ fn: constructor.fn, self }, args, nodes, call, store);
      return self;
    }
    if (callee.closures) {
      const cell = this.allocate(call, 'object');
      const self: Value = { taints: [], fixed: false, objects: [cell], type: 'object' };
      for (const closure of callee.closures) this.inline({ fn: closure.fn, self }, args, nodes, call, store);
      return self;
    }
    if (callee.api === 'Promise' && args[0]?.closures) {
      const cell = this.allocate(call, 'object');
      this.invoke(args[0], [{ taints: [], fixed: false, api: 'flow.resolve', objects: [cell] }, { taints: [], fixed: false }], [], call, store);
      return store.get(`o${cell}.value`) ?? UNKNOWN;
    }
    if (callee.api === 'Array' || callee.api === 'Set' || callee.api === 'Map' || callee.api === 'URLSearchParams') {
      const cell = this.allocate(call, callee.api === 'Map' ? 'object' : 'array');
      if (args[0]) this.put(cell, '*', callee.api === 'Map' ? this.items(this.items(args[0], call, store), call, store) : this.items(args[0], call, store), store, 'replace');
      return { taints: args[0]?.taints ?? [], fixed: callee.api !== 'Array' && (args[0]?.fixed ?? false), type: 'array', objects: [cell], ...(callee.api === 'URLSearchParams' && { api: 'URLSearchParams()' }) };
    }
    for (const arg of args) if (arg.closures) this.later(callee.api, arg, store);
    const made = this.fromApi(callee.api !== undefined ? this.apiOf(`${callee.api}()`) : undefined, call);
    return made;
  }
}
