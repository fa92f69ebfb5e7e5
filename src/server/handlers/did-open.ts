/** A text was opened: it is analysed at once. */
import type { DidOpenTextDocumentParams } from 'vscode-languageserver';
import { analyseSoon } from '../run.ts';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Session } from '../texts.ts';

export function didOpen(session: Session, { textDocument }: DidOpenTextDocumentParams): void {
  const { uri, languageId: language, version, text } = textDocument;
  session.texts.set(uri, TextDocument.create(uri, language, version, text));
  analyseSoon(session, uri, 0);
}
