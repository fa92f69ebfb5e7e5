/** Invariant 4, seen from the outside: the code that signs is not in what the terminal runs, so no command, hook or pipe can reach it. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { CLI_BUNDLE } from '../../scripts/cli-bundle.mjs';

const SIGNS = /\bsignText\b|\bsignByKeygen\b|\bsshSigner\b|\bwriteReview\b|\bcreateKeyPair\b/g;

describe('the command line', () => {
  it('holds nothing that signs', async function () {
    this.timeout(60_000);
    const { outputFiles } = await build({ ...CLI_BUNDLE, absWorkingDir: resolve(import.meta.dirname, '../..'), outdir: 'out', write: false, logLevel: 'error', legalComments: 'none' });
    const text = outputFiles.map((file) => file.text).join('\n');
    assert.deepEqual({ signs: [...new Set(text.match(SIGNS))], checks: text.includes('verifySignature') }, { signs: [], checks: true });
  });
});
