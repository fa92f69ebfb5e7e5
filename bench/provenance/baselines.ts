/**
 * Other tools' rules on the same recordings. Each is told of the same changes, selections, saves and hooks, and answers with labels; text it says
 * nothing of is shown as nobody's to review, as these tools do.
 */
import { digestOf } from '#core/digest';
import { diffTexts } from '#core/diff';
import { isUntrusted, type Arrival, type Span } from '#core/provenance';
import { SpanTree } from '#core/span-tree';
import { applyChange, lineAt, lineStarts, type Change, type Range } from '#core/text';
import { changeOf } from '../../src/extension/tracker/gather.ts';
import type { Seen } from '../../src/extension/tracker/seen.ts';
import type { Recording } from '../../test/harness/provenance/recording.ts';

export interface Baseline {
  readonly name: string;
  /** One sentence: its rule. */
  readonly rule: string;
  labels(recording: Recording, file: string): readonly Span[];
}

const person: Arrival = { origin: { kind: 'human' }, evidence: [{ kind: 'keyboard' }], at: 0 };
const machine: Arrival = { origin: { kind: 'agent', agent: 'assistant' }, evidence: [{ kind: 'shape', shape: 'multi-line' }], at: 0 };
const unsure: Arrival = { origin: { kind: 'unknown' }, evidence: [{ kind: 'shape', shape: 'multi-line' }], at: 0 };

/** What a rule works on: the text and labels so far. */
interface State {
  text: string;
  spans: SpanTree;
}

/** A rule's memory of one document. */
interface Rule {
  /** Label of what a change brings. */
  changed(change: Change, state: State, at: number): Arrival;
  /** After anything that was seen. */
  after?(seen: Seen, state: State): void;
}

export const baselines: readonly Baseline[] = [
  { name: "WakaTime's rule", rule: 'AI while more than three inserts of over 50 characters or two line ends fell within 500 ms, until two single keys within 1 s or a save', labels: by(wakatime) },
  { name: 'size and speed', rule: 'points for 3 lines, 40 characters, a function or import, and text over 110 characters a second; from 0.6 AI, from 0.3 unsure, else human', labels: by(sizeAndSpeed) },
  { name: "paste-review's rule", rule: 'to review: one change of 20 lines, or a burst of over 110 characters a second and 20 lines; a line the cursor touches is reviewed', labels: by(pasteReview) },
  { name: 'save claims human', rule: 'an agent’s hook labels what it wrote; each save claims all the rest as human', labels: by(saveClaimsHuman) },
];

function by(make: () => Rule): Baseline['labels'] {
  return ({ events }, file) => {
    let rule = make();
    let state: State = { text: '', spans: SpanTree.of([]) };
    for (const { seen } of events.filter((event) => event.file === file)) {
      if (seen.kind === 'made') {
        [rule, state] = [make(), { text: seen.text, spans: SpanTree.of([]) }];
        continue;
      }
      const change = seen.kind === 'changed' ? changeOf(seen) : seen.kind === 'reloaded' || seen.kind === 'discarded' ? diffTexts(state.text, seen.text) : [];
      if (change.length > 0) {
        const label = rule.changed(change, state, seen.at);
        state.text = applyChange(state.text, change);
        state.spans = state.spans.splice(change, ({ text }) => [{ range: { start: 0, end: text.length }, ...label }]);
      }
      rule.after?.(seen, state);
    }
    return state.spans.spans;
  };
}

function inserted(change: Change): string {
  return change.map(({ text }) => text).join('');
}

function lines(text: string): number {
  return text.split('\n').length - 1;
}

/** wakatime/vscode-wakatime, src/utils.ts and src/wakatime.ts; one of the extensions it lists is held to be active. */
function wakatime(): Rule {
  let candidates: number[] = [];
  let singles: number[] = [];
  let on = false;
  return {
    changed: (change, _state, at) => {
      const text = inserted(change);
      if (change.length === 1 && text.trim().length > 2 && (lines(text) > 2 || text.length > 50)) {
        candidates = [...candidates.filter((time) => at - time <= 500), at];
        if (candidates.length > 3) on = true;
      } else if (text.length === 1) {
        singles = [...singles.filter((time) => at - time <= 1000), at];
        if (singles.length > 1) on = false;
      }
      return on ? machine : person;
    },
    after: (seen) => {
      if (seen.kind === 'saved') on = false;
    },
  };
}

/** The points of copilot-attribution-tracker, and the speed of paste-review-reminder. */
function sizeAndSpeed(): Rule {
  let recent: { readonly at: number; readonly size: number }[] = [];
  return {
    changed: (change, _state, at) => {
      const text = inserted(change);
      const replaced = change.reduce((sum, { range }) => sum + range.end - range.start, 0);
      recent = [...recent.filter((one) => at - one.at <= 100), { at, size: text.length }];
      const fast = recent.length > 1 && recent.reduce((sum, { size }) => sum + size, 0) > 11;
      const points = (lines(text) >= 3 && replaced === 0 ? 0.4 : 0) + (text.length >= 40 ? 0.3 : 0) + (/\b(?:function|import|def|class)\b/.test(text) ? 0.3 : 0) + (text.length >= 100 && replaced > 0 ? 0.2 : 0) + (fast ? 0.3 : 0);
      return points >= 0.6 ? machine : points >= 0.3 ? unsure : person;
    },
  };
}

/** paste-review-reminder. */
function pasteReview(): Rule {
  let burst: { readonly at: number; readonly size: number; readonly lines: number }[] = [];
  return {
    changed: (change, _state, at) => {
      const text = inserted(change);
      if (burst.length > 0 && at - burst.at(-1)!.at > 100) burst = [];
      burst.push({ at, size: text.length, lines: lines(text) });
      const took = Math.max(1, at - burst[0]!.at) / 1000;
      const streamed = burst.length > 1 && burst.reduce((sum, { size }) => sum + size, 0) / took > 110 && burst.reduce((sum, one) => sum + one.lines, 0) > 20;
      return lines(text) >= 20 || streamed ? machine : person;
    },
    after: (seen, state) => {
      if (seen.kind !== 'selected') return;
      const starts = lineStarts(state.text);
      for (const caret of seen.carets) {
        const line = lineAt(starts, Math.min(caret.end, state.text.length));
        relabelAll(state, [{ start: starts[line]!, end: starts[line + 1] ?? state.text.length }], person);
      }
    },
  };
}

/** git-ai's editor extension and its hooks. */
function saveClaimsHuman(): Rule {
  const markers: Extract<Seen, { kind: 'told' }>['marker'][] = [];
  const take = (state: State): void => {
    const digest = digestOf(state.text);
    for (const marker of markers) {
      if (marker.after === digest) relabelAll(state, marker.written, { ...machine, origin: { kind: 'agent', agent: marker.agent } });
    }
  };
  return {
    // Until a save or a hook speaks nothing is said: "untracked".
    changed: () => ({ origin: { kind: 'tool', tool: 'format' }, evidence: [{ kind: 'disk' }], at: 0 }),
    after: (seen, state) => {
      if (seen.kind === 'told') markers.push(seen.marker);
      take(state);
      if (seen.kind !== 'saved') return;
      for (const span of state.spans.spans) if (!isUntrusted(span.origin)) relabelAll(state, [span.range], person);
    },
  };
}

function relabelAll(state: State, ranges: readonly Range[], arrival: Arrival): void {
  for (const range of ranges) {
    for (const part of state.spans.clip(range).map((span) => span.range)) state.spans = state.spans.relabel(part, arrival);
  }
}
