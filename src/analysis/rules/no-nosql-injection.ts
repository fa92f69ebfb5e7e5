/** Request data that becomes an operator of a document database's query. */
import { REMOTE_WORDS } from '../models/requests.ts';
import type { CallEvent } from '../flow/events.ts';
import type { Expr } from '../flow/program.ts';
import { CONTEXT, dangers, type Taint, type Value } from '../flow/value.ts';
import { calleeName, code, exactNode, grade, isComposed } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';
import { sourceWords } from '../words.ts';

const FILTERS = new Set(`find findOne findOneAndUpdate findOneAndDelete findOneAndRemove findOneAndReplace findAndModify updateOne updateMany deleteOne deleteMany countDocuments count distinct exists
  replaceOne remove update aggregate where`.split(/\s+/));

export default defineRule({
  id: 'no-nosql-injection',
  summary: 'Do not let request data become operators of a query.',
  why: 'A body parser makes objects of request data: `{"$ne": null}` instead of a password matches everyone, and `$where` runs script in the database.',
  advice: 'Make sure that the value is text before it enters the query: `String(value)`, a schema, or `{ $eq: value }`.',
  cwe: [943],
  owasp: ['A03:2021 Injection', 'A05:2025 Injection'],
  words: ['find', 'update', 'delete', 'count', 'aggregate', 'remove', 'replaceOne', 'exists', 'distinct', '$where', 'MATCH', 'neo4j', 'gremlin', 'arangojs', 'nflux', 'surreal', 'eval('],
  needs: REMOTE_WORDS,
  *check(input) {
    // A middleware that takes operators out of every request of this program.
    if (input.flow.calls.some(({ api }) => api === 'express-mongo-sanitize')) return;
    for (const event of input.flow.calls) {
      yield* queried(event, input);
      yield* changed(event, input);
      if (!FILTERS.has(event.name) || event.node.callee.kind !== 'member') continue;
      const filter = event.args[event.name === 'distinct' ? 1 : 0];
      const node = event.node.args[event.name === 'distinct' ? 1 : 0];
      if (filter === undefined || node === undefined) continue;
      // `where(name)` takes text that is script or a member's name.
      if (event.name === 'where' && event.args.length === 1 && filter.fields === undefined && /find|query|Query/.test(code(input.text, event.node.callee))) {
        const taint = dangers(filter, 'code').find((one) => one.source.kind === 'remote');
        if (taint) yield report(event, taint, node, 'is the condition', input, []);
        continue;
      }
      yield* judge(event, filter, node, input);
    }
  },
});

