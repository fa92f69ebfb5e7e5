/** A few words behind the first line of the region at the cursor: state, author, findings. Off unless a person switches it on. */
import * as vscode from 'vscode';
import { Disposables } from '../disposable.ts';
import { settings } from '../settings.ts';
import type { Cursor } from './cursor.ts';
import type { RegionEntry } from './registry.ts';
import { findingsWord, shortAuthorOf, stateWord } from './words.ts';

export class AfterText {
  readonly #disposables = new Disposables();
  readonly #cursor: Cursor;
  readonly #type = this.#disposables.add(vscode.window.createTextEditorDecorationType({ after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 3em', fontStyle: 'italic' }, rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed }));
  #painted: vscode.TextEditor | undefined;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    this.#disposables.addAll(
      cursor.onDidChange(() => this.#paint()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('vetmark.afterText')) this.#paint();
      }),
    );
  }

  #paint(): void {
    const entry = settings.afterText() === 'current' ? this.#cursor.entry : undefined;
    const editor = vscode.window.activeTextEditor;
    if (this.#painted !== undefined && (this.#painted !== editor || entry === undefined)) this.#painted.setDecorations(this.#type, []);
    this.#painted = undefined;
    if (entry === undefined || editor?.document.uri.toString() !== entry.uri.toString()) return;
    const end = editor.document.lineAt(entry.from).range.end;
    editor.setDecorations(this.#type, [{ range: new vscode.Range(end, end), renderOptions: { after: { contentText: wordsOf(entry) } } }]);
    this.#painted = editor;
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

function wordsOf(entry: RegionEntry): string {
  return [stateWord(entry.state), shortAuthorOf(entry), ...(entry.findings.length === 0 ? [] : [findingsWord(entry.findings.length)])].join(' · ');
}
