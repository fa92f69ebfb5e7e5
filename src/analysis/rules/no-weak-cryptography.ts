/** Hashes, ciphers, keys and passwords' hashing that no longer protect. */
import { innermost } from '../fingerprint.ts';
import type { CallEvent } from '../flow/events.ts';
import type { Expr } from '../flow/program.ts';
import type { Value } from '../flow/value.ts';
import { wrappingWith } from '../fixes/wrap.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';

const WEAK_HASH = /^(?:md[245]|sha-?1|ripemd(?:160)?|rmd160|rsa-md5|rsa-sha1)$/i;
/** Marks of uses that need no secret, anywhere in the function around. */
const NO_SECRET_NEAR = /etag|if-none-match|sec-websocket|258EAFA5|gravatar|content-md5|content_md5/i;
/** Fast digests that are sound for anything but passwords. */
const FAST_LIBRARIES = /^(?:crypto-js|CryptoJS|crypto-js\/[\w-]+)\.SHA(?:224|256|384|512|3)$|^(?:sha256|js-sha256|js-sha256\.sha256|js-sha512\.sha512|sha\.js|hash\.js\.sha256|fast-sha256|@noble\/hashes\/sha2(?:56)?\.sha256)$/;
const WEAK_CIPHER = /^(?:des|des3|3des|des-|des_|tripledes|rc2|rc4|bf|blowfish|seed|idea|cast)|-ecb$|^aes-?\d*-?ecb/i;
/** What a fast or broken hash is fine for. */
const NO_SECRET = /etag|cache|checksum|fingerprint|dedup|gravatar|avatar|content_?hash|file_?hash|asset|bucket|shard|partition|color|colour|version|integrity_?legacy|git/i;
const PASSWORD = /passw|pwd|passphrase|(?:^|[^a-zA-Z])pin(?![a-z])|[a-z]Pin(?![a-z])|pinCode|passcode/i;

export default defineRule({
  id: 'no-weak-cryptography',
  summary: 'Do not protect anything with broken hashes, ciphers or keys.',
  why: 'What these algorithms and sizes hide or sign can be read or forged with ordinary hardware.',
  advice: 'Use SHA-256 or better for digests, AES-256-GCM with a fresh IV for encryption, scrypt or argon2 for passwords, RSA from 2048 bits.',
  cwe: [327, 328, 326, 916],
  owasp: ['A02:2021 Cryptographic Failures', 'A04:2025 Cryptographic Failures'],
  words: ['hash(', 'iterations', 'randomPrime', 'DiffieHellman', 'createECDH', 'forge', 'NodeRSA', 'node-rsa', 'argon2', 'scrypt', 'PBKDF2', 'ModeOfOperation', 'createHash', 'createHmac', 'createCipher', 'createDecipher', 'pbkdf2', 'generateKeyPair', 'CryptoJS', 'crypto-js', 'md5', 'sha1', 'bcrypt', 'createSign', 'DES', 'ECB', 'modulusLength', 'subtle'],
  *check(input) {
    for (const event of input.flow.calls) yield* judge(event, input);
    for (const event of input.flow.calls) yield* passwordHash(event, input);
  },
});

