/** Tokens in vendors' own formats: by their beginnings, by marks inside them, by the vendor's name beside a bare shape. */
import type { Range } from '#core/text';
import { type Candidate, WEIGHT } from './candidate.ts';
import { formatsStarting, MARK_FORMATS, NEAR_FORMATS, PREFIX_FORMATS } from './formats/index.ts';
import type { NearFormat, PrefixFormat } from './formats/format.ts';
import { isPlaceholder } from './placeholder.ts';
import { entropy, isWordy, snake } from './shape.ts';

/** The shortest token of any format. */
const SHORTEST = 14;

/** Every token of a known format. Linear: each word of the text is looked up once by its first two characters. */
export function tokensIn(text: string): Candidate[] {
  return [...byPrefix(text), ...byMark(text), ...byVendor(text)];
}

function* byPrefix(text: string): Generator<Candidate> {
  const words = /[A-Za-z0-9][\w-]*/g;
  for (const match of text.matchAll(words)) {
    const start = match.index + escapeBefore(text, match.index, match[0]);
    const formats = formatsStarting(text.slice(start, start + 2));
    if (formats === undefined) continue;
    const best = longest(text, start, formats);
    if (best !== undefined) yield best;
  }
}

/** In `"\nghp_..."` and `\u0022ghp_...` the first letters belong to the escape. */
function escapeBefore(text: string, start: number, word: string): number {
  if (text[start - 1] !== '\\') return 0;
  if (/^u[0-9a-f]{4}/i.test(word)) return 5;
  return /^[nrt]/.test(word) ? 1 : 0;
}

function longest(text: string, start: number, formats: readonly PrefixFormat[]): Candidate | undefined {
  let best: Candidate | undefined;
  for (const format of formats) {
    if (!text.startsWith(format.prefix, start)) continue;
    format.pattern.lastIndex = start;
    const value = format.pattern.exec(text)?.[0];
    if (value === undefined || value.length < SHORTEST || (best !== undefined && value.length <= best.range.end - start)) continue;
    if (!isLikely(value, format.prefix)) continue;
    best = candidateOf(format, { start, end: start + value.length }, format.prefix, WEIGHT.format);
  }
  return best;
}

/** The rest of a token is drawn at random: it is no stand-in, no words, no short alphabet. */
function isLikely(value: string, prefix: string): boolean {
  const rest = value.slice(prefix.length);
  if (isPlaceholder(value) || isPlaceholder(rest)) return false;
  const sample = rest.slice(0, 300);
  if (entropy(sample) < (rest.length < 20 ? 2.5 : 2.8)) return false;
  if (prefix.length <= 4 && /^[a-z-_]+$/.test(rest)) return false;
  return !(isWordy(sample) && (/[-_.]/.test(sample) || !/\d/.test(sample)));
}

function* byMark(text: string): Generator<Candidate> {
  for (const format of MARK_FORMATS) {
    if (!text.includes(format.mark)) continue;
    for (const match of text.matchAll(format.pattern)) {
      if (isPlaceholder(match[0]) || entropy(match[0]) < 2.8 || isWordy(match[0])) continue;
      yield candidateOf(format, { start: match.index, end: match.index + match[0].length }, '', WEIGHT.format);
    }
  }
}

/** Characters before a bare shape in which its vendor must be named. */
const NEAR = 120;

function* byVendor(text: string): Generator<Candidate> {
  const bare = /["'`=: ]([A-Za-z0-9+/][A-Za-z0-9+/=_:.~-]{15,127})(?=["'`\s;,\\)]|$)/gm;
  for (const match of text.matchAll(bare)) {
    const value = match[1]!;
    if (!/\d/.test(value) || /^[\d.:-]+$/.test(value)) continue;
    const start = match.index + 1;
    const end = start + value.length;
    const candidates = NEAR_FORMATS.filter(({ pattern }) => pattern.test(value));
    if (candidates.length === 0 || isPlaceholder(value) || isWordy(value) || entropy(value) < 2.8) continue;
    const before = beforeOf(text, start);
    if (!isBoundAsSecret(before, text[match.index]!)) continue;
    const context = snake(before);
    if (NOT_A_KEY.test(context)) continue;
    const format = candidates.find((candidate: NearFormat) => candidate.near.test(context));
    if (format !== undefined) yield candidateOf(format, { start, end }, '', WEIGHT.near);
  }
}

/** The line before, with the line above when this one is only a short beginning. */
function beforeOf(text: string, start: number): string {
  const from = Math.max(0, start - NEAR);
  const reach = text.slice(from, start);
  const line = reach.lastIndexOf('\n');
  return line < 0 ? reach : reach.slice(line + 1).length >= 40 ? reach.slice(line + 1) : reach.slice(Math.max(0, reach.lastIndexOf('\n', line - 1) + 1));
}

/** Given to a name that says so, or handed to a call of the vendor's client. */
function isBoundAsSecret(before: string, opening: string): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (/key|token|secret|auth|pass|pwd|credential|bearer|api|dsn/i.test(line)) return true;
  return /["'`]/.test(opening) && /[(,]\s*$/.test(line.slice(0, -1)) && /new |\(/.test(line);
}

/** Digests, versions and identifiers have the same shapes. Tested on the name right before the value. */
const NOT_A_KEY = /(?:hash|sha|sha1|sha256|sha512|md5|digest|checksum|etag|integrity|commit|revision|rev|uuid|guid|_id|fingerprint|thumbprint|nonce|version|trace|span|cid|publishable_key|public_key|site_key|sitekey|app_id|account_sid|measurement)_*$/;

function candidateOf(format: { readonly id: string; readonly what: string; readonly severity: Candidate['severity'] }, range: Range, prefix: string, weight: number): Candidate {
  return { range, kind: 'provider', format: format.id, what: format.what, prefix, severity: format.severity, values: [], weight };
}

/** How many formats are known, for the figures of the bench. */
export const FORMAT_COUNT = new Set([...PREFIX_FORMATS, ...MARK_FORMATS, ...NEAR_FORMATS].map(({ id }) => id)).size;
