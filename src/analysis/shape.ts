/** Small questions about pieces of a program that several rules ask: what a call is named, whether a branch refuses, what the code says without comments. */
import jsTokens from 'js-tokens';
import type { Call, Expr, Node } from './flow/program.ts';
import { isStatement, type Survey, type Tree } from './survey.ts';

/** The text without its comments; a space stands where one was. */
export function bare(code: string): string {
  if (!code.includes('//') && !code.includes('/*')) return code;
  let out = '';
  for (const token of jsTokens(code)) out += token.type === 'SingleLineComment' || token.type === 'MultiLineComment' ? ' ' : token.value;
  return out;
}

/** The last name of what is called: `remove` for `this.teams.remove(id)`. */
export function calledName({ callee }: Call): string {
  return lastName(callee);
}

/** The last name of an expression; empty when it has none. */
export function lastName(expr: Expr | undefined): string {
  if (expr?.kind === 'name') return expr.slot.name;
  if (expr?.kind === 'member') return typeof expr.key === 'string' ? expr.key : expr.key.kind === 'constant' ? String(expr.key.value) : '';
  if (expr?.kind === 'await' || expr?.kind === 'cast') return lastName(expr.value);
  return '';
}

/** The name of what a method is called on: `teams` for `this.teams.remove(id)`. */
export function receiverName({ callee }: Call): string {
  if (callee.kind !== 'member') return '';
  return callee.object.kind === 'call' ? calledName(callee.object) : lastName(callee.object);
}

const REFUSES = /\b40[0-9]\b|\bthrow\b|unauthori[sz]ed|forbidden|\bredirect|notFound\(|\breturn\s*(?:false|null|undefined)?\s*(?:;|\}|$)|\bdeny|\breject|\bnext\(\s*(?:new|create|err)|\berror\(|\berror\s*:|process\.exit/i;

/** True when a branch sends the caller away. */
export function refuses(branch: string): boolean {
  return REFUSES.test(bare(branch));
}

/** The text a run of nodes spans; empty for none. */
export function spanText(text: string, nodes: readonly Node[]): string {
  return nodes.length === 0 ? '' : text.slice(nodes[0]!.start, nodes.at(-1)!.end);
}

/** A word that is written in the program. */
export function wordOf(expr: Expr | undefined): string | undefined {
  return expr?.kind === 'constant' && typeof expr.value === 'string' ? expr.value : undefined;
}

/** The condition an expression is part of, with what happens then and else; `undefined` when nothing hangs on it. */
export interface Decision {
  readonly test: Expr;
  readonly then: string;
  readonly otherwise: string;
}

export function decisionOf(expr: Expr, survey: Survey, text: string): Decision | undefined {
  let at: Tree = expr;
  for (const around of survey.around(expr)) {
    if (around.kind === 'if') return around.test === at ? { test: around.test, then: spanText(text, around.then), otherwise: around.otherwise.length > 0 ? spanText(text, around.otherwise) : afterText(around, survey, text) } : undefined;
    if (around.kind === 'conditional') return around.test === at ? { test: around.test, then: text.slice(around.then.start, around.then.end), otherwise: text.slice(around.otherwise.start, around.otherwise.end) } : undefined;
    if (isStatement(around) || around.kind === 'function') return undefined;
    at = around;
  }
  return undefined;
}

/** What follows a statement in its block. */
function afterText(stmt: Tree, survey: Survey, text: string): string {
  const parent = survey.parents.get(stmt);
  return text.slice(stmt.end, Math.min(parent?.end ?? text.length, stmt.end + 2000));
}
