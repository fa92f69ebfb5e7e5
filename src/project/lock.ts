/**
 * A lock between processes: a file that only one can make. It names its holder, so that what a dead process left is taken over at once, by one taker.
 * Invariant: nobody removes a lock but its holder, or the one who holds the lock on taking it over.
 * Each call takes microseconds and blocks: handing it to a thread would cost more, and would keep the lock from others meanwhile.
 */
import { randomBytes } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAbsent } from './atomic.ts';

export interface Lock {
  /** False once the lock has been held for so long that another may think its holder dead: then nothing more may be done under it. */
  fresh(): boolean;
  release(): void;
}

/** A lock whose holder cannot be asked (another machine's, or a process that hangs) is taken over after this. What is done under one takes milliseconds. */
const STALE_MS = 5 * 60_000;
/** The longest pause between two tries, give or take a half. */
const LONGEST_PAUSE_MS = 8;
/** How a file system says that it has no symbolic links. */
const NO_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];
/** Locks on taking over, one above the other: each needs a taker that died. */
const DEPTH = 3;

/** Takes the lock; `undefined` when others held it for all of `patience` milliseconds. Throws what the file system throws. */
export async function acquire(path: string, patience: number): Promise<Lock | undefined> {
  return acquireAt(path, performance.now() + patience, 0);
}

async function acquireAt(path: string, end: number, depth: number): Promise<Lock | undefined> {
  const holder = `${machine()}:${process.pid}:${randomBytes(8).toString('hex')}`;
  for (let pause = 0.5; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    if (make(path, holder)) return held(path);
    const found = holderOf(path);
    if (found !== undefined && depth < DEPTH && isLeft(found) && (await takeOver(path, found, end, depth))) continue;
    if (performance.now() > end) return undefined;
    await sleep(pause * (0.5 + Math.random()));
  }
}

function held(path: string): Lock {
  const since = performance.now();
  return {
    fresh: () => performance.now() - since < STALE_MS / 2,
    release: () => remove(path),
  };
}

/**
 * Removes a lock that was left. Two that saw it cannot both: the second looks again under its own lock and finds another holder, or none. False when others
 * were about it for too long.
 */
async function takeOver(path: string, left: Holder, end: number, depth: number): Promise<boolean> {
  const lock = await acquireAt(`${path}.takeover`, end, depth + 1);
  if (lock === undefined) return false;
  try {
    if (holderOf(path)?.name === left.name) remove(path);
    return true;
  } finally {
    lock.release();
  }
}

interface Holder {
  readonly name: string;
  /** Milliseconds since it took the lock. */
  readonly age: number;
}

/** A symbolic link is made together with what it says. Where there are none for us (Windows, some file systems) a file is, and its text comes a moment later. */
function make(path: string, holder: string): boolean {
  try {
    if (process.platform === 'win32') writeFileSync(path, holder, { flag: 'wx', mode: 0o600 });
    else symlinkSync(holder, path);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Windows says EPERM of a file that is just being deleted.
    if (code === 'EEXIST' || (process.platform === 'win32' && code === 'EPERM')) return false;
    if (!NO_LINKS.includes(code)) throw error;
  }
  try {
    writeFileSync(path, holder, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(path: string): Holder | undefined {
  try {
    const stats = lstatSync(path);
    const name = stats.isSymbolicLink() ? readlinkSync(path) : readFileSync(path, 'utf8');
    return { name, age: Date.now() - stats.mtimeMs };
  } catch {
    return undefined;
  }
}

/** True when the holder is a process of this machine that is no longer there, or when nobody can tell and it is old. */
function isLeft({ name, age }: Holder): boolean {
  const [host, pid] = name.split(':');
  if (age > STALE_MS) return true;
  return host === machine() && /^[1-9]\d{0,9}$/.test(pid ?? '') && !isRunning(Number(pid));
}

/** Where a process number means something: this host, and on Linux this container. */
function machine(): string {
  if (process.platform !== 'linux') return hostname();
  return `${hostname()}/${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}
