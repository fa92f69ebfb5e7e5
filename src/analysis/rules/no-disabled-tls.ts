/** Connections that accept any certificate, or versions of TLS that are broken. */
import type { CallEvent } from '../flow/events.ts';
import type { Entry, Expr, Fn, Node } from '../flow/program.ts';
import type { Value } from '../flow/value.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';

/** Options that switch the check off, by the value that does. */
const OFF: ReadonlyMap<string, boolean> = new Map([
  ['rejectUnauthorized', false], ['strictSSL', false], ['tlsAllowInvalidCertificates', true], ['tlsAllowInvalidHostnames', true], ['tlsInsecure', true], ['sslValidate', false], ['trustServerCertificate', true], ['insecureSkipVerify', true],
  ['trustAllCertificates', true], ['verifySsl', false], ['sslVerify', false], ['acceptInsecureCerts', true], ['ignoreHTTPSErrors', true], ['allowInvalidCertificates', true], ['checkServerCertificate', false], ['disableCertificateVerification', true], ['sslCheckServerIdentity', false], ['rejectUnauthorised', false], ['unsafeIgnoreTlsErrors', true], ['verifyServerCertificate', false], ['ignoreCertificateErrors', true],
]);
const OLD = /^(?:SSLv2|SSLv3|TLSv1|TLSv1_1|TLSv1\.1|TLSv1\.0|DTLSv1)(?:_(?:client_|server_)?method)?$/;
const VERSION_OPTIONS = new Set(['secureProtocol', 'minVersion', 'maxVersion']);
/** Tools that fetch, and the arguments that make them believe anybody. */
const TOOLS: ReadonlyMap<string, RegExp> = new Map([['curl', /^(?:-\w*k\w*|--insecure|--proxy-insecure)$/], ['wget', /^--no-check-certificate$/], ['git', /^http\.sslVerify=false$/], ['openssl', /^-noverify$/]]);
/** Browsers are driven against test sites: their switch says nothing of production by itself. */
const BROWSERS = new Set(['acceptInsecureCerts', 'ignoreHTTPSErrors']);

export default defineRule({
  id: 'no-disabled-tls',
  summary: 'Do not switch off the check of certificates.',
  why: 'Anybody between this program and the server can read and change what they say, with a certificate of their own making.',
  advice: 'Leave the check on; give the issuer of a private certificate as `ca`.',
  cwe: [295, 326],
  owasp: ['A07:2021 Identification and Authentication Failures', 'A07:2025 Authentication Failures'],
  words: ['tlsAllowInvalid', 'tlsInsecure', 'sslValidate', 'trustServerCertificate', 'rejectUnauthori', 'NODE_TLS_REJECT_UNAUTHORIZED', 'strictSSL', 'checkServerIdentity', 'secureProtocol', 'minVersion', 'maxVersion', 'DEFAULT_M', 'nsecure', 'trustAll', 'verifySsl', 'sslVerify', 'sslmode', 'ssl-mode', 'ignoreHTTPSErrors', 'certificate-error', 'ertificateVerif', 'allowInvalid', 'verifyServer', 'sslCheckServer', 'no-check-certificate', "'-k", 'curl', 'ServerCertificate', 'ertificateErrors'],
  *check(input) {
    // What became of each written value, by where it stands.
    const given = new Map<number, 'on' | 'off'>();
    for (const event of input.flow.calls) {
      for (const [index, arg] of event.args.entries()) yield* options(arg, event, index, given, 0);
      yield* answered(event, input);
      yield* tool(event);
      yield* address(event, input);
    }
    for (const object of input.flow.program.objects) {
      const isSpread = isReplaced(object, input);
      for (const entry of object.entries) {
        const became = given.get(entry.start) ?? given.get('key' in entry ? entry.value.start : -1);
        if ('key' in entry && typeof entry.key === 'string' && (became === 'off' || (became === undefined && !isSpread && isLast(entry, object.entries)))) yield* option(entry.key, entry.value);
      }
    }
    for (const { key, valueNode, value, node, api } of input.flow.assigns) {
      if (key === 'NODE_TLS_REJECT_UNAUTHORIZED' && String(value.literals?.[0]) === '0' && value.literals?.length === 1) yield report(node, 'No certificate is checked any more, in this whole process', removed(node, valueNode));
      else if (key !== undefined && (OFF.has(key) || key === 'checkServerIdentity' || (VERSION_OPTIONS.has(key) || /^tls\.DEFAULT_M/.test(api ?? '') || /^DEFAULT_M\w+_VERSION$/.test(key)))) yield* option(/^DEFAULT_/.test(key) ? 'minVersion' : key, valueNode);
    }
  },
});

/** The written values of options that reach a call, through names, spreads and helpers. */
function* options(value: Value, event: CallEvent, index: number, given: Map<number, 'on' | 'off'>, depth: number): Iterable<Report> {
  if (value.fields === undefined || depth > 4) return;
  for (const [key, held] of value.fields) {
    const off = OFF.get(key);
    if (off !== undefined && held.node !== undefined) {
      const isOff = held.literals?.length === 1 && held.literals[0] === off && !BROWSERS.has(key);
      if (held.node.kind === 'constant') {
        if (isOff || !given.has(held.node.start)) given.set(held.node.start, isOff ? 'off' : 'on');
      } else if (isOff) yield report(event.node.start <= held.node.start && held.node.end <= event.node.end ? held.node : (event.node.args[index] ?? event.node), `\`${key}: ${String(off)}\` accepts any certificate`);
    } else yield* options(held, event, index, given, depth + 1);
  }
}

