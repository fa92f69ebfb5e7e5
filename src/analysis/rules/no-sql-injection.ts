/** Values put into SQL text: whoever chooses them can rewrite the query. */
import type { Confidence, Severity } from '#core/finding';
import { parameterise } from '../fixes/parameterise.ts';
import { HOLE, readSql, type HolePlace } from '../fixes/sql-text.ts';
import type { CallEvent } from '../flow/events.ts';
import type { Expr, Node } from '../flow/program.ts';
import { dangers, isHarmless, partsOf, type Part, type Taint, type Value } from '../flow/value.ts';
import { LOOKS_LIKE_SQL, SHOUTS_SQL, SQL_CALLS, SQL_FRAGMENTS, SQL_NAMES, type SqlSink } from '../models/sql.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { sourceWords } from '../words.ts';

export default defineRule({
  id: 'no-sql-injection',
  summary: 'Do not put values into the text of an SQL query.',
  why: 'Whoever chooses the value can end the literal it stands in and add SQL of their own: read other rows, change them, or drop the table.',
  advice: 'Keep the text constant and pass the values apart, as parameters; choose names of tables and columns from a fixed list.',
  cwe: [89],
  owasp: ['A03:2021 Injection', 'A05:2025 Injection'],
  words: ['query', 'execute', 'Raw', 'raw', 'prepare', 'SELECT', 'select ', 'INSERT', 'insert ', 'UPDATE', 'update ', 'DELETE', 'delete ', 'unsafe', 'Unsafe', 'literal', 'andWhere', 'orWhere', 'where('],
  *check(input) {
    for (const event of input.flow.calls) {
      const sink = sinkOf(event);
      if (sink === undefined) continue;
      const arg = event.args[sink.arg];
      const node = event.node.args[sink.arg];
      if (arg === undefined || node === undefined) continue;
      const report = judge(event, sink, textOf(arg), textNode(arg, node), input);
      if (report !== undefined) yield report;
    }
  },
});

interface Hole {
  readonly value: Value;
  readonly node: Expr;
  readonly place: HolePlace;
}

function sinkOf(event: CallEvent): SqlSink | undefined {
  const byApi = event.api !== undefined ? SQL_CALLS.get(event.api) : undefined;
  if (byApi !== undefined) return byApi;
  const byName = SQL_NAMES.get(event.name);
  const first = event.args[0];
  if (first === undefined) return undefined;
  if (byName !== undefined) return byName.certain || looksLikeSql(textOf(first)) || isDatabase(event) ? byName : undefined;
  if (SQL_FRAGMENTS.has(event.name) && hasText(first)) return { arg: 0, driver: 'none', certain: false };
  return undefined;
}

/** `pool.query(text)`: the text is someone's variable, but the receiver is named like a database. */
function isDatabase(event: CallEvent): boolean {
  const { callee } = event.node;
  if (callee.kind !== 'member' || !['query', 'execute', 'queryAsync', 'executeSql', 'rawQuery'].includes(event.name)) return false;
  const object = callee.object;
  const name = object.kind === 'name' ? object.slot.name : object.kind === 'member' && typeof object.key === 'string' ? object.key : '';
  return /^(?:db|database|pool|conn|connection|pg|pgclient|pgpool|mysql|sql|sqlite|dbclient|dbconnection|datasource|entitymanager)$/i.test(name);
}

function sqlField(arg: Value): Value | undefined {
  return ['text', 'sql', 'sqlText', 'query', 'statement'].map((name) => arg.fields?.get(name)).find((field) => field !== undefined);
}

/** The SQL itself: the argument, or the `text` or `sql` of an options object. */
function textOf(arg: Value): Value {
  return sqlField(arg) ?? arg;
}

function textNode(arg: Value, node: Expr): Expr {
  return sqlField(arg)?.node ?? node;
}

function hasText(value: Value): boolean {
  return value.parts?.some((part) => part.kind === 'text' && /[=<>]|\b(?:like|in)\b/i.test(part.text)) ?? false;
}

function sample(parts: readonly Part[], hole: string): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : hole)).join('');
}

