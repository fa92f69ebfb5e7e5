/** Choosing a member of a value, and putting values into variables, members and patterns. */
import type { AssignEvent } from './events.ts';
import { Guards } from './guards.ts';
import { ITEM } from './heap.ts';
import type { Expr, Node, Pattern, Type } from './program.ts';
import type { Store } from './store.ts';
import { CONTEXT, join, stepped, UNKNOWN, type Value } from './value.ts';

export abstract class Patterns extends Guards {
  protected readonly assigns: AssignEvent[] = [];

  protected select(object: Value, key: string | Expr, node: Node, store: Store): Value {
    if (typeof key === 'string') return this.read(object, key, node, store);
    const keyValue = this.eval(key, store);
    if (keyValue.literals && keyValue.literals.length <= 4) {
      return keyValue.literals.map((one) => this.read(object, String(one), node, store)).reduce(join);
    }
    const found = this.choice(object, node, store);
    // Which member it is was chosen by someone.
    const isChosen = !found.closures && keyValue.taints.some((taint) => taint.source.kind === 'remote' && (taint.clean & CONTEXT.key) === 0);
    return isChosen && found.api !== 'Object.create()' ? { ...found, chosen: true } : found;
  }

  private choice(object: Value, node: Node, store: Store): Value {
    const items = this.items(object, node, store);
    // A table of constants answers with one of its constants whatever the key.
    if (object.objects && object.taints.length === 0) return items.fixed ? { ...items, literals: undefined as never, taints: [], fixed: true } : items;
    if (object.api !== undefined && items.taints.length === 0) return this.fromApi(this.apiOf(`${object.api}.${ITEM}`), node);
    return items;
  }

  protected current(target: Pattern, store: Store): Value {
    if (target.kind === 'bind') return store.get(target.slot.id) ?? UNKNOWN;
    if (target.kind === 'bind-member') return this.eval(target.member, store);
    return UNKNOWN;
  }

  /** Puts a value into a pattern. */
  protected bind(pattern: Pattern, value: Value, store: Store, node: Expr | undefined): void {
    switch (pattern.kind) {
      case 'bind': {
        const typed = pattern.type && value.taints.length === 0 && !value.objects ? this.annotated(pattern.type, value, store) : value;
        const taints = typed.taints.length > 0 ? stepped(typed.taints, pattern, `kept in ${pattern.slot.name}`) : typed.taints;
        const about = node && value.about === undefined && this.place(node) !== undefined && value.taints.length > 0 && pattern.slot.writes === 0 ? { about: [node] } : {};
        store.set(pattern.slot.id, { ...typed, taints, ...about });
        return;
      }
      case 'bind-member': {
        const { member } = pattern;
        const object = this.eval(member.object, store);
        const keyValue = typeof member.key === 'string' ? undefined : this.eval(member.key, store);
        const key = typeof member.key === 'string' ? member.key : keyValue?.literals?.length === 1 ? String(keyValue.literals[0]) : undefined;
        this.assign(object, key ?? ITEM, node ? { ...value, node } : value, store, node);
        const place = this.place(member);
        if (typeof place === 'string' && this.checkedPlaces > 0) store.set(place, value);
        else if (typeof place === 'string' && !object.objects && object.taints.length === 0) {
          this.checkedPlaces++;
          store.set(place, value);
        }
        const api = object.api !== undefined && key !== undefined ? this.apiOf(`${object.api}.${key}`) : undefined;
        if (key !== undefined && (object.api === 'module' || object.api === 'exports' || object.api === 'module.exports')) this.exporting(api === 'module.exports' ? undefined : key, value, member);
        if (this.silent === 0) {
          this.assigns.push({
            node: member, object, value: this.snapshot(value, node, store), valueNode: node ?? member,
            ...(api !== undefined && { api }), ...(key !== undefined && { key }), ...(keyValue && { keyValue }), ...(this.frame.fn && { fn: this.frame.fn }),
          });
        }
        return;
      }
      case 'bind-record': {
        const typed = pattern.type && value.taints.length === 0 ? this.annotated(pattern.type, value, store) : value;
        for (const { key, target } of pattern.entries) this.bind(target, this.select(typed, key, typeof key === 'string' ? target : key, store), store, undefined);
        if (pattern.rest) this.bind(pattern.rest, typed, store, undefined);
        return;
      }
      case 'bind-list':
        pattern.items.forEach((item, index) => {
          if (item) this.bind(item, value.objects ? this.read(value, String(index), item, store) : this.items(value, item, store), store, undefined);
        });
        if (pattern.rest) this.bind(pattern.rest, value, store, undefined);
        return;
      case 'bind-default': {
        const absent = value.literals?.every((one) => one === undefined) ?? false;
        const fallback = this.eval(pattern.fallback, store);
        this.bind(pattern.target, absent ? fallback : value === UNKNOWN ? { ...UNKNOWN, ...(fallback.type && !fallback.taints.length && { type: fallback.type }) } : join(value, fallback), store, node);
        return;
      }
    }
  }

  protected annotated(type: Type, value: Value, store: Store): Value {
    if (value.fixed || value.api !== undefined || value.closures) return value;
    return this.typed(type, value, store);
  }
}
