/**
 * What a call hands back. In order: what a model says; the body of a function of this text; the language's own methods; else the rule for
 * unknown calls: a function whose name promises to make safe does so, one whose name says that it builds, formats, reads or converts carries
 * its arguments' taint on, any other hands back something new.
 */
import type { CallModel } from '../models/model.ts';
import { promiseOf } from '../models/sanitizers.ts';
import { contextsOfEscape, contextsOfRemoval } from './charset.ts';
import { Heap, ITEM, OWN_ADDRESS } from './heap.ts';
import type { Call, Expr, Fn, Node } from './program.ts';
import { isObjectSchema, isParse, keepsShape, parsedLeaf } from './schemas.ts';
import type { Store } from './store.ts';
import { BOOLEAN, cleaned, CONTEXT, EVERY_CONTEXT, isHarmless, join, joinTaints, literal, NUMBER, stepped, text, partsOf, UNKNOWN, type Context, type Value } from './value.ts';

const BOOLEAN_METHODS = new Set('includes startsWith endsWith test has every some hasOwnProperty isPrototypeOf equals isEmpty hasOwn contains'.split(' '));
const NUMBER_METHODS = new Set('indexOf lastIndexOf search charCodeAt codePointAt localeCompare findIndex findLastIndex getTime valueOf readUInt8 toFixed'.split(' '));
const ITEM_METHODS = new Set('at pop shift find findLast get'.split(' '));
const SAME_ARRAY_METHODS = new Set('slice reverse sort toSorted toReversed flat values entries keys concat splice with fill'.split(' '));
const TEXT_METHODS = new Set('trim trimStart trimEnd toLowerCase toUpperCase toString normalize substring substr slice charAt padStart padEnd repeat split concat replace replaceAll match matchAll toLocaleLowerCase toLocaleUpperCase at join toWellFormed'.split(' '));
const CALLBACK_METHODS = new Set('map flatMap filter forEach find findLast findIndex some every reduce reduceRight then catch finally sort subscribe tap'.split(' '));

/** Unknown functions whose name says that the result is made of what they are given. */
const CARRIES = /^(?:to|build|make|format|create|concat|join|merge|parse|decode|normali[sz]e|trim|render|compose|prepare|construct|transform|convert|wrap|interpolate|fill|expand|generate|compile|serialize|stringify|unescape|extract|pick|with|as|add|append|prefix|suffix|capitali[sz]e|camel|snake|kebab|lower|upper|decorate|translate|get(?:Path|Url|Query|Param|Header|Body|Input|Value)|read(?:Body|Multipart))/i;

export function contextBits(contexts: readonly Context[] | 'every'): number {
  return contexts === 'every' ? EVERY_CONTEXT : contexts.reduce((bits, context) => bits | CONTEXT[context], 0);
}

export abstract class Calls extends Heap {
  /** Functions left for the end of the module: their callers are other files or a framework. */
  protected abstract later(callee: string | undefined, value: Value, store: Store, event?: string): void;
  protected abstract refine(test: Expr, truth: 'holds' | 'fails', store: Store): void;
  protected abstract construct(callee: Value, args: readonly Value[], nodes: readonly Expr[], call: Call, store: Store): Value;

