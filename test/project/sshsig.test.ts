/** Signatures that stock ssh-keygen accepts and makes, and everything that must be refused. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenKey } from '../harness/token-key.ts';
import { createKeyPair, publicKeyOf, signText, verifySignature, type Verification } from '#project/sshsig';

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

  for (const [kind, armoured] of [
    ['Ed25519', signature],
    ['Ed25519 in a token', createTokenKey().sign(TEXT, 'touched')],
    ['ECDSA in a token', createTokenKey('ssh:', 'ecdsa').sign(TEXT, 'touched')],
  ] as const) {
    it(`does not count with any one byte changed: ${kind}`, () => {
      const lines = armoured.trimEnd().split('\n');
      const blob = Buffer.from(lines.slice(1, -1).join(''), 'base64');
      const right = verifySignature(armoured, TEXT);
      const accepted = Array.from(blob.keys()).filter((index) => {
        const forged = Buffer.from(blob);
        forged[index]! ^= 0x01;
        const verified = verifySignature(`${lines[0]}\n${forged.toString('base64').match(/.{1,70}/g)!.join('\n')}\n${lines.at(-1)}\n`, TEXT);
        return verified.ok && right.ok && verified.publicKey === right.publicKey;
      });
      assert.deepEqual({ right: right.ok, accepted, bytes: blob.length > 150 }, { right: true, accepted: [], bytes: true });
    });
  }

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

for (const kind of ['ed25519', 'ecdsa'] as const) {
  describe(`a signature of a FIDO key, ${kind}`, () => {
    const token = createTokenKey('ssh:', kind);

    it('counts when somebody touched the key', () => {
      assert.deepEqual(verifySignature(token.sign(TEXT, 'touched'), TEXT), { ok: true, publicKey: token.publicKey });
    });

    for (const [title, forged] of [
      ['nobody touched the key', token.sign(TEXT, 'untouched')],
      ['it is for another text', token.sign(`${TEXT} `, 'touched')],
      ['it names an application that did not sign', createTokenKey('ssh:other', kind).sign(TEXT, 'touched')],
    ] as const) {
      it(`does not count as this key's when ${title}`, () => {
        const verified = verifySignature(forged, TEXT);
        assert.equal(verified.ok && verified.publicKey === token.publicKey, false);
      });
    }
  });
}

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

  for (const kind of ['ed25519', 'ecdsa'] as const) {
    it(`says of FIDO signatures what we say: ${kind}`, () => {
      const token = createTokenKey('ssh:', kind);
      const signers = file('signers-token', `ada@example.org ${token.publicKey}\n`);
      const verify = (armoured: string): boolean => spawnSync('ssh-keygen', ['-Y', 'verify', '-f', signers, '-I', 'ada@example.org', '-n', 'vetmark', '-s', file('t.sig', armoured)], { input: TEXT }).status === 0;
      const both = [token.sign(TEXT, 'touched'), token.sign(`${TEXT} `, 'touched')];
      assert.deepEqual([both.map(verify), both.map((armoured) => verifySignature(armoured, TEXT).ok)], [[true, false], [true, false]]);
    });
  }

  it('our private key is read', () => {
    assert.equal(execFileSync('ssh-keygen', ['-y', '-f', file('key', keys.privateKey)], { encoding: 'utf8' }).trim(), keys.publicKey);
  });

  for (const [title, type, options, counts] of [
    ['Ed25519, SHA-512', ['ed25519'], ['-n', 'vetmark'], true],
    ['Ed25519, SHA-256', ['ed25519'], ['-n', 'vetmark', '-O', 'hashalg=sha256'], true],
    ['another namespace', ['ed25519'], ['-n', 'git'], false],
    ['ECDSA P-256', ['ecdsa', '-b', '256'], ['-n', 'vetmark'], true],
    ['ECDSA P-384', ['ecdsa', '-b', '384'], ['-n', 'vetmark'], true],
    ['ECDSA P-521', ['ecdsa', '-b', '521'], ['-n', 'vetmark'], true],
    ['RSA', ['rsa', '-b', '2048'], ['-n', 'vetmark'], true],
    ['RSA, SHA-256', ['rsa', '-b', '2048'], ['-n', 'vetmark', '-O', 'hashalg=sha256'], true],
    ['RSA with a short key', ['rsa', '-b', '1024'], ['-n', 'vetmark'], false],
  ] as const) {
    it(`its signatures ${counts ? 'count' : 'do not count'}: ${title}`, () => {
      const key = join(folder, title.replace(/\W/g, ''));
      execFileSync('ssh-keygen', ['-q', '-t', ...type, '-N', '', '-f', key]);
      const armoured = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, ...options], { input: TEXT, encoding: 'utf8', stdio: 'pipe' });
      const publicKey = readFileSync(`${key}.pub`, 'utf8').split(' ', 2).join(' ');
      assert.deepEqual([named(verifySignature(armoured, TEXT)), named(verifySignature(armoured, `${TEXT} `))], [counts ? publicKey : 'nobody', 'nobody']);
    });
  }
});

function named(verification: Verification): string {
  return verification.ok ? verification.publicKey : 'nobody';
}
