/** Private keys in armour, whatever the quoting between their lines, and JSON Web Tokens and keys. */
import type { Range } from '#core/text';
import { type Candidate, WEIGHT } from './candidate.ts';

/** Characters of a key's body with its quoting: an RSA key of 16,384 bits takes 12,500. */
const LONGEST_KEY = 14_000;
/** The shortest body that is a key: Ed25519 in PKCS#8 has 64 characters. */
const SHORTEST_BODY = 56;
const SHORTEST_LINE = 20;

/** Every private key and token of the text. Linear: each armour and each `eyJ` is walked once. */
export function keysIn(text: string): Candidate[] {
  return [...armoured(text), ...webTokens(text), ...webKeys(text)];
}

function* armoured(text: string): Generator<Candidate> {
  const opening = /-----BEGIN ([A-Z\d ]{0,24})PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d: /g;
  for (const match of text.matchAll(opening)) {
    const range = match[1] === undefined ? putty(text, match.index) : keyAt(text, match.index, match.index + match[0].length);
    if (range === undefined) continue;
    const kind = (match[1] ?? 'PuTTY').trim();
    const what = kind === '' ? 'Private key' : `Private key (${kind === 'RSA' || kind === 'EC' || kind === 'DSA' || kind === 'PGP' ? kind : kind.toLowerCase()})`;
    yield { range, kind: 'private-key', format: 'private-key', what, prefix: '', severity: 'critical', values: bodies(text, range), weight: WEIGHT.key };
  }
}

/** From the armour's opening to its end, when enough of a body stands between; quotes, escapes, signs and comments between its lines are passed over. */
function keyAt(text: string, start: number, bodyStart: number): Range | undefined {
  const limit = Math.min(text.length, bodyStart + LONGEST_KEY);
  const dashes = text.indexOf('-----', bodyStart);
  const close = text.startsWith('-----END', dashes) ? dashes : -1;
  const stop = dashes < 0 || dashes > limit ? limit : dashes;
  const block = text.slice(bodyStart, stop).replace(/(?:Proc-Type|DEK-Info|Version|Comment|Hash):[^\n\\]{0,100}/g, '');
  const lines = block
    .replace(/\\[nrt]|\\u000a|&#10;|%0A/gi, ' ')
    .replace(/["'`] {0,8}\+\s{0,80}["'`]/g, ' ')
    .replace(/^[ \t]{0,20}\/\/ ?/gm, ' ')
    .split(/[^A-Za-z\d+/=]/)
    .filter((line) => line !== '');
  // A key's lines are long; what follows a mere mention of the armour is code or prose.
  const body = lines.filter((line) => line.length >= SHORTEST_LINE).join('');
  if ((lines[0] ?? '').length < SHORTEST_LINE || body.length < SHORTEST_BODY || new Set(body).size < 16 || /\.{3}|x{8}|X{8}|\*{3}/.test(block.slice(0, 2000))) return undefined;
  if (stop !== close) return { start, end: Math.min(stop, bodyStart + runLength(text, bodyStart, limit)) };
  const end = text.indexOf('-----', close + 8);
  return { start, end: end < 0 || end > close + 60 ? close + 8 : end + 5 };
}

/** How far the characters of a body and its quoting go on when the armour is never closed. */
function runLength(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && /[A-Za-z\d+/=\s\\"'`,|]/.test(text[at]!)) at++;
  return at - from;
}

function putty(text: string, start: number): Range | undefined {
  const head = text.slice(start + 1, start + 4000);
  const next = head.indexOf('PuTTY-User-Key-File-');
  const body = head.slice(0, next < 0 ? head.length : next).indexOf('Private-Lines:');
  if (body < 0) return undefined;
  const from = start + 1 + body;
  const mac = text.slice(from, from + LONGEST_KEY).indexOf('Private-MAC:');
  return { start, end: mac < 0 ? Math.min(text.length, from + 400) : from + mac + 12 };
}

/** The long lines of a key, for masking them one by one where a message quotes a part. */
function bodies(text: string, { start, end }: Range): string[] {
  return (text.slice(start, end).match(/[A-Za-z\d+/=]{32,}/g) ?? []).slice(0, 400);
}

function* webTokens(text: string): Generator<Candidate> {
  const token = /eyJ[\w-]{8,2000}\.(?:eyJ)?[\w-]{8,6000}\.[\w-]{8,2000}/y;
  for (let at = text.indexOf('eyJ'); at >= 0; at = text.indexOf('eyJ', at + 3)) {
    if (/[\w-]/.test(text[at - 1] ?? '') && text[at - 2] !== '\\') continue;
    token.lastIndex = at;
    const whole = token.exec(text)?.[0];
    if (whole === undefined) continue;
    const start = at;
    at += whole.length - 3;
    const [header = '', payload = ''] = whole.split('.');
    if (!/"(?:alg|typ|enc|kid)"/.test(decoded(header)) || isPublic(decoded(payload), whole)) continue;
    yield { range: { start, end: start + whole.length }, kind: 'jwt', format: 'jwt', what: 'JSON Web Token', prefix: 'eyJ', severity: 'high', values: [], weight: WEIGHT.jwt };
  }
}

/** Tokens meant to be seen: the one on jwt.io's front page, a Supabase project's anonymous key, a Mapbox-like public one. */
function isPublic(payload: string, whole: string): boolean {
  if (/"John Doe"/.test(payload) && /1516239022/.test(payload)) return true;
  if (/"role":"anon"/.test(payload)) return true;
  return new Set(whole.slice(whole.lastIndexOf('.') + 1)).size < 6 || /signature/i.test(whole.slice(whole.lastIndexOf('.')));
}

function decoded(part: string): string {
  return Buffer.from(part.slice(0, 4000), 'base64url').toString('latin1');
}

/** `"d"` beside `"kty"`: the private half of a JSON Web Key. */
function* webKeys(text: string): Generator<Candidate> {
  const half = /\\{0,2}["']?\bd\\{0,2}["']?\s{0,4}:\s{0,4}\\{0,2}["']([\w-]{40,700})\\{0,2}["']/g;
  let from = 0;
  for (let at = text.indexOf('kty'); at >= 0; at = text.indexOf('kty', at + 500)) {
    const start = Math.max(from, at - 1500);
    const window = text.slice(start, at + 1500);
    for (const match of window.matchAll(half)) {
      const offset = start + match.index + match[0].lastIndexOf(match[1]!);
      from = offset + match[1]!.length;
      yield { range: { start: offset, end: from }, kind: 'private-key', format: 'jwk', what: 'Private JSON Web Key', prefix: '', severity: 'critical', values: [], weight: WEIGHT.key };
    }
  }
}