  protected call(call: Call, callee: Value, receiver: Value | undefined, name: string, args: readonly Value[], store: Store): Value {
    const api = callee.api;
    const model = api !== undefined ? (this.models.calls.get(call.isNew ? `${api}()` : api) ?? this.models.calls.get(api)) : undefined;
    if (model !== undefined) {
      for (const arg of args) if (arg.closures) this.later(api, arg, store);
      return this.modelled(model, call, name, args, api, store);
    }
    if ((api === 'Promise.all' || api === 'Promise.allSettled' || api === 'Promise.race' || api === 'Promise.any') && args[0]) return name === 'all' || name === 'allSettled' ? args[0] : this.items(args[0], call, store);
    if ((api === 'util.promisify' || api === 'util.callbackify') && args[0]) return args[0];
    if (api === 'Object.create') return { taints: [], fixed: false, type: 'object', api: args[0]?.literals?.[0] === null ? 'Object.create()' : 'Object.create().inheriting', objects: [this.allocate(call, 'object')] };
    // What lies beside the program is the program's own.
    if ((api === 'fs.readFileSync' || api === 'fs.promises.readFile') && args[0]?.fixed) return { taints: [], fixed: true, type: 'string' };
    if (receiver?.type === 'regex' && name === 'exec' && args[0]) return this.matched(call, args[0], store);
    if (api === 'flow.resolve' || api === 'flow.state') return this.handed(callee, args[0] ?? UNKNOWN, store);
    if (name === 'inject' && args[0]?.api !== undefined) return this.fromApi(this.apiOf(`${args[0].api}()`), call);
    if (/^(?:vue\.)?(?:computed|ref|shallowRef)$/.test(api ?? '') && args[0]) return this.boxed(call, args[0], store);
    if (name === 'useState' && !call.isNew) return this.state(call, args[0] ?? literal(undefined), store);
    if (call.isNew) return this.construct(callee, args, call.args, call, store);
    if (callee.closures) {
      for (const arg of args) if (arg.closures) this.later(undefined, arg, store);
      return this.invoke(callee, args, call.args, call, store);
    }
    // What is called came from outside itself: `c.req.query('name')`.
    if (callee.taints.length > 0 && !callee.closures && receiver !== undefined && receiver.taints.length === 0) return { taints: callee.taints, fixed: false, ...(api !== undefined && { api: `${api}()` }) };
    if (isParse(receiver, name) && args[0]) return this.parsed(call, receiver!, name, args[0], store);
    if (keepsShape(receiver, name) && receiver!.objects) return receiver!;
    if (isObjectSchema(api) && args[0]?.objects) return { ...UNKNOWN, api: `${api}()`, objects: args[0].objects };
    if (receiver !== undefined) {
      const own = this.method(call, name, receiver, args, api, store);
      if (own !== undefined) return own;
    }
    return this.unknown(call, api, name, receiver, args, store);
  }

  /** What a pattern found in a text is a part of that text. */
  private matched(call: Call, subject: Value, store: Store): Value {
    const cell = this.allocate(call, 'array');
    this.put(cell, ITEM, { taints: subject.taints, fixed: subject.fixed, type: 'string' }, store, 'replace');
    return { taints: subject.taints, fixed: subject.fixed, type: 'array', objects: [cell] };
  }

  /** Vue's `ref(x)` and `computed(f)`: an object that holds it under `value`. */
  private boxed(call: Call, content: Value, store: Store): Value {
    const cell = this.allocate(call, 'object');
    this.put(cell, 'value', content.closures ? this.invoke(content, [], [], call, store) : content, store, 'replace');
    return { taints: [], fixed: false, type: 'object', objects: [cell] };
  }

  /** A value given to the function that settles a promise or sets a state. */
  private handed(callee: Value, value: Value, store: Store): Value {
    for (const cell of callee.objects ?? []) {
      this.put(cell, 'value', value, store, 'add');
      if (callee.api !== 'flow.state' || this.silent > 0) continue;
      const before = this.states.get(cell);
      const after = before === undefined ? value : join(before, value);
      if (after.taints.length > (before?.taints.length ?? 0)) this.statesChanged = true;
      this.states.set(cell, after);
    }
    return UNKNOWN;
  }

  /** What a component's states were set to, by anything it started; a component is run again when that brought something new. */
  private readonly states = new Map<number, Value>();
  protected statesChanged = false;

  /** React's `useState`: a value and the function that sets it. */
  private state(call: Call, initial: Value, store: Store): Value {
    const cell = this.allocate(call, 'array');
    const held = this.states.get(cell);
    this.put(cell, '0', held === undefined ? initial : join(initial, held), store, 'replace');
    this.put(cell, '1', { ...UNKNOWN, api: 'flow.state', objects: [cell] }, store, 'replace');
    return { taints: [], fixed: false, type: 'array', objects: [cell] };
  }

