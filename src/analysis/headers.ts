/** Headers that a program answers with, however it writes them: one by one, as an object, in a response that is made, in an answer that is returned. */
import type { CallEvent, Flow } from './flow/events.ts';
import type { Expr, Fn } from './flow/program.ts';
import type { Value } from './flow/value.ts';

export interface HeaderWrite {
  /** In lower case. */
  readonly name: string;
  readonly value: Value;
  readonly node: Expr;
  /** Headers written in the same object. Absent: it was written alone. */
  readonly beside?: ReadonlyMap<string, Value>;
  readonly fn?: Fn;
}

/** Calls that take a name and a value. */
const SETTERS = new Set(['setHeader', 'set', 'header', 'append', 'appendHeader', 'setResponseHeader', 'appendResponseHeader', 'writeHeader']);
/** Calls that take an object of headers as their last argument. */
const OF_OBJECTS = new Set(['set', 'header', 'headers', 'writeHead', 'setHeaders', 'setResponseHeaders', 'Headers']);
/** Hono's answers: content, status, headers. */
const ANSWERS = new Set(['json', 'text', 'html', 'body', 'newResponse']);

export function* headersOf(flow: Flow): Iterable<HeaderWrite> {
  for (const event of flow.calls) yield* called(event);
  for (const { key, value, valueNode, fn } of flow.assigns) if (key !== undefined && key.includes('-')) yield { name: key.toLowerCase(), value, node: valueNode, ...(fn && { fn }) };
  for (const { fields } of flow.answers) {
    for (const key of ['headers', 'multiValueHeaders']) yield* ofObject(fields.get(key), undefined);
  }
}

/** The headers of some names alone. */
export function* headersNamed(flow: Flow, ...names: readonly string[]): Iterable<HeaderWrite> {
  for (const header of headersOf(flow)) if (names.includes(header.name)) yield header;
}

function* called(event: CallEvent): Iterable<HeaderWrite> {
  const { args, node, fn, name } = event;
  if (SETTERS.has(name)) {
    // Nuxt and its like take the event first.
    const at = args.length === 3 && args[0]?.literals === undefined ? 1 : 0;
    const header = text(args[at]);
    const value = args[at + 1];
    const valueNode = node.args[at + 1];
    if (header !== undefined && value !== undefined && valueNode !== undefined) yield { name: header, value, node: valueNode, ...(fn && { fn }) };
  }
  if (OF_OBJECTS.has(name) && args.at(-1)?.fields !== undefined) yield* ofObject(args.at(-1), fn, node.args.at(-1));
  else if (ANSWERS.has(name) && args[2]?.fields !== undefined) yield* ofObject(args[2], fn, node.args[2]);
  for (const [index, arg] of args.entries()) {
    const headers = arg.fields?.get('headers');
    if (headers?.fields !== undefined) yield* ofObject(headers, fn, node.args[index]);
  }
}

function* ofObject(value: Value | undefined, fn: Fn | undefined, around?: Expr): Iterable<HeaderWrite> {
  if (value?.fields === undefined) return;
  const beside = new Map([...value.fields].map(([name, held]) => [name.toLowerCase(), held]));
  for (const [name, held] of beside) {
    const node = held.node ?? around ?? value.node;
    if (node !== undefined) yield { name, value: held, node, beside, ...(fn && { fn }) };
  }
}

function text(value: Value | undefined): string | undefined {
  return value?.literals?.length === 1 ? String(value.literals[0]).toLowerCase() : undefined;
}
