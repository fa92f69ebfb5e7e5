/** Values that a browser reads as markup: in answers of a server, in the page, and past a framework's escaping. */
import type { CallEvent } from '../flow/events.ts';
import type { Expr, Fn } from '../flow/program.ts';
import { isHarmless, type SourceKind, type Value } from '../flow/value.ts';
import { nameHere, wrapping, wrappingWith } from '../fixes/wrap.ts';
import { calleeName, code, exactNode, grade, holesOf, sinks, worstTaint } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';
import { sourceWords } from '../words.ts';

/** Calls whose argument is markup, whoever they are called on. */
const MARKUP = sinks(
  ['document.write document.writeln hono.ctx.html lit.unsafeHTML lit/directives/unsafe-html.js.unsafeHTML hono/html.raw htm.unsafe handlebars.SafeString nunjucks.runtime.SafeString jQuery.parseHTML', { arg: 0 }],
);
const MARKUP_NAMES: ReadonlyMap<string, number> = new Map([['insertAdjacentHTML', 1], ['createContextualFragment', 0], ['bypassSecurityTrustHtml', 0], ['bypassSecurityTrustScript', 0], ['bypassSecurityTrustUrl', 0], ['bypassSecurityTrustResourceUrl', 0], ['setHTMLUnsafe', 0]]);
const JQUERY_NAMES = new Set(['html', 'append', 'prepend', 'after', 'before', 'replaceWith', 'appendTo', 'wrap']);
const MARKUP_MEMBERS = new Set(['innerHTML', 'outerHTML', 'srcdoc']);
const URL_MEMBERS = new Set(['href', 'src', 'action', 'formAction']);
/** Elements made by a call, with their attributes in an object. */
const CREATES = new Set(['h', 'createElement', 'createVNode', 'jsx', 'jsxs', 'cloneElement']);
const EVERYONE: readonly SourceKind[] = ['remote', 'parameter', 'local', 'stored'];

