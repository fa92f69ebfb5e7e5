/** The settings, read when asked: each name once. */
import * as vscode from 'vscode';

export type LensMode = 'off' | 'current' | 'all';

export const settings = {
  codeLens: (): LensMode => oneOf(get<unknown>('codeLens.show', 'off'), ['off', 'current', 'all']),
  afterText: (): 'off' | 'current' => oneOf(get<unknown>('afterText.show', 'off'), ['off', 'current']),
  background: (): boolean => get('background.show', false),
  findingsScope: (): 'untrusted' | 'all' => get('findings.scope', 'untrusted'),
  signingKey: (): 'editor' | 'ssh' => (get<unknown>('signing.key', 'editor') === 'ssh' ? 'ssh' : 'editor'),
  keepsRecord: (): boolean => get('provenance.record', true),
  gutterShowsVetted: (): boolean => get('gutter.showVetted', false),
} as const;

function get<T>(name: string, otherwise: T): T {
  return vscode.workspace.getConfiguration('vetmark').get<T>(name) ?? otherwise;
}

/** The first is what a value that is none of them counts as. */
function oneOf<T extends string>(value: unknown, allowed: readonly [T, ...T[]]): T {
  return allowed.find((candidate) => candidate === value) ?? allowed[0];
}

/** Turns the setting over for the user: all regions, or none. */
export async function toggleCodeLens(): Promise<void> {
  await vscode.workspace.getConfiguration('vetmark').update('codeLens.show', settings.codeLens() === 'off' ? 'all' : 'off', vscode.ConfigurationTarget.Global);
}
