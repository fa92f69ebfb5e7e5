/**
 * The session of one editor: its open texts, and one running analysis per text.
 * Invariant 10: it keeps only texts; killing it loses nothing, for the editor sends them again.
 */
import { TextDocumentSyncKind, type Connection, type InitializeResult } from 'vscode-languageserver';
import { didChange } from './handlers/did-change.ts';
import { didClose } from './handlers/did-close.ts';
import { didOpen } from './handlers/did-open.ts';
import type { Session } from './texts.ts';

/** Speaks the protocol until the editor goes. */
export function serve(connection: Connection): void {
  const session: Session = { connection, texts: new Map(), took: new Map(), changed: new Map(), packages: new Map(), running: new Map() };
  connection.onInitialize((): InitializeResult => ({ capabilities: { textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental } }, serverInfo: { name: 'vetmark' } }));
  connection.onDidOpenTextDocument((params) => didOpen(session, params));
  connection.onDidChangeTextDocument((params) => didChange(session, params));
  connection.onDidCloseTextDocument((params) => didClose(session, params));
  connection.onShutdown(() => {
    for (const run of session.running.values()) run.abort();
  });
  connection.listen();
}
