/** A text was edited (the whole text comes): analysed once typing pauses; an older run is aborted now. */
import type { DidChangeTextDocumentParams } from 'vscode-languageserver';
import { analyseSoon } from '../run.ts';
import type { Session } from '../texts.ts';

/** Milliseconds. */
const PAUSE = 150;

export function didChange(session: Session, { textDocument, contentChanges }: DidChangeTextDocumentParams): void {
  const { uri, version } = textDocument;
  const known = session.texts.get(uri);
  const last = contentChanges.at(-1);
  if (known === undefined || last === undefined) return;
  session.texts.set(uri, { ...known, version, text: last.text });
  analyseSoon(session, uri, PAUSE);
}
