/**
 * Markers: what agents' hooks said they wrote, one file each under the git directory, so that eight writers at once lose nothing.
 * Invariant 8: a marker holds digests and ranges, never text.
 */
import { watch, readdirSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ulid } from 'ulid';
import * as z from 'zod/mini';
import { isDigest, type Digest } from '#core/digest';
import { repoPathOf, type RepoPath } from '#core/path';
import type { AgentId } from '#core/provenance';
import type { Range } from '#core/text';
import { isAbsent, writeAtomically } from './atomic.ts';
import type { Repository } from './repository.ts';

export interface Marker {
  readonly v: 1;
  /** ULID: its name on disk, and its order. */
  readonly id: string;
  readonly agent: AgentId;
  readonly model?: string;
  readonly session: string;
  readonly tool: string;
  readonly call?: string;
  readonly path: RepoPath;
  /** Of the whole text before; `null`: there was no file. Absent: not known. */
  readonly before?: Digest | null;
  /** Of the whole text after. */
  readonly after: Digest;
  /** What the agent wrote, offsets of the text after. */
  readonly written: readonly Range[];
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
}

/** Writes one marker, atomically. Throws what the file system throws: the hook that called must say so. */
export async function writeMarker(repository: Repository, marker: Omit<Marker, 'v' | 'id'>): Promise<Marker> {
  const whole: Marker = { v: 1, id: ulid(marker.at), ...marker };
  await writeAtomically(path.join(folderOf(repository), whole.id + ENDING), JSON.stringify(whole) + '\n', 0o600);
  return whole;
}

/** All markers on disk, oldest first; corrupt ones are named, not dropped in silence. */
export async function readMarkers(repository: Repository): Promise<{ readonly markers: readonly Marker[]; readonly corrupt: readonly string[] }> {
  const markers: Marker[] = [];
  const corrupt: string[] = [];
  for (const name of await namesIn(repository)) {
    const read = await readMarker(repository, name);
    if (read.kind === 'marker') markers.push(read.marker);
    else if (read.kind === 'corrupt') corrupt.push(name);
  }
  return { markers, corrupt };
}

/**
 * Calls back with each marker that is written from now on, soon after, oldest first, each once. Returns the way to stop.
 * Start watching before `readMarkers`, and tell markers apart by their id: so none falls between the two.
 */
export function watchMarkers(repository: Repository, onMarker: (marker: Marker) => void): { dispose(): void } {
  const folder = folderOf(repository);
  let seen: ReadonlySet<string> = new Set(markerNames(listNow(folder)));
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const scan = async (): Promise<void> => {
    do {
      again = false;
      const names = await namesIn(repository);
      const before = seen;
      seen = new Set(names);
      for (const name of names) {
        if (before.has(name)) continue;
        const read = await readMarker(repository, name);
        if (stopped) return;
        if (read.kind === 'marker') onMarker(read.marker);
      }
    } while (again && !stopped);
  };
  const look = (): void => {
    again = true;
    if (running !== undefined || stopped) return;
    // A folder that cannot be read now is looked at again at the next tick; `readMarkers` is where that is said.
    running = scan().catch(() => undefined).finally(() => { running = undefined; });
  };

  // The file system's own events are quick but not promised (network folders, a folder made later); the clock is slow but sure.
  let watcher = watchFolder(folder, look);
  const tick = setInterval(() => {
    watcher ??= watchFolder(folder, look);
    look();
  }, POLL);
  tick.unref();
  return {
    dispose() {
      stopped = true;
      clearInterval(tick);
      watcher?.close();
    },
  };
}

/** Drops markers older than `age` milliseconds before `now`, and corrupt ones of that age by their name. */
export async function pruneMarkers(repository: Repository, now: number, age: number): Promise<void> {
  const oldest = ulid(Math.max(0, now - age)).slice(0, TIME_LENGTH);
  for (const name of await namesIn(repository)) {
    if (name.slice(0, TIME_LENGTH) < oldest) await rm(path.join(folderOf(repository), name), { force: true });
  }
}

const ENDING = '.json';
/** Milliseconds between looks when the file system sends no events. */
const POLL = 500;
/** The characters of a ULID that are its time, sorted as text like the time itself. */
const TIME_LENGTH = 10;
/** Bytes of a marker file that are read at most. */
const LARGEST = 4_000_000;

const offset = z.int().check(z.minimum(0));
const range = z.strictObject({ start: offset, end: offset }).check(z.refine(({ start, end }) => start <= end));
const digest = z.custom<Digest>(isDigest);
const label = z.string().check(z.maxLength(500));
const schema = z.strictObject({
  v: z.literal(1),
  id: z.string().check(z.regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)),
  agent: z.string().check(z.minLength(1), z.maxLength(200)),
  model: z.optional(label),
  session: label,
  tool: label,
  call: z.optional(label),
  path: z.custom<RepoPath>((value) => typeof value === 'string' && repoPathOf(value) === value),
  before: z.optional(z.nullable(digest)),
  after: digest,
  written: z.array(range),
  at: z.number().check(z.minimum(0)),
});

function folderOf(repository: Repository): string {
  return path.join(repository.gitDir, 'vetmark', 'markers');
}

function markerNames(names: readonly string[]): string[] {
  return names.filter((name) => /^[0-9A-HJKMNP-TV-Z]{26}\.json$/.test(name)).sort();
}

async function namesIn(repository: Repository): Promise<string[]> {
  try {
    return markerNames(await readdir(folderOf(repository)));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function listNow(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function readMarker(repository: Repository, name: string): Promise<{ readonly kind: 'marker'; readonly marker: Marker } | { readonly kind: 'corrupt' } | { readonly kind: 'gone' }> {
  let text: string;
  try {
    text = await readFile(path.join(folderOf(repository), name), 'utf8');
  } catch (error) {
    return { kind: isAbsent(error) ? 'gone' : 'corrupt' };
  }
  if (text.length > LARGEST) return { kind: 'corrupt' };
  try {
    const read = schema.safeParse(JSON.parse(text));
    return read.success && read.data.id + ENDING === name ? { kind: 'marker', marker: withoutUndefined(read.data) as Marker } : { kind: 'corrupt' };
  } catch {
    return { kind: 'corrupt' };
  }
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

function watchFolder(folder: string, onEvent: () => void): { close(): void } | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
