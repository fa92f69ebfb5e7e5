/**
 * Watches what is read: lines of regions to vet that stand on screen, in the active editor of a focused window, while the person shows signs of life and
 * the checklist page has not the focus. What the record says of it, a policy can demand.
 * Invariant 11: a key pressed costs a note of the time and, at most, the addition of what was on screen; nothing is cut or looked up.
 */
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { Reading } from '#core/review';
import type { Unit } from '#core/unit';
import { lineStarts, linesOf } from '#core/text';
import { Disposables } from '../disposable.ts';
import { ReadingBook, type OnScreen } from './reading-book.ts';
import type { RegionEntry, Registry } from './registry.ts';

/** Milliseconds that the same lines have to stand still before they count: what rushes by is not read. */
const STILL = 250;
/** Milliseconds after the last sign of life (cursor, scrolling, a change of editor) at which reading is taken to have ended. */
const LIFE = 120_000;

export class ReadingWatch {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #book = new ReadingBook();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the picture last changed, and the last sign of life. Monotonic milliseconds. */
  #disturbed = 0;
  #alive = 0;
  #onPage: 'page' | 'editor' = 'editor';
  #current: { readonly screen: readonly OnScreen[]; since: number } | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
    const disturb = (): void => this.#disturb();
    this.#disposables.addAll(
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        if (textEditor === vscode.window.activeTextEditor) this.#live();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
        if (textEditor !== vscode.window.activeTextEditor || kind === vscode.TextEditorSelectionChangeKind.Command || kind === undefined) return;
        this.#alive = performance.now();
        if (this.#current === undefined || this.#onPage === 'page') this.#live();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.#live()),
      vscode.window.onDidChangeWindowState(disturb),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) this.#disturb();
      }),
      registry.onDidChange(disturb),
    );
    this.#live();
  }

  /** The page took the focus, or lost it: whoever answers questions does not read code. */
  focus(where: 'page' | 'editor'): void {
    this.#onPage = where;
    this.#disturb();
  }

  /** How much of a region, or of one of its units, was read until now. */
  of(entry: RegionEntry, unit?: Unit): Reading {
    this.#settle();
    const { range: { start, end }, units: [first] } = entry.region;
    const starts = lineStarts(entry.tracked.text.text.slice(start, end));
    // The region may have moved since it was cut; its units are told from its first.
    const cut = first?.range.start ?? start;
    const part = unit === undefined ? { start: 0, end: end - start } : { start: unit.range.start - cut, end: unit.range.end - cut };
    return this.#book.of(keyOf(entry), linesOf(starts, part));
  }

  /** Once signed for, reading starts anew should the code wait again. */
  forget(entry: RegionEntry): void {
    this.#book.forget(keyOf(entry));
  }

  #live(): void {
    this.#alive = performance.now();
    this.#onPage = 'editor';
    this.#disturb();
  }

  /** Ends what counted; looks again once all is still. */
  #disturb(): void {
    this.#settle();
    this.#current = undefined;
    this.#disturbed = performance.now();
    this.#timer ??= setTimeout(() => this.#look(), STILL);
  }

  #look(): void {
    this.#timer = undefined;
    const still = performance.now() - this.#disturbed;
    if (still < STILL) {
      this.#timer = setTimeout(() => this.#look(), STILL - still);
      return;
    }
    const { focused } = vscode.window.state;
    const editor = vscode.window.activeTextEditor;
    if (!focused || editor === undefined || this.#onPage === 'page') return;
    // From when the picture stood still, and not from now: what waited for stillness was on screen, too.
    this.#current = { screen: onScreen(editor, this.#registry), since: this.#disturbed };
  }

  /** Adds what passed since. */
  #settle(): void {
    const current = this.#current;
    if (current === undefined) return;
    const now = performance.now();
    this.#book.add(current.screen, Math.min(now, this.#alive + LIFE) - current.since);
    current.since = now;
  }

  dispose(): void {
    this.#disposables.dispose();
    clearTimeout(this.#timer);
  }
}

function onScreen({ document, visibleRanges }: vscode.TextEditor, registry: Registry): readonly OnScreen[] {
  return registry.standing(document.uri).flatMap((entry): OnScreen[] => {
    if (entry.state === 'vetted') return [];
    const seen = visibleRanges.flatMap(({ start, end }) => linesFrom(Math.max(start.line, entry.from), Math.min(end.line, entry.to))).map((line) => line - entry.from);
    return seen.length === 0 ? [] : [{ key: keyOf(entry), lines: entry.to - entry.from + 1, seen: [...new Set(seen)] }];
  });
}

function linesFrom(from: number, to: number): readonly number[] {
  return to < from ? [] : Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** A region's key holds its content's digest. */
function keyOf({ key }: RegionEntry): string {
  return key;
}
