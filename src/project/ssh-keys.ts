/**
 * Public SSH keys of the kinds whose signatures can be checked here, offline, with node:crypto: Ed25519, ECDSA and RSA, and the two kinds in FIDO tokens (`sk-`).
 * Formats: RFC 4253 section 6.6, RFC 5656, RFC 8332, RFC 8709 and OpenSSH's PROTOCOL.u2f. What is not listed here is refused.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { Malformed, Reader } from './ssh-wire.ts';

/** How a checked signature stands: `untouched`: a FIDO token made it without a hand on it. */
export type Checked = 'sound' | 'foreign' | 'untouched';

export interface PublicKey {
  /** `ssh-ed25519 AAAA...`, without a comment. */
  readonly text: string;
  /** The key signs only when somebody touches it. */
  readonly presence: 'touch' | 'none';
  /** Whether a signature, as SSH writes it, is this key's over these bytes. Throws `Malformed`. */
  check(signature: Buffer, signed: Buffer): Checked;
}

interface Kind {
  /** What follows the type's name in a public key. */
  readonly read: (rest: Reader) => { readonly key: KeyObject; readonly application?: Buffer };
  /** What follows the type's name in a signature: true when it is the key's over these bytes. */
  readonly verify: (key: KeyObject, signature: Buffer, signed: Buffer, hash: string | null) => boolean;
  /** The names that its signatures bear, and the hash of each; `null`: the kind has its own. */
  readonly signatures: Readonly<Record<string, string | null>>;
}

/** NIST SP 800-57: less is not 112 bits strong. */
const LEAST_RSA_BITS = 2048;
/** More is slow to check, and nobody has it. */
const MOST_RSA_BITS = 16_384;
const TOUCHED = 0x01;

const ed25519: Pick<Kind, 'read' | 'verify'> = {
  read: (rest) => {
    const raw = rest.string();
    if (raw.length !== 32) throw new Malformed('its key has a wrong length');
    return { key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' }) };
  },
  verify: (key, signature, signed) => verify(null, signed, key, signature),
};

const rsa: Kind = {
  read: (rest) => {
    const [e, n] = [rest.number(), rest.number()];
    const bits = n.length * 8 - Math.clz32(n[0]!) + 24;
    if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) throw new Malformed(`its RSA key has ${bits} bits, and fewer than ${LEAST_RSA_BITS} are too weak, more than ${MOST_RSA_BITS} too slow`);
    if (e.length === 1 && e[0]! < 3) throw new Malformed('its RSA exponent protects nothing');
    return { key: createPublicKey({ key: { kty: 'RSA', e: e.toString('base64url'), n: n.toString('base64url') }, format: 'jwk' }) };
  },
  verify: (key, signature, signed, hash) => verify(hash, signed, key, signature),
  // Not `ssh-rsa`: that is SHA-1.
  signatures: { 'rsa-sha2-512': 'sha512', 'rsa-sha2-256': 'sha256' },
};

function ecdsa(curve: string, crv: string, bytes: number): Pick<Kind, 'read' | 'verify'> {
  return {
    read: (rest) => {
      if (rest.string().toString('latin1') !== curve) throw new Malformed('its key is of another curve than it says');
      const point = rest.string();
      if (point.length !== 1 + 2 * bytes || point[0] !== 4) throw new Malformed('its key has a wrong length');
      const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)];
      return { key: createPublicKey({ key: { kty: 'EC', crv, x: x.toString('base64url'), y: y.toString('base64url') }, format: 'jwk' }) };
    },
    verify: (key, signature, signed, hash) => {
      const reader = new Reader(signature);
      const pair = [reader.number(), reader.number()];
      reader.end();
      if (pair.some((half) => half.length > bytes)) throw new Malformed('it has a number that is too large');
      const whole = Buffer.concat(pair.map((half) => Buffer.concat([Buffer.alloc(bytes - half.length), half])));
      return verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, whole);
    },
  };
}

function plain(name: string, kind: Pick<Kind, 'read' | 'verify'>, hash: string | null): Kind {
  return { ...kind, signatures: { [name]: hash } };
}

/** A key in a token: behind the key stands the application that it was made for. */
function token(name: string, kind: Pick<Kind, 'read' | 'verify'>, hash: string | null): Kind {
  return { ...plain(name, kind, hash), read: (rest) => ({ ...kind.read(rest), application: rest.string() }) };
}

const P256 = ecdsa('nistp256', 'P-256', 32);

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['ssh-ed25519', plain('ssh-ed25519', ed25519, null)],
  ['sk-ssh-ed25519@openssh.com', token('sk-ssh-ed25519@openssh.com', ed25519, null)],
  ['ecdsa-sha2-nistp256', plain('ecdsa-sha2-nistp256', P256, 'sha256')],
  ['ecdsa-sha2-nistp384', plain('ecdsa-sha2-nistp384', ecdsa('nistp384', 'P-384', 48), 'sha384')],
  ['ecdsa-sha2-nistp521', plain('ecdsa-sha2-nistp521', ecdsa('nistp521', 'P-521', 66), 'sha512')],
  ['sk-ecdsa-sha2-nistp256@openssh.com', token('sk-ecdsa-sha2-nistp256@openssh.com', P256, 'sha256')],
  ['ssh-rsa', rsa],
]);

/** A public key from its bytes. Throws `Malformed`, whose message says why its signatures cannot count. */
export function readKeyBlob(blob: Buffer): PublicKey {
  const reader = new Reader(blob);
  const type = reader.string().toString('latin1');
  const kind = KINDS.get(type);
  if (kind === undefined) throw new Malformed('its key is of a kind that cannot be checked here: use Ed25519, in a FIDO token or not, ECDSA or RSA');
  const { key, application } = kind.read(reader);
  reader.end();
  return {
    text: `${type} ${blob.toString('base64')}`,
    presence: application === undefined ? 'none' : 'touch',
    check: (signature, signed) => checkWith(kind, key, application, signature, signed),
  };
}

/** A public key from one line, with or without a comment; or why it is none whose signatures would count, as the end of a sentence. */
export function readKeyLine(line: string): PublicKey | string {
  const [type = '', base64 = ''] = line.trim().split(/\s+/, 2);
  const blob = Buffer.from(base64, 'base64');
  if (base64 === '' || blob.toString('base64') !== base64) return 'it is not an SSH public key';
  try {
    const key = readKeyBlob(blob);
    return key.text === `${type} ${base64}` ? key : 'it says another kind of key than it holds';
  } catch (error) {
    return error instanceof Malformed ? error.message : 'its key is damaged';
  }
}

function checkWith(kind: Kind, key: KeyObject, application: Buffer | undefined, signature: Buffer, signed: Buffer): Checked {
  const reader = new Reader(signature);
  const name = reader.string().toString('latin1');
  if (!Object.hasOwn(kind.signatures, name)) throw new Malformed('its key and its signature are of different kinds');
  const bytes = reader.string();
  const tail = application === undefined ? undefined : { flags: reader.bytes(1), counter: reader.bytes(4) };
  reader.end();
  if (tail !== undefined && (tail.flags[0]! & TOUCHED) === 0) return 'untouched';
  const framed = tail === undefined ? signed : Buffer.concat([sha256(application!), tail.flags, tail.counter, sha256(signed)]);
  return kind.verify(key, bytes, framed, kind.signatures[name]!) ? 'sound' : 'foreign';
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
