/**
 * What others recorded of code that was written where Vetmark was not running, as passages: git-ai's notes, Agent Trace records, and commits that an agent
 * signed or helped with. Lines are looked up in the text they speak of and found again by content from then on.
 * Invariant 2: none of it is signed: that a person wrote something is not taken over.
 */
import { contentHash, readTraceRecord, type LabelledFile, type TraceRecord } from '#core/agent-trace';
import { addedLines } from '#core/diff';
import { meaningOf, readGitAiNote } from '#core/git-ai-note';
import { linePrints, passagesOf, type Passage } from '#core/passage';
import { repoPathOf, type RepoPath } from '#core/path';
import type { Evidence, Origin, Span, Spans } from '#core/provenance';
import { lineStarts, type Range } from '#core/text';
import { agentNamed, agentsNamedBy, commitsBetween, type NamedCommit } from './attribution.ts';
import { git, readBlobs } from './git.ts';
import { isRecorded } from './provenance-records.ts';
import { readFile, resolveCommit, SIZE_LIMIT, type Repository } from './repository.ts';

export interface Imported {
  readonly files: readonly LabelledFile[];
  readonly passages: readonly Passage[];
  /** What could not be read or found, as sentences. */
  readonly troubles: readonly string[];
}

/** What git-ai's notes say of commits that HEAD has and `since` has not; absent: of all. */
export async function importNotes(repository: Repository, since: string | undefined): Promise<Imported> {
  const commits = new Map((await commitsSince(repository, since)).map((commit) => [commit.id, commit]));
  const list = await git(repository.root, ['notes', '--ref=refs/notes/ai', 'list']);
  const notes = (list.ok ? list.stdout.toString('latin1').split('\n') : []).map((line) => line.split(' ')).filter(([, commit]) => commit !== undefined && commits.has(commit)) as [string, string][];
  const blobs = await readBlobs(repository.root, notes.map(([blob]) => blob), SIZE_LIMIT);
  const said: Said[] = [];
  const troubles: string[] = [];
  for (const [blob, commit] of notes) {
    const note = readGitAiNote(blobs.get(blob)?.toString('utf8') ?? '');
    if (note === undefined) {
      troubles.push(`The note of ${commit.slice(0, 12)} is none of version 3 and was left out.`);
      continue;
    }
    const at = commits.get(commit)!.at;
    for (const { path, attestations } of note.files) {
      const labels = attestations.flatMap(({ key, lines }): LineRange[] => {
        const meaning = meaningOf(note, key);
        if (meaning?.kind === 'human') return [];
        const origin: Origin = meaning === undefined ? { kind: 'unknown' } : { kind: 'agent', agent: agentNamed(meaning.tool), ...(meaning.model !== undefined && { model: meaning.model }), ...(meaning.session !== undefined && { session: meaning.session }) };
        return lines.map((range) => ({ ...range, label: { origin, evidence: recorded('git-ai note'), at } }));
      });
      if (labels.length > 0) said.push({ commit, path, labels });
    }
  }
  return found(repository, said, troubles);
}

/** What Agent Trace records say: each text holds one record, or one a line. */
export async function importTraces(repository: Repository, texts: readonly string[]): Promise<Imported> {
  const head = await resolveCommit(repository, 'HEAD');
  const said: Said[] = [];
  const troubles: string[] = [];
  for (const json of texts.flatMap(recordsIn)) {
    const read = readTraceRecord(json);
    if (!read.ok) troubles.push(`A record was left out. ${read.message}`);
    else said.push(...saidBy(read.record, head.ok ? head.id : undefined));
  }
  return found(repository, said, troubles);
}

/** Lines that commits added which an agent signed or helped with, of those that HEAD has and `since` has not. */
export async function importCommits(repository: Repository, since: string | undefined): Promise<Imported> {
  const named = (await commitsSince(repository, since)).map((commit) => ({ commit, agents: agentsNamedBy(commit) })).filter(({ agents }) => agents.length > 0);
  const said: Said[] = [];
  for (const { commit, agents } of named) {
    const changed = await git(repository.root, ['diff-tree', '-r', '-z', '--root', '--no-commit-id', '--name-only', '--no-renames', '--diff-filter=AM', commit.id]);
    for (const path of changed.ok ? changed.stdout.toString('utf8').split('\0').filter((name) => name !== '') : []) {
      said.push({ commit: commit.id, path, labels: [], added: { origin: { kind: 'agent', agent: agents[0]! }, evidence: recorded('commit message'), at: commit.at } });
    }
  }
  return found(repository, said, []);
}

type Label = Omit<Span, 'range'>;

/** Lines, one-based, `to` inclusive. */
interface LineRange {
  readonly from: number;
  readonly to: number;
  readonly label: Label;
  /** Digest of the text of these lines, as the record gives it. Absent: it gives none that can be checked. */
  readonly hash?: string;
}

/** What was said of a file as a commit has it. */
interface Said {
  /** Absent: as the work tree has it. */
  readonly commit?: string;
  readonly path: string;
  readonly labels: readonly LineRange[];
  /** Everything that the commit added is this one's. Absent: only the ranges are. */
  readonly added?: Label;
}

function recorded(source: string): readonly Evidence[] {
  return [{ kind: 'change-reason', source: `imported: ${source}` }];
}

