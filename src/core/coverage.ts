/**
 * What signed reviews cover.
 * Invariants 2 and 3: only trusted records count; they cover content, and moving keeps them, but a copy is not a move, an older state is not the
 * present one, and code that runs when its file is loaded is covered only where it was vetted.
 */
import type { Judged, Lack } from './demand.ts';
import type { Digest } from './digest.ts';
import { isEcmascript, languageOf } from './language.ts';
import type { RepoPath } from './path.ts';
import type { Requirement } from './policy.ts';
import type { CheckedReview, ReviewedUnit } from './review.ts';
import { ownerOf, type Unit } from './unit.ts';

type Trusted = Extract<CheckedReview, { kind: 'trusted' }>;

/** What stands at a path that a review names. */
export interface Standing {
  /** Digests of its units in the head; absent: no such file. */
  readonly head?: ReadonlySet<Digest>;
  /** In the base commit; absent: no such file. */
  readonly base?: ReadonlySet<Digest>;
}

/** Equal units of one file that a change adds. */
export interface Added {
  readonly path: RepoPath;
  /** Other names of the file: what was vetted under them counts as vetted here. */
  readonly aliases: readonly RepoPath[];
  readonly unit: Unit;
  /** How many of them the file holds, and how many of those the change adds. */
  readonly held: number;
  readonly added: number;
  /** Characters that are no white space. */
  readonly size: number;
  /** Where the base has the same content in this file: it is more of it, or elsewhere in it, that is new. */
  readonly inBase: boolean;
  /** Classes that the file declares, as labels. */
  readonly owners: ReadonlySet<string>;
}

export type Cover =
  | { readonly kind: 'covered' }
  /** Records cover it, but not as many people, or not the kind of them, as the policy demands. */
  | { readonly kind: 'too-few'; readonly have: number; readonly file: RepoPath }
  /** Records speak of it, and lack what the policy demands of them. */
  | { readonly kind: 'lacking'; readonly lacks: readonly [Lack, ...Lack[]]; readonly file: RepoPath }
  /** It was vetted once; the base has gone on since, and this is the older state. */
  | { readonly kind: 'rolled-back'; readonly file: RepoPath }
  | { readonly kind: 'none' };

interface Entry {
  readonly record: Trusted;
  readonly unit: ReviewedUnit;
}

/** What a record lacks for a unit. */
export type Lacks = (judged: Judged) => readonly Lack[];

/** Non-blank characters below which a unit is covered only in its own file: `export const admin = true;` means something else in another one. */
const MOVABLE = 40;

/** True for a declaration long enough to mean the same elsewhere. `size`: its characters that are no white space. */
export function isMovable({ runs }: Unit, size: number): boolean {
  return !runs && size >= MOVABLE;
}

export class Coverage {
  readonly #entries = new Map<Digest, Entry[]>();
  readonly #elsewhere: ReadonlyMap<RepoPath, Standing>;
  readonly #authors: ReadonlySet<string>;
  readonly #spent = new Set<string>();

  /** `elsewhere`: what stands at paths that reviews name; a path that is missing is taken to hold what was vetted there. `authors`: addresses of who made the change. */
  constructor(reviews: readonly CheckedReview[], elsewhere: ReadonlyMap<RepoPath, Standing>, authors: readonly string[]) {
    this.#elsewhere = elsewhere;
    this.#authors = new Set(authors.map((author) => author.toLowerCase()));
    for (const record of reviews) {
      if (record.kind !== 'trusted') continue;
      for (const unit of record.review.units) this.#entries.set(unit.digest, [...(this.#entries.get(unit.digest) ?? []), { record, unit }]);
    }
  }

