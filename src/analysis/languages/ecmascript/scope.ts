/** Names to variables: scopes, and which declarations a block or a function hoists. */
import { AST_NODE_TYPES as T } from '@typescript-eslint/types';
import type { TSESTree } from '@typescript-eslint/types';
import type { Slot } from '../../flow/program.ts';

/** Hands out slots; one per analysed text. */
export class Slots {
  private next: number;
  private readonly globals = new Map<string, Slot>();

  /** `first`: texts that are read together count on from places of their own. */
  constructor(first: number) {
    this.next = first;
  }

  declare(name: string, declared: NonNullable<Slot['declared']>): Slot {
    return { id: this.next++, name, declared, reads: 0, writes: 0 };
  }

  global(name: string): Slot {
    let slot = this.globals.get(name);
    if (slot === undefined) this.globals.set(name, (slot = { id: this.next++, name, reads: 0, writes: 0 }));
    return slot;
  }
}

export class Scope {
  private readonly names = new Map<string, Slot>();
  private readonly slots: Slots;
  readonly parent: Scope | undefined;
  /** Type aliases, interfaces and enums declared here; names of types live apart from names of values. */
  readonly types = new Map<string, TSESTree.TSTypeAliasDeclaration | TSESTree.TSInterfaceDeclaration | TSESTree.TSEnumDeclaration>();

  constructor(slots: Slots, parent: Scope | undefined) {
    this.slots = slots;
    this.parent = parent;
  }

  /** Declares a name here; a second declaration of it (`var` twice, overloads) is the same variable. */
  declare(name: string, declared: NonNullable<Slot['declared']>): Slot {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    const slot = this.slots.declare(name, declared);
    this.names.set(name, slot);
    return slot;
  }

  own(name: string): Slot | undefined {
    return this.names.get(name);
  }

  lookupType(name: string): TSESTree.TSTypeAliasDeclaration | TSESTree.TSInterfaceDeclaration | TSESTree.TSEnumDeclaration | undefined {
    for (let scope: Scope | undefined = this as Scope; scope !== undefined; scope = scope.parent) {
      const type = scope.types.get(name);
      if (type !== undefined) return type;
    }
    return undefined;
  }

  lookup(name: string): Slot {
    for (let scope: Scope | undefined = this as Scope; scope !== undefined; scope = scope.parent) {
      const slot = scope.names.get(name);
      if (slot !== undefined) return slot;
    }
    return this.slots.global(name);
  }
}

/** The names a pattern binds, in order. */
export function boundNames(pattern: TSESTree.Node, into: string[] = []): string[] {
  switch (pattern.type) {
    case T.Identifier:
      into.push(pattern.name);
      break;
    case T.ObjectPattern:
      for (const property of pattern.properties) boundNames(property.type === T.RestElement ? property.argument : property.value, into);
      break;
    case T.ArrayPattern:
      for (const item of pattern.elements) if (item) boundNames(item, into);
      break;
    case T.AssignmentPattern:
      boundNames(pattern.left, into);
      break;
    case T.RestElement:
      boundNames(pattern.argument, into);
      break;
    case T.TSParameterProperty:
      boundNames(pattern.parameter, into);
      break;
    default:
      break;
  }
  return into;
}

/** Declares what a list of statements declares in its own block: let, const, function, class, enum, import. */
export function hoistBlock(body: readonly TSESTree.Node[], scope: Scope): void {
  for (const outer of body) {
    const node = (outer.type === T.ExportNamedDeclaration || outer.type === T.ExportDefaultDeclaration) && outer.declaration ? outer.declaration : outer;
    if (node.type === T.VariableDeclaration && node.kind !== 'var') {
      for (const { id } of node.declarations) for (const name of boundNames(id)) scope.declare(name, node.kind === 'let' ? 'variable' : 'constant');
    } else if (node.type === T.FunctionDeclaration && node.id) scope.declare(node.id.name, 'function');
    else if (node.type === T.ClassDeclaration && node.id) scope.declare(node.id.name, 'class');
    else if (node.type === T.TSEnumDeclaration) {
      scope.declare(node.id.name, 'constant');
      scope.types.set(node.id.name, node);
    } else if (node.type === T.TSTypeAliasDeclaration || node.type === T.TSInterfaceDeclaration) scope.types.set(node.id.name, node);
    else if (node.type === T.TSImportEqualsDeclaration) scope.declare(node.id.name, 'import');
    else if (node.type === T.ImportDeclaration) for (const { local } of node.specifiers) scope.declare(local.name, 'import');
  }
}

/** Declares every `var` of a function's body, however deep, without entering inner functions. */
export function hoistVars(node: TSESTree.Node, scope: Scope): void {
  switch (node.type) {
    case T.VariableDeclaration:
      if (node.kind === 'var') for (const { id } of node.declarations) for (const name of boundNames(id)) scope.declare(name, 'variable');
      break;
    case T.Program:
    case T.BlockStatement:
      for (const inner of node.body) hoistVars(inner, scope);
      break;
    case T.IfStatement:
      hoistVars(node.consequent, scope);
      if (node.alternate) hoistVars(node.alternate, scope);
      break;
    case T.ForStatement:
      if (node.init) hoistVars(node.init, scope);
      hoistVars(node.body, scope);
      break;
    case T.ForInStatement:
    case T.ForOfStatement:
      hoistVars(node.left, scope);
      hoistVars(node.body, scope);
      break;
    case T.WhileStatement:
    case T.DoWhileStatement:
    case T.LabeledStatement:
      hoistVars(node.body, scope);
      break;
    case T.TryStatement:
      hoistVars(node.block, scope);
      if (node.handler) hoistVars(node.handler.body, scope);
      if (node.finalizer) hoistVars(node.finalizer, scope);
      break;
    case T.SwitchStatement:
      for (const { consequent } of node.cases) for (const inner of consequent) hoistVars(inner, scope);
      break;
    case T.ExportNamedDeclaration:
      if (node.declaration) hoistVars(node.declaration, scope);
      break;
    default:
      break;
  }
}
