/** Whole request bodies that become records. */
import type { AssignEvent, CallEvent } from '../flow/events.ts';
import type { Expr, ObjectExpr } from '../flow/program.ts';
import { CONTEXT, isHarmless, type Taint, type Value } from '../flow/value.ts';
import { calleeName, code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { oneLine } from '../words.ts';

/** Methods of stores that are called nothing else, and which argument holds the values. */
const CERTAIN: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...'insertOne insertMany bulkCreate insertGraph upsertGraph createMany insertAndFetch createAndReturn findOrCreate findOrBuild'.split(' ').map((name) => [name, [0]] as const),
  ...'findByIdAndUpdate findOneAndUpdate findOneAndReplace replaceOne updateOne updateMany patchAndFetchById updateAndFetchById findByIdAndReplace'.split(' ').map((name) => [name, [1]] as const),
]);
/** Methods that other things have too: the receiver must look like a store. */
const LIKELY: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...'create insert save upsert merge assign update preload'.split(' ').map((name) => [name, [0, 1, 2]] as const),
  ...'build set values patch add forge fill put overwrite setAttributes onConflictDoUpdate'.split(' ').map((name) => [name, [0]] as const),
]);
/** Members of an argument under which the values stand. */
const UNDER = ['data', '$set', '$setOnInsert', 'create', 'update', 'set', 'Item', 'defaults', 'values', 'attributes', 'doc'];
const STORE_NAME = /(?:repositor(?:y|ies)|repo|models?|collections?|table|dao|store|knex|prisma|entit(?:y|ies)|manager|^em|^db|^tx|^trx|database|supabase|firestore|doc(?:ument)?(?:Ref)?|record|row|query)$/i;
const NO_STORE = /^(?:Object|Reflect|Array|Map|Set|WeakMap|Promise|JSON|Math|Buffer|Axios|Fetch|URL|Date|Error|Response|Request|Headers|FormData|Intl|Symbol)$|hash|hmac|cipher|digest|cache|service|controller|client$|http|axios|session|cookies?$|headers?$|params?$|logger|queue|stripe|mailer|redis/i;
/** Classes that are made of a body, and are no records. */
const NO_RECORD = /^(?:URL|Map|Set|WeakMap|Error|Date|Promise|Array|Object|RegExp|Blob|Response|Request|FormData|Headers|Buffer|Uint8Array|TextEncoder|Proxy)|(?:Dto|DTO|Input|Request|Response|Command|Query|Error|Event|View|Form|Params|Schema|Validator|Client|Message|Job|Stream|Exception)$/;

export default defineRule({
  id: 'no-mass-assignment',
  summary: 'Do not store a request body as it came.',
  why: 'Whoever sends it adds members nobody asked for, such as `role: "admin"` or another user\'s id, and they are stored.',
  advice: 'Take the members you mean by name, or parse the body with a schema that drops the others.',
  cwe: [915],
  owasp: ['A08:2021 Software and Data Integrity Failures', 'A01:2025 Broken Access Control'],
  words: ['body', 'Body', 'json', 'formData', 'FormData', 'query', 'use server', 'input', 'args', 'parse(', 'data', 'socket', 'message', 'payload'],
  needs: ['create', 'Create', 'insert', 'Insert', 'update', 'Update', 'save', 'upsert', 'merge', 'assign', 'build', 'new ', '.set(', 'values', '.add(', '.put(', 'patch', 'forge', 'replaceOne', '] = ', 'push(', 'Reflect'],
  *check(input) {
    for (const event of input.flow.calls) yield* judge(event, input);
    for (const event of input.flow.assigns) yield* copied(event, input);
  },
});

