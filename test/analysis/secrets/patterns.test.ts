import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import jsTokens from 'js-tokens';
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

/** A linear pattern takes 1 to 3 ms; a quadratic one about a second. */
const BOUND_MS = 250;

function slowest({ source, flags }: Pattern): { readonly ms: number; readonly text: string } {
  const pattern = new RegExp(source, flags.replace(/[gy]/g, '') + 'g');
  let worst = { ms: 0, text: '' };
  for (const text of HOSTILE) {
    const started = performance.now();
    let left = 20_000;
    for (const match of text.matchAll(pattern)) if (match[0].length === 0 && --left === 0) break;
    const ms = performance.now() - started;
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
});
