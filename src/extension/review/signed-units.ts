/** Units as they are signed for: the content, who is recorded to have written it, and how much of it was read. */
import type { Evidence, Span } from '#core/provenance';
import { provenanceDigest } from '#core/provenance-digest';
import type { Claim, ReviewedUnit } from '#core/review';
import { occurrenceOf, unitsOf } from '#core/unit';
import type { Place } from '../places.ts';
import type { ReadingWatch } from './reading.ts';
import type { RegionEntry } from './registry.ts';
import { agentsIn } from './words.ts';

/** The units of a region, with one claim on all of them. Reading is told where somebody says they vetted it. */
export function unitsSigned(entry: RegionEntry, { path }: Place, claim: Exclude<Claim, 'written' | 'removed'>, reading: ReadingWatch): readonly ReviewedUnit[] {
  const { region, tracked: { text: { text, language, spans } } } = entry;
  const units = unitsOf(text, language);
  return region.units.map((unit): ReviewedUnit => {
    const { label, digest, range } = unit;
    const inside = region.spans.filter((span) => span.range.start < range.end && range.start < span.range.end);
    const provenance = provenanceDigest(spans, range);
    return {
      path,
      label,
      digest,
      claim,
      agents: agentsIn(inside),
      ...occurrenceOf(units, unit),
      ...(claim === 'vetted' && { reading: reading.of(entry, unit) }),
      ...(inside.some(wasPrompted) && { prompted: true }),
      ...(provenance !== undefined && { provenance }),
    };
  });
}

/** Kinds of evidence that only the editor in which the agent worked can have. */
const HERE: ReadonlySet<Evidence['kind']> = new Set(['hook', 'change-reason', 'accept-marker']);

/** An agent was seen at work here: whoever sits here asked for it. */
function wasPrompted({ origin, evidence }: Span): boolean {
  return origin.kind === 'agent' && evidence.some(({ kind }) => HERE.has(kind));
}

/** Each unit once; the claim that was given last counts. */
export function distinct(units: readonly ReviewedUnit[]): readonly ReviewedUnit[] {
  return [...new Map([...units].reverse().map((unit) => [`${unit.path}\0${unit.digest}\0${unit.claim === 'removed' ? 'gone' : (unit.occurrence?.index ?? 0)}`, unit])).values()].reverse();
}
