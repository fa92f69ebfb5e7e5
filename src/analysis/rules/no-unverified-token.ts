/** JSON web tokens that are believed without their signature. */
import type { CallEvent } from '../flow/events.ts';
import type { Expr, ObjectExpr } from '../flow/program.ts';
import type { Value } from '../flow/value.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';

const LIBRARIES = /^(?:jsonwebtoken|jwt|jose|fast-jwt|jwt-simple|jws|koa-jwt|express-jwt|passport-jwt|njwt|hono\/jwt|@nestjs\/jwt|@fastify\/jwt|fastify-jwt|@tsndr\/cloudflare-worker-jwt)\b/;
/** Readers that check nothing. */
const DECODERS = new Set(`jsonwebtoken.decode jose.decodeJwt @nestjs/jwt.JwtService().decode jwt-decode jwt-decode.jwtDecode jwt-decode.default jws.decode jwt.decode fast-jwt.createDecoder() hono/jwt.decode hono/utils/jwt.decode paseto.decode @tsndr/cloudflare-worker-jwt.decode
  jwt-js-decode.jwtDecode jsontokens.decodeToken oslo/jwt.parseJWT @oslojs/jwt.decodeJWT aws-jwt-verify/jwt.decomposeUnverifiedJwt jwt-lite.decode @fastify/jwt.decode fastify.App.jwt.decode http.req.jwtDecode jsrsasign.KJUR.jws.JWS.parse jsrsasign.jws.JWS.parse KJUR.jws.JWS.parse njwt.Parser`.split(/\s+/));
const UNSECURED = new Set(['jose.UnsecuredJWT.decode', 'jose.UnsecuredJWT']);
/** Calls that check a signature. */
const VERIFIES = /^(?:verify|jwtVerify|verifyAsync|verifyJwt|verifyToken|compactVerify|verifyIdToken)$/;
/** What a token says of itself without claiming who its owner is. */
const TIMES = new Set(['exp', 'iat', 'nbf', 'header', 'kid']);

export default defineRule({
  id: 'no-unverified-token',
  summary: 'Do not believe a token whose signature was not checked.',
  why: 'Anybody can write a token that says who they like: only the signature tells a real one from theirs.',
  advice: 'Call `verify` with the key and with the algorithms you use, and let expired tokens go.',
  cwe: [347, 345],
  owasp: ['A02:2021 Cryptographic Failures', 'A07:2025 Authentication Failures'],
  words: ['jwt', 'JWT', 'Jwt', 'jsonwebtoken', 'jose', 'jws', 'JWS', 'paseto', 'base64', 'atob'],
  *check(input) {
    for (const event of input.flow.calls) {
      const api = event.api ?? '';
      if (isDecoder(event, input)) {
        if (!isHarmlessLook(event, input)) yield decoded(event, input);
      } else if (UNSECURED.has(api)) yield { node: event.node, severity: 'critical', confidence: 'likely', message: 'An unsecured token has no signature: anybody can write one' };
      else if (api === 'JSON.parse') yield* byHand(event, input);
      else if (api === 'jwt-simple.decode') yield* simple(event);
      else if (LIBRARIES.test(api) || event.name === 'verify' || event.name === 'sign' || event.name === 'verifyAsync' || event.name === 'signAsync') yield* options(event, input);
    }
    for (const object of input.flow.program.objects) yield* written(object, input);
  },
});

const SERVER = /^(?:node:|next\/(?:headers|server)|express|fastify|koa|hono|@nestjs\/|@hapi\/|fs$|http$|aws-lambda|@koa\/|@remix-run\/node|@sveltejs\/kit|h3|restify|polka)/;
const BROWSER = /^(?:react|react-dom|vue|svelte|@angular\/|solid-js|preact|next\/navigation|react-router|expo|react-native|zustand|pinia|jotai|@reduxjs\/)/;

function isServer({ flow }: RuleInput): boolean {
  return flow.program.directives.includes('use server') || flow.program.imports.some(({ module }) => SERVER.test(module));
}

function isBrowser(input: RuleInput): boolean {
  return !isServer(input) && (input.flow.program.directives.includes('use client') || input.flow.program.imports.some(({ module }) => BROWSER.test(module)) || /\b(?:localStorage|sessionStorage|window|document)\b/.test(input.text));
}

