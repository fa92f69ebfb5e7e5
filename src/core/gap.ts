/**
 * Holes in the record: a stretch of time in which who wrote what was not, or not surely, recorded.
 * Invariant 1: what came in through a gap is not proven human. A gap is never silence: it is shown, and the gate blocks on it.
 */
import { repoPathOf, type RepoPath } from './path.ts';

/**
 * Why there is a hole. `recorder-off`: no editor with Vetmark was open while files changed. `host-ended`: the editor's extension process was
 * killed. `worker-ended`: analysis was killed. `hook-late`, `hook-failed`: an agent's call was not, or not wholly, written down. `too-large`:
 * files beyond what is recorded. `too-many`: more files at once than are looked at. `clock-jump`: the machine's clock was set, so that times
 * do not order what happened. `record-corrupt`: a record was there and cannot be read.
 */
export const GAP_CAUSES = ['recorder-off', 'host-ended', 'worker-ended', 'hook-late', 'hook-failed', 'too-large', 'too-many', 'clock-jump', 'record-corrupt'] as const;
export type GapCause = (typeof GAP_CAUSES)[number];

export interface Gap {
  /** ULID: its name on disk. */
  readonly id: string;
  readonly cause: GapCause;
  /** Files that may hold what nobody recorded, sorted. `everything`: nobody can say which. Empty: none changed meanwhile. */
  readonly paths: readonly RepoPath[] | 'everything';
  /** ISO 8601, UTC, with milliseconds. `from <= to`. */
  readonly from: string;
  readonly to: string;
  /** More about it, for people: one sentence without text of files. Absent: there is no more to say. */
  readonly note?: string;
}

/** True when a file may hold what came in through the gap. */
export function concerns(gap: Gap, path: RepoPath): boolean {
  return gap.paths === 'everything' || gap.paths.includes(path);
}

/** What a gap is, why it matters and what to do next, for people: a sentence each, without a final full stop in `what`. */
export function describeGap({ cause, paths }: Pick<Gap, 'cause' | 'paths'>): { readonly what: string; readonly why: string; readonly todo: string } {
  const { what, why } = WORDS[cause];
  return { what, why, todo: todoOf(cause, paths) };
}

function todoOf(cause: GapCause, paths: Gap['paths']): string {
  const vet = paths === 'everything' ? 'Vet what changed in that time.' : paths.length === 0 ? 'No file changed meanwhile: there is nothing to vet.' : paths.length === 1 ? `Vet ${paths[0]!}.` : `Vet the ${paths.length} files.`;
  switch (cause) {
    case 'hook-late':
    case 'hook-failed':
      return `${vet} \`vetmark agents doctor\` says whether the hook answers now.`;
    case 'too-large':
      return 'Split the file, or exclude it in .vetmark/policy.json if nobody writes it by hand.';
    case 'recorder-off':
    case 'host-ended':
    case 'worker-ended':
    case 'too-many':
    case 'clock-jump':
    case 'record-corrupt':
      return vet;
  }
}

const WORDS: Readonly<Record<GapCause, { readonly what: string; readonly why: string }>> = {
  'recorder-off': { what: 'Files changed while Vetmark was not running', why: 'Nobody saw who wrote it.' },
  'host-ended': { what: 'The editor ended without a word', why: 'What came in last may not be written down.' },
  'worker-ended': { what: 'Analysis was killed', why: 'Findings were missing for a while.' },
  'hook-late': { what: 'An agent\'s hook took too long', why: 'What the agent wrote then may stand without its name.' },
  'hook-failed': { what: 'An agent\'s call could not be written down', why: 'What the agent wrote then may stand without its name.' },
  'too-large': { what: 'A file is too large to record', why: 'Nobody keeps who wrote what in it.' },
  'too-many': { what: 'More files changed at once than are looked at', why: 'Who wrote what in them is not known.' },
  'clock-jump': { what: 'The clock was set', why: 'Times do not say in which order things happened.' },
  'record-corrupt': { what: 'A record cannot be read', why: 'Who wrote what it spoke of is no longer known.' },
};

/** A gap as it is kept: one line of JSON. */
export function writeGap(gap: Gap): string {
  return JSON.stringify({ v: 1, ...gap }) + '\n';
}

/** Reads what `writeGap` wrote; `undefined` for anything else. By hand: an agent's hook loads this file, and a schema library would cost it more than all the rest. */
export function readGap(text: string): Gap | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { v, id, cause, paths, from, to, note, ...more } = value as Readonly<Record<string, unknown>>;
  if (v !== 1 || Object.keys(more).length > 0 || typeof id !== 'string' || !ULID.test(id) || !isCause(cause) || !arePaths(paths)) return undefined;
  if (!isTime(from) || !isTime(to) || from > to || !(note === undefined || (typeof note === 'string' && note.length <= 500))) return undefined;
  return { id, cause, paths, from, to, ...(note !== undefined && { note }) };
}

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

function isCause(value: unknown): value is GapCause {
  return (GAP_CAUSES as readonly unknown[]).includes(value);
}

function arePaths(value: unknown): value is Gap['paths'] {
  return value === 'everything' || (Array.isArray(value) && value.every((path) => typeof path === 'string' && repoPathOf(path) === path));
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value));
}