  /** What a schema lets through, member by member where it is an object's. */
  private parsed(call: Call, schema: Value, name: string, input: Value, store: Store): Value {
    const taints = stepped(this.deepTaints(input, store), call, `checked by ${name}`);
    const whole: Value = { taints, fixed: input.fixed };
    let result = parsedLeaf(schema, whole);
    if (schema.objects) {
      const cell = this.allocate(call, 'object');
      for (const from of schema.objects) for (const key of this.cells[from]!.fields) {
        const member = store.get(`o${from}.${key}`);
        if (member !== undefined) this.put(cell, key, parsedLeaf(member, whole), store, 'replace');
      }
      result = { taints: [], fixed: false, type: 'object', objects: [cell] };
    }
    if (!name.startsWith('safe') && !(name.startsWith('validate') && schema.api?.startsWith('joi'))) return result;
    const outer = this.allocate({ start: call.start, end: call.start }, 'object');
    this.put(outer, 'data', result, store, 'replace');
    this.put(outer, 'value', result, store, 'replace');
    for (const key of ['success', 'error']) this.put(outer, key, BOOLEAN, store, 'replace');
    return { taints: [], fixed: false, type: 'object', objects: [outer] };
  }

  private modelled(model: CallModel, call: Node, name: string, args: readonly Value[], api: string | undefined, store: Store): Value {
    switch (model.kind) {
      case 'number':
        return NUMBER;
      case 'boolean':
      case 'check':
        return BOOLEAN;
      case 'fixed':
        return { taints: [], fixed: true, ...(api !== undefined && { api: `${api}()` }) };
      case 'fresh':
        return this.fromApi(api !== undefined ? `${api}()` : undefined, call);
      case 'source':
        return this.tainted(call, model.source);
      case 'clean': {
        const arg = args[model.arg ?? 0] ?? UNKNOWN;
        return cleaned({ taints: stepped(this.deepTaints(arg, store), call, `made safe by ${name}`), fixed: arg.fixed, type: 'string', ...(api !== undefined && { api: `${api}()` }) }, contextBits(model.contexts));
      }
      case 'pass': {
        // The page's address as a whole is text from outside.
        const passed = args.filter((_, index) => model.args === undefined || model.args.includes(index)).map((arg, index) => (arg.api === 'location' ? this.tainted(call, 'remote') : api === 'URL' && index === 1 && isOwnAddress(arg) ? UNKNOWN : arg));
        let taints: Value['taints'] = [];
        for (const arg of passed) taints = joinTaints(taints, this.deepTaints(arg, store));
        const first = passed[0];
        const keepsShape = passed.length >= 1 && (name === 'freeze' || name === 'String' || name === 'resolve' || name === 'structuredClone' || name === 'assign' || name === 'from');
        const shape = keepsShape && first ? { ...(first.objects && { objects: passed.flatMap((arg) => arg.objects ?? []) }), ...(first.literals && first.fixed && { literals: first.literals }), ...(first.parts && { parts: first.parts }) } : {};
        const type = name === 'String' || name === 'join' || name === 'stringify' ? ({ type: 'string' } as const) : {};
        return { taints: stepped(taints, call, `passed through ${name}`), fixed: passed.every((arg) => arg.fixed || isHarmless(arg)) && taints.length === 0, ...(api !== undefined && { api: `${api}()` }), ...type, ...shape };
      }
    }
  }

  /** Runs whatever function a value is. */
  protected invoke(callee: Value, args: readonly Value[], nodes: readonly Expr[], call: Node, store: Store): Value {
    let result: Value | undefined;
    for (const closure of callee.closures ?? []) {
      const one = this.inline(closure, args, nodes, call, store);
      result = result === undefined ? one : join(result, one);
    }
    if (result !== undefined) return result;
    if (callee.api === 'flow.resolve' || callee.api === 'flow.state') return this.handed(callee, args[0] ?? UNKNOWN, store);
    const model = callee.api !== undefined ? this.models.calls.get(callee.api) : undefined;
    if (model !== undefined) return this.modelled(model, call, callee.api!.split('.').at(-1)!, args, callee.api, store);
    let taints: Value['taints'] = [];
    for (const arg of args) taints = joinTaints(taints, this.deepTaints(arg, store));
    return { taints, fixed: false };
  }

