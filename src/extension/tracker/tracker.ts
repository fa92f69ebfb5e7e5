/**
 * Who wrote what, for every document of the workspace: listens to the editor and the disk and folds what it sees into tracked texts.
 * Invariants: 1 (what is not proven human is untrusted) and 11 (no await and no I/O on the change path; disk and git are asked afterwards).
 */
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { Digest } from '#core/digest';
import { languageOf } from '#core/language';
import type { RepoPath } from '#core/path';
import type { Spans } from '#core/provenance';
import { SpanTree } from '#core/span-tree';
import { applyChange, type Change, type Range } from '#core/text';
import type { Repository } from '#project/repository';
import { Debounced, Disposables } from '../disposable.ts';
import { detached, log } from '../log.ts';
import { isTracked, type Place, type Places } from '../places.ts';
import { caretsBefore, changeOf, detailOf, reasonOf, selectionKindOf } from './gather.ts';
import type { Memory } from './memory.ts';
import { PasteObserver } from './paste.ts';
import { TrackedText } from './tracked-text.ts';

/** Texts beyond these are not recorded, and that is shown as a gap. */
const MOST_CHARACTERS = 1_000_000;
const MOST_LINES = 50_000;
const IDLE = 500;
const MOST_TIMINGS = 10_000;
/** Milliseconds after which a change of a clean document is looked up on disk; once more later, for a write that was under way. */
const SETTLE = [60, 400];

export interface TrackedDocument {
  readonly uri: vscode.Uri;
  readonly text: TrackedText;
  /** `undefined` while it is in no repository. */
  readonly place: Place | undefined;
  /** Absent: recorded. Else why it is not. */
  readonly gap?: string;
  /** The editor's document; absent: it is known from disk only. */
  readonly document?: vscode.TextDocument;
  /** Changes made before the former labels were found: until then nothing can be said of who wrote the rest. Absent: they were. */
  readonly early?: readonly Change[] | undefined;
}

interface Entry extends TrackedDocument {
  place: Place | undefined;
  document?: vscode.TextDocument;
  readonly keep: Debounced;
  /** Changes made before the former spans were found. Absent: they were. */
  early: Change[] | undefined;
  /** The text when it was opened, while `early` is there. */
  opened: string;
  /** Has to be written down before this is looked up. Absent: nothing. */
  waits?: Promise<void>;
  saving: boolean;
  /** The text as it was opened or saved last: what discarding changes goes back to. Absent: not open yet. */
  saved?: string;
}

export interface TrackerChange {
  readonly tracked: TrackedDocument;
  /** Absent: only labels changed, or the document came or went. */
  readonly change?: Change;
}

/** Finds who wrote what a reload brought; answers after the fact. */
export interface DiskExplainer {
  explainReload(tracked: TrackedDocument): Promise<void>;
}

