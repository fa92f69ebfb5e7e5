/** The output channel "Vetmark". Guards: no text of a document is ever logged (invariant 8). */
import * as vscode from 'vscode';

let channel: vscode.LogOutputChannel | undefined;

export function openLog(): vscode.Disposable {
  const opened = vscode.window.createOutputChannel('Vetmark', { log: true });
  channel = opened;
  return {
    dispose: () => {
      // What is still under way may have something to say: a closed channel throws.
      channel = undefined;
      opened.dispose();
    },
  };
}

export function log(level: 'info' | 'warn' | 'error' | 'debug', message: string): void {
  channel?.[level](message);
}

/** A promise nobody waits for: its failure is logged, never lost and never thrown. */
export function detached(work: Promise<unknown>, what: string): void {
  work.catch((error: unknown) => log('error', `${what}: ${error instanceof Error ? error.message : String(error)}`));
}
