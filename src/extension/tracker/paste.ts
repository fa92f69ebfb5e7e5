/**
 * What is pasted: an observer of copy and paste that offers no edit. Text copied in this window brings its own labels along; the clipboard
 * carries only a number, so that nobody outside can claim labels.
 */
import * as vscode from 'vscode';
import type { Span } from '#core/provenance';
import { spansIn } from './splice.ts';
import type { Paste } from './signals.ts';
import type { TrackedText } from './tracked-text.ts';

const MIME = 'application/vnd.vetmark.copy';
const KEPT = 20;

interface Copied {
  readonly text: string;
  readonly spans: readonly Span[];
}

export class PasteObserver implements vscode.DocumentPasteEditProvider {
  readonly #find: (document: vscode.TextDocument) => TrackedText | undefined;
  readonly #copies = new Map<string, Copied>();
  #pending: { readonly uri: string; readonly paste: Paste }[] = [];
  #next = 0;

  constructor(find: (document: vscode.TextDocument) => TrackedText | undefined) {
    this.#find = find;
  }

  register(): vscode.Disposable {
    const metadata = { providedPasteEditKinds: [], copyMimeTypes: [MIME], pasteMimeTypes: ['text/plain', MIME] };
    return vscode.languages.registerDocumentPasteEditProvider([{ scheme: '*' }], this, metadata);
  }

  prepareDocumentPaste(document: vscode.TextDocument, ranges: readonly vscode.Range[], transfer: vscode.DataTransfer): void {
    const tracked = this.#find(document);
    if (tracked === undefined || ranges.length !== 1) return;
    const range = { start: document.offsetAt(ranges[0]!.start), end: document.offsetAt(ranges[0]!.end) };
    if (range.start === range.end) return;
    const id = String(++this.#next);
    this.#copies.set(id, { text: tracked.text.slice(range.start, range.end), spans: spansIn(tracked.tree, range) });
    if (this.#copies.size > KEPT) this.#copies.delete(this.#copies.keys().next().value!);
    transfer.set(MIME, new vscode.DataTransferItem(id));
  }

  async provideDocumentPasteEdits(document: vscode.TextDocument, _ranges: readonly vscode.Range[], transfer: vscode.DataTransfer): Promise<undefined> {
    const { version } = document;
    const text = await transfer.get('text/plain')?.asString();
    if (text === undefined || text === '') return undefined;
    const id = await transfer.get(MIME)?.asString();
    const copied = id === undefined ? undefined : this.#copies.get(id);
    const known = copied !== undefined && sameText(copied.text, text);
    this.#pending.push({ uri: document.uri.toString(), paste: { version, text: known ? copied.text : text, ...(known && { copied: copied.spans }) } });
    this.#pending = this.#pending.slice(-KEPT);
    return undefined;
  }

  /** What is being pasted into the version just before this one. */
  take(document: vscode.TextDocument): Paste | undefined {
    const uri = document.uri.toString();
    return this.#pending.find((pending) => pending.uri === uri && pending.paste.version === document.version - 1)?.paste;
  }
}

function sameText(a: string, b: string): boolean {
  return a.replaceAll('\r\n', '\n') === b.replaceAll('\r\n', '\n');
}
