/**
 * A person's word on a digest: one in-toto Statement per sitting, and what it covers.
 * Invariants 2, 3 and 4: unsigned evidence can only make code less trusted; a review covers content; only a person reviews.
 */
import type { AgentId } from './provenance.ts';
import type { Digest } from './digest.ts';
import type { RepoPath } from './path.ts';

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

/** What the person vouches for: `vetted` after reading it; `written` because they typed it (keyboard evidence was recorded). */
export type Claim = 'vetted' | 'written';

export interface ReviewedUnit {
  readonly path: RepoPath;
  readonly label: string;
  readonly digest: Digest;
  readonly claim: Claim;
  /** Agents that wrote parts of it, as recorded. */
  readonly agents: readonly AgentId[];
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
  /** Fingerprints of findings that were open when the person signed, and were seen. */
  readonly openFindings: readonly Digest[];
  readonly waivers: readonly Waiver[];
  readonly tool: { readonly name: 'vetmark'; readonly version: string };
}

/** A review whose signature was checked against the reviewers of the trust root, or why it does not count. */
export type CheckedReview =
  | { readonly kind: 'trusted'; readonly file: RepoPath; readonly review: Review }
  | { readonly kind: 'refused'; readonly file: RepoPath; readonly reason: 'signature-invalid' | 'reviewer-unknown' | 'record-corrupt'; readonly message: string; /** What it says it covers: for messages only, never for trust. Absent: unreadable. */ readonly claimed?: Review };

/** The in-toto Statement v1 that is signed and stored: canonical JSON (RFC 8785), one line and a newline. */
export function writeStatement(_review: Review): string {
  throw new Error('not built yet');
}

/** Reads a statement strictly: unknown versions, wrong types, bad digests and climbing paths are refused with a sentence. */
export function readStatement(_text: string): { readonly ok: true; readonly review: Review } | { readonly ok: false; readonly message: string } {
  throw new Error('not built yet');
}
