/** Line ends from outside in headers and in protocols of lines. */
import type { CallEvent } from '../flow/events.ts';
import type { Expr } from '../flow/program.ts';
import { dangers, isHarmless, type Taint, type Value } from '../flow/value.ts';
import { wrapping } from '../fixes/wrap.ts';
import { headersOf, type HeaderWrite } from '../headers.ts';
import { calleeName, code, exactNode, isComposed } from '../reach.ts';
import { REMOTE_WORDS } from '../models/requests.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { sourceWords } from '../words.ts';

/** Calls that put a text on a wire. */
const SENDS = /^(?:write|send|sendMail|sendRawEmail|SendRawEmailCommand|SendEmailCommand|end|fetch|request|post|put)$/;

export default defineRule({
  id: 'no-header-injection',
  summary: 'Do not put values with line ends into headers.',
  why: 'A line end in the value ends the header, and what follows is the sender\'s own: further headers, recipients, commands, or the whole answer.',
  advice: 'Take the line ends out of the value, encode it, or let a library that knows the format write the header.',
  cwe: [113, 93],
  owasp: ['A03:2021 Injection', 'A05:2025 Injection'],
  words: ['header', 'Header', 'writeHead', 'Cookie', '\\r\\n', '.set(', 'sendMail', 'Subject', 'write('],
  needs: REMOTE_WORDS,
  *check(input) {
    for (const event of input.flow.calls) {
      yield* names(event, input);
      yield* lines(event, input);
    }
    for (const header of headersOf(input.flow)) yield* values(header, input);
  },
});

/** Headers that other rules judge, and those whose value is no text of the sender's. */
const ELSEWHERE = new Set(['location', 'access-control-allow-origin', 'content-type', 'content-length', 'vary', 'authorization', 'refresh']);

/** A value from outside in a header: in a list of parameters (`filename="…"; …`) it adds some of its own, with a line end further headers. */
function* values({ name, value, node }: HeaderWrite, input: RuleInput): Iterable<Report> {
  if (ELSEWHERE.has(name) || value.fields !== undefined || value.type === 'array' || value.type === 'object') return;
  const taint = isHarmless(value) ? undefined : dangers(value, 'header').find((one) => one.source.kind === 'remote' && !ECHOED.test(one.source.label));
  if (!taint) return;
  const exact = exactNode(node, value, taint);
  const what = `becomes part of the header \`${name}\``;
  yield { node: exact, // A server may refuse a line end; among parameters none is needed.
    severity: isComposed(value) ? 'medium' : 'low', confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, exact))} ${what}`, sink: what.replaceAll('`', ''), fixes: exact === node ? [] : wrapping(exact, input, 'Encode it', (text) => `encodeURIComponent(String(${text}))`) };
}

/** A header's value has passed a parser of headers already: it holds no line end. */
const ECHOED = /\bheaders\b|\breq(?:uest)?\.(?:get|header)\(|\b(?:ctx|c)\.(?:get|header)\(|\breq\.header\(/;

/** A header whose name, or a set of headers all of which, comes from outside. */
function* names(event: CallEvent, input: RuleInput): Iterable<Report> {
  const isReply = event.api !== undefined && /^(?:http\.res|koa\.ctx|hono\.ctx)\.(?:set|setHeader|header|headers|append|writeHead)$/.test(event.api);
  if (isReply) {
    for (const [index, value] of event.args.entries()) {
      const node = event.node.args[index];
      const isName = index === 0 && event.name !== 'writeHead';
      const isSet = value.type === 'object' || value.objects !== undefined || event.args.length === 1;
      if (node && (isName || isSet)) yield* judge(value, node, isName && !isSet ? 'is the name of a header' : 'become headers of the answer', input);
    }
  } else if (event.api === 'Response' || /^next\/server\.NextResponse/.test(event.api ?? '')) {
    const headers = event.args[1]?.fields?.get('headers');
    if (headers && event.node.args[1]) yield* judge(headers, event.node.args[1], 'become headers of the answer', input);
  }
}

function* judge(value: Value, node: Expr, becomes: string, input: RuleInput): Iterable<Report> {
  const taint = isHarmless(value) ? undefined : dangers(value, 'header').find((one) => one.source.kind === 'remote');
  if (taint) yield { node, severity: 'medium', confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, node))} ${becomes}`, sink: becomes };
}

/** A text of lines with values in its head, on its way to a wire. */
function* lines(event: CallEvent, input: RuleInput): Iterable<Report> {
  if (!SENDS.test(event.name) && !/\.send$/.test(event.api ?? '')) return;
  for (const [index, value] of event.args.entries()) {
    const node = event.node.args[index];
    const taint = node && headTaint(value, 0);
    if (!taint) continue;
    const what = `becomes a line of what \`${calleeName(input.text, event)}\` sends, and may hold further lines`;
    yield { node, severity: 'medium', confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, node))} ${what}`, sink: what.replaceAll('`', '') };
    return;
  }
}

/** The remote value in the head of a protocol's text: before the first empty line, beside a line end or a header's name. */
function headTaint(value: Value, depth: number): Taint | undefined {
  if (value.parts !== undefined) {
    const text = value.parts.map((part) => (part.kind === 'text' ? part.text : '\u0001')).join('');
    if (!/\r\n/.test(text) && !/^[A-Z][A-Za-z-]+: [\s\S]*\n[A-Z][A-Za-z-]+: /.test(text)) return undefined;
    let before = '';
    for (const part of value.parts) {
      if (part.kind === 'text') before += part.text;
      else if (!/\r?\n\r?\n/.test(before) || /--\u0001\r\n/.test(before)) {
        const taint = isHarmless(part.value) ? undefined : dangers(part.value, 'header').find((one) => one.source.kind === 'remote');
        if (taint) return taint;
        before += '\u0001';
      }
    }
    return undefined;
  }
  if (depth < 3) for (const member of value.fields?.values() ?? []) {
    const taint = headTaint(member, depth + 1);
    if (taint) return taint;
  }
  return undefined;
}
