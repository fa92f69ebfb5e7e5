/**
 * Who wrote what, for every document of the workspace: hears the editor and hands what it sees to the documents' folds.
 * Invariants: 1 (what is not proven human is untrusted) and 11 (no await and no I/O on the change path; disk and git are asked afterwards).
 */
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { digestOf, type Digest } from '#core/digest';
import { languageOf } from '#core/language';
import type { RepoPath } from '#core/path';
import type { Spans } from '#core/provenance';
import { applyChange, type Change, type Range } from '#core/text';
import type { Marker } from '#project/markers';
import type { Repository } from '#project/repository';
import { Disposables } from '../disposable.ts';
import { detached, log } from '../log.ts';
import { isTracked, type Place, type Places } from '../places.ts';
import { Copies } from './copies.ts';
import { changedOf, movedUri, readDisk, selectedOf } from './editor.ts';
import { Entry, type TrackedDocument } from './entry.ts';
import type { Outcome } from './fold.ts';
import type { Memory } from './memory.ts';
import { PasteObserver } from './paste.ts';
import type { Made, Seen } from './seen.ts';

/** Texts beyond these are not recorded, and that is shown as a gap. */
const MOST_CHARACTERS = 1_000_000;
const MOST_LINES = 50_000;
const MOST_TIMINGS = 10_000;
/** Looks at a text that changes while the disk is asked. */
const ATTEMPTS = 3;
/** Milliseconds after which a change of a clean document is looked up on disk; once more later, for a write that was under way. */
const SETTLE = [60, 400];

export interface TrackerChange {
  readonly tracked: TrackedDocument;
  /** Absent: only labels changed, or the document came or went. */
  readonly change?: Change;
}

/** Who else knows what the disk brought: agents by their hooks, and git. */
export interface Witness {
  markersOf(place: Place): readonly Marker[];
  /** Spans with what the repository knows of the open ranges laid over them; the same spans: nothing. */
  recollect(place: Place, text: string, spans: Spans, open: readonly Range[]): Promise<Spans>;
}

export class Tracker {
  readonly #disposables = new Disposables();
  readonly #entries = new Map<string, Entry>();
  readonly #places: Places;
  readonly #memory: Memory;
  readonly #copies = new Copies();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<TrackerChange>());
  readonly #seen = this.#disposables.add(new vscode.EventEmitter<{ readonly uri: vscode.Uri; readonly seen: Seen | Made }>());
  readonly #offered = new Map<string, { readonly version: number; readonly changes: readonly { readonly title: string; readonly change: Change }[] }>();
  #witness: Witness | undefined;
  #timings: number[] = [];

  /** Fired on the change path: listeners only take note. */
  readonly onDidChange = this.#changed.event;
  /** All that is folded, for recorders; as the editor gave it. */
  readonly onDidSee = this.#seen.event;