  /** Whether equal units that a change adds are covered, all of them. */
  of(added: Added, requirement: Requirement, lacks: Lacks): Cover {
    const entries = (this.#entries.get(added.unit.digest) ?? []).filter(({ unit }) => unit.claim !== 'removed');
    const places = new Set([added.path, ...added.aliases]);
    const here = entries.filter(({ record, unit }) => places.has(unit.path) && (record.settled === undefined || this.#stands(unit)) && fits(unit, added));
    if (vouches(here, added)) return this.#enough(here, requirement, lacks, (some) => vouches(some, added));
    const moved = this.#movedFrom(entries, added);
    if (moved !== undefined) {
      const cover = this.#enough(moved.entries, requirement, lacks, (some) => some.length > 0);
      if (cover.kind === 'covered') this.#spent.add(moved.key);
      return cover;
    }
    const old = added.inBase ? undefined : entries.find(({ record, unit }) => record.settled !== undefined && places.has(unit.path));
    return old === undefined ? { kind: 'none' } : { kind: 'rolled-back', file: old.record.file };
  }

  /** Whether somebody signed that a unit is gone from where it stood. */
  ofRemoval(paths: readonly RepoPath[], digest: Digest, requirement: Requirement): boolean {
    const entries = (this.#entries.get(digest) ?? []).filter(({ record, unit }) => unit.claim === 'removed' && record.settled === undefined && paths.includes(unit.path));
    return entries.length > 0 && this.#enough(entries, requirement, () => [], (some) => some.length > 0).kind === 'covered';
  }

  /** Whether somebody read a unit, or signed for it at or after a moment (ISO 8601, UTC): what was signed before, unread, may rest on a record with a hole. */
  isVouchedSince(digest: Digest, at: string): boolean {
    return (this.#entries.get(digest) ?? []).some(({ record, unit }) => unit.claim === 'vetted' || (unit.claim !== 'removed' && record.review.at >= at));
  }

  /** True when a record is of those that the requirement counts at all. */
  counts({ review, key }: Trusted, { by, keys }: Requirement): boolean {
    if (keys === 'hardware' && key?.startsWith('sk-') !== true) return false;
    return by === 'anyone' || !this.#authors.has(review.reviewer.toLowerCase());
  }

  /** The base holds it where a settled record saw it: a branch that was merged and goes on brings it once more. */
  #stands({ path, digest }: ReviewedUnit): boolean {
    return this.#elsewhere.get(path)?.base?.has(digest) === true;
  }

  #enough(entries: readonly Entry[], requirement: Requirement, lacks: Lacks, vouch: (some: readonly Entry[]) => boolean): Cover {
    const [{ record: { file } }] = entries as readonly [Entry];
    const allowed = entries.filter(({ record, unit }) => this.counts(record, requirement) && (requirement.by === 'anyone' || (unit.claim !== 'written' && unit.claim !== 'mine')));
    const short = allowed.map((entry) => ({ entry, lacks: lacks({ unit: entry.unit, review: entry.record.review }) }));
    const eligible = short.filter((each) => each.lacks.length === 0).map(({ entry }) => entry);
    const too = (have: number): Cover => {
      const worst = short.find((each) => each.lacks.length > 0);
      return worst === undefined ? { kind: 'too-few', have, file } : { kind: 'lacking', lacks: worst.lacks as [Lack, ...Lack[]], file: worst.entry.record.file };
    };
    const alone = requirement.prompter === 'not-alone' && eligible.length > 0 ? this.#onlyPrompters(entries, eligible) : undefined;
    if (alone !== undefined) return { kind: 'lacking', lacks: [alone], file: eligible[0]!.record.file };
    if (requirement.reviewers <= 1) return vouch(eligible) ? { kind: 'covered' } : too(0);
    const people = [...new Set(eligible.map(({ record }) => record.review.reviewer.toLowerCase()))].map((person) => eligible.filter(({ record }) => record.review.reviewer.toLowerCase() === person)).filter(vouch);
    // One key under two names is one person.
    const have = Math.min(people.length, new Set(people.flatMap((own) => own.map(({ record }) => record.key ?? record.review.reviewer))).size);
    return have >= requirement.reviewers ? { kind: 'covered' } : too(have);
  }

  /** Set when nobody but people who asked for the code, or committed it, vouches for it. What was typed nobody asked an agent for. */
  #onlyPrompters(entries: readonly Entry[], eligible: readonly Entry[]): Lack | undefined {
    const prompted = entries.filter(({ unit }) => unit.prompted === true);
    const names = new Set([...this.#authors, ...prompted.map(({ record }) => record.review.reviewer.toLowerCase())]);
    const keys = new Set(prompted.flatMap(({ record }) => record.key ?? []));
    const asked = eligible.filter(({ record, unit }) => unit.claim !== 'written' && (names.has(record.review.reviewer.toLowerCase()) || (record.key !== undefined && keys.has(record.key))));
    return asked.length < eligible.length ? undefined : { kind: 'prompter', reviewers: [...new Set(asked.map(({ record }) => record.review.reviewer))] };
  }

  /** Reviews of another file that no longer holds the unit. One place moves to one place. */
  #movedFrom(entries: readonly Entry[], { path, unit, held, size }: Added): { readonly key: string; readonly entries: readonly Entry[] } | undefined {
    if (!isMovable(unit, size) || held !== 1) return undefined;
    for (const from of new Set(entries.map((entry) => entry.unit.path))) {
      const standing = this.#elsewhere.get(from);
      const key = `${unit.digest} ${from}`;
      if (standing === undefined || standing.head?.has(unit.digest) === true || this.#spent.has(key) || family(from) !== family(path)) continue;
      const own = entries.filter(({ record, unit: reviewed }) => reviewed.path === from && (record.settled === undefined || this.#stands(reviewed)));
      if (own.length > 0) return { key, entries: own };
    }
    return undefined;
  }
}

/** True when records speak of as many equal units as were added, and their signers saw as many as there are. */
function vouches(entries: readonly Entry[], { held, added }: Added): boolean {
  const seen = new Set(entries.map(({ unit }) => unit.occurrence?.index ?? 0));
  return seen.size >= added && entries.some(({ unit }) => (unit.occurrence?.of ?? 1) >= held);
}

/** A member of a class was vetted as that class's; where that class is gone, it was renamed. */
function fits(reviewed: ReviewedUnit, { unit, owners }: Added): boolean {
  const [was, is] = [ownerOf(reviewed.label), ownerOf(unit.label)];
  return was === is || was === undefined || !owners.has(was);
}

function family(path: RepoPath): string {
  const language = languageOf(path);
  return isEcmascript(language) ? 'ecmascript' : language;
}
