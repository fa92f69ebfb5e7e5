/**
 * Reviews on disk: `.vetmark/reviews/<ulid>.json` and its `.sig`, one pair a sitting, so that branches merge without conflict.
 * Invariants 2 and 4: a record counts only under a trusted signature, and only a person's gesture writes one.
 */
import { constants, lstat, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { readStatement, writeStatement, type CheckedReview, type Human, type Review } from '#core/review';
import type { RepoPath } from '#core/path';
import { listFiles, readFile, type Repository, type Tree } from './repository.ts';
import type { Reviewer } from './reviewers.ts';
import { signText, verifySignature } from './sshsig.ts';

export const REVIEWERS_FILE = '.vetmark/reviewers' as RepoPath;
export const POLICY_FILE = '.vetmark/policy.json' as RepoPath;
const FOLDER = '.vetmark/reviews' as RepoPath;

/** Signs and writes one review. Needs a person's gesture: nothing but a face can make one. Throws when the disk refuses or `.vetmark` is not a folder of this repository. */
export async function writeReview(repository: Repository, _human: Human, review: Review, privateKey: string): Promise<RepoPath> {
  const statement = writeStatement(review);
  const signature = signText(privateKey, statement);
  await ownFolder(repository, '.vetmark');
  await ownFolder(repository, FOLDER);
  const name = `${FOLDER}/${ulid()}`;
  // The signature first: a record without one would be read as unsigned in between.
  await writeNew(join(repository.root, `${name}.json.sig`), signature);
  await writeNew(join(repository.root, `${name}.json`), statement);
  return `${name}.json` as RepoPath;
}

/** Takes back a review that this writer wrote. Throws when the disk refuses. */
export async function removeReview(repository: Repository, _human: Human, file: RepoPath): Promise<void> {
  if (!/^\.vetmark\/reviews\/[0-9A-Z]{26}\.json$/.test(file)) throw new RangeError('not a review record');
  await rm(join(repository.root, file), { force: true });
  await rm(join(repository.root, `${file}.sig`), { force: true });
}

/** Every review of a tree, oldest first, each checked against the reviewers of the trust root (read by the caller from there). Never rejects for what a record holds. */
export async function readReviews(repository: Repository, tree: Tree, reviewers: readonly Reviewer[]): Promise<readonly CheckedReview[]> {
  const files = (await listFiles(repository, tree, FOLDER)).filter((path) => path.endsWith('.json'));
  const checked: CheckedReview[] = [];
  for (const file of files) checked.push(await checkReview(repository, tree, file, reviewers));
  return checked;
}

async function checkReview(repository: Repository, tree: Tree, file: RepoPath, reviewers: readonly Reviewer[]): Promise<CheckedReview> {
  const record = await readFile(repository, tree, file);
  if (record.kind !== 'text') return { kind: 'refused', file, reason: 'record-corrupt', message: `${file} cannot be read${record.kind === 'unreadable' ? `: ${record.why}` : ''}. Restore it from git, or delete it and vet again.` };
  const statement = readStatement(record.text);
  if (!statement.ok) return { kind: 'refused', file, reason: 'record-corrupt', message: `${file}: ${statement.message}` };
  const claimed = statement.review;
  const signature = await readFile(repository, tree, `${file}.sig` as RepoPath);
  if (signature.kind !== 'text') return { kind: 'refused', file, reason: 'signature-invalid', message: `${file} has no signature beside it. Vet the code again: an unsigned review counts for nothing.`, claimed };
  const verification = verifySignature(signature.text, record.text);
  if (!verification.ok) return { kind: 'refused', file, reason: 'signature-invalid', message: `${file}: ${verification.message}`, claimed };
  return isKnown(claimed, verification.publicKey, reviewers)
    ? { kind: 'trusted', file, review: claimed }
    : { kind: 'refused', file, reason: 'reviewer-unknown', message: `${file} was signed by ${claimed.reviewer} with a key that the reviewers file did not list for that time. Enrol the reviewer in a change of its own first.`, claimed };
}

function isKnown(review: Review, publicKey: string, reviewers: readonly Reviewer[]): boolean {
  const at = Date.parse(review.at);
  return reviewers.some((reviewer) => reviewer.publicKey === publicKey && reviewer.principals.includes(review.reviewer) && (reviewer.validAfter ?? -Infinity) <= at && at < (reviewer.validBefore ?? Infinity));
}

/** Makes a folder below the root, and refuses a link in its place: a hostile repository must not send our records elsewhere. */
async function ownFolder(repository: Repository, folder: string): Promise<void> {
  const path = join(repository.root, folder);
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (!(await lstat(path)).isDirectory()) throw new Error(`${folder} is not a folder of this repository (a link or a file stands there), so no review was written. Remove it and vet again.`);
}

async function writeNew(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
  try {
    await file.writeFile(text, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path).catch(async (error: unknown) => {
    await unlink(temporary).catch(() => undefined);
    throw error;
  });
}
