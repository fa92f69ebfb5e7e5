/** Type annotations, as far as they say something about flow: numbers and literal unions cannot carry an attack, named types name an API. */
import { AST_NODE_TYPES as T } from '@typescript-eslint/types';
import type { TSESTree } from '@typescript-eslint/types';
import type { Type } from '../../flow/program.ts';
import type { Scope } from './scope.ts';

export const OTHER: Type = { kind: 'other' };

/** Aliases of aliases are followed this deep; deeper ones (and circles) say nothing. */
const MAX_DEPTH = 6;

export function lowerType(node: TSESTree.TypeNode | undefined, scope: Scope, depth = 0): Type {
  if (node === undefined || depth > MAX_DEPTH) return OTHER;
  switch (node.type) {
    case T.TSNumberKeyword:
    case T.TSBigIntKeyword:
      return { kind: 'number' };
    case T.TSBooleanKeyword:
      return { kind: 'boolean' };
    case T.TSStringKeyword:
    case T.TSTemplateLiteralType:
      return { kind: 'string' };
    case T.TSLiteralType:
      return { kind: 'literals' };
    case T.TSArrayType:
      return { kind: 'array', item: lowerType(node.elementType, scope, depth + 1) };
    case T.TSTypeOperator:
      return node.typeAnnotation ? lowerType(node.typeAnnotation, scope, depth + 1) : OTHER;
    case T.TSTypeLiteral:
      return record(node.members, scope, depth + 1);
    case T.TSUnionType:
      return union(node.types.map((type) => lowerType(type, scope, depth + 1)), node);
    case T.TSIntersectionType: {
      const named = node.types.map((type) => lowerType(type, scope, depth + 1)).find((type) => type.kind === 'named');
      return named ?? OTHER;
    }
    case T.TSTypeReference: {
      const path = entityPath(node.typeName);
      const args = node.typeArguments?.params.map((type) => lowerType(type, scope, depth + 1)) ?? [];
      if (path === undefined) return OTHER;
      if (path.length === 1 && (path[0] === 'Array' || path[0] === 'ReadonlyArray' || path[0] === 'Set')) return { kind: 'array', item: args[0] ?? OTHER };
      const local = path.length === 1 ? scope.lookupType(path[0]!) : undefined;
      if (local?.type === T.TSEnumDeclaration) return { kind: 'literals' };
      if (local?.type === T.TSTypeAliasDeclaration) return lowerType(local.typeAnnotation, scope, depth + 1);
      if (local !== undefined) return local.extends[0]?.expression.type === T.Identifier && local.body.body.length === 0 ? namedType([local.extends[0].expression.name], [], scope) : record(local.body.body, scope, depth + 1);
      return namedType(path, args, scope);
    }
    default:
      return OTHER;
  }
}

function namedType(path: readonly string[], args: readonly Type[], scope: Scope): Type {
  const slot = scope.lookup(path[0]!);
  return slot.declared === undefined ? { kind: 'named', path, args } : { kind: 'named', slot, path, args };
}

/** The fields of an interface or a type literal. */
function record(members: readonly TSESTree.TypeElement[], scope: Scope, depth: number): Type {
  const fields = new Map<string, Type>();
  for (const member of members) {
    if (member.type === T.TSPropertySignature && member.key.type === T.Identifier) fields.set(member.key.name, lowerType(member.typeAnnotation?.typeAnnotation, scope, depth));
  }
  return { kind: 'record', fields };
}

function union(types: readonly Type[], node: TSESTree.TSUnionType): Type {
  const nothing = new Set<string>([T.TSNullKeyword, T.TSUndefinedKeyword]);
  const real = types.filter((_, index) => !nothing.has(node.types[index]!.type));
  const first = real[0];
  if (first === undefined) return OTHER;
  if (real.every((type) => type.kind === first.kind && type.kind !== 'named' && type.kind !== 'record')) return first;
  if (real.every((type) => type.kind === 'number' || type.kind === 'boolean' || type.kind === 'literals')) return { kind: 'literals' };
  return real.length === 1 ? first : real.some((type) => type.kind === 'string') ? { kind: 'string' } : OTHER;
}

function entityPath(node: TSESTree.EntityName): string[] | undefined {
  if (node.type === T.Identifier) return [node.name];
  if (node.type !== T.TSQualifiedName) return undefined;
  const left = entityPath(node.left);
  return left && [...left, node.right.name];
}
