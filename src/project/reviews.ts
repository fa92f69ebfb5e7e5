/**
 * Reviews on disk: `.vetmark/reviews/<ulid>.json` and its `.sig`, one pair a sitting, so that branches merge without conflict.
 * Invariants 2 and 4: a record counts only under a trusted signature, and only a person's gesture writes one.
 */
import { constants, lstat, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { readStatement, writeStatement, type CheckedReview, type Human, type Review } from '#core/review';
import type { RepoPath } from '#core/path';
import { blobId, everIn, listFiles, readBytes, readFile, type Bytes, type Repository, type Tree } from './repository.ts';
import { readReviewers, type Reviewer } from './reviewers.ts';
import type { Signer } from './signers.ts';
import { verifySignature } from './sshsig.ts';

export const REVIEWERS_FILE = '.vetmark/reviewers' as RepoPath;
export const POLICY_FILE = '.vetmark/policy.json' as RepoPath;
const FOLDER = '.vetmark/reviews' as RepoPath;

export type Written = { readonly ok: true; readonly file: RepoPath } | { readonly ok: false; readonly message: string };

/** Signs and writes one review, for this repository only where its reviewers file gives it an id; a sentence when the signer does not sign. Needs a person's gesture: nothing but a face can make one. Throws when the disk refuses or `.vetmark` is not a folder of this repository. */
export async function writeReview(repository: Repository, _human: Human, review: Review, signer: Signer): Promise<Written> {
  const reviewers = await readFile(repository, { kind: 'worktree' }, REVIEWERS_FILE);
  const read = readReviewers(reviewers.kind === 'text' ? reviewers.text : '');
  const statement = writeStatement({ ...review, ...(read.ok && read.repository !== undefined && { repository: read.repository }) });
  const signed = await signer.sign(statement, 'may-ask');
  if (!signed.ok) return signed;
  await ownFolder(repository, '.vetmark');
  await ownFolder(repository, FOLDER);
  const name = `${FOLDER}/${ulid()}`;
  // The signature first: a record without one would be read as unsigned in between.
  await writeNew(join(repository.root, `${name}.json.sig`), signed.signature);
  await writeNew(join(repository.root, `${name}.json`), statement);
  return { ok: true, file: `${name}.json` as RepoPath };
}

/** Takes back a review that this writer wrote. Throws when the disk refuses. */
export async function removeReview(repository: Repository, _human: Human, file: RepoPath): Promise<void> {
  if (!/^\.vetmark\/reviews\/[0-9A-Z]{26}\.json$/.test(file)) throw new RangeError('not a review record');
  await rm(join(repository.root, file), { force: true });
  await rm(join(repository.root, `${file}.sig`), { force: true });
}

/** What a record must agree with. */
export interface Trust {
  /** From the trust root, read by the caller. */
  readonly reviewers: readonly Reviewer[];
  /** The id of the repository, from there too. Absent: it has none, and records of any repository are read. */
  readonly repository?: string;
  /** The commit that a change is measured against: what it, or its history, holds is settled. Absent: nothing is, for display. */
  readonly base?: string;
  /** Now: a key that has ended adds nothing new, whatever time a record names. Absent: only the time that the record names is asked, for display. */
  readonly now?: Date;
}

/** More records than this in one tree are not read: the gate must answer. */
const MOST_RECORDS = 50_000;
/** How far the signer's clock may be ahead of ours. */
const SKEW_MS = 10 * 60_000;

/** Every review of a tree, oldest first, each checked against the trust root. Never rejects for what a record holds. */
export async function readReviews(repository: Repository, tree: Tree, trust: Trust): Promise<readonly CheckedReview[]> {
  const paths = (await listFiles(repository, tree, FOLDER)).filter((path) => path.endsWith('.json')).slice(0, MOST_RECORDS);
  const files = await readBytes(repository, tree, paths.flatMap((path) => [path, signatureOf(path)]));
  const settled = trust.base === undefined ? undefined : { ids: await everIn(repository, trust.base, FOLDER), like: trust.base };
  return paths.map((file) => checkReview(file, files, trust, settled));
}

function signatureOf(file: RepoPath): RepoPath {
  return `${file}.sig` as RepoPath;
}

function checkReview(file: RepoPath, files: ReadonlyMap<RepoPath, Bytes>, trust: Trust, known: { readonly ids: ReadonlySet<string>; readonly like: string } | undefined): CheckedReview {
  const record = files.get(file);
  const text = record?.kind === 'bytes' ? exactText(record.bytes) : undefined;
  if (record?.kind !== 'bytes' || text === undefined) return { kind: 'refused', file, reason: 'record-corrupt', message: `${file} cannot be read${record?.kind === 'unreadable' ? `: ${record.why}` : ''}. Restore it from git, or delete it and vet again.` };
  const statement = readStatement(text);
  if (!statement.ok) return { kind: 'refused', file, reason: 'record-corrupt', message: `${file}: ${statement.message}` };
  const claimed = statement.review;
  const signature = files.get(signatureOf(file));
  const armoured = signature?.kind === 'bytes' ? exactText(signature.bytes) : undefined;
  if (armoured === undefined) return { kind: 'refused', file, reason: 'signature-invalid', message: `${file} has no signature beside it. Vet the code again: an unsigned review counts for nothing.`, claimed };
  const verification = verifySignature(armoured, text);
  if (!verification.ok) return { kind: 'refused', file, reason: 'signature-invalid', message: `${file}: ${verification.message}`, claimed };
  const settled = known?.ids.has(blobId(record.bytes, known.like)) === true;
  const doubt = doubtAbout(claimed, verification.publicKey, settled, trust);
  if (doubt !== undefined) return { kind: 'refused', file, reason: 'reviewer-unknown', message: `${file} ${doubt}`, claimed };
  return { kind: 'trusted', file, review: claimed, key: verification.publicKey, ...(settled && { settled }) };
}

/** Why a record with a sound signature does not count; `undefined`: it does. */
function doubtAbout(review: Review, publicKey: string, settled: boolean, { reviewers, repository, now }: Trust): string | undefined {
  if (repository !== undefined && review.repository !== repository) return 'was signed for another repository. Vet the code here.';
  const at = Date.parse(review.at);
  const enrolled = reviewers.filter((reviewer) => reviewer.publicKey === publicKey && reviewer.principals.includes(review.reviewer));
  const holds = (time: number): boolean => enrolled.some(({ validAfter = -Infinity, validBefore = Infinity }) => validAfter <= time && time < validBefore);
  if (!holds(at)) return `was signed by ${review.reviewer} with a key that the reviewers file did not list for that time. Enrol the reviewer in a change of its own first.`;
  if (now === undefined || settled) return undefined;
  if (at > now.getTime() + SKEW_MS) return 'was signed at a time that has not come yet. Set the clock of the signing machine right and vet again.';
  return holds(now.getTime()) ? undefined : `was signed by ${review.reviewer} with a key that has ended since. A record says itself when it was made, so an ended key adds nothing new: vet again with a valid one.`;
}

/** UTF-8 to the byte: what is signed must be what is read. */
function exactText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
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
