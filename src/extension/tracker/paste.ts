/** The observer of copy and paste: it offers no edit, and tells what went to the clipboard and what comes from it. */
import * as vscode from 'vscode';
import type { Range } from '#core/text';

const MIME = 'application/vnd.vetmark.copy';

/** Hears of copies (under a number that the clipboard carries along) and of pastes, before they change the document. */
export interface PasteListener {
  copied(document: vscode.TextDocument, copy: string, range: Range): void;
  pasting(document: vscode.TextDocument, version: number, text: string, copy: string | undefined): void;
}

export class PasteObserver implements vscode.DocumentPasteEditProvider {
  readonly #listener: PasteListener;
  #next = 0;

  constructor(listener: PasteListener) {
    this.#listener = listener;
  }

  register(): vscode.Disposable {
    const metadata = { providedPasteEditKinds: [], copyMimeTypes: [MIME], pasteMimeTypes: ['text/plain', MIME] };
    return vscode.languages.registerDocumentPasteEditProvider([{ scheme: '*' }], this, metadata);
  }

  prepareDocumentPaste(document: vscode.TextDocument, ranges: readonly vscode.Range[], transfer: vscode.DataTransfer): void {
    if (ranges.length !== 1) return;
    const range = { start: document.offsetAt(ranges[0]!.start), end: document.offsetAt(ranges[0]!.end) };
    if (range.start === range.end) return;
    const copy = String(++this.#next);
    this.#listener.copied(document, copy, range);
    transfer.set(MIME, new vscode.DataTransferItem(copy));
  }

  async provideDocumentPasteEdits(document: vscode.TextDocument, _ranges: readonly vscode.Range[], transfer: vscode.DataTransfer): Promise<undefined> {
    const { version } = document;
    const text = await transfer.get('text/plain')?.asString();
    if (text === undefined || text === '') return undefined;
    this.#listener.pasting(document, version, text, await transfer.get(MIME)?.asString());
    return undefined;
  }
}
