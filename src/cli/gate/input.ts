/**
 * What the gate judges, gathered: the change, the trust roots, the reviews and what stands where they point.
 * Invariant 5: policy and reviewers come from the base commit, never from the change; what cannot be read blocks.
 */
import { collectImports, digestOfImports, type ReadImported } from '#analysis/imports';
import type { Standing } from '#core/coverage';
import type { Digest } from '#core/digest';
import type { Finding, Problem } from '#core/finding';
import type { Gap } from '#core/gap';
import type { GateFile, GateGone, GateInput } from '#core/gate';
import { isEcmascript, languageOf } from '#core/language';
import type { RepoPath } from '#core/path';
import { DEFAULT_POLICY, policyFor, readPolicy, type Policy, type PolicyModel } from '#core/policy';
import type { AgentId } from '#core/provenance';
import type { CheckedReview } from '#core/review';
import { unitsOf, type Unit } from '#core/unit';
import { agentsInRecords, attributionOf } from '#project/attribution';
import type { CleanTexts } from '#project/clean-texts';
import { gapsOf } from '#project/gaps';
import { importedIn } from '#project/imported';
import { readMarkers } from '#project/markers';
import { packagesIn, type PackageReader } from '#project/packages';
import { authorsBetween, changedFiles, readFile, readFiles, type ChangedFile, type GoneFile, type Repository, type Tree } from '#project/repository';
import { readReviewers, type Reviewer } from '#project/reviewers';
import { POLICY_FILE, readReviews, REVIEWERS_FILE } from '#project/reviews';
import { BUDGET, cleanKey } from '../check/judge-file.ts';
import { isOwn, type Shard } from './shards.ts';

/** Where a change lies. Full commit ids. */
export interface Range {
  /** The trust root. */
  readonly base: string;
  readonly head: string;
  /** Where their histories part: the change is measured from there. */
  readonly fork: string;
  /** What is judged: the head's tree, what is staged, or the work tree. */
  readonly tree: Tree;
}

export type Gathered = { readonly ok: true; readonly input: GateInput; /** Keys in the base commit's reviewers file. */ readonly reviewers: number; readonly changed: number } | { readonly ok: false; readonly message: string };

/** All that `judge` needs. `shard`: only its files are analysed. `cache`: what it knows to be clean is not analysed again. */
export async function gather(repository: Repository, { base, head, fork, tree }: Range, shard: Shard | undefined, cache: CleanTexts | undefined): Promise<Gathered> {
  const now = new Date();
  const changes = await changedFiles(repository, fork, tree);
  if (!changes.ok) return changes;
  const roots = await trustRoots(repository, base);
  const [reviews, attribution, recorded, authors] = await Promise.all([readReviews(repository, tree, { ...roots, base, now }), attributionOf(repository, fork, head, tree), agentsByPath(repository), authorsBetween(repository, fork, head)]);
  if (!attribution.ok) return attribution;
  const [committed, gaps] = await Promise.all([agentsInRecords(repository, tree, changes.files), gapsIn(repository)]);
  if (typeof gaps === 'string') return { ok: false, message: gaps };
  const policy = roots.policy.kind === 'policy' ? roots.policy.policy : undefined;
  const analyse = ownOnly(shard, analyser(importedIn(repository, tree), packagesIn(repository, tree), policy?.analysis.models ?? [], cache));
  const { files, unreadable } = policy === undefined ? { files: [], unreadable: [] } : await judgeable(changes.files, policy, together(recorded, attribution.agents, committed), analyse);
  const gone = policy === undefined ? [] : goneFiles(changes.gone, policy);
  const elsewhere = await standing(repository, base, tree, files, reviews);
  return { ok: true, input: { files, unreadable, gone, reviews, elsewhere, authors, gaps, policy: roots.policy, now: now.toISOString() }, reviewers: roots.reviewers.length, changed: changes.files.length + gone.length };
}

interface TrustRoots {
  readonly policy: GateInput['policy'];
  readonly reviewers: readonly Reviewer[];
  readonly repository?: string;
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
  return { policy: { kind: 'policy', policy: policy.policy }, reviewers: reviewers.reviewers, ...(reviewers.repository !== undefined && { repository: reviewers.repository }) };
}

/** Findings and problems of one text. */
type Analyse = (file: { readonly text: string; readonly path: RepoPath; readonly language: string }) => Promise<{ readonly findings: readonly Finding[]; readonly problems: readonly Problem[] }>;


const NOTHING = { findings: [], problems: [] };

function ownOnly(shard: Shard | undefined, analyse: Analyse): Analyse {
  return shard === undefined ? analyse : async (file) => (isOwn(shard, file.path) ? analyse(file) : NOTHING);
}

