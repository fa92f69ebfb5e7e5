/** What the parameters of a function hold whose caller is not in this text: by what a framework passes, by a decorator, a type or a name; else an unknown caller's. */
import type { Fn, Param, Program } from './program.ts';
import { Statements } from './statements.ts';
import type { Store } from './store.ts';
import { CONTEXT, UNKNOWN, type Value } from './value.ts';

/** Methods of clients, whose request is one they are to send. */
const CLIENTS = /^(?:write|dispatch|send|execute|enqueue|schedule|intercept|retry)(?:Request)?$/;

/** NestJS pipes that let nothing but their kind through. */
const HARMLESS_PIPE = /^(?:new\s+)?Parse(?:Int|Float|Bool|UUID|Enum|Date)Pipe\b/;

export abstract class Entries extends Statements {
  protected abstract readonly program: Program;

  /** A serverless entry is told from others of its name by what it calls its first parameter. */
  protected role(role: string, param: Param): string {
    if (role !== 'entry.first') return role;
    return param.target.kind === 'bind' && /^_?(?:event|evt)$/.test(param.target.slot.name) ? 'lambda.event' : param.target.kind === 'bind-record' ? 'lambda.event' : '';
  }

  /** What a parameter holds when the caller is not in this text. */
  protected given(param: Param, role: string, fn: Fn, caller: 'entry' | 'callback', store: Store): Value {
    const named = param.target.kind === 'bind-default' ? param.target.target : param.target;
    const label = named.kind === 'bind' ? named.slot.name : this.label(named);
    for (const decorator of param.decorators) {
      const name = decorator.kind === 'call' && decorator.callee.kind === 'name' ? decorator.callee.slot.name : decorator.kind === 'name' ? decorator.slot.name : '';
      const kind = this.models.decorators.get(name);
      if (decorator.kind === 'call' && decorator.args.some((arg) => HARMLESS_PIPE.test(this.source.slice(arg.start, arg.end)))) return { taints: [], fixed: true };
      const isWhole = name === 'Body' && decorator.kind === 'call' && decorator.args.length === 0 && (param.type.kind === 'other' || (param.type.kind === 'named' && (/^(?:Record|Partial|Omit|Pick|DeepPartial|Object)$/.test(param.type.path[0]!) || /entit(?:y|ies)|\/models?\b|@prisma/i.test(param.type.slot ? (store.get(param.type.slot.id)?.api ?? '') : ''))));
      if (kind !== undefined && isWhole) return { ...this.tainted(param.target, kind, label, 0), api: 'http.req.body' };
      const isObject = (name === 'Body' || name === 'Query') && decorator.kind === 'call' && decorator.args.length === 0 && param.type.kind === 'record';
      if (kind !== undefined) return this.typed(param.type.kind === 'number' ? { kind: 'other' } : param.type, this.tainted(param.target, kind, label, isObject ? 0 : undefined), store);
      if (name === 'Req' || name === 'Request') return this.fromApi('http.req', param);
      if (name === 'Res' || name === 'Response') return this.fromApi('http.res', param);
    }
    if (role !== '') return this.fromApi(role, param);
    const target = param.target.kind === 'bind-default' ? param.target.target : param.target;
    const fromType = this.typed(param.type, UNKNOWN, store);
    if (fromType.api !== undefined) return fromType;
    const guess = target.kind === 'bind' && !['string', 'number', 'boolean', 'literals'].includes(param.type.kind) ? this.guess(target.slot.name, param, fn) : undefined;
    if (guess !== undefined) return this.fromApi(guess, param);
    if (target.kind === 'bind' && target.slot.name === 'file' && fn.params[0]?.target.kind === 'bind' && fn.params[0].target.slot.name === 'req') return this.fromApi('upload.file', param);
    if (isResolverArgs(fn, param)) return this.tainted(param.target, 'remote', label);
    if (fn.directives.includes('use server') || (this.program.directives.includes('use server') && fn.isExported)) return this.tainted(param.target, 'remote', label, ['string', 'number', 'boolean', 'literals'].includes(param.type.kind) ? CONTEXT.record : 0);
    if (caller === 'callback') return this.typed(param.type, UNKNOWN, store);
    if (target.kind === 'bind-record') return this.optionsParam(target, param, store);
    return this.typed(param.type, this.tainted(param.target, 'parameter', label), store);
  }

  /** What an untyped parameter is by its name; a request comes first, or behind an error. */
  private guess(name: string, param: Param, fn: Fn): string | undefined {
    const api = this.models.parameters.get(name) ?? (name === 'c' && /\bc\.req\b/.test(this.source.slice(fn.start, fn.end)) ? 'hono.ctx' : undefined);
    const first = fn.params[0];
    if (name === 'request' && fn.params.length === 1 && CLIENTS.test(fn.name)) return undefined;
    if ((api !== 'http.req' && api !== 'koa.ctx') || first === param || first === undefined) return api;
    const isBehindError = fn.params[1] === param && first.target.kind === 'bind' && /^_?(?:e|err|error|_)?$/.test(first.target.slot.name);
    return isBehindError || first.decorators.length > 0 || param.decorators.length > 0 ? api : undefined;
  }

  /** A destructured options parameter: each name is the caller's, unless its type says that it cannot harm. */
  private optionsParam(target: Param['target'], param: Param, store: Store): Value {
    const cell = this.allocate(param, 'object');
    if (target.kind !== 'bind-record') return UNKNOWN;
    for (const { key, target: inner } of target.entries) {
      if (typeof key !== 'string') continue;
      const type = param.type.kind === 'record' ? param.type.fields.get(key) : undefined;
      const value = this.tainted(inner, 'parameter', key);
      const guess = key === 'searchParams' ? 'remote.value' : this.models.parameters.get(key);
      this.put(cell, key, guess !== undefined ? this.fromApi(guess, inner) : type ? this.typed(type, value, store) : value, store, 'replace');
    }
    return { taints: [], fixed: false, objects: [cell], type: 'object' };
  }
}

/** A GraphQL resolver takes (parent, args, context): its arguments are the query's. */
function isResolverArgs(fn: Fn, param: Param): boolean {
  const [parent, args] = fn.params;
  if (args !== param || parent?.target.kind !== 'bind' || !/^_*(?:parent|root|obj|source)?_*$/.test(parent.target.slot.name)) return false;
  return (param.target.kind === 'bind' && param.target.slot.name === 'args') || (param.target.kind === 'bind-record' && fn.params.length >= 2 && /^_*(?:parent|root)/.test(parent.target.slot.name));
}
