/** The form of a model: what the engine knows of APIs, as data. Paths are dotted: `pg.Pool`, a call adds `()`, `new` counts as a call. */
import type { Context, SourceKind } from '../flow/value.ts';

/** What a call hands back. */
export type CallModel =
  /** Its argument, made safe for the contexts named. */
  | { readonly kind: 'clean'; readonly contexts: readonly Context[] | 'every'; readonly arg?: number }
  /** A number, a boolean, or a text no input chooses. */
  | { readonly kind: 'number' | 'boolean' | 'fixed' }
  /** Its arguments' taint; `args` absent: of all. */
  | { readonly kind: 'pass'; readonly args?: readonly number[]; /** `decoded`: what checks and escapes said of the encoded text no longer holds. `parsed`: nor is it a text alone. */ readonly makes?: 'decoded' | 'parsed' }
  | { readonly kind: 'source'; readonly source: SourceKind }
  /** Nothing of its arguments. */
  | { readonly kind: 'fresh' }
  /** True when the argument was checked; `if (f(x))` makes `x` safe for the contexts. */
  | { readonly kind: 'check'; readonly contexts: readonly Context[] | 'every'; readonly arg?: number };

export interface Model {
  /** One name for what has several: `pg.Client()` is a `pg.Connection`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Members and results that an outsider fills. */
  readonly sources?: Readonly<Record<string, SourceKind>>;
  /** Those sources that are objects (or become ones when parsed) with whatever members their sender put in. */
  readonly records?: readonly string[];
  readonly calls?: Readonly<Record<string, CallModel>>;
  /** What a framework passes to a function given to this callee, or as a member of its options (`tool{execute}`); an empty string is nothing known. */
  readonly callbacks?: Readonly<Record<string, readonly string[]>>;
  /** What an untyped parameter of this name is taken for. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What a framework passes to an exported function of this name. */
  readonly entries?: Readonly<Record<string, readonly string[]>>;
  /** What `x.on('<event>', f)` passes to f, whatever x is. */
  readonly events?: Readonly<Record<string, readonly string[]>>;
  /** Decorators that put request data into a parameter, by name. */
  readonly decorators?: Readonly<Record<string, SourceKind>>;
}

export interface Models {
  readonly aliases: ReadonlyMap<string, string>;
  readonly sources: ReadonlyMap<string, SourceKind>;
  readonly records: ReadonlySet<string>;
  readonly calls: ReadonlyMap<string, CallModel>;
  readonly callbacks: ReadonlyMap<string, readonly string[]>;
  /** Callees that take functions as members of their options. */
  readonly takers: ReadonlySet<string>;
  readonly parameters: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, readonly string[]>;
  readonly events: ReadonlyMap<string, readonly string[]>;
  readonly decorators: ReadonlyMap<string, SourceKind>;
}

/** One table of several; a later model wins. */
export function combine(models: readonly Model[]): Models {
  const table = <T>(pick: (model: Model) => Readonly<Record<string, T>> | undefined): ReadonlyMap<string, T> => new Map(models.flatMap((model) => Object.entries(pick(model) ?? {})));
  const callbacks = table((model) => model.callbacks);
  return {
    takers: new Set([...callbacks.keys()].flatMap((path) => (path.endsWith('}') ? [path.slice(0, path.indexOf('{'))] : []))),
    aliases: table((model) => model.aliases), sources: table((model) => model.sources), records: new Set(models.flatMap((model) => model.records ?? [])), calls: table((model) => model.calls),
    callbacks, parameters: table((model) => model.parameters), decorators: table((model) => model.decorators),
    entries: table((model) => model.entries), events: table((model) => model.events),
  };
}

/** Shorthand for tables of one word lists: every path gets the same entry. */
export function each<T>(paths: string, entry: T): Readonly<Record<string, T>> {
  return Object.fromEntries(paths.trim().split(/\s+/).map((path) => [path, entry]));
}
