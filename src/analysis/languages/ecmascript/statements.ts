/** ESTree statements, functions, classes and modules to neutral ones. */
import { AST_NODE_TYPES as T } from '@typescript-eslint/types';
import type { TSESTree } from '@typescript-eslint/types';
import type { ClassExpr, Expr, Fn, Node, Param, Program, Stmt } from '../../flow/program.ts';
import { Expressions, nameOf, type ClassNode, type FunctionNode } from './expressions.ts';
import { boundNames, hoistBlock, hoistVars, Scope } from './scope.ts';
import { lowerType, OTHER } from './types.ts';

/** Lowers a parsed text. Nodes that no statement of the language can hold (left by error recovery) become opaque. `base` is added to every offset. */
export function lower(ast: TSESTree.Program, base = 0): Program {
  return new Statements(base).program(ast);
}

class Statements extends Expressions {
  private readonly functions: Fn[] = [];
  private readonly classes: ClassExpr[] = [];
  private readonly statements: Node[] = [];
  private readonly imports: { module: string; start: number; end: number }[] = [];
  private readonly exportedNames = new Set<string>();
  private readonly exports: Program['exports'][number][] = [];

  program(ast: TSESTree.Program): Program {
    const scope = new Scope(this.slots, undefined);
    hoistVars(ast, scope);
    hoistBlock(ast.body, scope);
    const body = this.list(ast.body, scope);
    for (const stmt of body) {
      if (stmt.kind === 'function-declaration' && this.exportedNames.has(stmt.slot.name)) stmt.fn.isExported = true;
      if (stmt.kind === 'class-declaration' && this.exportedNames.has(stmt.slot.name)) stmt.cls.isExported = true;
      if (stmt.kind === 'declare' && stmt.target.kind === 'bind' && this.exportedNames.has(stmt.target.slot.name)) markExported(stmt.value);
    }
    return { body, functions: this.functions, classes: this.classes, statements: this.statements.sort((a, b) => a.start - b.start || b.end - a.end), imports: this.imports, exports: this.exports, regexes: this.regexes, objects: this.objects, directives: directives(ast.body) };
  }

  private list(nodes: readonly TSESTree.Node[], scope: Scope): readonly Stmt[] {
    const out: Stmt[] = [];
    for (const node of nodes) this.stmt(node, scope, out);
    return out;
  }

  private block(node: TSESTree.Node | null | undefined, scope: Scope): readonly Stmt[] {
    if (!node) return [];
    const inner = new Scope(this.slots, scope);
    const body = node.type === T.BlockStatement ? node.body : [node];
    hoistBlock(body, inner);
    return this.list(body, inner);
  }

