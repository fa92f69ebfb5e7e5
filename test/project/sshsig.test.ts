/** Signatures that stock ssh-keygen accepts and makes, and everything that must be refused. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenKey } from '../harness/token-key.ts';
import { createKeyPair, publicKeyOf, signText, verifySignature } from '#project/sshsig';

const TEXT = '{"_type":"https://in-toto.io/Statement/v1"}\n';
const keys = createKeyPair('ada@example.org');
const signature = signText(keys.privateKey, TEXT);

describe('an SSH signature', () => {
  it('names the key that made it', () => {
    assert.deepEqual(verifySignature(signature, TEXT), { ok: true, publicKey: publicKeyOf(keys.privateKey) });
  });

  it('does not count for another text', () => {
    assert.equal(verifySignature(signature, `${TEXT} `).ok, false);
  });

  it('does not count with any one byte changed', () => {
    const lines = signature.trimEnd().split('\n');
    const blob = Buffer.from(lines.slice(1, -1).join(''), 'base64');
    const accepted = Array.from(blob.keys()).filter((index) => {
      const forged = Buffer.from(blob);
      forged[index]! ^= 0x01;
      return verifySignature(`${lines[0]}\n${forged.toString('base64')}\n${lines.at(-1)}\n`, TEXT).ok;
    });
    assert.deepEqual({ accepted, bytes: blob.length > 150 }, { accepted: [], bytes: true });
  });

  for (const [title, forged] of [
    ['is empty', ''],
    ['is not armoured', 'c2lnbmF0dXJl'],
    ['has text before it', `x\n${signature}`],
    ['has bytes after its end', signature.replace(/\n-----END/, '\nAAAA\n-----END')],
    ['is cut short', signature.split('\n').toSpliced(3, 1).join('\n')],
    ['is not base64', signature.replace('U1NI', 'U1!I')],
  ] as const) {
    it(`does not count when it ${title}`, () => assert.equal(verifySignature(forged, TEXT).ok, false));
  }
});

describe('a signature of a FIDO key', () => {
  const token = createTokenKey();

  it('counts when somebody touched the key', () => {
    assert.deepEqual(verifySignature(token.sign(TEXT, 'touched'), TEXT), { ok: true, publicKey: token.publicKey });
  });

  for (const [title, forged] of [
    ['nobody touched the key', token.sign(TEXT, 'untouched')],
    ['it is for another text', token.sign(`${TEXT} `, 'touched')],
    ['it names an application that did not sign', createTokenKey('ssh:other').sign(TEXT, 'touched')],
  ] as const) {
    it(`does not count as this key's when ${title}`, () => {
      const verified = verifySignature(forged, TEXT);
      assert.equal(verified.ok && verified.publicKey === token.publicKey, false);
    });
  }
});

describe('with the system\'s ssh-keygen', function () {
  let folder: string;
  before(function () {
    if (spawnSync('ssh-keygen', ['-?']).error !== undefined) {
      process.stderr.write('ssh-keygen is not on this machine: interoperability is not shown here\n');
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'vetmark-sshsig-'));
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };

  it('ours are accepted, for our namespace only', () => {
    const signers = file('signers', `ada@example.org ${keys.publicKey}\n`);
    const verify = (namespace: string): number | null => spawnSync('ssh-keygen', ['-Y', 'verify', '-f', signers, '-I', 'ada@example.org', '-n', namespace, '-s', file('a.sig', signature)], { input: TEXT }).status;
    assert.deepEqual([verify('vetmark'), verify('git')], [0, 255]);
  });

  it('says of FIDO signatures what we say', () => {
    const token = createTokenKey();
    const signers = file('signers-token', `ada@example.org ${token.publicKey}\n`);
    const verify = (armoured: string): boolean => spawnSync('ssh-keygen', ['-Y', 'verify', '-f', signers, '-I', 'ada@example.org', '-n', 'vetmark', '-s', file('t.sig', armoured)], { input: TEXT }).status === 0;
    const both = [token.sign(TEXT, 'touched'), token.sign(`${TEXT} `, 'touched')];
    assert.deepEqual(both.map(verify), both.map((armoured) => verifySignature(armoured, TEXT).ok));
  });

  it('our private key is read', () => {
    assert.equal(execFileSync('ssh-keygen', ['-y', '-f', file('key', keys.privateKey)], { encoding: 'utf8' }).trim(), keys.publicKey);
  });

  for (const [title, type, options, counts] of [
    ['Ed25519, SHA-512', 'ed25519', ['-n', 'vetmark'], true],
    ['Ed25519, SHA-256', 'ed25519', ['-n', 'vetmark', '-O', 'hashalg=sha256'], true],
    ['another namespace', 'ed25519', ['-n', 'git'], false],
    ['ECDSA', 'ecdsa', ['-n', 'vetmark'], false],
  ] as const) {
    it(`its signatures ${counts ? 'count' : 'do not count'}: ${title}`, () => {
      const key = join(folder, title.replace(/\W/g, ''));
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', key]);
      const text = file('statement', TEXT);
      rmSync(`${text}.sig`, { force: true });
      execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, ...options, text], { stdio: 'ignore' });
      assert.equal(verifySignature(readFileSync(`${text}.sig`, 'utf8'), TEXT).ok, counts);
    });
  }
});
