/**
 * What is painted in one editor, as lines, and what an edit makes of it: the editor moves its decorations by itself, and so does this record.
 * Guards: a list is set again only when it is another, or when an edit touched the border of a mark, where the two could differ.
 */

/** Lines `from` to `to`, zero-based, inclusive. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** Lines `from` to `to` of the text before became `to - from + 1 + added` lines. Only edits that change the number of lines are told. */
export interface LineEdit extends Lines {
  readonly added: number;
}

export class Painted {
  readonly #lists = new Map<string, { lines: readonly Lines[]; doubtful: boolean }>();
  #edits: LineEdit[] = [];

  /** On the change path: takes note and no more. */
  note(edit: LineEdit): void {
    this.#edits.push(edit);
  }

  /** True when a list has to be painted; it is then taken to be. */
  takes(name: string, lines: readonly Lines[]): boolean {
    const known = this.#lists.get(name);
    if (known !== undefined && !known.doubtful && same(known.lines, lines)) return false;
    if (known === undefined && lines.length === 0) return false;
    this.#lists.set(name, { lines, doubtful: false });
    return true;
  }

  /** Moves what is painted along the edits that were noted. */
  carry(): void {
    for (const edit of this.#edits) {
      for (const list of this.#lists.values()) {
        const moved: Lines[] = [];
        for (const lines of list.lines) {
          const now = carried(lines, edit);
          if (now === undefined) list.doubtful = true;
          moved.push(now ?? lines);
        }
        list.lines = moved;
      }
    }
    this.#edits = [];
  }
}

/** `undefined`: where it stands now is the editor's business. */
function carried(lines: Lines, edit: LineEdit): Lines | undefined {
  if (lines.to < edit.from) return lines;
  if (lines.from > edit.to) return { from: lines.from + edit.added, to: lines.to + edit.added };
  if (lines.from < edit.from && lines.to > edit.to) return { from: lines.from, to: lines.to + edit.added };
  return undefined;
}

function same(a: readonly Lines[], b: readonly Lines[]): boolean {
  return a.length === b.length && a.every(({ from, to }, index) => from === b[index]!.from && to === b[index]!.to);
}
