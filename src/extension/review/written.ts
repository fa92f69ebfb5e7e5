/**
 * Units that a person wrote: what may be signed as `written`.
 * Invariant 1: nothing untrusted may stand in the unit, and every deletion that no person made has left an untrusted scar there; so what differs
 * from the text that recording began with came by the keyboard.
 */
import type { Origin, Spans } from '#core/provenance';
import { clip, isUntrusted } from '#core/provenance';
import type { Unit } from '#core/unit';

/** The units in which a person typed, chose a name, renamed or deleted, and nobody else did anything. */
export function writtenUnits(text: string, units: readonly Unit[], spans: Spans): readonly Unit[] {
  return units.filter(({ range }) => {
    const inside = clip(spans, range).filter((span) => text.slice(span.range.start, span.range.end).trim() !== '');
    return inside.some(({ origin }) => isByHand(origin)) && !inside.some(({ origin }) => isUntrusted(origin));
  });
}

/** True when a person made the text say something else; a formatter does not. */
export function isByHand(origin: Origin): boolean {
  return origin.kind === 'human' || (origin.kind === 'tool' && (origin.tool === 'suggest' || origin.tool === 'rename'));
}
