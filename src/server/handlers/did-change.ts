/** A text was edited: analysed once typing pauses; an older run is aborted now. */
import { performance } from 'node:perf_hooks';
import type { DidChangeTextDocumentParams } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyseSoon } from '../run.ts';
import type { Session } from '../texts.ts';

/** Milliseconds after a key; after a lone insertion that no fingers make, less. */
const PAUSE = 150;
const SOON = 20;
/** Characters that one key brings at most: a new line and its indentation. */
const MOST_TYPED = 40;
/** The longest wait for a text whose analysis takes long: as long as it took, up to this. */
const LONGEST = 3000;

export function didChange(session: Session, { textDocument, contentChanges }: DidChangeTextDocumentParams): void {
  const { uri, version } = textDocument;
  const known = session.texts.get(uri);
  if (known === undefined || contentChanges.length === 0) return;
  TextDocument.update(known, [...contentChanges], version);
  const brought = contentChanges.reduce((sum, { text }) => sum + text.length, 0);
  const long = Math.min(session.took.get(uri) ?? 0, LONGEST);
  const now = performance.now();
  const lone = now - (session.changed.get(uri) ?? 0) > PAUSE + long;
  session.changed.set(uri, now);
  analyseSoon(session, uri, lone && brought > MOST_TYPED ? SOON : Math.max(PAUSE, long));
}
