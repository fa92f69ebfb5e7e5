/** The bench's end of the scripted driver: questions over a loopback socket. */
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { until } from '../../test/harness/vscode/until.ts';

export interface Region {
  readonly file: string;
  readonly label: string;
  readonly state: string;
  readonly origin: string;
}

export interface State {
  readonly regions: readonly Region[];
  /** Files with unsaved changes. */
  readonly dirty: readonly string[];
  /** Things that the extension has registered and not disposed of. */
  readonly alive: number;
  /** What keeps the extension host awake, by kind. */
  readonly handles: Readonly<Record<string, number>>;
  /** Bytes. */
  readonly heap: number;
}

export class Driver {
  readonly #file: string;
  readonly #token = randomUUID();

  /** `file`: where the driver writes its port. */
  constructor(file: string) {
    this.#file = file;
  }

  get env(): Readonly<Record<string, string>> {
    return { VETMARK_DRIVER: this.#file, VETMARK_DRIVER_TOKEN: this.#token };
  }

  /** Forgets the host that goes away with a reload. */
  async leave(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  async ask<T>(question: string, more: object = {}): Promise<T> {
    const port = await until('the driver to listen', () => readFile(this.#file, 'utf8'));
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: { authorization: this.#token }, body: JSON.stringify({ ask: question, ...more }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`The driver could not ${question} ${JSON.stringify(more)}: ${text}`);
    return (JSON.parse(text) as { answer: T }).answer;
  }

  state(): Promise<State> {
    return this.ask<State>('state');
  }
}
