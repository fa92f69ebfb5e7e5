/** Who wrote what, for other tools: an Agent Trace record of a tree, and a git-ai note of a commit. */
import { createHash, randomUUID } from 'node:crypto';
import { lineLabels, traceOf, type LabelledFile, type TraceRecord } from '#core/agent-trace';
import { digestOf } from '#core/digest';
import { addedLines } from '#core/diff';
import { SCHEMA_VERSION, type Attestation, type GitAiNote } from '#core/git-ai-note';
import { linePrints, passagesOf } from '#core/passage';
import { isUntrusted, type Origin, type Spans } from '#core/provenance';
import { lineAt, lineStarts, overlaps } from '#core/text';
import type { RepoPath } from '#core/path';
import { recall, recallAll } from './pending.ts';
import { firstSpans } from './provenance-first.ts';
import { recollectSpans, recordedPaths } from './provenance-recall.ts';
import { changedFiles, readFiles, resolveCommit, type Repository, type Tree } from './repository.ts';

/** Who wrote a file of a tree, as far as it is known here. `undefined`: there is no text of that name. Throws what the file system throws. */
export async function labelledFile(repository: Repository, tree: Tree, path: RepoPath): Promise<LabelledFile | undefined> {
  const content = (await readFiles(repository, tree, [path])).get(path);
  return content?.kind === 'text' ? { path, text: content.text, spans: await spansOf(repository, tree, path, content.text) } : undefined;
}

/** Every file of a tree of which something is known, by path. */
export async function labelledTree(repository: Repository, tree: Tree): Promise<readonly LabelledFile[]> {
  const paths = [...new Set([...(await recallAll(repository)).remembered.map(({ path }) => path), ...(await recordedPaths(repository))])].sort();
  const contents = await readFiles(repository, tree, paths);
  const files: LabelledFile[] = [];
  for (const path of paths) {
    const content = contents.get(path);
    if (content?.kind !== 'text') continue;
    const spans = await spansOf(repository, tree, path, content.text);
    if (spans.length > 0) files.push({ path, text: content.text, spans });
  }
  return files;
}

/** The record of a tree. `revision`: the commit it is; absent: the work tree. */
export function exportTrace(files: readonly LabelledFile[], facts: { readonly at: Date; readonly toolVersion: string; readonly revision?: string }): TraceRecord {
  const passages = files.flatMap(({ path, text, spans }) => passagesOf(path, linePrints(text), lineStarts(text), spans, ({ origin }) => isUntrusted(origin)));
  return traceOf(files, passages, { id: randomUUID(), at: facts.at.toISOString(), toolVersion: facts.toolVersion, ...(facts.revision !== undefined && { revision: facts.revision }) });
}

/**
 * The note of a commit: of the lines that it added. `person`: `Name <address>` of who typed here; absent: what was typed is left out. A sentence when the
 * commit cannot be compared with its parent.
 */
export async function exportNote(repository: Repository, commit: string, facts: { readonly toolVersion: string; readonly person?: string }): Promise<{ readonly ok: true; readonly note: GitAiNote } | { readonly ok: false; readonly message: string }> {
  const parent = await resolveCommit(repository, `${commit}^`);
  const tree: Tree = { kind: 'commit', id: commit };
  const files = await labelledTree(repository, tree);
  const before = new Map<RepoPath, string>();
  if (parent.ok) {
    const changes = await changedFiles(repository, parent.id, tree);
    if (!changes.ok) return changes;
    const changed = new Map(changes.files.map((file) => [file.path, file.before ?? '']));
    for (const { path, text } of files) before.set(path, changed.get(path) ?? text);
  }
  const sessions: Record<string, object> = {};
  const humans: Record<string, object> = {};
  const attested = files.flatMap(({ path, text, spans }) => {
    const added = addedLines(before.get(path) ?? '', text);
    const starts = lineStarts(text);
    const attestations = new Map<string, Attestation>();
    for (const { from, to, origin } of lineLabels({ text, spans })) {
      const key = keyOf(origin, commit, facts.person, sessions, humans);
      if (key === undefined) continue;
      for (let line = from; line <= to; line++) {
        const range = { start: starts[line - 1]!, end: starts[line] ?? text.length };
        if (!added.some((part) => overlaps(part, range))) continue;
        attestations.set(key, { key, lines: [...(attestations.get(key)?.lines ?? []), { from: line, to: line }] });
      }
    }
    return attestations.size === 0 ? [] : [{ path, attestations: [...attestations.values()].map(({ key, lines }) => ({ key, lines: runs(lines) })) }];
  });
  return { ok: true, note: { files: attested, metadata: { schema_version: SCHEMA_VERSION, git_ai_version: `vetmark ${facts.toolVersion}`, base_commit_sha: commit, prompts: {}, humans, sessions } } };
}

