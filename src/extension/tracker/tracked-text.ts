/**
 * One text and who wrote it: the fold of all changes and of what later signals say about them. Knows no editor, disk or clock.
 * Invariant 11: everything here is synchronous and touches only what a change touches.
 */
import { diffTexts } from '#core/diff';
import { digestOf, type Digest } from '#core/digest';
import { arrive, isUntrusted, type Arrival, type Evidence, type Spans } from '#core/provenance';
import { SpanTree } from '#core/span-tree';
import { carryRange, insertedRanges, intersection, isEmpty, length, type Change, type Range } from '#core/text';
import { applyTransform } from '#core/transform';
import { answer, classify, type Decision, type Question } from './classify.ts';
import { isComposition } from './shapes.ts';
import { SOME_ASSISTANT, type ChangeSignals, type SelectionSignal } from './signals.ts';
import { baselineParts, Scars } from './scars.ts';
import { carryRanges } from './splice.ts';
import { piecesOf, Tombstones } from './tombstones.ts';
import { Version } from './version.ts';

/** A change that a later signal may still explain. Its ranges ride along. */
interface Open {
  readonly question: Question;
  readonly version: number;
  /** Milliseconds since 1970: when it came. */
  readonly at: number;
  readonly evidence: readonly Evidence[];
  ranges: Range[];
}

/** A change that may have come from disk, until it is known. */
interface Unsettled {
  readonly version: number;
  readonly before: Version;
  readonly after: Version;
  ranges: Range[];
  /** A deletion that looked like a key press, should it have come from disk after all. Offsets of the text before. */
  readonly cuts: Change;
}

/** What came from disk. */
export interface Arrived {
  /** The text that the disk was seen to hold. */
  readonly after: string;
  ranges: Range[];
  readonly digests: { readonly before: Digest | null | undefined; readonly after: Digest };
}

/** Milliseconds in which the selection follows its change: both come in one message or two in a row. Later it is an arrow key, or a click. */
const PROMPT = 300;
/** Both hold whole texts. */
const KEPT_ARRIVALS = 32;
const KEPT_RELOADS = 8;

export class TrackedText {
  #version: Version;
  #spans: SpanTree;
  readonly #language: string;
  readonly #tombstones = new Tombstones();
  readonly #scars = new Scars();
  #open: Open | undefined;
  #lastTyped: Range | undefined;
  #lastChange: { readonly version: number; ranges: Range[]; readonly evidence: readonly Evidence[]; readonly marked: boolean } | undefined;
  #unsettled: Unsettled[] = [];
  #fromDisk: Arrived[] = [];

  constructor(text: string, spans: Spans, language: string) {
    this.#version = new Version(text);
    this.#spans = SpanTree.of(spans);
    this.#language = language;
  }

  get text(): string {
    return this.#version.text;
  }

  get spans(): Spans {
    return this.#spans.spans;
  }

  /** The same, for whoever asks for a part. */
  get tree(): SpanTree {
    return this.#spans;
  }

  get language(): string {
    return this.#language;
  }

