/** Reviews on disk: `.vetmark/reviews/<ulid>.json` and its `.sig`, one pair a sitting, so that branches merge without conflict. */
import type { CheckedReview, Human, Review } from '#core/review';
import type { RepoPath } from '#core/path';
import type { Repository, Tree } from './repository.ts';
import type { Reviewer } from './reviewers.ts';

export const REVIEWERS_FILE = '.vetmark/reviewers' as RepoPath;
export const POLICY_FILE = '.vetmark/policy.json' as RepoPath;

/** Signs and writes one review. Needs a person's gesture: nothing but a face can make one. */
export async function writeReview(_repository: Repository, _human: Human, _review: Review, _privateKey: string): Promise<RepoPath> {
  throw new Error('not built yet');
}

/** Every review of a tree, each checked against the reviewers of the trust root (read by the caller from there). */
export async function readReviews(_repository: Repository, _tree: Tree, _reviewers: readonly Reviewer[]): Promise<readonly CheckedReview[]> {
  throw new Error('not built yet');
}
