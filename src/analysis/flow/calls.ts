/**
 * What a call hands back. In order: what a model says; the body of a function of this text; the language's own methods; else the rule for
 * unknown calls: a function whose name promises to make safe does so, one whose name says that it builds, formats, reads or converts carries
 * its arguments' taint on, any other hands back something new.
 */
import type { CallModel } from '../models/model.ts';
import { promiseOf } from '../models/sanitizers.ts';
import { contextsOfMatch } from './charset.ts';
import { ITEM, OWN_ADDRESS } from './heap.ts';
import { eventOf, Methods } from './methods.ts';
import type { Call, Expr, Member, Node } from './program.ts';
import { isObjectSchema, isParse, keepsMore, keepsShape, isSchema, parsedByFunction, parsedLeaf } from './schemas.ts';
import type { Store } from './store.ts';
import { BOOLEAN, cleaned, CONTEXT, EVERY_CONTEXT, isHarmless, join, joinTaints, literal, NUMBER, stepped, UNKNOWN, type Closure, type Context, type Value } from './value.ts';

/** Unknown functions whose name says that the result is made of what they are given. */
const CARRIES = /^(?:to|build|make|format|create|concat|join|merge|parse|decode|normali[sz]e|trim|render|compose|prepare|construct|transform|convert|wrap|interpolate|fill|expand|generate|compile|serialize|stringify|unescape|extract|pick|with|as|add|append|prefix|suffix|capitali[sz]e|camel|snake|kebab|lower|upper|decorate|translate|get(?:Path|Url|Query|Param|Header|Body|Input|Value)|read(?:Body|Multipart))/i;

/** Of those, the ones that hand an object on with all its members. */
const KEEPS_RECORD = /^(?:merge|with|as$|clone|copy|decode|parseBody|read(?:Body|Multipart)|get(?:Body|Input)|camel|snake|transformKeys)/i;

/** Objects of other files that are named like a schema. */
const SCHEMA_NAME = /schema|validator|shape|^[A-Z][a-z]\w*(?:Body|Input|Params|Query|Dto|Payload|Request|Form)$|^(?!JSON|Date|URL|Papa|Query|Number|String|Object|Buffer|Marked|Yaml|YAML|Csv|Path)[A-Z][a-z]\w+$/;
const REQUESTS = new Set(['http.req', 'koa.ctx', 'hono.ctx', 'lambda.event', 'route.context', 'h3.event']);
/** Names of helpers that read something out of a request, and not who sent it. */
const TAKES = /^(?:parse|read|get|take|extract|load)?_?(?:json|raw|form|request|webhook|multipart|query|search)?_?(?:body|payload|params|query|input|form|form_?data|json|search_?params|filters?)$|hook$/i;

export function contextBits(contexts: readonly Context[] | 'every'): number {
  return contexts === 'every' ? EVERY_CONTEXT : contexts.reduce((bits, context) => bits | CONTEXT[context], 0);
}

export abstract class Calls extends Methods {
  protected abstract laterIn(callee: string, value: Value, store: Store): void;
  protected abstract construct(callee: Value, args: readonly Value[], nodes: readonly Expr[], call: Call, store: Store): Value;