  /** Folds one change in. Synchronous; the only work on the change path. */
  change(signals: ChangeSignals): void {
    const former = this.#version;
    const { change } = signals;
    if (change.length === 0) return;
    const formerly = this.#spans;
    const decision = classify({ get before() { return former.text; }, language: this.#language, typed: (range) => isTypedIn(formerly, range), ...(this.#lastTyped !== undefined && { lastTyped: this.#lastTyped }) }, signals);
    const deletes = change.some(({ range }) => !isEmpty(range));
    const arrived = decision.kind === 'arrive' && deletes && !isWhole(decision) ? trimmed(former.text, change) : change;
    if (deletes) this.#tombstones.bury(former.text, this.#spans, arrived);
    else this.#tombstones.endRun();
    this.#carryOpen(change);
    this.#version = former.after(change);
    const ranges = insertedRanges(arrived).filter((range) => !isEmpty(range));
    let evidence: readonly Evidence[] = [];
    let scars: readonly Range[] = [];
    switch (decision.kind) {
      case 'carry':
        this.#spans = arrive(this.#spans, change, gap('', signals.at));
        if (!isDeletedByHand(signals)) scars = this.#cut(former.text, change, unexplained(signals));
        else if (takesBaseline(former.text, formerly, change)) this.#cut(former.text, change, { origin: { kind: 'human' }, evidence: [], at: signals.at });
        break;
      case 'restore':
        this.#restore(former.text, change, signals.at);
        break;
      case 'transform':
        this.#spans = applyTransform(former.text, this.#spans, decision.as ?? change, decision.arrival);
        break;
      case 'copied':
        this.#spans = arrive(this.#spans, change, decision.arrival);
        if (ranges.length === 1 && change.some(({ text }) => text === decision.paste.text)) this.#spans = this.#spans.set(ranges[0]!, decision.paste.copied);
        break;
      case 'arrive':
        this.#spans = arrive(this.#spans, arrived, decision.arrival);
        evidence = decision.arrival.evidence;
        if (decision.arrival.origin.kind === 'paste' && ranges.length === 1) this.#pasteBack(ranges[0]!);
        if (deletes && isUntrusted(decision.arrival.origin)) scars = this.#cut(former.text, arrived, decision.arrival);
        if (decision.arrival.origin.kind === 'human') this.#lastTyped = ranges[0];
        if (decision.question !== undefined) this.#open = { question: decision.question, version: signals.version, at: signals.at, evidence, ranges };
        break;
    }
    this.#lastChange = { version: signals.version, ranges, evidence, marked: false };
    if (decision.kind !== 'restore') this.#unsettled.push({ version: signals.version, before: former, after: this.#version, ranges: [...ranges, ...scars], cuts: decision.kind === 'carry' && scars.length === 0 ? change : [] });
    if (this.#unsettled.length > KEPT_ARRIVALS) this.#unsettled.shift();
  }

  #carryOpen(change: Change): void {
    // The first selection event belongs to the change right before it; a further change closes the question as it stands.
    this.#open = undefined;
    if (this.#lastTyped !== undefined) {
      const carried = carryRange(this.#lastTyped, change);
      const composing = change.length === 1 && intersection(this.#lastTyped, change[0]!.range) !== undefined && isComposition(change[0]!.text);
      this.#lastTyped = composing ? insertedRanges(change)[0] : isEmpty(carried) ? undefined : carried;
    }
    this.#scars.carry(change);
    for (const arrived of [...this.#unsettled, ...this.#fromDisk]) arrived.ranges = carryRanges(arrived.ranges, change);
  }

  /** The selection moved: the first one after a change says what made it. True when a label changed. */
  selection(signal: SelectionSignal, at: number): boolean {
    const open = this.#open;
    if (open === undefined || signal.version !== open.version) return false;
    this.#open = undefined;
    if (at - open.at > PROMPT) return false;
    const arrival = answer(open.question, open.ranges, open.evidence, signal, at);
    if (arrival === undefined) return false;
    this.#label(open.ranges, arrival);
    if (arrival.origin.kind === 'human') this.#lastTyped = open.ranges[0];
    if (this.#lastChange?.version === open.version) this.#lastChange = { ...this.#lastChange, evidence: arrival.evidence };
    return true;
  }

  /** Our marker ran right behind the built-in accept command: the change of this very version is the accepted completion. */
  accepted(version: number, command: string, at: number): boolean {
    const last = this.#lastChange;
    if (last === undefined || last.version !== version || last.marked || last.ranges.length === 0) return false;
    this.#lastChange = { ...last, marked: true };
    this.#open = undefined;
    this.#lastTyped = undefined;
    const marker: Evidence = { kind: 'accept-marker', command };
    const ranges = last.ranges.flatMap((range) => this.#unlessNamed(range));
    this.#label(ranges, { origin: { kind: 'agent', agent: SOME_ASSISTANT }, evidence: [marker, ...last.evidence], at });
    return ranges.length > 0;
  }

  /** The parts of a range that no stronger word has given to an agent by name. */
  #unlessNamed(range: Range): Range[] {
    const named = this.#spans.clip(range).some(({ origin }) => origin.kind === 'agent' && origin.agent !== SOME_ASSISTANT);
    return named ? [] : [range];
  }

  /** The document became dirty: what came in until now was edited in memory, not read from disk. */
  dirtied(): void {
    this.#unsettled = [];
  }

  /** Changes that may have come from disk; the caller looks there. */
  get unsettled(): readonly { readonly version: number }[] {
    return this.#unsettled;
  }

  /**
   * The disk holds the text after these changes and nobody made the document dirty: it was reloaded. The characters become external, until
   * `explain` finds who wrote them. Returns what to look up.
   */
  reloaded(at: number): Arrived | undefined {
    const all = this.#unsettled;
    this.#unsettled = [];
    if (all.length === 0) return undefined;
    const external: Arrival = { origin: { kind: 'external' }, evidence: [{ kind: 'disk' }], at };
    const [last] = all.slice(-1);
    const cut = last!.cuts.length > 0 && last!.after === this.#version ? this.#cut(last!.before.text, last!.cuts, external) : [];
    const whole: Arrived = { after: this.text, ranges: [...all.flatMap(({ ranges }) => ranges), ...cut], digests: { before: digestOf(all[0]!.before.text), after: digestOf(this.text) } };
    this.#open = undefined;
    const untransformed = whole.ranges.filter((range) => this.#isNew(range));
    whole.ranges = untransformed;
    this.#label(untransformed, external);
    for (const range of untransformed) this.#untrustedAgain(range);
    this.#fromDisk = [...this.#fromDisk, whole].slice(-KEPT_RELOADS);
    return whole;
  }

  /** The file is not open and the disk holds another text now: it counts as reloaded. */
  fromDisk(text: string, at: number): void {
    const change = diffTexts(this.text, text);
    if (change.length === 0) return;
    this.change({ change, version: 0, at, place: 'background', carets: [], phase: 'editing' });
    this.reloaded(at);
  }

  /** These ranges of the text as it is came from disk since a text of that digest (`null`: there was no file), which nobody here saw change. */
  cameFromDisk(before: Digest | null | undefined, ranges: readonly Range[]): void {
    this.#fromDisk = [...this.#fromDisk, { after: this.text, ranges: [...ranges], digests: { before, after: digestOf(this.text) } }].slice(-KEPT_RELOADS);
  }

  /** Characters that came in with a label of their own, and were not only moved or re-spaced. */
  #isNew(range: Range): boolean {
    return this.#spans.clip(range).some(({ origin }) => origin.kind !== 'tool');
  }

  /** Text that was deleted as an agent's and comes back from disk (a branch switched forth and back) is the agent's again. Never human. */
  #untrustedAgain(range: Range): void {
    const former = this.#tombstones.find(this.text.slice(range.start, range.end));
    const bad = former?.spans.filter(({ origin }) => isUntrusted(origin) && origin.kind !== 'external') ?? [];
    for (const span of bad) this.#spans = this.#spans.relabel({ start: range.start + span.range.start, end: range.start + span.range.end }, span);
  }

  /** Reloads since the text was opened, newest first: a hook that comes late finds its own by digest. */
  get reloads(): readonly Arrived[] {
    return [...this.#fromDisk].reverse();
  }

  /** Someone explains a reload (an agent's hook, git). `written`: offsets of the text after the reload; absent: all of it. */
  explain(arrived: Arrived, arrival: Arrival, written?: readonly Range[]): void {
    const current = arrived.after === this.text;
    const ranges = written === undefined || !current ? arrived.ranges : arrived.ranges.flatMap((range) => written.flatMap((part) => intersection(range, part) ?? []));
    this.#label(ranges, arrival);
  }

  /** Gives ranges of the text as it is now an origin. */
  label(ranges: readonly Range[], arrival: Arrival): void {
    this.#label(ranges, arrival);
  }

  /** The text is found to be another than recorded: what differs is a gap in the record, what is gone leaves a scar. */
  reconcile(text: string, why: string, at: number): boolean {
    if (text === this.text) return false;
    const before = this.text;
    const change = this.#replace(text);
    this.#spans = arrive(this.#spans, change, gap(why, at));
    this.#cut(before, change, gap(why, at));
    return true;
  }

  /** Back to a text that this one once was: changes were discarded. */
  goBack(text: string, at: number): void {
    if (text === this.text) return;
    const before = this.text;
    this.#restore(before, this.#replace(text), at);
  }

  #replace(text: string): Change {
    const change = diffTexts(this.text, text);
    this.#carryOpen(change);
    this.#version = new Version(text);
    this.#lastChange = undefined;
    return change;
  }

  /** Former spans are found after the text was opened (the disk answered): they take the place of the provisional ones. */
  adopt(spans: Spans): void {
    this.#spans = SpanTree.of(spans);
  }

  #label(ranges: readonly Range[], arrival: Arrival): void {
    for (const range of ranges) if (!isEmpty(range)) this.#spans = this.#spans.relabel(range, arrival);
  }

  /** What was cut out of this very text a moment ago and is pasted again is what it was. */
  #pasteBack(range: Range): void {
    const former = this.#tombstones.lastCut(this.text.slice(range.start, range.end));
    if (former !== undefined) this.#spans = this.#spans.set(range, former);
  }

  /** Marks what stands beside deletions. */
  #cut(before: string, change: Change, arrival: Arrival): readonly Range[] {
    const { spans, ranges } = this.#scars.open(before, this.#spans, change, arrival);
    this.#spans = spans;
    return ranges;
  }

  #restore(before: string, change: Change, at: number): void {
    // Text that was cut out as it is comes back as it was; else only what differs comes back: an undo may give a whole document for one word.
    const fine = change.flatMap((edit) => (isEmpty(edit.range) || edit.text === '' || this.#tombstones.find(edit.text) !== undefined ? [edit] : trimmed(before, [edit])));
    this.#spans = arrive(this.#spans, fine, gap('undone text that was not recorded', at));
    for (const { range, text } of piecesOf(fine)) {
      const former = this.#tombstones.find(text);
      if (former !== undefined) this.#spans = this.#spans.set(range, former.spans);
      this.#spans = this.#scars.heal(this.#spans, range, text);
    }
    for (const { range, text } of fine) {
      const again = text === '' ? this.#scars.arrivalOf(before.slice(range.start, range.end)) : undefined;
      if (again !== undefined) this.#cut(before, fine, again);
    }
  }
}

/** Backspace, delete, cut and their like: each deletion in the focused editor stands at a cursor. Nothing else leaves no scar. */
function isDeletedByHand({ place, change, carets, phase }: ChangeSignals): boolean {
  return place === 'focused' && phase === 'editing' && change.every(({ range }) => carets.some((caret) => caret.start <= range.end && range.start <= caret.end));
}

/** Every character was typed, or chosen from the suggestion list after typing; at least one was typed. */
function isTypedIn(spans: SpanTree, range: Range): boolean {
  const inside = spans.clip(range);
  const covered = inside.reduce((sum, span) => sum + length(span.range), 0) === length(range);
  return covered && inside.every(({ origin }) => origin.kind === 'human' || (origin.kind === 'tool' && origin.tool === 'suggest')) && inside.some(({ origin }) => origin.kind === 'human');
}

/** True when a deletion takes away text that stood there when recording began: what a person typed a moment ago leaves no trace. */
function takesBaseline(before: string, spans: SpanTree, change: Change): boolean {
  return change.some(({ range }) => baselineParts(spans, range).some((part) => before.slice(part.start, part.end).trim() !== ''));
}

function unexplained({ at, place }: ChangeSignals): Arrival {
  return { origin: { kind: 'unknown' }, evidence: [...(place === 'background' ? [{ kind: 'shape', shape: 'background' } as const] : []), { kind: 'selection', selection: 'none' }], at };
}

/** What keys and the clipboard bring is theirs as a whole, also where it is what stood there: the cursor is looked for behind it. */
function isWhole({ arrival, question }: Extract<Decision, { kind: 'arrive' }>): boolean {
  return question === 'typed' || arrival.origin.kind === 'human' || arrival.origin.kind === 'paste';
}

/**
 * Each replacement without what it leaves as it was: who wrote that has not changed. A reload may give whole lines anew for one word in the first and one
 * in the last.
 */
function trimmed(before: string, change: Change): Change {
  return change.flatMap(({ range, text }) => {
    const old = before.slice(range.start, range.end);
    if (old.includes('\n') && text.includes('\n')) return diffTexts(old, text).map((edit) => ({ range: { start: edit.range.start + range.start, end: edit.range.end + range.start }, text: edit.text }));
    const most = Math.min(old.length, text.length);
    let head = 0;
    while (head < most && old.charCodeAt(head) === text.charCodeAt(head)) head++;
    let tail = 0;
    while (tail < most - head && old.charCodeAt(old.length - tail - 1) === text.charCodeAt(text.length - tail - 1)) tail++;
    return [{ range: { start: range.start + head, end: range.end - tail }, text: text.slice(head, text.length - tail) }];
  });
}

function gap(reason: string, at: number): Arrival {
  return { origin: { kind: 'unknown' }, evidence: [{ kind: 'gap', reason }], at };
}
