/**
 * SSH signatures over Ed25519 keys with node:crypto, those of FIDO keys (`sk-`) among what is checked; stock `ssh-keygen -Y verify -n vetmark` accepts them.
 * Formats: OpenSSH's PROTOCOL.sshsig (version 1) and PROTOCOL.key (openssh-key-v1, unencrypted).
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify, type KeyObject } from 'node:crypto';

export const NAMESPACE = 'vetmark';

export interface KeyPair {
  /** OpenSSH private key, PEM-like text, unencrypted: for a secret store, never for disk. */
  readonly privateKey: string;
  /** One line: `ssh-ed25519 AAAA... comment`. */
  readonly publicKey: string;
}

export type Verification = { readonly ok: true; readonly publicKey: string } | { readonly ok: false; readonly message: string };

const KEY_TYPE = 'ssh-ed25519';
/** A key in a FIDO token: it signs a frame of its own around the text (OpenSSH's PROTOCOL.u2f), and says whether somebody touched it. */
const TOKEN_KEY_TYPE = 'sk-ssh-ed25519@openssh.com';
const TOUCHED = 0x01;
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

/** Checks an armoured signature; on success the signer's public key, `ssh-ed25519 AAAA...`, or that of a FIDO key which somebody touched. Any other namespace, key type or hash is refused, and so is a byte too many. */
export function verifySignature(signature: string, text: string): Verification {
  const blob = unarmour(SIGNATURE_BEGIN, SIGNATURE_END, signature);
  if (blob === undefined) return refused('it is not an SSH signature');
  try {
    const reader = new Reader(blob);
    if (!reader.bytes(MAGIC.length).equals(MAGIC) || reader.uint32() !== 1) return refused('it is not an SSH signature of version 1');
    const key = reader.string();
    if (reader.string().toString('utf8') !== NAMESPACE) return refused(`it was made for another purpose than "${NAMESPACE}"`);
    if (reader.string().length > 0) return refused('it has a reserved field that this version does not know');
    const hash = reader.string().toString('latin1');
    if (!HASHES.includes(hash)) return refused('its hash is not SHA-512 or SHA-256');
    const inner = new Reader(reader.string());
    reader.end();
    const { type, raw, application } = readPublicKey(key);
    if (inner.string().toString('latin1') !== type) return refused('its key and its signature are of different kinds');
    const bytes = inner.string();
    const signed = type === KEY_TYPE ? signedBytes(hash, text) : tokenBytes(application, inner, signedBytes(hash, text));
    inner.end();
    if (signed === undefined) return refused('nobody touched the key when it signed');
    const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
    if (!verify(null, signed, publicKey, bytes)) return refused('the text is not what was signed');
    return { ok: true, publicKey: publicKeyText(key, type) };
  } catch (error) {
    return refused(error instanceof Malformed ? error.message : 'it cannot be read');
  }
}

function refused(why: string): Verification {
  return { ok: false, message: `The signature does not count: ${why}.` };
}

/** What an SSHSIG signs: not the text but a frame around its hash. */
function signedBytes(hash: string, text: string): Buffer {
  return Buffer.concat([MAGIC, string(NAMESPACE), string(''), string(hash), string(createHash(hash).update(text, 'utf8').digest())]);
}

/** What a FIDO token signs (PROTOCOL.u2f): hashes of its application and of the message, between them its flags and counter. `undefined`: the flags say that nobody touched it. */
function tokenBytes(application: Buffer, tail: Reader, message: Buffer): Buffer | undefined {
  const flags = tail.bytes(1);
  const counter = tail.bytes(4);
  if ((flags[0]! & TOUCHED) === 0) return undefined;
  const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
  return Buffer.concat([sha256(application), flags, counter, sha256(message)]);
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

function readPublicKey(blob: Buffer): { readonly type: string; readonly raw: Buffer; readonly application: Buffer } {
  const reader = new Reader(blob);
  const type = reader.string().toString('latin1');
  if (type !== KEY_TYPE && type !== TOKEN_KEY_TYPE) throw new Malformed('its key is not Ed25519, the only kind that this version can check');
  const raw = reader.string();
  const application = type === TOKEN_KEY_TYPE ? reader.string() : Buffer.alloc(0);
  reader.end();
  if (raw.length !== 32) throw new Malformed('its key has a wrong length');
  return { type, raw, application };
}

function publicKeyText(blob: Buffer, type = KEY_TYPE): string {
  return `${type} ${blob.toString('base64')}`;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function string(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function armour(begin: string, end: string, blob: Buffer): string {
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return [begin, ...lines, end, ''].join('\n');
}

/** Strict: nothing before or after, only base64 that decodes to itself. */
function unarmour(begin: string, end: string, text: string): Buffer | undefined {
  const lines = text.replaceAll('\r\n', '\n').trimEnd().split('\n');
  if (lines.length < 3 || lines.length > 1000 || lines[0] !== begin || lines.at(-1) !== end) return undefined;
  const base64 = lines.slice(1, -1).join('');
  const blob = Buffer.from(base64, 'base64');
  return blob.toString('base64') === base64 ? blob : undefined;
}

class Malformed extends Error {}

/** Reads SSH wire values; throws `Malformed` past the end. */
class Reader {
  readonly #blob: Buffer;
  #at = 0;

  constructor(blob: Buffer) {
    this.#blob = blob;
  }

  bytes(count: number): Buffer {
    if (this.#at + count > this.#blob.length) throw new Malformed('it is cut short');
    this.#at += count;
    return this.#blob.subarray(this.#at - count, this.#at);
  }

  uint32(): number {
    return this.bytes(4).readUInt32BE();
  }

  string(): Buffer {
    return this.bytes(this.uint32());
  }

  end(): void {
    if (this.#at !== this.#blob.length) throw new Malformed('it has bytes after its end');
  }
}
