/**
 * Writing the audit log: hash-chained JSON lines, one chain under many processes. Tamper-evident, nothing more.
 * Invariant: an event that was reported as recorded is on the disk, in the chain or put aside for it, and no writer builds on a damaged entry.
 * What is done under the lock takes microseconds and blocks, so that nobody holds it while waiting for a thread; the flush comes after it.
 */
import { chmodSync, closeSync, existsSync, fdatasync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { nextEntry, writeEntry, type AuditEvent, type Link } from '#core/audit';
import { digestOf } from '#core/digest';
import { headOf, type Tree } from '#core/merkle';
import { isAbsent } from './atomic.ts';
import { auditFile, sealedFile, sealedFiles } from './audit-files.ts';
import { putAside, putAsideBefore, type Waiting } from './audit-spool.ts';
import { carryOf, tailOf, type Tail } from './audit-tail.ts';
import { acquire, type Lock } from './lock.ts';
import type { Repository } from './repository.ts';

export { auditFile } from './audit-files.ts';

export type Appended = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface WriterOptions {
  /** Bytes after which the file is set aside and a new one begun. */
  readonly limit?: number;
  /** Milliseconds to wait for other writers before an event is put aside. */
  readonly patience?: number;
  /** Where the flush waits for the disk: in a thread, as an editor needs it, or right here, which is sooner for a process that has nothing else to do. Absent: thread. */
  readonly flush?: 'thread' | 'here';
}

/** Eight megabytes are some twenty thousand entries: read through in a tenth of a second when a new file is begun. */
const LIMIT = 8 * 1024 * 1024;
/** An agent waits for its hook. */
const PATIENCE_MS = 1_000;
/** Events written at once. */
const MOST = 1_000;

const flushInThread = promisify(fdatasync);

/** Records one event: one lock, one write, one flush. Says what failed; never rejects, waits a second at most. */
export async function appendAudit(repository: Repository, event: AuditEvent, now: Date, options: WriterOptions = {}): Promise<Appended> {
  const writer = new AuditWriter(repository, options);
  try {
    return await writer.append(event, now);
  } finally {
    await writer.close();
  }
}

interface Queued {
  readonly waiting: Waiting;
  readonly done: (result: Appended) => void;
}

interface Open extends Tail {
  readonly descriptor: number;
  readonly inode: number;
  /** The tree of what was set aside, to be said first in a new file. */
  readonly carried?: Tree;
}

/** A writer that lives longer than one event: it keeps the file open, and events that come while it waits are written at once. */
export class AuditWriter {
  readonly #file: string;
  readonly #limit: number;
  readonly #patience: number;
  readonly #flush: 'thread' | 'here';
  #open: Open | undefined;
  #queue: Queued[] = [];
  #work: Promise<void> = Promise.resolve();

  constructor(repository: Repository, { limit = LIMIT, patience = PATIENCE_MS, flush = 'thread' }: WriterOptions = {}) {
    this.#file = auditFile(repository);
    this.#limit = limit;
    this.#patience = patience;
    this.#flush = flush;
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
    this.#forget();
  }

  async #drain(): Promise<void> {
    const lock = await this.#lock().catch((error: unknown) => error as Error);
    const batch = this.#queue.slice(0, MOST);
    this.#queue = this.#queue.slice(MOST);
    if (this.#queue.length > 0) this.#work = this.#work.then(() => this.#drain());
    const waiting = batch.map((queued) => queued.waiting);
    const result = await this.#record(lock, waiting).catch((error: unknown): Appended => ({ ok: false, message: `The audit log ${this.#file} cannot be written (${error instanceof Error ? error.message : String(error)}), so this was not recorded: ${kindsOf(waiting)}.` }));
    for (const { done } of batch) done(result);
  }

  async #record(lock: Lock | Error | undefined, waiting: readonly Waiting[]): Promise<Appended> {
    if (lock instanceof Error) throw lock;
    if (lock === undefined) {
      for (const each of waiting) await putAside(this.#file, each);
      return { ok: true };
    }
    let written: Open | undefined;
    try {
      written = this.#write(lock, waiting);
    } catch (error) {
      this.#forget();
      throw error;
    } finally {
      lock.release();
    }
    if (written !== undefined) {
      // Without the lock: several writers share one flush of the disk.
      if (this.#flush === 'here') fdatasyncSync(written.descriptor);
      else await flushInThread(written.descriptor);
      return { ok: true };
    }
    for (const each of waiting) await putAside(this.#file, each);
    return { ok: false, message: `The last entry of ${this.#file} is damaged, so nothing is added to it; what happened (${kindsOf(waiting)}) was put aside. Run \`vetmark audit verify\`, keep the file as evidence, and move it away to go on.` };
  }

  async #lock(): Promise<Lock | undefined> {
    const path = `${this.#file}.lock`;
    try {
      return await acquire(path, this.#patience);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      return acquire(path, this.#patience);
    }
  }

  /** Writes what was put aside before and what waits now; `undefined` when the log's end is damaged. */
  #write(lock: Lock, waiting: readonly Waiting[]): Open | undefined {
    let opened = this.#reopen();
    if (opened.end === 'damaged') return undefined;
    if (opened.size > this.#limit && opened.torn === undefined) opened = this.#begin(opened);
    const before = putAsideBefore(this.#file);
    let last: Link | undefined = opened.last;
    let lines = '';
    for (const { event, at } of [...openingOf(opened), ...before.waiting, ...waiting]) {
      const entry = nextEntry(last, event, at);
      lines += `${writeEntry(entry)}\n`;
      last = entry;
    }
    if (!lock.fresh()) throw new Error('this process was stopped for minutes while it held the lock');
    if (opened.torn !== undefined) ftruncateSync(opened.descriptor, opened.size);
    const bytes = Buffer.from(lines, 'utf8');
    for (let at = 0; at < bytes.length; ) at += writeSync(opened.descriptor, bytes, at);
    this.#open = { descriptor: opened.descriptor, inode: opened.inode, size: opened.size + bytes.length, last, end: 'whole' };
    if (before.waiting.length > 0) {
      // Only what is on the disk may be forgotten elsewhere.
      fdatasyncSync(opened.descriptor);
      before.remove();
    }
    return this.#open;
  }

  /** The file as it is now: what this writer remembers, when nobody wrote since. */
  #reopen(): Open {
    const known = this.#open;
    const now = statSync(this.#file, { throwIfNoEntry: false });
    if (known !== undefined && now !== undefined && now.ino === known.inode && now.size > 0) return now.size === known.size ? known : this.#keep(known.descriptor);
    this.#forget();
    if (now === undefined || now.size === 0) return this.#start();
    return this.#keep(openSync(this.#file, 'a+', 0o600));
  }

  /** A new file: the first one, or the one after those that were set aside. */
  #start(): Open {
    const newest = sealedFiles(this.#file).at(-1);
    const opened = this.#keep(openSync(this.#file, 'a+', 0o600));
    // The folder is flushed too: a file that nobody can find after a power cut is no record.
    flushFolder(dirname(this.#file));
    if (newest === undefined) return opened;
    const { tree, last } = carryOf(readFileSync(newest));
    return last === undefined ? { ...opened, end: 'damaged' } : { ...opened, last, carried: tree };
  }

  /** Sets the full file aside and begins the next. Where a file of that name is already, everything stays as it is: evidence is not overwritten. */
  #begin(full: Open): Open {
    const sealed = sealedFile(this.#file, carryOf(readFileSync(this.#file)).first, full.last?.seq ?? 0);
    if (existsSync(sealed)) return full;
    fdatasyncSync(full.descriptor);
    renameSync(this.#file, sealed);
    chmodSync(sealed, 0o400);
    this.#forget();
    return this.#start();
  }

  #keep(descriptor: number): Open {
    const { ino, size } = fstatSync(descriptor);
    this.#open = { descriptor, inode: ino, ...tailOf(descriptor, size) };
    return this.#open;
  }

  #forget(): void {
    if (this.#open !== undefined) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }
}

/** What has to be said before anything else: that something was cut off, and what a new file follows. */
function openingOf({ torn, carried }: Open): readonly Waiting[] {
  const at = new Date().toISOString();
  return [
    ...(torn === undefined ? [] : [{ event: { kind: 'gap', message: 'The log ended in the middle of an entry, as after a power cut. What stood there was cut off.', digest: digestOf(torn) } as const, at }]),
    ...(carried === undefined ? [] : [{ event: { kind: 'rotated', size: carried.size, root: headOf(carried), peaks: carried.peaks } as const, at }]),
  ];
}

function flushFolder(folder: string): void {
  // Windows opens no folders, and flushes their entries itself.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function kindsOf(waiting: readonly Waiting[]): string {
  return [...new Set(waiting.map(({ event }) => event.kind))].join(', ');
}
