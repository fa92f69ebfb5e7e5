/** Secrets without a name: literals handed to calls that take a secret in a known place, `jwt.sign(payload, "...")`. */
import type { Range } from '#core/text';
import { type Candidate, WEIGHT } from './candidate.ts';
import { isHandedSecret } from './judge.ts';
import { isWordy } from './shape.ts';

interface Call {
  /** Texts without it need not be searched. */
  readonly mark: string;
  /** Ends at the opening bracket. */
  readonly head: RegExp;
  /** Zero-based place of the secret. */
  readonly place: number;
  readonly what: string;
  readonly kind: 'password' | 'generic';
  /** Plain words in this place are constants of protocols as often as secrets. */
  readonly words: 'count' | 'only if they speak of secrets';
}

const call = (mark: string, head: string, place: number, what: string, kind: Call['kind'] = 'generic', words: Call['words'] = 'count'): Call => ({ mark, head: new RegExp(`(?<![\\w$])${head}\\s?\\(`, 'g'), place, what, kind, words });

const CALLS: readonly Call[] = [
  call('jwt', '(?:jwt|jsonwebtoken|JWT|jwtService)\\.(?:sign|verify|signAsync|verifyAsync|encode|decode)', 1, 'Key that signs web tokens'),
  call('createHmac', '(?:crypto\\.)?createHmac', 1, 'Key of a message authentication code', 'generic', 'only if they speak of secrets'),
  call('ipher', '(?:crypto\\.)?create(?:Cipheriv|Decipheriv|Cipher|Decipher)', 1, 'Encryption key'),
  call('crypto', '(?:crypto\\.)?(?:scryptSync|scrypt|pbkdf2Sync|pbkdf2)', 0, 'Passphrase that a key is derived from'),
  call('CryptoJS', 'CryptoJS\\.(?:AES|DES|TripleDES|RC4|Rabbit)\\.(?:encrypt|decrypt)', 1, 'Encryption key'),
  call('CryptoJS', 'CryptoJS\\.Hmac\\w{2,10}', 1, 'Key of a message authentication code'),
  call('cookieParser', 'cookieParser', 0, 'Key that signs cookies'),
  call('Sequelize', 'new Sequelize', 2, 'Database password', 'password'),
  call('.bind', '(?:ldap|client|LDAP)\\w{0,20}\\.bind', 1, 'Directory password', 'password', 'only if they speak of secrets'),
  call('signInWith', 'signInWithEmailAndPassword', 2, 'Password', 'password'),
  call('Credentials', 'new (?:AWS\\.)?Credentials', 1, 'Secret key'),
  call('.new', '(?:hmac\\.new|HMAC\\.new)', 0, 'Key of a message authentication code'),
  call('SymmetricSecurityKey', 'new SymmetricSecurityKey\\(Encoding\\.UTF8\\.GetBytes', 0, 'Key that signs web tokens'),
];

/** Characters of a call that are read to find its arguments. */
const REACH = 600;

/** Every literal in such a place. Linear: each call is read once over a bounded reach. */
export function handedIn(text: string, rehearsal: boolean): Candidate[] {
  const found: Candidate[] = [];
  for (const { mark, head, place, what, kind, words } of CALLS) {
    if (!text.includes(mark)) continue;
    for (const match of text.matchAll(head)) {
      const value = literalArgument(text, match.index + match[0].length, place);
      if (value === undefined) continue;
      const secret = text.slice(value.start, value.end);
      if (!isHandedSecret(secret, rehearsal)) continue;
      if (words !== 'count' && (isWordy(secret) || /^[\w.]+$/.test(secret)) && !/\d|secret|key|pass/i.test(secret)) continue;
      if (kind === 'password' && !/\d|[!@#$%^&*]/.test(secret) && isWordy(secret)) continue;
      found.push({ range: value, kind, format: `handed-${what.toLowerCase().replaceAll(' ', '-')}`, what, prefix: '', severity: 'high', values: [], weight: WEIGHT.generic });
    }
  }
  return found;
}

/** The inside of the argument when it is one plain literal, perhaps in `Buffer.from(...)`. */
function literalArgument(text: string, from: number, place: number): Range | undefined {
  const start = argumentStart(text, from, place);
  if (start === undefined) return undefined;
  const open = /\s{0,40}(?:Buffer\.from\(\s?|b)?(["'`])/y;
  open.lastIndex = start;
  const quote = open.exec(text)?.[1];
  if (quote === undefined) return undefined;
  const inside = open.lastIndex;
  const end = closing(text, inside, quote, from + REACH);
  if (end === undefined || !/^\s*[,)]/.test(text.slice(end + 1, end + 40))) return undefined;
  return { start: inside, end };
}

/** Where the argument at `place` begins; undefined when the call ends before it or is too long. */
function argumentStart(text: string, from: number, place: number): number | undefined {
  if (place === 0) return from;
  let depth = 0;
  let commas = 0;
  for (let at = from; at < text.length && at - from < REACH; at++) {
    const unit = text[at]!;
    if (unit === '"' || unit === "'" || unit === '`') {
      const end = closing(text, at + 1, unit, from + REACH);
      if (end === undefined) return undefined;
      at = end;
    } else if (unit === '(' || unit === '[' || unit === '{') depth++;
    else if (unit === ')' || unit === ']' || unit === '}') {
      if (--depth < 0) return undefined;
    } else if (unit === ',' && depth === 0 && ++commas === place) return at + 1;
  }
  return undefined;
}

function closing(text: string, from: number, quote: string, limit: number): number | undefined {
  for (let at = from; at < text.length && at < limit; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
    else if (text[at] === '\n' && quote !== '`') return undefined;
  }
  return undefined;
}
