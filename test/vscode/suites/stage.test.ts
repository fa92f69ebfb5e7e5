/** The stage itself: what the extension host under test is, so that green means green on a stable VS Code. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const declared = vscode.extensions.getExtension('vetmark.vetmark')?.packageJSON as { enabledApiProposals?: readonly string[] } | undefined;
const proposalsOn = declared?.enabledApiProposals !== undefined;

describe('the stage', () => {
  it('runs the product under test', () => {
    assert.notEqual(declared, undefined);
  });

  it('opens a folder', () => {
    assert.equal(vscode.workspace.workspaceFolders?.length, 1);
  });

  it(proposalsOn ? 'tells why a document changed where the proposal is declared' : 'does not tell why a document changed on a stable VS Code', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'one\n', language: 'plaintext' });
    await vscode.window.showTextDocument(document);
    const change = new Promise<vscode.TextDocumentChangeEvent>((resolve) => {
      const listener = vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document !== document || event.contentChanges.length === 0) return;
        listener.dispose();
        resolve(event);
      });
    });
    await vscode.commands.executeCommand('type', { text: 'x' });
    assert.equal(reasonOf(await change) !== undefined, proposalsOn);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});

/** Reading the member throws or gives nothing where the proposal is off. */
function reasonOf(event: vscode.TextDocumentChangeEvent): unknown {
  try {
    return (event as { detailedReason?: unknown }).detailedReason;
  } catch {
    return undefined;
  }
}
