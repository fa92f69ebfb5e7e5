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
  words: ['noent', 'xmllint', 'dtd', 'ntities', 'resolveExternals', 'Entity', 'huge'],
  *check(input) {
    for (const event of input.flow.calls) yield* tool(event);
    for (const event of input.flow.calls) if (PARSERS.test(`${event.api ?? ''} ${event.name} ${code(input.text, event.node.callee)}`)) yield* judge(event, input);
  },
});

function* judge(event: CallEvent, input: RuleInput): Iterable<Report> {
  // A document of the program's own is what it is.
  if (event.args[0] !== undefined && isHarmless(event.args[0])) return;
  for (const [index, arg] of event.args.entries()) {
    for (const name of OPTIONS) {
      const value = arg.fields?.get(name);
      if (value?.literals?.some((one) => one === true || one === 1) !== true) continue;
      const isInside = value.node !== undefined && event.node.start <= value.node.start && value.node.end <= event.node.end;
      const node: Expr = isInside ? value.node! : event.node.args[index]!;
      yield {
        node, severity: 'high', confidence: 'likely', message: `\`${name}\` lets the document that \`${calleeName(input.text, event)}\` reads load files or expand entities`,
        fixes: isInside && value.node?.kind === 'constant' ? [{ title: `Turn ${name} off`, kind: 'suggestion', change: [{ range: { start: value.node.start, end: value.node.end }, text: 'false' }] }] : [],
      };
    }
  }
}

/** `xmllint --noent` does the same in a program of its own. */
function* tool(event: CallEvent): Iterable<Report> {
  if (!/^child_process\.(?:execFile|spawn)(?:Sync)?$/.test(event.api ?? '') || event.args[0]?.literals?.[0] !== 'xmllint') return;
  const flag = [...(event.args[1]?.fields?.values() ?? [])].find((item) => /^--(?:noent|loaddtd|dtdvalid|valid|dtdattr|huge)$/.test(String(item.literals?.[0])));
  if (flag) yield { node: flag.node ?? event.node, severity: 'high', confidence: 'likely', message: `\`${String(flag.literals?.[0])}\` lets the document that xmllint reads load files or expand entities` };
}
