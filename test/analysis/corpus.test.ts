/** The cases that the rules were written with: each flaw of bench/corpus is found, each safe look-alike left alone. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { casesOf } from '../../bench/cases.ts';
import { analyze } from '../../src/analysis/analyze.ts';
import { RULES } from '../../src/analysis/rules/index.ts';

const folder = resolve(import.meta.dirname, '../../bench/corpus');

describe('the corpus', function () {
  this.timeout(60_000);
  for (const file of readdirSync(folder).sort()) {
    it(`is judged right in ${file}`, async () => {
      const { rules, cases } = casesOf(readFileSync(join(folder, file), 'utf8'));
      const wrong: string[] = [];
      for (const one of cases) {
        const { findings } = await analyze({ text: one.text, path: 'case.ts', language: one.language }, { rules: RULES.filter(({ id }) => rules.includes(id)) });
        if (findings.some(({ rule }) => rules.includes(rule)) !== (one.kind === 'vuln')) wrong.push(`${one.kind}: ${one.title}`);
      }
      assert.deepEqual(wrong, []);
    });
  }
});