function* judge(event: CallEvent, input: RuleInput): Iterable<Report> {
  const api = event.api ?? '';
  const [first, second, third] = event.args;
  const node = event.node.args[0];
  switch (api) {
    case 'crypto.createHash':
    case 'crypto.createHmac':
    case 'crypto.createSign':
    case 'crypto.createVerify':
    case 'crypto.hash': {
      const name = constantText(first);
      const data = api === 'crypto.hash' ? event.node.args[1] : undefined;
      const isPassword = data !== undefined && PASSWORD.test(code(input.text, data));
      if (node && name !== undefined && WEAK_HASH.test(name.replace(/^RSA-/i, '')) && !(api === 'crypto.createHmac' && /sha-?1/i.test(name)) && (isPassword || !needsNoSecret(event, input))) {
        yield { node, severity: 'medium', confidence: 'pattern', message: `\`${name}\` is broken: texts with the same digest can be made at will`, fixes: PASSWORD.test(around(event, input)) ? [] : replaced(node, first, "'sha256'", 'Use SHA-256') };
      } else if (data !== undefined && isPassword && name !== undefined && !/token|reset/i.test(code(input.text, data))) yield fastPassword(data);
      return;
    }
    case 'crypto.createCipheriv':
    case 'crypto.createDecipheriv': {
      const name = cipherName(first);
      if (node && name !== undefined && WEAK_CIPHER.test(name)) {
        yield { node, severity: 'high', confidence: 'likely', message: /ecb/i.test(name) ? `\`${name}\` encrypts equal blocks to equal blocks: the pattern of the text shows through` : `\`${name}\` is broken: what it encrypts can be read` };
      } else if (api === 'crypto.createCipheriv' && third && event.node.args[2] && isFixedBytes(third, input) && name !== undefined) {
        yield { node: event.node.args[2], severity: 'medium', confidence: 'likely', message: 'This IV is the same for every message: equal texts look equal, and with GCM the key itself is lost', advice: 'Make one with `crypto.randomBytes` for each message and send it along.', fixes: freshIv(event.node.args[2], name, input) };
      }
      if (second && event.node.args[1] && isFixedBytes(second, input)) {
        yield { node: event.node.args[1], severity: 'high', confidence: 'likely', message: 'This key is written in the code: whoever reads it can decrypt everything', advice: 'Load the key from the environment or a key store.' };
      }
      return;
    }
    case 'crypto.subtle.digest':
    case 'crypto.webcrypto.subtle.digest':
    case 'window.crypto.subtle.digest': {
      const name = constantText(first) ?? constantText(first?.fields?.get('name'));
      if (node && name !== undefined && WEAK_HASH.test(name) && !needsNoSecret(event, input)) yield { node, severity: 'medium', confidence: 'pattern', message: `\`${name}\` is broken: texts with the same digest can be made at will`, fixes: replaced(node, first, "'SHA-256'", 'Use SHA-256') };
      else if (event.node.args[1] && PASSWORD.test(code(input.text, event.node.args[1])) && !/token|reset/i.test(code(input.text, event.node.args[1]))) yield fastPassword(event.node.args[1]);
      return;
    }
    case 'crypto.createCipher':
    case 'crypto.createDecipher':
      yield { node: event.node, severity: 'high', confidence: 'likely', message: `\`${api.slice(7)}\` makes key and IV from the password by MD5, without salt`, advice: 'Derive a key with scrypt and use `createCipheriv` with a random IV.' };
      return;
    case 'crypto.pbkdf2':
    case 'crypto.pbkdf2Sync': {
      const rounds = mostOf(third);
      if (event.node.args[2] && rounds !== undefined && rounds < 100_000) yield { node: event.node.args[2], severity: 'medium', confidence: 'likely', message: `${rounds} rounds are too few: guessing passwords stays cheap`, advice: 'Use 600,000 rounds of SHA-256, or scrypt.', fixes: replaced(event.node.args[2], third, '600_000', 'Use 600,000 rounds') };
      const digest = constantText(event.args[4]);
      if (event.node.args[4] && digest !== undefined && /^md5$/i.test(digest)) yield { node: event.node.args[4], severity: 'medium', confidence: 'likely', message: '`md5` is broken' };
      return;
    }
    case 'crypto.generateKeyPair':
    case 'crypto.generateKeyPairSync': {
      const bits = second?.fields?.get('modulusLength');
      const size = mostOf(bits);
      if (bits?.node && size !== undefined && size < 2048) yield { node: nodeIn(bits.node, event, 1), severity: 'high', confidence: 'likely', message: `An RSA or DSA key of ${size} bits can be factored`, fixes: bits.node.kind === 'constant' ? [{ title: 'Use 3072 bits', kind: 'safe', change: [{ range: { start: bits.node.start, end: bits.node.end }, text: '3072' }] }] : [] };
      const curve = constantText(second?.fields?.get('namedCurve'));
      if (curve !== undefined && WEAK_CURVE.test(curve)) yield { node: event.node.args[1]!, severity: 'medium', confidence: 'likely', message: `The curve \`${curve}\` is too small` };
      return;
    }
    case 'bcrypt.hash':
    case 'bcrypt.hashSync':
    case 'bcryptjs.hash':
    case 'bcryptjs.hashSync':
    case 'bcrypt.genSalt':
    case 'bcrypt.genSaltSync':
    case 'bcryptjs.genSalt':
    case 'bcryptjs.genSaltSync': {
      const index = event.name.startsWith('hash') ? 1 : 0;
      const rounds = mostOf(event.args[index]);
      if (event.node.args[index] && rounds !== undefined && rounds < 10) yield { node: event.node.args[index], severity: 'medium', confidence: 'likely', message: `A cost of ${rounds} makes guessing passwords cheap`, advice: 'Use a cost of 12 or more.', fixes: replaced(event.node.args[index], event.args[index], '12', 'Use a cost of 12') };
      return;
    }
    default:
      yield* webCrypto(event, api, input);
      yield* sizes(event, api);
      yield* libraries(event, api, input);
  }
}