  constructor(places: Places, memory: Memory) {
    this.#places = places;
    this.#memory = memory;
    const paste = new PasteObserver({
      copied: ({ uri }, copy, range) => this.#heard(uri, { kind: 'copied', at: Date.now(), copy, range }),
      pasting: ({ uri }, version, text, copy) => this.#heard(uri, { kind: 'pasting', at: Date.now(), version, text, ...(copy !== undefined && { copy }) }),
    });
    this.#disposables.addAll(
      paste.register(),
      vscode.workspace.onDidOpenTextDocument((document) => this.#opened(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#closed(document)),
      vscode.workspace.onDidChangeTextDocument((event) => {
        const started = performance.now();
        this.#documentChanged(event);
        if (event.contentChanges.length > 0) this.#time(performance.now() - started);
      }),
      vscode.window.onDidChangeTextEditorSelection((event) => this.#heard(event.textEditor.document.uri, selectedOf(event, Date.now()))),
      vscode.workspace.onWillSaveTextDocument(({ document }) => this.#heard(document.uri, { kind: 'saving', at: Date.now() })),
      vscode.workspace.onDidSaveTextDocument((document) => this.#saved(document)),
      vscode.workspace.onDidRenameFiles(({ files }) => files.forEach(({ oldUri, newUri }) => this.#renamed(oldUri, newUri))),
      vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => this.#deleted(uri))),
      places.onDidChange(() => this.#placed()),
    );
    for (const document of vscode.workspace.textDocuments) this.#opened(document);
  }

  #time(took: number): void {
    this.#timings.push(took);
    // Cut now and then, not at each change.
    if (this.#timings.length > 2 * MOST_TIMINGS) this.#timings = this.#timings.slice(-MOST_TIMINGS);
  }

  /** Milliseconds of the newest changes in the change handler, oldest first. */
  get timings(): readonly number[] {
    return this.#timings.slice(-MOST_TIMINGS);
  }

  set witness(witness: Witness) {
    this.#witness = witness;
  }

  get documents(): Iterable<TrackedDocument> {
    return this.#entries.values();
  }

  get(uri: vscode.Uri): TrackedDocument | undefined {
    return this.#entries.get(uri.toString());
  }

  /** Our marker behind a built-in accept command. */
  accepted(editor: vscode.TextEditor | undefined, command: string): void {
    if (editor !== undefined) this.#heard(editor.document.uri, { kind: 'accepted', at: Date.now(), version: editor.document.version, command });
  }

  /** Changes that our own quick-fixes would make to this version of a document: recognised when one of them comes. */
  offer(document: vscode.TextDocument, changes: readonly { readonly title: string; readonly change: Change }[]): void {
    this.#offered.set(document.uri.toString(), { version: document.version, changes });
  }

  /** Takes in a file that is not open and was not known, with the text the disk has; `came` are its ranges that the disk brought, and the digest of the text before. */
  takeFromDisk(repository: Repository, file: RepoPath, text: string, spans: Spans, came: { readonly before: Digest | null | undefined; readonly ranges: readonly Range[] }): TrackedDocument | undefined {
    const uri = this.#places.uriOf(repository, file);
    if (this.#entries.has(uri.toString())) return undefined;
    const entry = this.#make(uri, { kind: 'made', at: Date.now(), text, language: languageOfUri(uri), spans, awaits: false, onDisk: true, came }, { repository, path: file });
    this.#touched(entry);
    return entry;
  }

  /** The disk holds another text of a file that is known and not open. */
  reloadFromDisk(uri: vscode.Uri, text: string): TrackedDocument | undefined {
    const entry = this.#entries.get(uri.toString());
    if (entry === undefined || entry.document !== undefined) return undefined;
    if (entry.text.text !== text) {
      this.#see(entry, { kind: 'reloaded', at: Date.now(), text });
      this.#touched(entry);
    }
    return entry;
  }

  /** Asks whoever knows what the disk brought. */
  async explain(tracked: TrackedDocument): Promise<void> {
    const entry = this.#entries.get(tracked.uri.toString());
    if (entry?.place === undefined || this.#witness === undefined) return;
    const { place } = entry;
    let touched = false;
    for (const marker of this.#witness.markersOf(place)) touched = this.#see(entry, { kind: 'told', at: Date.now(), marker }).touched || touched;
    const outcome = entry.fold.explain();
    if (outcome.next === 'ask git') touched = (await this.#recollect(entry, place, this.#witness)) || touched;
    if (touched || outcome.touched) this.#touched(entry);
  }

  async #recollect(entry: Entry, place: Place, witness: Witness): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { text, spans, reloads } = entry.text;
      const recollected = await witness.recollect(place, text, spans, reloads.flatMap(({ ranges }) => ranges));
      if (recollected === spans) return false;
      // Somebody typed, or a hook spoke, meanwhile.
      if (entry.text.text === text && entry.text.spans === spans) return this.#see(entry, { kind: 'recollected', at: Date.now(), text: digestOf(text), spans: recollected }).touched;
    }
    return false;
  }

  /** The file is no longer on disk; what was remembered of it stays, for it may come back with a branch. */
  dropFromDisk(uri: vscode.Uri): void {
    const entry = this.#entries.get(uri.toString());
    if (entry === undefined || entry.document !== undefined) return;
    this.#drop(entry);
  }

  #make(uri: vscode.Uri, made: Made, place: Place | undefined): Entry {
    const entry = new Entry(uri, made, place, this.#copies, (self) => detached(this.#keep(self), 'remembering who wrote a document'));
    this.#entries.set(uri.toString(), entry);
    this.#seen.fire({ uri, seen: made });
    return entry;
  }

  #drop(entry: Entry): void {
    entry.keep.dispose();
    this.#entries.delete(entry.uri.toString());
    this.#changed.fire({ tracked: entry });
  }

  #see(entry: Entry, seen: Seen): Outcome {
    this.#seen.fire({ uri: entry.uri, seen });
    return entry.fold.see(seen);
  }

  /** Something was seen of a document that may not be tracked. */
  #heard(uri: vscode.Uri, seen: Seen): void {
    const entry = this.#entries.get(uri.toString());
    if (entry !== undefined && entry.gap === undefined && this.#see(entry, seen).touched) this.#touched(entry);
  }

  async #keep(entry: Entry): Promise<void> {
    if (entry.gap !== undefined || entry.early !== undefined || !this.#places.settled) return;
    // Notebook cells have addresses that live as long as the window: their labels do too.
    if (entry.uri.scheme === 'vscode-notebook-cell') return;
    await this.#memory.keep(entry.uri, entry.place, entry.text.text, entry.text.spans);
  }

  #touched(entry: Entry, change?: Change): void {
    entry.keep.call();
    this.#changed.fire({ tracked: entry, ...(change !== undefined && { change }) });
  }

  #opened(document: vscode.TextDocument): void {
    if (!isTracked(document)) return;
    const { uri, languageId: language, isDirty: dirty } = document;
    const [at, text, known] = [Date.now(), document.getText(), this.#entries.get(uri.toString())];
    const same = known?.text.text === text && known.early === undefined;
    if (same && known.text.language === language) {
      known.document = document;
      this.#see(known, { kind: 'shown', at, dirty });
      this.#changed.fire({ tracked: known });
      return;
    }
    const gap = text.length > MOST_CHARACTERS || document.lineCount > MOST_LINES ? 'too large to record' : undefined;
    const entry = this.#make(uri, { kind: 'made', at, text, language, spans: known?.text.text === text ? known.text.spans : [], awaits: !same && gap === undefined, onDisk: uri.scheme === 'file' }, this.#places.find(uri));
    entry.document = document;
    entry.gap = gap;
    this.#see(entry, { kind: 'shown', at, dirty });
    // What was known of the file from disk is written down first: it is what the new text is compared with.
    if (known?.keep.pending === true) entry.waits = this.#keep(known);
    known?.keep.dispose();
    if (entry.early === undefined) this.#changed.fire({ tracked: entry });
    else if (this.#places.settled || uri.scheme !== 'file') detached(this.#remembered(entry), 'looking up who wrote a document');
  }

  async #remembered(entry: Entry): Promise<void> {
    await entry.waits;
    const spans = await this.#memory.open(entry.uri, entry.place, entry.opened, Date.now());
    if (this.#entries.get(entry.uri.toString()) !== entry) return;
    this.#see(entry, { kind: 'recalled', at: Date.now(), spans });
    this.#touched(entry);
    await this.explain(entry);
  }

  /** Repositories became known: documents opened before learn where they are. */
  #placed(): void {
    for (const entry of this.#entries.values()) {
      if (entry.uri.scheme !== 'file') continue;
      entry.place = this.#places.find(entry.uri);
      if (entry.early !== undefined) detached(this.#remembered(entry), 'looking up who wrote a document');
    }
  }

  #documentChanged(event: vscode.TextDocumentChangeEvent): void {
    const { document } = event;
    const entry = this.#entries.get(document.uri.toString());
    if (entry === undefined || entry.gap !== undefined) return;
    if (event.contentChanges.length === 0) {
      this.#see(entry, { kind: 'flagged', at: Date.now(), dirty: document.isDirty });
      return;
    }
    const ownFix = this.#ownFix(entry, event);
    const outcome = this.#see(entry, { ...changedOf(event, Date.now()), ...(ownFix !== undefined && { ownFix }) });
    if (outcome.next === 'look') this.#lookLater(entry, 0);
    this.#touched(entry, outcome.change);
  }

  #ownFix(entry: Entry, { document, contentChanges }: vscode.TextDocumentChangeEvent): string | undefined {
    const offered = this.#offered.get(document.uri.toString());
    if (offered === undefined || offered.version !== document.version - 1) return undefined;
    const before = entry.text.text;
    const grown = contentChanges.reduce((sum, { text, rangeLength }) => sum + text.length - rangeLength, 0);
    const after = document.getText();
    return offered.changes.find((fix) => growth(fix.change) === grown && applyChange(before, fix.change) === after)?.title;
  }

  #lookLater(entry: Entry, attempt: number): void {
    const wait = SETTLE[attempt];
    if (wait !== undefined) setTimeout(() => detached(this.#look(entry, attempt), 'looking up a change on disk'), wait);
  }

  async #look(entry: Entry, attempt: number): Promise<void> {
    const { document } = entry;
    if (document === undefined || document.isDirty || document.uri.scheme !== 'file' || entry.text.unsettled.length === 0) return;
    const { version } = document;
    const text = await readDisk(document.uri);
    const outcome = this.#see(entry, { kind: 'looked', at: Date.now(), version, ...(text !== undefined && { text }) });
    if (outcome.next === 'look') this.#lookLater(entry, attempt + 1);
    if (!outcome.touched) return;
    this.#touched(entry);
    await this.explain(entry);
  }

  #saved(document: vscode.TextDocument): void {
    const entry = this.#entries.get(document.uri.toString());
    if (entry === undefined || entry.gap !== undefined) return;
    if (this.#see(entry, { kind: 'saved', at: Date.now(), text: document.getText() }).touched) {
      log('warn', 'A document held another text than recorded; the difference is kept as a gap.');
      this.#touched(entry);
    }
    if (entry.keep.pending) entry.keep.flush();
  }

  #closed(document: vscode.TextDocument): void {
    const entry = this.#entries.get(document.uri.toString());
    if (entry === undefined || entry.document !== document) return;
    entry.document = undefined;
    if (document.uri.scheme !== 'file' || entry.gap !== undefined) {
      this.#drop(entry);
      return;
    }
    if (document.isDirty || document.getText() !== entry.text.text) detached(this.#discarded(entry), 'closing a changed document');
    else if (entry.keep.pending) entry.keep.flush();
    this.#changed.fire({ tracked: entry });
  }

  /** Closed without saving: the disk's text is the truth again. */
  async #discarded(entry: Entry): Promise<void> {
    const text = await readDisk(entry.uri);
    if (entry.document !== undefined || text === undefined) return;
    this.#see(entry, { kind: 'discarded', at: Date.now(), text });
    this.#touched(entry);
  }

  #renamed(from: vscode.Uri, to: vscode.Uri): void {
    for (const entry of [...this.#entries.values()]) {
      const moved = movedUri(entry.uri, from, to);
      if (moved === undefined) continue;
      const target = this.#entries.get(moved.toString());
      // The editor may have opened the new name already: then its labels are looked up no more, they are here.
      const fresh = this.#make(moved, { kind: 'made', at: Date.now(), text: target?.text.text ?? entry.text.text, language: target?.text.language ?? languageOfUri(moved), spans: target === undefined || target.text.text === entry.text.text ? entry.text.spans : target.text.spans, awaits: false, onDisk: moved.scheme === 'file' }, this.#places.find(moved));
      fresh.document = target?.document;
      target?.keep.dispose();
      entry.keep.dispose();
      this.#entries.delete(entry.uri.toString());
      this.#touched(fresh);
      detached(this.#memory.forget(entry.uri, entry.place), 'forgetting a moved document');
    }
  }

  /** The user deleted it in the editor. */
  #deleted(uri: vscode.Uri): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.document !== undefined || movedUri(entry.uri, uri, uri) === undefined) continue;
      this.#drop(entry);
      detached(this.#memory.forget(entry.uri, entry.place), 'forgetting a deleted document');
    }
  }

  /** Writes down what is not yet. */
  async flush(): Promise<void> {
    const waiting = [...this.#entries.values()].filter(({ keep }) => keep.pending);
    for (const { keep } of waiting) keep.dispose();
    await Promise.all(waiting.map((entry) => this.#keep(entry)));
  }

  dispose(): void {
    this.#disposables.dispose();
    for (const { keep } of this.#entries.values()) keep.dispose();
    this.#entries.clear();
  }
}

function growth(change: Change): number {
  return change.reduce((sum, { range, text }) => sum + text.length - (range.end - range.start), 0);
}

function languageOfUri(uri: vscode.Uri): string {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())?.languageId ?? languageOf(uri.path);
}
