/** Secrets made of numbers that can be guessed. */
import { innermost } from '../fingerprint.ts';
import type { CallEvent } from '../flow/events.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';

/** Names of things that must not be guessed. */
const SECRET = /token|secret|passw|pwd|session(?!storage)|\botp\b|[oO]tp(?![a-z])|\b2fa|twoFactor|nonce|\bsalt|Salt|csrf|xsrf|api_?key|apikey|reset|verif|\bpin\b|pinCode|[pP]incode|credential|auth|cookie|license|licence|coupon|voucher|invite|invitation|one_?time|confirmation|signature|encrypt|cipher|privateKey|private_key|accessKey|recovery|challenge|\biv\b|passcode|captcha|magic|giftcard|redeem|unsubscribe|activat|referral|pairing|backup_?code|mnemonic|seed_?phrase|wallet|share_?(?:link|id|code|token)|device_?code|user_?code|download_?(?:link|key)/i;
/** Keys of cryptography, and the many other things that are called keys. */
const KEY = /[a-z](?:Key|_key)$|^key$/;
const TABLE_KEY = /(?:cache|sort|primary|object|storage|map|row|dedupe|query|react|item|list|foreign|partition|group|index|hash|field|public|route|event)_?key$/i;
/** Words that look like one of those and are none. */
const PLAYFUL = /jitter|delay|backoff|retry|sampl(?:e|ing)$|shuffle|colou?r|animation|position|demo|mock|dice|lottery|random(?:Item|Element|Index|Choice)|tokeni[sz]|author(?!i)|tokens?(?:Count|Used|Limit|Length)|(?:tip|quote|hint|message|avatar|banner|advert|slide|winner|width|height|opacity|timeout|interval|duration|ttl|ms|style|expires?(?:In|At)?|maxAge)$/i;
/** Names that say nothing: what they hold shows where they are used. */
const PLAIN = /^(?:id|code|value|val|str|string|result|res|out|output|ret|s|x|n|num|number|digits?|chars?|characters|bytes|random|rand|rnd|raw|hex|text|link|generated|generate|suffix|part|parts|pieces|candidate|next|picked|make|create|build|get|start|open|send|issue|new\w*|uid|guid|uuid|ref|reference|key|slug|url)$/i;
/** What a line is about that puts a plain name to use. */
const SECRET_USE = /2fa|\bmfa\b|\botp\b|login code|sign-?in code|verif(?:y|ication)|password|reset|invit|session|\btoken|secret|csrf|nonce|api.?key|voucher|coupon|credential|one-?time|magic link|passcode|unsubscribe|activation|pairing|recovery|backup code|share link/i;

/** Generators that are no match for a guesser. */
const WEAK: ReadonlyMap<string, string> = new Map([
  ...'Math.random lodash.random lodash.sample lodash.sampleSize lodash.shuffle seedrandom() seedrandom().quick seedrandom().int32 seedrandom.alea() nanoid/non-secure.nanoid nanoid/non-secure.customAlphabet() random-seed.create() random-seed.create().string random-seed.create().range random.int random.float underscore.random underscore.sample underscore.shuffle chance().string chance().hash chance().integer chance().guid chance.Chance().string chance.Chance().hash chance.Chance().integer random-js.Random().string random-js.Random().integer random-js.Random().uuid4 mersenne-twister().random alea() prando().nextInt prando().nextString uid.uid uid.uid/single uniqid uniqid.time hat shortid.generate shortid @lukeed/uuid.uuid random-string short-unique-id().rnd short-unique-id().randomUUID lodash.uniqueId hyperid()() @faker-js/faker.faker.string.alphanumeric @faker-js/faker.faker.internet.password uuid.v1 uuid/v1 cuid'.split(' ').map((api) => [api, api.replace(/\(\)/g, '')] as const),
]);