  private stmt(node: TSESTree.Node, scope: Scope, out: Stmt[]): void {
    const where = this.at(node);
    if (node.type !== T.BlockStatement) this.statements.push(where);
    switch (node.type) {
      case T.ExpressionStatement:
        out.push({ kind: 'do', ...where, value: this.exported(node.expression, this.expr(node.expression, scope)) });
        return;
      case T.VariableDeclaration:
        for (const { id, init } of node.declarations) out.push({ kind: 'declare', ...where, target: this.declared(id, scope), isConst: node.kind === 'const', ...(init && { value: this.expr(init, scope, nameOf(id)) }) });
        return;
      case T.FunctionDeclaration:
        if (node.id) out.push({ kind: 'function-declaration', ...where, slot: scope.lookup(node.id.name), fn: this.fn(node, scope, node.id.name) });
        return;
      case T.ClassDeclaration:
        if (node.id) out.push({ kind: 'class-declaration', ...where, slot: scope.lookup(node.id.name), cls: this.cls(node, scope, node.id.name) });
        return;
      case T.TSEnumDeclaration:
        out.push({ kind: 'declare', ...where, isConst: true, target: { kind: 'bind', ...this.at(node.id), slot: scope.lookup(node.id.name) }, value: this.enumeration(node, scope) });
        return;
      case T.IfStatement:
        out.push({ kind: 'if', ...where, test: this.expr(node.test, scope), then: this.block(node.consequent, scope), otherwise: this.block(node.alternate, scope) });
        return;
      case T.ForStatement: {
        const inner = new Scope(this.slots, scope);
        const body: Stmt[] = [];
        if (node.init) {
          hoistBlock([node.init], inner);
          if (node.init.type === T.VariableDeclaration) this.stmt(node.init, inner, body);
          else body.push({ kind: 'do', ...this.at(node.init), value: this.expr(node.init, inner) });
        }
        body.push({ kind: 'loop', ...where, ...(node.test && { test: this.expr(node.test, inner) }), ...(node.update && { update: this.expr(node.update, inner) }), body: this.block(node.body, inner) });
        out.push({ kind: 'block', ...where, body });
        return;
      }
      case T.WhileStatement:
      case T.DoWhileStatement:
        out.push({ kind: 'loop', ...where, test: this.expr(node.test, scope), body: this.block(node.body, scope) });
        return;
      case T.ForOfStatement:
      case T.ForInStatement: {
        const inner = new Scope(this.slots, scope);
        hoistBlock([node.left], inner);
        const iterable = this.expr(node.right, scope);
        const target = node.left.type === T.VariableDeclaration ? this.declared(node.left.declarations[0]!.id, inner) : this.pattern(node.left, inner);
        out.push({ kind: 'loop', ...where, each: { target, over: node.type === T.ForOfStatement ? 'of' : 'in', iterable }, body: this.block(node.body, inner) });
        return;
      }
      case T.SwitchStatement: {
        const inner = new Scope(this.slots, scope);
        hoistBlock(node.cases.flatMap((one) => one.consequent), inner);
        out.push({ kind: 'switch', ...where, subject: this.expr(node.discriminant, scope), cases: node.cases.map((one) => ({ ...(one.test && { test: this.expr(one.test, inner) }), body: this.list(one.consequent, inner) })) });
        return;
      }
      case T.TryStatement: {
        const inner = new Scope(this.slots, scope);
        const param = node.handler?.param;
        if (param) {
          for (const name of boundNames(param)) inner.declare(name, 'variable');
        }
        out.push({
          kind: 'try', ...where, body: this.block(node.block, scope),
          ...(param && { param: this.declared(param, inner) }),
          ...(node.handler && { handler: this.block(node.handler.body, inner) }),
          ...(node.finalizer && { finalizer: this.block(node.finalizer, scope) }),
        });
        return;
      }
      case T.ReturnStatement:
      case T.ThrowStatement:
        out.push({ kind: node.type === T.ReturnStatement ? 'return' : 'throw', ...where, ...(node.argument && { value: this.expr(node.argument, scope) }) });
        return;
      case T.BreakStatement:
      case T.ContinueStatement:
        out.push({ kind: node.type === T.BreakStatement ? 'break' : 'continue', ...where });
        return;
      case T.BlockStatement:
        out.push({ kind: 'block', ...where, body: this.block(node, scope) });
        return;
      case T.LabeledStatement:
        this.stmt(node.body, scope, out);
        return;
      case T.ImportDeclaration:
        this.importDeclaration(node, scope, out);
        return;
      case T.TSImportEqualsDeclaration:
        if (node.moduleReference.type === T.TSExternalModuleReference && node.moduleReference.expression.type === T.Literal) out.push({ kind: 'import', ...where, slot: scope.lookup(node.id.name), module: String(node.moduleReference.expression.value) });
        return;
      case T.ExportNamedDeclaration:
        if (node.declaration) this.exportedDeclaration(node.declaration, scope, out);
        else {
          for (const { local, exported } of node.specifiers) {
            const name = exported.type === T.Identifier ? exported.name : exported.value;
            const own = local.type === T.Identifier ? local.name : local.value;
            if (node.source) this.exports.push({ kind: 'from', name, module: node.source.value, member: own });
            else {
              this.exportedNames.add(own);
              this.exports.push({ kind: 'own', name, slot: scope.lookup(own) });
            }
          }
          if (node.source) this.imports.push({ module: node.source.value, ...this.at(node.source) });
        }
        return;
      case T.ExportAllDeclaration: {
        const name = node.exported ? node.exported.name : undefined;
        this.exports.push({ kind: 'all', module: node.source.value, ...(name !== undefined && { name }) });
        this.imports.push({ module: node.source.value, ...this.at(node.source) });
        return;
      }
      case T.ExportDefaultDeclaration:
        if (node.declaration.type === T.FunctionDeclaration || node.declaration.type === T.ClassDeclaration) {
          if (node.declaration.id) {
            this.exports.push({ kind: 'own', name: 'default', slot: scope.lookup(node.declaration.id.name) });
            this.exportedDeclaration(node.declaration, scope, out, 'default');
          } else {
            const value = node.declaration.type === T.FunctionDeclaration ? this.fn(node.declaration, scope, 'default') : this.cls(node.declaration, scope, 'default');
            value.isExported = true;
            out.push({ kind: 'export', ...where, value });
          }
          return;
        }
        if (node.declaration.type === T.Identifier) this.exportedNames.add(node.declaration.name);
        out.push({ kind: 'export', ...where, value: markExported(this.expr(node.declaration, scope, 'default')) });
        return;
      default:
        return;
    }
  }

