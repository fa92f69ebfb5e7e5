/** The audit log: hash-chained JSON lines in the user's state folder, one file a repository. Tamper-evident, nothing more. */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nextEntry, readEntry, verifyChain, writeEntry, type AuditEntry, type AuditEvent, type ChainCheck } from '#core/audit';
import type { Repository } from './repository.ts';

export type Appended = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** A lock older than this was left by a process that died: an append takes milliseconds. */
const STALE_MS = 10_000;
/** How long a writer waits for the lock: an agent's hook must not be held for longer. */
const PATIENCE_MS = 1_000;
/** Enough for the last entry: an entry is a few hundred bytes. */
const TAIL_BYTES = 256 * 1024;

/** Where the log of a repository is: `vetmark/audit/<digest of its root>.jsonl` below `$XDG_STATE_HOME`, `~/.local/state`, or the platform's like. */
export function auditFile(repository: Repository): string {
  return join(stateFolder(), 'vetmark', 'audit', `${createHash('sha256').update(repository.root).digest('hex').slice(0, 32)}.jsonl`);
}

/**
 * Appends one event under a lock, so that writers in several processes keep one chain. Says what failed; never rejects, waits a second at most.
 * A damaged last line is not built upon: the log is left as it is for `vetmark audit verify` to show.
 */
export async function appendAudit(repository: Repository, event: AuditEvent, now: Date): Promise<Appended> {
  const file = auditFile(repository);
  const lock = `${file}.lock`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    if (!(await acquire(lock))) return { ok: false, message: `The audit log is locked by another process, so this was not recorded: ${event.kind}. If none is running, delete ${lock}.` };
    try {
      return await append(file, event, now);
    } finally {
      await rm(lock, { force: true });
    }
  } catch (error) {
    return { ok: false, message: `The audit log ${file} cannot be written (${error instanceof Error ? error.message : String(error)}), so this was not recorded: ${event.kind}.` };
  }
}

/** Every line of the log, and whether they form one chain. An absent log is an empty one. */
export async function readAudit(repository: Repository): Promise<{ readonly entries: readonly AuditEntry[]; readonly check: ChainCheck }> {
  const text = await readFile(auditFile(repository), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  return { entries: lines.map(readEntry).filter((entry) => entry !== undefined), check: verifyChain(lines) };
}

async function append(file: string, event: AuditEvent, now: Date): Promise<Appended> {
  const handle = await open(file, 'a+', 0o600);
  try {
    const last = await lastLine(handle);
    const previous = last === undefined ? undefined : readEntry(last);
    if (last !== undefined && previous === undefined) return { ok: false, message: `The last line of ${file} is damaged, so nothing is added to it. Run \`vetmark audit verify\`, keep the file as evidence, and move it away to start a new log.` };
    await handle.appendFile(`${writeEntry(nextEntry(previous, event, now.toISOString()))}\n`);
    await handle.datasync();
    return { ok: true };
  } finally {
    await handle.close();
  }
}

async function lastLine(handle: FileHandle): Promise<string | undefined> {
  const { size } = await handle.stat();
  if (size === 0) return undefined;
  const length = Math.min(size, TAIL_BYTES);
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  const text = buffer.toString('utf8');
  // Without its line end the last write was cut: what stands there is not an entry.
  return text.endsWith('\n') ? text.slice(text.lastIndexOf('\n', text.length - 2) + 1, -1) : text.slice(text.lastIndexOf('\n') + 1);
}

async function acquire(lock: string): Promise<boolean> {
  const end = Date.now() + PATIENCE_MS;
  for (let wait = 1; ; wait = Math.min(wait * 2, 20)) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const age = await stat(lock).then(({ mtimeMs }) => Date.now() - mtimeMs, () => 0);
    if (age > STALE_MS) await rm(lock, { force: true });
    else if (Date.now() > end) return false;
    else await sleep(wait * (0.5 + Math.random()));
  }
}

/** Where a user's state is kept, by the platform's custom. */
export function stateFolder(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_STATE_HOME !== undefined && XDG_STATE_HOME.startsWith('/')) return XDG_STATE_HOME;
  if (process.platform === 'win32') return LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Application Support') : join(homedir(), '.local', 'state');
}
