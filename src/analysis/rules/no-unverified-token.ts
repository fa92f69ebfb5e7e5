/** JSON web tokens that are believed without their signature. */
import type { CallEvent } from '../flow/events.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';

const LIBRARIES = /^(?:jsonwebtoken|jwt|jose|fast-jwt|jwt-simple|jws|koa-jwt|express-jwt|@fastify\/jwt)\b/;
const DECODERS = new Set(['jsonwebtoken.decode', 'jose.decodeJwt', '@nestjs/jwt.JwtService().decode', 'jwt-decode', 'jwt-decode.jwtDecode', 'jws.decode', 'jwt.decode']);

export default defineRule({
  id: 'no-unverified-token',
  summary: 'Do not believe a token whose signature was not checked.',
  why: 'Anybody can write a token that says who they like: only the signature tells a real one from theirs.',
  advice: 'Call `verify` with the key and with the algorithms you use, and let expired tokens go.',
  cwe: [347, 345],
  owasp: ['A02:2021 Cryptographic Failures', 'A07:2025 Authentication Failures'],
  words: ['jwt', 'JWT', 'Jwt', 'jsonwebtoken', 'jose', 'jws', 'base64', 'atob'],
  *check(input) {
    for (const event of input.flow.calls) {
      const api = event.api ?? '';
      if (isDecoder(event, input) && !isCheckedAfter(event, input)) yield decoded(event, input);
      else if (api === 'jose.UnsecuredJWT.decode') yield decoded(event, input);
      else if (api === 'JSON.parse') yield* byHand(event, input);
      else if (api === 'jwt-simple.decode' && event.args[2]?.literals?.includes(true)) yield { node: event.node.args[2]!, severity: 'high', confidence: 'likely', message: 'This tells `decode` not to check the signature' };
      else if (LIBRARIES.test(api) || event.name === 'verify' || event.name === 'sign') yield* options(event);
    }
  },
});

const SERVER = /^(?:node:|next\/(?:headers|server)|express|fastify|koa|hono|@nestjs\/|@hapi\/|fs$|http$|aws-lambda)/;

function isDecoder(event: CallEvent, { text, flow }: RuleInput): boolean {
  const api = event.api ?? '';
  // A library of the browser, where there is no key to check with.
  if (api.startsWith('jwt-decode')) return flow.program.directives.includes('use server') || flow.program.imports.some(({ module }) => SERVER.test(module));
  return DECODERS.has(api) || (event.name === 'decode' && /(?:^|\.)(?:jwt|jwtService)\.decode$/i.test(code(text, event.node.callee)) && api !== 'jwt-simple.decode');
}

/** Only the header is read, to find the key, or the same function checks the token afterwards. */
function isCheckedAfter(event: CallEvent, { flow }: RuleInput): boolean {
  if (event.args[1]?.fields?.get('complete')?.literals?.includes(true)) return true;
  return flow.calls.some((other) => /^(?:verify|jwtVerify|verifyAsync)$/.test(other.name) && other.fn === event.fn && other.node.start > event.node.start);
}

/** The second of the parts between dots, in code that speaks of tokens. */
function takesMiddle(near: string): boolean {
  return /\.split\(\s*['"`]\.['"`]\s*\)\s*\[1\]|\[\s*\w*\s*,\s*\w+\s*(?:,\s*\w*\s*)?\]\s*=\s*[\w.?]+\.split\(\s*['"`]\.['"`]/.test(near) && /token|jwt|authori[sz]ation|bearer/i.test(near);
}

/** The middle of a token, taken apart and read without a library. */
function* byHand(event: CallEvent, { text }: RuleInput): Iterable<Report> {
  const [node] = event.node.args;
  if (node === undefined || !/atob\(|base64/.test(code(text, node)) || !takesMiddle(text.slice(Math.max(0, node.start - 600), node.end)) || /createHmac|createVerify|jwtVerify|\.verify\(/.test(text)) return;
  yield { node: event.node, severity: 'high', confidence: 'pattern', message: 'The payload of the token is read without checking its signature' };
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
    const taken = [...(algorithms?.fields?.values() ?? [])].find((value) => value.node?.kind === 'member' && value.node.key === 'alg');
    if (taken?.node) yield { node: taken.node, severity: 'high', confidence: 'likely', message: 'The token itself says how it is to be checked: its sender can choose `none`, or the public key as a secret' };
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