  protected call(call: Call, callee: Value, receiver: Value | undefined, name: string, args: readonly Value[], store: Store): Value {
    const api = callee.api;
    const model = api !== undefined ? (this.models.calls.get(call.isNew ? `${api}()` : api) ?? this.models.calls.get(api)) : undefined;
    if (api === 'Object.fromEntries' && args[0]?.objects) return this.fromPairs(call, args[0], store);
    if (api === 'JSON.parse' && args[1]?.closures && args[0]) this.invoke(args[1], [{ ...UNKNOWN, type: 'string' }, { taints: args[0].taints, fixed: args[0].fixed }], [], call, store);
    if (api === 'JSON.parse' && args[1]?.closures?.some(({ fn }) => this.source.slice(fn.start, fn.end).includes('__proto__'))) return cleaned(this.modelled(model!, call, name, args, api, store), CONTEXT.key);
    if (model !== undefined) {
      for (const arg of args) if (arg.closures) this.later(api, arg, store);
      return this.modelled(model, call, name, args, api, store);
    }
    if ((api === 'Promise.all' || api === 'Promise.allSettled' || api === 'Promise.race' || api === 'Promise.any') && args[0]) return name === 'all' || name === 'allSettled' ? args[0] : this.items(args[0], call, store);
    if (/^class-transformer\.plainTo(?:Instance|Class)$/.test(api ?? '') && args[1]) return { taints: stepped(args[2]?.objects && this.read(args[2], 'excludeExtraneousValues', call, store).literals?.[0] === true ? cleaned(args[1], CONTEXT.record).taints : args[1].taints, call, `passed through ${name}`), fixed: args[1].fixed, type: 'object' };
    if ((api === 'util.promisify' || api === 'util.callbackify') && args[0]) return args[0];
    if (api === 'Object.create') return { taints: [], fixed: false, type: 'object', api: args[0]?.literals?.[0] === null ? 'Object.create()' : 'Object.create().inheriting', objects: [this.allocate(call, 'object')] };
    // What lies beside the program is the program's own.
    if ((api === 'fs.readFileSync' || api === 'fs.promises.readFile') && args[0]?.fixed) return { taints: [], fixed: true, type: 'string' };
    if (receiver?.type === 'regex' && name === 'exec' && args[0]) return this.matched(call, args[0], (call.callee as Member).object, store);
    if (api === 'flow.resolve' || api === 'flow.state') return this.handed(callee, args[0] ?? UNKNOWN, store);
    if (name === 'inject' && args[0]?.api !== undefined) return this.fromApi(this.apiOf(`${args[0].api}()`), call);
    if (/^(?:vue\.)?(?:computed|ref|shallowRef)$/.test(api ?? '') && args[0]) return this.boxed(call, args[0], store);
    if (/^(?:React\.|react\.|preact\/hooks\.)?useMemo$/.test(api ?? name) && args[0]?.closures) return this.invoke(args[0], [], [], call, store);
    if (/^(?:React\.|react\.)?useCallback$/.test(api ?? name) && args[0]) return args[0];
    if (name === 'useState' && !call.isNew) return this.state(call, args[0] ?? literal(undefined), store);
    if (call.isNew) return this.construct(callee, args, call.args, call, store);
    if (callee.closures) {
      for (const arg of args) if (arg.closures) this.later(undefined, arg, store);
      return this.invoke(callee, args, call.args, call, store);
    }
    // What is called came from outside itself: `c.req.query('name')`.
    if (callee.taints.length > 0 && !callee.closures && receiver !== undefined && receiver.taints.length === 0) return { taints: args.length === 0 ? callee.taints : cleaned({ taints: callee.taints, fixed: false }, CONTEXT.record).taints, fixed: false, ...(api !== undefined && { api: `${api}()` }) };
    if (isParse(receiver, name) && args[0]) return this.parsed(call, receiver!, name, args[0], store);
    const composed = parsedByFunction(api, args);
    if (composed !== undefined) return this.parsed(call, composed.schema, name, composed.input, store);
    if (keepsShape(receiver, name) && receiver!.objects) return keepsMore({ ...UNKNOWN, api: `${api}()` }) ? { ...receiver!, api: `${api}()` } : receiver!;
    if (isObjectSchema(api) && args[0]?.objects) return { ...UNKNOWN, api: `${api}()`, objects: args[0].objects };
    if (receiver !== undefined) {
      const own = this.method(call, name, receiver, args, api, store);
      if (own !== undefined) return own;
    }
    return this.unknown(call, api, name, receiver, args, store);
  }

  /** What a pattern found in a text is a part of that text. */
  private matched(call: Call, subject: Value, regex: Expr, store: Store): Value {
    const cell = this.allocate(call, 'array');
    const pattern = this.regexOf(regex);
    const held = cleaned({ taints: subject.taints, fixed: subject.fixed, type: 'string' }, pattern ? contextsOfMatch(pattern.pattern, pattern.flags) : 0);
    this.put(cell, ITEM, held, store, 'replace');
    return { taints: held.taints, fixed: held.fixed, type: 'array', objects: [cell] };
  }

