/** The settings, read when asked: each name once. */
import * as vscode from 'vscode';

export const settings = {
  codeLens: (): boolean => get('codeLens.enabled', false),
  findingsScope: (): 'untrusted' | 'all' => get('findings.scope', 'untrusted'),
  signingKey: (): 'editor' | 'ssh' => (get<unknown>('signing.key', 'editor') === 'ssh' ? 'ssh' : 'editor'),
  keepsRecord: (): boolean => get('provenance.record', true),
  gutterShowsVetted: (): boolean => get('gutter.showVetted', false),
} as const;

function get<T>(name: string, otherwise: T): T {
  return vscode.workspace.getConfiguration('vetmark').get<T>(name) ?? otherwise;
}

/** Turns the setting over for the user. */
export async function toggleCodeLens(): Promise<void> {
  await vscode.workspace.getConfiguration('vetmark').update('codeLens.enabled', !settings.codeLens(), vscode.ConfigurationTarget.Global);
}