const WEAK_CURVE = /^(?:secp(?:112|128|160|192)\w*|prime192v\w|sect(?:113|131|163|193)\w*|P-192)$/i;

/** Web Crypto takes its parameters as an object. */
function* webCrypto(event: CallEvent, api: string, input: RuleInput): Iterable<Report> {
  if (!/^(?:crypto|window\.crypto|globalThis\.crypto|self\.crypto|crypto\.webcrypto)\.subtle\.\w+$/.test(api)) return;
  const [options] = event.args;
  const node = event.node.args[0];
  if (options === undefined || node === undefined) return;
  const iv = options.fields?.get('iv') ?? options.fields?.get('counter');
  if (event.name === 'encrypt' && iv !== undefined && isFixedBytes(iv, input)) yield { node: nodeIn(iv.node ?? node, event, 0), severity: 'medium', confidence: 'likely', message: 'This IV is the same for every message: equal texts look equal, and with GCM the key itself is lost', advice: 'Make one with `crypto.getRandomValues` for each message and send it along.' };
  const rounds = mostOf(options.fields?.get('iterations'));
  if (rounds !== undefined && rounds < 100_000) yield { node: nodeIn(options.fields!.get('iterations')!.node ?? node, event, 0), severity: 'medium', confidence: 'likely', message: `${rounds} rounds are too few: guessing passwords stays cheap`, advice: 'Use 600,000 rounds of SHA-256.' };
  const bits = mostOf(options.fields?.get('modulusLength'));
  if (bits !== undefined && bits < 2048) yield { node: nodeIn(options.fields!.get('modulusLength')!.node ?? node, event, 0), severity: 'high', confidence: 'likely', message: `An RSA key of ${bits} bits can be factored` };
  const hash = options.fields?.get('hash');
  const name = constantText(hash) ?? constantText(hash?.fields?.get('name'));
  if (name !== undefined && WEAK_HASH.test(name) && !/HMAC|PBKDF2/.test(constantText(options.fields?.get('name')) ?? '')) yield { node: nodeIn(hash?.node ?? node, event, 0), severity: 'medium', confidence: 'likely', message: `\`${name}\` is broken: texts with the same digest can be made at will` };
}

/** Sizes and costs of other primitives. */
function* sizes(event: CallEvent, api: string): Iterable<Report> {
  const [first, second] = event.args;
  const node = event.node.args[0];
  if (node === undefined) return;
  if (api === 'crypto.createDiffieHellman' && (mostOf(first) ?? 2048) < 2048) yield { node, severity: 'high', confidence: 'likely', message: `A Diffie-Hellman group of ${String(mostOf(first))} bits can be solved` };
  else if (/^crypto\.(?:getDiffieHellman|createDiffieHellmanGroup)$/.test(api) && /^modp(?:1|2|5)$/.test(constantText(first) ?? '')) yield { node, severity: 'high', confidence: 'likely', message: `The group \`${String(constantText(first))}\` is too small` };
  else if (api === 'crypto.createECDH' && WEAK_CURVE.test(constantText(first) ?? '')) yield { node, severity: 'medium', confidence: 'likely', message: `The curve \`${String(constantText(first))}\` is too small` };
  else if (/^(?:crypto\.scrypt(?:Sync)?)$/.test(api)) {
    const cost = mostOf(event.args[3]?.fields?.get('N') ?? event.args[3]?.fields?.get('cost'));
    if (cost !== undefined && cost < 8192 && event.node.args[3]) yield { node: event.node.args[3], severity: 'medium', confidence: 'likely', message: `A cost of ${cost} makes guessing passwords cheap` };
  } else if (api === 'argon2.hash' && second?.fields) {
    const memory = mostOf(second.fields.get('memoryCost'));
    if (memory !== undefined && memory < 7168 && event.node.args[1]) yield { node: event.node.args[1], severity: 'medium', confidence: 'likely', message: `${memory} KiB of memory make guessing passwords cheap` };
  } else if (/^(?:node-rsa|NodeRSA)$/.test(api) && (mostOf(first?.fields?.get('b')) ?? 2048) < 2048) yield { node, severity: 'high', confidence: 'likely', message: `An RSA key of ${String(mostOf(first?.fields?.get('b')))} bits can be factored` };
  else if (/^(?:node-forge|forge)\.(?:pki\.)?rsa\.(?:pki\.)?generateKeyPair$|\.pki\.rsa\.generateKeyPair$/.test(api)) {
    const bits = mostOf(first?.fields?.get('bits') ?? first);
    if (bits !== undefined && bits < 2048) yield { node, severity: 'high', confidence: 'likely', message: `An RSA key of ${bits} bits can be factored` };
  } else if (/^(?:node-forge|forge)\.cipher\.create(?:C|Dec)ipher$/.test(api) && /^(?:DES|3DES|RC2)|ECB/i.test(constantText(first) ?? '')) yield { node, severity: 'high', confidence: 'likely', message: `\`${String(constantText(first))}\` is broken: what it encrypts can be read` };
  else if (/^(?:aes-js|aesjs)\.ModeOfOperation\.ecb$/.test(api)) yield { node: event.node, severity: 'high', confidence: 'likely', message: 'ECB encrypts equal blocks to equal blocks: the pattern of the text shows through' };
}

