/** Nothing generated has drifted from what it is generated from; `npm run generate` rewrites it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generators } from '../scripts/generate.ts';

const root = resolve(import.meta.dirname, '..');

describe('generated files', () => {
  it('say what their sources say', async () => {
    const drifted: string[] = [];
    for (const { name, generated } of await generators()) {
      for (const [path, text] of await generated(root)) {
        const file = join(root, path);
        if (!existsSync(file) || readFileSync(file, 'utf8') !== text) drifted.push(`${path} (scripts/generate/${name})`);
      }
    }
    assert.deepEqual(drifted, []);
  });
});
