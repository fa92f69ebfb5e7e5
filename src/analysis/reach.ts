/** What rules that follow values share: arguments of known calls that a source reaches, and how bad that is. */
import type { Confidence, Severity } from '#core/finding';
import type { CallEvent, Flow } from './flow/events.ts';
import type { Expr } from './flow/program.ts';
import { dangers, isHarmless, type Context, type Part, type SourceKind, type Taint, type Value } from './flow/value.ts';

export interface Sink {
  /** Index of the argument, or all of them. */
  readonly arg: number | 'any';
  /** The member of an options object that counts, beside the argument itself. */
  readonly fields?: readonly string[];
}

export type SinkTable = ReadonlyMap<string, Sink>;

/** A table from lists of API paths. */
export function sinks(...rows: readonly (readonly [paths: string, sink: Sink])[]): SinkTable {
  return new Map(rows.flatMap(([paths, sink]) => paths.trim().split(/\s+/).map((path) => [path, sink] as const)));
}

export interface Reached {
  readonly event: CallEvent;
  readonly node: Expr;
  readonly value: Value;
}

/** Arguments that a table of sinks names. */
export function* reached(flow: Flow, table: SinkTable): Iterable<Reached> {
  for (const event of flow.calls) {
    const sink = event.api !== undefined ? table.get(event.api) : undefined;
    if (sink !== undefined) yield* argumentsOf(event, sink);
  }
}

export function* argumentsOf(event: CallEvent, sink: Sink): Iterable<Reached> {
  const indexes = sink.arg === 'any' ? event.args.map((_, index) => index) : [sink.arg];
  for (const index of indexes) {
    const value = event.args[index];
    const node = event.node.args[index];
    if (value === undefined || node === undefined) continue;
    const members = sink.fields?.flatMap((field) => value.fields?.get(field) ?? []) ?? [];
    const isInside = (one: Expr | undefined): one is Expr => one !== undefined && event.node.start <= one.start && one.end <= event.node.end;
    if (members.length > 0) for (const member of members) yield { event, node: isInside(member.node) ? member.node : node, value: member };
    else yield { event, node, value };
  }
}

/** The worst taint of a value that is still dangerous in a context, of the kinds that count. */
export function worstTaint(value: Value, context: Context, kinds: readonly SourceKind[]): Taint | undefined {
  if (isHarmless(value)) return undefined;
  const taints = dangers(value, context);
  for (const kind of ['remote', 'parameter', 'local', 'stored'] as const) {
    const taint = kinds.includes(kind) ? taints.find((one) => one.source.kind === kind) : undefined;
    if (taint !== undefined) return taint;
  }
  return undefined;
}

/** Severity and confidence by evidence: what a stranger sends is proven, what a caller passes is likely. */
export function grade(taint: Taint | undefined, worst: Severity): { readonly severity: Severity; readonly confidence: Confidence } {
  if (taint === undefined) return { severity: 'medium', confidence: 'pattern' };
  if (taint.source.kind === 'remote') return { severity: worst, confidence: 'proven' };
  return { severity: worst === 'critical' ? 'high' : worst === 'high' ? 'medium' : worst, confidence: 'likely' };
}

export type Hole = Part & { readonly kind: 'hole' };

export function holesOf(value: Value): readonly Hole[] {
  return (value.parts ?? []).filter((part): part is Hole => part.kind === 'hole');
}

/** The text before the first filled-in value that is dangerous; everything, when none is. */
export function textBefore(value: Value, context: Context): string {
  let text = '';
  for (const part of value.parts ?? []) {
    if (part.kind === 'hole') {
      if (!isHarmless(part.value) && dangers(part.value, context).length > 0) break;
      text += '\u0001';
    } else text += part.text;
  }
  return text;
}

/** True when some of the text is written in the program: a caller's whole text is the caller's business. */
export function isComposed(value: Value): boolean {
  return value.parts !== undefined && value.parts.some((part) => part.kind === 'text' && part.text.trim() !== '') && value.parts.some((part) => part.kind === 'hole');
}

/** The first filled-in value that carries the taint, when it is written inside the expression; else the expression. */
export function exactNode(node: Expr, value: Value, taint: Taint | undefined): Expr {
  if (node.kind !== 'template' && node.kind !== 'binary') return node;
  const hole = holesOf(value).find((part) => part.value.taints.some((one) => one.source === taint?.source || (one.source.start === taint?.source.start && one.source.label === taint.source.label)));
  return hole && node.start <= hole.node.start && hole.node.end <= node.end ? hole.node : node;
}

export function code(text: string, node: { readonly start: number; readonly end: number }): string {
  return text.slice(node.start, node.end);
}

/** How a call is named in messages: its callee on one line. */
export function calleeName(text: string, event: CallEvent): string {
  const callee = code(text, event.node.callee).replace(/\s+/g, ' ');
  return callee.length > 40 ? `…${callee.slice(-38)}` : callee;
}
