/** ESTree expressions and patterns to neutral ones. Statements and functions are lowered by the class that extends this one. */
import { AST_NODE_TYPES as T } from '@typescript-eslint/types';
import type { TSESTree } from '@typescript-eslint/types';
import type { ClassExpr, Entry, Expr, Fn, Literal, Member, Node, ObjectExpr, Pattern, RegExpr, Slot, Spread, TextPiece, Type } from '../../flow/program.ts';
import { Slots, type Scope } from './scope.ts';
import { lowerType } from './types.ts';

export type FunctionNode = TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;
export type ClassNode = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

/** Wrappers that only speak of types. */
const TYPE_WRAPPERS = new Set<string>([T.TSAsExpression, T.TSTypeAssertion, T.TSSatisfiesExpression]);

export abstract class Expressions {
  protected readonly slots: Slots;
  /** Added to every offset: where the text begins among others that are read with it. */
  protected readonly base: number;
  protected readonly regexes: RegExpr[] = [];
  protected readonly objects: ObjectExpr[] = [];

  constructor(base: number) {
    this.base = base;
    this.slots = new Slots(base);
  }

  protected at(node: { readonly range: readonly [number, number] }): Node {
    return { start: node.range[0] + this.base, end: node.range[1] + this.base };
  }

  protected abstract fn(node: FunctionNode, scope: Scope, name: string): Fn;
  protected abstract cls(node: ClassNode, scope: Scope, name: string): ClassExpr;

  protected expr(node: TSESTree.Node | null | undefined, scope: Scope, name = ''): Expr {
    if (!node) return { kind: 'opaque', start: 0, end: 0, parts: [] };
    const where = this.at(node);
    switch (node.type) {
      case T.Identifier:
        if (node.name === 'undefined' && scope.lookup('undefined').declared === undefined) return { kind: 'constant', ...where, value: undefined };
        return { kind: 'name', ...where, slot: read(scope.lookup(node.name)) };
      case T.Literal:
        if ('regex' in node) return kept(this.regexes, { kind: 'regex', ...where, pattern: node.regex.pattern, flags: node.regex.flags });
        return { kind: 'constant', ...where, value: typeof node.value === 'bigint' ? Number(node.value) : (node.value as Literal) };
      case T.TemplateLiteral:
        return { kind: 'template', ...where, texts: this.pieces(node), values: node.expressions.map((value) => this.expr(value, scope)) };
      case T.TaggedTemplateExpression:
        return { kind: 'template', ...where, texts: this.pieces(node.quasi), values: node.quasi.expressions.map((value) => this.expr(value, scope)), tag: this.expr(node.tag, scope) };
      case T.MemberExpression:
        return this.member(node, scope);
      case T.CallExpression:
        return this.call(node, scope);
      case T.NewExpression:
        return { kind: 'call', ...where, callee: this.expr(node.callee, scope), args: this.args(node.arguments, scope), isNew: true, close: node.arguments.length > 0 || node.range[1] > node.callee.range[1] ? where.end - 1 : -1, types: [] };
      case T.ImportExpression:
        return node.source.type === T.Literal && typeof node.source.value === 'string' ? { kind: 'module', ...where, name: node.source.value } : { kind: 'call', ...where, callee: { kind: 'name', start: where.start, end: where.start + 6, slot: this.slots.global('import') }, args: [this.expr(node.source, scope)], isNew: false, close: where.end - 1, types: [] };
      case T.ObjectExpression:
        return kept(this.objects, { kind: 'object', ...where, entries: node.properties.map((property) => this.entry(property, scope)) });
      case T.ArrayExpression:
        return { kind: 'array', ...where, items: node.elements.map((item) => (item ? this.expr(item, scope) : undefined)) };
      case T.SpreadElement:
        return { kind: 'spread', ...where, value: this.expr(node.argument, scope) };
      case T.FunctionExpression:
      case T.ArrowFunctionExpression:
        return this.fn(node, scope, name);
      case T.ClassExpression:
        return this.cls(node, scope, name);
      case T.ConditionalExpression:
        return { kind: 'conditional', ...where, test: this.expr(node.test, scope), then: this.expr(node.consequent, scope), otherwise: this.expr(node.alternate, scope) };
      case T.LogicalExpression:
        return { kind: 'logical', ...where, op: node.operator === '&&' ? 'and' : node.operator === '||' ? 'or' : 'nullish', left: this.expr(node.left, scope), right: this.expr(node.right, scope) };
      case T.BinaryExpression:
        return { kind: 'binary', ...where, op: node.operator, left: this.expr(node.left, scope), right: this.expr(node.right, scope) };
      case T.UnaryExpression:
        return { kind: 'unary', ...where, op: node.operator, value: this.expr(node.argument, scope) };
      case T.UpdateExpression:
        return { kind: 'unary', ...where, op: node.operator, value: this.expr(node.argument, scope) };
      case T.AssignmentExpression:
        return { kind: 'assign', ...where, op: node.operator === '=' ? '=' : node.operator.slice(0, -1), target: this.pattern(node.left, scope), value: this.expr(node.right, scope, nameOf(node.left)) };
      case T.AwaitExpression:
        return { kind: 'await', ...where, value: this.expr(node.argument, scope) };
      case T.YieldExpression:
        return node.argument ? { kind: 'yield', ...where, value: this.expr(node.argument, scope) } : { kind: 'yield', ...where };
      case T.SequenceExpression:
        return { kind: 'sequence', ...where, items: node.expressions.map((item) => this.expr(item, scope)) };
      case T.ChainExpression:
      case T.TSNonNullExpression:
      case T.TSInstantiationExpression:
        return this.expr(node.expression, scope);
      case T.TSAsExpression:
      case T.TSTypeAssertion:
      case T.TSSatisfiesExpression:
        return { kind: 'cast', ...where, value: this.expr(node.expression, scope, name), type: lowerType(node.typeAnnotation, scope), fixed: isConstCast(node.typeAnnotation) };
      case T.ThisExpression:
      case T.Super:
        return { kind: 'this', ...where };
      case T.JSXElement:
      case T.JSXFragment:
        return this.element(node, scope);
      case T.JSXExpressionContainer:
      case T.JSXSpreadChild:
        return this.expr(node.expression, scope);
      case T.JSXText:
        return { kind: 'constant', ...where, value: node.value };
      default:
        return { kind: 'opaque', ...where, parts: [] };
    }
  }

