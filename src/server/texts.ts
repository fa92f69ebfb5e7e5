/** What a session keeps: the open texts, and what runs on them. Nothing else (invariant 10). */
import type { Connection } from 'vscode-languageserver';

export interface OpenText {
  readonly uri: string;
  readonly language: string;
  readonly version: number;
  readonly text: string;
}

/** What a handler may touch. */
export interface Session {
  readonly connection: Connection;
  readonly texts: Map<string, OpenText>;
  /** Stops the analysis of a text, waiting or running. */
  readonly running: Map<string, AbortController>;
}
