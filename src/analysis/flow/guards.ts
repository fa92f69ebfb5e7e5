/** What a condition proves of the values it looks at: on the way where it holds, and on the way where it fails. */
import { Calls, contextBits } from './calls.ts';
import { contextsOfTest, isHostPattern } from './charset.ts';
import { onlyReturn } from './methods.ts';
import type { Call, Expr, Fn } from './program.ts';
import type { Store } from './store.ts';
import { cleaned, CONTEXT, EVERY_CONTEXT, isHarmless, type Value } from './value.ts';

const OPPOSITE = { holds: 'fails', fails: 'holds' } as const;
type Truth = keyof typeof OPPOSITE;

/** Validators of other files, by name: `isValidId(x)`, `validateSlug(x)`. They are trusted to check what they say. */
const VALIDATOR = /^(?:is_?(?:valid|safe|allowed|permitted|known|whitelisted|allowlisted|trusted|numeric|integer|uuid|alphanumeric|internal|local|relative)|validate|valid|assert_?(?:valid|safe|allowed)|ensure_?(?:valid|safe|allowed)|check_?(?:valid|safe|allowed))/i;

export abstract class Guards extends Calls {
  protected refine(test: Expr, truth: Truth, store: Store): void {
    switch (test.kind) {
      case 'unary':
        if (test.op === '!') this.refine(test.value, OPPOSITE[truth], store);
        return;
      case 'logical':
        if (test.op === 'nullish') return;
        if ((test.op === 'and') === (truth === 'holds')) {
          this.refine(test.left, truth, store);
          this.refine(test.right, truth, store);
          return;
        }
        this.either(test.left, test.right, truth, store);
        return;
      case 'binary':
        this.comparison(test.op, test.left, test.right, truth, store);
        return;
      case 'call':
        this.checkedBy(test, truth, store);
        return;
      case 'cast':
        this.refine(test.value, truth, store);
        return;
      case 'await':
        if (test.value) this.refine(test.value, truth, store);
        return;
      case 'name': {
        const held = store.get(test.slot.id)?.test;
        if (held !== undefined && held !== test) this.refine(held, truth, store);
        return;
      }
      case 'member':
        // `if (result.success)` after a schema looked at the value.
        if (test.key === 'success' && truth === 'holds') this.vouchAll(test.object, store);
        // `if (url.parse(x).host) return;`: without a host it stays on this site.
        if ((test.key === 'host' || test.key === 'hostname') && truth === 'fails') for (const about of this.eval(test.object, store).about ?? []) this.vouch(about, CONTEXT.redirect | CONTEXT.url, store);
        return;
      default:
        return;
    }
  }

  private vouchAll(result: Expr, store: Store): void {
    const value = this.eval(result, store);
    for (const about of value.about ?? []) this.vouch(about, 0, store);
  }

  /** One of two conditions held: what both prove is proven. */
  private either(left: Expr, right: Expr, truth: Truth, store: Store): void {
    const a = store.fork();
    const b = store.fork();
    this.refine(left, truth, a);
    this.refine(right, truth, b);
    for (const [key, value] of a.own) if (b.own.has(key)) store.set(key, value.taints.length >= (b.own.get(key)?.taints.length ?? 0) ? value : b.own.get(key)!);
  }

  private comparison(op: string, left: Expr, right: Expr, truth: Truth, store: Store): void {
    const equal = op === '===' || op === '==' ? 'holds' : op === '!==' || op === '!=' ? 'fails' : undefined;
    if (op === 'in' && truth === 'holds') {
      const table = this.eval(right, store);
      // What an object of another file holds is no list of what may be written to it.
      if (table.taints.length === 0) this.vouch(left, table.objects ? EVERY_CONTEXT : EVERY_CONTEXT & ~CONTEXT.record, store);
      return;
    }
    if (equal === undefined) {
      this.position(op, left, right, truth, store);
      return;
    }
    if (left.kind === 'unary' && left.op === 'typeof' && right.kind === 'constant') {
      if (truth !== equal) return;
      if (right.value === 'number' || right.value === 'boolean' || right.value === 'bigint') this.vouch(left.value, EVERY_CONTEXT, store);
      else if (right.value === 'string') this.vouch(left.value, CONTEXT.nosql, store);
      return;
    }
    if (left.kind === 'call' && left.callee.kind === 'member' && left.callee.key === 'indexOf') {
      this.position(op, left, right, truth, store);
      return;
    }
    if (truth === equal) {
      const [one, other] = [this.eval(left, store), this.eval(right, store)];
      const nothing = (literals: readonly unknown[] | undefined) => literals?.every((value) => value === undefined || value === null || value === '') ?? false;
      if (other.fixed && !nothing(other.literals)) this.vouch(left, EVERY_CONTEXT, store);
      else if (one.fixed && !nothing(one.literals)) this.vouch(right, EVERY_CONTEXT, store);
      else if (isHarmless(other) && other.type === 'number') this.vouch(left, EVERY_CONTEXT, store);
      else if (isOrigin(left) && isOrigin(right)) for (const about of [...(one.about ?? []), ...(other.about ?? [])]) this.vouch(about, CONTEXT.url | CONTEXT.redirect, store);
      // `new URL(x).origin === location.origin`, `path.dirname(full) === base`: an untainted other side vouches as a list would.
      else if (other.taints.length === 0 && one.about && one.about.length > 0) for (const about of one.about) this.vouch(about, CONTEXT.url | CONTEXT.redirect | CONTEXT.path, store);
      return;
    }
    if (right.kind === 'constant' && (right.value === 'constructor' || right.value === 'prototype')) this.vouch(left, CONTEXT.key, store);
    this.position(op, left, right, truth, store);
  }

