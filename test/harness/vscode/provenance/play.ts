/** What happens in a scenario: a person at the keyboard and the mouse, other extensions, agents at the disk with their hooks, and git. */
import type { CDPSession } from 'playwright-core';
import { execFile } from 'node:child_process';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { diffTexts } from '#core/diff';
import { digestOf } from '#core/digest';
import type { RepoPath } from '#core/path';
import { insertedRanges, type Range } from '#core/text';
import { writeMarker } from '#project/markers';
import type { Repository } from '#project/repository';
import type { DocumentSeen } from '../../../vscode/provenance/director.ts';
import * as eyes from '../eyes.ts';
import * as hands from '../hands.ts';
import { until } from '../until.ts';
import type { Window } from '../window.ts';
import type { Director } from './director.ts';
import * as mouse from './mouse.ts';

const run = promisify(execFile);

/** Milliseconds without anything seen after which all is over. */
const QUIET = 800;
/** The same, after keys. */
const KEYS = 200;

/** How an extension edits: a workspace edit, its editor, or a snippet. */
type How = 'workspace' | 'editor' | 'snippet';

export class Play {
  readonly window: Window;
  readonly director: Director;
  readonly repository: Repository;
  readonly folder: string;
  /** The scenario's own file, below the folder. */
  readonly file: string;
  #cdp: CDPSession | undefined;

  constructor(window: Window, director: Director, repository: Repository, folder: string, file: string) {
    this.window = window;
    this.director = director;
    this.repository = repository;
    this.folder = folder;
    this.file = file;
  }

  // A person.

  async type(text: string): Promise<void> {
    await hands.type(this.window, text);
    // What comes next looks at the text: the keys have to have arrived.
    await this.quiet(KEYS);
  }

  async press(...keys: readonly string[]): Promise<void> {
    await hands.press(this.window, ...keys);
  }

  /** Composes with an input method: what is shown underlined step by step, then what is taken. */
  async compose(steps: readonly string[], taken: string): Promise<void> {
    this.#cdp ??= await this.window.page.context().newCDPSession(this.window.page);
    for (const text of steps) await this.#cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    await this.#cdp.send('Input.insertText', { text: taken });
  }

  /** Puts the cursor behind the first place that holds `text`; absent: at the end. */
  async caret(text?: string): Promise<void> {
    const at = text === undefined ? (await this.text()).length : (await this.#find(text)) + text.length;
    await this.select({ start: at, end: at });
  }

  /** Selects the first place that holds `text`. */
  async mark(text: string): Promise<void> {
    const at = await this.#find(text);
    await this.select({ start: at, end: at + text.length });
  }

  async #find(text: string): Promise<number> {
    return until(`the text ${JSON.stringify(text)}`, async () => {
      const at = (await this.text()).indexOf(text);
      return at === -1 ? undefined : at;
    });
  }

  async select(...ranges: readonly Range[]): Promise<void> {
    await this.director.ask({ act: 'select', ranges });
  }

  /** Puts text on the clipboard from outside of the window's editors. */
  async clipboard(text: string): Promise<void> {
    await this.window.page.evaluate((wanted) => navigator.clipboard.writeText(wanted), text);
  }

  /** Runs a command as a menu or a key of the person's would. */
  async command(command: string, ...args: readonly unknown[]): Promise<void> {
    await this.director.ask({ act: 'run', command, args });
  }

  async show(file: string): Promise<void> {
    await this.director.ask({ act: 'show', file });
    await this.focus();
  }

  /** Gives the active editor the keyboard. */
  async focus(): Promise<void> {
    await this.command('workbench.action.focusActiveEditorGroup');
  }

  async drag(text: string): Promise<void> {
    await mouse.drag(this, text);
  }

  async drop(dropped: string, text: string): Promise<void> {
    await mouse.drop(this, dropped, text);
  }

  async clickAccept(): Promise<void> {
    await mouse.clickAccept(this);
  }

  /** Presses Tab when an edit is offered elsewhere: the first may only lead there. */
  async acceptEdit(result: RegExp): Promise<void> {
    await this.quiet();
    await until('the offered edit to be taken', async () => {
      if (result.test(await this.text())) return true;
      await this.press('Tab');
      await this.quiet(QUIET);
      return result.test(await this.text()) ? true : undefined;
    }, 20_000);
  }

  async suggestion(label: string): Promise<string> {
    return mouse.suggestion(this, label);
  }

  async fix(title: string): Promise<void> {
    await mouse.fix(this, title);
  }

