/** The page about the audit log says what is so: its commands for other people's tools are run. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditFile } from '#project/audit-files';
import { checkpointAudit } from '#project/checkpoints';
import { AuditShop, dateOf } from '../harness/audit.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/audit-log.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh run\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);

describe('docs/audit-log.md', () => {
  let shop: AuditShop;
  before(async () => {
    shop = new AuditShop();
    await shop.fill(5);
    await checkpointAudit(shop.repository, shop.signer, dateOf(5));
  });
  after(() => shop.dispose());

  it('has commands to run', () => assert.equal(blocks.length, 2));

  blocks.forEach((block, index) => {
    it(`is right about its command ${index + 1}`, () => {
      const run = (log: string): string => execFileSync('sh', ['-euc', block], { cwd: shop.repository.root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] ?? '', HOME: shop.top, LOG: log, LC_ALL: 'C.UTF-8' } });
      assert.doesNotThrow(() => run(auditFile(shop.repository)));
    });
  });
});
