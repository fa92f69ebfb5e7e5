/** Checkpoints of the audit log: who signed what, where the copies are, and what is never signed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nextEntry, writeEntry } from '#core/audit';
import { checkpointOf, readCheckpoint, writeCheckpoint } from '#core/checkpoint';
import { EMPTY_CHAIN } from '#core/audit';
import { checkAudit } from '#project/audit-check';
import { auditFile, logOf } from '#project/audit-files';
import { checkpointAudit, readCopy } from '#project/checkpoints';
import { createKeyPair, signText } from '#project/sshsig';
import { ANN, AuditShop, dateOf } from '../harness/audit.ts';

const REF = 'refs/notes/vetmark-audit';

describe('a checkpoint of the audit log', function () {
  this.timeout(60_000);
  let shop: AuditShop;
  beforeEach(() => (shop = new AuditShop()));
  afterEach(() => shop.dispose());

  const sign = (at = 100) => checkpointAudit(shop.repository, shop.signer, dateOf(at));
  const check = () => checkAudit(shop.repository);
  const note = () => shop.git('notes', '--ref=vetmark-audit', 'show', shop.git('notes', '--ref=vetmark-audit', 'list').trim().split(' ')[1]!);

  it('is checked by the ssh-keygen of the system, from what git notes shows', async () => {
    await shop.fill(7);
    await sign();
    const [line, ...signature] = note().split('\n');
    writeFileSync(join(shop.top, 'signature'), signature.join('\n'));
    const said = execFileSync('ssh-keygen', ['-Y', 'verify', '-f', join(shop.repository.root, '.vetmark/reviewers'), '-I', ANN, '-n', 'vetmark', '-s', join(shop.top, 'signature')], { input: `${line}\n`, encoding: 'utf8' });
    assert.deepEqual([said.includes(`Good "vetmark" signature for ${ANN}`), readCheckpoint(`${line}\n`)?.size], [true, 7]);
  });

  it('of the first version still reads', () => {
    const golden = '{"at":"2026-11-24T22:00:00.000Z","kind":"vetmark-audit-checkpoint","log":"0123456789abcdef0123456789abcdef","root":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","signer":"ann@example.com","size":3,"v":1}\n';
    assert.equal(readCheckpoint(golden)?.size, 3);
  });

  it('touches no commit, no index and no configuration', async () => {
    const state = () => [shop.git('rev-parse', 'HEAD'), shop.git('status', '--porcelain'), readFileSync(join(shop.repository.gitDir, 'config'), 'utf8'), shop.git('for-each-ref', '--format=%(refname)').split('\n').filter((ref) => ref !== REF)];
    const before = state();
    await shop.fill(3);
    await sign();
    assert.deepEqual([state(), shop.git('fsck', '--strict'), shop.git('rev-list', '--count', REF).trim()], [before, '', '1']);
  });

  it('is made anew only when something was added', async () => {
    await shop.fill(2);
    const made = [await sign(), await sign()];
    await shop.fill(1, {}, 2);
    made.push(await sign());
    assert.deepEqual([made.map((one) => one.ok && one.size), shop.git('rev-list', '--count', REF).trim(), (await check()).covered], [[2, 2, 3], '2', 3]);
  });

  it('is not made of an empty log', async () => {
    assert.deepEqual([await sign(), shop.git('for-each-ref', REF)], [{ ok: true, size: 0 }, '']);
  });

  for (const [title, spoil] of [
    ['was rolled back', (lines: string[]) => lines.slice(0, 2)],
    ['was written anew', (lines: string[]) => lines.reduce<string[]>((anew, _, i) => [...anew, writeEntry(nextEntry(i === 0 ? undefined : JSON.parse(anew.at(-1)!), { kind: 'gap', message: `anew ${i}` }, dateOf(i).toISOString()))], [])],
    ['is damaged', (lines: string[]) => lines.with(1, lines[1]!.replace('file-1', 'file-2'))],
  ] as const) {
    it(`is not made of a log that ${title}`, async () => {
      await shop.fill(4);
      await sign();
      const file = auditFile(shop.repository);
      writeFileSync(file, `${spoil(readFileSync(file, 'utf8').trimEnd().split('\n')).join('\n')}\n`);
      const { ok } = await sign(101);
      assert.deepEqual([ok, shop.git('rev-list', '--count', REF).trim()], [false, '1']);
    });
  }

  it('covers files that were set aside', async () => {
    await shop.fill(40, { limit: 5_000 });
    await sign();
    await shop.fill(40, { limit: 5_000 }, 40);
    await sign(101);
    const { problems, entries, covered } = await check();
    assert.deepEqual([problems, entries - covered, entries > 80], [[], 0, true]);
  });

  for (const [title, enrolled] of [['while another key is enrolled', 'enrolled'], ['while nobody is enrolled', 'unknown']] as const) {
    it(`by a key that is not enrolled covers nothing, ${title}`, async () => {
      shop.dispose();
      shop = new AuditShop(enrolled);
      await shop.fill(3);
      const { privateKey } = createKeyPair('mallory');
      await checkpointAudit(shop.repository, { name: ANN, sign: (text) => signText(privateKey, text) }, dateOf(9));
      const { problems, limits, covered } = await check();
      assert.deepEqual([problems, limits.filter((limit) => limit.includes('proves nothing')).length, covered], [[], 1, 0]);
    });
  }

  it('by a key that is not enrolled still shows a log that was cut', async () => {
    const { privateKey } = createKeyPair('not yet enrolled');
    await shop.fill(3);
    await checkpointAudit(shop.repository, { name: ANN, sign: (text) => signText(privateKey, text) }, dateOf(9));
    const file = auditFile(shop.repository);
    writeFileSync(file, `${readFileSync(file, 'utf8').split('\n').slice(0, 2).join('\n')}\n`);
    assert.equal((await check()).problems.length > 0, true);
  });

  it('of another log says nothing about this one', async () => {
    await shop.fill(3);
    const other = writeCheckpoint({ ...checkpointOf(EMPTY_CHAIN, 'f'.repeat(32), ANN, dateOf(1).toISOString()), size: 9 });
    const file = join(shop.top, 'copy');
    writeFileSync(file, other + await shop.signer.sign(other));
    const copy = await readCopy(shop.top, 'copy');
    const { problems, limits } = await checkAudit(shop.repository, { copies: [copy!] });
    assert.deepEqual([problems, limits.some((limit) => limit.includes('other logs'))], [[], true]);
  });

  it('that somebody kept elsewhere shows what was taken away here', async () => {
    await shop.fill(5);
    await sign();
    writeFileSync(join(shop.top, 'copy'), note());
    shop.git('update-ref', '-d', REF);
    const file = auditFile(shop.repository);
    for (const name of readdirSync(dirname(file))) if (name.endsWith('.checkpoints')) rmSync(join(dirname(file), name));
    writeFileSync(file, `${readFileSync(file, 'utf8').split('\n').slice(0, 3).join('\n')}\n`);
    const copy = await readCopy(shop.top, 'copy');
    assert.deepEqual([(await check()).problems, (await checkAudit(shop.repository, { copies: [copy!] })).problems.length], [[], 1]);
  });

  it('that was fetched from a remote is looked at, too', async () => {
    await shop.fill(5);
    await sign();
    shop.git('update-ref', 'refs/remotes/origin/notes/vetmark-audit', REF);
    shop.git('update-ref', '-d', REF);
    rmSync(dirname(auditFile(shop.repository)), { recursive: true });
    assert.equal((await check()).problems.length, 1);
  });

  it('keeps its copy beside those of others', async () => {
    await shop.fill(1);
    await sign();
    const root = shop.repository.root;
    const second = { ...shop.repository, root: join(root, '.vetmark') };
    const kept = note();
    const log = logOf(second);
    const { writeNote } = await import('#project/audit-note');
    const written = await Promise.all(['a', 'b'].map((name) => writeNote(shop.repository, name === 'a' ? log : log.replace(/^./, 'x'), { text: '{}\n', signature: name }, 'another')));
    const listed = shop.git('notes', '--ref=vetmark-audit', 'list').trim().split('\n').map((line) => shop.git('cat-file', 'blob', line.split(' ')[0]!));
    assert.deepEqual([written, listed.sort()], [[{ ok: true }, { ok: true }], ['{}\na', '{}\nb', kept].sort()]);
  });

  it('without git is made, and says that it has no copy', async () => {
    await shop.fill(1);
    rmSync(shop.repository.gitDir, { recursive: true });
    const made = await sign();
    assert.deepEqual([made.ok, made.ok && made.warning !== undefined], [true, true]);
  });
});
