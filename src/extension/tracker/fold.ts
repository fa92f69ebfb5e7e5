/**
 * One document and all that was seen of it, folded into who wrote what. Knows no editor, disk or clock: a recorded list of what was seen gives
 * the same labels again.
 * Invariants: 1 (what is not proven human is untrusted) and 11 (synchronous; the only work on the change path).
 */
import { digestOf } from '#core/digest';
import { isUntrusted, type Spans } from '#core/provenance';
import { SpanTree } from '#core/span-tree';
import { applyChange, intersection, isEmpty, type Change, type Range } from '#core/text';
import type { Marker } from '#project/markers';
import type { Copies } from './copies.ts';
import { arrivalOf, explain } from './explain.ts';
import { changeOf, signalsOf } from './gather.ts';
import type { Changed, Made, Seen } from './seen.ts';
import type { Paste } from './signals.ts';
import { spansIn } from './splice.ts';
import { TrackedText } from './tracked-text.ts';

/** What came of something seen. */
export interface Outcome {
  /** Labels or text changed. */
  readonly touched: boolean;
  readonly change?: Change;
  /** `look`: the change may have come from disk; the caller looks there and says what it saw. `ask git`: what the repository knows of what came from disk. */
  readonly next?: 'look' | 'ask git';
}

const NOTHING: Outcome = { touched: false };
const KEPT_PASTES = 20;
const KEPT_MARKERS = 128;

export class Fold {
  readonly text: TrackedText;
  readonly #copies: Copies;
  readonly #onDisk: boolean;
  #phase: 'editing' | 'saving' = 'editing';
  #dirty = false;
  #version = 0;
  /** The text as it was opened or saved last: what discarding changes goes back to. Absent: not open yet. */
  #saved: string | undefined;
  /** Changes made before the former spans were found. Absent: they were. */
  #early: Change[] | undefined;
  #pastes: Paste[] = [];
  #markers: Marker[] = [];

  constructor({ text, language, spans, awaits, onDisk, came }: Made, copies: Copies) {
    this.text = new TrackedText(text, spans, language);
    this.#copies = copies;
    this.#onDisk = onDisk;
    if (awaits) this.#early = [];
    if (came !== undefined) this.text.cameFromDisk(came.before, came.ranges);
  }

  /** Changes made before the former labels were found: until then nothing can be said of who wrote the rest. Absent: they were. */
  get early(): readonly Change[] | undefined {
    return this.#early;
  }

