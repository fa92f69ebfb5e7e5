/** Two people, two agents, a rebase and a squash: what the gate says at each step. */
import assert from 'node:assert/strict';
import { playLoop } from '../harness/loop.ts';

describe('the whole loop', function () {
  this.timeout(120_000);
  it('blocks what agents wrote, lets in what people vetted, and keeps that through rebase and squash', async () => {
    const verdicts = (await playLoop()).filter(({ gate }) => gate !== undefined).map(({ gate, reasons = [] }) => [gate, ...reasons].join(' '));
    assert.deepEqual(verdicts, ['1 unreviewed', '0', '1 unreviewed', '0', '1 changed-since-review', '0', '0']);
  });
});
