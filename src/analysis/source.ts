/** What is analysed: a text, and what is known of where it stands. */
export interface Source {
  readonly text: string;
  /** For messages and language only; nothing is read from disk. Repository-relative where known. */
  readonly path: string;
  /** A VS Code language id. */
  readonly language: string;
}
