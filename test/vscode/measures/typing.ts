/** Typing as measures and their peer without Vetmark do it: the same files, the same keys. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';

/** Milliseconds that one measure may take; it reports what it has by then. */
const LONGEST = 30_000;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
export const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;

/** A function of ten lines. */
export const body = (n: number): string => [`export function step${n}(value: number): number {`, '  let sum = 0;', ...Array.from({ length: 6 }, (_, line) => `  sum += value * ${line} + ${n};`), '  return sum;', '}', ''].join('\n');

/** Functions of ten lines each. */
export const functions = (count: number): string => Array.from({ length: count }, (_, n) => body(n)).join('');

/** Writes a file; `committed`: all that stands in it is the baseline. */
export function put(name: string, text: string, state: 'committed' | 'uncommitted'): string {
  const file = join(folder(), name);
  writeFileSync(file, text);
  if (state === 'uncommitted') return file;
  execFileSync('git', ['add', file], { cwd: folder() });
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message', name, '--', file], { cwd: folder() });
  return file;
}

/** Types in the middle of a text; gives each key's round trip in milliseconds. */
export async function typeKeys(editor: vscode.TextEditor, keys: number): Promise<number[]> {
  const middle = Math.floor(editor.document.lineCount / 2);
  editor.selection = new vscode.Selection(middle, 0, middle, 0);
  await pause(200);
  const round: number[] = [];
  const began = performance.now();
  while (round.length < keys && performance.now() - began < LONGEST) {
    const started = performance.now();
    await vscode.commands.executeCommand('type', { text: 'x' });
    round.push(performance.now() - started);
  }
  return round;
}

/** Puts an untrusted line into each of `count` functions of ten lines, as one edit of a tool. */
export async function touchFunctions(document: vscode.TextDocument, count: number): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  for (let n = 0; n < count; n++) edit.insert(document.uri, new vscode.Position(n * 10 + 2, 0), `  sum -= ${n};\n`);
  await vscode.workspace.applyEdit(edit);
}

/** Megabytes of memory that the extension host holds, and of its children whose command line says `what`: Linux only, elsewhere 0. */
export function memory(what: string): { readonly host: number; readonly children: number } {
  const host = process.memoryUsage.rss() / 1024 / 1024;
  let children = 0;
  for (const pid of process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (!new RegExp(`^PPid:\\t${process.pid}$`, 'm').test(status) || !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(what)) continue;
      children += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
    } catch {
      // It ended while it was looked at.
    }
  }
  return { host, children };
}
