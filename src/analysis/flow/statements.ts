/** What each kind of statement does to the store: branches fork and join, loops run twice, broken-off ways hold after the loop. */
import { Classes } from './classes.ts';
import { moduleName } from './expressions.ts';
import type { Expr, Stmt } from './program.ts';
import type { Store } from './store.ts';
import { EVERY_CONTEXT, join, stepped, UNKNOWN, type Closure, type Value } from './value.ts';

/** Functions that throw unless their first argument holds. */
const ASSERTIONS = new Set(['assert', 'invariant', 'ok', 'strictAssert', 'ensure']);

export abstract class Statements extends Classes {
  protected loopExits: Map<number | string, Value>[] = [];

  /** A function returned here, with this expression. */
  protected abstract returned(value: Expr | undefined, store: Store): void;

  protected block(stmts: readonly Stmt[], store: Store): void {
    for (const stmt of stmts) {
      if (stmt.kind === 'function-declaration') {
        const closure: Closure = { fn: stmt.fn, ...(this.frame.self && { self: this.frame.self }) };
        this.seen(closure);
        store.set(stmt.slot.id, { taints: [], fixed: false, type: 'function', closures: [closure] });
      } else if (stmt.kind === 'import') {
        const module = this.apiOf(moduleName(stmt.module))!;
        const linked = this.linked(stmt.module, stmt, stmt.member !== undefined ? { member: stmt.member } : stmt.isDefault ? 'default' : 'all');
        store.set(stmt.slot.id, linked ?? this.fromApi(stmt.member === undefined ? module : this.apiOf(`${module}.${stmt.member}`), stmt));
      }
    }
    for (const stmt of stmts) {
      if (store.dead) return;
      this.stmt(stmt, store);
    }
  }

  private stmt(stmt: Stmt, store: Store): void {
    switch (stmt.kind) {
      case 'do':
        this.died = false;
        this.eval(stmt.value, store);
        if (stmt.value.kind === 'call' || stmt.value.kind === 'await') store.dead ||= this.died || this.endsHere(stmt.value, store);
        return;
      case 'declare': {
        const value = stmt.value ? this.eval(stmt.value, store) : this.lit(undefined);
        if (stmt.value && stmt.target.kind === 'bind' && stmt.target.slot.writes === 0) this.definitions.set(stmt.target.slot, stmt.value);
        this.bind(stmt.target, stmt.value ? value : stmt.target.kind === 'bind' && stmt.target.type ? this.typed(stmt.target.type, UNKNOWN, store) : value, store, stmt.value);
        return;
      }
      case 'class-declaration':
        store.set(stmt.slot.id, this.classValue(stmt.cls, store));
        return;
      case 'function-declaration':
      case 'import':
        return;
      case 'if': {
        this.eval(stmt.test, store);
        const [then, otherwise] = [store.fork(), store.fork()];
        this.quietly(() => {
          this.refine(stmt.test, 'holds', then);
          this.refine(stmt.test, 'fails', otherwise);
        });
        this.block(stmt.then, then);
        this.block(stmt.otherwise, otherwise);
        store.merge(then, otherwise);
        return;
      }
      case 'loop':
        this.loop(stmt, store);
        return;
      case 'switch':
        this.switch(stmt, store);
        return;
      case 'try': {
        const body = store.fork();
        const outer = this.thrown;
        this.thrown = undefined;
        this.block(stmt.body, body);
        const thrown: Value = { taints: [], fixed: false, ...(this.thrown as Value | undefined), api: 'flow.error' };
        this.thrown = outer;
        if (stmt.handler) {
          const handler = store.fork();
          if (!body.dead) handler.maybe(body);
          if (stmt.param) this.bind(stmt.param, { ...thrown, fixed: false }, handler, undefined);
          this.block(stmt.handler, handler);
          store.merge(body, handler);
        } else {
          for (const [key, value] of body.own) store.set(key, value);
          store.dead ||= body.dead;
        }
        if (stmt.finalizer) {
          const dead = store.dead;
          store.dead = false;
          this.block(stmt.finalizer, store);
          store.dead ||= dead;
        }
        return;
      }
      case 'return': {
        const value = stmt.value ? this.eval(stmt.value, store) : this.lit(undefined);
        const shown = value.taints.length > 0 && this.frame.fn ? { ...value, taints: stepped(value.taints, stmt, `returned by ${this.frame.fn.name || 'the function'}`) } : value;
        this.frame.returns = this.frame.returns === undefined ? shown : join(this.frame.returns, shown);
        if (this.silent === 0 && this.frame.isEntry === true && this.frame.fn && stmt.value && value.taints.length > 0) this.returns.push({ fn: this.frame.fn, value, node: stmt.value });
        this.returned(stmt.value, store);
        store.dead = true;
        return;
      }
      case 'throw':
        if (stmt.value) {
          const value = this.eval(stmt.value, store);
          this.thrown = this.thrown === undefined ? value : join(this.thrown, value);
        }
        store.dead = true;
        return;
      case 'break':
      case 'continue':
        this.leave(store);
        store.dead = true;
        return;
      case 'block':
        this.block(stmt.body, store);
        return;
      case 'export':
        this.exporting('default', this.eval(stmt.value, store), stmt);
        return;
    }
  }

  /** What a broken-off way has written holds after the loop as well. */
  private leave(store: Store): void {
    const exits = this.loopExits.at(-1);
    if (!exits) return;
    const seen = new Set<number | string>();
    for (let one: Store | undefined = store; one !== undefined && one !== this.loopBase; one = one.parent) {
      for (const [key, value] of one.own) {
        if (seen.has(key) || (typeof key === 'string' && key.startsWith('@'))) continue;
        seen.add(key);
        const known = exits.get(key);
        exits.set(key, known === undefined ? value : join(known, value));
      }
    }
  }