  /** Methods of texts, arrays, maps and promises, by name and by what the receiver is. */
  private method(call: Call, name: string, receiver: Value, args: readonly Value[], api: string | undefined, store: Store): Value | undefined {
    if (BOOLEAN_METHODS.has(name)) {
      this.callbacks(call, name, receiver, args, store);
      return { ...BOOLEAN, test: call };
    }
    if (NUMBER_METHODS.has(name)) return NUMBER;
    if (CALLBACK_METHODS.has(name) && args.some((arg) => arg.closures || arg.api !== undefined) && (args[0]?.closures || this.cellsAreArrays(receiver) || receiver.taints.length > 0)) {
      return this.callbacks(call, name, receiver, args, store);
    }
    if (this.cellsAreArrays(receiver) || receiver.type === 'array' || (receiver.objects && (name === 'push' || name === 'unshift' || name === 'set' || name === 'add' || name === 'append' || name === 'get' || name === 'delete'))) {
      const own = this.arrayMethod(call, name, receiver, args, store);
      if (own !== undefined) return own;
    }
    if (TEXT_METHODS.has(name) && (receiver.type === 'string' || receiver.type === undefined || receiver.fixed) && (receiver.taints.length > 0 || receiver.fixed || receiver.parts || receiver.type === 'string' || name.startsWith('replace'))) return this.textMethod(call, name, receiver, args, store);
    if (receiver.taints.length > 0) {
      const taints = stepped(receiver.taints, call, `taken by ${name}`);
      for (const arg of args) if (arg.closures) this.later(api, arg, store);
      const result = api !== undefined ? this.apiOf(`${api}()`) : undefined;
      return { taints, fixed: false, ...(result !== undefined && { api: result }), ...(receiver.about && { about: receiver.about }) };
    }
    return undefined;
  }

  private cellsAreArrays(value: Value): boolean {
    return value.objects !== undefined && value.objects.length > 0 && value.objects.every((cell) => this.cells[cell]!.kind === 'array');
  }

  private arrayMethod(call: Call, name: string, receiver: Value, args: readonly Value[], store: Store): Value | undefined {
    if (name === 'push' || name === 'unshift' || name === 'add' || name === 'fill') {
      for (const arg of args) this.assign(receiver, ITEM, arg, store);
      return name === 'add' ? receiver : NUMBER;
    }
    if (name === 'set' || name === 'append') {
      const key = args[0]?.literals?.length === 1 ? String(args[0].literals[0]) : ITEM;
      if (args[1]) this.assign(receiver, key, args[1], store);
      return receiver;
    }
    if (name === 'get' && args[0]?.literals?.length === 1) return this.read(receiver, String(args[0].literals[0]), call, store);
    if (ITEM_METHODS.has(name)) return this.items(receiver, call, store);
    if (name === 'join') {
      const separator = args[0] ?? literal(',');
      const listed = this.listed(receiver, store);
      if (listed !== undefined) return text(listed.flatMap((item, index) => [...(index === 0 ? [] : partsOf(separator, call)), ...partsOf(item, item.node ?? call)]), call);
      const items = this.items(receiver, call, store);
      // A text made of texts keeps its pieces, as if it had one item; of constants only, how many stays open.
      if (items.parts?.some((part) => part.kind === 'hole')) return text([...partsOf(items, call), ...partsOf(separator, call)], call);
      return { taints: stepped(joinTaints(items.taints, separator.taints), call, 'joined into a text'), fixed: (isHarmless(items) || this.isEmptyArray(receiver, store)) && separator.fixed, type: 'string' };
    }
    if (SAME_ARRAY_METHODS.has(name)) {
      const cell = this.allocate(call, 'array');
      this.put(cell, ITEM, this.items(receiver, call, store), store, 'replace');
      if (name === 'concat') for (const arg of args) this.put(cell, ITEM, arg.objects ? this.items(arg, call, store) : arg, store, 'add');
      return { taints: receiver.taints, fixed: receiver.fixed, type: 'array', objects: [cell] };
    }
    return undefined;
  }

  /** The items of an array whose items are all known, in order. */
  private listed(value: Value, store: Store): readonly Value[] | undefined {
    if (value.objects?.length !== 1 || value.taints.length > 0) return undefined;
    const [cell] = value.objects;
    const keys = [...this.cells[cell!]!.fields];
    if (keys.length === 0 || keys.length > 20 || keys.some((key) => !/^\d+$/.test(key))) return undefined;
    const items = keys.map(Number).sort((a, b) => a - b).map((key) => store.get(`o${cell}.${key}`));
    return items.every((item) => item !== undefined) ? items : undefined;
  }

