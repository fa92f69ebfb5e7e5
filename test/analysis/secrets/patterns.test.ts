import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import jsTokens from 'js-tokens';
import { findSecrets } from '#analysis/secrets/secrets';
import { MARK_FORMATS, NEAR_FORMATS, PREFIX_FORMATS } from '#analysis/secrets/formats/index';

interface Pattern {
  readonly where: string;
  readonly source: string;
  readonly flags: string;
}

const ROOM = new URL('../../../src/analysis/secrets/', import.meta.url);

/** Every regular expression literal of the room, read from its sources, so that none is forgotten. */
function literals(): Pattern[] {
  return readdirSync(ROOM)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      [...jsTokens(readFileSync(new URL(name, ROOM), 'utf8'))]
        .filter(({ type }) => type === 'RegularExpressionLiteral')
        .map(({ value }) => ({ where: name, source: value.slice(1, value.lastIndexOf('/')), flags: value.slice(value.lastIndexOf('/') + 1) })),
    );
}

const formats: readonly Pattern[] = [...PREFIX_FORMATS, ...MARK_FORMATS, ...NEAR_FORMATS].map(({ id, pattern }) => ({ where: id, source: pattern.source, flags: pattern.flags }));
const vendors: readonly Pattern[] = NEAR_FORMATS.map(({ id, near }) => ({ where: id, source: near.source, flags: near.flags }));

const LONG = 40_000;
/** Texts that make a careless pattern try again from every place. */
const HOSTILE: readonly string[] = [
  ...['a', 'A', '0', 'f', '_', '-', '.', ' ', '\n', '\t', '"', "'", '`', '\\', '/', '=', ':', '(', '[', '{', '$', '<', '+', ',', '@', '%', 'é'].map((letter) => letter.repeat(LONG)),
  ...['a-', 'a.', 'a_1', 'aA0', '" + "', "',\n'", '\\n', 'key=', 'key: ', '://', 'a:b@', 'eyJ.', 'kty"d":"', '-----BEGIN ', '${a}', '{{', 'password ', 'mysql -', 'curl -u ', 'AKIA', 'a = "', 'x ?? ', 'f(a, '].map((part) => part.repeat(LONG / part.length)),
];

/** Processor time, for the machine may be busy: a linear pattern takes 1 to 50 ms, a quadratic one about a second. */
const BOUND_MS = 250;

function slowest({ source, flags }: Pattern): { readonly ms: number; readonly text: string } {
  const pattern = new RegExp(source, flags.replace(/[gy]/g, '') + 'g');
  let worst = { ms: 0, text: '' };
  for (const text of HOSTILE) {
    const started = process.cpuUsage().user;
    let left = 20_000;
    for (const match of text.matchAll(pattern)) if (match[0].length === 0 && --left === 0) break;
    const ms = (process.cpuUsage().user - started) / 1000;
    if (ms > worst.ms) worst = { ms, text: text.slice(0, 12) };
    if (ms > BOUND_MS) break;
  }
  return worst;
}

describe('patterns of the secrets room', function () {
  this.timeout(120_000);

  it('none hangs on hostile texts of 40,000 characters', () => {
    const slow = [...literals(), ...formats, ...vendors]
      .map((pattern) => ({ pattern, ...slowest(pattern) }))
      .filter(({ ms }) => ms > BOUND_MS)
      .map(({ pattern, ms, text }) => `${pattern.where} /${pattern.source}/ ${Math.round(ms)} ms on ${JSON.stringify(text)}`);
    assert.deepEqual(slow, []);
  });

  it('the whole search stays under 40 microseconds a character on hostile texts', async () => {
    const slow: string[] = [];
    for (const text of [...HOSTILE, ...['-----BEGIN PRIVATE KEY-----', 'password = ', 'jwt.sign("a",', "'a' + 'b' + ", '"kty":"d":"', 'ghp_', 'https://a:b@', 'name: password\nvalue: '].map((part) => part.repeat(LONG / part.length))]) {
      const started = process.cpuUsage().user;
      await findSecrets({ text, path: 'a.ts', language: 'typescript' });
      await findSecrets({ text, path: '.env', language: 'dotenv' });
      const each = (process.cpuUsage().user - started) / text.length / 2;
      if (each > 40) slow.push(`${JSON.stringify(text.slice(0, 20))}: ${each.toFixed(1)}`);
    }
    assert.deepEqual(slow, []);
  });
});
