/**
 * Who is said to have written what a change adds, where Vetmark was not running: git-ai's notes, Agent Trace records, trailers and bot identities.
 * Invariant 2: none of it is signed, so it can only make code less trusted. That a person wrote it is never taken from here, and what cannot be read
 * counts as an agent's.
 */
import { authorsIn } from '#core/agent-trace';
import { meaningOf, readGitAiNote } from '#core/git-ai-note';
import { LEAST_AGREEING, recollect, type Believe, type Passage } from '#core/passage';
import { repoPathOf, type RepoPath } from '#core/path';
import { clip, type AgentId } from '#core/provenance';
import { git, readBlobs } from './git.ts';
import { passagesInRecord, PROVENANCE_FOLDER } from './provenance-records.ts';
import { listFiles, readFiles, SIZE_LIMIT, type ChangedFile, type Repository, type Tree } from './repository.ts';

export type Attribution = { readonly ok: true; readonly agents: ReadonlyMap<RepoPath, readonly AgentId[]> } | { readonly ok: false; readonly message: string };

/** Said where something was recorded and cannot be read. */
const UNREADABLE: AgentId = 'unreadable-record';

/** Who is named for each path by the commits that `to` has and `from` has not, by their notes, and by the records that the head holds. */
export async function attributionOf(repository: Repository, from: string, to: string, head: Tree): Promise<Attribution> {
  const commits = await commitsBetween(repository, from, to);
  if (typeof commits === 'string') return { ok: false, message: `Who wrote this change cannot be told: ${commits}` };
  const named = new Map<RepoPath, Set<AgentId>>();
  const name = (path: string, agent: AgentId): void => {
    const known = repoPathOf(path);
    if (known !== undefined) named.set(known, (named.get(known) ?? new Set()).add(agent));
  };
  for (const { path, agent } of await byNotes(repository, commits)) name(path, agent);
  for (const { path, agent } of await byIdentity(repository, commits)) name(path, agent);
  for (const { path, agent } of await byTraces(repository, head)) name(path, agent);
  return { ok: true, agents: new Map([...named].map(([path, agents]) => [path, [...agents].sort()])) };
}

interface Said {
  readonly path: string;
  readonly agent: AgentId;
}

export interface NamedCommit {
  readonly id: string;
  /** Milliseconds since 1970: when it was authored. */
  readonly at: number;
  /** Names and addresses of author and committer. */
  readonly people: readonly string[];
  readonly message: string;
}

/** Commits that `to` has and `from` has not, newest first; without `from`, all. A sentence when git does not say. */
export async function commitsBetween(repository: Repository, from: string | undefined, to: string): Promise<readonly NamedCommit[] | string> {
  const answer = await git(repository.root, ['log', '-z', '--format=%H%x01%at%x01%an%x01%ae%x01%cn%x01%ce%x01%B', '--end-of-options', from === undefined ? to : `${from}..${to}`]);
  if (!answer.ok) return answer.message;
  return answer.stdout.toString('utf8').split('\0').filter((text) => text !== '').map((text) => {
    const [id = '', at = '', authorName = '', authorEmail = '', committerName = '', committerEmail = '', ...message] = text.split('\u0001');
    return { id, at: Number(at) * 1000, people: [`${authorName} <${authorEmail}>`, `${committerName} <${committerEmail}>`], message: message.join('\u0001') };
  });
}

/** Bots and agents by how they sign commits. Tested on `Name <address>`, in lower case. */
const IDENTITIES: readonly (readonly [pattern: RegExp, agent: AgentId])[] = [
  [/noreply@anthropic\.com|\bclaude(?:\[bot\]|\s+(?:code|opus|sonnet|haiku|fable)\b)/, 'claude-code'],
  [/copilot@users\.noreply\.github\.com|copilot-swe-agent\[bot\]|\bgithub copilot\b|^copilot </, 'copilot'],
  [/cursoragent@cursor\.com|\bcursor(?: agent|\[bot\])/, 'cursor'],
  [/devin-ai-integration\[bot\]/, 'devin'],
  [/noreply@openai\.com|codex@openai\.com|\bcodex\b.*@openai|chatgpt-codex-connector\[bot\]/, 'codex'],
  [/factory-droid\[bot\]/, 'droid'],
  [/noreply@(?:windsurf|codeium)\.com/, 'windsurf'],
  [/roomote@roocode\.com/, 'roo-code'],
  [/\(aider\)|noreply@aider\.chat|aider@aider\.chat/, 'aider'],
  [/gemini-code-assist\[bot\]|google-labs-jules\[bot\]|gemini-cli/, 'gemini'],
  [/amazon-q-developer\[bot\]|\bkiro(?:\[bot\]|-agent)/, 'amazon-q'],
  [/sweep-ai\[bot\]|sourcery-ai\[bot\]|openhands(?:-agent)?@all-hands\.dev|\bopenhands\b.*</, 'agent'],
  [/ampcode\.com|\bamp@/, 'amp'],
];

