/** Every rule has a page, every page a rule, and each says what analysis says; every fix shown holds. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { applyChange } from '../../src/core/text.ts';
import { CATALOGUE } from '../../src/analysis/catalogue.ts';
import { analyseCase, checkPage, findingsOf } from '../harness/page.ts';

const folder = resolve(import.meta.dirname, '../../docs/rules');

/** Pages about the rules as a whole. */
const BESIDE = new Set(['owasp.md']);

describe('rule pages', () => {
  it('exist for every rule, and for nothing else', () => {
    assert.deepEqual(readdirSync(folder).filter((name) => !BESIDE.has(name)).sort(), CATALOGUE.map(({ id }) => `${id}.md`).sort());
  });

  for (const rule of CATALOGUE) {
    describe(rule.id, () => {
      it('says what analysis says', async () => {
        const { expected, page } = await checkPage(join(folder, `${rule.id}.md`), rule);
        assert.equal(page.printed, expected);
        assert.deepEqual(page.faults, []);
      });

      it('offers only fixes that parse, clear their finding and raise no other', async () => {
        const { page } = await checkPage(join(folder, `${rule.id}.md`), rule);
        const trouble: string[] = [];
        for (const one of page.cases) {
          const before = (await analyseCase(one)).findings.length;
          for (const finding of await findingsOf(one, rule.id)) {
            for (const fix of finding.fixes) {
              const after = await analyseCase(one, applyChange(one.expanded, fix.change));
              if (after.problems.length > 0) trouble.push(`${one.heading}: "${fix.title}": ${after.problems[0]!.message}`);
              if (after.findings.length >= before) trouble.push(`${one.heading}: "${fix.title}" leaves ${after.findings.length} of ${before} findings`);
            }
          }
        }
        assert.deepEqual(trouble, []);
      });
    });
  }
});
