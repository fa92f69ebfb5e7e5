/** XML parsers told to follow what a document points at. */
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import type { CallEvent } from '../flow/events.ts';
import { calleeName, code } from '../reach.ts';
import type { Expr } from '../flow/program.ts';
import { isHarmless } from '../flow/value.ts';

const OPTIONS = ['noent', 'dtdload', 'dtdattr', 'dtdvalid', 'replaceEntities', 'resolveExternals', 'externalEntities', 'expandEntities', 'loadDtd', 'huge', 'resolveEntities', 'allowDtd'];
const PARSERS = /^(?:libxmljs2?|libxmljs2?-\w+|libxml-xsd|libxml2?-?wasm|node-libxml|xml2json|xmldom|@xmldom\/xmldom|sax|saxes|node-expat|xml2js|fast-xml-parser|xslt-processor|node_xslt|libxslt)\b|[xX]ml|XML/;

export default defineRule({
  id: 'no-external-entities',
  summary: 'Do not let XML documents load files or expand entities.',
  why: 'An entity in the document can name a file of this machine or an address behind the firewall, and its content comes back; nested ones fill the memory.',
  advice: 'Leave entity and DTD loading off, which is the default, and refuse documents with a DOCTYPE.',
  cwe: [611, 776],
  owasp: ['A05:2021 Security Misconfiguration', 'A02:2025 Security Misconfiguration'],
  words: ['XML_PARSE', 'ENTITY', 'noent', 'xmllint', 'dtd', 'ntities', 'resolveExternals', 'Entity', 'huge'],
  *check(input) {
    for (const event of input.flow.calls) {
      yield* tool(event);
      yield* flagged(event, input);
      yield* byHand(event, input);
    }
    for (const event of input.flow.calls) if (event.args.some(({ fields }) => fields !== undefined && OPTIONS.some((name) => fields.has(name))) && PARSERS.test(`${event.api ?? ''} ${event.name} ${code(input.text, event.node.callee)}`)) yield* judge(event, input);
  },
});

function* judge(event: CallEvent, input: RuleInput): Iterable<Report> {
  // A document of the program's own is what it is.
  if (event.args[0] !== undefined && isHarmless(event.args[0])) return;
  for (const [index, arg] of event.args.entries()) {
    for (const name of OPTIONS) {
      const value = arg.fields?.get(name);
      // A question decides: on some answer the entities are read.
      const isOpen = value !== undefined && value.type === 'boolean' && value.literals === undefined;
      if (!isOpen && value?.literals?.some((one) => one === true || one === 1) !== true) continue;
      const isInside = value.node !== undefined && event.node.start <= value.node.start && value.node.end <= event.node.end;
      const node: Expr = isInside ? value.node! : event.node.args[index]!;
      yield {
        node, severity: 'high', confidence: 'likely', message: `\`${name}\` lets the document that \`${calleeName(input.text, event)}\` reads load files or expand entities`,
        fixes: isInside && value.node?.kind === 'constant' ? [{ title: `Turn ${name} off`, kind: 'suggestion', change: [{ range: { start: value.node.start, end: value.node.end }, text: 'false' }] }] : [],
      };
    }
  }
}

const FLAG = /^--(?:noent|loaddtd|dtdvalid|valid|dtdattr|huge|xinclude)$/;
const FLAGS = /XML_PARSE_(?:NOENT|DTDLOAD|DTDATTR|DTDVALID|HUGE|XINCLUDE)|\bXML_PARSE_(?:PEDANTIC_)?DTD/;

/** Flags of libxml in a number: `ParseOption.XML_PARSE_NOENT | …`. */
function* flagged(event: CallEvent, { text, flow }: RuleInput): Iterable<Report> {
  if (!FLAGS.test(text) || !/^(?:parse|from|read)/i.test(event.name)) return;
  for (const [index, arg] of event.args.entries()) {
    for (const one of [arg, ...(arg.fields?.values() ?? [])]) {
      const at = one.node ?? event.node.args[index];
      const written = at?.kind === 'name' ? (flow.definitions.get(at.slot) ?? at) : at;
      const flag = written && one.fields === undefined ? FLAGS.exec(code(text, written)) : undefined;
      if (flag && at) yield { node: event.node.start <= at.start && at.end <= event.node.end ? at : event.node.args[index]!, severity: 'high', confidence: 'likely', message: `\`${flag[0]}\` lets the document that \`${calleeName(text, event)}\` reads load files or expand entities` };
    }
  }
}

/** A program that looks for entities itself, and opens what they name. */
function* byHand(event: CallEvent, input: RuleInput): Iterable<Report> {
  if (!/^(?:fs\.(?:promises\.)?(?:readFile(?:Sync)?|createReadStream)|fetch|axios\.get|http\.get|https\.get)$/.test(event.api ?? '')) return;
  const node = event.node.args[0];
  const around = event.fn ? input.flow.program.regexes.some(({ pattern }) => /ENTITY/.test(pattern) && /SYSTEM|PUBLIC/.test(pattern)) : false;
  const taints = event.args[0]?.taints ?? [];
  if (around && node && taints.length > 0) yield { node, severity: 'high', confidence: 'likely', message: `\`${code(input.text, node)}\` is what an entity of the document names, and is opened`, taint: taints[0]!, sink: 'is opened' };
}

/** `xmllint --noent` does the same in a program of its own. */
function* tool(event: CallEvent): Iterable<Report> {
  if (!/^child_process\.(?:execFile|spawn)(?:Sync)?$/.test(event.api ?? '') || event.args[0]?.literals?.[0] !== 'xmllint') return;
  const flag = [...(event.args[1]?.fields?.values() ?? [])].find((item) => item.literals?.some((one) => FLAG.test(String(one))));
  const at = flag?.node && event.node.start <= flag.node.start && flag.node.end <= event.node.end ? flag.node : (event.node.args[1] ?? event.node);
  if (flag) yield { node: at, severity: 'high', confidence: 'likely', message: `\`${String(flag.literals?.find((one) => FLAG.test(String(one))))}\` lets the document that xmllint reads load files or expand entities` };
}
