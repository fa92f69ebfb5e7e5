/**
 * Marks in the editor: a gutter sign by state on a region's first line, a bar on the others, and the overview ruler; a background where a person
 * asks for it. Shapes differ, so that colour is never the only sign. Guards: only what changed is painted again.
 */
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { Disposables } from '../disposable.ts';
import { settings } from '../settings.ts';
import { Painted, type Lines } from './painted.ts';
import type { RegionEntry, Registry } from './registry.ts';

export type Mark = 'unvetted' | 'findings' | 'changed' | 'vetted';
const MARKS: readonly Mark[] = ['findings', 'changed', 'unvetted', 'vetted'];
const PARTS = ['head', 'body', 'background'] as const;
type Part = (typeof PARTS)[number];

/** What painting took so far. */
interface PaintFigures {
  /** Lists of decorations that were handed to the editor. */
  lists: number;
  /** Milliseconds of each look at an editor, newest last. */
  readonly took: number[];
}

const MOST_FIGURES = 10_000;

export class Marks {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #types: ReadonlyMap<string, vscode.TextEditorDecorationType>;
  readonly #painted = new Map<vscode.TextEditor, Painted>();
  readonly figures: PaintFigures = { lists: 0, took: [] };

  constructor(registry: Registry, extension: vscode.Uri) {
    this.#registry = registry;
    this.#types = new Map(MARKS.flatMap((mark) => PARTS.map((part) => [`${mark} ${part}`, this.#disposables.add(decoration(extension, mark, part))] as const)));
    this.#disposables.addAll(
      registry.onDidChange((uri) => this.#repaint(uri)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#repaint(undefined)),
      vscode.workspace.onDidChangeTextDocument((event) => this.#note(event)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('vetmark.gutter') || event.affectsConfiguration('vetmark.background')) this.#repaint(undefined);
      }),
    );
    this.#repaint(undefined);
  }

  /** On the change path: an edit that keeps the number of lines moves no mark. */
  #note({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    for (const { range, text } of contentChanges) {
      const added = lineBreaks(text) - (range.end.line - range.start.line);
      if (added === 0) continue;
      for (const [editor, painted] of this.#painted) if (editor.document === document) painted.note({ from: range.start.line, to: range.end.line, added });
    }
  }

  #repaint(uri: vscode.Uri | undefined): void {
    const visible = vscode.window.visibleTextEditors;
    for (const editor of this.#painted.keys()) if (!visible.includes(editor)) this.#painted.delete(editor);
    const id = uri?.toString();
    for (const editor of visible) if (id === undefined || editor.document.uri.toString() === id) this.#paint(editor);
  }

  #paint(editor: vscode.TextEditor): void {
    const started = performance.now();
    const painted = this.#painted.get(editor) ?? new Painted();
    this.#painted.set(editor, painted);
    painted.carry();
    for (const [name, lines] of this.#wanted(editor.document.uri)) {
      if (!painted.takes(name, lines)) continue;
      this.figures.lists++;
      editor.setDecorations(this.#types.get(name)!, lines.map(({ from, to }) => new vscode.Range(from, 0, to, 0)));
    }
    this.figures.took.push(performance.now() - started);
    if (this.figures.took.length > 2 * MOST_FIGURES) this.figures.took.splice(0, MOST_FIGURES);
  }

  #wanted(uri: vscode.Uri): ReadonlyMap<string, readonly Lines[]> {
    const lists = new Map<string, Lines[]>([...this.#types.keys()].map((name) => [name, []]));
    const [showsVetted, background] = [settings.gutterShowsVetted(), settings.background()];
    for (const entry of this.#registry.standing(uri)) {
      const mark = markOf(entry);
      if (mark === 'vetted' && !showsVetted) continue;
      const { from, to } = entry;
      lists.get(`${mark} head`)!.push({ from, to: from });
      if (to > from) lists.get(`${mark} body`)!.push({ from: from + 1, to });
      if (background && mark !== 'vetted') lists.get(`${mark} background`)!.push({ from, to });
    }
    return lists;
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

export function markOf({ state, findings }: Pick<RegionEntry, 'state' | 'findings'>): Mark {
  if (state === 'vetted') return 'vetted';
  if (findings.length > 0) return 'findings';
  return state;
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function decoration(extension: vscode.Uri, mark: Mark, part: Part): vscode.TextEditorDecorationType {
  const wholeLine = { isWholeLine: true, rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed };
  if (part === 'background') return vscode.window.createTextEditorDecorationType({ ...wholeLine, backgroundColor: new vscode.ThemeColor(`vetmark.${mark}Background`) });
  const icon = (theme: 'light' | 'dark') => vscode.Uri.joinPath(extension, 'media', 'gutter', `${mark}-${part}-${theme}.svg`);
  return vscode.window.createTextEditorDecorationType({
    ...wholeLine,
    gutterIconSize: 'contain',
    light: { gutterIconPath: icon('light') },
    dark: { gutterIconPath: icon('dark') },
    ...(mark !== 'vetted' && { overviewRulerColor: new vscode.ThemeColor(`vetmark.${mark}`), overviewRulerLane: vscode.OverviewRulerLane.Left }),
  });
}
