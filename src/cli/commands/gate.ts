/**
 * `vetmark gate`: judge what a change adds, print why it is blocked, record the verdict.
 * Invariant 5: policy and reviewers are read from the base commit, never from the change; what cannot be read blocks.
 */
import { exitCode, judge, type GateFile, type GateInput, type Verdict } from '#core/gate';
import { languageOf } from '#core/language';
import type { RepoPath } from '#core/path';
import { DEFAULT_POLICY, policyFor, readPolicy } from '#core/policy';
import type { AgentId } from '#core/provenance';
import { unitsOf } from '#core/unit';
import { appendAudit } from '#project/audit-log';
import { readMarkers } from '#project/markers';
import { changedFiles, mergeBase, openRepository, readFile, resolveCommit, type ChangedFile, type Repository, type Tree } from '#project/repository';
import { readReviewers, type Reviewer } from '#project/reviewers';
import { POLICY_FILE, readReviews, REVIEWERS_FILE } from '#project/reviews';
import { FORMATS, isFormat, readOptions } from '../options.ts';
import type { Judged } from '../report.ts';
import { printVerdict } from '../reporters/gate.ts';
import { printable, refuse, type ExitCode, type Terminal } from '../terminal.ts';

export async function gate(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = readOptions(args, ['base', 'head', 'format']);
  if (!options.ok) return refuse(terminal, options.message);
  const { base: baseRev, head: headRev, format = 'pretty' } = options.values;
  if (baseRev === undefined || options.positionals.length > 0) return refuse(terminal, '`vetmark gate --base <rev>` needs the revision that the change is measured against, such as origin/main.');
  if (!isFormat(format)) return refuse(terminal, `There is no format "${format}". There are: ${FORMATS.join(', ')}.`);

  const opened = await openRepository(terminal.cwd);
  if (!opened.ok) return refuse(terminal, opened.message);
  const { repository } = opened;
  const base = await resolveCommit(repository, baseRev);
  if (!base.ok) return refuse(terminal, base.message);
  const head = await resolveCommit(repository, headRev ?? 'HEAD');
  if (!head.ok) return refuse(terminal, head.message);
  const fork = await mergeBase(repository, base.id, head.id);
  if (!fork.ok) return refuse(terminal, fork.message);
  const tree: Tree = headRev === undefined ? { kind: 'worktree' } : { kind: 'commit', id: head.id };
  const changes = await changedFiles(repository, fork.id, tree);
  if (!changes.ok) return refuse(terminal, changes.message);

  const roots = await trustRoots(repository, base.id);
  const input: GateInput = {
    ...(await judgeable(changes.files, roots.policy, await agentsByPath(repository))),
    reviews: await readReviews(repository, tree, roots.reviewers),
    policy: roots.policy,
    now: new Date().toISOString(),
  };
  const verdict = judge(input);
  const judged: Judged = { base: base.id, verdict, files: input.files, reviewers: roots.reviewers.length, changed: changes.files.length };
  terminal.out(await printVerdict(judged, format, terminal));
  await record(repository, base.id, verdict, terminal);
  return exitCode(verdict);
}

interface TrustRoots {
  readonly policy: GateInput['policy'];
  readonly reviewers: readonly Reviewer[];
}

/** No policy in the base commit means the defaults, no reviewers file that nobody may vet; one that cannot be read means that nothing can be judged. */
async function trustRoots(repository: Repository, base: string): Promise<TrustRoots> {
  const unreadable = (message: string): TrustRoots => ({ policy: { kind: 'unreadable', message }, reviewers: [] });
  const tree: Tree = { kind: 'commit', id: base };
  const policyFile = await readFile(repository, tree, POLICY_FILE);
  if (policyFile.kind === 'unreadable') return unreadable(`${POLICY_FILE} of the base commit cannot be read: ${policyFile.why}. Mend it there first.`);
  const policy = policyFile.kind === 'absent' ? ({ ok: true, policy: DEFAULT_POLICY } as const) : readPolicy(policyFile.text);
  if (!policy.ok) return unreadable(`${POLICY_FILE} of the base commit: ${policy.message}`);
  const reviewersFile = await readFile(repository, tree, REVIEWERS_FILE);
  if (reviewersFile.kind === 'unreadable') return unreadable(`${REVIEWERS_FILE} of the base commit cannot be read: ${reviewersFile.why}. Mend it there first.`);
  const reviewers = readReviewers(reviewersFile.kind === 'absent' ? '' : reviewersFile.text);
  if (!reviewers.ok) return unreadable(`${REVIEWERS_FILE} of the base commit: ${reviewers.message}`);
  return { policy: { kind: 'policy', policy: policy.policy }, reviewers: reviewers.reviewers };
}

/** Changed files with their units and findings; what the policy excludes is not analysed. */
async function judgeable(changed: readonly ChangedFile[], policy: GateInput['policy'], agents: ReadonlyMap<string, readonly AgentId[]>): Promise<Pick<GateInput, 'files' | 'unreadable'>> {
  const files: GateFile[] = [];
  const unreadable: { path: RepoPath; why: string }[] = [];
  if (policy.kind === 'unreadable' || changed.length === 0) return { files, unreadable };
  // Parsers are loaded only for something to parse.
  const { analyze } = await import('#analysis/analyze');
  for (const { path, content, before } of changed) {
    if (policyFor(policy.policy, path).excluded) continue;
    if (content.kind === 'unreadable') unreadable.push({ path, why: content.why });
    if (content.kind !== 'text') continue;
    const language = languageOf(path);
    const { text } = content;
    const { findings, problems } = await analyze({ text, path, language }, { now: () => performance.now() });
    files.push({ path, text, units: unitsOf(text, language), before: before === undefined ? [] : unitsOf(before, language).map(({ digest }) => digest), findings, problems, agents: agents.get(path) ?? [] });
  }
  return { files, unreadable };
}

/** Who is recorded to have written in which file: for messages only. */
async function agentsByPath(repository: Repository): Promise<ReadonlyMap<string, readonly AgentId[]>> {
  const agents = new Map<string, AgentId[]>();
  for (const { path, agent } of (await readMarkers(repository)).markers) {
    const known = agents.get(path) ?? [];
    if (!known.includes(agent)) agents.set(path, [...known, agent]);
  }
  return agents;
}

async function record(repository: Repository, base: string, verdict: Verdict, terminal: Terminal): Promise<void> {
  const outcome = exitCode(verdict) === 2 ? 'could-not-judge' : verdict.outcome;
  const recorded = await appendAudit(repository, { kind: 'gate', base, outcome, reasons: verdict.outcome === 'pass' ? 0 : verdict.reasons.length }, new Date());
  if (!recorded.ok) terminal.err(`${printable(recorded.message)}\n`);
}
