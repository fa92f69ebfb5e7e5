/**
 * The marker for one file an agent wrote: digests of the text before and after, and which characters are the agent's.
 * Invariant 1: where the agent's word and the disk differ, both states are marked; more may be called the agent's than is, never less.
 */
import { join } from 'node:path';
import type { AgentEvent, Write } from '#agents/agent';
import { digestOf } from '#core/digest';
import type { RepoPath } from '#core/path';
import type { AgentId } from '#core/provenance';
import { insertedRanges, isEmpty, type Range } from '#core/text';
import { readSource } from '#project/disk';
import { writeMarker } from '#project/markers';
import type { Repository } from '#project/repository';

/** Longest text compared with the one before, in UTF-16 code units; a longer one is the agent's as a whole. */
const COMPARABLE = 5_000_000;

type After = Extract<AgentEvent, { kind: 'tool-after' }>;

/** Writes the markers; sentences about what could not be written. */
export async function mark(repository: Repository, agent: AgentId, event: After, write: Write, path: RepoPath): Promise<readonly string[]> {
  const content = await readSource(join(repository.root, path));
  const states = statesOf(write, content.kind === 'text' ? content.text : undefined, event.disk);
  const troubles: string[] = [];
  for (const { before, after } of states) {
    const written = await writtenRanges(before, after, write.inserted);
    if (written === undefined) continue;
    try {
      await writeMarker(repository, {
        agent: event.agent ?? agent,
        session: event.session,
        tool: event.tool,
        path,
        after: digestOf(after),
        written,
        at: Date.now(),
        ...(event.model !== undefined && { model: event.model }),
        ...(event.call !== undefined && { call: event.call }),
        ...(before !== undefined && { before: before === null ? null : digestOf(before) }),
      });
    } catch (error) {
      troubles.push(`What ${agent} wrote to ${path} could not be recorded: ${error instanceof Error ? error.message : String(error)}`);
      const { noteGap } = await import('#project/gaps');
      const now = Date.now();
      const noted = await noteGap(repository, { cause: 'hook-failed', paths: [path], from: now, to: now });
      if (!noted.ok) troubles.push(noted.message);
    }
  }
  return troubles;
}

interface State {
  /** `null`: no file. `undefined`: not known. */
  readonly before: string | null | undefined;
  readonly after: string;
}

/** The texts that the file went through: what the agent says, and what is on disk where that is something else. */
function statesOf(write: Write, disk: string | undefined, when: After['disk']): readonly State[] {
  const claimed = write.after === undefined ? undefined : withoutMark(write.after);
  const before = typeof write.before === 'string' ? withoutMark(write.before) : write.before;
  const states: State[] = [];
  if (when !== 'written') {
    const after = claimed ?? (disk === undefined ? undefined : edited(disk, write));
    // A write that reached the disk before its hook did is told like any other.
    if (after !== undefined && after !== disk) states.push({ before: before === undefined ? (disk ?? null) : before, after });
    if (states.length > 0 && (when === 'later' || disk === undefined || !write.inserted.every((piece) => disk.includes(withEnds(piece, disk))))) return states;
  }
  if (disk !== undefined) states.push({ before: typeof before === 'string' ? withEnds(before, disk) : before === null ? null : undone(disk, write), after: disk });
  // Agents hand over texts with bare line feeds also where the file has others: that is the same state, told less exactly.
  if (claimed !== undefined && (disk === undefined || plain(claimed) !== plain(disk))) states.push({ before, after: claimed });
  return states;
}

/** A text with its replacements made, in order; `undefined` when it does not hold what they replace. */
function edited(text: string, write: Write): string | undefined {
  if (write.replaced === undefined) return undefined;
  let result = text;
  for (const [index, from] of write.replaced.entries()) {
    const at = from === '' ? -1 : result.indexOf(from);
    if (at < 0) return undefined;
    result = result.slice(0, at) + (write.inserted[index] ?? '') + result.slice(at + from.length);
  }
  return result;
}

/** The text before, by undoing the replacements from last to first; `undefined` when one of them stands in several places, or in none. */
function undone(text: string, write: Write): string | undefined {
  if (write.replaced === undefined || write.replaced.length === 0) return undefined;
  let result = text;
  for (const [index, from] of [...write.replaced.entries()].reverse()) {
    const to = withEnds(write.inserted[index] ?? '', text);
    const at = to === '' ? -1 : result.indexOf(to);
    if (at < 0 || result.indexOf(to, at + 1) >= 0) return undefined;
    result = result.slice(0, at) + withEnds(from, text) + result.slice(at + to.length);
  }
  return result;
}

/**
 * What differs from the text before; where that is not known, every place that holds a piece the agent says it wrote. Empty: it only deleted.
 * `undefined`: nothing shows that it wrote here.
 */
async function writtenRanges(before: string | null | undefined, after: string, inserted: readonly string[]): Promise<readonly Range[] | undefined> {
  if (before === after) return undefined;
  if (before === null || before === '' || after.length > COMPARABLE) return after === '' ? [] : [{ start: 0, end: after.length }];
  if (before === undefined) {
    const found = merged(inserted.flatMap((piece) => occurrences(after, withEnds(piece, after))));
    return found.length === 0 ? undefined : found;
  }
  const { diffTexts } = await import('#core/diff');
  return insertedRanges(diffTexts(before, after)).filter((range) => !isEmpty(range));
}

function occurrences(text: string, piece: string): Range[] {
  const ranges: Range[] = [];
  if (piece.trim() === '') return ranges;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + piece.length)) ranges.push({ start: at, end: at + piece.length });
  return ranges;
}

function merged(ranges: readonly Range[]): Range[] {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function plain(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** The text with the line ends of another, where that one has one kind only. */
function withEnds(text: string, like: string): string {
  const crlf = like.includes('\r\n') && !/(^|[^\r])\n/.test(like);
  return crlf ? plain(text).replaceAll('\n', '\r\n') : text;
}
