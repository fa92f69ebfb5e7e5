import assert from 'node:assert/strict';
import { findSecrets } from '#analysis/secrets/secrets';
import { applyChange } from '#core/text';
import { CONTEXTS, KEY_CONTEXTS } from '../../../bench/secrets/contexts.ts';
import { drawFrom } from '../../../bench/secrets/draw.ts';
import { NEGATIVES } from '../../../bench/secrets/negatives.ts';
import { AI, CONNECTIONS, GENERIC, KEYS, PROVIDERS, TOKENS } from '../../../bench/secrets/positives.ts';

const context = (id: string) => [...CONTEXTS, ...KEY_CONTEXTS].find((each) => each.id === id)!;

describe('secrets corpus', () => {
  it('every format is found in a constant', async () => {
    const missed: string[] = [];
    for (const { id, name, make } of [...AI, ...PROVIDERS, ...CONNECTIONS, ...TOKENS, ...KEYS, ...GENERIC]) {
      const draw = drawFrom(`corpus test ${id}`);
      const { path, language, wrap } = context('template');
      const { findings } = await findSecrets({ text: wrap(name, make(draw), draw), path, language });
      if (findings.length !== 1) missed.push(`${id}: ${findings.length}`);
    }
    assert.deepEqual(missed, []);
  });

  it('every look-alike stays quiet', async () => {
    const alarms: string[] = [];
    for (const { id, make } of NEGATIVES) {
      const { findings } = await findSecrets(make(drawFrom(`corpus test ${id}`)));
      alarms.push(...findings.map(({ message }) => `${id}: ${message}`));
    }
    assert.deepEqual(alarms, []);
  });

  it('every fix clears its own finding and raises none', async () => {
    const left: string[] = [];
    for (const { id, name, make } of [...PROVIDERS, ...GENERIC]) {
      for (const where of ['const', 'property', 'nullish-fallback', 'member', 'typed-const']) {
        const draw = drawFrom(`fix test ${id}`);
        const { path, language, wrap } = context(where);
        const text = wrap(name, make(draw), draw);
        const { findings } = await findSecrets({ text, path, language });
        const fix = findings[0]?.fixes[0];
        if (fix === undefined) left.push(`${id} in ${where}: no fix`);
        else if ((await findSecrets({ text: applyChange(text, fix.change), path, language })).findings.length > 0) left.push(`${id} in ${where}: still found`);
      }
    }
    assert.deepEqual(left, []);
  });

  it('no value of any kind is said in a finding', async () => {
    const said: string[] = [];
    for (const { id, name, make } of [...AI, ...PROVIDERS, ...CONNECTIONS, ...TOKENS, ...KEYS, ...GENERIC]) {
      const draw = drawFrom(`mask test ${id}`);
      const value = make(draw);
      const { path, language, wrap } = context('json');
      const output = JSON.stringify(await findSecrets({ text: wrap(name, value, draw), path, language }).then(({ findings, problems }) => ({ findings, problems })));
      const middle = value.slice(value.length >> 1, (value.length >> 1) + 8);
      if (output.includes(value) || output.includes(middle)) said.push(id);
    }
    assert.deepEqual(said, []);
  });

  it('cut and mutated texts neither throw nor leak nor become problems', async () => {
    const odd: string[] = [];
    const draw = drawFrom('mutations');
    const number = (below: number): number => Number.parseInt(draw('0123456789', 7), 10) % below;
    const all = [...AI, ...PROVIDERS, ...CONNECTIONS, ...TOKENS, ...KEYS, ...GENERIC];
    for (let turn = 0; turn < 3000; turn++) {
      const { name, make } = all[number(all.length)]!;
      const { path, language, wrap } = CONTEXTS[number(CONTEXTS.length)]!;
      const whole = wrap(name, make(draw), draw);
      const from = number(whole.length);
      const text = whole.slice(0, from) + ['', '"', '`', '\\', '\n', '\u0000', '\ud800', '${', '-----BEGIN PRIVATE KEY-----', '/*'][number(10)]! + whole.slice(from + number(8));
      const { findings, problems, values } = await findSecrets({ text, path, language });
      const output = JSON.stringify({ findings, problems });
      if (problems.length > 0 || values.some((value) => value.length >= 12 && output.includes(value))) odd.push(text);
    }
    assert.deepEqual(odd, []);
  });
});
