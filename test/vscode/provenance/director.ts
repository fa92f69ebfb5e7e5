/**
 * Runs inside the extension host while provenance is recorded: does what no key can do (put the cursor, run a command), and hands out what the
 * product saw, the texts and the labels. Spoken to over the loopback with a closed set of acts.
 */
import { createServer, type IncomingMessage } from 'node:http';
import * as vscode from 'vscode';
import type { Span } from '#core/provenance';
import type { Api } from '../../../src/extension/api.ts';

/** `file`: below the folder, or a whole address (an untitled document). */
export type Act =
  | { readonly act: 'show'; readonly file: string }
  | { readonly act: 'select'; readonly ranges: readonly { readonly start: number; readonly end: number }[] }
  | { readonly act: 'run'; readonly command: string; readonly args: readonly unknown[] }
  | { readonly act: 'document'; readonly file: string }
  | { readonly act: 'seen' }
  | { readonly act: 'quiet' }
  | { readonly act: 'close' }
  | { readonly act: 'end' };

/** What the product saw, as plain values. */
export interface SeenOf {
  readonly file: string;
  readonly seen: { readonly kind: string; readonly at: number };
}

export interface DocumentSeen {
  /** Absent: no editor has it open. */
  readonly text?: string;
  readonly dirty: boolean;
  readonly spans: readonly Span[];
}

const seen: SeenOf[] = [];

/** Resolves once the recording is over. */
export async function run(): Promise<void> {
  const api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
  await vscode.extensions.getExtension('vetmark-stage.actors')!.activate();
  api.onDidSee(({ uri, seen: one }) => void seen.push({ file: nameOf(uri), seen: plain(one) as SeenOf['seen'] }));
  await new Promise<void>((resolve, reject) => {
    const server = createServer((request, response) => {
      answer(api, request)
        .then((result) => {
          response.end(JSON.stringify({ result: result ?? null }));
          if (result === END) {
            server.close();
            resolve();
          }
        })
        .catch((error: unknown) => response.end(JSON.stringify({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })));
    });
    server.on('error', reject);
    server.listen(Number(process.env['VETMARK_DIRECTOR']), '127.0.0.1');
  });
}

const END = 'end';

async function answer(api: Api, request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const act = JSON.parse(Buffer.concat(chunks).toString()) as Act;
  switch (act.act) {
    case 'show':
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriOf(act.file)));
      return;
    case 'select': {
      const editor = vscode.window.activeTextEditor!;
      const { document } = editor;
      editor.selections = act.ranges.map(({ start, end }) => new vscode.Selection(document.positionAt(start), document.positionAt(end)));
      editor.revealRange(editor.selection);
      // There and back: the next key finds the cursor where it was put.
      await vscode.commands.executeCommand('setContext', 'vetmark.directed', true);
      return;
    }
    case 'run':
      await vscode.commands.executeCommand(act.command, ...act.args);
      return;
    case 'document': {
      const uri = uriOf(act.file);
      const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
      return { ...(document !== undefined && { text: document.getText() }), dirty: document?.isDirty ?? false, spans: api.spans(uri) } satisfies DocumentSeen;
    }
    case 'seen':
      return seen.splice(0);
    case 'quiet':
      return seen.length;
    case 'close':
      for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      }
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      return;
    case 'end':
      return END;
  }
}

function uriOf(file: string): vscode.Uri {
  return file.includes(':') ? vscode.Uri.parse(file) : vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, file);
}

function nameOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? vscode.workspace.asRelativePath(uri, false) : uri.toString();
}

/** The editor's positions, ranges and selections as values: their own JSON has another shape. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof vscode.Position) return { line: value.line, character: value.character };
  if (value instanceof vscode.Range) return { start: plain(value.start), end: plain(value.end) };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
