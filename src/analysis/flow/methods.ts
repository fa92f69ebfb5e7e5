/** Methods of the language's own values, known by name and by what they are called on: texts, arrays, maps, promises. */
import { contextsOfEscape, contextsOfMatch, contextsOfRemoval } from './charset.ts';
import { Heap, ITEM } from './heap.ts';
import type { Call, Expr, Fn, Node } from './program.ts';
import type { Store } from './store.ts';
import { BOOLEAN, cleaned, CONTEXT, EVERY_CONTEXT, isHarmless, join, joinTaints, literal, NUMBER, partsOf, stepped, text, UNKNOWN, type Value } from './value.ts';

const BOOLEAN_METHODS = new Set('includes startsWith endsWith test has every some hasOwnProperty isPrototypeOf equals isEmpty hasOwn contains'.split(' '));
const NUMBER_METHODS = new Set('indexOf lastIndexOf search charCodeAt codePointAt localeCompare findIndex findLastIndex getTime valueOf readUInt8 toFixed'.split(' '));
const ITEM_METHODS = new Set('at pop shift find findLast get'.split(' '));
const SAME_ARRAY_METHODS = new Set('slice reverse sort toSorted toReversed flat values entries keys concat splice with fill'.split(' '));
const TEXT_METHODS = new Set('trim trimStart trimEnd toLowerCase toUpperCase toString normalize substring substr slice charAt padStart padEnd repeat split concat replace replaceAll match matchAll toLocaleLowerCase toLocaleUpperCase at join toWellFormed'.split(' '));
const CALLBACK_METHODS = new Set('map flatMap filter forEach find findLast findIndex some every reduce reduceRight then catch finally sort subscribe tap'.split(' '));

export abstract class Methods extends Heap {
  /** Functions left for the end of the module: their callers are other files or a framework. */
  protected abstract later(callee: string | undefined, value: Value, store: Store, event?: string): void;
  protected abstract refine(test: Expr, truth: 'holds' | 'fails', store: Store): void;
  /** Runs whatever function a value is. */
  protected abstract invoke(callee: Value, args: readonly Value[], nodes: readonly Expr[], call: Node, store: Store): Value;

  /** Methods of texts, arrays, maps and promises, by name and by what the receiver is. */
  protected method(call: Call, name: string, receiver: Value, args: readonly Value[], api: string | undefined, store: Store): Value | undefined {
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
      const isEntry = name === 'get' || name === 'getAll';
      const taints = stepped(receiver.taints, call, `taken by ${name}`).map((taint) => (isEntry ? { ...taint, clean: taint.clean | CONTEXT.record } : taint));
      for (const arg of args) if (arg.closures) this.later(api, arg, store, eventOf(name, args));
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
  protected listed(value: Value, store: Store): readonly Value[] | undefined {
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
      const pattern = name === 'split' ? undefined : this.regexOf(call.args[0]);
      const line = name === 'split' ? lineBits(String(args[0]?.literals?.[0]), this.regexOf(call.args[0])?.pattern) : 0;
      const held = cleaned({ taints, fixed: receiver.fixed, type: 'string' }, line | (pattern ? contextsOfMatch(pattern.pattern, pattern.flags) : 0));
      this.put(cell, ITEM, held, store, 'replace');
      return { taints: held.taints, fixed: held.fixed, type: 'array', objects: [cell], ...about };
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
      // A filter chooses what of a record stays.
      return this.arrayOf(call, cleaned(kept, CONTEXT.record), store);
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
}

/** What splitting at line ends makes each piece safe for: a piece holds none. */
function lineBits(separator: string, pattern: string | undefined): number {
  if (separator === '\n' || separator === '\r\n') return CONTEXT.log;
  return pattern !== undefined && /^(?:\\r\?\\n|\\n|\[\\r\\n\]\+?|\\r\\n\|\\r\|\\n|\\r\\n\|\\n\|\\r|\\r\\n\|\\n|\\r\?\\n\|\\r|[\\s]\+?)$/.test(pattern) ? CONTEXT.log | (pattern.includes('\\r') && !pattern.includes('?\\n') ? CONTEXT.header : 0) : 0;
}

/** What a listener waits for, by the name of the call that registers it. */
export function eventOf(name: string, args: readonly Value[]): string | undefined {
  if (name === 'on' || name === 'once') return String(args[0]?.literals?.[0]);
  if (name === 'addEventListener') return 'dom';
  return (name === 'query' || name === 'mutation') && args[0]?.closures ? 'procedure' : undefined;
}

/** The expression a function returns when that is all it does. */
export function onlyReturn(fn: Fn): Expr | undefined {
  const only = fn.body.length === 1 ? fn.body[0] : undefined;
  return only?.kind === 'return' ? only.value : undefined;
}
