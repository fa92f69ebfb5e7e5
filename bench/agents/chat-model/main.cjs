/**
 * Inside VS Code: a language model that says what it is told to, one agent chat with it, and then who Vetmark says wrote each line. What to do stands in
 * `.bench/script.json` of the workspace; what came of it is written to `.bench/result.json`.
 */
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

/** Milliseconds to wait for the chat's own extension to take the model in, and between two tries. */
const LIMIT = 120_000;
const PAUSE = 4000;
const MODEL = { id: 'scripted', name: 'Scripted', family: 'scripted', version: '1', maxInputTokens: 128000, maxOutputTokens: 8000, capabilities: { toolCalling: true, imageInput: false }, isUserSelectable: true, isDefault: true };

exports.activate = async (context) => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (root === undefined) return;
  const { calls, files } = JSON.parse(fs.readFileSync(path.join(root, '.bench/script.json'), 'utf8'));
  const told = [];
  let asked = 0;
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider('scripted', {
      onDidChangeLanguageModelChatInformation: new vscode.EventEmitter().event,
      provideLanguageModelChatInformation: async () => [MODEL],
      provideTokenCount: async () => 1,
      provideLanguageModelChatResponse: async (_model, messages, options, progress) => {
        const offers = (options.tools ?? []).length > 0;
        if (offers) told.splice(0, told.length, ...messages.flatMap(({ content }) => (Array.isArray(content) ? content : [])).filter((part) => part instanceof vscode.LanguageModelToolResultPart).map((part) => JSON.stringify(part.content).slice(0, 300)));
        const call = offers ? calls[asked++] : undefined;
        progress.report(call === undefined ? new vscode.LanguageModelTextPart(offers ? 'Done.' : 'ok') : new vscode.LanguageModelToolCallPart(`call_${asked}`, call.name, call.input));
      },
    }),
  );
  const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));
  const end = Date.now() + LIMIT;
  const result = { told, labels: {}, error: undefined };
  try {
    const vetmark = vscode.extensions.getExtension('vetmark.vetmark');
    if (vetmark === undefined) throw new Error('Vetmark is not in this window');
    // A chat that is opened too soon ends without having asked any model.
    for (await pause(); asked === 0 && Date.now() < end; await pause()) await vscode.commands.executeCommand('workbench.action.chat.open', { query: 'Do the task.', mode: 'agent', modelSelector: { vendor: 'scripted', id: 'scripted' }, blockOnResponse: true });
    // Saves and hooks come after the answer.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const api = await vetmark.activate();
    for (const file of files) result.labels[file] = await labelsOf(api, vscode.Uri.file(path.join(root, file)));
  } catch (error) {
    result.error = String(error?.stack ?? error);
  }
  fs.writeFileSync(path.join(root, '.bench/result.part'), JSON.stringify(result));
  fs.renameSync(path.join(root, '.bench/result.part'), path.join(root, '.bench/result.json'));
};

/** Each line of a file with the labels that its characters have; blanks have none. */
async function labelsOf(api, uri) {
  const document = await vscode.workspace.openTextDocument(uri).then((opened) => opened, () => undefined);
  if (document === undefined) return [];
  // Its marks are read when it is opened.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const spans = api.spans(document.uri);
  return Array.from({ length: document.lineCount }, (_, line) => {
    const { text, range } = document.lineAt(line);
    const start = document.offsetAt(range.start);
    const labels = [...text].flatMap((character, index) => {
      if (character.trim() === '') return [];
      const span = spans.find((each) => each.range.start <= start + index && start + index < each.range.end);
      return [span === undefined ? 'baseline' : span.origin.kind === 'agent' ? span.origin.agent : span.origin.kind];
    });
    return { text, labels: [...new Set(labels)] };
  });
}