  private isEmptyArray(value: Value, store: Store): boolean {
    return value.objects !== undefined && value.objects.length > 0 && value.objects.every((cell) => [...this.cells[cell]!.fields].every((key) => store.get(`o${cell}.${key}`) === undefined));
  }

  private textMethod(call: Call, name: string, receiver: Value, args: readonly Value[], store: Store): Value {
    // Letters and digits of an encoding carry no meaning of their own.
    if (name === 'toString' && /^(?:base64|base64url|hex)$/.test(String(args[0]?.literals?.[0]))) return { ...cleaned({ taints: receiver.taints, fixed: receiver.fixed }, EVERY_CONTEXT), type: 'string' };
    if (name === 'replace' || name === 'replaceAll') return this.replaced(call, name, receiver, args, store);
    if (name === 'concat') return text([receiver, ...args].flatMap((value, index) => partsOf(value, index === 0 ? call.callee : call.args[index - 1]!)), call);
    let taints = receiver.taints;
    if (name.startsWith('pad')) for (const arg of args) taints = joinTaints(taints, arg.taints);
    const keeps = name === 'trim' || name === 'toString' || name === 'trimEnd' || name === 'trimStart' || name === 'normalize';
    const shape = keeps ? { ...(receiver.parts && { parts: receiver.parts }), ...(receiver.literals && { literals: receiver.literals }) } : {};
    const about = receiver.about && { about: receiver.about };
    if (name === 'split' || name === 'match' || name === 'matchAll') {
      const cell = this.allocate(call, 'array');
      this.put(cell, ITEM, { taints, fixed: receiver.fixed, type: 'string' }, store, 'replace');
      return { taints, fixed: receiver.fixed, type: 'array', objects: [cell], ...about };
    }
    return { taints, fixed: receiver.fixed, type: 'string', ...shape, ...about };
  }

