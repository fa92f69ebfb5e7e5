/** What a session keeps: the open texts, and what runs on them. Nothing else (invariant 10). */
import type { Connection } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** What a handler may touch. */
export interface Session {
  readonly connection: Connection;
  /** Each is changed in place as the editor sends its edits. */
  readonly texts: Map<string, TextDocument>;
  /** Milliseconds that the last whole analysis of a text took. */
  readonly took: Map<string, number>;
  /** When a text was last edited, in monotonic milliseconds. */
  readonly changed: Map<string, number>;
  /** Stops the analysis of a text, waiting or running. */
  readonly running: Map<string, AbortController>;
}
