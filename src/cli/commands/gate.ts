/**
 * `vetmark gate`: judge what a change adds and takes away, print why it is blocked, record the verdict.
 * Invariant 5: policy and reviewers are read from the base commit, never from the change; what cannot be read blocks.
 */
import { exitCode, judge, type GateInput, type Verdict } from '#core/gate';
import type { AgentId } from '#core/provenance';
import { attributionOf } from '#project/attribution';
import { appendAudit } from '#project/audit-log';
import { readMarkers } from '#project/markers';
import { authorsBetween, changedFiles, mergeBase, openRepository, resolveCommit, stagedTree, type Repository, type Tree } from '#project/repository';
import { readReviews } from '#project/reviews';
import { analyseNow, goneFiles, judgeable, standing, trustRoots } from '../gate/input.ts';
import { FORMATS, isFormat, readOptions } from '../options.ts';
import type { Judged } from '../report.ts';
import { printVerdict } from '../reporters/gate.ts';
import { printable, refuse, type ExitCode, type Terminal } from '../terminal.ts';

export async function gate(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const staged = args.includes('--staged');
  const options = readOptions(args.filter((arg) => arg !== '--staged'), ['base', 'head', 'format']);
  if (!options.ok) return refuse(terminal, options.message);
  const { base: baseRev, head: headRev, format = 'pretty' } = options.values;
  if (baseRev === undefined || options.positionals.length > 0) return refuse(terminal, '`vetmark gate --base <rev>` needs the revision that the change is measured against, such as origin/main.');
  if (staged && headRev !== undefined) return refuse(terminal, '--staged judges what is staged, --head a commit: give one of them.');
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
  const index = staged ? await stagedTree(repository) : undefined;
  if (index?.ok === false) return refuse(terminal, index.message);
  const tree: Tree = index !== undefined ? { kind: 'commit', id: index.id } : headRev === undefined ? { kind: 'worktree' } : { kind: 'commit', id: head.id };
  const changes = await changedFiles(repository, fork.id, tree);
  if (!changes.ok) return refuse(terminal, changes.message);

  const now = new Date();
  const roots = await trustRoots(repository, base.id);
  const reviews = await readReviews(repository, tree, { ...roots, base: base.id, now });
  const policy = roots.policy.kind === 'policy' ? roots.policy.policy : undefined;
  const attribution = await attributionOf(repository, fork.id, head.id, tree);
  if (!attribution.ok) return refuse(terminal, attribution.message);
  const agents = together(await agentsByPath(repository), attribution.agents);
  const { files, unreadable } = policy === undefined ? { files: [], unreadable: [] } : await judgeable(changes.files, policy, agents, analyseNow);
  const input: GateInput = {
    files,
    unreadable,
    gone: goneFiles(changes.gone),
    reviews,
    elsewhere: await standing(repository, fork.id, tree, files, reviews),
    authors: await authorsBetween(repository, fork.id, head.id),
    policy: roots.policy,
    now: now.toISOString(),
  };
  const verdict = judge(input);
  const judged: Judged = { base: base.id, verdict, files, reviewers: roots.reviewers.length, changed: changes.files.length + input.gone.length };
  terminal.out(await printVerdict(judged, format, terminal));
  await record(repository, base.id, verdict, terminal);
  return exitCode(verdict);
}

function together(...maps: readonly ReadonlyMap<string, readonly AgentId[]>[]): ReadonlyMap<string, readonly AgentId[]> {
  const all = new Map<string, readonly AgentId[]>();
  for (const [path, agents] of maps.flatMap((map) => [...map])) all.set(path, [...new Set([...(all.get(path) ?? []), ...agents])]);
  return all;
}

/** Who is recorded on this machine to have written in which file. */
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