function* libraries(event: CallEvent, api: string, input: RuleInput): Iterable<Report> {
  const isWeak = /^(?:crypto-js|CryptoJS|crypto-js\/[\w-]+)\.(?:MD5|SHA1|HmacMD5|RIPEMD160)$/.test(api) || /^(?:md5|js-md5|sha1|js-sha1|blueimp-md5|node-forge\.md\.(?:md5|sha1)\.create|ts-md5\.Md5\.hashStr|spark-md5\.hash)$/.test(api);
  const data = event.node.args[0];
  if (FAST_LIBRARIES.test(api) && data && PASSWORD.test(code(input.text, data)) && !/token|reset/i.test(code(input.text, data))) yield fastPassword(data);
  else if (isWeak && !needsNoSecret(event, input)) yield { node: event.node, severity: 'medium', confidence: 'pattern', message: `\`${code(input.text, event.node.callee)}\` is broken: texts with the same digest can be made at will` };
  else if (/^(?:crypto-js|CryptoJS)\.(?:DES|TripleDES|RC4|RC4Drop|Rabbit)\.(?:en|de)crypt$/.test(api)) yield { node: event.node, severity: 'high', confidence: 'likely', message: `\`${code(input.text, event.node.callee)}\` is broken: what it encrypts can be read` };
  else if (/^(?:crypto-js|CryptoJS)\.AES\.(?:en|de)crypt$/.test(api)) {
    const mode = event.args[2]?.fields?.get('mode');
    if (mode?.node && (/ECB/.test(code(input.text, mode.node)) || /\bECB$/.test(mode.api ?? ''))) yield { node: mode.node, severity: 'high', confidence: 'likely', message: 'ECB encrypts equal blocks to equal blocks: the pattern of the text shows through' };
  }
}

