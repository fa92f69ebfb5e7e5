/**
 * The recorder's own life: each editor window leaves a sign under the git directory while it records, so that the next one knows what nobody saw. What was
 * missed becomes a gap: a window that ended without a word, files that changed while none was open, a clock that was set.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import path from 'node:path';
import { ulid } from 'ulid';
import * as z from 'zod';
import { digestOf } from '#core/digest';
import type { RepoPath } from '#core/path';
import { writeAtomically } from './atomic.ts';
import { noteGap } from './gaps.ts';
import { sourceInGit } from './git-source.ts';
import { recallAll } from './pending.ts';
import { readFiles, uncommittedPaths, type Repository } from './repository.ts';

/** Two clocks: the wall's, which people and programs set, and the machine's, which nobody does. Milliseconds. */
export interface Clocks {
  wall(): number;
  steady(): number;
}

export const CLOCKS: Clocks = { wall: Date.now, steady: () => uptime() * 1000 };

export class RecorderSign {
  readonly #repository: Repository;
  readonly #clocks: Clocks;
  readonly #id = ulid();
  readonly #since: number;
  #seen: number;
  #steady: number;

  private constructor(repository: Repository, clocks: Clocks) {
    this.#repository = repository;
    this.#clocks = clocks;
    this.#since = this.#seen = clocks.wall();
    this.#steady = clocks.steady();
  }

  /** Looks at what former windows left, notes what was missed, and leaves a sign of its own. Returns sentences about what could not be noted. */
  static async open(repository: Repository, clocks: Clocks = CLOCKS): Promise<{ readonly sign: RecorderSign; readonly troubles: readonly string[] }> {
    const sign = new RecorderSign(repository, clocks);
    const troubles = await missedBefore(repository, clocks.wall());
    await sign.#write();
    return { sign, troubles };
  }

  /**
   * Says that it still records, and looks at the clocks. `touched`: files that changed since it said so last: of these, times may be wrong when the wall's
   * clock was set. Returns sentences about what could not be noted.
   */
  async beat(touched: readonly RepoPath[]): Promise<readonly string[]> {
    const [now, steady] = [this.#clocks.wall(), this.#clocks.steady()];
    const expected = this.#seen + (steady - this.#steady);
    const jumped = Math.abs(now - expected) > JUMP;
    const noted = jumped ? await noteGap(this.#repository, { cause: 'clock-jump', paths: touched, from: this.#seen, to: Math.max(now, expected), note: `It was set by ${Math.round((now - expected) / 1000)} seconds.` }) : undefined;
    this.#seen = now;
    this.#steady = steady;
    await this.#write();
    return noted?.ok === false ? [noted.message] : [];
  }

  /** The window ends as it should. */
  async end(): Promise<void> {
    this.#seen = this.#clocks.wall();
    await writeAtomically(this.#place, signText({ v: 1, pid: process.pid, host: hostname(), since: this.#since, seen: this.#seen, ended: true }), 0o600);
  }

  get #place(): string {
    return path.join(folderOf(this.#repository), this.#id + ENDING);
  }

  async #write(): Promise<void> {
    await writeAtomically(this.#place, signText({ v: 1, pid: process.pid, host: hostname(), since: this.#since, seen: this.#seen, ended: false }), 0o600);
  }
}

/** Milliseconds between two beats. */
export const BEAT = 30_000;
/** Milliseconds by which the two clocks may come to differ between two beats: the steady one counts in hundredths of a second, and clocks are slewed. */
const JUMP = 5_000;
/** Milliseconds without a beat after which a window that cannot be asked (another machine's, a number that was given again) is held for dead. */
const STALE = 10 * BEAT;
const ENDING = '.json';
/** Files that are looked at: more of them are a gap over everything. */
const MOST_FILES = 2_000;

const schema = z.strictObject({ v: z.literal(1), pid: z.int(), host: z.string(), since: z.number(), seen: z.number(), ended: z.boolean() });
type Sign = z.infer<typeof schema>;

function signText(sign: Sign): string {
  return JSON.stringify(sign) + '\n';
}

function folderOf(repository: Repository): string {
  return path.join(repository.gitDir, 'vetmark', 'windows');
}

/** Notes what nobody recorded between the windows before and now. While one still lives, nothing was missed but what a killed one knew. */
async function missedBefore(repository: Repository, now: number): Promise<readonly string[]> {
  const gone: Sign[] = [];
  let alive = false;
  for (const name of await readdir(folderOf(repository)).catch(() => [])) {
    if (!name.endsWith(ENDING)) continue;
    const place = path.join(folderOf(repository), name);
    const sign = readSign(await readFile(place, 'utf8').catch(() => ''));
    if (sign !== undefined && !sign.ended && isAlive(sign, now)) {
      alive = true;
      continue;
    }
    // One that cannot be read was being written when its process was killed.
    gone.push(sign ?? { v: 1, pid: 0, host: '', since: now, seen: now, ended: false });
    await rm(place, { force: true });
  }
  if (gone.length === 0) return [];
  const killed = gone.filter(({ ended }) => !ended);
  if (alive && killed.length === 0) return [];
  const paths = await missed(repository);
  const troubles: string[] = [];
  for (const { seen } of killed) {
    const noted = await noteGap(repository, { cause: 'host-ended', paths, from: seen, to: now });
    if (!noted.ok) troubles.push(noted.message);
  }
  if (!alive && killed.length === 0 && paths.length > 0) {
    const noted = await noteGap(repository, { cause: 'recorder-off', paths, from: Math.max(...gone.map(({ seen }) => seen)), to: now });
    if (!noted.ok) troubles.push(noted.message);
  }
  return troubles;
}

/** Files that hold another text than was remembered, or that nobody remembers, and that is not what git brought. */
async function missed(repository: Repository): Promise<readonly RepoPath[] | 'everything'> {
  const { remembered, corrupt } = await recallAll(repository);
  const known = new Map(remembered.map(({ path: file, digest }) => [file, digest]));
  const files = [...new Set([...known.keys(), ...(await uncommittedPaths(repository))])].filter((file) => !file.startsWith('.vetmark/'));
  if (corrupt.length > 0 || files.length > MOST_FILES) return 'everything';
  const texts = await readFiles(repository, { kind: 'worktree' }, files);
  const changed: RepoPath[] = [];
  for (const file of files) {
    const content = texts.get(file);
    if (content?.kind !== 'text' || digestOf(content.text) === known.get(file)) continue;
    if ((await sourceInGit(repository, file, content.text)) === undefined) changed.push(file);
  }
  return changed;
}

function readSign(text: string): Sign | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, seen }: Sign, now: number): boolean {
  if (now - seen > STALE) return false;
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
