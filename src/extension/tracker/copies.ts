/**
 * What was copied in this window, and what is being pasted. Knows no editor.
 * Guards: the clipboard carries only a number, so that nobody outside can claim labels.
 */
import type { Span } from '#core/provenance';
import type { Paste } from './signals.ts';

const KEPT = 20;

interface Copied {
  readonly text: string;
  readonly spans: readonly Span[];
}

export class Copies {
  readonly #copied = new Map<string, Copied>();

  /** `spans`: offsets of the text. */
  keep(copy: string, text: string, spans: readonly Span[]): void {
    this.#copied.set(copy, { text, spans });
    if (this.#copied.size > KEPT) this.#copied.delete(this.#copied.keys().next().value!);
  }

  /** A paste with the labels of what was copied, when the clipboard still holds that very text. */
  paste(version: number, text: string, copy: string | undefined): Paste {
    const copied = copy === undefined ? undefined : this.#copied.get(copy);
    const known = copied !== undefined && sameText(copied.text, text);
    return { version, text: known ? copied.text : text, ...(known && { copied: copied.spans }) };
  }
}

function sameText(a: string, b: string): boolean {
  return a.replaceAll('\r\n', '\n') === b.replaceAll('\r\n', '\n');
}
