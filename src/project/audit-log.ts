/**
 * Writing the audit log: hash-chained JSON lines, one chain under many processes. Tamper-evident, nothing more.
 * Invariant: an event that was reported as recorded is on the disk, in the chain or put aside for it, and no writer builds on a damaged entry.
 */
import { chmod, lstat, mkdir, open, readFile, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { followFrom, nextEntry, readEntry, writeEntry, type AuditEvent, type Link } from '#core/audit';
import { digestOf } from '#core/digest';
import { EMPTY_TREE, grow, headOf, type Tree } from '#core/merkle';
import { isAbsent } from './atomic.ts';
import { auditFile, linesIn, sealedFile, sealedFiles } from './audit-files.ts';
import { putAside, putAsideBefore, type Waiting } from './audit-spool.ts';
import { acquire, type Lock } from './lock.ts';
import type { Repository } from './repository.ts';

export { auditFile } from './audit-files.ts';

export type Appended = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface WriterOptions {
  /** Bytes after which the file is set aside and a new one begun. */
  readonly limit?: number;
  /** Milliseconds to wait for other writers before an event is put aside. */
  readonly patience?: number;
}

/** Eight megabytes are some twenty thousand entries: read through in a tenth of a second when a new file is begun. */
const LIMIT = 8 * 1024 * 1024;
/** An agent waits for its hook. */
const PATIENCE_MS = 1_000;
/** Events written at once. */
const MOST = 1_000;
/** Enough for the last entry: an entry is a few hundred bytes, and a thousand long paths at most. */
const TAIL_BYTES = 8 * 1024 * 1024;
const FIRST_TAIL_BYTES = 16 * 1024;

/** Records one event: one lock, one write, one flush. Says what failed; never rejects, waits a second at most. */
export async function appendAudit(repository: Repository, event: AuditEvent, now: Date): Promise<Appended> {
  const writer = new AuditWriter(repository);
  try {
    return await writer.append(event, now);
  } finally {
    await writer.close();
  }
}

/** A writer that lives longer than one event: it keeps the file open, and events that come while it waits are written at once. */
export class AuditWriter {
  readonly #file: string;
  readonly #limit: number;
  readonly #patience: number;
  #open: Open | undefined;
  #queue: Queued[] = [];
  #work: Promise<void> = Promise.resolve();

  constructor(repository: Repository, { limit = LIMIT, patience = PATIENCE_MS }: WriterOptions = {}) {
    this.#file = auditFile(repository);
    this.#limit = limit;
    this.#patience = patience;
  }

  /** Resolves once the event is on the disk. Says what failed; never rejects. */
  append(event: AuditEvent, now: Date): Promise<Appended> {
    return new Promise((done) => {
      this.#queue.push({ waiting: { event, at: now.toISOString() }, done });
      if (this.#queue.length === 1) this.#work = this.#work.then(() => this.#drain());
    });
  }

  /** Resolves when everything is written and the file is closed. */
  async close(): Promise<void> {
    await this.#work;
    await this.#open?.handle.close();
    this.#open = undefined;
  }

  /** Writes what waits when its turn comes. The flush comes after the lock is given back, so that several writers share the disk's. */
  async #drain(): Promise<void> {
    let batch: readonly Queued[] = [];
    const take = (): readonly Waiting[] => {
      batch = this.#queue.slice(0, MOST);
      this.#queue = this.#queue.slice(MOST);
      if (this.#queue.length > 0) this.#work = this.#work.then(() => this.#drain());
      return batch.map(({ waiting }) => waiting);
    };
    const result = await this.#record(take).catch((error: unknown): Appended => ({ ok: false, message: `The audit log ${this.#file} cannot be written (${error instanceof Error ? error.message : String(error)}), so this was not recorded: ${kindsOf(batch.length > 0 ? batch.map(({ waiting }) => waiting) : take())}.` }));
    for (const { done } of batch) done(result);
  }

  async #record(take: () => readonly Waiting[]): Promise<Appended> {
    const lock = await this.#lock();
    if (lock === undefined) {
      for (const waiting of take()) await putAside(this.#file, waiting);
      return { ok: true };
    }
    let written: Appended;
    try {
      written = await this.#write(lock, take);
    } catch (error) {
      await this.#forget();
      throw error;
    } finally {
      await lock.release();
    }
    if (written.ok) await this.#open!.handle.datasync();
    return written;
  }

  async #lock(): Promise<Lock | undefined> {
    const path = `${this.#file}.lock`;
    try {
      return await acquire(path, this.#patience);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
      return acquire(path, this.#patience);
    }
  }

  async #write(lock: Lock, take: () => readonly Waiting[]): Promise<Appended> {
    const before = await putAsideBefore(this.#file);
    let opened = await this.#reopen();
    if (opened.end === 'damaged') {
      const waiting = take();
      for (const each of waiting) await putAside(this.#file, each);
      return { ok: false, message: `The last entry of ${this.#file} is damaged, so nothing is added to it; what happened (${kindsOf(waiting)}) was put aside. Run \`vetmark audit verify\`, keep the file as evidence, and move it away to go on.` };
    }
    if (opened.size > this.#limit && opened.torn === undefined) opened = await this.#begin(opened);
    const lines: string[] = [];
    let last = opened.last;
    const add = ({ event, at }: Waiting): void => {
      const entry = nextEntry(last, event, at);
      lines.push(`${writeEntry(entry)}\n`);
      last = entry;
    };
    if (opened.torn !== undefined) add({ event: { kind: 'gap', message: 'The log ended in the middle of an entry, as after a power cut. What stood there was cut off.', digest: digestOf(opened.torn) }, at: new Date().toISOString() });
    if (opened.carried !== undefined) add({ event: { kind: 'rotated', size: opened.carried.size, root: headOf(opened.carried), peaks: opened.carried.peaks }, at: new Date().toISOString() });
    [...before.waiting, ...take()].forEach(add);
    if (!lock.fresh()) throw new Error('this process was stopped for minutes while it held the lock');
    const bytes = Buffer.from(lines.join(''), 'utf8');
    if (opened.torn !== undefined) await opened.handle.truncate(opened.size);
    for (let at = 0; at < bytes.length; ) at += (await opened.handle.write(bytes, at)).bytesWritten;
    this.#open = { handle: opened.handle, inode: opened.inode, size: opened.size + bytes.length, last, end: 'whole' };
    await before.remove();
    return { ok: true };
  }

  /** The file as it is now: what this writer remembers, when nobody wrote since. */
  async #reopen(): Promise<Open> {
    const known = this.#open;
    const now = await stat(this.#file).catch(absent);
    if (known !== undefined && now !== undefined && now.ino === known.inode && known.end === 'whole') {
      return now.size === known.size ? known : { ...known, ...(await endOf(known.handle, now.size)) };
    }
    await this.#forget();
    if (now === undefined || now.size === 0) return this.#start();
    return this.#keep(await open(this.#file, 'a+', 0o600));
  }

  /** A new file: the first one, or the one after those that were set aside. */
  async #start(): Promise<Open> {
    const newest = (await sealedFiles(this.#file)).at(-1);
    const opened = await this.#keep(await open(this.#file, 'a+', 0o600));
    // The folder is flushed too: a file that nobody can find after a power cut is no record.
    await flushFolder(dirname(this.#file));
    if (newest === undefined) return opened;
    const { tree, last } = carry(linesIn(await readFile(newest)).lines);
    return last === undefined ? { ...opened, end: 'damaged' } : { ...opened, last, carried: tree };
  }

  /** Sets the full file aside and begins the next. Where a file of that name is already, everything stays as it is: evidence is not overwritten. */
  async #begin(full: Open): Promise<Open> {
    const first = carry(linesIn(await readFile(this.#file)).lines).first;
    const sealed = sealedFile(this.#file, first, full.last?.seq ?? 0);
    if ((await lstat(sealed).catch(absent)) !== undefined) return full;
    await full.handle.datasync();
    await rename(this.#file, sealed);
    await chmod(sealed, 0o400);
    await this.#forget();
    return this.#start();
  }

  async #keep(handle: FileHandle): Promise<Open> {
    const { ino, size } = await handle.stat();
    this.#open = { handle, inode: ino, ...(await endOf(handle, size)) };
    return this.#open;
  }

  async #forget(): Promise<void> {
    const known = this.#open;
    this.#open = undefined;
    await known?.handle.close();
  }
}

interface Queued {
  readonly waiting: Waiting;
  readonly done: (result: Appended) => void;
}

interface End {
  /** Bytes, without what is torn. */
  readonly size: number;
  /** The last entry; absent in an empty file. */
  readonly last?: Link | undefined;
  readonly end: 'whole' | 'damaged';
  /** What stands after the last line end; absent: nothing. */
  readonly torn?: string;
}

interface Open extends End {
  readonly handle: FileHandle;
  readonly inode: number;
  /** The tree of what was set aside, to be said first in a new file. */
  readonly carried?: Tree;
}

async function endOf(handle: FileHandle, size: number): Promise<End> {
  for (let length = Math.min(size, FIRST_TAIL_BYTES); ; length = Math.min(size, TAIL_BYTES)) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    const bytes = buffer.subarray(0, bytesRead);
    const lineEnd = bytes.lastIndexOf(10);
    const before = lineEnd <= 0 ? -1 : bytes.lastIndexOf(10, lineEnd - 1);
    const complete = length === size || length === TAIL_BYTES;
    if (!complete && (lineEnd === -1 || before === -1)) continue;
    const torn = bytes.subarray(lineEnd + 1);
    const kept = size - torn.length;
    const rest = torn.length === 0 ? {} : { torn: torn.toString('latin1') };
    if (lineEnd === -1) return { size: kept, end: size > TAIL_BYTES ? 'damaged' : 'whole', ...rest };
    const { lines } = linesIn(bytes.subarray(before + 1, lineEnd + 1));
    const last = readEntry(lines[0]!);
    return last === undefined ? { size: kept, end: 'damaged', ...rest } : { size: kept, end: 'whole', last, ...rest };
  }
}

/** The tree over everything up to the end of a file, its own past included, and its first and last entries. */
export function carry(lines: readonly string[]): { readonly tree: Tree; readonly first: number; readonly last: Link | undefined } {
  const opening = lines[0] === undefined ? undefined : readEntry(lines[0]);
  const begun = lines[0] === undefined ? undefined : followFrom(lines[0]);
  const tree = lines.slice(begun === undefined ? 0 : 1).reduce(grow, begun?.tree ?? EMPTY_TREE);
  return { tree, first: opening?.seq ?? 0, last: lines.length === 0 ? undefined : readEntry(lines.at(-1)!) };
}

async function flushFolder(folder: string): Promise<void> {
  // Windows opens no folders, and flushes their entries itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function kindsOf(waiting: readonly Waiting[]): string {
  return [...new Set(waiting.map(({ event }) => event.kind))].join(', ');
}

function absent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
  return undefined;
}
