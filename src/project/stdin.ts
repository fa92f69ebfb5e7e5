/** Standard input as a whole, read without Node's streams: they take longer to load than a hook takes to answer. */
import { fstatSync, read } from 'node:fs';
import { promisify } from 'node:util';

export type Input = { readonly kind: 'bytes'; readonly bytes: Buffer } | { readonly kind: 'too-large' };

/** Everything up to the end of standard input, at most `limit` bytes; nothing from a terminal. Reading does not hold up timers. */
export async function readStandardInput(limit: number): Promise<Input> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A terminal, and /dev/null, which is empty anyway.
  if (isDevice()) return { kind: 'bytes', bytes: Buffer.alloc(0) };
  for (;;) {
    const { bytesRead, buffer } = await readSome();
    if (bytesRead === 0) return { kind: 'bytes', bytes: Buffer.concat(chunks) };
    size += bytesRead;
    if (size > limit) return { kind: 'too-large' };
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

function isDevice(): boolean {
  try {
    return fstatSync(0).isCharacterDevice();
  } catch {
    return true;
  }
}

async function readSome(): Promise<{ readonly bytesRead: number; readonly buffer: Buffer }> {
  const buffer = Buffer.allocUnsafe(256 * 1024);
  for (;;) {
    try {
      return await promisify(read)(0, buffer, 0, buffer.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return { bytesRead: 0, buffer };
      if (code !== 'EAGAIN') throw error;
      // The other end made the pipe non-blocking and has nothing to say yet.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
