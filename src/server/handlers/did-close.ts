/** A text was closed: it is forgotten, and its analysis with it. */
import type { DidCloseTextDocumentParams } from 'vscode-languageserver';
import type { Session } from '../texts.ts';

export function didClose(session: Session, { textDocument }: DidCloseTextDocumentParams): void {
  session.texts.delete(textDocument.uri);
  session.took.delete(textDocument.uri);
  session.changed.delete(textDocument.uri);
  session.packages.delete(textDocument.uri);
  session.running.get(textDocument.uri)?.abort();
  session.running.delete(textDocument.uri);
}
