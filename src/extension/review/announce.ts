/**
 * Short news in the status bar, and for people who listen as a notification, which is what the editor reads aloud. The stable API does not say
 * whether somebody listens: the setting `editor.accessibilitySupport` does, or a key of ours that was pressed in the editor's accessibility mode.
 */
import * as vscode from 'vscode';

/** What our keys bring along in accessibility mode. */
export const LISTENING = 'listening';

let listening = false;

/** Takes note of what a key brought along. */
export function heard(argument: unknown): void {
  if (argument === LISTENING) listening = true;
}

/** Milliseconds that news stands in the status bar. */
const STANDS = 5000;

export function announce(message: string): void {
  vscode.window.setStatusBarMessage(vscode.l10n.t('Vetmark: {0}', message), STANDS);
  const on = listening || vscode.workspace.getConfiguration('editor').get('accessibilitySupport') === 'on';
  if (on) void vscode.window.showInformationMessage(message);
}
