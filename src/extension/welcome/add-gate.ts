/** Puts the gate into a build: the job stands ready as a new file, which the person saves where it belongs. Guards: no file is written, and none that is there is touched. */
import * as vscode from 'vscode';

const GATE_COMMAND = 'npx --yes vetmark gate --base origin/main';

export async function addGate(extension: vscode.Uri): Promise<void> {
  const items = [
    { label: 'GitHub Actions', description: '.github/workflows/vetmark.yml', template: 'github.yml' },
    { label: 'GitLab CI', description: 'vetmark.gitlab-ci.yml', template: 'gitlab.yml' },
    { label: vscode.l10n.t('Another build server'), description: vscode.l10n.t('copies the command'), template: undefined },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Where does your build run?'), placeHolder: vscode.l10n.t('The gate blocks a change until a person has vetted what it adds') });
  if (chosen === undefined) return;
  if (chosen.template === undefined) {
    await vscode.env.clipboard.writeText(GATE_COMMAND);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Vetmark: the command of the gate is on the clipboard.'), 4000);
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = folder === undefined ? undefined : vscode.Uri.joinPath(folder, chosen.description);
  if (target !== undefined && (await exists(target))) {
    await vscode.window.showTextDocument(target);
    return;
  }
  const content = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, 'media', 'gate', chosen.template)));
  const document = target === undefined ? await vscode.workspace.openTextDocument({ language: 'yaml', content }) : await vscode.workspace.openTextDocument(target.with({ scheme: 'untitled' }));
  if (target !== undefined) {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), content);
    await vscode.workspace.applyEdit(edit);
  }
  await vscode.window.showTextDocument(document);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