function looksLikeSql(value: Value): boolean {
  if (value.parts === undefined) return false;
  const text = sample(value.parts, 'x');
  return LOOKS_LIKE_SQL.test(text) || SHOUTS_SQL.test(text);
}

function judge(event: CallEvent, sink: SqlSink, value: Value, node: Expr, input: RuleInput): Report | undefined {
  if (isHarmless(value)) return undefined;
  const parts = partsOf(value, node);
  const { holes: places } = readSql(sample(parts, HOLE));
  const holes = parts.filter((part) => part.kind === 'hole').map((part, index): Hole => ({ value: part.value, node: part.node, place: places[index]! }));
  const wholeText = holes.length === 1 && parts.length === 1;
  const bad = holes.filter((hole) => isDangerous(hole, wholeText, sink));
  const worst = bad.toSorted((a, b) => RANK.indexOf(gradeOf(a)) - RANK.indexOf(gradeOf(b)))[0];
  if (worst === undefined) return undefined;
  const grade = gradeOf(worst);
  const taint = dangers(worst.value, 'sql')[0];
  const inline = bad.length > 0 && node.start <= worst.node.start && worst.node.end <= node.end && holds(node, worst.node);
  const target: Node = inline ? worst.node : node;
  const callee = input.text.slice(event.node.callee.start, event.node.callee.end).replace(/\s+/g, ' ');
  const others = bad.length > 1 ? `, with ${bad.length - 1} more` : '';
  return {
    node: target, ...GRADES[grade],
    message: `${sourceWords(taint, input.text.slice(worst.node.start, worst.node.end))} becomes part of the SQL text that \`${short(callee)}\` runs${others}`,
    sink: `becomes part of the SQL that ${short(callee)} runs`,
    ...(taint && { taint }),
    fixes: wholeText ? [] : parameterise({ event, sink, node, bad: bad.map((hole) => hole.node) }, input),
  };
}

type Grade = 'remote' | 'caller' | 'pattern';
const RANK: readonly Grade[] = ['remote', 'caller', 'pattern'];
const GRADES: Readonly<Record<Grade, { readonly severity: Severity; readonly confidence: Confidence }>> = {
  remote: { severity: 'critical', confidence: 'proven' },
  caller: { severity: 'high', confidence: 'likely' },
  pattern: { severity: 'medium', confidence: 'pattern' },
};

function gradeOf({ value }: Hole): Grade {
  const taints = dangers(value, 'sql');
  if (taints.some((taint: Taint) => taint.source.kind === 'remote')) return 'remote';
  return taints.length > 0 ? 'caller' : 'pattern';
}

function isDangerous(hole: Hole, wholeText: boolean, sink: SqlSink): boolean {
  if (isHarmless(hole.value)) return false;
  const taints = dangers(hole.value, 'sql');
  // A helper that runs the text its caller wrote is not the place where the text was put together.
  if (wholeText) return taints.some((taint) => taint.source.kind === 'remote') && (sink.certain || !isObjectLike(hole.value));
  if (taints.length > 0) return true;
  if (hole.value.taints.length > 0 || hole.value.closures || isConstantName(hole.node)) return false;
  if (hole.place.kind === 'quoted') return hole.place.quote === "'";
  return hole.place.kind === 'value' && (hole.node.kind === 'name' || hole.node.kind === 'member') && !/placeholder|param|marks|values|bind/i.test(lastName(hole.node));
}

function isObjectLike(value: Value): boolean {
  return value.type === 'object' || value.objects !== undefined;
}

function isConstantName(node: Expr): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(lastName(node));
}

function lastName(node: Expr): string {
  if (node.kind === 'name') return node.slot.name;
  if (node.kind === 'member' && typeof node.key === 'string') return node.key;
  return '';
}

/** True when the hole is written inside the query's own expression, not in a text made elsewhere. */
function holds(node: Expr, hole: Expr): boolean {
  return node.kind !== 'name' && node !== hole;
}

function short(callee: string): string {
  return callee.length > 40 ? `…${callee.slice(-38)}` : callee;
}
