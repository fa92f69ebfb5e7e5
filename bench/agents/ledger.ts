/**
 * Who wrote the files of a repository, as an editor sees it that has them open: each state that the disk shows is `external` until a hook's marker explains
 * it. The same fold and the same explanation as the product's.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { diffTexts } from '#core/diff';
import { digestOf } from '#core/digest';
import { applyArrival, clip, relabel, type Spans } from '#core/provenance';
import { insertedRanges, intersection } from '#core/text';
import type { Marker } from '#project/markers';
import { arrivalOf, explain } from '../../src/extension/tracker/explain.ts';

interface State {
  readonly text: string;
  readonly spans: Spans;
}

export class Ledger {
  readonly #root: string;
  readonly #states = new Map<string, State>();
  #first = true;

  constructor(root: string) {
    this.#root = root;
  }

  /** Takes in what the disk holds now. What the first look finds is the baseline. */
  look(): void {
    const names = readdirSync(this.#root, { recursive: true, encoding: 'utf8' }).filter((name) => !/^\.git(?:\/|$)/.test(name) && statSync(join(this.#root, name), { throwIfNoEntry: false })?.isFile() === true);
    const markers = this.#markers();
    for (const name of names) this.#take(name, readFileSync(join(this.#root, name), 'utf8'), markers.filter(({ path }) => path === name));
    this.#first = false;
  }

  #take(name: string, text: string, markers: readonly Marker[]): void {
    const known = this.#states.get(name);
    if (known?.text === text) return this.#again(name, known, markers);
    if (this.#first) {
      this.#states.set(name, { text, spans: [] });
      return;
    }
    const before = known ?? { text: '', spans: [] };
    const change = diffTexts(before.text, text);
    let spans = applyArrival(before.spans, change, { origin: { kind: 'external' }, evidence: [{ kind: 'disk' }], at: Date.now() });
    const found = explain(markers, known === undefined ? null : digestOf(before.text), digestOf(text));
    for (const range of found === undefined ? [] : (found.written ?? insertedRanges(change))) {
      for (const span of clip(spans, range)) if (span.origin.kind === 'external') spans = relabel(spans, intersection(span.range, range)!, found!.arrival);
    }
    this.#states.set(name, { text, spans });
  }

  /** A hook that came after the state it speaks of. */
  #again(name: string, { text, spans }: State, markers: readonly Marker[]): void {
    const digest = digestOf(text);
    const late = markers.findLast(({ after }) => after === digest);
    if (late === undefined) return;
    let relabelled = spans;
    for (const range of late.written) for (const span of clip(relabelled, range)) if (span.origin.kind === 'external') relabelled = relabel(relabelled, intersection(span.range, range)!, arrivalOf(late));
    this.#states.set(name, { text, spans: relabelled });
  }

  #markers(): readonly Marker[] {
    const folder = join(this.#root, '.git/vetmark/markers');
    try {
      return readdirSync(folder).sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Marker);
    } catch {
      return [];
    }
  }

  /** True when every character of the line, blanks left out, is this agent's. */
  isAll(path: string, line: string, agent: string): boolean {
    return this.labelOf(path, line) === agent;
  }

  /** Who wrote the characters of a line, in words. */
  labelOf(path: string, line: string): string {
    const state = this.#states.get(path);
    const start = state?.text.split('\n').includes(line) === true ? `\n${state.text}`.indexOf(`\n${line}\n`) : -1;
    if (state === undefined || start < 0) return 'not there';
    return this.#labelsIn(state, start, line).join(', ');
  }

  /** Lines that hold a text, wherever they stand, and the agents that any of their characters are said to be of. */
  linesWith(part: string): readonly { readonly line: string; readonly agents: readonly string[] }[] {
    return [...this.#states.values()].flatMap((state) => {
      let start = 0;
      return state.text.split('\n').flatMap((line) => {
        const at = start;
        start += line.length + 1;
        return line.includes(part) ? [{ line, agents: this.#labelsIn(state, at, line).filter((label) => label !== 'baseline' && label !== 'external') }] : [];
      });
    });
  }

  #labelsIn({ spans }: State, start: number, line: string): readonly string[] {
    const labels = [...line].flatMap((character, index) => {
      if (character.trim() === '') return [];
      const [span] = clip(spans, { start: start + index, end: start + index + 1 });
      return [span === undefined ? 'baseline' : span.origin.kind === 'agent' ? span.origin.agent : span.origin.kind];
    });
    return [...new Set(labels)];
  }
}