/** An object whose members are all given to something else in this text: what comes of them is judged there. */
function isReplaced(object: Node, { text }: RuleInput): boolean {
  const name = /(?:const|let|var)\s+(\w+)\s*(?::[^=]{1,60})?=\s*$/.exec(text.slice(Math.max(0, object.start - 120), object.start))?.[1];
  return name !== undefined && new RegExp(`\\.\\.\\.${name}\\b`).test(text);
}

/** A later entry of the same name wins. */
function isLast(entry: Entry, entries: readonly (Entry | { readonly kind: 'spread' })[]): boolean {
  return !entries.slice(entries.indexOf(entry) + 1).some((other) => 'key' in other && other.key === entry.key);
}

function* option(key: string, value: Expr): Iterable<Report> {
  const off = OFF.get(key);
  if (off !== undefined && value.kind === 'constant' && value.value === off && !BROWSERS.has(key)) {
    yield report(value, `\`${key}: ${String(off)}\` accepts any certificate`, [{ title: 'Check certificates', kind: 'suggestion', change: [{ range: { start: value.start, end: value.end }, text: String(!off) }] }]);
  } else if (key === 'NODE_TLS_REJECT_UNAUTHORIZED' && value.kind === 'constant' && String(value.value) === '0') {
    yield report(value, 'No certificate is checked any more, in that whole process', [{ title: 'Check certificates', kind: 'suggestion', change: [{ range: { start: value.start, end: value.end }, text: typeof value.value === 'number' ? '1' : "'1'" }] }]);
  } else if (key === 'checkServerIdentity' && value.kind === 'function' && acceptsAll(value)) {
    yield report(value, 'This check of the server\'s name accepts every name');
  } else if (VERSION_OPTIONS.has(key) && value.kind === 'constant' && OLD.test(String(value.value))) {
    const fixes: readonly Repair[] = key === 'minVersion' ? [{ title: 'Ask for TLS 1.2 at least', kind: 'suggestion', change: [{ range: { start: value.start, end: value.end }, text: "'TLSv1.2'" }] }] : [];
    yield { ...report(value, `\`${String(value.value)}\` is broken`, fixes), severity: 'medium' };
  }
}

/** A function that returns nothing, undefined, null or true whatever it gets. */
function acceptsAll(fn: Fn): boolean {
  if (fn.body.length === 0) return true;
  const only = fn.body.length === 1 ? fn.body[0] : undefined;
  return only?.kind === 'return' && (only.value === undefined || (only.value.kind === 'constant' && (only.value.value === undefined || only.value.value === null || only.value.value === true)) || (only.value.kind === 'unary' && only.value.op === 'void'));
}

/** Electron asks what to do with a bad certificate, and is told to go on. */
function* answered(event: CallEvent, { text, flow }: RuleInput): Iterable<Report> {
  const isEvent = (event.name === 'on' || event.name === 'once') && event.args[0]?.literals?.[0] === 'certificate-error';
  const isCheck = event.name === 'setCertificateVerifyProc';
  const fn = event.node.args.find((arg): arg is Fn => arg.kind === 'function');
  const callback = fn?.params.at(-1)?.target;
  if ((!isEvent && !isCheck) || fn === undefined || callback?.kind !== 'bind' || /\bif\b|\?|fingerprint|===/.test(code(text, fn))) return;
  for (const inner of flow.calls) {
    if (inner.node.start < fn.start || inner.node.end > fn.end || inner.node.callee.kind !== 'name' || inner.node.callee.slot !== callback.slot) continue;
    const answer = inner.args[0]?.literals?.[0];
    if (answer === (isCheck ? 0 : true)) yield report(inner.node, 'A certificate that failed its check is accepted all the same');
  }
}

/** `execFile('curl', ['-k', address])`. */
function* tool(event: CallEvent): Iterable<Report> {
  if (!/^(?:child_process|execa|cross-spawn)\b/.test(event.api ?? '')) return;
  const [program, list] = event.args;
  const line = program?.parts?.map((part) => (part.kind === 'text' ? part.text : 'x')).join('').split(/\s+/) ?? [];
  const flag = TOOLS.get(line[0] ?? '');
  if (flag === undefined) return;
  const item = [...(list?.fields?.values() ?? [])].find((one) => flag.test(String(one.literals?.[0])));
  const node = item?.node ?? event.node.args[0];
  if (node && (item || line.slice(1).some((word) => flag.test(word)))) yield report(node, `\`${line[0]}\` is told to accept any certificate`);
}

/** `postgres://…?sslmode=no-verify`, `?tlsInsecure=true`. */
function* address(event: CallEvent, _input: RuleInput): Iterable<Report> {
  for (const [index, arg] of event.args.entries()) {
    for (const one of [arg, ...(arg.fields?.values() ?? [])]) {
      const text = one.parts?.map((part) => (part.kind === 'text' ? part.text : 'x')).join('') ?? '';
      if (/^[a-z+]+:\/\/[^\s]*[?&](?:sslmode=no-verify|tlsInsecure=true|tlsAllowInvalidCertificates=true|ssl=\{"rejectUnauthorized":false\}|rejectUnauthorized=false)/i.test(text)) yield report(one.node && one.node.start >= event.node.start && one.node.end <= event.node.end ? one.node : event.node.args[index]!, 'This address asks for a connection that accepts any certificate');
    }
  }
}

/** The whole statement `process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'` sets the default when it says 1. */
function removed(node: Node, value: Expr): readonly Repair[] {
  return value.kind === 'constant' && value.start > node.end ? [{ title: 'Check certificates', kind: 'suggestion', change: [{ range: { start: value.start, end: value.end }, text: typeof value.value === 'number' ? '1' : "'1'" }] }] : [];
}

function report(node: Node, message: string, fixes: readonly Repair[] = []): Report {
  return { node, severity: 'high', confidence: 'likely', message, fixes };
}