function isDecoder(event: CallEvent, input: RuleInput): boolean {
  const api = event.api ?? '';
  // A library of the browser, where there is no key to check with.
  if (api.startsWith('jwt-decode')) return (api === 'jwt-decode' || DECODERS.has(api)) && (isServer(input) || !isBrowser(input) && /\breq(?:uest)?\b|\bctx\b/.test(input.text));
  if (DECODERS.has(api)) return true;
  return event.name === 'jwtDecode' || (event.name === 'decode' && /(?:^|\.)(?:jwt|jwtService|jsonwebtoken)\.decode$/i.test(code(input.text, event.node.callee)) && api !== 'jwt-simple.decode');
}

/** A look inside that believes nothing: for the key's name, for the time it ends, at a token of one's own, or at one that was or will be checked. */
function isHarmlessLook(event: CallEvent, input: RuleInput): boolean {
  const { text, flow } = input;
  const body = event.fn ? code(text, event.fn) : text;
  if (event.args[0]?.api !== undefined && /\.sign(?:Async|Jwt|JWT)?\(\)$/.test(event.args[0].api)) return true;
  if (isBrowser(input) || readsTimesAlone(event, body, input)) return true;
  const isWhole = event.args[1]?.fields?.get('complete')?.literals?.includes(true) === true;
  if (isWhole && !/\bpayload\b/.test(body)) return true;
  for (const other of flow.calls) {
    if (!VERIFIES.test(other.name) || other.fn !== event.fn) continue;
    // What was checked before is known, unless the look is what happens when the check failed.
    if (other.node.start > event.node.start || !/\bcatch\b|\|\||\?\?/.test(text.slice(other.node.end, event.node.start))) return true;
  }
  return false;
}

