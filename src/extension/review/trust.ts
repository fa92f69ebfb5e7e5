/**
 * What the work tree's reviews and policy say, for display. The gate reads its own from the base commit (invariant 5); this decides nothing.
 */
import * as vscode from 'vscode';
import { vettedAt } from '#core/coverage';
import { DEFAULT_POLICY, policyFor, readPolicy, type PathPolicy, type Policy } from '#core/policy';
import type { RepoPath } from '#core/path';
import type { CheckedReview } from '#core/review';
import type { Unit } from '#core/unit';
import { readFile, type Repository } from '#project/repository';
import { readReviewers } from '#project/reviewers';
import { POLICY_FILE, readReviews, REVIEWERS_FILE } from '#project/reviews';
import { Debounced, Disposables } from '../disposable.ts';
import { detached, log } from '../log.ts';
import type { Places } from '../places.ts';

interface Known {
  readonly reviews: readonly CheckedReview[];
  readonly covers: ReturnType<typeof vettedAt>;
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
    for (const repository of this.#places.repositories) this.#known.set(repository.gitDir, await readKnown(repository));
    this.#changed.fire();
  }

  /** What a trusted review says of a unit where it stands now. */
  stateOf(repository: Repository, path: RepoPath, unit: Unit): UnitState {
    const known = this.#known.get(repository.gitDir);
    if (known === undefined) return 'new';
    if (known.covers.has(path, unit)) return 'covered';
    return known.places.has(`${path}\0${unit.label}`) ? 'changed' : 'new';
  }

  /** A trusted review says that a unit is gone from there. */
  isRemovalSigned(repository: Repository, path: RepoPath, { digest }: Pick<Unit, 'digest'>): boolean {
    return this.#known.get(repository.gitDir)?.removals.has(`${path}\0${digest}`) === true;
  }

  /** All records, refused ones included, as they were read last. */
  get records(): readonly { readonly repository: Repository; readonly reviews: readonly CheckedReview[] }[] {
    return this.#places.repositories.map((repository) => ({ repository, reviews: this.#known.get(repository.gitDir)?.reviews ?? [] }));
  }

  policyFor(repository: Repository, path: RepoPath): PathPolicy {
    return policyFor(this.#known.get(repository.gitDir)?.policy ?? DEFAULT_POLICY, path);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

async function readKnown(repository: Repository): Promise<Known> {
  const [reviewersFile, policyFile] = await Promise.all([readFile(repository, { kind: 'worktree' }, REVIEWERS_FILE), readFile(repository, { kind: 'worktree' }, POLICY_FILE)]);
  const reviewers = reviewersFile.kind === 'text' ? readReviewers(reviewersFile.text) : ({ ok: true, reviewers: [] } as const);
  if (!reviewers.ok) log('warn', reviewers.message);
  const reviews = await readReviews(repository, { kind: 'worktree' }, reviewers.ok ? reviewers : { reviewers: [] });
  const policy = policyFile.kind === 'text' ? readPolicy(policyFile.text) : undefined;
  if (policy?.ok === false) log('warn', policy.message);
  const trusted = reviews.flatMap((review) => (review.kind === 'trusted' ? review.review.units : []));
  for (const review of reviews) if (review.kind === 'refused') log('warn', review.message);
  return { reviews, covers: vettedAt(reviews), places: new Set(trusted.map(({ path, label }) => `${path}\0${label}`)), removals: new Set(trusted.flatMap(({ path, digest, claim }) => (claim === 'removed' ? [`${path}\0${digest}`] : []))), policy: policy?.ok === true ? policy.policy : DEFAULT_POLICY };
}
