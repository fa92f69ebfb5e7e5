/** The bytes of SSH values (RFC 4251, section 5): lengths before strings, and armour of base64 lines around them. Strict: one value has one form. */

export class Malformed extends Error {}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function string(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return Buffer.concat([uint32(bytes.length), bytes]);
}

export function armour(begin: string, end: string, blob: Buffer): string {
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return [begin, ...lines, end, ''].join('\n');
}

/** Strict: nothing before or after, only base64 that decodes to itself. */
export function unarmour(begin: string, end: string, text: string): Buffer | undefined {
  const lines = text.replaceAll('\r\n', '\n').trimEnd().split('\n');
  if (lines.length < 3 || lines.length > 1000 || lines[0] !== begin || lines.at(-1) !== end) return undefined;
  const base64 = lines.slice(1, -1).join('');
  const blob = Buffer.from(base64, 'base64');
  return blob.toString('base64') === base64 ? blob : undefined;
}

/** Reads values; throws `Malformed` past the end. */
export class Reader {
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

  /** A positive number's bytes, the first of them not zero. */
  number(): Buffer {
    const bytes = this.string();
    const [first = 0, second = 0] = bytes;
    if (bytes.length === 0 || first >= 0x80 || (first === 0 && second < 0x80)) throw new Malformed('a number in it is not written in the one way there is');
    return first === 0 ? bytes.subarray(1) : bytes;
  }

  end(): void {
    if (this.#at !== this.#blob.length) throw new Malformed('it has bytes after its end');
  }
}
