/** Quick-fixes of findings, all safe ones of a file at once, and the way to a rule's page. Offered fixes are told to the tracker, which knows them again when one is chosen. */
import * as vscode from 'vscode';
import type { Finding, Fix } from '#core/finding';
import { touches } from '#core/text';
import type { Tracker } from '../tracker/tracker.ts';
import { rangeIn, type OpenRanges } from './diagnostics.ts';
import { findingsIn } from './shown.ts';
import type { FindingStore } from './store.ts';
import { togetherOf } from './together.ts';

const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append('vetmark');

export class FindingActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, FIX_ALL] };
  readonly #store: FindingStore;
  readonly #ranges: OpenRanges;
  readonly #tracker: Tracker;

  constructor(store: FindingStore, ranges: OpenRanges, tracker: Tracker) {
    this.#store = store;
    this.#ranges = ranges;
    this.#tracker = tracker;
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    if (context.only?.contains(FIX_ALL) === true && !context.only.contains(vscode.CodeActionKind.QuickFix)) return this.#fixAll(document);
    const { findings, version } = this.#store.get(document.uri);
    const at = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    const here = findings.filter((finding) => touches(finding.range, at));
    if (here.length === 0) return [];
    const current = version === document.version;
    if (current) this.#tracker.offer(document, here.flatMap((finding) => finding.fixes));
    return here.flatMap((finding) => {
      const diagnostics = context.diagnostics.filter((diagnostic) => isOf(diagnostic, finding) && diagnostic.range.isEqual(rangeIn(document, finding.range)));
      const fixes = current ? finding.fixes.map((fix) => fixAction(document, fix, diagnostics)) : [];
      const more = fixes.length > 0 && findings.filter(({ rule }) => rule === finding.rule).length > 1 ? [fixAllAction(finding, diagnostics)] : [];
      return [...fixes, ...more, explainAction(finding, diagnostics)];
    });
  }

  /** What "Fix All" and `editor.codeActionsOnSave` apply: safe fixes in untrusted code only. */
  #fixAll(document: vscode.TextDocument): vscode.CodeAction[] {
    const { findings, version } = this.#store.get(document.uri);
    if (version !== document.version) return [];
    const safe = findingsIn(findings, this.#ranges.openRanges(document.uri)).filter(({ fixes: [first] }) => first?.kind === 'safe');
    const fix = togetherOf(safe);
    if (fix === undefined) return [];
    this.#tracker.offer(document, [fix]);
    const action = new vscode.CodeAction(vscode.l10n.t('Apply all safe fixes of Vetmark'), FIX_ALL);
    action.edit = editOf(document, fix);
    return [action];
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

function fixAllAction(finding: Finding, diagnostics: vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction(vscode.l10n.t('Fix all of {0} in untrusted code', finding.rule), vscode.CodeActionKind.QuickFix);
  action.command = { command: 'vetmark.fixAllOfKind', title: action.title, arguments: [finding.rule] };
  action.diagnostics = diagnostics;
  return action;
}

function explainAction(finding: Finding, diagnostics: vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction(vscode.l10n.t('Explain rule {0}', finding.rule), vscode.CodeActionKind.QuickFix);
  action.command = { command: 'vetmark.explainRule', title: vscode.l10n.t('Explain Rule'), arguments: [finding.rule] };
  action.diagnostics = diagnostics;
  return action;
}

function isOf(diagnostic: vscode.Diagnostic, finding: Finding): boolean {
  return diagnostic.source === 'vetmark' && typeof diagnostic.code === 'object' && diagnostic.code.value === finding.rule;
}
