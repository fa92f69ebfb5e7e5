/** What Vetmark costs in the extension host, and how soon a squiggle stands: measured for bench/editor.ts, which prints it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';
import { body, folder, functions, memory, pause, put, touchFunctions, typeKeys } from './typing.ts';

const KEYS = 400;
const KEYS_SMALL = 200;
const INSERTIONS = 20;
/** Milliseconds that one measure may take; it reports what it has by then. */
const LONGEST = 30_000;
/** Milliseconds for writing many files and seeing them listed. */
const LONGEST_WRITING = 240_000;
const figures: Record<string, number[]> = {};
let api: Api;

const flaw = (n: number): string => `export async function find${n}(req: { query: { id: string } }) {\n  return pool.query(\`SELECT * FROM orders WHERE id = \${req.query.id}\`);\n}\n`;
const line = (n: number): string => `export const value${n} = compute(${n}, 'label ${n}');\n`;
const lines = (count: number): string => Array.from({ length: count }, (_, n) => line(n)).join('');
const pooled = (count: number): string => `import { Pool } from 'pg';\nconst pool = new Pool();\n${lines(count)}`;

/** Opens a file. Committed: all that stands in it is the baseline. Else all of it is untrusted, the worst case. */
async function open(name: string, text: string, state: 'committed' | 'uncommitted'): Promise<vscode.TextEditor> {
  const file = put(name, text, state);
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
  await until(() => api.regions(editor.document.uri).length > 0 === (state === 'uncommitted'));
  await pause(1500);
  return editor;
}

async function append(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, document.positionAt(document.getText().length), text);
  await vscode.workspace.applyEdit(edit);
}

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

/** Types in the middle of a text; gives each key's round trip, and what of it was the change handler's. */
async function typeIn(editor: vscode.TextEditor, keys: number): Promise<{ readonly round: number[]; readonly handler: number[] }> {
  const before = api.timings().change.length;
  const round = await typeKeys(editor, keys);
  return { round, handler: api.timings().change.slice(before) };
}

async function insertInto(document: vscode.TextDocument): Promise<number[]> {
  await append(document, flaw(0));
  await squiggles(document, 1);
  const soon: number[] = [];
  const began = performance.now();
  for (let n = 1; n <= INSERTIONS && performance.now() - began < LONGEST; n++) {
    await pause(300);
    const shown = squiggles(document, n + 1);
    const started = performance.now();
    await append(document, flaw(n));
    await shown;
    soon.push(performance.now() - started);
  }
  return soon;
}

describe('the editor', function () {
  this.timeout(60_000);
  before(async () => {
    const started = performance.now();
    api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
    figures['activateCall'] = [performance.now() - started];
    figures['activation'] = [api.timings().activation];
  });
  afterEach(async () => {
    writeFileSync(process.env['VETMARK_MEASURES']!, JSON.stringify(figures));
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('types in a small file', async () => {
    const { round } = await typeIn(await open('small.ts', lines(20), 'committed'), KEYS_SMALL);
    figures['keySmall'] = round;
  });

  it('types in a committed file of 10,000 lines', async () => {
    const { round, handler } = await typeIn(await open('long.ts', lines(10_000), 'committed'), KEYS);
    figures['keyLong'] = round;
    figures['handlerLong'] = handler;
  });

  it('types in an uncommitted file of 10,000 lines', async () => {
    const { round, handler } = await typeIn(await open('long-new.ts', lines(10_000), 'uncommitted'), KEYS);
    figures['keyLongUntrusted'] = round;
    figures['handlerLongUntrusted'] = handler;
  });

  it('shows a squiggle after an insertion in a committed file of 1,000 lines', async () => {
    figures['squiggle'] = await insertInto((await open('squiggled.ts', pooled(1_000), 'committed')).document);
  });

  it('shows a squiggle after an insertion in an uncommitted file of 1,000 lines', async () => {
    figures['squiggleUntrusted'] = await insertInto((await open('squiggled-new.ts', pooled(1_000), 'uncommitted')).document);
  });

  it('types in a file of 10,000 lines with 1,000 regions, and paints only what changed', async () => {
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(put('regions.ts', functions(1000), 'committed')));
    await touchFunctions(editor.document, 1000);
    await until(() => api.regions(editor.document.uri).length === 1000, 60_000);
    await pause(2000);
    const [painted, looks] = [api.timings().painted, api.timings().paint.length];
    const { round, handler } = await typeIn(editor, KEYS);
    await pause(2000);
    figures['keyRegions'] = round;
    figures['handlerRegions'] = handler;
    figures['paintRegions'] = api.timings().paint.slice(looks);
    figures['listsPainted'] = [api.timings().painted - painted];
  });

  it('lists 5,000 regions in 500 files', async function () {
    this.timeout(400_000);
    const began = performance.now();
    const files = Array.from({ length: 500 }, (_, n) => join(folder(), `part${n}.ts`));
    const known = (some: readonly string[]): number => some.reduce((sum, file) => sum + api.regions(vscode.Uri.file(file)).length, 0);
    let listed = 0;
    // In bursts that are each looked at whole; a busy machine gets as far as it gets, and says how far.
    for (let at = 0; at < files.length && performance.now() - began < LONGEST_WRITING; at += 50) {
      const burst = files.slice(at, at + 50);
      burst.forEach((file, n) => writeFileSync(file, Array.from({ length: 10 }, (_, index) => body((at + n) * 10 + index)).join('')));
      await until(() => known(burst) === 500, 100_000);
      listed += 500;
    }
    figures['listedRegions'] = [listed];
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(files[0]!));
    await pause(1500);
    const before = api.timings().list.length;
    for (let edit = 0; edit < 20; edit++) {
      await append(editor.document, `export const extra${edit} = ${edit};\n`);
      await pause(400);
    }
    figures['list'] = api.timings().list.slice(before);
    figures['keyMany'] = (await typeIn(editor, KEYS_SMALL)).round;
    const { host, children } = memory('server.cjs');
    figures['hostMb'] = [host];
    figures['workerMb'] = [children];
  });
});
