/**
 * Which agent wrote what the disk brought: markers of hooks, chained by digest from the text before to the text after.
 * Invariant 2: a marker is unsigned and can only make code less trusted; it never explains anything as human.
 */
import type { Digest } from '#core/digest';
import type { Arrival } from '#core/provenance';
import type { Range } from '#core/text';
import type { Marker } from '#project/markers';

export interface Explanation {
  readonly arrival: Arrival;
  /** Offsets of the text after. Absent: the chain is whole, all that came in is the agents'. */
  readonly written?: readonly Range[];
}

const LONGEST_CHAIN = 64;

/** Explains what came between `before` (`null`: there was no file; `undefined`: not known) and `after`; `undefined` when no marker ends in `after`. */
export function explain(markers: readonly Marker[], before: Digest | null | undefined, after: Digest): Explanation | undefined {
  const last = newest(markers, after);
  if (last === undefined) return undefined;
  const arrival = arrivalOf(last);
  let marker: Marker | undefined = last;
  for (let steps = 0; marker !== undefined && steps < LONGEST_CHAIN; steps++) {
    if (marker.before === undefined) break;
    if (marker.before === before) return { arrival };
    if (marker.before === null) break;
    marker = newest(markers, marker.before, marker);
  }
  return { arrival, written: last.written };
}

/** What a marker says of the characters it wrote. */
export function arrivalOf(marker: Marker): Arrival {
  return {
    origin: { kind: 'agent', agent: marker.agent, session: marker.session, ...(marker.model !== undefined && { model: marker.model }) },
    evidence: [{ kind: 'hook', agent: marker.agent, tool: marker.tool, ...(marker.call !== undefined && { call: marker.call }) }, { kind: 'disk' }],
    at: marker.at,
  };
}

function newest(markers: readonly Marker[], after: Digest, than?: Marker): Marker | undefined {
  return markers.findLast((marker) => marker.after === after && marker !== than && (than === undefined || marker.at <= than.at));
}
