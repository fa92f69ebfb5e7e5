/**
 * The small language-neutral program that every front end lowers to and the engine runs: expressions, patterns and statements with resolved
 * variables. Invariant: nothing here names a language or a library; offsets are of the analysed text.
 */

export interface Node {
  readonly start: number;
  readonly end: number;
}

/** One declared variable. Two of the same name in different scopes are two slots. */
export interface Slot {
  readonly id: number;
  readonly name: string;
  /** Absent: a global, declared nowhere in this text. */
  readonly declared?: 'variable' | 'constant' | 'parameter' | 'function' | 'class' | 'import';
  /** How often the text reads it. */
  reads: number;
  /** How often the text writes it after its declaration. */
  writes: number;
}

/** What a type annotation says; `other` when it says nothing of use. A reference with no slot is a global type. */
export type Type =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'other' }
  | { readonly kind: 'literals' }
  | { readonly kind: 'array'; readonly item: Type }
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, Type> }
  | { readonly kind: 'named'; readonly slot?: Slot; readonly path: readonly string[]; readonly args: readonly Type[] };

export type Literal = string | number | boolean | null | undefined;

interface Name extends Node { readonly kind: 'name'; readonly slot: Slot }
export interface Member extends Node { readonly kind: 'member'; readonly object: Expr; readonly key: string | Expr; readonly keyNode: Node; readonly optional: boolean }
export interface Call extends Node {
  readonly kind: 'call';
  readonly callee: Expr;
  readonly args: readonly Expr[];
  readonly isNew: boolean;
  /** Offset of the closing parenthesis; -1 when there is none (`new Foo`). */
  readonly close: number;
  readonly types: readonly Type[];
}
/** Text pieces and values in turn: `texts` is one longer than `values`. A piece's node spans the raw text between the values. */
export interface Template extends Node {
  readonly kind: 'template';
  readonly texts: readonly TextPiece[];
  readonly values: readonly Expr[];
  /** Set: a function receives the pieces and values apart (a tagged template). */
  readonly tag?: Expr;
}
export interface TextPiece extends Node { readonly value: string }
export interface Entry extends Node { readonly key: string | Expr; readonly value: Expr }
export interface ObjectExpr extends Node { readonly kind: 'object'; readonly entries: readonly (Entry | Spread)[] }
interface ArrayExpr extends Node { readonly kind: 'array'; readonly items: readonly (Expr | undefined)[] }
export interface Spread extends Node { readonly kind: 'spread'; readonly value: Expr }
interface Constant extends Node { readonly kind: 'constant'; readonly value: Literal }
export interface RegExpr extends Node { readonly kind: 'regex'; readonly pattern: string; readonly flags: string }
interface Binary extends Node { readonly kind: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
export interface Element extends Node { readonly kind: 'element'; readonly tag: string | Expr; readonly attributes: readonly (Entry | Spread)[]; readonly children: readonly Expr[] }

export interface Fn extends Node {
  readonly kind: 'function';
  readonly id: number;
  readonly name: string;
  readonly params: readonly Param[];
  readonly body: readonly Stmt[];
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  readonly decorators: readonly Expr[];
  /** Reachable from other files: exported, or a member of something exported. */
  isExported: boolean;
  /** Directives such as `use server`, of the function. */
  readonly directives: readonly string[];
}
export interface Param extends Node { readonly target: Pattern; readonly type: Type; readonly rest: boolean; readonly decorators: readonly Expr[] }

export interface ClassExpr extends Node {
  readonly kind: 'class';
  readonly id: number;
  readonly name: string;
  readonly base?: Expr;
  readonly methods: readonly { readonly key: string; readonly fn: Fn; readonly isStatic: boolean; readonly role: 'constructor' | 'method' | 'getter' | 'setter' }[];
  readonly fields: readonly { readonly key: string; readonly value?: Expr; readonly type: Type; readonly isStatic: boolean; readonly decorators?: readonly Expr[] }[];
  readonly decorators: readonly Expr[];
  isExported: boolean;
}

export type Expr =
  | Name | Member | Call | Template | ObjectExpr | ArrayExpr | Spread | Constant | RegExpr | Binary | Element | Fn | ClassExpr
  | (Node & { readonly kind: 'conditional'; readonly test: Expr; readonly then: Expr; readonly otherwise: Expr })
  | (Node & { readonly kind: 'logical'; readonly op: 'and' | 'or' | 'nullish'; readonly left: Expr; readonly right: Expr })
  | (Node & { readonly kind: 'unary'; readonly op: string; readonly value: Expr })
  /** `op` is `=` or the operator of a compound assignment without its `=`. */
  | (Node & { readonly kind: 'assign'; readonly op: string; readonly target: Pattern; readonly value: Expr })
  | (Node & { readonly kind: 'await' | 'yield'; readonly value?: Expr })
  | (Node & { readonly kind: 'sequence'; readonly items: readonly Expr[] })
  | (Node & { readonly kind: 'cast'; readonly value: Expr; readonly type: Type; readonly fixed: boolean })
  | (Node & { readonly kind: 'this' })
  /** A module as a value: `require('x')`, `import('x')`. */
  | (Node & { readonly kind: 'module'; readonly name: string })
  | (Node & { readonly kind: 'opaque'; readonly parts: readonly Expr[] });

export type Pattern =
  | (Node & { readonly kind: 'bind'; readonly slot: Slot; readonly type?: Type })
  | (Node & { readonly kind: 'bind-member'; readonly member: Member })
  | (Node & { readonly kind: 'bind-record'; readonly entries: readonly { readonly key: string | Expr; readonly target: Pattern }[]; readonly rest?: Pattern; readonly type?: Type })
  | (Node & { readonly kind: 'bind-list'; readonly items: readonly (Pattern | undefined)[]; readonly rest?: Pattern })
  | (Node & { readonly kind: 'bind-default'; readonly target: Pattern; readonly fallback: Expr });

export type Stmt =
  | (Node & { readonly kind: 'do'; readonly value: Expr })
  | (Node & { readonly kind: 'declare'; readonly target: Pattern; readonly value?: Expr; readonly isConst: boolean })
  | (Node & { readonly kind: 'function-declaration'; readonly slot: Slot; readonly fn: Fn })
  | (Node & { readonly kind: 'class-declaration'; readonly slot: Slot; readonly cls: ClassExpr })
  | (Node & { readonly kind: 'if'; readonly test: Expr; readonly then: readonly Stmt[]; readonly otherwise: readonly Stmt[] })
  /** `each`: the pattern takes every item (`of`) or key (`in`) of the iterable. */
  | (Node & { readonly kind: 'loop'; readonly test?: Expr; readonly update?: Expr; readonly body: readonly Stmt[]; readonly each?: { readonly target: Pattern; readonly over: 'of' | 'in'; readonly iterable: Expr } })
  | (Node & { readonly kind: 'switch'; readonly subject: Expr; readonly cases: readonly { readonly test?: Expr; readonly body: readonly Stmt[] }[] })
  | (Node & { readonly kind: 'try'; readonly body: readonly Stmt[]; readonly param?: Pattern; readonly handler?: readonly Stmt[]; readonly finalizer?: readonly Stmt[] })
  | (Node & { readonly kind: 'return' | 'throw'; readonly value?: Expr })
  | (Node & { readonly kind: 'break' | 'continue' })
  | (Node & { readonly kind: 'block'; readonly body: readonly Stmt[] })
  /** One imported name: the whole module (`member` absent) or a member of it. */
  | (Node & { readonly kind: 'import'; readonly slot: Slot; readonly module: string; readonly member?: string; /** The module's own value: its default export, or all a CommonJS module exports. */ readonly isDefault?: true })
  /** `export default <expression>`, and CommonJS exports need no word: they are assignments. */
  | (Node & { readonly kind: 'export'; readonly value: Expr });

export interface Program {
  readonly body: readonly Stmt[];
  readonly functions: readonly Fn[];
  readonly classes: readonly ClassExpr[];
  /** Innermost-first search is up to the reader: ranges of all statements, in order of start. */
  readonly statements: readonly Node[];
  readonly imports: readonly { readonly module: string; readonly start: number; readonly end: number }[];
  /** What other files may import by name: variables of this one, members of other modules, or all that another exports. */
  readonly exports: readonly Export[];
  /** Every regular expression and every object written in the text, for rules that look at those. */
  readonly regexes: readonly RegExpr[];
  readonly objects: readonly ObjectExpr[];
  readonly directives: readonly string[];
}

type Export =
  | { readonly kind: 'own'; readonly name: string; readonly slot: Slot }
  | { readonly kind: 'from'; readonly name: string; readonly module: string; readonly member: string }
  | { readonly kind: 'all'; readonly module: string; readonly name?: string };
