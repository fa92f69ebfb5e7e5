/** Tampering with the audit log shows: thirteen kinds at three places each. The log holds three files, a signed checkpoint over all of it, and a copy of that in git. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { checkAudit } from '#project/audit-check';
import { auditFile, sealedFiles } from '#project/audit-files';
import { checkpointAudit } from '#project/checkpoints';
import { AuditShop, dateOf } from '../harness/audit.ts';
import { KINDS, PLACES, tamperWith } from '../harness/audit-tampers.ts';

const EVENTS = 60;

describe('tampering with the audit log', function () {
  this.timeout(120_000);
  let shop: AuditShop;
  before(async () => {
    shop = new AuditShop();
    await shop.fill(EVENTS, { limit: 10_000 });
    const made = await checkpointAudit(shop.repository, shop.signer, dateOf(EVENTS));
    assert.deepEqual(made, { ok: true, size: (await state()).entries });
    const files = logFiles();
    assert.equal(files.length >= 3, true);
    cpSync(folder(), `${folder()}.good`, { recursive: true });
  });
  after(() => shop.dispose());
  beforeEach(() => restore());

  const folder = (): string => dirname(auditFile(shop.repository));
  const restore = (): void => {
    rmSync(folder(), { recursive: true, force: true });
    cpSync(`${folder()}.good`, folder(), { recursive: true });
  };
  const state = () => checkAudit(shop.repository);
  const logFiles = (): readonly string[] => [...sealedFiles(auditFile(shop.repository)), auditFile(shop.repository)];

  it('is not seen where there was none', async () => {
    const { problems, covered, entries, signers, limits } = await state();
    assert.deepEqual({ problems, open: entries - covered, signers, limits }, { problems: [], open: 0, signers: ['ann@example.com'], limits: [] });
  });

  for (const [kind, change] of KINDS) {
    for (const [where, place] of PLACES) {
      it(`shows ${kind} ${where}`, async () => {
        const changed = tamperWith(logFiles(), change, place);
        const { problems } = await state();
        assert.deepEqual([changed, problems.length > 0], [true, true]);
      });
    }
  }

  for (const [title, spoil, sign] of [
    ['a log rolled back together with its checkpoints', () => {
      const file = auditFile(shop.repository);
      writeFileSync(file, `${readFileSync(file, 'utf8').split('\n').slice(0, 3).join('\n')}\n`);
      rmSync(file.replace('.jsonl', '.checkpoints'));
    }, 'rolled back'],
    ['a log that was deleted as a whole', () => rmSync(folder(), { recursive: true }), 'rolled back'],
    ['a file of the log that is gone', () => rmSync(logFiles()[1]!), 'tampered'],
    ['a checkpoint that was edited', () => edit('.checkpoints', (text) => text.replace('root\\":\\"sha256:', 'root\\":\\"sha256:0').replace(/(sha256:0[0-9a-f]{63})[0-9a-f]/, '$1')), 'signature does not count'],
    ['a checkpoint that cannot be read', () => edit('.checkpoints', () => '{}\n'), 'cannot be read'],
    ['a checkpoint under another name', () => edit('.checkpoints', (text) => text.replace('ann@', 'bob@')), 'signature does not count'],
  ] as const) {
    it(`shows ${title}`, async () => {
      await spoil();
      const { problems } = await state();
      assert.equal(problems.some((problem) => problem.includes(sign)), true, problems.join('\n'));
    });
  }

  it('is not seen in where a file of the log begins', async () => {
    const [first, second] = logFiles();
    const lines = readFileSync(first!, 'utf8').trimEnd().split('\n');
    rmSync(first!);
    writeFileSync(first!, `${lines.slice(0, -1).join('\n')}\n`);
    edit(basename(second!).slice(32), (text) => `${lines.at(-1)}\n${text}`);
    // The chain is whole: where a file begins is nobody's evidence. What the log says is the same.
    assert.deepEqual((await state()).problems, []);
  });

  function edit(end: string, change: (text: string) => string): void {
    const file = auditFile(shop.repository).replace('.jsonl', end);
    const text = readFileSync(file, 'utf8');
    const changed = change(text);
    assert.notEqual(changed, text);
    rmSync(file);
    writeFileSync(file, changed);
  }
});
