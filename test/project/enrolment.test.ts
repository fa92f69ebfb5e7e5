/** Enrolling and revoking in the work tree's reviewers file: which keys are taken, and that a revoked one does not come back. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenKey } from '../harness/token-key.ts';
import { endEnrolment, enrol, readPublicKey } from '#project/enrolment';
import { openRepository, type Repository } from '#project/repository';
import { createKeyPair } from '#project/sshsig';

const ADA = 'ada@example.org';
const NOW = new Date('2026-11-24T12:00:00Z');
const LATER = new Date('2026-11-25T12:00:00Z');

describe('enrolling', () => {
  let root: string;
  let repository: Repository;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'vetmark-enrolment-'));
    execFileSync('git', ['init', '--quiet', root]);
    const opened = await openRepository(root);
    if (!opened.ok) throw new Error(opened.message);
    ({ repository } = opened);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const reviewers = (): string => readFileSync(join(root, '.vetmark/reviewers'), 'utf8');
  const own = createKeyPair(ADA);
  const publicKey = own.publicKey.split(' ', 2).join(' ');
  const token = createTokenKey().publicKey;

  it('takes a key from a file or as text, one in a FIDO token too', async () => {
    writeFileSync(join(root, 'id.pub'), `${own.publicKey}\n`);
    const read = await Promise.all(['id.pub', own.publicKey, `${token} a comment`].map((given) => readPublicKey(root, given)));
    assert.deepEqual(read, [publicKey, publicKey, token].map((key) => ({ ok: true, publicKey: key })));
  });

  it('takes no key whose signatures would not count, and repeats nothing of a private one', async () => {
    writeFileSync(join(root, 'id'), own.privateKey);
    const said = await Promise.all(['id', 'nothing.pub', 'ssh-dss AAAAB3NzaC1kc3M=', `ssh-rsa ${publicKey.split(' ')[1]}`].map(async (given) => {
      const read = await readPublicKey(root, given);
      return read.ok ? read.publicKey : read.message.replace(' A key looks like: ssh-ed25519 AAAA...', '');
    }));
    assert.deepEqual(said, [
      'This cannot be a reviewer\'s key: it is not an SSH public key.',
      '"nothing.pub" is neither a public key nor a file that can be read.',
      'This cannot be a reviewer\'s key: its key is of a kind that cannot be checked here: use Ed25519, in a FIDO token or not, ECDSA or RSA.',
      'This cannot be a reviewer\'s key: it says another kind of key than it holds.',
    ]);
  });

  it('revokes one key and leaves the other; the revoked one is not taken again', async () => {
    await enrol(repository, ADA, publicKey, NOW);
    await enrol(repository, ADA, token, NOW);
    const did = [await endEnrolment(repository, ADA, NOW, publicKey), await enrol(repository, ADA, publicKey, LATER), await enrol(repository, ADA, token, LATER)];
    assert.deepEqual(
      [did, reviewers().split('\n').slice(1)],
      [
        [{ ok: true, changed: 'written' }, { ok: false, message: 'This key was ended for ada@example.org, and an ended key stays ended: whoever has it could sign again. Enrol another one.' }, { ok: true, changed: 'known' }],
        [`ada@example.org namespaces="vetmark",valid-before="20261124120000Z" ${publicKey}`, `ada@example.org namespaces="vetmark" ${token}`, ''],
      ],
    );
  });

  it('touches no file that cannot be read', async () => {
    await enrol(repository, ADA, publicKey, NOW);
    writeFileSync(join(root, '.vetmark/reviewers'), 'what is this\n');
    const { ok } = await enrol(repository, ADA, token, NOW);
    assert.deepEqual([ok, reviewers()], [false, 'what is this\n']);
  });

  it('takes no name that means several people', async () => {
    const { ok } = await enrol(repository, '*@example.org', publicKey, NOW);
    assert.deepEqual([ok, existsSync(join(root, '.vetmark'))], [false, false]);
  });
});
