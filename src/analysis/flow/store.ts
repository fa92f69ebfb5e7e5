/** What variables, object members and checked places hold at one point of the program. Branches fork a store and join into it again. */
import { join, type Value } from './value.ts';

/** A slot's id, `o<cell>.<member>` for the heap, `@<slot>.<path>` for a place that was checked. */
export type Key = number | string;

export class Store {
  readonly own = new Map<Key, Value>();
  readonly parent: Store | undefined;
  /** Control does not pass here: after return, throw, break. */
  dead = false;

  constructor(parent?: Store) {
    this.parent = parent;
  }

  get(key: Key): Value | undefined {
    for (let store: Store | undefined = this as Store; store !== undefined; store = store.parent) {
      const value = store.own.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  set(key: Key, value: Value): void {
    this.own.set(key, value);
  }

  fork(): Store {
    return new Store(this);
  }

  /** Takes in what two forks of this store left: each key holds either. A dead fork adds nothing. */
  merge(a: Store, b: Store): void {
    if (a.dead && b.dead) this.dead = true;
    if (a.dead || b.dead) {
      // Of two dead ends the writes of the first still show what was there for whoever analyses on.
      for (const [key, value] of (a.dead ? b : a).own) this.own.set(key, value);
      return;
    }
    for (const key of new Set([...a.own.keys(), ...b.own.keys()])) {
      const left = a.get(key);
      const right = b.get(key);
      if (left !== undefined && right !== undefined) this.own.set(key, join(left, right));
      // Known on one way only: a checked place stays unchecked, anything else is what that way made it.
      else if (typeof key !== 'string' || !key.startsWith('@')) this.own.set(key, (left ?? right)!);
    }
  }

  /** Takes in a fork that may or may not have run. */
  maybe(fork: Store): void {
    this.merge(fork, this.fork());
  }
}