/** One line for `show`: one-based, `to` inclusive; absent origin: it stood there when recording began. */
export interface Shown {
  readonly from: number;
  readonly to: number;
  readonly origin?: Origin;
  readonly evidence: readonly string[];
}

/** Every line of a file with who wrote it; lines of one author that follow each other are one. */
export function shownLines({ text, spans }: LabelledFile): readonly Shown[] {
  const starts = lineStarts(text);
  const count = starts.length - (starts.at(-1) === text.length ? 1 : 0);
  const shown: Shown[] = [];
  let next = 1;
  for (const { from, to, origin } of lineLabels({ text, spans })) {
    if (next < from) shown.push({ from: next, to: from - 1, evidence: [] });
    const evidence = [...new Set(spans.filter((span) => span.origin.kind === origin.kind && lineAt(starts, span.range.start) < to && lineAt(starts, Math.max(span.range.start, span.range.end - 1)) >= from - 1).flatMap((span) => span.evidence.map(wordOf)))];
    shown.push({ from, to, origin, evidence });
    next = to + 1;
  }
  if (next <= count) shown.push({ from: next, to: count, evidence: [] });
  return shown;
}

async function spansOf(repository: Repository, tree: Tree, path: RepoPath, text: string): Promise<Spans> {
  if (tree.kind === 'worktree') return (await firstSpans(repository, path, text, Date.now())).spans;
  const recalled = await recall(repository, path);
  if (recalled.ok && recalled.remembered?.digest === digestOf(text)) return recalled.remembered.spans;
  return (await recollectSpans(repository, path, text, [], [{ start: 0, end: text.length }], Date.now())).spans;
}

function wordOf(evidence: Spans[number]['evidence'][number]): string {
  switch (evidence.kind) {
    case 'hook':
      return `hook of ${evidence.agent} (${evidence.tool})`;
    case 'change-reason':
      return evidence.source;
    case 'accept-marker':
      return 'accepted completion';
    case 'keyboard':
      return 'keyboard';
    case 'selection':
      return `selection: ${evidence.selection}`;
    case 'clipboard':
      return 'clipboard';
    case 'shape':
      return evidence.shape;
    case 'disk':
      return 'disk';
    case 'gap':
      return evidence.reason;
  }
}

/** Keys as the standard makes them: a session by tool and conversation, a trace by what it is about, a person by their address. */
function keyOf(origin: Origin, commit: string, person: string | undefined, sessions: Record<string, object>, humans: Record<string, object>): string | undefined {
  if (origin.kind === 'human') {
    if (person === undefined) return undefined;
    const key = `h_${sha256(person).slice(0, 14)}`;
    humans[key] = { author: person };
    return key;
  }
  if (origin.kind !== 'agent') return undefined;
  const session = origin.session ?? '';
  const key = `s_${sha256(`${origin.agent}:${session}`).slice(0, 14)}`;
  sessions[key] = { agent_id: { tool: origin.agent, id: session, model: origin.model ?? '' }, ...(person !== undefined && { human_author: person }) };
  return `${key}::t_${sha256(`${commit} ${key}`).slice(0, 14)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function runs(lines: readonly { readonly from: number; readonly to: number }[]): readonly { readonly from: number; readonly to: number }[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of lines) {
    const last = joined.at(-1);
    if (last !== undefined && last.to + 1 === from) last.to = to;
    else joined.push({ from, to });
  }
  return joined;
}