  private replaced(call: Call, name: string, receiver: Value, args: readonly Value[], store: Store): Value {
    const [pattern, replacement] = call.args;
    let taints = receiver.taints;
    if (args[1] && !args[1].closures) taints = joinTaints(taints, args[1].taints);
    let fixed = receiver.fixed && (args[1]?.fixed ?? true);
    if (args[1]?.closures) {
      const made = this.invoke(args[1], [{ taints: receiver.taints, fixed: receiver.fixed, type: 'string' }], [call], call, store);
      fixed = receiver.fixed && made.fixed;
    }
    let value: Value = { taints, fixed, type: 'string' };
    const regex = this.regexOf(pattern);
    const by = args[1]?.literals?.length === 1 ? String(args[1].literals[0]) : undefined;
    if (regex) {
      let bits = contextsOfEscape(regex.pattern, regex.flags, by);
      // After `path.normalize` steps upwards stand at the front only.
      if (receiver.api === 'path.normalize()' && by === '' && /^\^\((?:\?:)?\\\.\\\./.test(regex.pattern)) bits |= CONTEXT.path;
      if (by !== undefined && !/\$[&`'1-9<]/.test(by)) bits |= contextsOfRemoval(regex.pattern, regex.flags, by);
      value = cleaned(value, bits);
    } else if (name === 'replaceAll' && args[0]?.literals?.length === 1 && by !== undefined) {
      const needle = String(args[0].literals[0]);
      const single = needle.length === 1 ? contextsOfRemoval(`[${/[\]\\^-]/.test(needle) ? `\\${needle}` : needle}]`, 'g', by) : 0;
      value = cleaned(value, contextsOfEscape(needle, 'g', by) | single);
    }
    return replacement === undefined ? receiver : value;
  }

  /** A regular expression written in place or in a constant. */
  protected regexOf(expr: Expr | undefined): { readonly pattern: string; readonly flags: string } | undefined {
    if (expr === undefined) return undefined;
    if (expr.kind === 'regex') return expr;
    if (expr.kind === 'name') {
      const definition = this.definitions.get(expr.slot);
      return definition?.kind === 'regex' ? definition : undefined;
    }
    return undefined;
  }

  /** Methods that call what they are given with the receiver's items, or with what a promise yields. */
  private callbacks(call: Call, name: string, receiver: Value, args: readonly Value[], store: Store): Value {
    const callback = args[0] ?? UNKNOWN;
    const isPromise = name === 'then' || name === 'catch' || name === 'finally' || name === 'subscribe' || name === 'tap';
    if (isPromise) {
      const result = name === 'then' || name === 'subscribe' || name === 'tap' ? this.invoke(callback, [receiver], [], call, store) : receiver;
      if (name === 'catch' && callback.closures) this.invoke(callback, [UNKNOWN], [], call, store);
      if (args[1]?.closures) this.invoke(args[1], [UNKNOWN], [], call, store);
      return name === 'then' ? result : receiver;
    }
    const item = this.items(receiver, call, store);
    if (!callback.closures && callback.api === undefined) return BOOLEAN;
    if (name === 'reduce' || name === 'reduceRight') {
      const first = args[1] ?? item;
      const once = this.invoke(callback, [first, item, NUMBER, receiver], [], call, store);
      return join(join(once, this.invoke(callback, [join(first, once), item, NUMBER, receiver], [], call, store)), once);
    }
    if (name === 'filter' || name === 'find' || name === 'findLast') {
      const kept = this.kept(call, callback, item, store);
      if (name !== 'filter') return kept;
      return this.arrayOf(call, kept, store);
    }
    const result = this.invoke(callback, name === 'sort' ? [item, item] : [item, NUMBER, receiver], [], call, store);
    if (name === 'map') return this.arrayOf(call, result, store);
    if (name === 'flatMap') return this.arrayOf(call, result.objects ? this.items(result, call, store) : result, store);
    if (name === 'sort') return receiver;
    return name === 'forEach' ? UNKNOWN : BOOLEAN;
  }

  private arrayOf(node: Node, item: Value, store: Store): Value {
    const cell = this.allocate(node, 'array');
    this.put(cell, ITEM, item, store, 'replace');
    return { taints: [], fixed: item.fixed, type: 'array', objects: [cell] };
  }

  /** An item after a filter: safe for whatever the predicate checks. */
  private kept(call: Call, predicate: Value, item: Value, store: Store): Value {
    this.invoke(predicate, [item, NUMBER], [], call, store);
    if (predicate.api !== undefined && /^(?:Number\.is|isFinite)/.test(predicate.api)) return NUMBER;
    const fn = predicate.closures?.[0]?.fn;
    const param = fn?.params[0]?.target;
    const test = fn && onlyReturn(fn);
    if (param?.kind !== 'bind' || test === undefined) return item;
    const inner = store.fork();
    inner.set(param.slot.id, item);
    this.refine(test, 'holds', inner);
    return inner.get(param.slot.id) ?? item;
  }

  private unknown(call: Call, api: string | undefined, name: string, receiver: Value | undefined, args: readonly Value[], store: Store): Value {
    const event = name === 'on' || name === 'once' ? String(args[0]?.literals?.[0]) : name === 'addEventListener' ? 'dom' : (name === 'query' || name === 'mutation') && args[0]?.closures ? 'procedure' : undefined;
    for (const arg of args) if (arg.closures) this.later(api, arg, store, event);
    const result = this.fromApi(api !== undefined ? this.apiOf(`${api}()`) : undefined, call);
    if (result.taints.length > 0) return result;
    const promise = promiseOf(name);
    if (promise !== undefined && args[0]) return cleaned({ taints: this.deepTaints(args[0], store), fixed: args[0].fixed, type: 'string' }, contextBits(promise));
    if (CARRIES.test(name)) {
      let taints: Value['taints'] = [];
      for (const arg of args) taints = joinTaints(taints, this.deepTaints(arg, store));
      if (taints.length > 0) return { ...result, taints: stepped(taints, call, `passed through ${name}, which is not at hand`) };
    }
    if (/^(?:is|has|can|should|check|verify|validate|matches|test)[A-Z_]/.test(name)) return { ...result, test: call };
    if (receiver?.fixed && api === undefined) return { ...result, fixed: true };
    return result;
  }
}

/** The request's own address as a base: what is resolved against it stays on this site unless it says otherwise itself. */
function isOwnAddress(base: Value): boolean {
  return base.taints.length > 0 && base.taints.every(({ source }) => OWN_ADDRESS.test(source.label));
}

/** The expression a function returns when that is all it does. */
export function onlyReturn(fn: Fn): Expr | undefined {
  const only = fn.body.length === 1 ? fn.body[0] : undefined;
  return only?.kind === 'return' ? only.value : undefined;
}
