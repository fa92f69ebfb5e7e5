/** What Vetmark costs in the extension host, and how soon a squiggle stands: measured for bench/editor.ts, which prints it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/api.ts';

const KEYS = 400;
const INSERTIONS = 20;
const figures: Record<string, number[]> = {};
let api: Api;

const flaw = (n: number): string => `export async function find${n}(req: { query: { id: string } }) {\n  return pool.query(\`SELECT * FROM orders WHERE id = \${req.query.id}\`);\n}\n`;
const line = (n: number): string => `export const value${n} = compute(${n}, 'label ${n}');\n`;

async function open(name: string, text: string): Promise<vscode.TextEditor> {
  const file = join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, name);
  writeFileSync(file, text);
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
  await pause(500);
  return editor;
}

async function append(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, document.positionAt(document.getText().length), text);
  await vscode.workspace.applyEdit(edit);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves when the document's own squiggles are `count`, told by the editor's event. */
function squiggles(document: vscode.TextDocument, count: number): Promise<void> {
  const enough = (): boolean => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'vetmark').length >= count;
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no squiggle ${count} within 10 s`)), 10_000);
    const listener = vscode.languages.onDidChangeDiagnostics(() => {
      if (!enough()) return;
      clearTimeout(late);
      listener.dispose();
      resolve();
    });
  });
}

describe('the editor', function () {
  this.timeout(120_000);
  before(async () => {
    const started = performance.now();
    api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
    figures['activateCall'] = [performance.now() - started];
    figures['activation'] = [api.timings().activation];
  });
  after(() => writeFileSync(process.env['VETMARK_MEASURES']!, JSON.stringify(figures)));

  it('types in a file of 10,000 lines', async () => {
    const editor = await open('long.ts', Array.from({ length: 10_000 }, (_, n) => line(n)).join(''));
    editor.selection = new vscode.Selection(5_000, 0, 5_000, 0);
    const before = api.timings().change.length;
    const round: number[] = [];
    for (let key = 0; key < KEYS; key++) {
      const started = performance.now();
      await vscode.commands.executeCommand('type', { text: 'x' });
      round.push(performance.now() - started);
    }
    figures['changeHandler'] = api.timings().change.slice(before);
    figures['keyRoundTrip'] = round;
  });

  it('shows a squiggle after an insertion in a file of 1,000 lines', async () => {
    const { document } = await open('squiggled.ts', `import { Pool } from 'pg';\nconst pool = new Pool();\n${Array.from({ length: 1_000 }, (_, n) => line(n)).join('')}`);
    await append(document, flaw(0));
    await squiggles(document, 1);
    const soon: number[] = [];
    for (let n = 1; n <= INSERTIONS; n++) {
      await pause(300);
      const shown = squiggles(document, n + 1);
      const started = performance.now();
      await append(document, flaw(n));
      await shown;
      soon.push(performance.now() - started);
    }
    figures['insertionToSquiggle'] = soon;
  });
});
