/**
 * The taint engine: runs a program once with abstract values, functions called in the text with their real arguments, all others as
 * entries whose parameters are what a framework, a type or a name says, else an unknown caller's. Deterministic and bounded: it never
 * evaluates more than its budget of expressions, and says so when it stopped early.
 */
import type { Models } from '../models/model.ts';
import type { Flow } from './events.ts';
import type { Frame } from './heap.ts';
import { fileOf, type LinkedFile } from './linked.ts';
import { Entries } from './entries.ts';
import type { ClassExpr, Expr, Fn, Node, Program } from './program.ts';
import { isSchema } from './schemas.ts';
import { Store } from './store.ts';
import { EVERY_CONTEXT, join, joinTaints, stepped, UNKNOWN, type Closure, type Value } from './value.ts';

/** Expressions one run may evaluate: about 60 times those of a 2,000-line file. */
const MAX_STEPS = 2_000_000;
const MAX_DEPTH = 8;
/** Evaluations of one function, with arguments unlike each other, before its calls are summarised. */
const MAX_RUNS = 16;
/** Calls in calls that are followed while a condition is only looked at again. */
const MAX_QUIET = 2;
/** Function bodies one run may go through; past it functions seen before are summarised. Keeps the time linear in the size of the text. */
const MIN_INLINED = 200;
const INLINED_PER_FUNCTION = 12;

/** Options under which the schema of a function's input stands. */
const SCHEMAS = ['inputSchema', 'parameters', 'schema', 'input', 'body'];

export interface RunOptions {
  /** Called now and then; a true answer ends the run early. */
  readonly expired?: () => boolean;
  /** The program's own file first, then those it imports; `text` is theirs joined. Absent: imports are names only. */
  readonly files?: readonly LinkedFile[];
}

/** Runs a lowered program. `text` is the analysed text, for labels. */
export function run(program: Program, text: string, models: Models, options: RunOptions = {}): Flow {
  return new Engine(program, text, models, options).run();
}

class Expired extends Error {}

class Engine extends Entries {
  protected readonly program: Program;
  private readonly files: readonly LinkedFile[];
  private readonly options: RunOptions;
  private readonly visited = new Set<Fn>();
  private readonly results = new Map<Fn, Map<string, Value>>();
  private readonly stack: Fn[] = [];
  private readonly pending: { readonly closure: Closure; readonly roles: readonly string[] | undefined; readonly first?: Value }[] = [];
  private readonly known: Closure[] = [];
  private readonly global = new Store();
  private readonly functionCount: number;
  private steps = 0;
  private inlined = 0;
  private quietDepth = 0;

  constructor(program: Program, text: string, models: Models, options: RunOptions) {
    super(models, text);
    this.program = program;
    this.options = options;
    this.files = options.files ?? [];
    this.functionCount = Math.max(program.functions.length, this.files.reduce((sum, file) => sum + file.program.functions.length, 0));
  }

  run(): Flow {
    let incomplete = false;
    try {
      this.block(this.program.body, this.global);
      this.global.dead = false;
      this.sweep();
    } catch (error) {
      if (!(error instanceof Expired)) throw error;
      incomplete = true;
    }
    return { program: this.program, calls: this.calls, assigns: this.assigns, elements: this.elementEvents, tagged: this.tagged, answers: this.answers, returns: this.returns, definitions: this.definitions, incomplete };
  }

  /** Runs what nothing in this text has called: handlers first, then classes, then every other function. */
  private sweep(): void {
    this.drain();
    for (const cls of this.program.classes) if (this.instances.has(cls)) this.classEntries(cls);
    this.drain();
    for (let index = 0; index < this.known.length; index++) {
      const closure = this.known[index]!;
      if (!this.visited.has(closure.fn) || closure.fn.isExported) this.entry(closure, undefined, this.global);
      this.drain();
    }
  }

  private readonly modules = new Map<number, { readonly cell: number; whole?: Value }>();
  private importing = 0;

