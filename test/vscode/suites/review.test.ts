/** Reviewing in a real editor: what commands do, and above all what they do not: nothing that runs a command signs. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';

const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
const reviews = (): string[] => (existsSync(join(folder(), '.vetmark/reviews')) ? readdirSync(join(folder(), '.vetmark/reviews')) : []);
let api: Api;
let document: vscode.TextDocument;
let count = 0;

async function insert(text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, document.positionAt(document.getText().length), text);
  await vscode.workspace.applyEdit(edit);
  await until(() => api.regions(document.uri).length > 0);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Commands that ask a person in a dialog or a list, write a file that is then shown or turn a setting over: tried one by one. */
const ASKS = new Set(['vetmark.notAi', 'vetmark.mine', 'vetmark.waive', 'vetmark.vetSeveral', 'vetmark.sendBack', 'vetmark.openPolicy', 'vetmark.signWritten', 'vetmark.undoVet', 'vetmark.enrol', 'vetmark.toggleCodeLens']);

const cursor = (): number => vscode.window.activeTextEditor?.selection.active.line ?? -1;

describe('reviewing', () => {
  before(async () => {
    api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
  });

  beforeEach(async () => {
    const file = join(folder(), `z-review-${++count}.ts`);
    writeFileSync(file, '');
    document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await insert('export function first() {\n  return 1;\n}\n\nexport function second() {\n  return 2;\n}\n');
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(document.uri.fsPath, { force: true });
  });

  it('lists one region a function', () => {
    assert.deepEqual(api.regions(document.uri).filter(({ state }) => state !== 'vetted').map(({ label }) => label), ['function first', 'function second']);
  });

  it('goes to the next region, and stops at the last', async () => {
    vscode.window.activeTextEditor!.selection = new vscode.Selection(0, 0, 0, 0);
    await vscode.commands.executeCommand('vetmark.next');
    await until(() => cursor() === 4);
    await vscode.commands.executeCommand('vetmark.next');
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(cursor(), 4);
  });

  it('shows the checklist and signs nothing when another extension runs the command', async () => {
    await document.save();
    await vscode.commands.executeCommand('vetmark.vet');
    await vscode.commands.executeCommand('vetmark.vet', { kind: 'region' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(reviews(), []);
  });

  it('keeps a review when another extension asks to take one back', async () => {
    const kept = join(folder(), '.vetmark/reviews/01KAAAAAAAAAAAAAAAAAAAAAAA.json');
    mkdirSync(join(folder(), '.vetmark/reviews'), { recursive: true });
    writeFileSync(kept, '{}');
    void vscode.commands.executeCommand('vetmark.undoVet', kept);
    await pause(500);
    const still = existsSync(kept);
    rmSync(kept, { force: true });
    assert.ok(still);
  });

  it('signs nothing whatever arguments its commands are given', async () => {
    await document.save();
    const [region] = api.regions(document.uri);
    assert.ok(region);
    const press = { kind: 'vet', region: region.label, press: '' };
    for (const command of (await vscode.commands.getCommands(true)).filter((name) => name.startsWith('vetmark.') && !ASKS.has(name) && !/\.(?:open|focus|resetViewLocation|toggleVisibility|removeView)$/.test(name))) {
      for (const argument of [undefined, press, region, { kind: 'region', entry: { ...region, key: 'x' } }, true]) {
        await Promise.race([Promise.resolve(vscode.commands.executeCommand(command, argument)).catch(() => undefined), pause(400)]);
      }
    }
    await pause(300);
    // One of the commands toggles a setting.
    await vscode.workspace.getConfiguration('vetmark').update('codeLens.show', undefined, vscode.ConfigurationTarget.Global);
    assert.deepEqual(reviews(), []);
  });

  it('hands other extensions nothing that signs, deletes or relabels', () => {
    assert.deepEqual(Object.keys(api).sort(), ['findings', 'onDidSee', 'regions', 'spans', 'timings']);
  });

  it('shows a card over the first line of a region and nowhere else, whose links sign nothing', async () => {
    const cards = async (line: number): Promise<string[]> => (await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, new vscode.Position(line, 0))).flatMap(({ contents }) => contents.map((content) => (typeof content === 'string' ? content : content.value))).filter((text) => /command:vetmark/.test(text));
    const [first, second] = [await cards(0), await cards(1)];
    const links = [...(first[0] ?? '').matchAll(/command:([\w.]+)/g)].map(([, name]) => name);
    assert.deepEqual([first.length, second.length, links], [1, 0, ['vetmark.showChecklist', 'vetmark.whatChanged', 'vetmark.notAi', 'vetmark.next']]);
    assert.match(first[0]!, /first.*not.*vetted[^]*Unknown.*tool.*edit/);
  });

  it('has no line above the code unless it is switched on', async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10);
    assert.deepEqual(lenses.filter(({ command }) => command?.command.startsWith('vetmark')), []);
  });

  it('forgets a region when its code is deleted', async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.delete(document.uri, new vscode.Range(0, 0, 4, 0));
    await vscode.workspace.applyEdit(edit);
    const labels = (): string[] => api.regions(document.uri).filter(({ state }) => state !== 'vetted').map(({ label }) => label);
    await until(() => labels().length === 1).catch(() => undefined);
    assert.deepEqual(labels(), ['function second']);
  });
});