  /** An object made of pairs is a record of its maker's only when the names are theirs. */
  private fromPairs(call: Call, pairs: Value, store: Store): Value {
    if (pairs.objects?.every((cell) => this.cells[cell]!.kind === 'object')) {
      const cell = this.allocate(call, 'object');
      for (const from of pairs.objects) for (const name of this.cells[from]!.fields) {
        const held = store.get(`o${from}.${name}`);
        if (held !== undefined) this.put(cell, name, held, store, 'add');
      }
      return { taints: pairs.taints, fixed: pairs.fixed, type: 'object', objects: [cell] };
    }
    const pair = this.items(pairs, call, store);
    const key = pair.objects ? this.read(pair, '0', call, store) : pair;
    const taints = stepped(this.deepTaints(pairs, store), call, 'passed through fromEntries');
    const result: Value = { taints, fixed: taints.length === 0 && isHarmless(pair), api: 'Object.fromEntries()' };
    return key.taints.some((taint) => (taint.clean & CONTEXT.record) === 0) ? result : cleaned(result, CONTEXT.record);
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
  protected parsed(call: Node, schema: Value, name: string, input: Value, store: Store): Value {
    const taints = stepped(this.deepTaints(input, store), call, `checked by ${name}`);
    const whole: Value = { taints, fixed: input.fixed };
    let result = parsedLeaf(schema, whole);
    if (schema.objects) {
      const cell = this.allocate(call, 'object');
      for (const from of schema.objects) for (const key of this.cells[from]!.fields) {
        const member = store.get(`o${from}.${key}`);
        if (member !== undefined) this.put(cell, key, parsedLeaf(member, whole), store, 'replace');
      }
      result = { taints: keepsMore(schema) ? taints : [], fixed: false, type: 'object', objects: [cell] };
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
        // `path.join('/', name)` climbs no higher than the root: below a folder it stays there.
        if (name === 'join' && args.length > 1) {
          const rooted = args.slice(1).every((arg) => arg.taints.length === 0 || arg.api === 'path.rooted()');
          if (rooted && args[0]!.taints.length === 0 && taints.length > 0) return cleaned({ taints: stepped(taints, call, 'kept below a folder'), fixed: false, type: 'string', api: 'path.join()' }, CONTEXT.path);
        }
        if ((name === 'join' || name === 'resolve' || name === 'normalize') && (args[0]?.literals?.[0] === '/' || (name === 'normalize' && args[0]?.parts?.[0]?.kind === 'text' && args[0].parts[0].text.startsWith('/')))) return { taints: stepped(taints, call, `passed through ${name}`), fixed: taints.length === 0, type: 'string', api: 'path.rooted()' };
        if (model.makes !== undefined) taints = taints.map((taint) => ({ ...taint, clean: model.makes === 'parsed' ? 0 : taint.clean & CONTEXT.record }));
        return { taints: stepped(taints, call, `passed through ${name}`), fixed: taints.length === 0 && passed.every((arg) => (arg.objects ? this.items(arg, call, store).fixed : arg.fixed || isHarmless(arg))), ...(api !== undefined && { api: `${api}()` }), ...type, ...shape };
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

  protected abstract laterWith(closure: Closure, first: Value): void;

  /** tRPC: `.input(schema).mutation(({ input }) => …)` gives what the schema lets through. */
  private procedure(call: Call, args: readonly Value[], store: Store): boolean {
    let at: Expr = call.callee;
    while (at.kind === 'member' || at.kind === 'call') {
      if (at.kind === 'call' && at.callee.kind === 'member' && at.callee.key === 'input' && at.args[0]) break;
      at = at.kind === 'member' ? at.object : at.callee;
    }
    const schema = at.kind === 'call' && at.args[0] ? this.eval(at.args[0], store) : undefined;
    if (!isSchema(schema)) return false;
    const cell = this.allocate({ start: call.start, end: call.start }, 'object');
    this.put(cell, 'input', this.parsed(call, schema!, 'parse', this.tainted(call, 'remote', 'input', 0), store), store, 'replace');
    for (const arg of args) for (const closure of arg.closures ?? []) this.laterWith(closure, { taints: [], fixed: false, type: 'object', objects: [cell] });
    return true;
  }

  private unknown(call: Call, api: string | undefined, name: string, receiver: Value | undefined, args: readonly Value[], store: Store): Value {
    const event = eventOf(name, args);
    if (api !== undefined && this.models.takers.has(api)) for (const arg of args) if (arg.objects) this.laterIn(api, arg, store);
    if (event === 'procedure' && this.procedure(call, args, store)) return this.fromApi(api !== undefined ? this.apiOf(`${api}()`) : undefined, call);
    for (const arg of args) if (arg.closures) this.later(api, arg, store, event);
    const result = this.fromApi(api !== undefined ? this.apiOf(`${api}()`) : undefined, call);
    if (result.taints.length > 0) return result;
    const promise = promiseOf(name);
    if (promise !== undefined && args[0]) return cleaned({ taints: this.deepTaints(args[0], store), fixed: args[0].fixed, type: 'string' }, contextBits(promise));
    const isChecked = receiver !== undefined && call.callee.kind === 'member' && /^(?:parse|parseAsync|safeParse|safeParseAsync|validate|validateSync|validateAsync|cast|check)$/.test(name) && SCHEMA_NAME.test(call.callee.object.kind === 'name' ? call.callee.object.slot.name : call.callee.object.kind === 'member' ? String(call.callee.object.key) : '');
    if (isChecked && args[0]) return { ...result, taints: stepped(cleaned({ taints: this.deepTaints(args[0], store), fixed: false }, CONTEXT.nosql | CONTEXT.key | CONTEXT.record).taints, call, `checked by ${name}`) };
    if (CARRIES.test(name)) {
      let taints: Value['taints'] = [];
      for (const arg of args) taints = joinTaints(taints, this.deepTaints(arg, store));
      // Who builds or parses also chooses.
      if (taints.length > 0) return cleaned({ ...result, taints: stepped(taints, call, `passed through ${name}, which is not at hand`) }, KEEPS_RECORD.test(name) ? 0 : /^pick/i.test(name) ? CONTEXT.record | CONTEXT.key : CONTEXT.record);
    }
    // What a helper that is not at hand takes out of a request came with the request.
    if (TAKES.test(name) && args.some((arg) => arg.api !== undefined && REQUESTS.has(arg.api))) return { ...result, ...this.tainted(call, 'remote', undefined, 0) };
    if (/^(?:is|has|can|should|check|verify|validate|matches|test)[A-Z_]/.test(name)) return { ...result, test: call };
    if (receiver?.fixed && api === undefined) return { ...result, fixed: true };
    return result;
  }
}

/** The request's own address as a base: what is resolved against it stays on this site unless it says otherwise itself. */
function isOwnAddress(base: Value): boolean {
  return base.taints.length > 0 && base.taints.every(({ source }) => OWN_ADDRESS.test(source.label));
}
