/**
 * Made-up secrets for tests and rule pages: right in shape, built at run time, the same on every run.
 * No file of the repository holds a text that looks like a live key.
 */
import { fractions } from './random.ts';

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const ALPHANUMERIC = UPPER + LOWER + DIGITS;

type Maker = (random: Random) => string;
type Random = (letters: string, length: number) => string;

/** The formats that `{{...}}` may name in a page. */
const MAKERS: Readonly<Record<string, Maker>> = {
  'aws-access-key-id': (random) => 'AK' + 'IA' + random(UPPER + '234567', 16),
  'aws-secret-access-key': (random) => random(ALPHANUMERIC + '/+', 38) + random(ALPHANUMERIC, 2),
  'github-token': (random) => 'gh' + 'p_' + random(ALPHANUMERIC, 36),
  'slack-bot-token': (random) => 'xo' + 'xb-' + random(DIGITS, 12) + '-' + random(DIGITS, 12) + '-' + random(ALPHANUMERIC, 24),
  'sendgrid-api-key': (random) => 'S' + 'G.' + random(ALPHANUMERIC, 22) + '.' + random(ALPHANUMERIC, 43),
  'stripe-secret-key': (random) => 'sk' + '_live_' + random(ALPHANUMERIC, 24),
  'openai-api-key': (random) => 'sk' + '-proj-' + random(ALPHANUMERIC, 74) + 'T3Blbk' + 'FJ' + random(ALPHANUMERIC, 74),
  'anthropic-api-key': (random) => 'sk' + '-ant-api03-' + random(ALPHANUMERIC, 93) + 'AA',
  'google-api-key': (random) => 'AI' + 'za' + random(ALPHANUMERIC + '-_', 34) + random(ALPHANUMERIC, 1),
  'npm-access-token': (random) => 'np' + 'm_' + random(ALPHANUMERIC, 36),
  password: (random) => random(UPPER, 1) + random(LOWER, 5) + random(DIGITS, 3) + random('!%*+-', 1) + random(ALPHANUMERIC, 6),
  'token-body': (random) => random(ALPHANUMERIC + '-_', 93),
  jwt: (random) =>
    [encode('{"alg":"HS256","typ":"JWT"}'), encode(`{"sub":"${random(DIGITS, 10)}","iat":1716239022}`), random(ALPHANUMERIC + '-_', 43)].join('.'),
  'private-key': (random) => armour('PRIVATE KEY', 'MIIEvQ' + 'IBADANBgkqhkiG9w0BAQEFAASC' + random(ALPHANUMERIC + '+/', 1590), '\n'),
  'private-key-one-line': (random) => armour('PRIVATE KEY', 'MIIEvQ' + 'IBADANBgkqhkiG9w0BAQEFAASC' + random(ALPHANUMERIC + '+/', 1590), '\\n'),
};

export interface Expansion {
  readonly text: string;
  /** Where in the page a place of the expanded text stands; inside a made-up secret: at the placeholder's end, but for its very start. */
  readonly toPage: (offset: number) => number;
}

/**
 * Replaces each `{{aws-secret-access-key}}` by a made-up secret of that format, the same for the same name on every run;
 * `{{github-token#2}}` is another one. Throws on a name it does not know: the page is wrong.
 */
export function expandSecrets(text: string): string {
  return expansionOf(text).text;
}

/** The same, with the way back from offsets of the expanded text to the page's, so that carets can stand under placeholders. */
export function expansionOf(page: string): Expansion {
  const pieces: { readonly page: number; readonly text: number; readonly pageLength: number; readonly length: number }[] = [];
  let text = '';
  let at = 0;
  for (const match of page.matchAll(/\{\{([a-z\d-]+)(#\d+)?\}\}/g)) {
    const [whole, name = '', seed = ''] = match;
    text += page.slice(at, match.index);
    const value = secret(name, `${name}${seed}`);
    pieces.push({ page: match.index, text: text.length, pageLength: whole.length, length: value.length });
    text += value;
    at = match.index + whole.length;
  }
  const toPage = (offset: number): number => {
    const piece = pieces.findLast(({ text: start }) => start < offset);
    if (piece === undefined) return offset;
    const past = offset - piece.text;
    return piece.page + (past < piece.length ? piece.pageLength : piece.pageLength + past - piece.length);
  };
  return { text: text + page.slice(at), toPage };
}

/** A made-up secret of one of the formats above; the same for the same seed. */
export function secret(name: string, seed = name): string {
  const maker = MAKERS[name];
  if (maker === undefined) throw new RangeError(`no made-up secret is called ${name}`);
  return maker(randomFrom(seed));
}

/** Letters drawn by a small generator that a text seeds. */
export function randomFrom(seed: string): Random {
  let state = 2166136261;
  for (let at = 0; at < seed.length; at++) state = Math.imul(state ^ seed.charCodeAt(at), 16777619);
  const next = fractions(state);
  return (letters, length) => Array.from({ length }, () => letters[Math.floor(next() * letters.length)]!).join('');
}

function armour(label: string, body: string, newline: string): string {
  const lines = body.match(/.{1,64}/g)!;
  return ['-----BEG' + `IN ${label}-----`, ...lines, `-----E` + `ND ${label}-----`, ''].join(newline);
}

function encode(json: string): string {
  return Buffer.from(json).toString('base64url');
}