export class Tracker {
  readonly #disposables = new Disposables();
  readonly #entries = new Map<string, Entry>();
  readonly #places: Places;
  readonly #memory: Memory;
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<TrackerChange>());
  readonly #paste = new PasteObserver((document) => this.#entries.get(document.uri.toString())?.text);
  readonly #offered = new Map<string, { readonly version: number; readonly changes: readonly { readonly title: string; readonly change: Change }[] }>();
  #explainer: DiskExplainer | undefined;
  #timings: number[] = [];

  /** Fired on the change path: listeners only take note. */
  readonly onDidChange = this.#changed.event;

  constructor(places: Places, memory: Memory) {
    this.#places = places;
    this.#memory = memory;
    this.#disposables.addAll(
      this.#paste.register(),
      vscode.workspace.onDidOpenTextDocument((document) => this.#opened(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#closed(document)),
      vscode.workspace.onDidChangeTextDocument((event) => {
        const started = performance.now();
        this.#documentChanged(event);
        if (event.contentChanges.length > 0) this.#time(performance.now() - started);
      }),
      vscode.window.onDidChangeTextEditorSelection((event) => this.#selected(event)),
      vscode.workspace.onWillSaveTextDocument(({ document }) => this.#saving(document, true)),
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

  set explainer(explainer: DiskExplainer) {
    this.#explainer = explainer;
  }

  get documents(): Iterable<TrackedDocument> {
    return this.#entries.values();
  }

  get(uri: vscode.Uri): TrackedDocument | undefined {
    return this.#entries.get(uri.toString());
  }

  /** Our marker behind a built-in accept command. */
  accepted(editor: vscode.TextEditor | undefined, command: string): void {
    const entry = editor === undefined ? undefined : this.#entries.get(editor.document.uri.toString());
    if (entry?.text.accepted(editor!.document.version, command, Date.now())) this.#touched(entry);
  }

  /** Changes that our own quick-fixes would make to this version of a document: recognised when one of them comes. */
  offer(document: vscode.TextDocument, changes: readonly { readonly title: string; readonly change: Change }[]): void {
    this.#offered.set(document.uri.toString(), { version: document.version, changes });
  }

  /** Labels of a tracked text were changed from outside (a hook, git). */
  relabelled(uri: vscode.Uri): void {
    const entry = this.#entries.get(uri.toString());
    if (entry !== undefined) this.#touched(entry);
  }

  /** Takes in a file that is not open and was not known, with the text the disk has; `came` are its ranges that the disk brought, and the digest of the text before. */
  takeFromDisk(repository: Repository, file: RepoPath, text: string, spans: Spans, came: { readonly before: Digest | null | undefined; readonly ranges: readonly Range[] }): TrackedDocument | undefined {
    const uri = this.#places.uriOf(repository, file);
    const id = uri.toString();
    if (this.#entries.get(id) !== undefined) return undefined;
    const entry = this.#entry(uri, new TrackedText(text, spans, languageOfUri(uri)), { repository, path: file });
    entry.text.cameFromDisk(came.before, came.ranges);
    this.#entries.set(id, entry);
    this.#touched(entry);
    return entry;
  }

  /** The disk holds another text of a file that is known and not open. */
  reloadFromDisk(uri: vscode.Uri, text: string): TrackedDocument | undefined {
    const entry = this.#entries.get(uri.toString());
    if (entry === undefined || entry.document !== undefined) return undefined;
    if (entry.text.text !== text) {
      entry.text.fromDisk(text, Date.now());
      this.#touched(entry);
    }
    return entry;
  }

  /** Asks whoever knows what the disk brought. */
  async explain(tracked: TrackedDocument): Promise<void> {
    await this.#explainer?.explainReload(tracked);
  }

  /** The file is no longer on disk; what was remembered of it stays, for it may come back with a branch. */
  dropFromDisk(uri: vscode.Uri): void {
    const entry = this.#entries.get(uri.toString());
    if (entry === undefined || entry.document !== undefined) return;
    entry.keep.dispose();
    this.#entries.delete(uri.toString());
    this.#changed.fire({ tracked: entry });
  }

  #entry(uri: vscode.Uri, text: TrackedText, place: Place | undefined, gap?: string): Entry {
    const entry: Entry = {
      uri,
      text,
      place,
      ...(gap !== undefined && { gap }),
      keep: new Debounced(IDLE, () => detached(this.#keep(entry), 'remembering who wrote a document')),
      early: undefined,
      opened: '',
      saving: false,
    };
    return entry;
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
    const id = document.uri.toString();
    const known = this.#entries.get(id);
    const text = document.getText();
    if (known !== undefined && known.text.text === text && known.text.language === document.languageId && known.early === undefined) {
      known.document = document;
      if (!document.isDirty) known.saved = text;
      this.#changed.fire({ tracked: known });
      return;
    }
    const gap = text.length > MOST_CHARACTERS || document.lineCount > MOST_LINES ? 'too large to record' : undefined;
    const entry = this.#entry(document.uri, new TrackedText(text, known?.text.text === text ? known.text.spans : [], document.languageId), this.#places.find(document.uri), gap);
    entry.document = document;
    if (!document.isDirty) entry.saved = text;
    // What was known of the file from disk is written down first: it is what the new text is compared with.
    if (known?.keep.pending === true) entry.waits = this.#keep(known);
    known?.keep.dispose();
    this.#entries.set(id, entry);
    if (gap !== undefined) {
      this.#changed.fire({ tracked: entry });
      return;
    }
    if (known?.text.text === text && known.early === undefined) {
      this.#changed.fire({ tracked: entry });
      return;
    }
    entry.early = [];
    entry.opened = text;
    if (this.#places.settled || document.uri.scheme !== 'file') detached(this.#remembered(entry), 'looking up who wrote a document');
  }

  async #remembered(entry: Entry): Promise<void> {
    await entry.waits;
    const former = await this.#memory.open(entry.uri, entry.place, entry.opened, Date.now());
    const early = entry.early ?? [];
    entry.early = undefined;
    entry.opened = '';
    if (this.#entries.get(entry.uri.toString()) !== entry) return;
    let carried = SpanTree.of(former);
    for (const change of early) carried = carried.splice(change, () => []);
    for (const span of entry.text.spans) carried = carried.relabel(span.range, span);
    entry.text.adopt(carried.spans);
    this.#touched(entry);
    await this.#explainer?.explainReload(entry);
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
      if (document.isDirty) entry.text.dirtied();
      return;
    }
    const change = changeOf(event);
    const editor = vscode.window.activeTextEditor;
    const active = editor !== undefined && editor.document === document && vscode.window.state.focused;
    const [reason, detail, paste, ownFix] = [reasonOf(event), detailOf(event), this.#paste.take(document), this.#ownFix(entry, document, change)];
    entry.text.change({
      change,
      version: document.version,
      at: Date.now(),
      ...(reason !== undefined && { reason }),
      ...(detail !== undefined && { detail }),
      place: active ? 'focused' : 'background',
      carets: active ? caretsBefore(event, editor.selections) : [],
      phase: entry.saving ? 'saving' : 'editing',
      ...(paste !== undefined && { paste }),
      ...(ownFix !== undefined && { ownFix }),
    });
    entry.early?.push(change);
    if (document.isDirty) entry.text.dirtied();
    else if (entry.text.unsettled.length > 0) this.#settleLater(entry, 0);
    this.#touched(entry, change);
  }

  #ownFix(entry: Entry, document: vscode.TextDocument, change: Change): string | undefined {
    const offered = this.#offered.get(document.uri.toString());
    if (offered === undefined || offered.version !== document.version - 1) return undefined;
    const before = entry.text.text;
    const grown = growth(change);
    const after = applyChange(before, change);
    return offered.changes.find((fix) => growth(fix.change) === grown && applyChange(before, fix.change) === after)?.title;
  }

  #settleLater(entry: Entry, attempt: number): void {
    const wait = SETTLE[attempt];
    if (wait === undefined) return;
    setTimeout(() => detached(this.#settle(entry, attempt), 'looking up a change on disk'), wait);
  }

  /** A clean document whose text the disk has: it was reloaded. */
  async #settle(entry: Entry, attempt: number): Promise<void> {
    const { document } = entry;
    if (document === undefined || document.isDirty || document.uri.scheme !== 'file' || entry.text.unsettled.length === 0) return;
    const { version } = document;
    const disk = await readDisk(document.uri);
    if (document.version !== version || document.isDirty || entry.text.unsettled.length === 0) return;
    if (disk !== document.getText()) {
      this.#settleLater(entry, attempt + 1);
      return;
    }
    entry.saved = disk;
    if (entry.text.reloaded(Date.now()) === undefined) return;
    this.#touched(entry);
    await this.#explainer?.explainReload(entry);
  }

  #selected(event: vscode.TextEditorSelectionChangeEvent): void {
    const { document } = event.textEditor;
    const entry = this.#entries.get(document.uri.toString());
    if (entry === undefined) return;
    const carets = event.selections.map(({ start, end }) => ({ start: document.offsetAt(start), end: document.offsetAt(end) }));
    if (entry.text.selection({ version: document.version, kind: selectionKindOf(event.kind), carets }, Date.now())) this.#touched(entry);
  }

  #saving(document: vscode.TextDocument, saving: boolean): void {
    const entry = this.#entries.get(document.uri.toString());
    if (entry !== undefined) entry.saving = saving;
  }

  #saved(document: vscode.TextDocument): void {
    this.#saving(document, false);
    const entry = this.#entries.get(document.uri.toString());
    if (entry === undefined || entry.gap !== undefined) return;
    entry.saved = document.getText();
    if (entry.text.reconcile(document.getText(), 'the record and the document had drifted apart', Date.now())) {
      log('warn', 'A document held another text than recorded; the difference is kept as a gap.');
      this.#touched(entry);
    }
    if (entry.keep.pending) entry.keep.flush();
  }

  #closed(document: vscode.TextDocument): void {
    const id = document.uri.toString();
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.document !== document) return;
    delete entry.document;
    if (document.uri.scheme !== 'file') {
      entry.keep.dispose();
      this.#entries.delete(id);
    } else if (document.isDirty || document.getText() !== entry.text.text) {
      detached(this.#discarded(entry), 'closing a changed document');
    } else if (entry.keep.pending) {
      entry.keep.flush();
    }
    if (entry.gap !== undefined) this.#entries.delete(id);
    this.#changed.fire({ tracked: entry });
  }

  /** Closed without saving: the disk's text is the truth again. */
  async #discarded(entry: Entry): Promise<void> {
    const disk = await readDisk(entry.uri);
    if (entry.document !== undefined || disk === undefined) return;
    // A disk that holds what was saved last holds nothing that nobody saw.
    if (disk === entry.saved) entry.text.goBack(disk, Date.now());
    else entry.text.reconcile(disk, 'changes were discarded', Date.now());
    this.#touched(entry);
  }

  #renamed(from: vscode.Uri, to: vscode.Uri): void {
    for (const [id, entry] of [...this.#entries]) {
      const moved = movedUri(entry.uri, from, to);
      if (moved === undefined) continue;
      const place = this.#places.find(moved);
      const target = this.#entries.get(moved.toString());
      const fresh = target ?? this.#entry(moved, new TrackedText(entry.text.text, entry.text.spans, languageOfUri(moved)), place);
      if (fresh.text.text === entry.text.text) {
        fresh.early = undefined;
        fresh.text.adopt(entry.text.spans);
      }
      this.#entries.set(moved.toString(), fresh);
      entry.keep.dispose();
      this.#entries.delete(id);
      this.#touched(fresh);
      detached(this.#memory.forget(entry.uri, entry.place), 'forgetting a moved document');
    }
  }

  /** The user deleted it in the editor. */
  #deleted(uri: vscode.Uri): void {
    for (const [id, entry] of [...this.#entries]) {
      if (entry.document !== undefined || movedUri(entry.uri, uri, uri) === undefined) continue;
      entry.keep.dispose();
      this.#entries.delete(id);
      this.#changed.fire({ tracked: entry });
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

function movedUri(uri: vscode.Uri, from: vscode.Uri, to: vscode.Uri): vscode.Uri | undefined {
  if (uri.toString() === from.toString()) return to;
  return uri.scheme === from.scheme && uri.path.startsWith(from.path + '/') ? to.with({ path: to.path + uri.path.slice(from.path.length) }) : undefined;
}

async function readDisk(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8').decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    // Gone or unreadable: that is an answer.
    return undefined;
  }
}
