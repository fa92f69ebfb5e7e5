/** No byte of the audit log can be changed, taken out or doubled without a sign: every byte of a small log is tried. */
import assert from 'node:assert/strict';
import { EMPTY_CHAIN, follow, nextEntry, readEntry, writeEntry, type AuditEntry, type Chain } from '#core/audit';
import { headOf } from '#core/merkle';
import { linesIn } from '#project/audit-files';
import { dateOf, eventOf } from '../harness/audit.ts';

/** The Merkle head of a log's bytes; `undefined` when they are not a whole chain. */
function headIn(bytes: Uint8Array): string | undefined {
  const { lines, torn } = linesIn(bytes);
  if (torn !== '') return undefined;
  let chain: Chain = EMPTY_CHAIN;
  for (const line of lines) {
    const followed = follow(chain, line, readEntry(line));
    if (!followed.ok) return undefined;
    chain = followed.chain;
  }
  return headOf(chain.tree);
}

function logOf(count: number): Buffer {
  let last: AuditEntry | undefined;
  return Buffer.from(Array.from({ length: count }, (_, i) => `${writeEntry((last = nextEntry(last, i === 1 ? { kind: 'gap', message: 'ä\ufffd😀' } : eventOf(i), dateOf(i).toISOString())))}\n`).join(''), 'utf8');
}

const LOG = logOf(4);

/** What a change of one byte makes of the log. */
const CHANGES: Readonly<Record<string, (at: number) => Uint8Array>> = {
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map((bit) => [`bit ${bit} of it is flipped`, (at: number) => LOG.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte))])),
  'it is taken out': (at) => Buffer.concat([LOG.subarray(0, at), LOG.subarray(at + 1)]),
  'it is doubled': (at) => Buffer.concat([LOG.subarray(0, at), LOG.subarray(at, at + 1), LOG.subarray(at)]),
  'a space stands before it': (at) => Buffer.concat([LOG.subarray(0, at), Buffer.from(' '), LOG.subarray(at)]),
  'a line end stands before it': (at) => Buffer.concat([LOG.subarray(0, at), Buffer.from('\n'), LOG.subarray(at)]),
  'the log ends before it': (at) => LOG.subarray(0, at),
};

describe('each byte of the audit log', function () {
  this.timeout(120_000);
  const head = headIn(LOG);

  it('stands in a whole log', () => assert.equal(typeof head, 'string'));

  for (const [title, change] of Object.entries(CHANGES)) {
    it(`shows when ${title}`, () => {
      const unseen = Array.from(LOG, (_, at) => at).filter((at) => headIn(change(at)) === head);
      assert.deepEqual(unseen, []);
    });
  }
});
