/** A FIDO key in software, for tests: it signs as a token does (OpenSSH's PROTOCOL.u2f), with or without a touch. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

export interface TokenKey {
  /** `sk-ssh-ed25519@openssh.com AAAA...` */
  readonly publicKey: string;
  sign(text: string, touch: 'touched' | 'untouched'): string;
}

const TYPE = 'sk-ssh-ed25519@openssh.com';

export function createTokenKey(application = 'ssh:'): TokenKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const blob = Buffer.concat([string(TYPE), string(raw), string(application)]);
  return {
    publicKey: `${TYPE} ${blob.toString('base64')}`,
    sign(text, touch) {
      const message = Buffer.concat([Buffer.from('SSHSIG'), string('vetmark'), string(''), string('sha512'), string(createHash('sha512').update(text, 'utf8').digest())]);
      const tail = Buffer.from([touch === 'touched' ? 1 : 0, 0, 0, 0, 7]);
      const signature = sign(null, Buffer.concat([sha256(application), tail, sha256(message)]), privateKey);
      const inner = Buffer.concat([string(TYPE), string(signature), tail]);
      const all = Buffer.concat([Buffer.from('SSHSIG'), Buffer.from([0, 0, 0, 1]), string(blob), string('vetmark'), string(''), string('sha512'), string(inner)]);
      return ['-----BEGIN SSH SIGNATURE-----', ...(all.toString('base64').match(/.{1,70}/g) ?? []), '-----END SSH SIGNATURE-----', ''].join('\n');
    },
  };
}

function sha256(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
