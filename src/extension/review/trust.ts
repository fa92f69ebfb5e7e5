/**
 * What the work tree's reviews and policy say, for display. The gate reads its own from the base commit (invariant 5); this decides nothing.
 */
import * as vscode from 'vscode';
import { checklistFor } from '#core/checklist';
import { lacksOf, type Lack } from '#core/demand';
import type { Finding } from '#core/finding';
import { DEFAULT_POLICY, policyFor, readPolicy, type PathPolicy, type Policy, type PolicyModel } from '#core/policy';
import type { RepoPath } from '#core/path';
import type { CheckedReview, Review, ReviewedUnit } from '#core/review';
import type { Unit } from '#core/unit';
import { waiversOf } from '#core/waiver';
import { readFile, type Repository } from '#project/repository';
import { readReviewers } from '#project/reviewers';
import { POLICY_FILE, readReviews, REVIEWERS_FILE } from '#project/reviews';
import { Debounced, Disposables } from '../disposable.ts';
import { detached, log } from '../log.ts';
import type { Places } from '../places.ts';

/** A unit as a trusted record speaks of it. */
export interface Spoken {
  readonly file: RepoPath;
  readonly review: Review;
  readonly unit: ReviewedUnit;
  /** What the record lacks by the policy of the work tree. Empty: it counts. */
  readonly lacks: readonly Lack[];
}

/** A waiver of a finding as it stands today. */
export interface StandingWaiver {
  readonly by: string;
  readonly reason: string;
  /** ISO date, the last day. */
  readonly until: string;
  readonly state: 'live' | 'expired';
}

interface Known {
  readonly reviews: readonly CheckedReview[];
  /** By digest and path, newest last. */
  readonly units: ReadonlyMap<string, readonly Omit<Spoken, 'lacks'>[]>;
  /** Path and label of every unit that a trusted review speaks of. */
  readonly places: ReadonlySet<string>;
  /** Path and digest of every unit whose removal a trusted review speaks of. */
  readonly removals: ReadonlySet<string>;
  readonly policy: Policy;
}

export type UnitState = 'covered' | 'changed' | 'new';

export class Trust {
  readonly #disposables = new Disposables();
  readonly #places: Places;
  readonly #known = new Map<string, Known>();
  readonly #troubles = this.#disposables.add(vscode.languages.createDiagnosticCollection('vetmark policy'));
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
  readonly #later = this.#disposables.add(new Debounced(200, () => detached(this.refresh(), 'reading reviews')));

  readonly onDidChange = this.#changed.event;

  constructor(places: Places) {
    this.#places = places;
    const watcher = this.#disposables.add(vscode.workspace.createFileSystemWatcher('**/.vetmark/**'));
    this.#disposables.addAll(watcher.onDidChange(() => this.#later.call()), watcher.onDidCreate(() => this.#later.call()), watcher.onDidDelete(() => this.#later.call()), places.onDidChange(() => this.#later.flush()));
  }

  /** Reads all repositories' records anew. */
  async refresh(): Promise<void> {
    for (const repository of this.#places.repositories) {
      const { known, trouble } = await readKnown(repository);
      this.#known.set(repository.gitDir, known);
      this.#tell(this.#places.uriOf(repository, POLICY_FILE), trouble);
    }
    this.#changed.fire();
  }

