/**
 * What the engine knows of a value: where it may come from (taint), whether the program's own text fixes it, what API it belongs to, and how
 * a text was put together. Values are immutable; joining two says what holds of either.
 */
import type { ClassExpr, Expr, Fn, Literal, Node } from './program.ts';

/**
 * Places a value can be dangerous in. A sanitizer clears some, a number clears all. Bits, so that a taint carries them cheaply. `record` is apart: it
 * is the danger of an object all of whose members its sender chose, so a text is never in it.
 */
export const CONTEXT = {
  sql: 1, shell: 2, html: 4, path: 8, url: 16, code: 32, nosql: 64, log: 128, regex: 256, redirect: 512, template: 1024, header: 2048, xml: 4096, key: 8192, record: 16384,
} as const;
export type Context = keyof typeof CONTEXT;
export const EVERY_CONTEXT = Object.values(CONTEXT).reduce((all, bit) => all | bit, 0);

/** How much a source proves: a stranger's bytes, a caller's argument, the operator's own environment, what was stored before. */
export type SourceKind = 'remote' | 'parameter' | 'local' | 'stored';

export interface Source extends Node {
  readonly kind: SourceKind;
  /** As the reader's code says it: `req.query.id`. */
  readonly label: string;
}

/** The way a taint took, newest first. */
interface Trail {
  readonly node: Node;
  readonly message: string;
  readonly previous?: Trail;
  readonly length: number;
}

export interface Taint {
  readonly source: Source;
  /** Bits of contexts it was made safe for. */
  readonly clean: number;
  readonly trail?: Trail;
}

type ValueType = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'function' | 'regex';

export interface Closure {
  readonly fn: Fn;
  readonly self?: Value;
}

/** A piece of a text: written in the program, or filled in. */
export type Part = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'hole'; readonly value: Value; readonly node: Expr };

export interface Value {
  readonly taints: readonly Taint[];
  /** All it can be, when that is known. */
  readonly literals?: readonly Literal[];
  /** Chosen from what the program's own text holds, whatever the input. */
  readonly fixed: boolean;
  readonly type?: ValueType;
  /** The dotted path of the API it is or came from: `pg.Pool`, `http.req.query`. */
  readonly api?: string;
  /** Heap cells it may be. */
  readonly objects?: readonly number[];
  readonly closures?: readonly Closure[];
  readonly cls?: ClassExpr;
  readonly parts?: readonly Part[];
  /** A check of this value vouches for these places too (the host of a URL for the URL). */
  readonly about?: readonly Expr[];
  /** A member picked by a name from outside: it may be a prototype. */
  readonly chosen?: true;
  /** In an object's member only: written after whatever was spread into the object, which cannot have replaced it. */
  readonly last?: true;
  /** In an object's member only: reading the member runs this. */
  readonly getter?: Closure;
  /** The condition this boolean holds. */
  readonly test?: Expr;
  /** In events only: the members of the object as they were then. */
  readonly fields?: ReadonlyMap<string, Value>;
  /** In events only: where the object or text was written, for fixes. */
  readonly node?: Expr;
}

export const UNKNOWN: Value = { taints: [], fixed: false };
export const NUMBER: Value = { taints: [], fixed: false, type: 'number' };
export const BOOLEAN: Value = { taints: [], fixed: false, type: 'boolean' };

/** More sources than this in one value say nothing more to a reader. */
const MAX_TAINTS = 6;
const MAX_LITERALS = 16;
const MAX_PARTS = 80;
const MAX_TRAIL = 24;

export function literal(value: Literal): Value {
  const type = typeof value;
  const parts: readonly Part[] | undefined = type === 'string' ? [{ kind: 'text', text: value as string }] : undefined;
  return { taints: [], literals: [value], fixed: true, ...(type === 'string' || type === 'number' || type === 'boolean' ? { type } : {}), ...(parts && { parts }) };
}

/** True when no input can make this a text an attacker chose. */
export function isHarmless(value: Value): boolean {
  return value.fixed || value.type === 'number' || value.type === 'boolean';
}

/** The taints that are still dangerous in a context. */
export function dangers(value: Value, context: Context): readonly Taint[] {
  return value.taints.filter((taint) => (taint.clean & CONTEXT[context]) === 0);
}

/** The value after a sanitizer for the given bits; cleared of all contexts it is as good as fixed. */
export function cleaned(value: Value, bits: number): Value {
  if ((bits & EVERY_CONTEXT) === EVERY_CONTEXT) {
    const { parts: _parts, ...rest } = value;
    return { ...rest, taints: [], fixed: true };
  }
  const taints = value.taints.map((taint) => ({ ...taint, clean: taint.clean | bits }));
  const parts = value.parts?.map((part): Part => (part.kind === 'hole' ? { ...part, value: cleaned(part.value, bits) } : part));
  return { ...value, taints, ...(parts && { parts }) };
}

