/**
 * Units that a person typed: what may be signed as `written`.
 * Invariant 1: every character has to be proven typed, or to have stood in the last commit right beside its neighbours; a deletion inside
 * the unit, which nobody recorded, breaks that and the unit has to be vetted instead.
 */
import type { Spans } from '#core/provenance';
import { clip } from '#core/provenance';
import type { Unit } from '#core/unit';

export function writtenUnits(text: string, units: readonly Unit[], spans: Spans, committed: string): readonly Unit[] {
  const old = squeeze(committed);
  return units.filter(({ range }) => {
    const inside = clip(spans, range);
    const typed = inside.filter(({ origin, evidence }) => origin.kind === 'human' && evidence.some(({ kind }) => kind === 'keyboard'));
    if (typed.length === 0 || typed.length !== inside.filter((span) => text.slice(span.range.start, span.range.end).trim() !== '').length) return false;
    let rest = '';
    let at = range.start;
    for (const { range: part } of typed) {
      rest += text.slice(at, part.start);
      at = part.end;
    }
    rest = squeeze(rest + text.slice(at, range.end));
    return rest === '' || old.includes(rest);
  });
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, '');
}
