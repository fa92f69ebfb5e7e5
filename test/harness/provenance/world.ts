/**
 * A small world for interleavings: an editor with one document, a disk, an agent with a hook and a person, on a clock that jumps. The editor tells of
 * changes, the dirty flag, selections and saves in the order a real VS Code was recorded to tell them; what comes between is a matter of chance.
 */
import { digestOf } from '#core/digest';
import type { RepoPath } from '#core/path';
import { lineAt, lineStarts, type Position, type Range } from '#core/text';
import { Copies } from '../../../src/extension/tracker/copies.ts';
import { Fold } from '../../../src/extension/tracker/fold.ts';
import type { Seen } from '../../../src/extension/tracker/seen.ts';

/** Who made a character: base, person, AI, or a tool at the person's order. */
export type Maker = 'b' | 'p' | 'a' | 't';

/** A text and who made each of its characters. */
interface Text {
  readonly text: string;
  readonly makers: readonly Maker[];
}

type Random = (below: number) => number;

const START = 'function base() {\n  return 1;\n}\n\nconst one = base();\nuse(one);\n';
/**
 * What an agent writes: now and then as little as one character or one name. Its characters are nobody else's, so that each tells who made it: a text
 * that comes back from the disk or by an undo is compared by content, and of equal characters nobody can say which one is which.
 */
const AGENT = ['X', '\u00a7', 'STEAL', 'EVIL[TOKEN]@', '\nEXPORT@KEY\u00a77\u00a7\n', 'FUNCTION@F[] <\n  RETURN@9\u00a7\n>\n', ']', '\n', 'ONE', 'CONST@ONE\u00a7STEAL[]\u00a7\n', ' '];
const PERSON = 'abc(x) = 1;\n';
/** As the tracker looks at the disk after a change of a clean document. */
const SETTLE = [60, 400];

export class World {
  readonly fold: Fold;
  readonly #random: Random;
  readonly #agenda: { readonly at: number; readonly order: number; readonly act: () => void }[] = [];
  #now = 1_000_000;
  #order = 0;
  #buffer: Text = { text: START, makers: Array<Maker>(START.length).fill('b') };
  #disk: Text = this.#buffer;
  /** What the editor last read from or wrote to the disk. */
  #synced: Text = this.#buffer;
  #version = 1;
  #dirty = false;
  #caret = START.length;
  #undo: Text[] = [];
  #saving = false;
  #markers = 0;

  constructor(random: Random) {
    this.#random = random;
    this.fold = new Fold({ kind: 'made', at: this.#now, text: START, language: 'typescript', spans: [], awaits: false, onDisk: true }, new Copies());
    this.#see({ kind: 'shown', at: this.#now, dirty: false });
  }

  get buffer(): Text {
    return this.#buffer;
  }

  /** Plays a number of acts at random times, and all that follows from them. */
  run(acts: number): void {
    let at = 0;
    for (let i = 0; i < acts; i++) {
      at += this.#random(4) === 0 ? this.#random(1500) : this.#random(90);
      this.#later(at, this.#chosen());
    }
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#now = next.at;
      next.act();
    }
  }

  #next(): { readonly at: number; readonly act: () => void } | undefined {
    if (this.#agenda.length === 0) return undefined;
    const first = this.#agenda.reduce((best, one) => (one.at < best.at || (one.at === best.at && one.order < best.order) ? one : best));
    this.#agenda.splice(this.#agenda.indexOf(first), 1);
    return first;
  }

  #later(wait: number, act: () => void): void {
    this.#agenda.push({ at: this.#now + wait, order: this.#order++, act });
  }

