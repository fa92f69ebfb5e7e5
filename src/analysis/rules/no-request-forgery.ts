/** Addresses from outside that this server then talks to. */
import { REMOTE_WORDS } from '../models/requests.ts';
import { defineFlowRule, valueReport } from '../flow-rule.ts';
import type { Report, RuleInput } from '../rule.ts';
import { sinks, textBefore } from '../reach.ts';

const AXIOS = 'get post put patch delete head options request'.split(' ').map((verb) => `axios.${verb} axios.create().${verb}`).join(' ');
const GOT = 'get post put patch delete head stream'.split(' ').map((verb) => `got.${verb} ky.${verb} superagent.${verb} needle.${verb} request.${verb} got.got.${verb}`).join(' ');

export default defineFlowRule({
  id: 'no-request-forgery',
  summary: 'Do not let others choose which servers this program talks to.',
  why: 'Whoever chooses the address reaches what only this server can reach: metadata services with credentials, databases, admin pages behind the firewall.',
  advice: 'Take the host from a fixed list and compare `new URL(address).hostname` with it before the request; refuse redirects to elsewhere.',
  cwe: [918],
  owasp: ['A10:2021 Server-Side Request Forgery (SSRF)', 'A01:2025 Broken Access Control'],
  words: ['connect', 'createConnection', 'createTransport', 'roxy', 'fetch', 'axios', 'got', 'request', 'http', 'undici', 'needle', 'superagent', 'ky', 'goto', 'urllib'],
  needs: REMOTE_WORDS,
  context: 'url',
  sinks: sinks(
    [`fetch node-fetch node-fetch.fetch node-fetch.default cross-fetch cross-fetch.fetch isomorphic-fetch undici.fetch undici.request undici.stream undici.pipeline got got.got ky request request-promise request-promise-native superagent needle phin bent urllib.request http.get http.request https.get https.request
      puppeteer.launch().newPage().goto playwright.chromium.launch().newPage().goto puppeteer.Page().goto playwright.Page().goto ${GOT}`, { arg: 0, fields: ['url', 'uri', 'hostname', 'host', 'baseURL', 'href'] }],
    [`axios axios.default axios.create() got.extend() ky.create() ky.extend() ofetch.$fetch.create() ${AXIOS}`, { arg: 0, fields: ['url', 'baseURL'] }],
    ['needle', { arg: 1 }],
    ['net.connect net.createConnection tls.connect', { arg: 'any', fields: ['host'] }],
    ['nodemailer.createTransport http-proxy.createProxyServer http-proxy-middleware.createProxyMiddleware', { arg: 0, fields: ['host', 'target'] }],
    ['http-proxy.createProxyServer().web http-proxy().web', { arg: 2, fields: ['target'] }],
  ),
  whole: ['remote'],
  composed: ['remote'],
  severity: 'high',
  becomes: (callee) => `becomes the address that \`${callee}\` asks`,
  also: byName,
  accepts: ({ value }, taint) => !isOurHost(textBefore(value, 'url')) && !/^(?:location|document|window|name)\b/.test(taint.source.label),
});

/** Methods that open an address in a browser this server drives, whoever hands the page out. */
function* byName(input: RuleInput): Iterable<Report> {
  for (const event of input.flow.calls) {
    const [value, node] = [event.args[0], event.node.args[0]];
    if (event.name !== 'goto' || event.node.callee.kind !== 'member' || value === undefined || node === undefined || /(?:puppeteer|playwright)/.test(event.api ?? '') || isOurHost(textBefore(value, 'url'))) continue;
    if (/^@sveltejs|\$app/.test(event.api ?? '')) continue;
    const report = valueReport(value, node, 'url', ['remote'], 'high', 'becomes the address that the browser opens', input);
    if (report) yield report;
  }
}

/** The host is written before the value: what follows can only choose a path on it. */
function isOurHost(before: string): boolean {
  return /^(?:[a-z+]+:)?\/\/[^/?#]+[/?#]/i.test(before) || /^\u0001[^\u0001]*[/?#]/.test(before) || /^\/[^/]/.test(before);
}
