/** Where a repository's audit log is: one file that grows, and the files that were set aside when it had grown enough, in the user's state folder. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAbsent } from './atomic.ts';
import type { Repository } from './repository.ts';
import { stateFolder } from './state-folder.ts';

/** The file that grows: `vetmark/audit/<log>.jsonl` below `$XDG_STATE_HOME`, `~/.local/state`, or the platform's like. */
export function auditFile(repository: Repository): string {
  return join(stateFolder(), 'vetmark', 'audit', `${logOf(repository)}.jsonl`);
}

/** The name of the log: a digest of the repository's place, 32 hexadecimal digits. */
export function logOf(repository: Repository): string {
  return createHash('sha256').update(repository.root).digest('hex').slice(0, 32);
}

/** The name under which a full file is set aside; both numbers are of entries, the first and the last. */
export function sealedFile(file: string, first: number, last: number): string {
  const digits = (seq: number): string => String(seq).padStart(12, '0');
  return file.replace(/\.jsonl$/, `.${digits(first)}-${digits(last)}.jsonl`);
}

/** The files that were set aside, oldest first. */
export function sealedFiles(file: string): readonly string[] {
  const start = `${basename(file, '.jsonl')}.`;
  return namesIn(dirname(file)).filter((name) => name.startsWith(start) && /^\d{12,}-\d{12,}\.jsonl$/.test(name.slice(start.length))).sort().map((name) => join(dirname(file), name));
}

/** Lines of a log's bytes, without their ends. `torn`: what stands after the last line end, which no writer leaves. */
export function linesIn(bytes: Uint8Array): { readonly lines: readonly string[]; readonly torn: string } {
  const lines = decode(bytes).split('\n');
  const torn = lines.pop()!;
  return { lines, torn };
}

/** Names in a folder; none when there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Byte for byte: a byte-order mark stays, and where the bytes are not UTF-8 the text cannot be what was written. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