  /** A policy of which nothing counts says so where it is written. */
  #tell(uri: vscode.Uri, trouble: string | undefined): void {
    if (trouble === undefined) this.#troubles.delete(uri);
    else this.#troubles.set(uri, [Object.assign(new vscode.Diagnostic(new vscode.Range(0, 0, 0, 1), trouble), { source: 'vetmark' })]);
  }

  /** What a trusted review says of a unit where it stands now. `text`: that the unit is cut from. */
  stateOf(repository: Repository, path: RepoPath, unit: Unit, text: string): UnitState {
    const known = this.#known.get(repository.gitDir);
    if (known === undefined) return 'new';
    if (this.said(repository, path, unit, text).some(({ lacks }) => lacks.length === 0)) return 'covered';
    return known.places.has(`${path}\0${unit.label}`) && !known.units.has(keyOf(path, unit)) ? 'changed' : 'new';
  }

  /** Every trusted word on this very content in this file, newest last. */
  said(repository: Repository, path: RepoPath, unit: Unit, text: string): readonly Spoken[] {
    const known = this.#known.get(repository.gitDir);
    const spoken = known?.units.get(keyOf(path, unit)) ?? [];
    if (known === undefined || spoken.length === 0) return [];
    const policy = policyFor(known.policy, path);
    const { range } = unit;
    const lines = text.slice(range.start, range.end).split('\n').filter((line) => line.trim() !== '').length;
    const code = { lines, agents: [], questions: () => checklistFor({ text, range, path, findings: [], items: policy.items }) };
    return spoken.map((each) => ({ ...each, lacks: lacksOf(each, code, policy) }));
  }

  /** A trusted review says that a unit is gone from there. */
  isRemovalSigned(repository: Repository, path: RepoPath, { digest }: Pick<Unit, 'digest'>): boolean {
    return this.#known.get(repository.gitDir)?.removals.has(`${path}\0${digest}`) === true;
  }

  /** All records, refused ones included, as they were read last. */
  get records(): readonly { readonly repository: Repository; readonly reviews: readonly CheckedReview[] }[] {
    return this.#places.repositories.map((repository) => ({ repository, reviews: this.#known.get(repository.gitDir)?.reviews ?? [] }));
  }

  /** The waiver of a finding that lasts longest; `undefined`: nobody waived it. */
  waiverOf(repository: Repository, path: RepoPath, finding: Pick<Finding, 'print' | 'rule'>): StandingWaiver | undefined {
    const known = this.#known.get(repository.gitDir);
    if (known === undefined) return undefined;
    const last = [...waiversOf(finding, path, known.reviews, known.policy.waivers)].sort((a, b) => (a.until < b.until ? -1 : 1)).at(-1);
    return last === undefined ? undefined : { by: last.record.review.reviewer, reason: last.reason, until: last.until, state: last.until >= new Date().toISOString().slice(0, 10) ? 'live' : 'expired' };
  }

  /** Where the policy puts code by these agents in an order of review: from 0, the first; agents that it does not name come last. */
  rankOf(repository: Repository, agents: readonly string[]): number {
    const { order } = this.#known.get(repository.gitDir)?.policy ?? DEFAULT_POLICY;
    return Math.min(order.length, ...agents.map((agent) => order.indexOf(agent)).filter((rank) => rank >= 0));
  }

  /** Models that the policy adds for the analysis. */
  modelsFor(repository: Repository): readonly PolicyModel[] {
    return (this.#known.get(repository.gitDir)?.policy ?? DEFAULT_POLICY).analysis.models;
  }

  policyFor(repository: Repository, path: RepoPath): PathPolicy {
    return policyFor(this.#known.get(repository.gitDir)?.policy ?? DEFAULT_POLICY, path);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function keyOf(path: RepoPath, { digest }: Pick<Unit, 'digest'>): string {
  return `${digest} ${path}`;
}

async function readKnown(repository: Repository): Promise<{ readonly known: Known; readonly trouble?: string }> {
  const [reviewersFile, policyFile] = await Promise.all([readFile(repository, { kind: 'worktree' }, REVIEWERS_FILE), readFile(repository, { kind: 'worktree' }, POLICY_FILE)]);
  const reviewers = reviewersFile.kind === 'text' ? readReviewers(reviewersFile.text) : ({ ok: true, reviewers: [] } as const);
  if (!reviewers.ok) log('warn', reviewers.message);
  const reviews = await readReviews(repository, { kind: 'worktree' }, reviewers.ok ? reviewers : { reviewers: [] });
  const policy = policyFile.kind === 'text' ? readPolicy(policyFile.text) : undefined;
  if (policy?.ok === false) log('warn', policy.message);
  for (const review of reviews) if (review.kind === 'refused') log('warn', review.message);
  const spoken = reviews.flatMap((checked) => (checked.kind === 'trusted' ? checked.review.units.map((unit) => ({ file: checked.file, review: checked.review, unit })) : []));
  const units = new Map<string, Omit<Spoken, 'lacks'>[]>();
  for (const each of spoken) {
    if (each.unit.claim === 'removed') continue;
    const key = keyOf(each.unit.path, each.unit);
    units.set(key, [...(units.get(key) ?? []), each]);
  }
  const known: Known = {
    reviews,
    units,
    places: new Set(spoken.map(({ unit: { path, label } }) => `${path}\0${label}`)),
    removals: new Set(spoken.flatMap(({ unit: { path, digest, claim } }) => (claim === 'removed' ? [`${path}\0${digest}`] : []))),
    policy: policy?.ok === true ? policy.policy : DEFAULT_POLICY,
  };
  return { known, ...(policy?.ok === false && { trouble: policy.message }) };
}