/** Trailers that name who helped, and sentences that agents put at the end of a message. */
const HELPERS = /^(?:co-authored-by|assisted-by|generated-by|ai-agent|agent|authored-by-agent)\s*:\s*(.+)$/gim;
const GENERATED: readonly (readonly [pattern: RegExp, agent: AgentId])[] = [
  [/generated with \[?claude code/i, 'claude-code'],
  [/generated (?:with|by) \[?(?:openai )?codex/i, 'codex'],
  [/^entire-attribution\s*:\s*[1-9]\d{0,2}% agent/im, 'agent'],
  [/^amp-thread(?:-id)?\s*:/im, 'amp'],
];

/** Agents that a commit names, by who signed it, by its trailers, or by a sentence that agents put at the end. */
export function agentsNamedBy({ people, message }: NamedCommit): readonly AgentId[] {
  const signatures = [...people, ...[...message.matchAll(HELPERS)].map(([, value]) => value!)].map((text) => text.slice(0, 500).toLowerCase());
  const identified = IDENTITIES.filter(([pattern]) => signatures.some((text) => pattern.test(text))).map(([, agent]) => agent);
  const generated = GENERATED.filter(([pattern]) => pattern.test(message)).map(([, agent]) => agent);
  const said = [...message.matchAll(/^(?:assisted-by|generated-by|ai-agent|agent|authored-by-agent)\s*:/gim)].length > 0 && identified.length === 0 ? ['agent'] : [];
  return [...new Set([...identified, ...generated, ...said])];
}

/** Every file of a commit that an agent signed or helped with: which of its lines are whose, nobody says. */
async function byIdentity(repository: Repository, commits: readonly NamedCommit[]): Promise<readonly Said[]> {
  const agents = new Map(commits.map((commit) => [commit.id, agentsNamedBy(commit)] as const).filter(([, named]) => named.length > 0));
  const files = await filesOf(repository, [...agents.keys()]);
  return [...agents].flatMap(([id, named]) => (files.get(id) ?? []).flatMap((path) => named.map((agent) => ({ path, agent }))));
}

/** Paths that each commit changes, against every parent. */
async function filesOf(repository: Repository, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const answer = await git(repository.root, ['diff-tree', '--stdin', '-r', '-z', '-m', '--root', '--name-only', '--no-renames'], ids.map((id) => `${id}\n`).join(''));
  const files = new Map<string, string[]>();
  let current: string[] = [];
  for (const field of answer.ok ? answer.stdout.toString('utf8').split('\0') : []) {
    const id = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.exec(field.trim())?.[0];
    if (id !== undefined && ids.includes(id)) files.set(id, (current = files.get(id) ?? []));
    else if (field !== '') current.push(field);
  }
  return files;
}

const NOTES = 'refs/notes/ai';

/** git-ai's notes (Git AI Standard v3.0.0): lines `  key ranges` under each path, and what the keys mean below `---`. */
async function byNotes(repository: Repository, commits: readonly NamedCommit[]): Promise<readonly Said[]> {
  const list = await git(repository.root, ['notes', `--ref=${NOTES}`, 'list']);
  if (!list.ok) return [];
  const wanted = new Set(commits.map(({ id }) => id));
  const notes = list.stdout.toString('latin1').split('\n').map((line) => line.split(' ')).filter(([, commit]) => commit !== undefined && wanted.has(commit)) as [string, string][];
  const blobs = await readBlobs(repository.root, notes.map(([blob]) => blob), SIZE_LIMIT);
  const unread: string[] = [];
  const said = notes.flatMap(([blob, commit]): readonly Said[] => {
    const read = readNote(blobs.get(blob)?.toString('utf8') ?? '');
    if (read === undefined) unread.push(commit);
    return read ?? [];
  });
  const files = await filesOf(repository, unread);
  return [...said, ...[...files.values()].flat().map((path) => ({ path, agent: UNREADABLE }))];
}

/** What a note says of agents; `undefined` when it is no note of version 3. Exported for tests of the format. */
export function readNote(text: string): readonly Said[] | undefined {
  const note = readGitAiNote(text);
  return note?.files.flatMap(({ path, attestations }) =>
    attestations.flatMap(({ key }): Said[] => {
      const meaning = meaningOf(note, key);
      return meaning?.kind === 'human' ? [] : [{ path, agent: meaning === undefined ? UNREADABLE : agentNamed(meaning.tool) }];
    }),
  );
}

const TRACES = '.agent-trace' as RepoPath;

/** Agent Trace records (RFC 0.1.0) in the tree: one to a line of a `.jsonl`, or one a `.json`. */
async function byTraces(repository: Repository, head: Tree): Promise<readonly Said[]> {
  const paths = (await listFiles(repository, head, TRACES)).filter((path) => /\.jsonl?$/.test(path));
  const files = await readFiles(repository, head, paths);
  return [...files].flatMap(([path, content]) => (content.kind !== 'text' ? [] : path.endsWith('.jsonl') ? content.text.split('\n').flatMap((line) => (line.trim() === '' ? [] : readTrace(line))) : readTrace(content.text)));
}

/** What a record says of agents: `ai`, `mixed` and `unknown` are no person's. Exported for tests of the format. */
export function readTrace(text: string): readonly Said[] {
  const read = authorsIn(text);
  if (read === undefined) return [];
  const { tool, files } = read;
  return files.flatMap(({ path, conversations }) => {
    const contributors = conversations.flatMap(({ contributor, ranges }) => (ranges.length === 0 ? [contributor] : ranges.map((range) => range.contributor ?? contributor)));
    return contributors.filter((contributor) => contributor?.type !== 'human').map((contributor) => ({ path, agent: agentNamed(tool?.name ?? contributor?.model_id ?? 'agent') }));
  });
}

/**
 * Agents that the records below `.vetmark/provenance` name for what a change adds, found by content and context: a record of code that is gone says
 * nothing any more. What cannot be read counts as an agent's, in every file of the change.
 */
export async function agentsInRecords(repository: Repository, head: Tree, files: readonly ChangedFile[]): Promise<ReadonlyMap<RepoPath, readonly AgentId[]>> {
  const paths = (await listFiles(repository, head, PROVENANCE_FOLDER)).filter((path) => path.endsWith('.json'));
  const passages: Passage[] = [];
  let unread = false;
  for (const content of (await readFiles(repository, head, paths)).values()) {
    const read = content.kind === 'text' ? passagesInRecord(content.text) : undefined;
    if (read === undefined) unread = true;
    else passages.push(...read);
  }
  const believe: Believe = (_, { agreeing, whole }) => (whole || agreeing >= LEAST_AGREEING ? 'untrusted' : 'nothing');
  return new Map(
    files.flatMap(({ path, content, added }): [RepoPath, readonly AgentId[]][] => {
      if (content.kind !== 'text') return [];
      const known = passages.length === 0 ? [] : recollect(content.text, passages, believe);
      const agents = added.flatMap((range) => clip(known, range)).flatMap(({ origin }) => (origin.kind === 'agent' ? [origin.agent] : []));
      return agents.length === 0 && !unread ? [] : [[path, [...new Set([...agents, ...(unread ? [UNREADABLE] : [])])].sort()]];
    }),
  );
}

/** A tool's own name, fit to be shown: `Claude Code` is `claude-code`. */
export function agentNamed(tool: string): AgentId {
  const name = tool.toLowerCase().replace(/[^a-z0-9.]+/g, '-').replace(/^-|-$/g, '').slice(0, 60);
  return name === '' ? 'agent' : name;
}