  see(seen: Seen): Outcome {
    switch (seen.kind) {
      case 'changed':
        return this.#changed(seen);
      case 'shown':
        this.#dirty = seen.dirty;
        if (!seen.dirty) this.#saved = this.text.text;
        return NOTHING;
      case 'flagged':
        this.#dirty = seen.dirty;
        if (seen.dirty) this.text.dirtied();
        return NOTHING;
      case 'selected':
        // Whoever types makes the document dirty, and that is told before the selection; what comes from disk does not.
        if (this.#onDisk && !this.#dirty) return NOTHING;
        return { touched: this.text.selection({ version: seen.version, kind: seen.moved, carets: seen.carets }, seen.at) };
      case 'accepted':
        return { touched: this.text.accepted(seen.version, seen.command, seen.at) };
      case 'saving':
        this.#phase = 'saving';
        return NOTHING;
      case 'saved':
        this.#phase = 'editing';
        this.#saved = seen.text;
        return { touched: this.text.reconcile(seen.text, 'the record and the document had drifted apart', seen.at) };
      case 'copied':
        this.#copies.keep(seen.copy, this.text.text.slice(seen.range.start, seen.range.end), spansIn(this.text.tree, seen.range));
        return NOTHING;
      case 'pasting':
        this.#pastes = [...this.#pastes, this.#copies.paste(seen.version, seen.text, seen.copy)].slice(-KEPT_PASTES);
        return NOTHING;
      case 'looked':
        return this.#looked(seen.version, seen.text, seen.at);
      case 'reloaded':
        if (this.text.text === seen.text) return NOTHING;
        this.text.fromDisk(seen.text, seen.at);
        return this.#explained();
      case 'discarded':
        // A disk that holds what was saved last holds nothing that nobody saw.
        if (seen.text === this.#saved) this.text.goBack(seen.text, seen.at);
        else this.text.reconcile(seen.text, 'changes were discarded', seen.at);
        return { touched: true };
      case 'recalled':
        return this.#recalled(seen.spans);
      case 'told':
        return this.#told(seen.marker);
      case 'recollected':
        if (digestOf(this.text.text) !== seen.text) return NOTHING;
        this.text.adopt(seen.spans);
        return { touched: true };
    }
  }

  /** Tries what hooks said before the document was known. */
  explain(): Outcome {
    return this.#explained();
  }

  #changed(seen: Changed): Outcome {
    const change = changeOf(seen);
    const signals = signalsOf(seen, change, this.#phase, this.#pastes.find(({ version }) => version === seen.version - 1));
    this.text.change(this.#goesBack(seen, change) ? { ...signals, reason: 'undo' } : signals);
    this.#early?.push(change);
    this.#version = seen.version;
    this.#dirty = seen.dirty;
    if (seen.dirty) this.text.dirtied();
    return { touched: true, change, ...(!seen.dirty && this.text.unsettled.length > 0 && { next: 'look' }) };
  }

  /** A change that makes a changed document clean and gives it the text it was opened or saved with: the person went back to the file. */
  #goesBack({ dirty }: Changed, change: Change): boolean {
    return this.#dirty && !dirty && this.#saved !== undefined && applyChange(this.text.text, change) === this.#saved;
  }

  /** A clean document whose text the disk has: it was reloaded. */
  #looked(version: number, disk: string | undefined, at: number): Outcome {
    if (this.#dirty || version !== this.#version || this.text.unsettled.length === 0) return NOTHING;
    if (disk !== this.text.text) return { touched: false, next: 'look' };
    this.#saved = disk;
    if (this.text.reloaded(at) === undefined) return NOTHING;
    return { ...this.#explained(), touched: true };
  }

  /** Former spans take the place of the provisional ones; what came since lies over them. */
  #recalled(former: Spans): Outcome {
    let carried = SpanTree.of(former);
    for (const change of this.#early ?? []) carried = carried.splice(change, () => []);
    this.#early = undefined;
    for (const span of this.text.spans) carried = carried.relabel(span.range, span);
    this.text.adopt(carried.spans);
    return { ...this.#explained(), touched: true };
  }

  #told(marker: Marker): Outcome {
    if (this.#markers.some(({ id }) => id === marker.id)) return NOTHING;
    this.#markers = [...this.#markers, marker].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(-KEPT_MARKERS);
    return this.#explained();
  }

  /** Tries what is known on everything the disk brought and nobody explained. */
  #explained(): Outcome {
    let touched = false;
    for (const arrived of this.text.reloads) {
      if (!arrived.ranges.some((range) => this.#openParts(range).length > 0)) continue;
      const found = explain(this.#markers, arrived.digests.before, arrived.digests.after);
      if (found === undefined) continue;
      this.text.explain(arrived, found.arrival, found.written);
      touched = true;
    }
    if (touched || this.#wholeText()) return { touched: true };
    return { touched: false, ...(this.text.reloads.length > 0 && { next: 'ask git' }) };
  }

  /** The text is exactly what a marker speaks of: its ranges count, where nothing better is known. */
  #wholeText(): boolean {
    if (this.#markers.length === 0) return false;
    const digest = digestOf(this.text.text);
    const marker = this.#markers.findLast(({ after }) => after === digest);
    if (marker === undefined) return false;
    const open = marker.written.flatMap((range) => this.#openParts(range));
    this.text.label(open, arrivalOf(marker));
    return open.length > 0;
  }

  /** Labels that a marker may replace: a hook names its agent, and nobody else's word on these characters is as good. */
  #openParts(range: Range): Range[] {
    return this.text.tree.clip(range).filter(({ origin }) => isUntrusted(origin) && origin.kind !== 'agent' && origin.kind !== 'paste').flatMap((span) => intersection(span.range, range) ?? []).filter((part) => !isEmpty(part));
  }
}
