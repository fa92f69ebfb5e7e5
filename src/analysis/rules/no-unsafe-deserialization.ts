/** Formats that make more than data when they are read. */
import { worstTaint, code, calleeName, grade } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';
import type { CallEvent } from '../flow/events.ts';
import { isHarmless, type Value } from '../flow/value.ts';
import { oneLine, sourceWords } from '../words.ts';

/** Readers that run code or make any object, whatever they are given. */
const READERS = new Set('node-serialize.unserialize serialize-to-js.deserialize funcster.deepDeserialize funcster.deserialize funcster.deserializeFunctions cryo.parse v8.deserialize php-unserialize.unserialize php-serialize.unserialize js-yaml.unsafeLoad js-yaml.unsafeLoadAll serialize-javascript.deserialize java-deserialization.parse jsonpickle.decode serialijse.deserialize telejson.parse json-fn.parse jsonfn.JSONfn.parse serialize-anything.deserialize esserializer.deserialize ESSerializer.deserialize jest-serializer.deserialize pickleparser.Parser().parse node-pickle.loads hydrate-js.parse undo.deserialize serialize-json.decode safe-json-eval.parse resurrect-js.resurrect nippy.thaw json-function.parse'.split(' '));
const YAML = new Set(['js-yaml.load', 'js-yaml.loadAll', 'js-yaml.safeLoad']);

export default defineRule({
  id: 'no-unsafe-deserialization',
  summary: 'Do not read untrusted data in a format that can make code.',
  why: 'These formats hold functions or any object: whoever writes the data runs code when it is read.',
  advice: 'Exchange JSON and check it with a schema; read YAML with the default schema.',
  cwe: [502],
  owasp: ['A08:2021 Software and Data Integrity Failures', 'A08:2025 Software or Data Integrity Failures'],
  words: ['erialize', 'erialise', 'serialijse', 'telejson', 'json-fn', 'JSONfn', 'pickle', 'unserialize', 'yaml', 'cryo', 'funcster'],
  *check(input) {
    for (const event of input.flow.calls) {
      if (READERS.has(event.api ?? '')) yield* judge(event, input);
      else if (YAML.has(event.api ?? '') && event.args.slice(1).some((arg) => makesCode(arg, input))) yield* judge(event, input);
      else if (/^bson\b.*deserialize$/.test(event.api ?? '') && event.args[1]?.fields?.get('evalFunctions')?.literals?.includes(true)) yield* judge(event, input);
    }
  },
});

/** Options whose schema knows functions, or was extended by types that may be. */
function makesCode(options: Value, { text, flow }: RuleInput): boolean {
  const schema = options.fields?.get('schema');
  if (schema === undefined) return false;
  const { node } = schema;
  const written = node?.kind === 'name' ? (flow.definitions.get(node.slot) ?? node) : node;
  return /FULL_SCHEMA|\.extend\(\)|js-yaml-js-types/.test(schema.api ?? '') || (written !== undefined && /FULL_SCHEMA|FUNCTION|unsafe|js-?types/i.test(code(text, written)));
}

function* judge(event: CallEvent, input: RuleInput): Iterable<Report> {
  const [value, node] = [event.args[0], event.node.args[0]];
  if (value === undefined || node === undefined || (isHarmless(value) && value.taints.length === 0)) return;
  const taint = [value, ...(value.fields?.values() ?? [])].map((part) => worstTaint(part, 'code', ['remote', 'parameter', 'local', 'stored'])).find((one) => one !== undefined);
  // Node's own format makes no code, but is for data of one's own.
  if (event.api === 'v8.deserialize' && taint?.source.kind !== 'remote') return;
  const what = `is read by \`${calleeName(input.text, event)}\`, which can make code of it`;
  yield { node, ...grade(taint, 'critical'), message: taint ? `${sourceWords(taint, code(input.text, node))} ${what}` : `\`${oneLine(code(input.text, node))}\` ${what}`, sink: what.replaceAll('`', ''), ...(taint && { taint }), fixes: asData(event) };
}

/** `yaml.unsafeLoad(text)` is `yaml.load(text)`, which makes data alone; so it is without the schema that knows functions. */
function asData(event: CallEvent): readonly Repair[] {
  const { callee, args } = event.node;
  if (/^js-yaml\.unsafeLoad(?:All)?$/.test(event.api ?? '') && callee.kind === 'member') return [{ title: 'Read data alone (load)', kind: 'suggestion', change: [{ range: { start: callee.keyNode.start, end: callee.keyNode.end }, text: event.name === 'unsafeLoad' ? 'load' : 'loadAll' }] }];
  const options = args[1];
  const isAlone = options?.kind === 'object' && options.entries.length === 1;
  if (YAML.has(event.api ?? '') && args.length === 2 && isAlone) return [{ title: 'Read data alone, with the default schema', kind: 'suggestion', change: [{ range: { start: args[0]!.end, end: options.end }, text: '' }] }];
  if (/\.(?:unserialize|deserialize)$/.test(event.api ?? '') && !/^v8\./.test(event.api ?? '') && args[0] && args.length === 1) return [{ title: 'Read it as JSON', kind: 'suggestion', change: [{ range: { start: callee.start, end: callee.end }, text: 'JSON.parse' }] }];
  return [];
}
