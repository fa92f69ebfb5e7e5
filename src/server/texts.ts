/** What a session keeps: the open texts, and what runs on them; what else it was told can be asked for again (invariant 10). */
import type { Connection } from 'vscode-languageserver';
import type { Packages } from '#core/packages';
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
  /** What the project of a text declares, for the modules it imported when the editor was asked. */
  readonly packages: Map<string, { readonly modules: string; readonly asked: number; readonly packages: Packages | undefined }>;
  /** Stops the analysis of a text, waiting or running. */
  readonly running: Map<string, AbortController>;
}