async function commitsSince(repository: Repository, since: string | undefined): Promise<readonly NamedCommit[]> {
  const commits = await commitsBetween(repository, since, 'HEAD');
  return typeof commits === 'string' ? [] : commits;
}

function recordsIn(text: string): readonly string[] {
  return text.trimStart().startsWith('{') && !/^\{.*\}\s*\n\s*\{/.test(text) ? [text] : text.split('\n').filter((line) => line.trim() !== '');
}

function saidBy({ tool, vcs, files, timestamp }: TraceRecord, head: string | undefined): readonly Said[] {
  const at = Number.isNaN(Date.parse(timestamp)) ? 0 : Date.parse(timestamp);
  return files.map(({ path, conversations }): Said => ({
    path,
    ...(vcs?.type === 'git' ? { commit: vcs.revision } : head !== undefined && { commit: head }),
    labels: conversations.flatMap((conversation) =>
      conversation.ranges.flatMap((range): LineRange[] => {
        const contributor = range.contributor ?? conversation.contributor;
        if (contributor?.type === 'human') return [];
        const agent = agentNamed(tool?.name ?? contributor?.model_id ?? 'agent');
        const ours = conversation['dev.vetmark'] as { readonly agent?: unknown } | undefined;
        const origin: Origin = contributor === undefined || contributor.type === 'unknown' ? { kind: 'unknown' } : { kind: 'agent', agent: typeof ours?.agent === 'string' ? agentNamed(ours.agent) : agent, ...(contributor.model_id !== undefined && { model: contributor.model_id }) };
        return [{ from: range.start_line, to: range.end_line, label: { origin, evidence: recorded('Agent Trace'), at }, ...(range.content_hash?.startsWith('sha256:') === true && { hash: range.content_hash }) }];
      }),
    ),
  }));
}

/** Looks what was said up in the texts it speaks of, and leaves out what our own records say already. */
async function found(repository: Repository, said: readonly Said[], troubles: readonly string[]): Promise<Imported> {
  const known = await isRecorded(repository);
  const files: LabelledFile[] = [];
  const passages: Passage[] = [];
  const missing = new Set<string>();
  for (const each of said) {
    const path = repoPathOf(each.path);
    const text = path === undefined ? undefined : await textOf(repository, each, path);
    if (path === undefined || text === undefined) {
      missing.add(each.path);
      continue;
    }
    const spans = each.added === undefined ? spansIn(text, each.labels) : await addedSpans(repository, each, path, text, each.added);
    const fresh = passagesOf(path, linePrints(text), lineStarts(text), spans).filter((passage) => !known(passage));
    if (fresh.length === 0) continue;
    passages.push(...fresh);
    files.push({ path, text, spans });
  }
  return { files: newest(files), passages, troubles: [...troubles, ...[...missing].map((path) => `${path} was spoken of and cannot be read in that commit; it was left out.`)] };
}

/** The standard's part of a record names a file once: as it was last. */
function newest(files: readonly LabelledFile[]): readonly LabelledFile[] {
  const first = new Map<RepoPath, LabelledFile>();
  // Commits come newest first.
  for (const file of files) if (!first.has(file.path)) first.set(file.path, file);
  return [...first.values()];
}

/** The text of a record's revision; where its lines are not there (records are often written before the commit), the work tree's, if it has them. */
async function textOf(repository: Repository, { commit, labels }: Said, path: RepoPath): Promise<string | undefined> {
  const texts: string[] = [];
  if (commit !== undefined) {
    const at = await resolveCommit(repository, commit);
    const content = at.ok ? await readFile(repository, { kind: 'commit', id: at.id }, path) : undefined;
    if (content?.kind === 'text') texts.push(content.text);
  }
  const now = await readFile(repository, { kind: 'worktree' }, path);
  if (now.kind === 'text') texts.push(now.text);
  return texts.find((text) => labels.every((range) => holds(text, range))) ?? texts.find((text) => labels.some((range) => holds(text, range)));
}

function holds(text: string, { from, to, hash }: LineRange): boolean {
  return to <= lineStarts(text).length && from <= to && (hash === undefined || contentHash(text, from, to) === hash);
}

function spansIn(text: string, labels: readonly LineRange[]): Spans {
  const starts = lineStarts(text);
  const owners = new Map<number, Label>();
  for (const range of labels) if (holds(text, range)) for (let line = range.from; line <= range.to; line++) owners.set(line - 1, range.label);
  return joined([...owners].sort(([a], [b]) => a - b).map(([line, label]) => ({ range: { start: starts[line]!, end: starts[line + 1] ?? text.length }, ...label })));
}

async function addedSpans(repository: Repository, { commit }: Said, path: RepoPath, text: string, label: Label): Promise<Spans> {
  const parent = await resolveCommit(repository, `${commit!}^`);
  const before = parent.ok ? await readFile(repository, { kind: 'commit', id: parent.id }, path) : undefined;
  const ranges: readonly Range[] = before?.kind === 'text' ? addedLines(before.text, text) : [{ start: 0, end: text.length }];
  return ranges.filter(({ start, end }) => start < end).map((range) => ({ range, ...label }));
}

function joined(spans: Spans): Spans {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (span.range.start >= span.range.end) continue;
    if (last !== undefined && last.range.end === span.range.start && last.origin === span.origin) result[result.length - 1] = { ...last, range: { start: last.range.start, end: span.range.end } };
    else result.push(span);
  }
  return result;
}
