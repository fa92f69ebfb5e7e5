/** How risky regions are, as the checklist page says it: asked for many at once, so the words of a piece of code are looked for once. */
import { checklistFor, riskOf, type Question, type Risk } from '#core/checklist';
import type { Digest } from '#core/digest';
import type { RegionEntry } from './standing.ts';
import type { Trust } from './trust.ts';

const MOST_KNOWN = 20_000;

export class Risks {
  readonly #trust: Trust;
  /** By content: what is asked of a piece of code without findings. */
  readonly #questions = new Map<Digest, readonly Question[]>();

  constructor(trust: Trust) {
    this.#trust = trust;
  }

  /** Lines are one-based, of the whole text. */
  of(entry: RegionEntry): Risk {
    const { place } = entry.tracked;
    const { level, because } = riskOf(this.#asked(entry), entry.findings, place === undefined ? undefined : this.#trust.policyFor(place.repository, place.path).risk);
    return { level, because: because.map((cause) => (cause.kind === 'topic' ? { ...cause, lines: cause.lines.map((line) => line + entry.from) } : cause)) };
  }

  #asked({ region, tracked: { place, text: { text } } }: RegionEntry): readonly Question[] {
    const known = this.#questions.get(region.id);
    if (known !== undefined) return known;
    const code = text.slice(region.range.start, region.range.end);
    const questions = checklistFor({ text: code, range: { start: 0, end: code.length }, findings: [], items: [], ...(place !== undefined && { path: place.path }) });
    if (this.#questions.size >= MOST_KNOWN) this.#questions.clear();
    this.#questions.set(region.id, questions);
    return questions;
  }
}
