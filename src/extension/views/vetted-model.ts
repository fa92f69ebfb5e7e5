/** What became of the code that people signed for: it stands, it changed, it is gone. Asked of the text as it is, never stored. */
import { languageOf } from '#core/language';
import type { Digest } from '#core/digest';
import type { RepoPath } from '#core/path';
import type { CheckedReview, Review, ReviewedUnit } from '#core/review';
import { lineAt, lineStarts } from '#core/text';
import { unitsOf } from '#core/unit';

export type Fate =
  /** `line`, zero-based: where it stands. */
  | { readonly kind: 'stands'; readonly line: number }
  /** Something else stands there now and nobody vetted that. */
  | { readonly kind: 'changed'; readonly line: number }
  /** It is elsewhere, or somebody vetted what took its place. */
  | { readonly kind: 'gone' };

/** The units of a file's present text, by what is asked of them. */
export interface Present {
  readonly lines: ReadonlyMap<Digest, number>;
  readonly labels: ReadonlyMap<string, { readonly line: number; readonly digests: readonly Digest[] }>;
}

export function presentOf(path: RepoPath, text: string): Present {
  const starts = lineStarts(text);
  const lines = new Map<Digest, number>();
  const labels = new Map<string, { line: number; digests: Digest[] }>();
  for (const { range, digest, label } of unitsOf(text, languageOf(path))) {
    const line = lineAt(starts, range.start);
    if (!lines.has(digest)) lines.set(digest, line);
    const known = labels.get(label);
    if (known === undefined) labels.set(label, { line, digests: [digest] });
    else known.digests.push(digest);
  }
  return { lines, labels };
}

/** `vetted`: digests that some trusted record speaks of. */
export function fateOf(unit: Pick<ReviewedUnit, 'label' | 'digest'>, present: Present | undefined, vetted: ReadonlySet<Digest>): Fate {
  const line = present?.lines.get(unit.digest);
  if (line !== undefined) return { kind: 'stands', line };
  const now = present?.labels.get(unit.label);
  if (now === undefined || now.digests.every((digest) => vetted.has(digest))) return { kind: 'gone' };
  return { kind: 'changed', line: now.line };
}

export interface VettedUnit {
  readonly unit: ReviewedUnit;
  readonly fate: Fate;
}

export interface Sitting {
  readonly file: RepoPath;
  readonly review: Review;
  readonly units: readonly VettedUnit[];
}

/** Sittings, those with changed code first, else the newest first. `present` knows the files that records name; one it does not know is gone. */
export function sittingsOf(records: readonly CheckedReview[], present: ReadonlyMap<RepoPath, Present>): readonly Sitting[] {
  const trusted = records.filter((record) => record.kind === 'trusted');
  const vetted = new Set(trusted.flatMap(({ review }) => review.units.filter(({ claim }) => claim !== 'removed').map(({ digest }) => digest)));
  const sittings = trusted.map(({ file, review }): Sitting => ({
    file,
    review,
    units: review.units.filter(({ claim }) => claim !== 'removed').map((unit) => ({ unit, fate: fateOf(unit, present.get(unit.path), vetted) })),
  }));
  return sittings.sort((a, b) => Number(isStale(b)) - Number(isStale(a)) || (a.review.at < b.review.at ? 1 : -1));
}

export function isStale({ units }: Sitting): boolean {
  return units.some(({ fate }) => fate.kind === 'changed');
}