function* judge(event: CallEvent, input: RuleInput): Iterable<Report> {
  if (event.api === 'Reflect.set' && event.args[1]) yield* reflected(event, input);
  yield* mergedOver(event.args, event.node.args, input, event.name);
  if (MERGES.test(event.api ?? '')) {
    yield* merged(event, input);
    return;
  }
  const { callee } = event.node;
  const isItem = event.node.isNew && event.args[0]?.fields?.has('Item') === true;
  const isModel = isItem || event.node.isNew && callee.kind === 'name' && /^[A-Z]/.test(callee.slot.name) && !NO_RECORD.test(callee.slot.name);
  const certain = CERTAIN.get(event.name);
  const likely = LIKELY.get(event.name);
  if (event.name === 'set' && event.args.length > 1 && event.args[1]?.fields === undefined) {
    yield* named(event, input);
    return;
  }
  const indexes = isModel ? [0] : (certain ?? likely);
  if (indexes === undefined || (callee.kind !== 'member' && !isModel)) return;
  for (const index of indexes) {
    const value = event.args[index];
    const node = event.node.args[index];
    if (value === undefined || node === undefined) continue;
    // A member of the argument that holds values says that this is a store.
    const parts = [value, ...UNDER.flatMap((key) => value.fields?.get(key) ?? [])];
    if (!isModel && certain === undefined && !isStore(event) && !(value.fields?.has('$set') || value.fields?.has('data'))) continue;
    // Sequelize's own list of what may be set.
    if (event.args.some((arg) => arg.fields?.has('fields') === true)) return;
    const taint = parts.map(recordTaint).find((one) => one !== undefined);
    if (taint !== undefined) {
      yield { node, severity: 'medium', confidence: 'likely', taint, message: `\`${oneLine(code(input.text, node))}\` is stored by \`${calleeName(input.text, event)}\` as it came, with every member the sender put in`, sink: 'stored here' };
      return;
    }
  }
}

function* reflected(event: CallEvent, input: RuleInput): Iterable<Report> {
  const node = event.node.args[1];
  const taint = recordTaint({ ...event.args[1]!, type: 'object' });
  if (taint && node && !event.args[0]?.objects) yield { node, severity: 'medium', confidence: 'likely', taint, message: `Every member that came is set on \`${oneLine(code(input.text, event.node.args[0]!))}\` under its own name, whatever the sender put in`, sink: 'written here' };
}

/** `store.set(id, { ...record, ...req.body })`: a body laid over a record that is kept. */
function* mergedOver(values: readonly Value[], nodes: readonly Expr[], input: RuleInput, name: string): Iterable<Report> {
  if (!/^(?:set|push|put|splice|replace|write\w*|persist)$/.test(name)) return;
  for (const [index, value] of values.entries()) {
    const node = nodes[index];
    const written = node?.kind === 'name' ? input.flow.definitions.get(node.slot) : node;
    const taint = written?.kind === 'object' && layered(written) ? recordTaint(value) : undefined;
    if (taint && node) yield { node, severity: 'medium', confidence: 'likely', taint, message: `\`${oneLine(code(input.text, node))}\` lays every member the sender put in over a record that is kept`, sink: 'kept here' };
  }
}

/** An object made of another one and, behind it, of a second. */
function layered(object: ObjectExpr): boolean {
  const spreads = object.entries.filter((entry) => !('key' in entry));
  const first = spreads[0];
  return spreads.length >= 2 && first !== undefined && 'kind' in first && (first.value.kind === 'name' || first.value.kind === 'member' || first.value.kind === 'call');
}

const MERGES = /^(?:Object\.assign|lodash\.(?:assign|assignIn|extend|merge|defaults)|jQuery\.extend|class-transformer\.plainToClassFromExist)$/;

/** `Object.assign(record, req.body)`, where the record is more than a fresh object. */
function* merged(event: CallEvent, input: RuleInput): Iterable<Report> {
  const [target] = event.args;
  const first = event.node.args[0];
  if (first === undefined || (first.kind !== 'name' && first.kind !== 'member' && first.kind !== 'this') || (target?.fields !== undefined && first.kind !== 'this')) return;
  for (const [index, value] of event.args.entries()) {
    const node = event.node.args[index];
    const taint = index > 0 ? recordTaint(value) : undefined;
    if (taint && node) yield { node, severity: 'medium', confidence: 'likely', taint, message: `Every member of \`${oneLine(code(input.text, node))}\` is written to \`${oneLine(code(input.text, first))}\`, whatever the sender put in`, sink: 'written here' };
  }
}