  /** Runs the body of an imported file, once, for what it exports. In a circle the exports are those known so far. */
  private moduleOf(index: number): { readonly cell: number; whole?: Value } {
    const known = this.modules.get(index);
    if (known !== undefined) return known;
    const { program, start } = this.files[index]!;
    const outer = this.frame;
    this.frame = { returns: undefined, context: `file${index}`, depth: outer.depth + 1 };
    const made: { readonly cell: number; whole?: Value } = { cell: this.allocate({ start, end: start }, 'object') };
    this.modules.set(index, made);
    this.importing++;
    const wasDead = this.global.dead;
    const loops = this.loopExits;
    const collecting = this.collecting;
    this.loopExits = [];
    this.collecting = undefined;
    try {
      this.quietly(() => this.block(program.body, this.global));
      for (const one of program.exports) {
        const value = one.kind === 'own' ? this.global.get(one.slot.id) : one.kind === 'from' ? this.linked(one.module, { start, end: start }, one.member === 'default' ? 'default' : { member: one.member }) : this.linked(one.module, { start, end: start }, 'all');
        if (value === undefined) continue;
        if (one.kind !== 'all' || one.name !== undefined) this.put(made.cell, one.name!, value, this.global, 'replace');
        else for (const cell of value.objects ?? []) for (const key of this.cells[cell]!.fields) {
          const held = this.global.get(`o${cell}.${key}`);
          if (held !== undefined && key !== 'default') this.put(made.cell, key, held, this.global, 'replace');
        }
      }
    } finally {
      this.frame = outer;
      this.importing--;
      this.global.dead = wasDead;
      this.loopExits = loops;
      this.collecting = collecting;
    }
    return made;
  }

  protected linked(module: string, node: Node, part: 'all' | 'default' | { readonly member: string }): Value | undefined {
    if (this.files.length < 2) return undefined;
    const index = this.files[fileOf(this.files, node)]!.links.get(module);
    if (index === undefined || index === 0) return undefined;
    const { cell, whole } = this.moduleOf(index);
    const names: Value = { taints: [], fixed: false, type: 'object', objects: [cell] };
    if (part === 'all') return whole ?? names;
    if (part === 'default') return whole ?? this.global.get(`o${cell}.default`) ?? names;
    return whole !== undefined ? this.read(whole, part.member, node, this.global) : this.global.get(`o${cell}.${part.member}`);
  }

  protected exporting(name: string | undefined, value: Value, node: Node): void {
    const index = this.files.length < 2 ? 0 : fileOf(this.files, node);
    const made = this.modules.get(index);
    if (made === undefined) return;
    if (name === undefined) made.whole = value;
    else this.put(made.cell, name, value, this.global, 'replace');
  }

