/** The real command line, bundled as users get it, as a child process in a real git repository that lives only for one test. Nothing of the machine's own configuration is seen. */
import { spawn, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { buildProgram } from '../../scripts/cli-bundle.mjs';

const source = resolve(import.meta.dirname, '../..');

/** Built at the first run of a test process, gone with it. */
let building: Promise<string> | undefined;
function program(): Promise<string> {
  building ??= build();
  return building;
}

async function build(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'vetmark-cli-bundle-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  await buildProgram(folder, { absWorkingDir: source });
  return join(folder, 'vetmark.cjs');
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Shop {
  /** Holds the repository, a home and a state folder; everything is below it. */
  readonly top = realpathSync(mkdtempSync(join(tmpdir(), 'vetmark-cli-')));
  readonly root = join(this.top, 'shop');
  readonly home = join(this.top, 'home');
  readonly state = join(this.top, 'state');

  constructor(kind: 'repository' | 'folder' = 'repository') {
    for (const folder of [this.root, this.home, this.state]) mkdirSync(folder);
    if (kind === 'folder') return;
    this.git('init', '--quiet', '--initial-branch=main');
  }

  write(path: string, text: string | Uint8Array): void {
    const file = resolve(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  read(path: string): string {
    return readFileSync(resolve(this.root, path), 'utf8');
  }

  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.root, encoding: 'utf8', env: this.env() });
  }

  /** Commits everything; the commit's id. */
  commit(message = 'change'): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD').trim();
  }

  /** Runs `vetmark`. */
  async vetmark(args: readonly string[], input: string | Uint8Array = '', options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {}): Promise<Ran> {
    const started = await program();
    return new Promise((done) => {
      const child = spawn(process.execPath, [started, ...args], { cwd: options.cwd ?? this.root, env: { ...this.env(), NODE_COMPILE_CACHE: join(dirname(started), 'compiled'), ...options.env } });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      child.on('close', (code) => done({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }));
    });
  }

  /** A recorded payload with the recording's work folder replaced by the repository. */
  payload(folder: string, name: string): string {
    return readFileSync(join(source, 'test/agents/payloads', folder, `${name}.json`), 'utf8').replaceAll('"/workspace', `"${this.root}`);
  }

  /** Markers in the order of writing. */
  markers(): readonly Record<string, unknown>[] {
    return this.files('.git/vetmark/markers').map((path) => JSON.parse(this.read(path)) as Record<string, unknown>);
  }

  /** Files below a folder of the repository, or of everything there is when it is absolute. */
  files(folder: string): readonly string[] {
    const start = resolve(this.root, folder);
    if (!existsSync(start)) return [];
    return readdirSync(start, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(start, name)).isFile()).sort().map((name) => join(folder, name));
  }

  dispose(): void {
    rmSync(this.top, { recursive: true, force: true });
  }

  private env(): Record<string, string> {
    return { PATH: process.env['PATH'] ?? '', HOME: this.home, XDG_STATE_HOME: this.state, XDG_CONFIG_HOME: join(this.home, '.config'), GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.com', GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com', LC_ALL: 'C.UTF-8' };
  }
}
