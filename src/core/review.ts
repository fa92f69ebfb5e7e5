/**
 * A person's word on a digest: one in-toto Statement per sitting, and what it covers.
 * Invariants 2, 3 and 4: unsigned evidence can only make code less trusted; a review covers content; only a person reviews.
 */
import canonicalize from 'canonicalize';
import * as z from 'zod';
import type { Digest } from './digest.ts';
import { repoPathOf, type RepoPath } from './path.ts';
import { SEVERITIES, type Severity } from './finding.ts';
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
 * no longer stands where it stood. Without evidence, for a reason that the record gives: `mine`, they wrote it themselves; `not-ai`, no machine
 * wrote it. Whether those two count, the policy says.
 */
export type Claim = (typeof CLAIMS)[number];
const CLAIMS = ['vetted', 'written', 'removed', 'mine', 'not-ai'] as const;

/** A claim that rests on a person's word alone. */
export type WordClaim = Extract<Claim, 'mine' | 'not-ai'>;

/** How much of a piece was before the reader's eyes: in a focused editor of a focused window. */
export interface Reading {
  /** Whole percent of its lines, 0 to 100. */
  readonly share: number;
  /** Seconds; what is on screen together shares them by lines, so that the seconds of all pieces add up to time that passed. */
  readonly seconds: number;
}

export interface ReviewedUnit {
  readonly path: RepoPath;
  readonly label: string;
  readonly digest: Digest;
  readonly claim: Claim;
  /** Agents that wrote parts of it, as recorded. */
  readonly agents: readonly AgentId[];
  /** Of several equal units in the file the how-manieth this is (from 0), and how many there were. Absent: it was the only one. */
  readonly occurrence?: { readonly index: number; readonly of: number };
  /** Absent: not measured, which proves no reading. */
  readonly reading?: Reading;
  /** An agent was recorded at work on it in the signer's own editor: they, or whoever shares their desk, asked for it. Absent: not known. */
  readonly prompted?: true;
  /** Digest of what was recorded of who wrote it (`provenanceDigest`). Absent: nothing was. */
  readonly provenance?: Digest;
}

/** A finding that was open when the person signed, and was seen. */
export interface OpenFinding {
  readonly print: Digest;
  /** Absent, both: an older record. */
  readonly rule?: string;
  readonly severity?: Severity;
}

/** A signed word that one finding may stay, for a reason, until a day. */
export interface Waiver {
  readonly print: Digest;
  /** Absent, both: an older record, which waives in every file that it speaks of. */
  readonly rule?: string;
  readonly path?: RepoPath;
  readonly reason: string;
  /** ISO date, the last day; after it the waiver is expired. */
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
  /** Why a claim without evidence (`mine`, `not-ai`) is made. Absent: the record makes none. */
  readonly reason?: string;
  /** So many regions were signed in one go, without a checklist for each. Absent: one region, or what the person typed. */
  readonly together?: number;
  /** Digest of the rules that looked for findings. Absent: not known. */
  readonly ruleSet?: Digest;
  /** Id of the repository, as its reviewers file gives it. Absent: that gave none. */
  readonly repository?: string;
  readonly openFindings: readonly OpenFinding[];
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
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/, 'must be a time in UTC, such as 2026-01-31T12:00:00Z').refine((value) => !Number.isNaN(Date.parse(value)), 'must be a time in UTC, such as 2026-01-31T12:00:00Z');
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits');
const path = z.string().min(1).max(4096).refine((value) => repoPathOf(value) === value, 'must be a path inside the repository');
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'must be a day, such as 2026-01-31').refine((value) => !Number.isNaN(Date.parse(value)), 'must be a day, such as 2026-01-31');

const READING = z.strictObject({
  share: z.int().min(0).max(100).describe('Percent of its lines that were on screen.'),
  seconds: z.number().min(0).max(1e7).describe('Seconds on screen, in a focused editor of a focused window; pieces on screen together share them by lines.'),
});

