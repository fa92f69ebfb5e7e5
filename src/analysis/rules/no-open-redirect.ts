/** Redirects to wherever a stranger says. */
import { REMOTE_WORDS } from '../models/requests.ts';
import { defineFlowRule, valueReport } from '../flow-rule.ts';
import { wrapping } from '../fixes/wrap.ts';
import { headersNamed } from '../headers.ts';
import { sinks, textBefore, worstTaint } from '../reach.ts';
import type { Repair, Report, RuleInput } from '../rule.ts';
import type { Expr } from '../flow/program.ts';
import type { Value } from '../flow/value.ts';

const SENDS = 'becomes the address the browser is sent to';

export default defineFlowRule({
  id: 'no-open-redirect',
  summary: 'Do not redirect to an address from outside.',
  why: 'A link that starts with your domain and ends on the attacker\'s makes their sign-in page look like yours, and may carry a token along.',
  advice: 'Redirect to a path of your own chosen by name, or refuse addresses that do not start with one `/` or whose origin is not yours.',
  cwe: [601],
  owasp: ['A01:2021 Broken Access Control', 'A01:2025 Broken Access Control'],
  words: ['router', 'avigate', 'redirect', 'Redirect', 'location', 'Location', 'navigate', 'window.open', 'router'],
  needs: REMOTE_WORDS,
  context: 'redirect',
  sinks: sinks(
    ['http.res.redirect koa.ctx.redirect hono.ctx.redirect', { arg: 'any' }],
    ['http.res.location h3.sendRedirect next/router.useRouter().push next/router.useRouter().replace next/navigation.useRouter().push next/navigation.useRouter().replace vue-router.useRouter().push react-router-dom.useNavigate() react-router.useNavigate()', { arg: 'any' }],
    ['next/server.NextResponse.redirect next/navigation.redirect next/navigation.permanentRedirect Response.redirect @remix-run.node.redirect @remix-run/node.redirect @sveltejs/kit.redirect react-router.redirect react-router-dom.redirect location.assign location.replace window.open', { arg: 'any' }],
  ),
  whole: ['remote'],
  composed: ['remote'],
  severity: 'medium',
  becomes: () => SENDS,
  accepts: ({ value, node }) => !isOwnPlace(value) && !(node.kind === 'constant'),
  fixes: ({ node, value }, input) => onThisSite(node, value, input),
  also,
});

/** A path of this site, or its first page: for an address that is the value alone. */
function onThisSite(node: Expr, value: Value, input: RuleInput): readonly Repair[] {
  if ((node.kind !== 'name' && node.kind !== 'member') || value.parts?.some((part) => part.kind === 'text' && part.text !== '')) return [];
  return wrapping(node, input, 'Send on to paths of this site alone', (text) => `/^\\/(?![\\/\\\\])/.test(${text}) ? ${text} : '/'`);
}

function* also(input: RuleInput): Iterable<Report> {
  for (const { api, key, value, valueNode } of input.flow.assigns) {
    if (key !== undefined && (api === 'location' || api === 'location.href' || api === 'window.location')) yield* judge(value, valueNode, input);
  }
  for (const { fields } of input.flow.answers) {
    const url = fields.get('url');
    if (url?.node) yield* judge(url, url.node, input);
  }
  for (const { value, node } of headersNamed(input.flow, 'location', 'refresh')) yield* judge(value, node, input);
}

function* judge(value: Value, node: Expr, input: RuleInput): Iterable<Report> {
  if (worstTaint(value, 'redirect', ['remote']) === undefined || isOwnPlace(value)) return;
  const report = valueReport(value, node, 'redirect', ['remote'], 'medium', SENDS, input);
  if (report) yield report;
}

/** The text before the value fixes the site: a path of our own, or a host and a slash. */
function isOwnPlace(value: Value): boolean {
  const before = textBefore(value, 'redirect');
  return /^\/[^/\\]/.test(before) || /^(?:[a-z]+:)?\/\/[^/?#]+[/?#]/i.test(before) || /^\u0001[^\u0001]*[/?#]/.test(before) || /^[?#]/.test(before);
}
