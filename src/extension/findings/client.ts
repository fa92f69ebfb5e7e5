/**
 * The editor's end of the worker: started when a document first needs it, restarted when it dies.
 * Invariant 10: nothing is kept there; the client sends every open text again, and findings come anew.
 */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { FINDINGS, IMPORTED, PACKAGES, SURROUNDINGS, type FindingsParams, type ImportedParams, type PackagesParams, type SurroundingsParams } from '#protocol/server';
import { Disposables } from '../disposable.ts';
import { log } from '../log.ts';
import type { Surroundings } from './surroundings.ts';

/** Languages that rules speak of; secrets are looked for in all of them. */
const LANGUAGES = [
  'javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'python', 'java', 'go', 'ruby', 'php', 'csharp', 'rust', 'c', 'cpp', 'kotlin', 'swift', 'scala',
  'shellscript', 'powershell', 'json', 'jsonc', 'yaml', 'toml', 'ini', 'properties', 'dotenv', 'dockerfile', 'sql', 'html', 'xml', 'vue', 'svelte', 'plaintext', 'markdown', 'terraform',
];
const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-notebook-cell'];
/** Restarts in a row before the worker is left alone; the log and the status then say so. */
const MOST_RESTARTS = 5;

export class Worker implements vscode.Disposable {
  readonly #module: string;
  readonly #onFindings: (params: FindingsParams) => void;
  readonly #onEnded: () => void;
  readonly #onStopped: (message: string) => void;
  readonly #disposables = new Disposables();
  readonly #restarted = this.#disposables.add(new vscode.EventEmitter<void>());
  readonly #surroundings: Surroundings;
  #client: Promise<LanguageClient> | undefined;
  #restarts = 0;
  #disposed = false;

  /** The worker that answers now knows none of the texts that `open` was called for. */
  readonly onDidRestart = this.#restarted.event;

  constructor(module: string, surroundings: Surroundings, onFindings: (params: FindingsParams) => void, onEnded: () => void, onStopped: (message: string) => void) {
    this.#surroundings = surroundings;
    this.#module = module;
    this.#onFindings = onFindings;
    this.#onEnded = onEnded;
    this.#onStopped = onStopped;
  }

  /** True for documents the worker is sent. */
  static takes(document: vscode.TextDocument): boolean {
    return SCHEMES.includes(document.uri.scheme) && Worker.speaks(document.languageId);
  }

  static speaks(language: string): boolean {
    return LANGUAGES.includes(language);
  }

  /** Hands over a text that is not open in the editor. `version` is what its findings will bear. */
  async open(uri: vscode.Uri, languageId: string, version: number, text: string): Promise<void> {
    this.start();
    const client = await this.#client?.catch(() => undefined);
    await client?.sendNotification('textDocument/didOpen', { textDocument: { uri: uri.toString(), languageId, version, text } }).catch(() => undefined);
  }

  /** Takes such a text back. */
  async close(uri: vscode.Uri): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.sendNotification('textDocument/didClose', { textDocument: { uri: uri.toString() } }).catch(() => undefined);
  }

  /** Starts it unless it runs. */
  start(): void {
    if (this.#disposed || this.#client !== undefined) return;
    this.#client = this.#start();
    this.#client.catch((error: unknown) => this.#failed(error instanceof Error ? error.message : String(error)));
  }

  get running(): boolean {
    return this.#client !== undefined;
  }

  async #start(): Promise<LanguageClient> {
    const { LanguageClient: Client, TransportKind, CloseAction, ErrorAction, RevealOutputChannelOn, State } = await import('vscode-languageclient/node');
    let starts = 0;
    const client = new Client(
      'vetmark',
      'Vetmark worker',
      { module: this.#module, transport: TransportKind.ipc },
      {
        documentSelector: SCHEMES.flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language }))),
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue, handled: true }),
          closed: () => {
            this.#restarts++;
            if (!this.#disposed) this.#onEnded();
            if (this.#restarts > MOST_RESTARTS) {
              this.#failed(vscode.l10n.t('it stopped several times in a row'));
              return { action: CloseAction.DoNotRestart, handled: true };
            }
            log('warn', 'The worker stopped and is started again; open documents are analysed anew.');
            return { action: CloseAction.Restart, handled: true };
          },
        },
      },
    );
    client.onNotification(FINDINGS, (params: FindingsParams) => {
      this.#restarts = 0;
      this.#onFindings(params);
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running && ++starts > 1) this.#restarted.fire();
    });
    client.onRequest(SURROUNDINGS, ({ uri }: SurroundingsParams) => this.#surroundings.of(uri));
    client.onRequest(PACKAGES, ({ uri }: PackagesParams) => this.#surroundings.packages(uri));
    client.onRequest(IMPORTED, ({ uri, candidates }: ImportedParams) => this.#surroundings.imported(uri, candidates));
    await client.start();
    if (this.#disposed) await client.stop();
    return client;
  }

  #failed(why: string): void {
    if (this.#disposed) return;
    log('error', `The worker does not run: ${why}. Nothing is analysed in the editor; reload the window to try again. The gate analyses by itself.`);
    this.#onStopped(why);
  }

  async stop(): Promise<void> {
    this.#disposed = true;
    const client = await this.#client?.catch(() => undefined);
    await client?.stop(2000).catch(() => undefined);
  }

  dispose(): void {
    this.#disposables.dispose();
    void this.stop();
  }
}
