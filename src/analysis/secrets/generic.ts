/** Credentials without a format: told by the name beside them and by their shape. */
import type { Range } from '#core/text';
import { type Candidate, WEIGHT } from './candidate.ts';
import { handedIn } from './calls.ts';
import { isSecret } from './judge.ts';
import type { Promised } from './names.ts';
import { type Pair, pairsOf } from './pairs.ts';
import { isRandom } from './shape.ts';

/** Paths where made-up passwords are normal. */
const REHEARSAL = /(?:^|[/._-])(?:tests?|__tests__|specs?|fixtures?|__fixtures__|mocks?|__mocks__|examples?|samples?|stories|e2e|cypress|testdata|seeds?|storybook)(?:[/._-]|$)/i;
/** Files that explain code. */
const PROSE = /\.(?:md|mdx|markdown|rst|adoc|txt)$/i;
/** Code that signs, encrypts or opens sessions. */
const SIGNS = /session\s?\(|session['"]?\]?\)?\s?[,(]|jwt|cookie|csrf|auth\s?\(|signer/i;
/** A connection string's other parts. */
const CONNECTION = /(?:server|host|hostname|data source|addr|address|endpoint|accountname|dbname|database|initial catalog|driver|dsn|user id|uid|hosts?name)\s{0,3}=|jdbc:|amqp|,ssl=|,abortconnect=/i;

/** Every credential beside a name that promises one. */
export function genericIn(text: string, path: string, bare: boolean): Candidate[] {
  const rehearsal = REHEARSAL.test(path);
  const found: Candidate[] = [];
  for (const pair of pairsOf(text, bare)) {
    const value = text.slice(pair.value.start, pair.value.end);
    if (pair.promised === 'weak' && !/["'`]/.test(text[pair.value.end] ?? '')) continue;
    const signs = pair.promised === 'signing' && SIGNS.test(text.slice(Math.max(0, pair.value.start - 240), pair.value.start));
    if (!isSecret(value, { ...pair, signs, rehearsal }) || (isRemark(text, pair.value.start) && !isRandom(value))) continue;
    found.push(candidateOf(text, pair));
  }
  // Prose that explains a call shows it with a made-up secret.
  const handed = PROSE.test(path) ? [] : handedIn(text, rehearsal).filter(({ range }) => !isRemark(text, range.start));
  return [...found, ...handed, ...mnemonicsIn(text)];
}

function candidateOf(text: string, { promised, value, name }: Pair): Candidate {
  const connection = isInConnection(text, value);
  const kind = connection ? 'connection-string' : promised === 'password' ? 'password' : 'generic';
  const what = connection ? 'Password in a connection string' : WHAT[promised];
  return { range: value, kind, format: `generic-${promised}`, what: promised === 'signing' && /key$/i.test(name) ? 'Key for signing or encrypting' : what, prefix: '', severity: 'high', values: [], weight: WEIGHT.generic };
}

const WHAT: Readonly<Record<Promised, string>> = {
  password: 'Password',
  signing: 'Signing secret',
  key: 'Secret key',
  token: 'Access token',
  weak: 'Key',
};

/** `Server=...;Password=...` on one line, not an assignment with space around it. */
function isInConnection(text: string, value: Range): boolean {
  if (text[value.start - 1] !== '=') return false;
  const before = text.slice(Math.max(0, value.start - 300), value.start);
  const around = before.slice(before.lastIndexOf('\n') + 1) + text.slice(value.end, value.end + 200).split('\n', 1)[0]!;
  return /[;&,? ]/.test(around) && CONNECTION.test(around);
}

/** On a line of prose: a comment that explains. Keys drawn at random are secrets in comments too. */
function isRemark(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - 200), offset);
  const line = before.slice(before.lastIndexOf('\n') + 1).trimStart();
  return /^(?:\/\/|\*|#|<!--|--\s|\/\*)/.test(line);
}

/** Twelve or twenty-four words that open a wallet. */
function mnemonicsIn(text: string): Candidate[] {
  const found: Candidate[] = [];
  const phrase = /(?:mnemonic|seed_?phrase|recovery_?phrase)["']?(?:\s?:\s?string)?\s{0,4}[:=]\s{0,4}["'`]((?:[a-z]{3,8} ){11,23}[a-z]{3,8})["'`]/gi;
  for (const match of text.matchAll(phrase)) {
    const words = match[1]!;
    // Every toolchain's own test phrase: "test test ... junk", "abandon abandon ... about".
    if (new Set(words.split(' ')).size < 8) continue;
    const start = match.index + match[0].length - 1 - words.length;
    found.push({ range: { start, end: start + words.length }, kind: 'generic', format: 'wallet-mnemonic', what: 'Recovery phrase of a wallet', prefix: '', severity: 'critical', values: [], weight: WEIGHT.near });
  }
  return found;
}