/** Drivers whose queries are texts of a language of their own. */
const QUERIES = /^(?:neo4j-driver\.driver\(\)\.(?:session\(\)\.)?(?:run|executeQuery|beginTransaction\(\)\.run)|neo4j-driver\.(?:neo4j\.)?driver\(\)\.rxSession\(\)\.run|gremlin\.driver\.Client\(\)\.submit|arangojs\.Database\(\)\.query|@influxdata\/influxdb-client\.InfluxDB\(\)\.getQueryApi\(\)\.\w+|influx\.InfluxDB\(\)\.query|surrealdb(?:\.js|\.node)?\.Surreal\(\)\.query|redis\.createClient\(\)\.eval|ioredis\(\)\.eval|ioredis\.Redis\(\)\.eval)$/;
/** The same by their looks: Cypher, AQL, Flux. */
const CYPHER = /^\s*(?:OPTIONAL )?(?:MATCH|MERGE|UNWIND|CALL)\s*[({]|^\s*(?:CREATE|MERGE)\s*\(\w*:|^\s*FOR \w+ IN \w+|^\s*from\(bucket:/;

/** A value put into the text of a query. */
function* queried(event: CallEvent, input: RuleInput): Iterable<Report> {
  const [value, node] = [event.args[0], event.node.args[0]];
  if (value === undefined || node === undefined || !isComposed(value)) return;
  const text = value.parts!.map((part) => (part.kind === 'text' ? part.text : 'x')).join('');
  if (!QUERIES.test(event.api ?? '') && !(/^(?:run|query|executeQuery|execute|queryRows|collectRows|submit|writeTransaction|readTransaction)$/.test(event.name) && CYPHER.test(text))) return;
  const taint = dangers(value, 'sql').find((one) => one.source.kind === 'remote' || one.source.kind === 'parameter');
  if (taint === undefined) return;
  const exact = exactNode(node, value, taint);
  const what = `becomes part of the query that \`${calleeName(input.text, event)}\` runs`;
  yield { node: exact, ...grade(taint, 'high'), taint, message: `${sourceWords(taint, code(input.text, exact))} ${what}`, sink: what.replaceAll('`', ''), advice: 'Keep the text constant and pass the value as a parameter of the query.' };
}

/** The driver's own collections take operators in a change as they come. */
function* changed(event: CallEvent, input: RuleInput): Iterable<Report> {
  if (!/^(?:updateOne|updateMany|findOneAndUpdate|bulkWrite)$/.test(event.name)) return;
  if (!/^mongodb\.Collection\b/.test(event.api ?? '') && !/collection/i.test(receiverName(event))) return;
  const index = event.name === 'bulkWrite' ? 0 : 1;
  const [value, node] = [event.args[index], event.node.args[index]];
  const taint = value && node && objectTaint(value);
  if (taint && value.fields === undefined) yield report(event, taint, node!, 'is the whole change', input, []);
}

/** Operators under which a whole condition stands. */
const WHOLE = new Set(['$ne', '$not', '$or', '$and', '$nor', '$match', '$elemMatch', '$expr', '$lookup', '$pipeline', '$facet']);

function* judge(event: CallEvent, filter: Value, node: Expr, input: RuleInput): Iterable<Report> {
  const isKnown = /^(?:mongodb|mongoose|monk|mongojs)\b/.test(event.api ?? '') || /collection/i.test(receiverName(event));
  // Sequelize, TypeORM and Prisma put their filter under `where` and bind its values.
  if (filter.fields?.has('where') && !isKnown) return;
  if (filter.fields === undefined) {
    const taint = objectTaint(filter);
    if (taint && (isKnown || /One|Many/.test(event.name) || /^[A-Z]/.test(receiverName(event)))) yield report(event, taint, node, 'is the whole filter', input, []);
    return;
  }
  const spread = objectTaint(filter);
  if (spread) yield report(event, spread, node, 'is part of the filter', input, []);
  yield* members(event, filter, node, input, 0);
}

function* members(event: CallEvent, value: Value, arg: Expr, input: RuleInput, depth: number): Iterable<Report> {
  if (depth > 3) return;
  for (const [key, member] of value.fields ?? []) {
    // A member set before the call is reported at the call.
    const isHere = member.node !== undefined && event.node.start <= member.node.start && member.node.end <= event.node.end;
    const node = isHere ? member.node! : arg;
    if (key === '$where' || key === '$function' || key === '$accumulator') {
      const taint = dangers(member, 'code')[0];
      if (taint) yield report(event, taint, node, `runs as script in \`${key}\``, input, []);
    } else if (key === '$eq' || key === '$search' || key === '$text') continue;
    else if (member.fields !== undefined) yield* members(event, member, arg, input, depth + 1);
    else {
      const taint = objectTaint(member);
      // Under an operator such as `$regex` or `$gt` a text is what is meant, and an object is refused.
      if (taint && !(key.startsWith('$') && !WHOLE.has(key))) yield report(event, taint, node, `is matched in the filter of \`${calleeName(input.text, event)}\``, input, isHere ? asText(node, input) : []);
    }
  }
}

/** Only what a body or query parser makes can be an object; path parameters and headers are text. */
function objectTaint(value: Value): Taint | undefined {
  if (value.type === 'string' || value.type === 'number' || value.type === 'boolean') return undefined;
  return dangers(value, 'nosql').find((taint) => taint.source.kind === 'remote' && (taint.clean & CONTEXT.record) === 0);
}

function receiverName(event: CallEvent): string {
  const { callee } = event.node;
  if (callee.kind !== 'member') return '';
  const { object } = callee;
  if (object.kind === 'call') return object.callee.kind === 'name' ? object.callee.slot.name : object.callee.kind === 'member' && typeof object.callee.key === 'string' ? object.callee.key : '';
  return callee.object.kind === 'name' ? callee.object.slot.name : callee.object.kind === 'member' && typeof callee.object.key === 'string' ? callee.object.key : '';
}

function report(event: CallEvent, taint: Taint, node: Expr, what: string, input: RuleInput, fixes: readonly Repair[]): Report {
  const noun = what.startsWith('is matched') ? `${what}, and may be an object of operators` : `${what} of \`${calleeName(input.text, event)}\``;
  return { node, severity: 'high', confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, node))} ${noun}`, sink: noun.replaceAll('`', ''), fixes };
}

function asText(node: Expr, input: RuleInput): readonly Repair[] {
  const text = code(input.text, node);
  // A shorthand member has no place for a call.
  const before = input.text.slice(0, node.start).trimEnd().at(-1);
  const isShorthand = node.kind === 'name' && before !== ':';
  return [{ title: 'Take it as text: String(…)', kind: 'safe', change: [{ range: { start: node.start, end: node.end }, text: isShorthand ? `${text}: String(${text})` : `String(${text})` }] }];
}
