/** Secrets wrapped in base64: long words that decode to plain text are read, and reported as a whole when a secret stands in them. */
import { type Candidate, WEIGHT } from './candidate.ts';

/** Longer words are files, not secrets. */
const LONGEST = 16_384;

/** The words of the text whose plain text `detect` finds something in. */
export function decodedIn(text: string, detect: (plain: string) => readonly Candidate[]): Candidate[] {
  const found: Candidate[] = [];
  const words = /(?<![\w+/-])[\w+/-]{24,}={0,2}/g;
  for (const match of text.matchAll(words)) {
    const [word] = match;
    if (word.length > LONGEST || isAttachment(text, match.index)) continue;
    const plain = plainText(word);
    if (plain === undefined) continue;
    const range = { start: match.index, end: match.index + word.length };
    const inner = detect(plain)[0];
    if (inner !== undefined) {
      const values = [...inner.values, plain.slice(inner.range.start, inner.range.end)];
      found.push({ ...inner, range, what: `${inner.what} in base64`, prefix: '', values, weight: WEIGHT.decoded });
    } else if (/(?:Basic\s|auth["']?\s{0,2}[:=]\s{0,2}["']?)$/i.test(text.slice(Math.max(0, match.index - 12), match.index)) && isLogin(plain)) {
      found.push({ range, kind: 'password', format: 'basic-auth', what: 'User name and password in base64', prefix: '', severity: 'high', values: [plain], weight: WEIGHT.decoded });
    }
  }
  return found;
}

/** Data addresses, integrity sums and the later parts of web tokens. */
function isAttachment(text: string, start: number): boolean {
  return /(?:base64,|\.)$/.test(text.slice(Math.max(0, start - 8), start)) || text.startsWith('sha', start);
}

function plainText(word: string): string | undefined {
  // A quick look: base64 of ASCII text starts every third byte below 128, so these letters fit; hexadecimal and words seldom decode to text.
  const plain = Buffer.from(word, 'base64').toString('latin1');
  return plain.length >= 12 && /^[\t\n\r\x20-\x7e]+$/.test(plain) ? plain : undefined;
}

function isLogin(plain: string): boolean {
  const [user, password] = [plain.slice(0, plain.indexOf(':')), plain.slice(plain.indexOf(':') + 1)];
  return plain.includes(':') && user.length >= 2 && password.length >= 6 && !/^(?:pass(?:word)?|secret|test|changeme|example|your.*|\$.*|<.*)$/i.test(password);
}