/** `const { exp } = decode(token)`, or a name of which only such members are read. */
function readsTimesAlone(event: CallEvent, body: string, { text }: RuleInput): boolean {
  const before = text.slice(Math.max(0, event.node.start - 120), event.node.start);
  const after = text.slice(event.node.end, event.node.end + 60);
  const member = /^(?:\s*as\s+[^)]{1,40})?\)?[!?]*\.\s*(\w+)/.exec(after)?.[1];
  if (member !== undefined) return TIMES.has(member);
  const picked = /\{([^{}]*)\}\s*(?::[^=]{1,60})?=\s*(?:await\s+)?\(?$/.exec(before)?.[1];
  if (picked !== undefined) return picked.split(',').map((one) => one.split(/[:=]/)[0]!.trim()).filter((one) => one !== '').every((one) => TIMES.has(one));
  const name = /(?:const|let|var)\s+(\w+)\s*(?::[^=]{1,60})?=\s*(?:await\s+)?\(?$/.exec(before)?.[1];
  if (name === undefined) return false;
  const uses = [...body.matchAll(new RegExp(`\\b${name}\\b(\\??!?\\.(\\w+))?`, 'g'))].slice(1);
  const reads = uses.filter((use) => use[2] !== undefined);
  return reads.length > 0 && reads.every((use) => TIMES.has(use[2]!)) && !new RegExp(`(?:return|=|\\(|,|\\.\\.\\.)\\s*${name}\\s*[;,)\\n}]`).test(body);
}

function decoded(event: CallEvent, input: RuleInput): Report {
  const fixes: readonly Repair[] = event.api === 'jsonwebtoken.decode' ? verifyInstead(event, input) : [];
  return { node: event.node, severity: 'high', confidence: 'likely', message: `\`${code(input.text, event.node.callee)}\` reads the token without checking its signature`, fixes };
}

/** `jwt.decode(token)` to `jwt.verify(token, process.env.JWT_SECRET, …)`; a key that the file verifies with elsewhere is taken. */
function verifyInstead(event: CallEvent, input: RuleInput): readonly Repair[] {
  const { callee, args } = event.node;
  const [token] = args;
  if (callee.kind !== 'member' || token === undefined || args.length > 2 || event.args[1]?.fields?.get('complete')) return [];
  const known = input.flow.calls.find(({ api, node }) => api === 'jsonwebtoken.verify' && node.args[1] !== undefined && (node.args[1].kind === 'name' || node.args[1].kind === 'member'));
  const key = known ? code(input.text, known.node.args[1]!) : 'process.env.JWT_SECRET';
  const bang = known === undefined && /:\s*(?:string|Request|any)\b|\bas\s/.test(input.text) ? '!' : '';
  return [{ title: 'Check the signature (verify)', kind: 'suggestion', change: [{ range: { start: callee.keyNode.start, end: event.node.end }, text: `verify(${code(input.text, token)}, ${key}${bang}, { algorithms: ['HS256'] })` }] }];
}

/** The second of the parts between dots, in code that speaks of tokens. */
function takesMiddle(near: string): boolean {
  return /\.split\(\s*['"`]\.['"`](?:\s*,\s*\d)?\s*\)\s*(?:\[1\]|\.at\(1\))|\[\s*\w*\s*,\s*\w+\s*(?:=[^,\]]*)?(?:,\s*\w*\s*)?\]\s*=\s*[\w.?()]+\.split\(\s*['"`]\.['"`]|=\s*[\w.?!]+\.split\(\s*['"`]\.['"`]\s*\)[\s\S]{0,300}\w\[1\]/.test(near) && /token|jwt|authori[sz]ation|bearer|claims|payload/i.test(near);
}

/** The middle of a token, taken apart and read without a library. */
function* byHand(event: CallEvent, input: RuleInput): Iterable<Report> {
  const { text } = input;
  const [node] = event.node.args;
  if (node === undefined || isBrowser(input)) return;
  const near = event.fn ? text.slice(Math.max(0, event.fn.start - 80), event.node.end) : text.slice(Math.max(0, event.node.start - 600), event.node.end);
  if (!/atob\(|base64/i.test(near) || !takesMiddle(near) || /\blogg(?:er|ing)\b|function log[A-Z]|^\s*log[A-Z]/m.test(near) || /createHmac|createVerify|jwtVerify|\bverify\w*\(|timingSafeEqual/.test(text)) return;
  yield { node: event.node, severity: 'high', confidence: 'pattern', message: 'The payload of the token is read without checking its signature' };
}

/** `jwt-simple` takes the order not to check as a third argument, and the algorithm as a fourth. */
function* simple(event: CallEvent): Iterable<Report> {
  const third = event.node.args[2];
  if (event.args[2]?.literals?.includes(true) && third) yield { node: third, severity: 'high', confidence: 'likely', message: 'This tells `decode` not to check the signature', fixes: third.kind === 'constant' ? [{ title: 'Check the signature', kind: 'suggestion', change: [{ range: { start: third.start, end: third.end }, text: 'false' }] }] : [] };
  else if (String(event.args[3]?.literals?.[0]).toLowerCase() === 'none') yield { node: event.node.args[3]!, severity: 'critical', confidence: 'likely', message: 'The algorithm `none` is a token without a signature' };
}

function* options(event: CallEvent, input: RuleInput): Iterable<Report> {
  const isJwt = LIBRARIES.test(event.api ?? '') || /\bjwt\w*\.\w+$/i.test(code(input.text, event.node.callee));
  for (const arg of event.args) {
    const algorithms = arg.fields?.get('algorithms') ?? arg.fields?.get('algorithm') ?? arg.fields?.get('alg') ?? arg.fields?.get('header')?.fields?.get('alg');
    const items = [...(algorithms?.fields?.values() ?? [])];
    const listed = [...(algorithms?.literals ?? []), ...items.flatMap((value) => value.literals ?? [])].filter((name) => typeof name === 'string');
    if (algorithms && listed.some((name) => name.toLowerCase() === 'none')) {
      yield { node: nodeIn(algorithms, event), severity: 'critical', confidence: 'likely', message: 'The algorithm `none` is a token without a signature' };
    } else if (algorithms && listed.some((name) => /^HS/.test(name)) && listed.some((name) => /^(?:RS|ES|PS|EdDSA)/.test(name))) {
      yield { node: nodeIn(algorithms, event), severity: 'high', confidence: 'likely', message: 'Shared and public keys are accepted at once: whoever has the public key can sign with it as if it were the secret' };
    }
    const taken = [...items, ...(algorithms ? [algorithms] : [])].find((value) => (value.node?.kind === 'member' && value.node.key === 'alg') || (value.node?.kind === 'name' && value.node.slot.name === 'alg'));
    if (taken?.node) yield { node: taken.node, severity: 'high', confidence: 'likely', message: 'The token itself says how it is to be checked: its sender can choose `none`, or the public key as a secret' };
    const ignores = arg.fields?.get('ignoreExpiration');
    if (ignores?.node && ignores.literals?.includes(true) && isJwt) yield ignoring(ignores.node);
    for (const name of ['secret', 'secretOrKey', 'privateKey']) {
      const secret = arg.fields?.get(name);
      if (secret && isJwt && isWeak(secret)) yield { node: nodeIn(secret, event), severity: 'high', confidence: 'likely', message: 'This key can be guessed: whoever guesses it signs tokens of their own' };
    }
  }
  if (!isJwt) return;
  if (VERIFIES.test(event.name)) yield* checking(event, input);
  const [, key] = event.args;
  const node = event.node.args[1];
  if (/^(?:verify|sign)/.test(event.name) && key && node && isWeak(key)) yield { node, severity: 'high', confidence: 'likely', message: 'This key can be guessed: whoever guesses it signs tokens of their own', advice: 'Load a random key of 32 bytes or more from the environment.' };
}

/** What makes a check check nothing: no key, a key that the token names, an error nobody looks at, a promise nobody waits for. */
function* checking(event: CallEvent, input: RuleInput): Iterable<Report> {
  const [, key] = event.args;
  const node = event.node.args[1];
  if (key !== undefined && node !== undefined && key.literals?.length === 1 && !key.literals[0]) yield { node, severity: 'critical', confidence: 'likely', message: 'An empty key checks nothing: a token without a signature passes' };
  const body = event.fn ? code(input.text, event.fn) : '';
  if (/\b(?:jku|x5u|jwk)\b/.test(body) && /decodeProtectedHeader|decode\(|\.split\(/.test(body) && !/\bimport\w*\(.*kid\b|includes\(|has\(|===/.test(body)) yield { node: event.node, severity: 'high', confidence: 'likely', message: 'The token itself names the key it is checked with: its sender names their own', advice: 'Take the keys from an address in the configuration, and only choose among them by `kid`.' };
  const callback = event.node.args.at(-1);
  const error = callback?.kind === 'function' ? callback.params[0]?.target : undefined;
  if (callback?.kind === 'function' && callback.params.length >= 2 && error?.kind === 'bind' && error.slot.reads === 0) {
    const payload = callback.params[1]?.target;
    const name = payload?.kind === 'bind' ? payload.slot.name : '';
    if (!new RegExp(`!\\s*${name}\\b|\\bif\\s*\\(\\s*${name}\\b|\\b${name}\\s*[?&]`).test(code(input.text, callback))) yield { node: callback.params[0]!, severity: 'high', confidence: 'likely', message: 'Nobody looks at this error: a token that fails the check passes like any other' };
  }
}

const GUESSABLE = /^(?:.{1,11}|.*(?:secret|password|passwd|changeme|change_me|change-me|your[-_ ]|example|default|jwt[-_]?key|mysecret|supersecret|123456|qwerty|shhh).*)$/i;

/** A key written in the code that a list of words finds, or the fallback to one. */
function isWeak(key: Value): boolean {
  const fallback = key.node?.kind === 'logical' && key.node.op !== 'and' && key.node.right.kind === 'constant' ? key.node.right.value : undefined;
  const written = key.literals?.length === 1 ? key.literals[0] : fallback;
  return typeof written === 'string' && written !== '' && GUESSABLE.test(written);
}

function nodeIn(value: Value, event: CallEvent): Expr {
  return value.node !== undefined && event.node.start <= value.node.start && value.node.end <= event.node.end ? value.node : event.node;
}

function ignoring(node: Expr): Report {
  const fixes: readonly Repair[] = node.kind === 'constant' ? [{ title: 'Let expired tokens go', kind: 'suggestion', change: [{ range: { start: node.start, end: node.end }, text: 'false' }] }] : [];
  return { node, severity: 'medium', confidence: 'likely', message: '`ignoreExpiration` accepts tokens for ever: a stolen one is good for ever', fixes };
}

/** The same options where no known call takes them: a strategy's `super({ … })`, a module's registration. */
function* written(object: ObjectExpr, { text }: RuleInput): Iterable<Report> {
  if (!/jwt|jose|token/i.test(text)) return;
  for (const entry of object.entries) {
    if (!('key' in entry)) continue;
    if (entry.key === 'ignoreExpiration' && entry.value.kind === 'constant' && entry.value.value === true) yield ignoring(entry.value);
    const names = entry.value.kind === 'array' ? entry.value.items : [entry.value];
    if ((entry.key === 'algorithms' || entry.key === 'algorithm') && names.some((one) => one?.kind === 'constant' && typeof one.value === 'string' && one.value.toLowerCase() === 'none')) yield { node: entry.value, severity: 'critical', confidence: 'likely', message: 'The algorithm `none` is a token without a signature' };
  }
}