  /** `ctx.throw(400)`, `process.exit()`, `notFound()`: nothing runs behind them; behind `assert(x)` what it says holds. */
  private endsHere(expr: Expr, store: Store): boolean {
    const call = expr.kind === 'await' ? expr.value : expr;
    if (call?.kind !== 'call') return false;
    const name = call.callee.kind === 'member' && typeof call.callee.key === 'string' ? call.callee.key : call.callee.kind === 'name' ? call.callee.slot.name : '';
    if (ASSERTIONS.has(name) && call.args[0]) this.quietly(() => this.refine(call.args[0]!, 'holds', store));
    if ((name === 'error' || name === 'redirect' || name === 'permanentRedirect' || name === 'forbidden' || name === 'unauthorized') && call.callee.kind === 'name' && /^(?:@sveltejs\/kit|next\/navigation)\./.test(store.get(call.callee.slot.id)?.api ?? '')) return true;
    if (name === 'throw' || name === 'notFound' || name === 'fail') return call.callee.kind === 'member' || name === 'notFound';
    return name === 'exit' && call.callee.kind === 'member' && call.callee.object.kind === 'name' && call.callee.object.slot.name === 'process';
  }

  private loopBase: Store | undefined;
  /** What the statements of the innermost `try` may have thrown. */
  private thrown: Value | undefined;

  private loop(stmt: Stmt & { kind: 'loop' }, store: Store): void {
    const base = this.loopBase;
    this.loopBase = store;
    const exits = new Map<number | string, Value>();
    this.loopExits.push(exits);
    let proven = 0;
    // Twice: the second round sees what the first left behind.
    for (let round = 0; round < 2; round++) {
      const fork = store.fork();
      if (round === 0) this.silent++;
      try {
        if (stmt.each) {
          const iterable = this.eval(stmt.each.iterable, fork);
          const item = stmt.each.over === 'of' ? this.items(iterable, stmt.each.iterable, fork) : { taints: iterable.taints, fixed: iterable.fixed, type: 'string' as const };
          this.bind(stmt.each.target, item, fork, undefined);
        }
        if (stmt.test) {
          this.eval(stmt.test, fork);
          this.quietly(() => this.refine(stmt.test!, 'holds', fork));
        }
        this.block(stmt.body, fork);
        if (round === 1 && !fork.dead) proven = this.provenOfItem(stmt, fork);
        fork.dead = false;
        if (stmt.update) this.eval(stmt.update, fork);
      } finally {
        if (round === 0) this.silent--;
      }
      store.maybe(fork);
    }
    this.loopExits.pop();
    this.loopBase = base;
    const left = store.fork();
    for (const [key, value] of exits) left.set(key, value);
    store.maybe(left);
    // Whoever comes out behind a loop that throws on a bad item has a list of good ones.
    if (proven !== 0 && stmt.each) this.quietly(() => this.clearItems(stmt.each!.iterable, this.eval(stmt.each!.iterable, store), store, proven));
  }

  /** Bits that one round proved of the item; none when a round may skip items or end early. */
  private provenOfItem({ each, body }: Stmt & { kind: 'loop' }, store: Store): number {
    if (each?.over !== 'of' || each.target.kind !== 'bind' || skips(body)) return 0;
    const taints = store.get(each.target.slot.id)?.taints ?? [];
    return taints.length === 0 ? 0 : taints.reduce((bits, taint) => bits & taint.clean, EVERY_CONTEXT);
  }

  private switch(stmt: Stmt & { kind: 'switch' }, store: Store): void {
    this.eval(stmt.subject, store);
    const base = this.loopBase;
    this.loopBase = store;
    const exits = new Map<number | string, Value>();
    this.loopExits.push(exits);
    const rest = store.fork();
    let hasDefault = false;
    const ends: Store[] = [];
    for (const one of stmt.cases) {
      const fork = store.fork();
      if (one.test) {
        const test: Expr = { kind: 'binary', start: one.test.start, end: one.test.end, op: '===', left: stmt.subject, right: one.test };
        this.eval(one.test, fork);
        this.quietly(() => this.refine(test, 'holds', fork));
      } else hasDefault = true;
      this.block(one.body, fork);
      ends.push(fork);
    }
    this.loopExits.pop();
    this.loopBase = base;
    const broke = store.fork();
    for (const [key, value] of exits) broke.set(key, value);
    const canBreak = stmt.cases.some((one) => one.body.some((inner) => inner.kind === 'break' || inner.kind === 'block'));
    const ways = [...ends.filter((end) => !end.dead), ...(canBreak || stmt.cases.length === 0 ? [broke] : []), ...(hasDefault ? [] : [rest])];
    if (ways.length === 0) {
      store.dead = true;
      return;
    }
    const joined = ways.reduce((sum, way) => {
      const into = store.fork();
      into.merge(sum, way);
      return into;
    });
    for (const [key, value] of joined.own) store.set(key, value);
  }
}

/** Whether a loop's body may leave an item unchecked. */
function skips(body: readonly Stmt[]): boolean {
  return body.some((stmt) => {
    switch (stmt.kind) {
      case 'break':
      case 'continue':
        return true;
      case 'if':
        return skips(stmt.then) || skips(stmt.otherwise);
      case 'block':
        return skips(stmt.body);
      case 'try':
        return skips(stmt.body) || skips(stmt.handler ?? []);
      case 'switch':
        return true;
      default:
        return false;
    }
  });
}