  /** `x.indexOf('..') === -1`, `list.indexOf(x) >= 0`, `full.indexOf(base) !== 0`: questions about membership and prefixes in other words. */
  private position(op: string, left: Expr, right: Expr, truth: Truth, store: Store): void {
    if (left.kind !== 'call' || left.callee.kind !== 'member' || left.callee.key !== 'indexOf') return;
    const bound = right.kind === 'constant' ? right.value : right.kind === 'unary' && right.op === '-' && right.value.kind === 'constant' ? -Number(right.value.value) : undefined;
    if (bound !== 0 && bound !== -1) return;
    const key = `${op}${bound}`;
    const present = ['>=0', '!==-1', '!=-1', '>-1'].includes(key) ? 'holds' : ['<0', '===-1', '==-1'].includes(key) ? 'fails' : undefined;
    const prefix = ['===0', '==0'].includes(key) ? 'holds' : ['!==0', '!=0', '>0'].includes(key) ? 'fails' : undefined;
    const callee = left.callee;
    if (present !== undefined) this.membership(callee.object, left.args[0], 'includes', truth === present ? 'holds' : 'fails', store);
    else if (prefix !== undefined) this.membership(callee.object, left.args[0], 'startsWith', truth === prefix ? 'holds' : 'fails', store);
  }

  private checkedBy(call: Call, truth: Truth, store: Store): void {
    const first = call.args[0];
    if (call.callee.kind === 'member' && typeof call.callee.key === 'string') {
      const { object, key } = call.callee;
      if (['includes', 'has', 'hasOwnProperty', 'startsWith', 'endsWith', 'some', 'every'].includes(key)) {
        this.membership(object, first, key, truth, store);
        return;
      }
      if (key === 'test' && first) {
        const regex = this.regexOf(object);
        if (regex && truth === 'holds') this.vouch(first, contextsOfTest(regex.pattern, regex.flags) | (isHostPattern(regex.pattern) ? CONTEXT.url | CONTEXT.redirect | CONTEXT.header : 0), store);
        if (regex && truth === 'fails') this.refused(regex.pattern, first, store);
        return;
      }
      if (key === 'match' && first) {
        const regex = this.regexOf(first);
        if (regex && truth === 'holds') this.vouch(object, contextsOfTest(regex.pattern, regex.flags), store);
        return;
      }
      if (key === 'isPrototypeOf') return;
    }
    const callee = this.eval(call.callee, store);
    const api = callee.api;
    if ((api === 'Object.hasOwn' || api === 'Object.prototype.hasOwnProperty.call') && call.args[1] && truth === 'holds') {
      this.vouch(call.args[1], EVERY_CONTEXT, store);
      return;
    }
    if (/^has_?own(?:property)?$/i.test(call.callee.kind === 'name' ? call.callee.slot.name : '') && call.args.length === 2 && !callee.closures) {
      if (truth === 'holds') this.vouch(call.args[1]!, EVERY_CONTEXT, store);
      return;
    }
    if (api === 'Number.isInteger' || api === 'Number.isFinite' || api === 'Number.isSafeInteger') {
      if (first && truth === 'holds') this.vouch(first, EVERY_CONTEXT, store);
      return;
    }
    if ((api === 'isNaN' || api === 'Number.isNaN') && first) {
      if (truth === 'fails') this.vouch(first, EVERY_CONTEXT, store);
      return;
    }
    const model = api !== undefined ? this.models.calls.get(api) : undefined;
    if (model?.kind === 'check') {
      const arg = call.args[model.arg ?? 0];
      if (arg && truth === 'holds') this.vouch(arg, contextBits(model.contexts), store);
      return;
    }
    if (callee.closures) {
      this.throughFunction(call, truth, store);
      return;
    }
    const name = call.callee.kind === 'member' && typeof call.callee.key === 'string' ? call.callee.key : call.callee.kind === 'name' ? call.callee.slot.name : '';
    if (VALIDATOR.test(name) && truth === 'holds') for (const arg of call.args) this.vouch(arg, EVERY_CONTEXT, store);
  }

