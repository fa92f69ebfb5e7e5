/**
 * Regions: untrusted spans that belong together as one reviewable piece. Their state is asked, never stored (invariant 6).
 */
import type { Digest } from './digest.ts';
import type { Origin, Span, Spans } from './provenance.ts';
import type { Range } from './text.ts';
import type { Unit } from './unit.ts';

export interface Region {
  /** Stable while the content is: the digest of its units' digests and which of its equals it is. */
  readonly id: Digest;
  readonly range: Range;
  /** The units it is made of; each holds at least one untrusted character. */
  readonly units: readonly Unit[];
  /** The untrusted spans inside. */
  readonly spans: readonly Span[];
  /** The origin of most of its untrusted characters. */
  readonly origin: Origin;
}

/** What a person is shown. `unvetted` has never been vetted; `changed` was, and a unit's content is no longer what was vetted. */
export type RegionState = 'unvetted' | 'changed' | 'vetted';

/** Joins untrusted spans to units: a whole unit (a function) is a region of its own, short neighbours of one origin are shown as one. */
export function regionsOf(_text: string, _units: readonly Unit[], _spans: Spans): readonly Region[] {
  throw new Error('not built yet');
}
