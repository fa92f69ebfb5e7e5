/** The peer of the measures: the same typing in the same editor without Vetmark. */
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { functions, memory, pause, put, touchFunctions, typeKeys } from '../measures/typing.ts';

const KEYS = 400;

describe('the editor without Vetmark', function () {
  this.timeout(120_000);

  it('types in a file of 10,000 lines', async () => {
    const document = await vscode.workspace.openTextDocument(put('regions.ts', functions(1000), 'committed'));
    const editor = await vscode.window.showTextDocument(document);
    await touchFunctions(document, 1000);
    await pause(2000);
    const keyBare = await typeKeys(editor, KEYS);
    writeFileSync(process.env['VETMARK_MEASURES']!, JSON.stringify({ keyBare, hostBareMb: [memory('').host] }));
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
