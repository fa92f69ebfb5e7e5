/** Models that a team adds in its policy: the same tables as the built-in ones, and sinks that are judged by what the policy calls their danger. */
import type { Danger, PolicyModel } from '#core/policy';
import type { Context, Value } from '../flow/value.ts';
import { moduleName } from '../flow/expressions.ts';
import type { Flow } from '../flow/events.ts';
import { argumentsOf, calleeName, code, exactNode, grade, worstTaint } from '../reach.ts';
import type { Report } from '../rule.ts';
import { sourceWords } from '../words.ts';
import { BUILT_IN } from './index.ts';
import { combine, type CallModel, type Model, type Models } from './model.ts';

export interface OwnSink {
  /** The rule that reports it. */
  readonly rule: string;
  readonly context: Context;
  readonly arg: number;
}

export interface OwnModels {
  readonly models: Models;
  /** By API. */
  readonly sinks: ReadonlyMap<string, OwnSink>;
}

const RULES: Readonly<Record<Danger, string>> = {
  sql: 'no-sql-injection', nosql: 'no-nosql-injection', shell: 'no-command-injection', code: 'no-dynamic-code', html: 'no-cross-site-scripting', template: 'no-template-injection', path: 'no-path-traversal',
  url: 'no-request-forgery', redirect: 'no-open-redirect', log: 'no-log-injection', header: 'no-header-injection', regex: 'no-regex-injection', record: 'no-mass-assignment',
};

const made = new WeakMap<readonly PolicyModel[], OwnModels>();

/** The built-in models and a policy's on top; the same list gives the same tables again. */
export function withOwn(list: readonly PolicyModel[]): OwnModels {
  let own = made.get(list);
  if (own === undefined) made.set(list, (own = read(list)));
  return own;
}

function read(list: readonly PolicyModel[]): OwnModels {
  const sources: Record<string, 'remote'> = {};
  const records: string[] = [];
  const calls: Record<string, CallModel> = {};
  const sinks = new Map<string, OwnSink>();
  for (const one of list) {
    const path = (api: string): string => [moduleName(one.package), api].filter((part) => part !== '').join('.').replaceAll('.()', '()');
    for (const api of one.sources) {
      sources[path(api)] = 'remote';
      records.push(path(api));
    }
    for (const { api, arg, danger } of one.sinks) sinks.set(path(api), { rule: RULES[danger], context: danger, arg });
    for (const { api, arg, for: contexts } of one.sanitizers) calls[path(api)] = { kind: 'clean', contexts: contexts ?? 'every', arg };
    for (const api of one.propagators) calls[path(api)] = { kind: 'pass' };
  }
  const model: Model = { sources, records, calls };
  return { models: combine([...BUILT_IN, model]), sinks };
}

/** What reaches a team's own sinks. */
export function* ownReports(flow: Flow, text: string, sinks: ReadonlyMap<string, OwnSink>): Iterable<{ readonly rule: string; readonly report: Report }> {
  for (const event of flow.calls) {
    const sink = event.api !== undefined ? (sinks.get(event.api) ?? (event.node.isNew ? sinks.get(`${event.api}()`) : undefined)) : undefined;
    if (sink === undefined) continue;
    for (const { node, value } of argumentsOf(event, { arg: sink.arg })) {
      const taint = [value, ...members(value)].map((one) => worstTaint(one, sink.context, ['remote', 'parameter', 'local', 'stored'])).find((one) => one !== undefined);
      if (taint === undefined) continue;
      const exact = exactNode(node, value, taint);
      const what = `reaches \`${calleeName(text, event)}\`, which the policy names a sink of ${sink.context}`;
      yield { rule: sink.rule, report: { node: exact, ...grade(taint, 'high'), taint, message: `${sourceWords(taint, code(text, exact))} ${what}`, sink: what.replaceAll('`', '') } };
    }
  }
}

function members(value: Value): readonly Value[] {
  return [...(value.fields?.values() ?? [])];
}
