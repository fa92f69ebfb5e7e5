/** Secrets made of numbers that can be guessed. */
import { innermost } from '../fingerprint.ts';
import type { CallEvent } from '../flow/events.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';

/** Names of things that must not be guessed. */
const SECRET = /token|secret|passw|pwd|session(?!storage)|\botp\b|[oO]tp(?![a-z])|nonce|\bsalt|Salt|csrf|xsrf|api_?key|apikey|reset|verif|\bpin\b|pinCode|[pP]incode|credential|auth|cookie|license|licence|coupon|voucher|invite|invitation|one_?time|confirmation|signature|encrypt|cipher|privateKey|private_key|accessKey|recovery|challenge|\biv\b|passcode|captcha|magic/i;
/** Keys of cryptography, and the many other things that are called keys. */
const KEY = /[a-z](?:Key|_key)$|^key$/;
const TABLE_KEY = /(?:cache|sort|primary|object|storage|map|row|dedupe|query|react|item|list|foreign|partition|group|index|hash|field|public|route|event)_?key$/i;
/** Words that look like one of those and are none. */
const PLAYFUL = /jitter|delay|backoff|retry|sample|shuffle|colou?r|animation|position|demo|mock|dice|lottery|random(?:Item|Element|Index|Choice)|tokeni[sz]|author(?!i)|tokens?(?:Count|Used|Limit|Length)/i;

export default defineRule({
  id: 'use-strong-randomness',
  summary: 'Make secrets from a cryptographic random source.',
  why: '`Math.random` is a small generator whose next numbers follow from a few earlier ones: whoever sees some tokens can compute the others.',
  advice: 'Use `crypto.randomUUID()`, `crypto.randomBytes(32)` or `crypto.randomInt(max)`.',
  cwe: [338, 330],
  owasp: ['A02:2021 Cryptographic Failures', 'A04:2025 Cryptographic Failures'],
  words: ['Math.random', '.random(', '.sample(', '.shuffle(', 'pseudoRandomBytes', 'random-js', 'seedrandom', 'Chance', 'chance'],
  *check(input) {
    for (const event of input.flow.calls) {
      if (event.api === 'crypto.pseudoRandomBytes') yield report(event, '`crypto.pseudoRandomBytes` is', input);
      else if (event.api === 'Math.random' || event.api === 'lodash.random' || event.api === 'lodash.sample' || event.api === 'lodash.shuffle') {
        const purpose = secretPurpose(event, input);
        if (purpose !== undefined) yield report(event, `\`${purpose}\` is made with \`${event.api}\`, which is`, input);
      }
    }
  },
});

function report(event: CallEvent, what: string, _input: RuleInput): Report {
  return { node: event.node, severity: 'medium', confidence: 'likely', message: `${what} not random enough for a secret`, fixes: [] };
}

/** The name of the secret that the number goes into: of the variable, the member, or the function around it. */
function secretPurpose(event: CallEvent, { text, flow }: RuleInput): string | undefined {
  const statement = innermost(flow.program.statements, event.node);
  const before = text.slice(Math.max(statement.start, event.node.start - 300), event.node.start);
  const names = [...before.matchAll(/([A-Za-z_$][\w$]*)\s*(?::[^=,(){}]{0,40})?(?:\+|\|\||\?\?)?=(?![=>])|([A-Za-z_$][\w$]*)\s*:(?!:)|\.([A-Za-z_$][\w$]*)\s*\(\s*[^()]*$/g)].flatMap((match) => match.slice(1).filter((name) => name !== undefined));
  const fn = event.fn?.name ?? '';
  const all = [...names.slice(-3), fn, ...outerNames(event, flow)];
  if (all.some((name) => PLAYFUL.test(name))) return undefined;
  const isOauth = /oauth|authori[sz]e/i.test(text);
  const isSecret = (name: string): boolean => SECRET.test(name) || (KEY.test(name) && !TABLE_KEY.test(name)) || (isOauth && /^(?:state|nonce|challenge)$/i.test(name));
  // A small helper is as secret as what its callers make with it.
  return all.find(isSecret) ?? usesOf(all.at(-1) ?? fn, text).find((name) => isSecret(name) && !PLAYFUL.test(name));
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
