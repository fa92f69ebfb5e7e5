/** Whole request bodies that become records. */
import type { CallEvent } from '../flow/events.ts';
import type { Value } from '../flow/value.ts';
import { calleeName, code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { oneLine } from '../words.ts';

/** Which argument holds the values, by method. */
const WRITES: ReadonlyMap<string, number> = new Map([['create', 0], ['insertOne', 0], ['insertMany', 0], ['insert', 0], ['build', 0], ['bulkCreate', 0], ['save', 0], ['findByIdAndUpdate', 1], ['findOneAndUpdate', 1], ['updateOne', 1], ['updateMany', 1], ['update', 0], ['upsert', 0], ['set', 0], ['merge', 1], ['values', 0], ['assign', 0]]);

export default defineRule({
  id: 'no-mass-assignment',
  summary: 'Do not store a request body as it came.',
  why: 'Whoever sends it adds members nobody asked for, such as `role: "admin"` or another user\'s id, and they are stored.',
  advice: 'Take the members you mean by name, or parse the body with a schema that drops the others.',
  cwe: [915],
  owasp: ['A08:2021 Software and Data Integrity Failures', 'A01:2025 Broken Access Control'],
  words: ['body', 'Body', 'json()', 'formData', 'FormData'],
  *check(input) {
    for (const event of input.flow.calls) yield* judge(event, input);
  },
});

function* judge(event: CallEvent, input: RuleInput): Iterable<Report> {
  if (event.api === 'Object.assign' && event.node.args[0]?.kind === 'name') yield* assigned(event, input);
  const { callee } = event.node;
  const isModel = event.node.isNew && callee.kind === 'name' && /^[A-Z]/.test(callee.slot.name) && !/^(?:URL|Map|Set|Error|Date|Promise|Array|Object|RegExp|Blob|Response|Request|FormData|Headers|Buffer)/.test(callee.slot.name);
  const index = isModel ? 0 : WRITES.get(event.name);
  if (index === undefined) return;
  const value = event.args[index];
  const holdsRecord = value?.fields?.has('$set') === true || value?.fields?.has('data') === true;
  if (!isModel && !holdsRecord && !isStore(event)) return;
  const node = event.node.args[index];
  if (value === undefined || node === undefined) return;
  // Sequelize's own list of what may be set.
  if (event.args.some((arg) => arg.fields?.has('fields') === true)) return;
  const parts = [value, ...['data', '$set'].flatMap((key) => value.fields?.get(key) ?? [])];
  const whole = parts.map((part) => wholeBody(part) ?? spreadBody(part)).find((taint) => taint !== undefined);
  if (whole !== undefined) yield { node, severity: 'medium', confidence: 'likely', taint: whole, message: `\`${oneLine(code(input.text, node))}\` is stored by \`${calleeName(input.text, event)}\` as it came, with every member the sender put in`, sink: 'stored here' };
}

/** `Object.assign(record, req.body)`, where the record is more than a fresh object. */
function* assigned(event: CallEvent, input: RuleInput): Iterable<Report> {
  const [target, value] = event.args;
  const node = event.node.args[1];
  const taint = value && wholeBody(value);
  if (taint && node && target?.fields === undefined) yield { node, severity: 'medium', confidence: 'likely', taint, message: `Every member of \`${oneLine(code(input.text, node))}\` is written to \`${oneLine(code(input.text, event.node.args[0]!))}\`, whatever the sender put in`, sink: 'written here' };
}

/** A receiver named like a model, a table or a collection. */
function isStore(event: CallEvent): boolean {
  if (/^(?:mongoose|mongodb|sequelize|prisma|typeorm|knex)\b/.test(event.api ?? '')) return true;
  const { callee } = event.node;
  if (callee.kind !== 'member') return false;
  const { object } = callee;
  if (object.kind === 'call' && /^(?:insert|update|set|values)$/.test(event.name)) return true;
  if (event.name === 'update' && object.kind === 'name' && !/hash|hmac|sign|cipher|digest|state|store|cache/i.test(object.slot.name) && !/^crypto/.test(event.api ?? '')) return true;
  const name = object.kind === 'name' ? object.slot.name : object.kind === 'member' && typeof object.key === 'string' ? object.key : '';
  const isPrisma = object.kind === 'member' && object.object.kind === 'name' && /^prisma$/i.test(object.object.slot.name);
  return isPrisma || (/^[A-Z][a-z]\w*$/.test(name) && !/^(?:Object|Reflect|Array|Map|Set|Promise|JSON|Math|Buffer|Axios|Fetch)$/.test(name)) || /(?:repository|repo|model|collection)$/i.test(name);
}

/** What a parser made of a whole body, and nothing chose from. */
function wholeBody(value: Value): Value['taints'][number] | undefined {
  const isParsed = value.api === 'JSON.parse()' || value.api === 'Object.fromEntries()';
  if (value.api !== 'http.req.body' && value.api !== 'http.req.json()' && !isParsed) return undefined;
  return value.taints.find((taint) => taint.source.kind === 'remote' && (!isParsed || WHOLE.test(taint.source.label)));
}

const WHOLE = /(?:\bbody|\bBody|json\(\)|formData(?:\(\))?)$/;

/** `{ ...req.body }`: the same members in another object. */
function spreadBody(value: Value): Value['taints'][number] | undefined {
  const { node } = value;
  if (node?.kind !== 'object') return undefined;
  const isSpread = node.entries.some((entry) => !('key' in entry));
  return isSpread ? value.taints.find((taint) => taint.source.kind === 'remote' && WHOLE.test(taint.source.label)) : undefined;
}