/** Follows values into the files that the judged tree holds beside. Its parser is loaded only when a text has to be read; what was clean under this version is not asked again. */
function analyser(read: ReadImported, packages: PackageReader, models: readonly PolicyModel[], cache: CleanTexts | undefined): Analyse {
  return async (file) => {
    const imports = await collectImports(file.path, file.text, read);
    const declared = await packages(file.path);
    const key = cleanKey(file.path, file.language, file.text, [digestOfImports(imports), JSON.stringify(models), declared.digest]);
    if (cache?.has(key)) return NOTHING;
    const analysed = await (await import('#analysis/analyze')).analyze(file, { now: () => performance.now(), budget: BUDGET, imports, models, ...(declared.packages && { packages: declared.packages }) });
    if (analysed.findings.length === 0 && analysed.problems.length === 0) cache?.note(key);
    return analysed;
  };
}

/** Changed files with their units and findings; what the policy excludes is not analysed. */
async function judgeable(changed: readonly ChangedFile[], policy: Policy, agents: ReadonlyMap<string, readonly AgentId[]>, analyse: Analyse): Promise<Pick<GateInput, 'files' | 'unreadable'>> {
  const files: GateFile[] = [];
  const unreadable: { path: RepoPath; why: string }[] = [];
  for (const file of changed) {
    const { path, content, former } = file;
    if (content.kind === 'unreadable') unreadable.push({ path, why: content.why });
    if (content.kind !== 'text' || policyFor(policy, path).excluded) continue;
    const language = languageOf(path);
    const { text } = content;
    const { findings, problems } = await analyse({ text, path, language });
    files.push({ path, text, units: unitsOf(text, language), before: unitsBefore(file, policy), ...(former !== undefined && { former }), findings, problems, agents: agents.get(path) ?? [] });
  }
  return { files, unreadable };
}

/** What stood there before and was judged as what it now is: nothing, where the file comes from a path that nobody vets or was of another language. */
function unitsBefore({ path, former = path, before }: ChangedFile, policy: Policy): readonly Unit[] {
  const [was, is] = [languageOf(former), languageOf(path)];
  if (before === undefined || policyFor(policy, former).excluded || (was !== is && !(isEcmascript(was) && isEcmascript(is)))) return [];
  return unitsOf(before, is);
}

/** Deleted files, those that a rename takes to where nobody vets, and Vetmark's own that it takes from the only place where they mean something. */
function goneFiles(gone: readonly GoneFile[], policy: Policy): readonly GateGone[] {
  return gone
    .filter(({ path, renamedTo }) => renamedTo === undefined || path.startsWith('.vetmark/') || policyFor(policy, renamedTo).excluded)
    .map(({ path, before }) => ({ path, before: before === undefined ? [] : unitsOf(before, languageOf(path)) }));
}

/** What stands, in the head and in the base, at the paths that reviews name for units of changed files: under another path, or in records that the base has. */
async function standing(repository: Repository, base: string, head: Tree, files: readonly GateFile[], reviews: readonly CheckedReview[]): Promise<ReadonlyMap<RepoPath, Standing>> {
  const held = new Map<Digest, Set<RepoPath>>();
  for (const { path, units } of files) for (const { digest } of units) held.set(digest, (held.get(digest) ?? new Set()).add(path));
  const paths = new Set<RepoPath>();
  for (const checked of reviews) {
    if (checked.kind !== 'trusted') continue;
    for (const { path, digest } of checked.review.units) {
      const holders = held.get(digest);
      if (holders !== undefined && (checked.settled === true || !(holders.size === 1 && holders.has(path)))) paths.add(path);
    }
  }
  const [heads, bases] = await Promise.all([head, { kind: 'commit', id: base } as const].map((tree) => readFiles(repository, tree, [...paths])));
  return new Map([...paths].flatMap((path): [RepoPath, Standing][] => {
    const [now, was] = [heads!.get(path), bases!.get(path)];
    // What cannot be read may hold anything: then nothing has moved from there.
    if (now?.kind === 'unreadable' || was?.kind === 'unreadable') return [];
    return [[path, { ...(now?.kind === 'text' && { head: digestsOf(path, now.text) }), ...(was?.kind === 'text' && { base: digestsOf(path, was.text) }) }]];
  }));
}

function digestsOf(path: RepoPath, text: string): ReadonlySet<Digest> {
  return new Set(unitsOf(text, languageOf(path)).map(({ digest }) => digest));
}

function together(...maps: readonly ReadonlyMap<string, readonly AgentId[]>[]): ReadonlyMap<string, readonly AgentId[]> {
  const all = new Map<string, readonly AgentId[]>();
  for (const [path, agents] of maps.flatMap((map) => [...map])) all.set(path, [...new Set([...(all.get(path) ?? []), ...agents])]);
  return all;
}

/** The gaps of this clone; a sentence when the disk refuses: a hole may be in what was not read. */
async function gapsIn(repository: Repository): Promise<readonly Gap[] | string> {
  try {
    return await gapsOf(repository);
  } catch (error) {
    return `Whether the record of this clone has gaps cannot be told (${error instanceof Error ? error.message : String(error)}), so nothing was judged. See to ${repository.gitDir}.`;
  }
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