const UNIT = z.strictObject({
  path: path.describe('Relative to the repository, with forward slashes.'),
  label: text(500).describe('What the unit calls itself: `function total`.'),
  claim: z.enum(CLAIMS).describe('What the person vouches for: `vetted` after reading; `written` at the keyboard, as recorded; `removed` from where it stood; on their word alone `mine` and `not-ai`.'),
  agents: z.array(text(200)).max(50).describe('Agents that wrote parts of it, as recorded.'),
  occurrence: z.strictObject({ index: z.int().min(0), of: z.int().min(2).max(100_000) }).optional().describe('Which of several equal units of the file this is, from 0, and how many there were.'),
  reading: READING.optional().describe('How much of it was read. Absent: not measured.'),
  prompted: z.literal(true).optional().describe('An agent was recorded at work on it in the signer\'s own editor.'),
  provenance: digest.optional().describe('Digest of what was recorded of who wrote it.'),
});

const OPEN_FINDING = z.strictObject({ print: digest.describe('Fingerprint of the finding.'), rule: text(200).optional(), severity: z.enum(SEVERITIES).optional() });

const WAIVER = z.strictObject({
  print: digest.describe('Fingerprint of the finding that may stay.'),
  rule: text(200).optional(),
  path: path.optional().describe('The file in which it may. Absent: every file that the record speaks of.'),
  reason: text(10_000).min(1),
  until: day.describe('The last day of the waiver.'),
});

const PREDICATE = z
  .strictObject({
    reviewer: text(200).min(1).describe('The principal as in .vetmark/reviewers.'),
    at: time.describe('When it was signed, UTC.'),
    units: z.array(UNIT).describe('What was signed for, in the order of the statement\'s subjects.'),
    answers: z.array(z.strictObject({ item: text(200), answer: z.enum(['yes', 'no', 'not-applicable']), note: text(10_000).optional() })).max(1000).describe('The checklist as answered.'),
    note: text(10_000).optional(),
    reason: text(10_000).min(1).optional().describe('Why `mine` or `not-ai` is claimed.'),
    together: z.int().min(2).max(20_000).optional().describe('So many regions were signed in one go, without a checklist for each.'),
    ruleSet: digest.optional().describe('Digest of the rules that looked for findings.'),
    repository: text(100).min(1).optional().describe('Id of the repository, as its reviewers file gives it.'),
    openFindings: z.array(z.union([OPEN_FINDING, digest])).max(10_000).describe('Findings that were open when the person signed. A digest alone is an older record\'s.'),
    waivers: z.array(WAIVER).max(1000),
    tool: z.strictObject({ name: z.literal('vetmark'), version: text(100) }),
  })
  .refine(({ units, reason }) => reason !== undefined || !units.some(({ claim }) => isWordClaim(claim)), { path: ['reason'], message: 'a claim of `mine` or `not-ai` needs a reason' });

const STATEMENT = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.strictObject({ name: text(5000), digest: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) })).min(1).max(20_000),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: PREDICATE,
});

/** True for a claim that rests on a person's word alone. */
export function isWordClaim(claim: Claim): claim is WordClaim {
  return claim === 'mine' || claim === 'not-ai';
}

/** The JSON Schema of the predicate, to be published. */
export function predicateSchema(): object {
  return { $id: PREDICATE_TYPE, title: 'Vetmark review, version 1', description: 'The predicate of an in-toto Statement v1 whose subjects are units of code that a person signed for.', ...z.toJSONSchema(PREDICATE, { io: 'input', target: 'draft-7' }) };
}

/** The in-toto Statement v1 that is signed and stored: canonical JSON (RFC 8785), one line and a newline. Subjects and units stand in the same order. */
export function writeStatement(review: Review): string {
  const { units, ...rest } = review;
  const statement = {
    _type: STATEMENT_TYPE,
    subject: units.map((unit) => ({ name: subjectName(unit), digest: { sha256: unit.digest.slice('sha256:'.length) } })),
    predicateType: PREDICATE_TYPE,
    predicate: { ...rest, units: units.map(({ digest: _, ...unit }) => unit) },
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
  const openFindings = rest.openFindings.map((found) => (typeof found === 'string' ? { print: found } : found));
  return { ok: true, review: dropUndefined({ ...rest, openFindings, units: named }) };
}

function subjectName(unit: Pick<ReviewedUnit, 'path' | 'label'>): string {
  return `${unit.path}#${unit.label}`;
}

/** Absent and undefined are one to JSON; to our types they are not. */
function dropUndefined(value: object): Review {
  return JSON.parse(JSON.stringify(value)) as Review;
}