  /** A check in a function of this text: its one returned condition, with the arguments in place of its parameters. */
  private throughFunction(call: Call, truth: Truth, store: Store): void {
    const closures = this.eval(call.callee, store).closures ?? [];
    if (closures.length !== 1 || this.frame.depth > 6) return;
    const fn = closures[0]!.fn;
    const before = fn.params.map((_, index) => (call.args[index] ? this.eval(call.args[index], store) : undefined));
    // Only what came from somewhere can be made safer.
    if (!before.some((value) => value !== undefined && value.taints.length > 0)) return;
    const inner = store.fork();
    this.bindParams(fn, before, inner);
    const proven = this.whenReturns(fn, truth, inner);
    if (proven === undefined) return;
    fn.params.forEach((param, index) => {
      const arg = call.args[index];
      if (param.target.kind !== 'bind' || arg === undefined) return;
      const after = proven.get(param.target.slot.id);
      const was = before[index];
      if (after === undefined || was === undefined || after === was) return;
      let bits = EVERY_CONTEXT;
      for (const taint of after.taints) bits &= taint.clean;
      if (bits !== 0) this.vouch(arg, bits, store);
    });
  }

  protected abstract bindParams(fn: Fn, args: readonly (Value | undefined)[], store: Store): void;
  /** The store as it must be when a function of this text returned a true (or a false) value; nothing when that cannot be told. */
  protected abstract whenReturns(fn: Fn, truth: Truth, store: Store): Store | undefined;

  protected membership(container: Expr, item: Expr | undefined, method: string, truth: Truth, store: Store): void {
    if (item === undefined) return;
    const held = this.eval(container, store);
    const value = this.eval(item, store);
    if (method === 'startsWith' || method === 'endsWith') {
      this.prefix(container, item, method, truth, store);
      return;
    }
    if (method === 'every' || (method === 'some' && truth === 'fails')) this.ofAll(container, held, value, method === 'every' ? 'holds' : 'fails', truth, store);
    if (method === 'every') return;
    if (method === 'some') {
      const fn = value.closures?.[0]?.fn;
      const test = fn && onlyReturn(fn);
      if (test !== undefined && truth === 'fails' && this.namesPrototypes(test, store)) this.clearItems(container, held, store, CONTEXT.key);
      if (test === undefined || truth !== 'holds' || held.taints.length > 0) return;
      const param = fn?.params[0]?.target;
      if (param?.kind === 'bind' && store.get(param.slot.id) === undefined) store.set(param.slot.id, { taints: [], fixed: true });
      this.refine(test, truth, store);
      return;
    }
    if (method === 'includes' && value.fixed && value.literals !== undefined && held.type !== 'array' && !held.objects) {
      // The container is the text: `name.includes('..')` refuses climbing, `includes('\n')` refuses line ends.
      if (truth === 'fails') this.refusedText(String(value.literals[0]), container, store);
      return;
    }
    if (truth === 'fails' && this.items(held, container, store).literals?.some((one) => one === 'constructor' || one === 'prototype')) this.vouch(item, CONTEXT.key, store);
    if (truth === 'holds' && held.taints.length === 0) this.vouch(item, EVERY_CONTEXT, store);
  }

  /** `list.every(isPlain)` holds, or `list.some(isBad)` fails: what the predicate proves is proven of every item. */
  private ofAll(container: Expr, held: Value, predicate: Value, wanted: Truth, truth: Truth, store: Store): void {
    const fn = predicate.closures?.[0]?.fn;
    const test = fn && onlyReturn(fn);
    const param = fn?.params[0]?.target;
    if (test === undefined || param?.kind !== 'bind' || truth !== wanted) return;
    const inner = store.fork();
    const item = this.items(held, container, store);
    if (item.taints.length === 0) return;
    inner.set(param.slot.id, item);
    this.refine(test, wanted, inner);
    const after = inner.get(param.slot.id);
    if (after === undefined || after === item) return;
    const bits = after.taints.reduce((all, taint) => all & taint.clean, EVERY_CONTEXT);
    this.clearItems(container, held, store, bits);
  }

