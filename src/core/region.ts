/**
 * Regions: untrusted spans that belong together as one reviewable piece. Their state is asked, never stored (invariant 6).
 */
import { digestOfParts, type Digest } from './digest.ts';
import { clip, isUntrusted, type Origin, type Span, type Spans } from './provenance.ts';
import type { Range } from './text.ts';
import { isSpace, type Unit } from './unit.ts';

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

/**
 * Joins untrusted spans to units: a whole unit (a function) is a region of its own, short neighbours of one origin are shown as one, and a
 * lone closing brace goes with what stands before it. Ascending.
 */
export function regionsOf(text: string, units: readonly Unit[], spans: Spans): readonly Region[] {
  const untrusted = spans.filter(({ origin }) => isUntrusted(origin));
  const groups: Marked[][] = [];
  units.forEach((unit, index) => {
    const counts = countsOf(text, clip(untrusted, unit.range));
    if (counts.length === 0) return;
    const marked: Marked = { unit, index, counts, size: solidLength(text, unit.range) };
    const group = groups[groups.length - 1];
    if (group !== undefined && belongsTo(group, marked)) group.push(marked);
    else groups.push([marked]);
  });
  const equals = new Map<Digest, number>();
  return groups.map((group) => {
    const content = digestOfParts(group.map(({ unit }) => unit.digest));
    const ordinal = equals.get(content) ?? 0;
    equals.set(content, ordinal + 1);
    const range = { start: group[0]!.unit.range.start, end: group[group.length - 1]!.unit.range.end };
    return {
      id: digestOfParts(['vetmark region 1', content, String(ordinal)]),
      range,
      units: group.map(({ unit }) => unit),
      spans: clip(untrusted, range),
      origin: mostOf(group.flatMap(({ counts }) => counts)),
    };
  });
}

interface Marked {
  readonly unit: Unit;
  readonly index: number;
  /** Untrusted characters that are not white space, by origin. */
  readonly counts: readonly Count[];
  readonly size: number;
}

interface Count {
  readonly origin: Origin;
  readonly characters: number;
}

/** Characters (white space aside) up to which a unit is short; a region of short units grows to ten times that. */
const SHORT = 400;
/** A closing brace, perhaps with a semicolon. */
const TINY = 2;

function belongsTo(group: readonly Marked[], next: Marked): boolean {
  const last = group[group.length - 1]!;
  if (last.index + 1 !== next.index || keyOf(mostOf(last.counts)) !== keyOf(mostOf(next.counts))) return false;
  if (next.size <= TINY) return true;
  if (last.unit.whole || next.unit.whole || next.size > SHORT || last.size > SHORT) return false;
  return group.reduce((sum, { size }) => sum + size, next.size) <= SHORT * 10;
}

function countsOf(text: string, spans: Spans): readonly Count[] {
  return spans.map(({ origin, range }) => ({ origin, characters: solidLength(text, range) })).filter(({ characters }) => characters > 0);
}

function solidLength(text: string, range: Range): number {
  let count = 0;
  for (let i = range.start; i < range.end; i++) if (!isSpace(text.charCodeAt(i))) count++;
  return count;
}

/** The origin with most characters; of two with as many, the one that comes first in the text. */
function mostOf(counts: readonly Count[]): Origin {
  const sums = new Map<string, { origin: Origin; characters: number }>();
  for (const { origin, characters } of counts) {
    const sum = sums.get(keyOf(origin));
    if (sum === undefined) sums.set(keyOf(origin), { origin, characters });
    else sum.characters += characters;
  }
  return [...sums.values()].reduce((most, sum) => (sum.characters > most.characters ? sum : most)).origin;
}

function keyOf(origin: Origin): string {
  switch (origin.kind) {
    case 'agent':
      return `agent ${origin.agent}`;
    case 'tool':
      return `tool ${origin.tool}`;
    case 'human':
    case 'paste':
    case 'external':
    case 'unknown':
      return origin.kind;
  }
}
