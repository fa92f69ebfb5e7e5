/**
 * A text as it was at one moment, put together only when it is read: the keys of a typing run are one edit of the text before the run.
 * Invariant 11: a key in a long text copies no text.
 */
import { applyChange, type Change, type Edit } from '#core/text';

export class Version {
  readonly #base: string;
  /** Absent: the base is the text. */
  readonly #edit: Edit | undefined;
  #text: string | undefined;

  constructor(base: string, edit?: Edit) {
    this.#base = base;
    this.#edit = edit;
    if (edit === undefined) this.#text = base;
  }

  get text(): string {
    this.#text ??= applyChange(this.#base, [this.#edit!]);
    return this.#text;
  }

  after(change: Change): Version {
    const [edit] = change;
    if (edit === undefined) return this;
    if (change.length > 1) return new Version(applyChange(this.text, change));
    const joined = this.#text === undefined ? joinedEdits(this.#edit!, edit) : undefined;
    return joined === undefined ? new Version(this.text, edit) : new Version(this.#base, joined);
  }
}

/** Two edits as one, when the second changes nothing but what the first brought. Longer ones are not worth the copying. */
function joinedEdits({ range, text }: Edit, next: Edit): Edit | undefined {
  const from = next.range.start - range.start;
  const to = next.range.end - range.start;
  if (from < 0 || to > text.length || text.length > LONGEST) return undefined;
  return { range, text: text.slice(0, from) + next.text + text.slice(to) };
}

/** UTF-16 code units of a run. */
const LONGEST = 10_000;