export default defineRule({
  id: 'use-strong-randomness',
  summary: 'Make secrets from a cryptographic random source.',
  why: '`Math.random` is a small generator whose next numbers follow from a few earlier ones: whoever sees some tokens can compute the others.',
  advice: 'Use `crypto.randomUUID()`, `crypto.randomBytes(32)` or `crypto.randomInt(max)`.',
  cwe: [338, 330],
  owasp: ['A02:2021 Cryptographic Failures', 'A04:2025 Cryptographic Failures'],
  words: ['Math.random', 'random', 'sample', 'shuffle', 'pseudoRandomBytes', 'non-secure', 'Chance', 'chance', 'Date.now', 'getTime', 'uuid', 'alea', 'prando', 'uid', 'uniqid', 'shortid', 'hat', 'hyperid', 'faker', 'cuid', 'mersenne'],
  *check(input) {
    for (const event of input.flow.calls) {
      if (event.api === 'crypto.pseudoRandomBytes') yield report(event, '`crypto.pseudoRandomBytes` is', input);
      else if (event.api === 'Date.now' || event.api === 'Date().getTime' || event.api === 'performance.now' || event.api === 'process.hrtime') {
        const name = clockSecret(event, input);
        if (name !== undefined) yield { node: event.node, severity: 'medium', confidence: 'likely', message: `\`${name}\` is made of the time, which anybody can guess` };
      } else if (WEAK.has(event.api ?? '') || (event.node.callee.kind === 'member' && event.node.callee.key === 'random' && event.node.callee.object.kind === 'name' && event.node.callee.object.slot.name === 'Math')) {
        const purpose = secretPurpose(event, input);
        if (purpose !== undefined) yield report(event, `\`${purpose}\` is made with \`${WEAK.get(event.api ?? '') ?? 'Math.random'}\`, which is`, input);
      }
    }
  },
});

function report(event: CallEvent, what: string, input: RuleInput): Report {
  return { node: event.node, severity: 'medium', confidence: 'likely', message: `${what} not random enough for a secret`, fixes: stronger(event, input) };
}

/** The name of the secret that the number goes into: of the variable, the member, or the function around it. */
function secretPurpose(event: CallEvent, input: RuleInput): string | undefined {
  const { text, flow } = input;
  const statement = innermost(flow.program.statements, event.node);
  const before = text.slice(Math.max(statement.start, event.node.start - 300), event.node.start);
  const names = [...before.matchAll(/([A-Za-z_$][\w$]*)(?:\[[^\]]{0,20}\])?\s*(?::[^=,(){}]{0,40})?(?:\+|\|\||\?\?)?=(?![=>])|([A-Za-z_$][\w$]*)\s*:(?!:)|\.([A-Za-z_$][\w$]*)\s*\(\s*[^()]*$/g)].flatMap((match) => match.slice(1).filter((name) => name !== undefined));
  const fn = event.fn?.name ?? '';
  const near = names.slice(-3);
  const all = [...near, fn, ...outerNames(event, flow)];
  // The nearest name says what it is; the ones around it only what it stands beside.
  const nearest = near.at(-1) ?? fn;
  if (PLAYFUL.test(nearest) || all.some((name) => PLAYFUL.test(name))) return undefined;
  const isOauth = /oauth|authori[sz]e/i.test(text);
  const isSecret = (name: string): boolean => SECRET.test(name) || (KEY.test(name) && !TABLE_KEY.test(name)) || (isOauth && /^(?:state|nonce|challenge)$/i.test(name));
  // A small helper is as secret as what its callers make with it.
  const direct = all.find(isSecret) ?? usesOf(all.at(-1) ?? fn, text).find((name) => isSecret(name) && !PLAYFUL.test(name));
  return direct ?? usedAsSecret(event, near, input);
}

/** A plain name (`id`, `code`) that a line of the same function puts to a secret use. */
function usedAsSecret(event: CallEvent, near: readonly string[], { text, flow }: RuleInput): string | undefined {
  const name = near.find((one) => PLAIN.test(one)) ?? '';
  const owner = flow.program.classes.find((cls) => cls.start <= event.node.start && event.node.end <= cls.end)?.name ?? '';
  if (/session|token|otp|csrf|invite|voucher|coupon|password|credential|apikey|nonce/i.test(owner) && (name !== '' || PLAIN.test(event.fn?.name ?? ''))) return name === '' ? owner : name;
  if (name === '') return undefined;
  const statement = innermost(flow.program.statements, event.node);
  const around = flow.program.functions.filter((fn) => fn.start <= statement.start && statement.end <= fn.end).toSorted((a, b) => a.end - a.start - (b.end - b.start))[0];
  if (around === undefined && text.length > 4000) return undefined;
  const lines = (around ? code(text, around) : text).split('\n').filter((line) => new RegExp(`(?<![.\\w])${name}\\b`).test(line) && !line.includes(code(text, event.node)));
  return lines.some((line) => SECRET_USE.test(line)) ? name : undefined;
}

