/** The plainest record of who wrote what: a tag on every character, in an array. What the span tree says is held against it. */
import type { Arrival, Spans } from '#core/provenance';
import type { Change, Edit, Range } from '#core/text';

export class TagOracle {
  readonly arrivals: readonly Arrival[];
  readonly #tags: (Arrival | undefined)[] = [];

  /** `arrivals`: all that may come; told apart by their very objects of origin and evidence. */
  constructor(arrivals: readonly Arrival[]) {
    this.arrivals = arrivals;
  }

  get length(): number {
    return this.#tags.length;
  }

  apply(change: Change, arrival: Arrival): void {
    for (const { range, text } of change.toReversed()) this.#tags.splice(range.start, range.end - range.start, ...Array<Arrival>(text.length).fill(arrival));
  }

  /** True when spans (those of `range`, or of the whole text) say of any character another thing than its tag. */
  differs(spans: Spans, range: Range = { start: 0, end: this.length }): boolean {
    let at = range.start;
    for (const { range: held, origin, evidence } of spans) {
      for (; at < held.start; at++) if (this.#tags[at] !== undefined) return true;
      for (; at < held.end; at++) if (this.#tags[at]?.origin !== origin || this.#tags[at]?.evidence !== evidence) return true;
    }
    for (; at < range.end; at++) if (this.#tags[at] !== undefined) return true;
    return at !== range.end;
  }
}

/** One to three edits somewhere in the oracle's text, which stays about as long as wished, and who makes them. */
export function randomChange(random: (below: number) => number, oracle: TagOracle, wished: number): { readonly change: Change; readonly arrival: Arrival } {
  const edits: Edit[] = [];
  let at = 0;
  for (let n = 1 + random(3); n > 0 && at <= oracle.length; n--) {
    const start = at + random(oracle.length - at + 1);
    const end = Math.min(oracle.length, start + (random(3) === 0 ? random(oracle.length > wished ? 60 : 8) : 0));
    edits.push({ range: { start, end }, text: 'x'.repeat(random(4) === 0 ? 0 : random(5)) });
    at = end + 1;
  }
  return { change: edits, arrival: oracle.arrivals[random(oracle.arrivals.length)]! };
}