/** `record.set(key, value)` for every key that came. */
function* named(event: CallEvent, input: RuleInput): Iterable<Report> {
  const [key] = event.args;
  const node = event.node.args[0];
  const taint = key && recordTaint({ ...key, type: 'object' });
  const { callee } = event.node;
  if (!taint || !node || callee.kind !== 'member' || callee.object.kind !== 'name' || event.receiver?.objects || event.receiver?.api?.startsWith('URLSearchParams')) return;
  if (!new RegExp(`\\b${callee.object.slot.name.replace(/\$/g, '\\$')}\\.(?:save|update)\\(`).test(input.text)) return;
  yield { node, severity: 'medium', confidence: 'likely', taint, message: `Every member that came is set on \`${oneLine(code(input.text, callee.object))}\` under its own name, whatever the sender put in`, sink: 'written here' };
}

/** `for (const key of Object.keys(body)) record[key] = body[key]`. */
function* copied({ node, keyValue, object, value, valueNode }: AssignEvent, input: RuleInput): Iterable<Report> {
  if (typeof node.key !== 'string') yield* mergedOver([value], [valueNode], input, 'set');
  const taint = keyValue && recordTaint({ ...keyValue, type: 'object' });
  const owner = node.object;
  if (!taint || typeof node.key === 'string' || object.objects || object.taints.length > 0 || (owner.kind !== 'name' && owner.kind !== 'member')) return;
  const name = code(input.text, owner).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (!new RegExp(`\\b${name}\\.(?:save|update|\\$save|markModified)\\(|\\.(?:save|persist|update|put|set)\\w*\\([^)]*\\b${name}\\b`).test(input.text)) return;
  yield { node: node.key, severity: 'medium', confidence: 'likely', taint, message: `Every member that came is written to \`${oneLine(code(input.text, owner))}\` under its own name, whatever the sender put in`, sink: 'written here' };
}

/** A receiver that is, or is named like, a model, a table, a collection or a record. */
function isStore(event: CallEvent): boolean {
  if (/^(?:mongoose|mongodb|sequelize|prisma|typeorm|knex|drizzle|kysely|objection|bookshelf|@mikro-orm|@supabase|firebase|@google-cloud\/firestore)\b/.test(event.api ?? '')) return true;
  const { callee } = event.node;
  if (callee.kind !== 'member') return false;
  const { object } = callee;
  const root = rootOf(object);
  if (NO_STORE.test(root) || NO_STORE.test(nameOf(object))) return false;
  if (object.kind === 'call') return /^(?:insert|update|set|values|upsert|patch|merge|add|fill|onConflictDoUpdate)$/.test(event.name);
  if (event.name === 'update' && object.kind === 'name') return true;
  const name = nameOf(object);
  if (STORE_NAME.test(name) || /^[A-Z][a-z]\w*$/.test(name)) return true;
  // `prisma.user.create`, `tx.orders.update`, `this.users.save`.
  return object.kind === 'member' && (STORE_NAME.test(nameOf(object.object)) || (object.object.kind === 'this' && /^(?:save|insert|upsert|preload|merge)$/.test(event.name)));
}

function nameOf(expr: Expr): string {
  if (expr.kind === 'name') return expr.slot.name;
  return expr.kind === 'member' && typeof expr.key === 'string' ? expr.key : '';
}

function rootOf(expr: Expr): string {
  let at = expr;
  while (at.kind === 'member' || at.kind === 'call') at = at.kind === 'member' ? at.object : at.callee;
  return nameOf(at);
}

/** The stranger who chose the members of an object, and nothing chose from them since. */
function recordTaint(value: Value): Taint | undefined {
  if (isHarmless(value) || value.type === 'string') return undefined;
  return value.taints.find((taint) => taint.source.kind === 'remote' && (taint.clean & CONTEXT.record) === 0);
}
