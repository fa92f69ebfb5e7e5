/** A FIDO key in software, for tests: it signs as a token does (OpenSSH's PROTOCOL.u2f), with or without a touch; and an ssh-agent that holds one. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Touch = 'touched' | 'untouched';

export interface TokenKey {
  /** `sk-ssh-ed25519@openssh.com AAAA...` */
  readonly publicKey: string;
  sign(text: string, touch: Touch): string;
  /** What an agent answers: the signature over bytes, without the frame of a file. */
  answer(signed: Buffer, touch: Touch): Buffer;
}

interface Kind {
  readonly type: string;
  /** The fields of the public key, between its type and its application. */
  readonly key: readonly Buffer[];
  readonly sign: (bytes: Buffer) => Buffer;
}

export function createTokenKey(application = 'ssh:', kind: 'ed25519' | 'ecdsa' = 'ed25519'): TokenKey {
  const { type, key, sign } = kind === 'ed25519' ? ed25519() : ecdsa();
  const blob = Buffer.concat([string(type), ...key.map(string), string(application)]);
  const answer = (signed: Buffer, touch: Touch): Buffer => {
    const tail = Buffer.from([touch === 'touched' ? 1 : 0, 0, 0, 0, 7]);
    return Buffer.concat([string(type), string(sign(Buffer.concat([sha256(application), tail, sha256(signed)]))), tail]);
  };
  return {
    publicKey: `${type} ${blob.toString('base64')}`,
    answer,
    sign(text, touch) {
      const message = Buffer.concat([Buffer.from('SSHSIG'), string('vetmark'), string(''), string('sha512'), string(createHash('sha512').update(text, 'utf8').digest())]);
      const all = Buffer.concat([Buffer.from('SSHSIG'), Buffer.from([0, 0, 0, 1]), string(blob), string('vetmark'), string(''), string('sha512'), string(answer(message, touch))]);
      return ['-----BEGIN SSH SIGNATURE-----', ...(all.toString('base64').match(/.{1,70}/g) ?? []), '-----END SSH SIGNATURE-----', ''].join('\n');
    },
  };
}

function ed25519(): Kind {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { type: 'sk-ssh-ed25519@openssh.com', key: [publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)], sign: (bytes) => sign(null, bytes, privateKey) };
}

function ecdsa(): Kind {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);
  const signBoth = (bytes: Buffer): Buffer => {
    const whole = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return Buffer.concat([number(whole.subarray(0, 32)), number(whole.subarray(32))]);
  };
  return { type: 'sk-ecdsa-sha2-nistp256@openssh.com', key: [Buffer.from('nistp256'), point], sign: signBoth };
}

/** What an agent does when it is asked to sign. */
export type Hand = Touch | 'refuses' | 'never answers';

/** An ssh-agent (draft-ietf-sshm-ssh-agent) that holds one token key. */
export class TokenAgent {
  readonly #folder = mkdtempSync(join(tmpdir(), 'vetmark-agent-'));
  readonly socket = join(this.#folder, 'socket');
  readonly #server: Server;
  hand: Hand = 'touched';

  constructor(key: TokenKey) {
    this.#server = createServer((connection) => {
      let waiting = Buffer.alloc(0);
      connection.on('error', () => undefined);
      connection.on('data', (chunk: Buffer) => {
        waiting = Buffer.concat([waiting, chunk]);
        while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE()) {
          const request = waiting.subarray(4, 4 + waiting.readUInt32BE());
          waiting = waiting.subarray(4 + request.length);
          const reply = this.#reply(key, request);
          if (reply !== undefined) connection.write(string(reply));
        }
      });
    });
  }

  #reply(key: TokenKey, request: Buffer): Buffer | undefined {
    const blob = Buffer.from(key.publicKey.split(' ')[1]!, 'base64');
    if (request[0] === 11) return Buffer.concat([Buffer.from([12, 0, 0, 0, 1]), string(blob), string('token')]);
    if (request[0] !== 13 || this.hand === 'refuses') return Buffer.from([5]);
    if (this.hand === 'never answers') return undefined;
    const at = 1 + 4 + request.readUInt32BE(1);
    const signed = request.subarray(at + 4, at + 4 + request.readUInt32BE(at));
    return Buffer.concat([Buffer.from([14]), string(key.answer(signed, this.hand))]);
  }

  listen(): Promise<void> {
    return new Promise((resolve) => void this.#server.listen(this.socket, resolve));
  }

  dispose(): void {
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function sha256(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function number(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const short = bytes.subarray(start);
  return string(short[0]! >= 0x80 ? Buffer.concat([Buffer.alloc(1), short]) : short);
}

function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