export default defineRule({
  id: 'no-cross-site-scripting',
  summary: 'Do not let a browser read values as markup.',
  why: 'A browser runs the scripts in markup: whoever chooses the value acts as the person who opens the page, with their session.',
  advice: 'Write text with `textContent` or through the framework\'s own escaping; where markup is meant, clean it with DOMPurify first.',
  cwe: [79],
  owasp: ['A03:2021 Injection', 'A05:2025 Injection'],
  words: ['EventHandler', 'HTML', 'html', 'send', 'write', 'end(', 'body', 'Response', 'bypassSecurityTrust', 'srcdoc', 'href', '.src', 'append', 'setAttribute', 'SafeString'],
  *check(input) {
    for (const event of input.flow.calls) {
      yield* answered(event, input);
      yield* written(event, input);
    }
    for (const { node, api, key, object, value, valueNode } of input.flow.assigns) {
      if (key === undefined) continue;
      if (MARKUP_MEMBERS.has(key)) yield* judge(value, valueNode, EVERYONE, `becomes markup in \`${key}\``, input, 'unknown too', () => textContent(valueNode, key, value, input));
      else if (/^(?:text|textContent|innerText)$/.test(key) && isScript(node.object, input)) yield* judge(value, valueNode, ['remote'], `runs as script in \`${key}\``, input);
      else if (URL_MEMBERS.has(key) && object.api === 'dom.element') yield* address(value, valueNode, key, input);
      else if (api === 'koa.ctx.body' && looksLikeMarkup(value)) yield* judge(value, valueNode, ['remote'], 'becomes markup in the answer', input);
    }
    for (const { by, ...node } of input.raw) {
      const expression = input.text.slice(node.start, node.end);
      if (/purify|sanit|escape|^['"`\d]|^\$?t\(|icon|svg/i.test(expression) || isCleaned(expression, input.text)) continue;
      yield { node, severity: 'medium', confidence: 'pattern', message: `\`${expression}\` becomes markup in \`${by}\`` };
    }
    for (const { fn, value, node } of input.flow.returns) if (answersMarkup(fn, value, input)) yield* judge(value, node, ['remote'], 'becomes markup in the answer', input);
    for (const { fields } of input.flow.answers) {
      const headers = fields.get('headers')?.fields;
      const type = headers?.get('Content-Type') ?? headers?.get('content-type');
      const body = fields.get('body');
      if (body?.node && (type?.literals?.some((one) => String(one).includes('html')) ?? looksLikeMarkup(body))) yield* judge(body, body.node, ['remote'], 'becomes markup in the answer', input);
    }
    for (const { node, attributes } of input.flow.elements) {
      const raw = attributes.get('dangerouslySetInnerHTML')?.value.fields?.get('__html');
      if (raw) yield* judge(raw, raw.node ?? node, EVERYONE, 'becomes markup in `dangerouslySetInnerHTML`', input);
      for (const name of ['href', 'src', 'action', 'formAction', 'xlinkHref'] as const) {
        const attribute = attributes.get(name);
        if (attribute && typeof node.tag === 'string' && (name !== 'src' || node.tag === 'iframe')) yield* address(attribute.value, attribute.valueNode, name, input);
      }
      const srcdoc = attributes.get('srcDoc');
      if (srcdoc) yield* judge(srcdoc.value, srcdoc.valueNode, EVERYONE, 'becomes markup in `srcDoc`', input);
    }
  },
});

/** A handler whose returned text a browser shows as a page. */
function answersMarkup(fn: Fn, value: Value, { text, flow }: RuleInput): boolean {
  if (fn.decorators.some((decorator) => /text\/html/.test(code(text, decorator)))) return true;
  if (flow.calls.some(({ fn: where, name, args }) => where === fn && /^(?:type|contentType|header|setHeader|set)$/.test(name) && args.some((arg) => /^(?:text\/)?html/.test(String(arg.literals?.[0]))))) return true;
  return looksLikeMarkup(value) && flow.calls.some(({ name, node }) => /^(?:defineEventHandler|eventHandler|defineCachedEventHandler)$/.test(name) && node.args.some((arg) => arg === fn || (arg.start === fn.start && arg.end === fn.end)));
}

function isScript(object: Expr, { text, flow }: RuleInput): boolean {
  const made = object.kind === 'name' ? flow.definitions.get(object.slot) : undefined;
  return made !== undefined && /createElement\(\s*['"`]script['"`]/i.test(code(text, made));
}

/** A name that the script sets to cleaned markup. */
function isCleaned(expression: string, text: string): boolean {
  const name = /^[\w$]+$/.test(expression) ? expression.replace(/[$]/g, '\\$&') : undefined;
  return name !== undefined && new RegExp(`\\b${name}\\b\\s*(?::[^=\\n]{0,40})?[=(:][^\\n]{0,200}(?:purify|sanitiz|escapeHtml)`, 'i').test(text);
}

const PURIFY = { module: 'dompurify', name: 'DOMPurify' };

/** In the page the whole markup is cleaned; on a server the one value is escaped, when the file can do that already. */
function cleanedMarkup(node: Expr, exact: Expr, becomes: string, input: RuleInput): readonly Repair[] {
  if (!becomes.includes('in the answer')) return wrappingWith(node, input, PURIFY, 'Clean it with DOMPurify', (text, purify) => `${purify}.sanitize(${text})`);
  const escape = ESCAPERS.map((module) => nameHere(input, { module, name: '' })).find((name) => name !== undefined);
  return escape !== undefined && exact !== node ? wrapping(exact, input, 'Escape it', (text) => `${escape}(String(${text}))`) : [];
}

/** Packages whose value is a function that escapes. */
const ESCAPERS = ['escape-html', 'lodash.escape', 'lodash/escape'];

function* judge(value: Value, node: Expr, kinds: readonly SourceKind[], becomes: string, input: RuleInput, unknown?: 'unknown too', fixes?: () => readonly Repair[]): Iterable<Report> {
  const taint = worstTaint(value, 'html', kinds);
  if (taint === undefined) {
    const hole = unknown === undefined || isHarmless(value) || value.taints.length > 0 ? undefined : unknownHole(value);
    if (hole === undefined || hole.start < node.start || hole.end > node.end) return;
    yield { node: hole, severity: 'medium', confidence: 'pattern', message: `\`${code(input.text, hole)}\` ${becomes}`, fixes: fixes?.() ?? [] };
    return;
  }
  const exact = exactNode(node, value, taint);
  yield { node: exact, ...grade(taint, 'high'), taint, message: `${sourceWords(taint, code(input.text, exact))} ${becomes}`, sink: becomes.replaceAll('`', ''), fixes: [...(fixes?.() ?? []), ...cleanedMarkup(node, exact, becomes, input)] };
}

/** A value of which nothing is known, in a text that is markup. */
function unknownHole(value: Value): Expr | undefined {
  if (!looksLikeMarkup(value)) return undefined;
  return holesOf(value).find((hole) => !isHarmless(hole.value) && !hole.value.closures && hole.value.api?.startsWith('env') !== true && (hole.node.kind === 'member' || hole.node.kind === 'name') && !/html|icon|svg|markup|class|style|id$|[iI]ndex|count|width|height/i.test(nameOf(hole.node)) && !/^[A-Z_]+$/.test(nameOf(hole.node)))?.node;
}

/** A variable or a member of which nothing is known, and whose name promises nothing. */
function isUnknown(value: Value, node: Expr): boolean {
  return (node.kind === 'member' || node.kind === 'name') && !isHarmless(value) && value.taints.length === 0 && value.parts === undefined && !/html|markup|safe|clean|sanit|purif|icon|svg|css|style|script|json|ld$|^[A-Z_]+$/i.test(nameOf(node));
}

function nameOf(node: Expr): string {
  return node.kind === 'name' ? node.slot.name : node.kind === 'member' && typeof node.key === 'string' ? node.key : '';
}

function looksLikeMarkup(value: Value): boolean {
  return value.parts?.some((part) => part.kind === 'text' && /<[a-z!/]/i.test(part.text)) ?? false;
}

// A server's answers

function* answered(event: CallEvent, input: RuleInput): Iterable<Report> {
  const [value] = event.args;
  const node = event.node.args[0];
  if (value === undefined || node === undefined) return;
  if (event.api === 'Response' || event.api === 'next/server.NextResponse') {
    const headers = event.args[1]?.fields?.get('headers')?.fields;
    const type = headers?.get('Content-Type') ?? headers?.get('content-type');
    const isMarkup = type?.literals ? type.literals.some((one) => String(one).includes('html')) : looksLikeMarkup(value) && type === undefined;
    if (isMarkup) yield* judge(value, node, ['remote'], 'becomes markup in the answer', input);
    return;
  }
  if (!['http.res.send', 'http.res.end', 'http.res.write'].includes(event.api ?? '') || isData(value)) return;
  const type = contentType(event, input);
  // Script that a stranger's text is part of (JSONP) is no better than markup.
  if (type !== undefined && !type.includes('html') && !type.includes('javascript')) return;
  // Without words on its type a whole value is text for Express and markup for a browser that guesses.
  yield* judge(value, node, ['remote'], `becomes markup in the answer that \`${calleeName(input.text, event)}\` gives`, input);
}

/** Objects and arrays are answered as JSON. */
function isData(value: Value): boolean {
  return value.type === 'object' || value.type === 'array' || value.objects !== undefined || /^http\.req\.(?:body|query|params|headers|cookies|file|files)$/.test(value.api ?? '') || /json|stringify/.test(value.api ?? '');
}

/** The content type that the same function sets, if any. */
function contentType(event: CallEvent, input: RuleInput): string | undefined {
  for (const other of input.flow.calls) {
    if (other.fn !== event.fn || other.node.start > event.node.start + (event.node.callee.end - event.node.callee.start)) continue;
    const literals = other.args.map((arg) => (arg.literals?.length === 1 ? String(arg.literals[0]) : undefined));
    if ((other.name === 'type' || other.name === 'contentType') && literals[0]) return literals[0];
    if (['set', 'setHeader', 'header'].includes(other.name) && literals[0]?.toLowerCase() === 'content-type' && literals[1]) return literals[1];
    if (other.name === 'writeHead') {
      const headers = other.args.at(-1)?.fields;
      const type = (headers?.get('Content-Type') ?? headers?.get('content-type'))?.literals?.[0];
      if (typeof type === 'string') return type;
    }
  }
  return undefined;
}

// The page

function* written(event: CallEvent, input: RuleInput): Iterable<Report> {
  if (event.name === 'parseFromString' && /html/.test(String(event.args[1]?.literals?.[0])) && event.args[0] && event.node.args[0]) yield* judge(event.args[0], event.node.args[0], ['remote'], 'becomes markup in `parseFromString`', input);
  const api = event.api !== undefined ? MARKUP.get(event.api) : undefined;
  const index = api !== undefined ? 0 : MARKUP_NAMES.get(event.name);
  if (index !== undefined) {
    const [value, node] = [event.args[index], event.node.args[index]];
    if (value && node) yield* judge(value, node, EVERYONE, `becomes markup in \`${calleeName(input.text, event)}\``, input, 'unknown too');
    if (value && node && isUnknown(value, node)) yield { node, severity: 'medium', confidence: 'pattern', message: `\`${code(input.text, node)}\` becomes markup in \`${calleeName(input.text, event)}\`` };
    return;
  }
  const value = event.args[0];
  const node = event.node.args[0];
  if (value === undefined || node === undefined) return;
  if (CREATES.has(event.name) && event.args[1]?.fields) {
    const attributes = event.args[1].fields;
    const raw = attributes.get('innerHTML') ?? attributes.get('domProps')?.fields?.get('innerHTML') ?? attributes.get('dangerouslySetInnerHTML')?.fields?.get('__html');
    if (raw) yield* judge(raw, raw.node ?? event.node, EVERYONE, `becomes markup in \`${event.name}\``, input);
    return;
  }
  if (JQUERY_NAMES.has(event.name) && event.receiver?.api?.startsWith('jQuery()')) {
    if (event.name === 'html' || looksLikeMarkup(value) || worstTaint(value, 'html', ['remote']) !== undefined) yield* judge(value, node, EVERYONE, `becomes markup in \`${event.name}\``, input, 'unknown too');
  } else if (event.api === 'jQuery' && (worstTaint(value, 'html', ['remote']) !== undefined || looksLikeMarkup(value))) {
    yield* judge(value, node, EVERYONE, 'becomes markup in `$`', input);
  } else if (event.name === 'setAttribute' && event.args[1] && event.node.args[1]) {
    const name = String(value.literals?.[0] ?? '').toLowerCase();
    if (name.startsWith('on') || name === 'srcdoc') yield* judge(event.args[1], event.node.args[1], EVERYONE, `becomes script or markup in \`${name}\``, input);
    else if (name === 'href' || name === 'src' || name === 'action') yield* address(event.args[1], event.node.args[1], name, input);
  }
}

/** An address may be `javascript:…`: only a value that is the whole address can be. */
function* address(value: Value, node: Expr, name: string, input: RuleInput): Iterable<Report> {
  if (value.parts !== undefined && value.parts[0]?.kind === 'text' && value.parts[0].text !== '') return;
  const taint = worstTaint(value, 'html', ['remote']);
  if (taint === undefined || worstTaint(value, 'redirect', ['remote']) === undefined) return;
  const becomes = `becomes the address in \`${name}\`, which may be \`javascript:\``;
  yield { node, severity: 'medium', confidence: 'proven', taint, message: `${sourceWords(taint, code(input.text, node))} ${becomes}`, sink: becomes.replaceAll('`', ''), advice: 'Accept only addresses that start with `https://` or `/`.' };
}

/** `x.innerHTML = value` without any markup of its own means text. */
function textContent(node: Expr, key: string, value: Value, input: RuleInput): readonly Repair[] {
  if (key !== 'innerHTML' || (node.kind !== 'name' && node.kind !== 'member') || looksLikeMarkup(value) || /html/i.test(code(input.text, node))) return [];
  const assign = input.flow.assigns.find((one) => one.valueNode === node);
  if (assign === undefined || value.taints.some((taint) => /html|markup/i.test(taint.source.label))) return [];
  const { keyNode } = assign.node;
  return [{ title: 'Write it as text (textContent)', kind: 'suggestion', change: [{ range: { start: keyNode.start, end: keyNode.end }, text: 'textContent' }] }];
}