  protected pattern(node: TSESTree.Node, scope: Scope): Pattern {
    const where = this.at(node);
    switch (node.type) {
      case T.Identifier: {
        const slot = scope.lookup(node.name);
        slot.writes++;
        return node.typeAnnotation ? { kind: 'bind', ...where, slot, type: lowerType(node.typeAnnotation.typeAnnotation, scope) } : { kind: 'bind', ...where, slot };
      }
      case T.MemberExpression:
        return { kind: 'bind-member', ...where, member: this.member(node, scope) };
      case T.ObjectPattern: {
        const entries: { key: string | Expr; target: Pattern }[] = [];
        let rest: Pattern | undefined;
        for (const property of node.properties) {
          if (property.type === T.RestElement) rest = this.pattern(property.argument, scope);
          else entries.push({ key: this.key(property, scope), target: this.pattern(property.value, scope) });
        }
        const type: Type | undefined = node.typeAnnotation && lowerType(node.typeAnnotation.typeAnnotation, scope);
        return { kind: 'bind-record', ...where, entries, ...(rest && { rest }), ...(type && { type }) };
      }
      case T.ArrayPattern: {
        const last = node.elements.at(-1);
        const rest = last?.type === T.RestElement ? this.pattern(last.argument, scope) : undefined;
        const items = (rest ? node.elements.slice(0, -1) : node.elements).map((item) => (item ? this.pattern(item, scope) : undefined));
        return { kind: 'bind-list', ...where, items, ...(rest && { rest }) };
      }
      case T.AssignmentPattern:
        return { kind: 'bind-default', ...where, target: this.pattern(node.left, scope), fallback: this.expr(node.right, scope) };
      case T.RestElement:
        return this.pattern(node.argument, scope);
      case T.TSParameterProperty:
        return this.pattern(node.parameter, scope);
      default:
        if (TYPE_WRAPPERS.has(node.type) || node.type === T.TSNonNullExpression) return this.pattern((node as TSESTree.TSAsExpression).expression, scope);
        return { kind: 'bind-list', ...where, items: [] };
    }
  }