  async renameTo(name: string): Promise<void> {
    await mouse.renameTo(this, name);
  }

  async replaceAll(old: string, text: string): Promise<void> {
    await mouse.replaceAll(this, old, text);
  }

  async endLinesWith(end: 'LF' | 'CRLF'): Promise<void> {
    await mouse.endLinesWith(this, end);
  }

  async save(): Promise<void> {
    await this.command('workbench.action.files.save');
    await until('the document to be saved', async () => ((await this.document()).dirty ? undefined : true));
  }

  // Other extensions.

  /** Gives the actors their parts. */
  async actors(script: Readonly<Record<string, unknown>>): Promise<void> {
    await this.command('actors.play', script);
  }

  /** An extension replaces the first place that holds `old`; empty: it adds at the end. */
  async extension(old: string, text: string, how: How = 'workspace', file = this.file): Promise<void> {
    const all = await this.text(file);
    const start = old === '' ? all.length : all.indexOf(old);
    await this.edits([{ start, end: start + old.length, text }], how, file);
  }

  async edits(edits: readonly { readonly start: number; readonly end: number; readonly text: string }[], how: How = 'workspace', file = this.file): Promise<void> {
    await this.command('actors.edit', { uri: this.#address(file), how, edits });
  }

  async createByExtension(file: string, text: string): Promise<void> {
    await this.command('actors.edit', { uri: this.#address(file), how: 'workspace', create: true, edits: [{ start: 0, end: 0, text }] });
  }

  #address(file: string): string {
    return file.includes(':') ? file : `vscode-remote://127.0.0.1:${this.window.options.server.port}${join(this.folder, file)}`;
  }

  // Agents at the disk, and git.

  /** Writes a file of the folder. `atomic`: by another file that takes its name. */
  async write(text: string, file = this.file, way: 'in place' | 'atomic' = 'in place'): Promise<void> {
    const path = join(this.folder, file);
    if (way === 'in place') await writeFile(path, text);
    else {
      await writeFile(`${path}.tmp`, text);
      await rename(`${path}.tmp`, path);
    }
  }

  async disk(file = this.file): Promise<string> {
    return readFile(join(this.folder, file), 'utf8');
  }

  async remove(file: string): Promise<void> {
    await rm(join(this.folder, file), { force: true });
  }

  /** An agent's hook tells of a write. `before`: `null` for a new file. */
  async hook(agent: string, before: string | null, after: string, file = this.file): Promise<void> {
    const written = insertedRanges(diffTexts(before ?? '', after)).filter(({ start, end }) => start < end);
    await writeMarker(this.repository, { agent, session: 'recorded', tool: 'Write', path: file as RepoPath, before: before === null ? null : digestOf(before), after: digestOf(after), written, at: Date.now() });
  }

  async git(...args: readonly string[]): Promise<void> {
    await run('git', ['-c', 'user.name=Shop', '-c', 'user.email=shop@example.com', ...args], { cwd: this.folder });
  }

  // Looking.

  /** Waits until the product has seen nothing for a while: the disk, git and hooks speak late. */
  async quiet(enough = QUIET): Promise<void> {
    let last = -1;
    let since = performance.now();
    await until('everything to be seen', async () => {
      const now = (await this.director.ask({ act: 'quiet' })) as number;
      if (now !== last) [last, since] = [now, performance.now()];
      return performance.now() - since > enough ? true : undefined;
    });
  }

  async document(file = this.file): Promise<DocumentSeen> {
    return this.director.ask({ act: 'document', file }) as Promise<DocumentSeen>;
  }

  async text(file = this.file): Promise<string> {
    return (await this.document(file)).text ?? '';
  }

  /** Waits until the document holds exactly this, or this piece. */
  async holds(what: string | RegExp, file = this.file): Promise<void> {
    await until(`${file} to hold ${String(what)}`, async () => {
      const text = await this.text(file);
      return (typeof what === 'string' ? text === what : what.test(text)) ? true : undefined;
    }, 20_000);
  }

  /** Waits for an element of the window. */
  async sees(selector: string, text?: string): Promise<void> {
    const found = this.window.page.locator(selector);
    await (text === undefined ? found : found.filter({ hasText: text })).first().waitFor({ timeout: 20_000 });
  }

  /** Waits for the assistant's grey text. */
  async ghost(text: string): Promise<void> {
    await until(`grey text with ${text}`, async () => ((await eyes.ghostText(this.window)).includes(text) ? true : undefined), 20_000);
  }
}
