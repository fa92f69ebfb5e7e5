/** Quick-fixes of findings, and the way to a rule's page. Offered fixes are told to the tracker, which knows them again when one is chosen. */
import * as vscode from 'vscode';
import type { Finding, Fix } from '#core/finding';
import { touches } from '#core/text';
import type { Tracker } from '../tracker/tracker.ts';
import { rangeIn } from './diagnostics.ts';
import type { FindingStore } from './store.ts';

export class FindingActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
  readonly #store: FindingStore;
  readonly #tracker: Tracker;

  constructor(store: FindingStore, tracker: Tracker) {
    this.#store = store;
    this.#tracker = tracker;
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    const { findings, version } = this.#store.get(document.uri);
    const at = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    const here = findings.filter((finding) => touches(finding.range, at));
    if (here.length === 0) return [];
    const current = version === document.version;
    if (current) this.#tracker.offer(document, here.flatMap((finding) => finding.fixes));
    return here.flatMap((finding) => {
      const diagnostics = context.diagnostics.filter((diagnostic) => isOf(diagnostic, finding) && diagnostic.range.isEqual(rangeIn(document, finding.range)));
      const fixes = current ? finding.fixes.map((fix) => fixAction(document, fix, diagnostics)) : [];
      return [...fixes, explainAction(finding, diagnostics)];
    });
  }
}

function fixAction(document: vscode.TextDocument, fix: Fix, diagnostics: vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.edit = editOf(document, fix);
  action.diagnostics = diagnostics;
  action.isPreferred = fix.kind === 'safe';
  return action;
}

/** A fix as an edit of the workspace. */
export function editOf(document: vscode.TextDocument, fix: Fix): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  edit.set(document.uri, fix.change.map(({ range, text }) => vscode.TextEdit.replace(rangeIn(document, range), text)));
  return edit;
}

function explainAction(finding: Finding, diagnostics: vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction(`Explain rule ${finding.rule}`, vscode.CodeActionKind.QuickFix);
  action.command = { command: 'vetmark.explainRule', title: 'Explain Rule', arguments: [finding.rule] };
  action.diagnostics = diagnostics;
  return action;
}

function isOf(diagnostic: vscode.Diagnostic, finding: Finding): boolean {
  return diagnostic.source === 'vetmark' && typeof diagnostic.code === 'object' && diagnostic.code.value === finding.rule;
}
