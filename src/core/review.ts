/**
 * A person's word on a digest: one in-toto Statement per sitting, and what it covers.
 * Invariants 2, 3 and 4: unsigned evidence can only make code less trusted; a review covers content; only a person reviews.
 */
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { isDigest, type Digest } from './digest.ts';
import { repoPathOf, type RepoPath } from './path.ts';
import type { AgentId } from './provenance.ts';

declare const human: unique symbol;
/** Proof of presence. Made only in a face, in the handler of a person's gesture (a click, a key, an answer at a terminal). */
export type Human = { readonly gesture: string; readonly [human]: true };

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PREDICATE_TYPE = 'https://vetmark.dev/attestation/review/v1';

export type Answer = 'yes' | 'no' | 'not-applicable';

export interface ChecklistAnswer {
  /** The item's id, `inputs-validated`. */
  readonly item: string;
  readonly answer: Answer;
  readonly note?: string;
}

/**
 * What the person vouches for: `vetted` after reading it; `written` because they typed it (keyboard evidence was recorded); `removed`: that it
 * no longer stands where it stood.
 */
export type Claim = 'vetted' | 'written' | 'removed';

export interface ReviewedUnit {
  readonly path: RepoPath;
  readonly label: string;
  readonly digest: Digest;
  readonly claim: Claim;
  /** Agents that wrote parts of it, as recorded. */
  readonly agents: readonly AgentId[];
  /** Of several equal units in the file the how-manieth this is (from 0), and how many there were. Absent: it was the only one. */
  readonly occurrence?: { readonly index: number; readonly of: number };
}

export interface Waiver {
  readonly print: Digest;
  readonly reason: string;
  /** ISO date; after its end the waiver is expired. */
  readonly until: string;
}

/** The content of `.vetmark/reviews/<ulid>.json`. */
export interface Review {
  readonly units: readonly ReviewedUnit[];
  /** The principal as in `.vetmark/reviewers`, usually an e-mail address. */
  readonly reviewer: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly answers: readonly ChecklistAnswer[];
  readonly note?: string;
  /** Id of the repository, as its reviewers file gives it. Absent: that gave none. */
  readonly repository?: string;
  /** Fingerprints of findings that were open when the person signed, and were seen. */
  readonly openFindings: readonly Digest[];
  readonly waivers: readonly Waiver[];
  readonly tool: { readonly name: 'vetmark'; readonly version: string };
}

/** A review whose signature was checked against the reviewers of the trust root, or why it does not count. */
export type CheckedReview =
  | {
      readonly kind: 'trusted';
      readonly file: RepoPath;
      readonly review: Review;
      /** `ssh-ed25519 AAAA...`: the key that signed. Absent: not known, and no hardware key then. */
      readonly key?: string;
      /** The base commit or its history holds this very record: it speaks of code that the base has, or had. Absent: it comes with the change. */
      readonly settled?: true;
    }
  | { readonly kind: 'refused'; readonly file: RepoPath; readonly reason: 'signature-invalid' | 'reviewer-unknown' | 'record-corrupt'; readonly message: string; /** What it says it covers: for messages only, never for trust. Absent: unreadable. */ readonly claimed?: Review };

export type ReadStatement = { readonly ok: true; readonly review: Review } | { readonly ok: false; readonly message: string };

/** Characters; a larger record is refused before it is parsed. */
const SIZE_LIMIT = 8 * 1024 * 1024;

const text = (limit: number): z.ZodString => z.string().max(limit);
const time = z.string().refine((value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value) && !Number.isNaN(Date.parse(value)), 'must be a time in UTC, such as 2026-01-31T12:00:00Z');
const digest = z.string().refine(isDigest, 'must be sha256: and 64 hexadecimal digits');
const path = z.string().max(4096).refine((value) => repoPathOf(value) === value, 'must be a path inside the repository');

const STATEMENT = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.strictObject({ name: text(5000), digest: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) })).min(1).max(20_000),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.strictObject({
    reviewer: text(200).min(1),
    at: time,
    units: z.array(z.strictObject({ path, label: text(500), claim: z.enum(['vetted', 'written', 'removed']), agents: z.array(text(200)).max(50), occurrence: z.strictObject({ index: z.int().min(0), of: z.int().min(2).max(100_000) }).optional() })),
    answers: z.array(z.strictObject({ item: text(200), answer: z.enum(['yes', 'no', 'not-applicable']), note: text(10_000).optional() })).max(1000),
    note: text(10_000).optional(),
    repository: text(100).min(1).optional(),
    openFindings: z.array(digest).max(10_000),
    waivers: z.array(z.strictObject({ print: digest, reason: text(10_000).min(1), until: z.string().regex(/^\d{4}-\d\d-\d\d$/) })).max(1000),
    tool: z.strictObject({ name: z.literal('vetmark'), version: text(100) }),
  }),
});

/** The in-toto Statement v1 that is signed and stored: canonical JSON (RFC 8785), one line and a newline. Subjects and units stand in the same order. */
export function writeStatement(review: Review): string {
  const { units, ...rest } = review;
  const statement = {
    _type: STATEMENT_TYPE,
    subject: units.map((unit) => ({ name: subjectName(unit), digest: { sha256: unit.digest.slice('sha256:'.length) } })),
    predicateType: PREDICATE_TYPE,
    predicate: { ...rest, units: units.map(({ path, label, claim, agents, occurrence }) => ({ path, label, claim, agents, ...(occurrence !== undefined && { occurrence }) })) },
  };
  return `${canonicalize(statement)}\n`;
}

/** Reads a statement strictly: unknown versions, unknown fields, wrong types, bad digests and climbing paths are refused with a sentence. */
export function readStatement(record: string): ReadStatement {
  if (record.length > SIZE_LIMIT) return { ok: false, message: 'The record is too large to be a review.' };
  let value: unknown;
  try {
    value = JSON.parse(record);
  } catch {
    return { ok: false, message: 'The record is not JSON. Restore it from git, or delete it and vet again.' };
  }
  const read = STATEMENT.safeParse(value);
  if (!read.success) {
    const issue = read.error.issues[0];
    return { ok: false, message: `The record is not a review that this version can read: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'unknown'}.` };
  }
  const { subject, predicate } = read.data;
  const { units, ...rest } = predicate;
  const named = units.map((unit, index) => ({ ...unit, path: unit.path as RepoPath, digest: `sha256:${subject[index]?.digest.sha256 ?? ''}` as Digest }));
  if (subject.length !== units.length || named.some((unit, index) => subjectName(unit) !== subject[index]!.name)) return { ok: false, message: 'The record names other subjects than it describes.' };
  return { ok: true, review: dropUndefined({ ...rest, units: named }) };
}

function subjectName(unit: Pick<ReviewedUnit, 'path' | 'label'>): string {
  return `${unit.path}#${unit.label}`;
}

/** Absent and undefined are one to JSON; to our types they are not. */
function dropUndefined(value: object): Review {
  return JSON.parse(JSON.stringify(value)) as Review;
}
