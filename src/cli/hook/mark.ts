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
import { appendAudit } from '#project/audit-log';
import { readSource } from '#project/disk';
import { writeMarker } from '#project/markers';
import type { Repository } from '#project/repository';

/** Longest text compared with the one before, in UTF-16 code units; a longer one is the agent's as a whole. */
const COMPARABLE = 5_000_000;

type After = Extract<AgentEvent, { kind: 'tool-after' }>;

/** Writes the markers; sentences about what could not be written. */
export async function mark(repository: Repository, agent: AgentId, event: After, write: Write, path: RepoPath): Promise<readonly string[]> {
  const states = statesOf(write, await diskOf(join(repository.root, path), write, event.disk), event.disk);
  const troubles: string[] = [];
  let told = states.some(({ before, after }) => before === after);
  for (const { before, after } of states) {
    const written = await writtenRanges(before, after, write);
    if (written === undefined) continue;
    told = true;
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
  // What a tool that is not known seems to say is believed only where the disk agrees; the agent's own tools wrote what they say.
  return told || event.effect !== 'write' || write.inserted.every((piece) => piece.trim() === '') ? troubles : [...troubles, ...(await gap(repository, `What ${agent} wrote to ${path} is not attributed: the file holds neither what was replaced nor what was written.`))];
}

async function gap(repository: Repository, message: string): Promise<readonly string[]> {
  const recorded = await appendAudit(repository, { kind: 'gap', message }, new Date());
  return recorded.ok ? [message] : [message, recorded.message];
}

/** Milliseconds to wait for the write before this one to be saved, and between two looks. */
const SAVED = 1500;
const LOOK = 50;

/** The file's text. Where edits are saved later, the one before may be on its way: it is waited for until the disk holds what this one replaces. */
async function diskOf(file: string, write: Write, when: After['disk']): Promise<string | undefined> {
  for (const end = Date.now() + SAVED; ; await new Promise((resolve) => setTimeout(resolve, LOOK))) {
    const content = await readSource(file);
    const text = content.kind === 'text' ? content.text : undefined;
    const ready = when === 'written' || write.after !== undefined || write.replaced === undefined || (text !== undefined && (edited(text, write) !== undefined || write.inserted.every((piece) => text.includes(withEnds(piece, text)))));
    if (ready || Date.now() > end) return text;
  }
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
async function writtenRanges(before: string | null | undefined, after: string, write: Write): Promise<readonly Range[] | undefined> {
  if (before === after) return undefined;
  if (before === null || before === '' || after.length > COMPARABLE) return after === '' ? [] : [{ start: 0, end: after.length }];
  if (before === undefined) {
    const found = merged(write.inserted.flatMap((piece) => occurrences(after, withEnds(piece, after))));
    return found.length === 0 ? undefined : found;
  }
  const { diffTexts } = await import('#core/diff');
  const compared = insertedRanges(diffTexts(before, after)).filter((range) => !isEmpty(range));
  return merged([...compared, ...replacedRanges(before, after, write, (from, to) => insertedRanges(diffTexts(from, to)))]);
}

/**
 * What the agent says it put in, where it says it did: a comparison of whole texts may take the like beginning of the next line for what is new. Empty where
 * the replacements do not lead from the one text to the other.
 */
function replacedRanges(before: string, after: string, { replaced = [], inserted }: Write, compare: (from: string, to: string) => readonly Range[]): readonly Range[] {
  let text = before;
  let ranges: Range[] = [];
  for (const [index, piece] of replaced.entries()) {
    const from = withEnds(piece, before);
    const to = withEnds(inserted[index] ?? '', before);
    const at = from === '' ? -1 : text.indexOf(from);
    if (at < 0) return [];
    const grown = to.length - from.length;
    const carried = ranges.map(({ start, end }) => ({ start: start < at + from.length ? start : start + grown, end: end <= at ? end : end + grown }));
    ranges = [...carried, ...compare(from, to).map(({ start, end }) => ({ start: start + at, end: end + at }))];
    text = text.slice(0, at) + to + text.slice(at + from.length);
  }
  return text === after ? ranges.filter(({ start, end }) => start < end) : [];
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
