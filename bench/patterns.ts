/** Every regular expression of the product, by a ReDoS checker (recheck): safe, not decided in the time given, or vulnerable. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import jsTokens from 'js-tokens';
import { checkSync } from 'recheck';
import { MARK_FORMATS, NEAR_FORMATS, PREFIX_FORMATS } from '#analysis/secrets/formats/index';
import type { Bench } from './table.ts';

interface Pattern {
  readonly where: string;
  readonly source: string;
  readonly flags: string;
}

const SOURCES = join(import.meta.dirname, '..', 'src');
/** Milliseconds for one pattern; what needs more is tried on hostile texts by test/analysis/secrets/patterns.test.ts. */
const TIMEOUT = 400;

/** The literals of src/, read from its files, and the token formats, which are built from data. */
function patterns(): readonly Pattern[] {
  const literals = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      [...jsTokens(readFileSync(join(SOURCES, name), 'utf8'))]
        .filter(({ type }) => type === 'RegularExpressionLiteral')
        .map(({ value }) => ({ where: name, source: value.slice(1, value.lastIndexOf('/')), flags: value.slice(value.lastIndexOf('/') + 1) })),
    );
  const formats = [...PREFIX_FORMATS, ...MARK_FORMATS, ...NEAR_FORMATS].map(({ id, pattern }) => ({ where: id, source: pattern.source, flags: pattern.flags }));
  return [...literals, ...formats];
}

export const bench: Bench = async () => {
  const all = patterns();
  const verdicts = all.map((pattern) => {
    const verdict = checkSync(pattern.source, pattern.flags, { timeout: TIMEOUT });
    return { ...pattern, status: verdict.status, degree: verdict.status === 'vulnerable' ? verdict.complexity.summary : '' };
  });
  const count = (status: string): number => verdicts.filter((verdict) => verdict.status === status).length;
  const rows = verdicts.filter(({ status }) => status === 'vulnerable').map(({ where, source, degree }) => [where, degree, source.slice(0, 100)]);
  return {
    tables: [{ title: 'Vulnerable by recheck', columns: ['where', 'growth', 'pattern'], rows }],
    figures: { patterns: all.length, safe: count('safe'), undecided: count('unknown'), vulnerable: count('vulnerable') },
  };
};
