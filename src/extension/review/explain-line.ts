/** Who wrote the line at the cursor, piece by piece, how that is known, and why it is trusted or not: for people who ask, typed lines included. */
import * as vscode from 'vscode';
import { clip, type Spans } from '#core/provenance';
import type { Range } from '#core/text';
import type { FindingStore } from '../findings/store.ts';
import type { Tracker } from '../tracker/tracker.ts';
import { explainTrust } from './explain-trust.ts';
import type { Trust } from './trust.ts';
import { author, evidenceLine, reasonWords } from './words.ts';

export async function explainLine(tracker: Tracker, trust: Trust, findings: FindingStore): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const { document, selection } = editor;
  const tracked = tracker.get(document.uri);
  const line = document.lineAt(selection.active.line);
  if (tracked === undefined || tracked.gap !== undefined) {
    void vscode.window.showInformationMessage([tracked?.gap === undefined ? vscode.l10n.t('Nothing is recorded of this document.') : vscode.l10n.t('Nothing is recorded of this document: {0}.', reasonWords(tracked.gap)), vscode.l10n.t('The gate asks for a review of all that changes in it.')].join(' '));
    return;
  }
  const range = { start: document.offsetAt(line.range.start), end: document.offsetAt(line.range.end) };
  const why = explainTrust(tracked, document.offsetAt(new vscode.Position(line.lineNumber, line.firstNonWhitespaceCharacterIndex)), trust, findings);
  await vscode.window.showQuickPick([...piecesOf(document.getText(), tracked.text.spans, range), ...why], { title: vscode.l10n.t('Line {0}: who wrote it, and who answers for it', line.lineNumber + 1), placeHolder: vscode.l10n.t('Piece by piece, with what speaks for it'), matchOnDetail: true });
}

function piecesOf(text: string, spans: Spans, range: Range): vscode.QuickPickItem[] {
  const items: vscode.QuickPickItem[] = [];
  const baseline = (start: number, end: number): void => {
    if (text.slice(start, end).trim() !== '') items.push({ label: text.slice(start, end).trim(), description: vscode.l10n.t('stood there when recording began'), detail: vscode.l10n.t('The last commit holds it, or nothing says otherwise.') });
  };
  let at = range.start;
  for (const span of clip(spans, range)) {
    baseline(at, span.range.start);
    at = span.range.end;
    const piece = text.slice(span.range.start, span.range.end).trim();
    if (piece !== '') items.push({ label: piece, description: `${author(span)}${span.at === 0 ? '' : `, ${new Date(span.at).toLocaleString(vscode.env.language)}`}`, detail: [...new Set(span.evidence.map(evidenceLine))].join(' ') });
  }
  baseline(at, range.end);
  return items.length > 0 ? items : [{ label: vscode.l10n.t('An empty line'), description: vscode.l10n.t('nobody has to vet it') }];
}
