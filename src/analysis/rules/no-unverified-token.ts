/** JSON web tokens that are believed without their signature. */
import type { CallEvent } from '../flow/events.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';

const LIBRARIES = /^(?:jsonwebtoken|jwt|jose|fast-jwt|jwt-simple|jws|koa-jwt|express-jwt|@fastify\/jwt)\b/;
const DECODERS = new Set(['jsonwebtoken.decode', 'jose.decodeJwt', 'jwt-decode', 'jwt-decode.jwtDecode', 'jws.decode', 'jwt.decode']);

export default defineRule({
  id: 'no-unverified-token',
  summary: 'Do not believe a token whose signature was not checked.',
  why: 'Anybody can write a token that says who they like: only the signature tells a real one from theirs.',
  advice: 'Call `verify` with the key and with the algorithms you use, and let expired tokens go.',
  cwe: [347, 345],
  owasp: ['A02:2021 Cryptographic Failures', 'A07:2025 Authentication Failures'],
  words: ['jwt', 'JWT', 'jsonwebtoken', 'jose', 'jws'],
  *check(input) {
    const verifies = input.flow.calls.some((event) => event.name === 'verify' || event.name === 'jwtVerify' || event.name === 'verifyAsync');
    for (const event of input.flow.calls) {
      const api = event.api ?? '';
      if (DECODERS.has(api) && !isBrowserOnly(api) && !verifies) yield decoded(event, input);
      else if (api === 'jwt-simple.decode' && event.args[2]?.literals?.includes(true)) yield { node: event.node.args[2]!, severity: 'high', confidence: 'likely', message: 'This tells `decode` not to check the signature' };
      else if (LIBRARIES.test(api) || event.name === 'verify' || event.name === 'sign') yield* options(event);
    }
  },
});

/** A library of the browser, where there is no key to check with. */
function isBrowserOnly(api: string): boolean {
  return api.startsWith('jwt-decode');
}

function decoded(event: CallEvent, input: RuleInput): Report {
  return { node: event.node, severity: 'high', confidence: 'likely', message: `\`${code(input.text, event.node.callee)}\` reads the token without checking its signature` };
}

function* options(event: CallEvent): Iterable<Report> {
  const isJwt = LIBRARIES.test(event.api ?? '');
  for (const arg of event.args) {
    const algorithms = arg.fields?.get('algorithms') ?? arg.fields?.get('algorithm') ?? arg.fields?.get('alg');
    const listed = [...(algorithms?.literals ?? []), ...[...(algorithms?.fields?.values() ?? [])].flatMap((value) => value.literals ?? [])];
    if (algorithms && listed.some((name) => typeof name === 'string' && name.toLowerCase() === 'none')) {
      yield { node: algorithms.node ?? event.node, severity: 'critical', confidence: 'likely', message: 'The algorithm `none` is a token without a signature' };
    }
    const ignores = arg.fields?.get('ignoreExpiration');
    if (ignores?.node && ignores.literals?.includes(true) && isJwt) {
      const fixes: readonly Repair[] = [{ title: 'Let expired tokens go', kind: 'suggestion', change: [{ range: { start: ignores.node.start, end: ignores.node.end }, text: 'false' }] }];
      yield { node: ignores.node, severity: 'medium', confidence: 'likely', message: '`ignoreExpiration` accepts tokens for ever: a stolen one is good for ever', fixes };
    }
  }
  const key = event.args[1];
  const node = event.node.args[1];
  if (event.name !== 'verify' || !isJwt || key === undefined || node === undefined) return;
  if (key.literals?.length === 1 && !key.literals[0]) yield { node, severity: 'critical', confidence: 'likely', message: 'An empty key checks nothing: a token without a signature passes' };
}
