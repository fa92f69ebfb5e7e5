/**
 * Starts and stops a VS Code server with a fresh life of its own: data, extensions, home and git configuration lie in one folder that goes with it.
 * Invariant: nothing of the machine's user gets in (no home, no git identity, no extensions) and nothing stays behind (no process, no folder).
 */
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { nodeBinary, root } from './places.ts';
import type { Stage } from './prepare.ts';

const run = promisify(execFile);

export type Theme = 'light' | 'dark' | 'high-contrast';

export interface ServerOptions {
  readonly stage: Stage;
  /** VSIX files, installed as a user installs them. */
  readonly vsix?: readonly string[];
  /** Settings beyond the quiet ones every run has. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly theme?: Theme;
  /** Who commits and reviews in this VS Code. */
  readonly person?: { readonly name: string; readonly email: string };
  /** The display language. Absent: English. German has a few texts of VS Code's own, and all of an extension's. */
  readonly language?: 'de';
  /** Absent: a free one. */
  readonly port?: number;
}

export interface Server {
  readonly port: number;
  /** A browser needs it to get in: other users and pages of this machine can reach the port too. */
  readonly token: string;
  /** Holds everything this server writes. */
  readonly folder: string;
  /** What a child process of the person at this VS Code sees: same home, same git identity. */
  readonly env: NodeJS.ProcessEnv;
  /** Errors that extension hosts logged so far. */
  hostErrors(): Promise<readonly string[]>;
  /** Ends the whole process group and removes the folder. */
  stop(): Promise<void>;
}

const quiet: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  // Not chat.disableAIFeatures: it also stops the automatic offer of inline completions, whoever provides them.
  'chat.commandCenter.enabled': false,
  'editor.accessibilitySupport': 'off',
  'editor.minimap.enabled': false,
  'files.autoSave': 'off',
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
};

const themes: Readonly<Record<Theme, string>> = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  'high-contrast': 'Default High Contrast',
};

/** Starts a server on 127.0.0.1 and waits until it listens (about half a second). */
export async function startServer(options: ServerOptions): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'vetmark-stage-'));
  const home = join(folder, 'home');
  await mkdir(home);
  const person = options.person ?? { name: 'Robin Field', email: 'robin@example.com' };
  await writeFile(join(home, '.gitconfig'), `[user]\n\tname = ${person.name}\n\temail = ${person.email}\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgsign = false\n`);
  const env = environment(home);
  const user = join(folder, 'ud/User');
  await mkdir(user, { recursive: true });
  await writeFile(join(user, 'settings.json'), JSON.stringify({ ...quiet, 'workbench.colorTheme': themes[options.theme ?? 'light'], ...options.settings }, null, 2));

  if (options.language !== undefined) await installLanguage(join(folder, 'ud'), options.language);

  const common = ['--server-data-dir', join(folder, 'sd'), '--extensions-dir', join(folder, 'ext'), '--user-data-dir', join(folder, 'ud'), '--accept-server-license-terms', '--telemetry-level', 'off'];
  const main = join(options.stage.vscode, 'out/server-main.js');
  for (const vsix of options.vsix ?? []) await run(nodeBinary(), [main, '--install-extension', vsix, ...common], { env });

  const port = options.port ?? (await freePort());
  const token = randomUUID();
  const listen = ['--host', '127.0.0.1', '--port', String(port), '--connection-token', token, '--enable-smoke-test-driver', '--disable-workspace-trust', ...(options.language === undefined ? [] : ['--locale', options.language])];
  // An empty gallery: else code-server asks open-vsx.org about every extension.
  const child = spawn(nodeBinary(), [main, ...listen, ...common], { env: { ...env, EXTENSIONS_GALLERY: '{}' }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const listening = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-20_000);
      if (said.includes('Extension host agent listening on')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`The VS Code server ended with ${code} before it listened.\n${said}`)));
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killGroup = (signal: NodeJS.Signals): boolean => {
    try {
      return child.pid !== undefined && process.kill(-child.pid, signal);
    } catch {
      return false; // the group is gone
    }
  };
  const lastResort = (): void => {
    killGroup('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', lastResort);
  const stop = async (): Promise<void> => {
    killGroup('SIGTERM');
    await Promise.race([ended, delay(3000, undefined, { ref: false })]);
    for (let tries = 0; tries < 50 && killGroup('SIGKILL'); tries += 1) await delay(20);
    process.off('exit', lastResort);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await listening;
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, token, folder, env, stop, hostErrors: () => hostErrors(join(folder, 'sd/data/logs'), join(folder, 'ud/logs')) };
}

/** What installing a language pack leaves behind: VS Code reads its own texts from there and tells extensions the language. */
async function installLanguage(userData: string, language: 'de'): Promise<void> {
  const vscode = join(root, 'test/vscode/fixtures', 'german.i18n.json');
  const pack = { hash: 'stage', label: 'Deutsch', extensions: [{ extensionIdentifier: { id: 'vetmark-stage.german' }, version: '1.0.0' }], translations: { vscode } };
  await writeFile(join(userData, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}

/** A port nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port on 127.0.0.1.'))));
    });
    probe.on('error', reject);
  });
}

/** The machine's PATH and language, and a home of our own. */
function environment(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LANG: process.env['LANG'] ?? 'C.UTF-8',
    TMPDIR: process.env['TMPDIR'],
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local/share'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
}

async function hostErrors(...folders: readonly string[]): Promise<readonly string[]> {
  const errors: string[] = [];
  for (const folder of folders) {
    const files = await readdir(folder, { recursive: true }).catch(() => []);
    for (const file of files.filter((name) => /exthost[^/]*\.log$/.test(name))) {
      const lines = (await readFile(join(folder, file), 'utf8')).split('\n');
      errors.push(...lines.filter((line) => line.includes('[error]')));
    }
  }
  return errors;
}