  /** A pattern in a declaration: binding there is no later write. */
  private declared(node: TSESTree.Node, scope: Scope) {
    const pattern = this.pattern(node, scope);
    for (const name of boundNames(node)) scope.lookup(name).writes--;
    return pattern;
  }

  private exportedDeclaration(node: TSESTree.Node, scope: Scope, out: Stmt[], as?: 'default'): void {
    const ids = node.type === T.VariableDeclaration ? node.declarations.flatMap(({ id }) => boundNames(id)) : (node.type === T.FunctionDeclaration || node.type === T.ClassDeclaration || node.type === T.TSEnumDeclaration) && node.id ? [node.id.name] : [];
    if (as === undefined) for (const name of ids) this.exports.push({ kind: 'own', name, slot: scope.lookup(name) });
    const from = out.length;
    this.stmt(node, scope, out);
    for (const stmt of out.slice(from)) {
      if (stmt.kind === 'function-declaration') stmt.fn.isExported = true;
      else if (stmt.kind === 'class-declaration') stmt.cls.isExported = true;
      else if (stmt.kind === 'declare') markExported(stmt.value);
    }
  }

  /** `module.exports = …`, `exports.x = …`, `module.exports.x = …` export what they assign. */
  private exported(node: TSESTree.Expression, value: Expr): Expr {
    if (node.type !== T.AssignmentExpression || value.kind !== 'assign' || node.left.type !== T.MemberExpression) return value;
    let root: TSESTree.Node = node.left;
    while (root.type === T.MemberExpression) root = root.object;
    if (root.type !== T.Identifier || (root.name !== 'exports' && root.name !== 'module')) return value;
    markExported(value.value);
    const right = node.right;
    if (right.type === T.Identifier) this.exportedNames.add(right.name);
    if (right.type === T.ObjectExpression) for (const property of right.properties) if (property.type === T.Property && property.value.type === T.Identifier) this.exportedNames.add(property.value.name);
    return value;
  }

  private importDeclaration(node: TSESTree.ImportDeclaration, scope: Scope, out: Stmt[]): void {
    // Half-typed imports name no module yet.
    if (typeof node.source?.value !== 'string') return;
    this.imports.push({ module: node.source.value, ...this.at(node.source) });
    if (node.importKind === 'type' && node.specifiers.length === 0) return;
    for (const specifier of node.specifiers) {
      const member = specifier.type === T.ImportSpecifier ? (specifier.imported.type === T.Identifier ? specifier.imported.name : specifier.imported.value) : undefined;
      out.push({ kind: 'import', ...this.at(node), slot: scope.lookup(specifier.local.name), module: node.source.value, ...(member !== undefined && member !== 'default' && { member }), ...((member === 'default' || specifier.type === T.ImportDefaultSpecifier) && { isDefault: true as const }) });
    }
  }

  private enumeration(node: TSESTree.TSEnumDeclaration, scope: Scope): Expr {
    const entries = node.body.members.map((member) => ({ ...this.at(member), key: member.id.type === T.Identifier ? member.id.name : String((member.id as TSESTree.StringLiteral).value), value: member.initializer ? this.expr(member.initializer, scope) : ({ kind: 'constant', ...this.at(member), value: 0 } as const) }));
    return { kind: 'object', ...this.at(node), entries };
  }