/** A fast hash of a password: whoever gets the table tries billions a second. */
function* passwordHash(event: CallEvent, { text }: RuleInput): Iterable<Report> {
  if (event.name !== 'update' || !/^crypto\.createHash\(\)/.test(event.api ?? '')) return;
  const node = event.node.args[0];
  if (node === undefined || !PASSWORD.test(code(text, node)) || /token|reset/i.test(code(text, node))) return;
  const hash = /createHash\(\s*['"`](\w[\w-]*)['"`]/.exec(code(text, event.node))?.[1];
  if (hash !== undefined && WEAK_HASH.test(hash)) return;
  yield fastPassword(node);
}

function fastPassword(node: Expr): Report {
  return { node, severity: 'high', confidence: 'likely', message: 'This password is hashed with a fast hash: whoever gets the table tries billions of guesses a second', advice: 'Hash passwords with scrypt, argon2 or bcrypt, each with its own salt.' };
}

/** Names on the statement around a call: what the digest is for. */
function around(event: CallEvent, { text, flow }: RuleInput): string {
  const { start, end } = innermost(flow.program.statements, event.node);
  return `${text.slice(start, Math.min(end, start + 300))} ${event.fn?.name ?? ''}`;
}

function needsNoSecret(event: CallEvent, input: RuleInput): boolean {
  const near = event.fn && event.fn.end - event.fn.start < 2500 ? code(input.text, event.fn) : '';
  return NO_SECRET.test(around(event, input)) || NO_SECRET_NEAR.test(near);
}

/** The written value where it stands in the call; else the argument that carries it. */
function nodeIn(node: Expr, event: CallEvent, index: number): Expr {
  return event.node.start <= node.start && node.end <= event.node.end ? node : (event.node.args[index] ?? event.node);
}

/** The name of a cipher: a constant, the worst of several, or put together from pieces of which one names the mode. */
function cipherName(value: Value | undefined): string | undefined {
  const names = value?.literals?.filter((one) => typeof one === 'string') ?? [];
  if (names.length > 0) return names.find((name) => WEAK_CIPHER.test(name)) ?? names[0];
  const text = value?.parts?.map((part) => (part.kind === 'text' ? part.text : (part.value.literals?.find((one) => /ecb/i.test(String(one))) ?? 'x'))).join('');
  return text !== undefined && text !== '' ? text : undefined;
}

/** The largest number a value can be, when all it can be is known. */
function mostOf(value: Value | undefined): number | undefined {
  const numbers = value?.literals?.filter((one) => typeof one === 'number') ?? [];
  return numbers.length > 0 && numbers.length === value?.literals?.length ? Math.max(...numbers) : undefined;
}

function constantText(value: Value | undefined): string | undefined {
  const one = value?.literals?.length === 1 ? value.literals[0] : undefined;
  return typeof one === 'string' ? one : undefined;
}

/** Bytes the program's text fixes: a literal, or a buffer of one or of zeroes. */
function isFixedBytes(value: Value, { flow, text }: RuleInput): boolean {
  if (typeof constantText(value) === 'string') return true;
  // Zeroes that are filled in afterwards.
  if (value.node?.kind === 'name' && new RegExp(`(?:randomFill(?:Sync)?|getRandomValues)\\(\\s*${value.node.slot.name.replace(/\W/g, '\\$&')}\\b`).test(text)) return false;
  const node = value.node?.kind === 'name' ? flow.definitions.get(value.node.slot) : value.node;
  if (node?.kind === 'call' && node.callee.kind === 'member' && node.callee.object.kind === 'name' && node.callee.object.slot.name === 'Buffer') {
    const first = node.args[0];
    return (node.callee.key === 'alloc' && node.args[1]?.kind !== 'name') || (node.callee.key === 'from' && first?.kind === 'constant' && typeof first.value === 'string');
  }
  if (node?.kind === 'call' && node.callee.kind === 'member' && node.callee.key === 'encode' && /TextEncoder|encoder/i.test(code(text, node.callee.object))) return node.args[0]?.kind === 'constant';
  if (node?.kind === 'call' && node.callee.kind === 'member' && /^(?:of|from)$/.test(String(node.callee.key)) && code(text, node.callee.object) === 'Uint8Array') return node.args.every((arg) => arg.kind === 'constant' || (arg.kind === 'array' && arg.items.every((item) => item?.kind === 'constant')));
  return node?.kind === 'call' && node.isNew && node.callee.kind === 'name' && node.callee.slot.name === 'Uint8Array' && (node.args[0]?.kind === 'constant' || node.args[0]?.kind === 'array');
}

/** A fresh one in place of what is written there. */
function freshIv(node: Expr, cipher: string, input: RuleInput): readonly Repair[] {
  if (node.kind !== 'constant' && node.kind !== 'call') return [];
  return wrappingWith(node, input, { module: 'node:crypto', name: 'crypto' }, 'Make a fresh IV', (_, crypto) => `${crypto}.randomBytes(${/gcm|ccm|chacha/i.test(cipher) ? 12 : 16})`);
}

function replaced(node: Expr, value: Value | undefined, by: string, title: string): readonly Repair[] {
  return node.kind === 'constant' && value !== undefined ? [{ title, kind: 'suggestion', change: [{ range: { start: node.start, end: node.end }, text: by }] }] : [];
}
