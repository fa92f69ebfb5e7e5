/** Who really wrote each character at the end of a scenario: the script knows, for it made everybody act. */

/**
 * `base`: stood there before. `person`: typed, key by key. `tool`: made at a person's order from what was there (blanks, import order, a chosen
 * name, a snippet of theirs). `outside`: pasted or dropped from elsewhere. `colleague`: came by git. `ai`: an assistant or agent that gave no sign which a
 * stable VS Code shows; `ai:<id>`: one that did. `ai:assistant` is one whose completion was accepted.
 */
export type Author = 'base' | 'person' | 'tool' | 'outside' | 'colleague' | 'ai' | `ai:${string}`;

/** The final text of a document, cut by author. */
export type Truth = readonly (readonly [author: Author, text: string])[];

export function textOf(truth: Truth): string {
  return truth.map(([, text]) => text).join('');
}