  /** A predicate that looks for the names that lead to a prototype. */
  private namesPrototypes(test: Expr, store: Store): boolean {
    const list = test.kind === 'call' && test.callee.kind === 'member' ? this.items(this.eval(test.callee.object, store), test, store) : undefined;
    return list?.literals?.some((one) => one === 'constructor' || one === 'prototype' || one === '__proto__') === true || /__proto__/.test(this.source.slice(test.start, test.end));
  }

  protected clearItems(container: Expr, held: Value, store: Store, bits: number): void {
    this.vouch(container, bits, store);
    for (const cell of held.objects ?? []) {
      for (const key of this.cells[cell]!.fields) {
        const item = store.get(`o${cell}.${key}`);
        if (item !== undefined) this.put(cell, key, cleaned(item, bits), store, 'replace');
      }
    }
  }

  private refusedText(needle: string, text: Expr, store: Store): void {
    if (needle === '..') this.vouch(text, CONTEXT.path, store);
    else if (needle === '/' || needle === '\\') this.vouch(text, CONTEXT.path, store);
    else if (needle === '://' || needle === '//') this.vouch(text, CONTEXT.redirect, store);
    else if (needle === '\n' || needle === '\r') this.vouch(text, CONTEXT.log | CONTEXT.header, store);
    else if (needle === '__proto__') this.vouch(text, CONTEXT.key, store);
  }

  /** `if (/[;&|]/.test(x)) throw`: what the class names cannot be there. */
  private refused(pattern: string, text: Expr, store: Store): void {
    if (/\\\.\\\.|\[\\?\/\\\\\]|\[\.\\?\/|\[\\\/\.|\[\\\\\/\]/.test(pattern)) this.vouch(text, CONTEXT.path, store);
    const negated = /^\[\^((?:\\.|[^\]\\])+)\]$/.exec(pattern);
    if (negated) this.vouch(text, contextsOfTest(`^[${negated[1]}]*$`, ''), store);
    if (/__proto__/.test(pattern)) this.vouch(text, CONTEXT.key, store);
  }

  /** A folder without the separator behind it: `/srv/public` also begins `/srv/public-keys`. */
  private isOpenEnded(start: Expr, prefix: Value): boolean {
    const last = prefix.parts?.at(-1);
    if (last !== undefined) return last.kind === 'text' ? !/[\\/]$/.test(last.text) : last.value.api === 'path.resolve()';
    if (prefix.api === 'path.resolve()') return true;
    if (prefix.api !== 'path.join()') return false;
    const made = start.kind === 'name' ? this.definitions.get(start.slot) : start;
    const end = made?.kind === 'call' ? made.args.at(-1) : undefined;
    return end?.kind === 'constant' && !/[\\/]$/.test(String(end.value));
  }

  private prefix(text: Expr, start: Expr, method: string, truth: Truth, store: Store): void {
    const prefix = this.eval(start, store);
    const held = this.eval(text, store);
    const literal = prefix.literals?.length === 1 ? String(prefix.literals[0]) : undefined;
    if (method === 'endsWith') {
      // `new URL(x).hostname.endsWith('.example.com')`: any host of ours.
      if (truth === 'holds' && literal?.startsWith('.')) for (const about of held.about ?? []) this.vouch(about, CONTEXT.url | CONTEXT.redirect, store);
      return;
    }
    if (truth === 'fails') {
      // `path.relative(base, full).startsWith('..')` failed: the path stays inside.
      if (literal !== undefined && literal.startsWith('..')) {
        this.vouch(text, CONTEXT.path, store);
        for (const about of held.about ?? []) this.vouch(about, CONTEXT.path, store);
      }
      if (literal === '//') this.vouch(text, CONTEXT.redirect, store);
      if (literal === '_' || literal === '__') this.vouch(text, CONTEXT.key, store);
      return;
    }
    if (prefix.taints.some((taint) => taint.source.kind === 'remote')) return;
    const isResolved = held.api !== undefined && /^(?:path\.(?:resolve|normalize|join|relative)|fs\.(?:promises\.)?realpath(?:Sync)?)\(\)$/.test(held.api);
    if (isResolved && !this.isOpenEnded(start, prefix)) this.vouch(text, CONTEXT.path, store);
    if (literal === undefined) {
      if (!isResolved) this.vouch(text, CONTEXT.url | CONTEXT.redirect, store);
      return;
    }
    if (/^https?:\/\/[^/]+\//.test(literal)) this.vouch(text, CONTEXT.url | CONTEXT.redirect, store);
    if (/^\/[^/\\]/.test(literal)) this.vouch(text, CONTEXT.redirect, store);
  }
}

/** The origin of an address: compared with another one, it is this site's own or nothing. */
function isOrigin(expr: Expr): boolean {
  return expr.kind === 'member' && (expr.key === 'origin' || expr.key === 'host');
}