/** `token = Date.now().toString(36)`, or a hash of it: a secret that is nothing but the time. */
function clockSecret(event: CallEvent, { text, flow }: RuleInput): string | undefined {
  const statement = innermost(flow.program.statements, event.node);
  const line = text.slice(statement.start, Math.min(statement.end, statement.start + 300));
  const name = /(?:const|let|var)\s+(\w+)\s*(?::[^=]{1,40})?=(?!=)|([\w$]+)\s*=(?![=>])/.exec(line)?.slice(1).find((one) => one !== undefined) ?? (/^\s*return\b/.test(line) ? (event.fn?.name ?? '') : '');
  if (!/token|secret|passw|otp|session_?id|api_?key|nonce|csrf|reset_?code|invite_?code|voucher|coupon/i.test(name) || /time|date|expir|age|ttl|issued|last|start|count|_at$|At$|used|valid/i.test(name)) return undefined;
  if (/random|uuid|nanoid|ulid|\bsign\(|[<>]|\s-\s|exp|ttl|maxAge|hmac/i.test(line)) return undefined;
  return /\.toString\(|createHash|md5|btoa|base64|String\(|`/.test(line) ? name : undefined;
}

/** Names that statements which mention a function give to what they make, and the functions around them. */
function usesOf(fn: string, text: string): readonly string[] {
  if (!/^\w{2,}$/.test(fn)) return [];
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (!new RegExp(`\\b${fn}\\b`).test(line) || new RegExp(`(?:function|const|let|var)\\s+${fn}\\b`).test(line)) return [];
    const near = lines.slice(Math.max(0, index - 1), index + 1).join(' ');
    return [...near.matchAll(/(?:function|const|let|var)\s+(\w+)|(\w+)\s*[:=](?![=>])/g)].map((match) => match[1] ?? match[2]!);
  });
}

/** Names of the functions around the call, innermost first. */
function outerNames(event: CallEvent, flow: RuleInput['flow']): readonly string[] {
  return flow.program.functions.filter((fn) => fn.start <= event.node.start && event.node.end <= fn.end && fn.name !== '').map((fn) => fn.name).slice(0, 2);
}

/** Whole idioms that have a strong counterpart: `Math.random().toString(36).slice(2)`, `Math.floor(Math.random() * n)`. */
function stronger(event: CallEvent, { text, flow }: RuleInput): readonly Repair[] {
  if (event.api !== 'Math.random') return [];
  const global = flow.program.imports.some(({ module }) => module === 'crypto' || module === 'node:crypto') && /import\s+(?:\*\s+as\s+)?crypto\b|const crypto = require/.test(text);
  const webName = global ? 'crypto' : 'globalThis.crypto';
  const after = text.slice(event.node.end, event.node.end + 80);
  const tail = /^\.toString\(\s*(?:16|32|36)\s*\)(?:\s*\.\s*(?:slice|substring|substr)\(\s*[^()]{0,12}\))?/.exec(after);
  if (tail !== null) {
    const start = event.node.start;
    const edit = { range: { start, end: event.node.end + tail[0].length }, text: `${webName}.randomUUID()` };
    // Two halves joined by + are one value already.
    return /\+\s*$/.test(text.slice(Math.max(0, start - 6), start)) || /^\s*\+/.test(after.slice(tail[0].length)) ? [] : [{ title: 'Use crypto.randomUUID()', kind: 'suggestion', change: [edit] }];
  }
  const head = /Math\.(?:floor|trunc)\(\s*$/.exec(text.slice(Math.max(0, event.node.start - 30), event.node.start));
  const factor = /^\s*\*\s*([\w.]{1,40})\s*\)/.exec(after);
  if (head === null || factor === null || !global) return [];
  return [{ title: 'Use crypto.randomInt()', kind: 'suggestion', change: [{ range: { start: event.node.start - head[0].length, end: event.node.end + factor[0].length }, text: `crypto.randomInt(${factor[1]!.replace(/^1e(\d)$/, (_, zeros: string) => `1${'0'.repeat(Number(zeros))}`)})` }] }];
}