/** The same taints one step further on their way. */
export function stepped(taints: readonly Taint[], node: Node, message: string): readonly Taint[] {
  return taints.map((taint) => {
    const length = (taint.trail?.length ?? 0) + 1;
    if (length > MAX_TRAIL || taint.trail?.node.start === node.start) return taint;
    return { ...taint, trail: { node, message, length, ...(taint.trail && { previous: taint.trail }) } };
  });
}

export function joinTaints(a: readonly Taint[], b: readonly Taint[]): readonly Taint[] {
  if (a.length === 0 || a === b) return b;
  if (b.length === 0) return a;
  const out = [...a];
  for (const taint of b) {
    const index = out.findIndex((one) => one.source.start === taint.source.start && one.source.label === taint.source.label);
    if (index < 0) {
      if (out.length < MAX_TAINTS) out.push(taint);
    } else if (out[index]!.clean !== taint.clean) out[index] = { ...out[index]!, clean: out[index]!.clean & taint.clean };
  }
  return out;
}

/** What holds of a value that is either. */
export function join(a: Value, b: Value): Value {
  if (a === b || b === UNKNOWN && a.taints.length === 0 && a.api !== undefined) return a;
  const literals = a.literals && b.literals && union(a.literals, b.literals, MAX_LITERALS);
  const objects = union(a.objects ?? [], b.objects ?? [], 8);
  const closures = a.closures || b.closures ? union(a.closures ?? [], b.closures ?? [], 6) : undefined;
  const nothing = isNothing(a) ? b : isNothing(b) ? a : undefined;
  const type = nothing ? nothing.type : a.type === b.type ? a.type : undefined;
  const api = a.api ?? b.api;
  const cls = a.cls ?? b.cls;
  const parts = joinedParts(a, b);
  const about = a.about ?? b.about;
  return {
    taints: joinTaints(a.taints, b.taints), fixed: a.fixed && b.fixed,
    ...(literals && { literals }), ...(type && { type }), ...(api !== undefined && { api }), ...(objects && objects.length > 0 && { objects }),
    ...(closures && { closures }), ...(cls && { cls }), ...((a.chosen ?? b.chosen) && { chosen: true as const }), ...(parts && { parts }), ...(about && { about }),
  };
}

/** How the text is built, when that is known of both or the unknown one is harmless; of two ways, the one with more filled in. */
function joinedParts(a: Value, b: Value): Value['parts'] {
  if (a.parts && b.parts) return holes(a) >= holes(b) ? a.parts : b.parts;
  const [known, other] = a.parts ? [a, b] : [b, a];
  return isHarmless(other) || (other.taints.length === 0 && known.taints.length > 0) ? known.parts : undefined;
}

function isNothing(value: Value): boolean {
  return value.literals !== undefined && value.literals.every((one) => one === undefined || one === null);
}

/** Which of two ways of building a text is kept when both may have happened: the one with more filled in. */
function holes(value: Value): number {
  let count = value.parts ? 0.5 : 0;
  for (const part of value.parts ?? []) if (part.kind === 'hole') count += isHarmless(part.value) ? 1 : part.value.taints.length > 0 ? 20 : 5;
  return count;
}

function union<T>(a: readonly T[], b: readonly T[], limit: number): readonly T[] | undefined {
  const out = [...a];
  for (const item of b) if (!out.some((one) => same(one, item))) out.push(item);
  return out.length > limit ? (typeof a[0] === 'object' ? out.slice(0, limit) : undefined) : out;
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return typeof a === 'object' && typeof b === 'object' && a !== null && b !== null && 'fn' in a && 'fn' in b && a.fn === b.fn;
}

/** The pieces of a text that is put together from others; nested texts are laid open, so that the context of each hole shows. */
export function partsOf(value: Value, node: Expr): readonly Part[] {
  if (value.literals?.length === 1) return [{ kind: 'text', text: String(value.literals[0]) }];
  if (value.parts && value.parts.length > 0) return value.parts;
  return [{ kind: 'hole', value, node }];
}

/** A text put together from pieces. */
export function text(parts: readonly Part[], node: Node): Value {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (part.kind === 'text' && last?.kind === 'text') merged[merged.length - 1] = { kind: 'text', text: last.text + part.text };
    else if (part.kind === 'hole' || part.text !== '') merged.push(part);
  }
  if (merged.every((part) => part.kind === 'text')) return literal(merged.map((part) => (part.kind === 'text' ? part.text : '')).join(''));
  let taints: readonly Taint[] = [];
  let fixed = true;
  for (const part of merged) {
    if (part.kind === 'text') continue;
    taints = joinTaints(taints, part.value.taints);
    fixed &&= isHarmless(part.value);
  }
  return { taints: stepped(taints, node, 'put into a text'), fixed, type: 'string', ...(merged.length <= MAX_PARTS && { parts: merged }) };
}