  private drain(): void {
    for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift()) this.entry(next.closure, next.roles, this.global, next.first);
  }

  protected tick(): void {
    this.steps++;
    if (this.steps > MAX_STEPS || (this.steps % 4096 === 0 && this.options.expired?.())) throw new Expired();
  }

  protected seen(closure: Closure): void {
    // Functions of other files run when this one calls them; alone they are judged with their own file.
    if (this.files.length > 1 && fileOf(this.files, closure.fn) > 0) return;
    if (!this.known.some((one) => one.fn === closure.fn)) this.known.push(closure);
  }

  protected later(callee: string | undefined, value: Value, store: Store, event?: string): void {
    if (this.importing > 0) return;
    const roles = (callee !== undefined ? this.models.callbacks.get(callee) : undefined) ?? (event !== undefined ? this.models.events.get(event) : undefined);
    for (const closure of value.closures ?? []) {
      if (this.frame.depth === 0) this.pending.push({ closure, roles });
      else if (!this.stack.includes(closure.fn)) {
        const fork = store.fork();
        const args = closure.fn.params.map((param, index) => this.given(param, roles?.[index] ?? '', closure.fn, 'callback', fork));
        this.inline(closure, args, [], closure.fn, fork);
        fork.dead = false;
        store.maybe(fork);
      }
    }
  }

  protected laterWith(closure: Closure, first: Value): void {
    this.pending.push({ closure, roles: [], first });
  }

  /** Functions that an options object holds, for a callee whose model says what it calls them with: `tool({ execute })`. */
  protected laterIn(callee: string, value: Value, store: Store): void {
    for (const cell of value.objects ?? []) {
      for (const key of this.cells[cell]!.fields) {
        const held = store.get(`o${cell}.${key}`);
        if (!held?.closures || !this.models.callbacks.has(`${callee}{${key}}`)) continue;
        const schema = SCHEMAS.map((name) => store.get(`o${cell}.${name}`)).find((one) => isSchema(one));
        if (schema === undefined) this.later(`${callee}{${key}}`, held, store);
        else for (const closure of held.closures) this.pending.push({ closure, roles: [], first: this.parsed(closure.fn, schema, 'parse', this.tainted(closure.fn.params[0] ?? closure.fn, 'remote', undefined, 0), store) });
      }
    }
  }

  private entry(closure: Closure, roles: readonly string[] | undefined, store: Store, first?: Value): void {
    const { fn } = closure;
    const fork = store.fork();
    const byName = roles ?? (fn.isExported ? this.models.entries.get(fn.name) : undefined);
    const args = fn.params.map((param, index) => this.given(param, this.role(byName?.[index] ?? '', param), fn, roles !== undefined ? 'callback' : 'entry', fork));
    if (first !== undefined && args.length > 0) args[0] = first;
    this.statesChanged = false;
    this.inline(closure, args, [], fn, fork);
    if (this.statesChanged) {
      this.results.delete(fn);
      this.inline(closure, args, [], fn, fork);
    }
    for (const [key, value] of fork.own) if (store.get(key) === undefined) store.set(key, value);
  }

  protected bindParams(fn: Fn, args: readonly (Value | undefined)[], store: Store): void {
    fn.params.forEach((param, index) => {
      if (param.rest) {
        const cell = this.allocate(param, 'array');
        args.slice(index).forEach((arg, offset) => this.put(cell, String(offset), arg ?? UNKNOWN, store, 'replace'));
        this.bind(param.target, { taints: [], fixed: false, type: 'array', objects: [cell] }, store, undefined);
        return;
      }
      const given = args[index];
      const value = given ?? (param.target.kind === 'bind-default' ? this.lit(undefined) : UNKNOWN);
      this.bind(param.target, value.taints.length === 0 && !value.objects ? this.annotated(param.type, value, store) : value, store, undefined);
    });
  }

  protected inline(closure: Closure, args: readonly Value[], nodes: readonly Expr[], call: Node, store: Store): Value {
    const { fn } = closure;
    const known = this.results.get(fn) ?? new Map<string, Value>();
    const signature = this.signature(args, closure.self, store);
    // What ran for effect with the same arguments has said all it can; a silent run must not stand in for one that reports.
    const earlier = known.get(`+${signature}`) ?? (this.silent > 0 ? known.get(`-${signature}`) : undefined);
    if (earlier !== undefined) return earlier;
    const isSpent = this.inlined > MIN_INLINED + INLINED_PER_FUNCTION * this.functionCount && this.visited.has(fn) && this.frame.depth > 0;
    if (this.frame.depth >= MAX_DEPTH || this.stack.includes(fn) || known.size > MAX_RUNS || isSpent || (this.silent > 0 && this.quietDepth >= MAX_QUIET)) return this.summary(known, args);
    this.inlined++;
    this.visited.add(fn);
    this.results.set(fn, known);
    if (this.silent > 0) this.quietDepth++;
    const wasSilent = this.silent > 0;
    const outer = this.frame;
    const self = closure.self ?? outer.self;
    const frame: Frame = { fn, returns: undefined, context: `${outer.context}/${call.start}`, depth: outer.depth + 1, isEntry: call === fn, ...(self && { self }) };
    const exits: Map<number, Value>[] = [];
    this.frame = frame;
    this.stack.push(fn);
    const loops = this.loopExits;
    this.loopExits = [];
    const collecting = this.collecting;
    this.collecting = { fn, exits };
    const body = store.fork();
    try {
      const named = args.map((arg, index) => (fn.params[index]?.target.kind === 'bind' && nodes[index] ? { ...arg, taints: stepped(arg.taints, nodes[index]!, `given to ${fn.name || 'a function'}`) } : arg));
      this.bindParams(fn, named, body);
      this.block(fn.body, body);
      if (!body.dead) this.collect(body);
    } finally {
      if (wasSilent) this.quietDepth--;
      this.frame = outer;
      this.stack.pop();
      this.loopExits = loops;
      this.collecting = collecting;
    }
    for (const [key, value] of body.own) store.set(key, value);
    this.died = body.dead && frame.returns === undefined && exits.length === 0 && !fn.isAsync && !fn.isGenerator;
    this.assertions(fn, args, nodes, exits, store);
    const result = fn.isGenerator ? this.generated(call, frame, store) : (frame.returns ?? this.lit(undefined));
    known.set(`${this.silent === 0 ? '+' : '-'}${signature}`, result);
    return result;
  }

  /** A generator hands out what it yields, one by one. */
  private generated(call: Node, frame: Frame, store: Store): Value {
    const cell = this.allocate(call, 'array');
    if (frame.yields) this.put(cell, '*', frame.yields, store, 'replace');
    return { taints: [], fixed: false, type: 'array', objects: [cell] };
  }

  /** What a call is taken to return that is not run again: as before, with the arguments' taint if any call's result had some. */
  private summary(known: ReadonlyMap<string, Value>, args: readonly Value[]): Value {
    const results = [...known.values()];
    const before = results.length > 0 ? results.reduce(join) : undefined;
    if (before !== undefined && before.taints.length === 0) return before;
    let taints: Value['taints'] = before?.taints ?? [];
    for (const arg of args) taints = joinTaints(taints, arg.taints);
    return { taints, fixed: false };
  }

  /** Arguments that are alike have the same signature. */
  private signature(args: readonly Value[], self: Value | undefined, store: Store): string {
    const one = (value: Value): string => {
      const taints = (value.objects ? this.deepTaints(value, store) : value.taints).map(({ source, clean }) => `${source.start}.${source.label}.${clean}`).join(',');
      return [value.api ?? '', value.type ?? '', value.fixed ? 'f' : '', value.literals?.map(String).join(',').slice(0, 80) ?? '', value.objects?.join(',') ?? '', value.closures?.map(({ fn }) => fn.id).join(',') ?? '', taints].join(';');
    };
    return `${self?.objects ? `${self.objects.join(',')}@${this.taintedWrites}` : ''}(${args.map(one).join('|')})`;
  }

  private collecting: { fn: Fn; exits: Map<number, Value>[] } | undefined;

  private collect(store: Store): void {
    if (!this.collecting) return;
    const values = new Map<number, Value>();
    for (const { target } of this.collecting.fn.params) {
      if (target.kind !== 'bind') continue;
      const value = store.get(target.slot.id);
      if (value !== undefined) values.set(target.slot.id, value);
    }
    this.collecting.exits.push(values);
  }

  /** A function that threw on bad input has proven its arguments good for the caller, when it comes back. */
  private assertions(fn: Fn, args: readonly Value[], nodes: readonly Expr[], exits: readonly Map<number, Value>[], store: Store): void {
    if (exits.length === 0) return;
    fn.params.forEach(({ target }, index) => {
      const arg = args[index];
      const node = nodes[index];
      if (target.kind !== 'bind' || target.slot.writes > 0 || arg === undefined || node === undefined || arg.taints.length === 0) return;
      let bits = EVERY_CONTEXT;
      let before = EVERY_CONTEXT;
      for (const taint of arg.taints) before &= taint.clean;
      for (const exit of exits) for (const taint of exit.get(target.slot.id)?.taints ?? []) bits &= taint.clean;
      if ((bits & ~before) !== 0) this.vouch(node, bits, store);
    });
  }

  protected whenReturns(fn: Fn, truth: 'holds' | 'fails', store: Store): Store | undefined {
    if (this.quietDepth >= MAX_QUIET) return undefined;
    this.quietDepth++;
    const outer = this.frame;
    this.frame = { fn, returns: undefined, context: `${outer.context}?${fn.id}`, depth: outer.depth + 1, ...(outer.self && { self: outer.self }) };
    const answering = this.answering;
    const proven: Store[] = [];
    this.answering = { truth, proven };
    const collecting = this.collecting;
    this.collecting = undefined;
    try {
      this.quietly(() => this.block(fn.body, store.fork()));
    } finally {
      this.frame = outer;
      this.quietDepth--;
      this.answering = answering;
      this.collecting = collecting;
    }
    if (proven.length === 0) return undefined;
    const result = new Store();
    for (const { target } of fn.params) {
      if (target.kind !== 'bind') continue;
      const values = proven.map((one) => one.get(target.slot.id) ?? UNKNOWN);
      result.set(target.slot.id, values.reduce(join));
    }
    return result;
  }

  private answering: { truth: 'holds' | 'fails'; proven: Store[] } | undefined;

  private answer(value: Expr | undefined, store: Store): void {
    if (!this.answering) return;
    const { truth, proven } = this.answering;
    const constant = value === undefined ? false : value.kind === 'constant' ? Boolean(value.value) : undefined;
    if (constant !== undefined && constant !== (truth === 'holds')) return;
    const flat = new Store();
    const fork = store.fork();
    if (value !== undefined && constant === undefined) this.refine(value, truth, fork);
    for (const { target } of this.frame.fn?.params ?? []) {
      const held = target.kind === 'bind' ? fork.get(target.slot.id) : undefined;
      if (target.kind === 'bind' && held) flat.set(target.slot.id, held);
    }
    proven.push(flat);
  }

  protected returned(value: Expr | undefined, store: Store): void {
    this.answer(value, store);
    this.collect(store);
  }

  private classEntries(cls: ClassExpr): void {
    const self = this.instances.get(cls)!;
    for (const method of cls.methods) {
      if (method.role === 'constructor' && !this.visited.has(method.fn)) this.entry({ fn: method.fn, self }, undefined, this.global);
    }
    for (const method of cls.methods) {
      if (method.role === 'constructor') continue;
      if (!this.visited.has(method.fn) || (cls.isExported && method.fn.isExported)) this.entry({ fn: method.fn, self }, undefined, this.global);
    }
  }
}
