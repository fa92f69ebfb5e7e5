/**
 * SSH signatures: made with Ed25519 keys and checked for every kind in ssh-keys.ts, with node:crypto; stock `ssh-keygen -Y verify -n vetmark` accepts them.
 * Formats: OpenSSH's PROTOCOL.sshsig (version 1) and PROTOCOL.key (openssh-key-v1, unencrypted).
 */
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { readKeyBlob } from './ssh-keys.ts';
import { armour, Malformed, Reader, string, uint32, unarmour } from './ssh-wire.ts';

export const NAMESPACE = 'vetmark';

export interface KeyPair {
  /** OpenSSH private key, PEM-like text, unencrypted: for a secret store, never for disk. */
  readonly privateKey: string;
  /** One line: `ssh-ed25519 AAAA... comment`. */
  readonly publicKey: string;
}

export type Verification = { readonly ok: true; readonly publicKey: string } | { readonly ok: false; readonly message: string };

const KEY_TYPE = 'ssh-ed25519';
const MAGIC = Buffer.from('SSHSIG');
const KEY_MAGIC = Buffer.from('openssh-key-v1\0');
const HASHES = ['sha512', 'sha256'];
const SIGNATURE_BEGIN = '-----BEGIN SSH SIGNATURE-----';
const SIGNATURE_END = '-----END SSH SIGNATURE-----';
const KEY_BEGIN = '-----BEGIN OPENSSH PRIVATE KEY-----';
const KEY_END = '-----END OPENSSH PRIVATE KEY-----';
/** DER around a raw Ed25519 key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A new Ed25519 key pair; the comment must be one line. */
export function createKeyPair(comment: string): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(SPKI_PREFIX.length);
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(PKCS8_PREFIX.length);
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, string(KEY_TYPE), string(raw), string(Buffer.concat([seed, raw])), string(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const blob = Buffer.concat([KEY_MAGIC, string('none'), string('none'), string(''), uint32(1), string(keyBlob(raw)), string(Buffer.concat([secret, padding]))]);
  return { privateKey: armour(KEY_BEGIN, KEY_END, blob), publicKey: `${publicKeyText(keyBlob(raw))} ${comment}` };
}

/** The public half of a private key that `createKeyPair` or `ssh-keygen -t ed25519` made without a passphrase: `ssh-ed25519 AAAA...`. Throws on any other text. */
export function publicKeyOf(privateKey: string): string {
  return publicKeyText(keyBlob(readPrivateKey(privateKey).raw));
}

/** The armoured signature (`-----BEGIN SSH SIGNATURE-----`) of a text's UTF-8 bytes. Throws on a key that is not Ed25519. */
export function signText(privateKey: string, text: string): string {
  const { key, raw } = readPrivateKey(privateKey);
  const signature = sign(null, signedBytes('sha512', text), key);
  const blob = Buffer.concat([MAGIC, uint32(1), string(keyBlob(raw)), string(NAMESPACE), string(''), string('sha512'), string(Buffer.concat([string(KEY_TYPE), string(signature)]))]);
  return armour(SIGNATURE_BEGIN, SIGNATURE_END, blob);
}

/** Checks an armoured signature; on success the signer's public key, `ssh-ed25519 AAAA...`, or that of a FIDO key which somebody touched. Any other namespace, hash or kind of key is refused, and so is a byte too many. */
export function verifySignature(signature: string, text: string): Verification {
  const blob = unarmour(SIGNATURE_BEGIN, SIGNATURE_END, signature);
  if (blob === undefined) return refused('it is not an SSH signature');
  try {
    const reader = new Reader(blob);
    if (!reader.bytes(MAGIC.length).equals(MAGIC) || reader.uint32() !== 1) return refused('it is not an SSH signature of version 1');
    const key = readKeyBlob(reader.string());
    if (reader.string().toString('utf8') !== NAMESPACE) return refused(`it was made for another purpose than "${NAMESPACE}"`);
    if (reader.string().length > 0) return refused('it has a reserved field that this version does not know');
    const hash = reader.string().toString('latin1');
    if (!HASHES.includes(hash)) return refused('its hash is not SHA-512 or SHA-256');
    const inner = reader.string();
    reader.end();
    switch (key.check(inner, signedBytes(hash, text))) {
      case 'sound':
        return { ok: true, publicKey: key.text };
      case 'untouched':
        return refused('nobody touched the key when it signed');
      case 'foreign':
        return refused('the text is not what was signed');
    }
  } catch (error) {
    return refused(error instanceof Malformed ? error.message : 'it cannot be read');
  }
}

/** The public half of an OpenSSH private key, encrypted or not: `ssh-ed25519 AAAA...`. It stands there in the clear. `undefined`: no such key. */
export function publicHalf(privateKey: string): string | undefined {
  const blob = unarmour(KEY_BEGIN, KEY_END, privateKey);
  if (blob === undefined) return undefined;
  try {
    const reader = new Reader(blob);
    if (!reader.bytes(KEY_MAGIC.length).equals(KEY_MAGIC)) return undefined;
    for (let field = 0; field < 3; field++) reader.string();
    if (reader.uint32() !== 1) return undefined;
    const key = reader.string();
    return `${new Reader(key).string().toString('latin1')} ${key.toString('base64')}`;
  } catch {
    return undefined;
  }
}

function refused(why: string): Verification {
  return { ok: false, message: `The signature does not count: ${why}.` };
}

/** What an SSHSIG signs: not the text but a frame around its hash. */
function signedBytes(hash: string, text: string): Buffer {
  return Buffer.concat([MAGIC, string(NAMESPACE), string(''), string(hash), string(createHash(hash).update(text, 'utf8').digest())]);
}

function readPrivateKey(privateKey: string): { readonly key: KeyObject; readonly raw: Buffer } {
  const blob = unarmour(KEY_BEGIN, KEY_END, privateKey);
  if (blob === undefined) throw new Malformed('it is not an OpenSSH private key');
  const reader = new Reader(blob);
  if (!reader.bytes(KEY_MAGIC.length).equals(KEY_MAGIC)) throw new Malformed('it is not an OpenSSH private key');
  if (reader.string().toString('latin1') !== 'none') throw new Malformed('the key has a passphrase');
  reader.string();
  reader.string();
  if (reader.uint32() !== 1) throw new Malformed('it holds several keys');
  reader.string();
  const secret = new Reader(reader.string());
  if (secret.uint32() !== secret.uint32()) throw new Malformed('the key is damaged');
  if (secret.string().toString('latin1') !== KEY_TYPE) throw new Malformed('the key is not Ed25519');
  const raw = secret.string();
  const seed = secret.string().subarray(0, 32);
  return { key: createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' }), raw };
}

function keyBlob(raw: Buffer): Buffer {
  return Buffer.concat([string(KEY_TYPE), string(raw)]);
}

function publicKeyText(blob: Buffer): string {
  return `${KEY_TYPE} ${blob.toString('base64')}`;
}
