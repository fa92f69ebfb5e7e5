/** Connections that accept any certificate, or versions of TLS that are broken. */
import type { Expr, Node } from '../flow/program.ts';
import { defineRule, type Repair, type Report } from '../rule.ts';

/** Options that switch the check off, by the value that does. */
const OFF: ReadonlyMap<string, boolean> = new Map([['rejectUnauthorized', false], ['strictSSL', false], ['tlsAllowInvalidCertificates', true], ['tlsAllowInvalidHostnames', true], ['tlsInsecure', true], ['sslValidate', false], ['trustServerCertificate', true], ['insecureSkipVerify', true], ['trustAllCertificates', true], ['verifySsl', false], ['sslVerify', false]]);
const OLD = /^(?:SSLv2|SSLv3|TLSv1|TLSv1_1|TLSv1\.1|TLSv1\.0)(?:_(?:client_|server_)?method)?$/;

export default defineRule({
  id: 'no-disabled-tls',
  summary: 'Do not switch off the check of certificates.',
  why: 'Anybody between this program and the server can read and change what they say, with a certificate of their own making.',
  advice: 'Leave the check on; give the issuer of a private certificate as `ca`.',
  cwe: [295, 326],
  owasp: ['A07:2021 Identification and Authentication Failures', 'A07:2025 Authentication Failures'],
  words: ['tlsAllowInvalid', 'tlsInsecure', 'sslValidate', 'trustServerCertificate', 'rejectUnauthorized', 'NODE_TLS_REJECT_UNAUTHORIZED', 'strictSSL', 'checkServerIdentity', 'secureProtocol', 'minVersion', 'insecure', 'trustAll', 'verifySsl', 'sslVerify'],
  *check(input) {
    for (const object of input.flow.program.objects) {
      for (const entry of object.entries) {
        if (!('key' in entry) || typeof entry.key !== 'string') continue;
        yield* option(entry.key, entry.value);
      }
    }
    for (const { key, valueNode, node } of input.flow.assigns) {
      if (key === 'NODE_TLS_REJECT_UNAUTHORIZED' && valueNode.kind === 'constant' && String(valueNode.value) === '0') yield report(node, 'No certificate is checked any more, in this whole process');
      else if (key === 'rejectUnauthorized') yield* option(key, valueNode);
    }
  },
});

function* option(key: string, value: Expr): Iterable<Report> {
  const off = OFF.get(key);
  if (off !== undefined && value.kind === 'constant' && value.value === off) {
    yield report(value, `\`${key}: ${String(off)}\` accepts any certificate`, [{ title: 'Check certificates', kind: 'suggestion', change: [{ range: { start: value.start, end: value.end }, text: String(!off) }] }]);
  } else if (key === 'NODE_TLS_REJECT_UNAUTHORIZED' && value.kind === 'constant' && String(value.value) === '0') {
    yield report(value, 'No certificate is checked any more, in that whole process');
  } else if (key === 'checkServerIdentity' && value.kind === 'function' && acceptsAll(value)) {
    yield report(value, 'This check of the server\'s name accepts every name');
  } else if ((key === 'secureProtocol' || key === 'minVersion' || key === 'maxVersion') && value.kind === 'constant' && OLD.test(String(value.value))) {
    const fixes: readonly Repair[] = key === 'minVersion' ? [{ title: 'Ask for TLS 1.2 at least', kind: 'suggestion', change: [{ range: { start: value.start, end: value.end }, text: "'TLSv1.2'" }] }] : [];
    yield { ...report(value, `\`${String(value.value)}\` is broken`, fixes), severity: 'medium' };
  }
}

/** A function that returns nothing, undefined or null whatever it gets. */
function acceptsAll(fn: Expr & { kind: 'function' }): boolean {
  if (fn.body.length === 0) return true;
  const only = fn.body.length === 1 ? fn.body[0] : undefined;
  return only?.kind === 'return' && (only.value === undefined || (only.value.kind === 'constant' && (only.value.value === undefined || only.value.value === null)));
}

function report(node: Node, message: string, fixes: readonly Repair[] = []): Report {
  return { node, severity: 'high', confidence: 'likely', message, fixes };
}
