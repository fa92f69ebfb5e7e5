/**
 * Marks in the editor: a gutter sign by state on a region's first line, a bar on the others, and the overview ruler. Shapes differ, so that
 * colour is never the only sign. Guards: only what changed is painted again.
 */
import * as vscode from 'vscode';
import { Disposables } from '../disposable.ts';
import { settings } from '../settings.ts';
import type { RegionEntry, Registry } from './registry.ts';

type Mark = 'unvetted' | 'findings' | 'changed' | 'vetted';
const MARKS: readonly Mark[] = ['findings', 'changed', 'unvetted', 'vetted'];

export class Marks {
  readonly #disposables = new Disposables();
  readonly #registry: Registry;
  readonly #heads: Readonly<Record<Mark, vscode.TextEditorDecorationType>>;
  readonly #bodies: Readonly<Record<Mark, vscode.TextEditorDecorationType>>;
  readonly #painted = new WeakMap<vscode.TextEditor, string>();

  constructor(registry: Registry, extension: vscode.Uri) {
    this.#registry = registry;
    this.#heads = byMark((mark) => this.#disposables.add(decoration(extension, mark, 'head')));
    this.#bodies = byMark((mark) => this.#disposables.add(decoration(extension, mark, 'body')));
    this.#disposables.addAll(
      registry.onDidChange((uri) => this.#repaint(uri)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#repaint(undefined)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('vetmark.gutter')) this.#repaint(undefined);
      }),
    );
    this.#repaint(undefined);
  }

  #repaint(uri: vscode.Uri | undefined): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (uri === undefined || editor.document.uri.toString() === uri.toString()) this.#paint(editor);
    }
  }

  #paint(editor: vscode.TextEditor): void {
    const entries = this.#registry.standing(editor.document.uri).filter(({ state }) => state !== 'vetted' || settings.gutterShowsVetted());
    const picture = JSON.stringify([editor.document.version, entries.map((entry) => [entry.from, entry.to, markOf(entry)])]);
    if (this.#painted.get(editor) === picture) return;
    this.#painted.set(editor, picture);
    for (const mark of MARKS) {
      const of = entries.filter((entry) => markOf(entry) === mark);
      editor.setDecorations(this.#heads[mark], of.map(({ from }) => lines(from, from)));
      editor.setDecorations(this.#bodies[mark], of.filter(({ from, to }) => to > from).map(({ from, to }) => lines(from + 1, to)));
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

export function markOf({ state, findings }: RegionEntry): Mark {
  if (state === 'vetted') return 'vetted';
  if (findings.length > 0) return 'findings';
  return state;
}

function byMark(make: (mark: Mark) => vscode.TextEditorDecorationType): Record<Mark, vscode.TextEditorDecorationType> {
  return { unvetted: make('unvetted'), findings: make('findings'), changed: make('changed'), vetted: make('vetted') };
}

function lines(from: number, to: number): vscode.Range {
  return new vscode.Range(from, 0, to, 0);
}

function decoration(extension: vscode.Uri, mark: Mark, part: 'head' | 'body'): vscode.TextEditorDecorationType {
  const icon = (theme: 'light' | 'dark') => vscode.Uri.joinPath(extension, 'media', 'gutter', `${mark}-${part}-${theme}.svg`);
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    gutterIconSize: 'contain',
    light: { gutterIconPath: icon('light') },
    dark: { gutterIconPath: icon('dark') },
    ...(mark !== 'vetted' && { overviewRulerColor: new vscode.ThemeColor(`vetmark.${mark}`), overviewRulerLane: vscode.OverviewRulerLane.Left }),
  });
}