  protected key(node: { readonly key: TSESTree.Node; readonly computed: boolean }, scope: Scope): string | Expr {
    if (!node.computed && (node.key.type === T.Identifier || node.key.type === T.PrivateIdentifier)) return node.key.type === T.PrivateIdentifier ? `#${node.key.name}` : node.key.name;
    if (node.key.type === T.Literal && (typeof node.key.value === 'string' || typeof node.key.value === 'number')) return String(node.key.value);
    return this.expr(node.key, scope);
  }

  private member(node: TSESTree.MemberExpression, scope: Scope): Member {
    const key = this.key({ key: node.property, computed: node.computed }, scope);
    return { kind: 'member', ...this.at(node), object: this.expr(node.object, scope), key, keyNode: this.at(node.property), optional: node.optional };
  }

  private call(node: TSESTree.CallExpression, scope: Scope): Expr {
    const where = this.at(node);
    const first = node.arguments[0];
    if (node.callee.type === T.Identifier && node.callee.name === 'require' && first?.type === T.Literal && typeof first.value === 'string' && scope.lookup('require').declared === undefined) {
      return { kind: 'module', ...where, name: first.value };
    }
    const types = node.typeArguments?.params.map((type) => lowerType(type, scope)) ?? [];
    return { kind: 'call', ...where, callee: this.expr(node.callee, scope), args: this.args(node.arguments, scope), isNew: false, close: where.end - 1, types };
  }

  private args(nodes: readonly TSESTree.Node[], scope: Scope): readonly Expr[] {
    return nodes.map((node) => this.expr(node, scope));
  }

  private entry(node: TSESTree.ObjectLiteralElement, scope: Scope): Entry | Spread {
    if (node.type === T.SpreadElement) return { kind: 'spread', ...this.at(node), value: this.expr(node.argument, scope) };
    const key = this.key(node, scope);
    const value = this.expr(node.value, scope, typeof key === 'string' ? key : '');
    // What a getter returns is what the member holds.
    return { ...this.at(node), key, value: node.kind === 'get' ? { kind: 'call', ...this.at(node.value), callee: value, args: [], isNew: false, close: -1, types: [] } : value };
  }

  private pieces(node: TSESTree.TemplateLiteral): readonly TextPiece[] {
    return node.quasis.map((quasi, index) => {
      // A quasi's range takes in the backtick or brace before it and the backtick or `${` after it.
      const last = index === node.quasis.length - 1;
      return { start: this.base + quasi.range[0] + 1, end: this.base + quasi.range[1] - (last ? 1 : 2), value: quasi.value.cooked ?? quasi.value.raw };
    });
  }

  private element(node: TSESTree.JSXElement | TSESTree.JSXFragment, scope: Scope): Expr {
    const children = node.children.filter((child) => child.type !== T.JSXText || child.value.trim() !== '').map((child) => this.expr(child, scope));
    if (node.type === T.JSXFragment) return { kind: 'element', ...this.at(node), tag: '', attributes: [], children };
    const { name, attributes } = node.openingElement;
    const tag = name.type === T.JSXIdentifier ? (/^[a-z]/.test(name.name) ? name.name : ({ kind: 'name', ...this.at(name), slot: read(scope.lookup(name.name)) } as const)) : ({ kind: 'opaque', ...this.at(name), parts: [] } as const);
    const lowered = attributes.map((attribute): Entry | Spread => {
      if (attribute.type === T.JSXSpreadAttribute) return { kind: 'spread', ...this.at(attribute), value: this.expr(attribute.argument, scope) };
      const key = attribute.name.type === T.JSXIdentifier ? attribute.name.name : `${attribute.name.namespace.name}:${attribute.name.name.name}`;
      return { ...this.at(attribute), key, value: attribute.value ? this.expr(attribute.value, scope) : { kind: 'constant', ...this.at(attribute), value: true } };
    });
    return { kind: 'element', ...this.at(node), tag, attributes: lowered, children };
  }
}

function kept<E>(list: E[], expr: E): E {
  list.push(expr);
  return expr;
}

function read(slot: Slot): Slot {
  slot.reads++;
  return slot;
}

function isConstCast(type: TSESTree.TypeNode): boolean {
  return type.type === T.TSTypeReference && type.typeName.type === T.Identifier && type.typeName.name === 'const';
}

/** What an anonymous function assigned here is called in messages. */
export function nameOf(node: TSESTree.Node): string {
  if (node.type === T.Identifier) return node.name;
  if (node.type === T.MemberExpression && node.property.type === T.Identifier) return node.property.name;
  return '';
}