  protected fn(node: FunctionNode, scope: Scope, name: string): Fn {
    const inner = new Scope(this.slots, scope);
    if (node.type === T.FunctionExpression && node.id) inner.declare(node.id.name, 'function');
    for (const param of node.params) for (const bound of boundNames(param)) inner.declare(bound, 'parameter');
    const params = node.params.map((param): Param => {
      const target = param.type === T.TSParameterProperty ? param.parameter : param;
      const typed = target.type === T.AssignmentPattern ? target.left : target;
      const type = 'typeAnnotation' in typed && typed.typeAnnotation ? lowerType(typed.typeAnnotation.typeAnnotation, inner) : OTHER;
      const decorators = 'decorators' in param ? param.decorators.map((decorator) => this.expr(decorator.expression, inner)) : [];
      return { ...this.at(param), target: this.declared(target, inner), type, rest: param.type === T.RestElement, decorators };
    });
    let body: readonly Stmt[] = [];
    if (node.body?.type === T.BlockStatement) {
      hoistVars(node.body, inner);
      const bodyScope = new Scope(this.slots, inner);
      hoistBlock(node.body.body, bodyScope);
      body = this.list(node.body.body, bodyScope);
    } else if (node.body) body = [{ kind: 'return', ...this.at(node.body), value: this.expr(node.body, inner) }];
    const fn: Fn = { kind: 'function', ...this.at(node), id: this.base + this.functions.length, name: node.id?.name ?? name, params, body, isAsync: node.async, isGenerator: node.generator, decorators: [], isExported: false, directives: node.body?.type === T.BlockStatement ? directives(node.body.body) : [] };
    this.functions.push(fn);
    return fn;
  }

  protected cls(node: ClassNode, scope: Scope, name: string): ClassExpr {
    type Method = ClassExpr['methods'][number];
    type Field = ClassExpr['fields'][number];
    const methods: Method[] = [];
    const fields: Field[] = [];
    for (const member of node.body.body) {
      if (member.type === T.MethodDefinition && member.value.type === T.FunctionExpression) {
        const key = this.key(member, scope);
        if (typeof key !== 'string') continue;
        const fn = this.fn(member.value, scope, key);
        const decorated: Fn = { ...fn, decorators: member.decorators.map((decorator) => this.expr(decorator.expression, scope)), isExported: member.accessibility !== 'private' && !key.startsWith('#') };
        this.functions[fn.id - this.base] = decorated;
        methods.push({ key, fn: decorated, isStatic: member.static, role: member.kind === 'get' ? 'getter' : member.kind === 'set' ? 'setter' : member.kind });
        if (member.kind === 'constructor') fields.push(...this.parameterProperties(member.value, scope));
      } else if (member.type === T.PropertyDefinition) {
        const key = this.key(member, scope);
        const decorators = member.decorators.map((decorator) => this.expr(decorator.expression, scope));
        if (typeof key === 'string') fields.push({ key, isStatic: member.static, type: lowerType(member.typeAnnotation?.typeAnnotation, scope), ...(decorators.length > 0 && { decorators }), ...(member.value && { value: this.expr(member.value, scope, key) }) });
      }
    }
    const decorators = node.decorators.map((decorator) => this.expr(decorator.expression, scope));
    const cls: ClassExpr = { kind: 'class', ...this.at(node), id: this.base + this.classes.length, name: node.id?.name ?? name, methods, fields, decorators, isExported: false, ...(node.superClass && { base: this.expr(node.superClass, scope) }) };
    this.classes.push(cls);
    return cls;
  }

  /** `constructor(private readonly pool: Pool)` declares and types a field. */
  private parameterProperties(node: TSESTree.FunctionExpression, scope: Scope): ClassExpr['fields'][number][] {
    return node.params.flatMap((param) => {
      if (param.type !== T.TSParameterProperty) return [];
      const target = param.parameter.type === T.AssignmentPattern ? param.parameter.left : param.parameter;
      if (target.type !== T.Identifier) return [];
      return [{ key: target.name, isStatic: false, type: lowerType(target.typeAnnotation?.typeAnnotation, scope) }];
    });
  }
}

/** Marks a function, a class, or the functions an exported object holds. */
function markExported<E extends Expr | undefined>(value: E): E {
  if (value === undefined) return value;
  const expr: Expr = value;
  if (expr.kind === 'function' || expr.kind === 'class') expr.isExported = true;
  else if (expr.kind === 'object') for (const entry of expr.entries) if ('key' in entry) markExported(entry.value);
  if (expr.kind === 'cast') markExported(expr.value);
  return value;
}

function directives(body: readonly TSESTree.Node[]): readonly string[] {
  return body.flatMap((node) => (node.type === T.ExpressionStatement && typeof node.directive === 'string' ? [node.directive] : []));
}