  #chosen(): () => void {
    const random = this.#random;
    const kind = random(100);
    if (kind < 40) return () => this.#types();
    if (kind < 55) return () => this.#agentWrites();
    if (kind < 62) return () => this.#agentEdits();
    if (kind < 70) return () => this.#saves();
    if (kind < 76) return () => this.#formats('editing');
    if (kind < 84) return () => this.#moves();
    if (kind < 89) return () => this.#undoes();
    if (kind < 94) return () => this.#deletes();
    if (kind < 97) return () => this.#reverts();
    return () => this.#reloads();
  }

  #types(): void {
    const text = PERSON[this.#random(PERSON.length)]!;
    this.#edit({ start: this.#caret, end: this.#caret }, text, 'p', 'focused');
    this.#caret += text.length;
    this.#selected(text === '\n' ? 'none' : 'keyboard');
  }

  /** An arrow key or a click. */
  #moves(): void {
    const near = this.#random(2) === 0;
    this.#caret = near ? Math.min(this.#buffer.text.length, Math.max(0, this.#caret + this.#random(5) - 2)) : this.#random(this.#buffer.text.length + 1);
    this.#selected(this.#random(3) === 0 ? 'mouse' : 'keyboard');
  }

  #deletes(): void {
    if (this.#caret === 0) return;
    this.#edit({ start: this.#caret - 1, end: this.#caret }, '', 'p', 'focused');
    this.#caret -= 1;
    this.#selected('none');
  }

  /** An assistant's workspace edit: at the cursor, or anywhere. */
  #agentEdits(): void {
    const at = this.#random(2) === 0 ? this.#caret : this.#random(this.#buffer.text.length + 1);
    const text = AGENT[this.#random(AGENT.length)]!;
    this.#edit({ start: at, end: at }, text, 'a', 'focused');
    if (at <= this.#caret) {
      this.#caret += text.length;
      this.#selected('none');
    }
  }

  /** An agent writes the file; its hook speaks before, after or never, and the editor sees it a little later. */
  #agentWrites(): void {
    const { text, makers } = this.#disk;
    const at = this.#random(3) === 0 ? Math.min(this.#caret, text.length) : this.#random(text.length + 1);
    const end = Math.min(text.length, at + (this.#random(3) === 0 ? this.#random(6) : 0));
    const written = AGENT[this.#random(AGENT.length)]!;
    const after = replaced({ text, makers }, { start: at, end }, written, 'a');
    const marker = { v: 1 as const, id: String(this.#markers++).padStart(26, '0'), agent: 'codex', session: 's', tool: 'Write', path: 'a.ts' as RepoPath, before: digestOf(text), after: digestOf(after.text), written: [{ start: at, end: at + written.length }], at: this.#now };
    const tell = (): void => this.#see({ kind: 'told', at: this.#now, marker });
    const hook = this.#random(3);
    if (hook === 0) tell();
    this.#later(hook === 0 ? this.#random(200) : 0, () => {
      // The agent works from the text it read: others' writes since are overwritten.
      this.#disk = after;
      if (hook === 1) this.#later(this.#random(1200), tell);
      for (const wait of [this.#random(150), 200 + this.#random(300)]) this.#later(wait, () => this.#reloads());
    });
  }

  /** The editor looks at the disk, and takes its text when nothing is unsaved. */
  #reloads(): void {
    if (this.#dirty || this.#saving || this.#disk.text === this.#buffer.text) return;
    this.#takeDisk('clean');
  }

  /** The person goes back to the file. */
  #reverts(): void {
    if (!this.#dirty || this.#saving) return;
    if (this.#disk.text === this.#buffer.text) return;
    this.#takeDisk('reverted');
  }

  #takeDisk(how: 'clean' | 'reverted'): void {
    const { text } = this.#buffer;
    const disk = this.#disk;
    // As recorded: one edit of whole lines, from the first that differs to the last.
    let start = 0;
    while (start < text.length && text[start] === disk.text[start]) start++;
    start = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
    let tail = 0;
    while (tail < Math.min(text.length, disk.text.length) - start && text[text.length - 1 - tail] === disk.text[disk.text.length - 1 - tail]) tail++;
    const whole = this.#random(3) === 0;
    const [from, end] = whole ? [0, 0] : [start, tail];
    const edit = { range: { start: from, end: text.length - end }, text: disk.text.slice(from, disk.text.length - end) };
    this.#undo.push(this.#buffer);
    const before = this.#buffer;
    this.#buffer = disk;
    this.#synced = disk;
    this.#version++;
    this.#dirty = false;
    this.#changed(before, edit.range, edit.text, 'focused');
    if (how === 'reverted') this.#see({ kind: 'flagged', at: this.#now, dirty: false });
    this.#caret = Math.min(this.#caret, disk.text.length);
    if (this.#random(2) === 0) this.#selected('none');
  }

  #saves(): void {
    // A file that changed meanwhile is not overwritten without a question; the person says no.
    if (!this.#dirty || this.#saving || this.#disk.text !== this.#synced.text) return;
    this.#saving = true;
    this.#see({ kind: 'saving', at: this.#now });
    if (this.#random(2) === 0) this.#formats('saving');
    this.#later(this.#random(40), () => {
      this.#saving = false;
      if (this.#disk.text !== this.#synced.text) return;
      this.#disk = this.#buffer;
      this.#synced = this.#buffer;
      this.#dirty = false;
      this.#see({ kind: 'flagged', at: this.#now, dirty: false });
      this.#see({ kind: 'saved', at: this.#now, text: this.#buffer.text });
    });
  }

  /** A formatter puts or takes a blank beside an `=`. */
  #formats(when: 'editing' | 'saving'): void {
    if (when === 'editing' && this.#saving) return;
    const at = this.#buffer.text.indexOf('=', this.#random(this.#buffer.text.length + 1));
    if (at === -1) return;
    const blank = this.#buffer.text[at + 1] === ' ';
    const range = blank ? { start: at + 1, end: at + 2 } : { start: at + 1, end: at + 1 };
    this.#edit(range, blank ? '' : ' ', 't', 'focused');
    if (this.#caret > at) this.#caret += blank ? -1 : 1;
  }

  #undoes(): void {
    const former = this.#undo.pop();
    if (former === undefined || this.#saving) return;
    const before = this.#buffer;
    this.#buffer = former;
    this.#version++;
    const was = this.#dirty;
    this.#dirty = former.text !== this.#synced.text;
    let [start, tail] = [0, 0];
    const most = Math.min(before.text.length, former.text.length);
    while (start < most && before.text[start] === former.text[start]) start++;
    while (tail < most - start && before.text[before.text.length - 1 - tail] === former.text[former.text.length - 1 - tail]) tail++;
    const range = { start, end: before.text.length - tail };
    this.#changed(before, range, former.text.slice(start, former.text.length - tail), 'focused', 'undo');
    if (was !== this.#dirty) this.#see({ kind: 'flagged', at: this.#now, dirty: this.#dirty });
    this.#caret = Math.min(this.#caret, former.text.length);
    this.#selected('none');
  }

  #edit(range: Range, text: string, maker: Maker, place: 'focused' | 'background'): void {
    const before = this.#buffer;
    this.#undo.push(before);
    this.#buffer = replaced(before, range, text, maker);
    this.#version++;
    // As recorded: the first change of a clean document still says "clean", the flag follows at once.
    this.#changed(before, range, text, place);
    if (!this.#dirty) {
      this.#dirty = true;
      this.#see({ kind: 'flagged', at: this.#now, dirty: true });
    }
  }

  #changed(before: Text, range: Range, text: string, place: 'focused' | 'background', reason?: 'undo'): void {
    const starts = lineStarts(before.text);
    const position = (offset: number): Position => ({ line: lineAt(starts, offset), character: offset - starts[lineAt(starts, offset)]! });
    const caret = position(Math.min(this.#caret, before.text.length));
    this.#see({
      kind: 'changed',
      at: this.#now,
      version: this.#version,
      dirty: this.#dirty,
      edits: [{ range: { start: position(range.start), end: position(range.end) }, rangeOffset: range.start, rangeLength: range.end - range.start, text }],
      focused: place === 'focused',
      selections: place === 'focused' ? [{ start: caret, end: caret }] : [],
      ...(reason !== undefined && { reason }),
    });
  }

  #selected(moved: 'keyboard' | 'mouse' | 'none'): void {
    this.#see({ kind: 'selected', at: this.#now, version: this.#version, moved, carets: [{ start: this.#caret, end: this.#caret }] });
  }

  #see(seen: Seen): void {
    const { next } = this.fold.see(seen);
    if (seen.kind === 'changed' && next === 'look') this.#look(0);
  }

  #look(attempt: number): void {
    const wait = SETTLE[attempt];
    if (wait === undefined) return;
    this.#later(wait, () => {
      if (this.#dirty) return;
      const version = this.#version;
      const { text } = this.#disk;
      // Reading takes a while, in which anything may happen.
      this.#later(this.#random(20), () => {
        if (this.fold.see({ kind: 'looked', at: this.#now, version, text }).next === 'look') this.#look(attempt + 1);
      });
    });
  }
}

function replaced({ text, makers }: Text, { start, end }: Range, by: string, maker: Maker): Text {
  return { text: text.slice(0, start) + by + text.slice(end), makers: [...makers.slice(0, start), ...Array<Maker>(by.length).fill(maker), ...makers.slice(end)] };
}
