/**
 * Prepares a real VS Code and a Chromium from npm packages alone: the workbench that code-server ships, made lean, and the browser of @sparticuz/chromium.
 * Invariant: a prepared tree appears whole or not at all, and two runs at once never write the same one.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gateHost, gateWorkbench } from './gate.ts';
import { cache, nodeBinary, runtime } from './places.ts';

const run = promisify(execFile);

export interface Stage {
  /** The VS Code server's folder: `out/server-main.js` lies in it. */
  readonly vscode: string;
  /** The browser's executable. */
  readonly chromium: string;
  /** Libraries Chromium needs beyond libc, for its own LD_LIBRARY_PATH. */
  readonly libraries: string;
  /** A fontconfig file naming the fonts that came along, on top of the machine's. */
  readonly fonts: string;
  /** "1.139.1". */
  readonly version: string;
}

/** Built-in extensions that need a network, an account or a native build, or that no test of ours touches. They double the start-up time. */
const unneeded = [
  'copilot', 'mermaid-markdown-features', 'microsoft-authentication', 'github-authentication', 'github', 'ms-vscode.js-debug', 'ms-vscode.js-debug-companion',
  'ms-vscode.vscode-js-profile-table', 'tunnel-forwarding', 'debug-auto-launch', 'debug-server-ready', 'terminal-suggest', 'latex',
  'markdown-math', 'typescript-language-features', 'grunt', 'gulp', 'jake', 'npm', 'php-language-features', 'simple-browser',
];

/** Native modules that only write logs or watch a parent process: plain JavaScript does here. */
const stubs: Readonly<Record<string, string>> = {
  '@vscode/spdlog': `const fs = require('fs');
const logger = (file) => {
  const write = (level) => (message) => { try { fs.appendFileSync(file, new Date().toISOString() + ' [' + level + '] ' + message + '\\n'); } catch {} };
  return { trace: write('trace'), debug: write('debug'), info: write('info'), warn: write('warning'), error: write('error'), critical: write('critical'),
    setLevel() {}, clearFormatters() {}, setPattern() {}, flush() {}, drop() {}, getLevel() { return 2; } };
};
exports.version = 1; exports.setLevel = () => {}; exports.setFlushOn = () => {}; exports.shutdown = () => {};
exports.createRotatingLogger = async (_name, file) => logger(file); exports.createAsyncRotatingLogger = async (_name, file) => logger(file);`,
  '@vscode/native-watchdog': 'exports.start = () => {};',
  '@vscode/fs-copyfile': `exports.copyFile = (from, to) => require('fs').promises.copyFile(from, to); exports.isCloneSupported = () => false;`,
};

/** Gives the prepared stage, preparing it first if need be (about fifteen seconds and 200 MB in `.vscode-test`). `say` hears what it is waiting for. */
export async function prepareStage(say: (message: string) => void): Promise<Stage> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`The stage's Chromium is built for Linux x64 and this is ${process.platform} ${process.arch}. Use "npm run test:electron", which downloads VS Code for your machine.`);
  }
  const recipe = await recipeDigest();
  const place = join(cache, `vscode-${await pinnedVersion()}-${recipe}`);
  await mkdir(cache, { recursive: true });
  if (!(await exists(place))) {
    const release = await takeLock(join(cache, 'prepare.lock'), say);
    try {
      if (!(await exists(place))) await build(place, say);
    } finally {
      await release();
    }
  }
  return stageAt(place);
}

async function build(place: string, say: (message: string) => void): Promise<void> {
  const started = Date.now();
  const lap = (message: string): void => say(`${((Date.now() - started) / 1000).toFixed(0).padStart(3)} s  ${message}`);
  const older = (await readdir(cache)).filter((name) => /^vscode-\d/.test(name));
  const temp = `${place}.part-${process.pid}`;
  await rm(temp, { recursive: true, force: true });
  await mkdir(temp, { recursive: true });
  try {
    lap('First start: fetching VS Code from the npm registry (about 60 MB, once) …');
    // Both end before anything is cleaned up: a child must never lose the folder under its feet.
    const parts = await Promise.allSettled([buildVscode(temp), buildBrowser(temp)]);
    for (const part of parts) if (part.status === 'rejected') throw part.reason;
    lap('VS Code and its browser are unpacked, the stable-API gate is in place.');
    await rename(temp, place);
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
  for (const name of older) await rm(join(cache, name), { recursive: true, force: true });
  lap(`Ready in ${place}.`);
}

async function buildVscode(temp: string): Promise<void> {
  const work = join(temp, 'npm');
  await mkdir(work);
  for (const name of ['package.json', 'package-lock.json']) await cp(join(runtime, name), join(work, name));
  await npm(['ci', `--prefix=${work}`, '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], work);
  const modules = join(work, 'node_modules');
  const vscode = join(temp, 'vscode');
  await rename(join(modules, 'code-server/lib/vscode'), vscode);
  await rm(join(modules, 'code-server'), { recursive: true });
  await rename(join(modules, 'dejavu-fonts-ttf/ttf'), join(temp, 'dejavu'));
  await dropOtherPlatforms(join(modules, '@vscode/ripgrep-universal/bin'));
  await rename(modules, join(vscode, 'node_modules'));
  await rm(work, { recursive: true });
  for (const [name, source] of Object.entries(stubs)) await writeModule(join(vscode, 'node_modules', name), name, source);
  for (const name of unneeded) await rm(join(vscode, 'extensions', name), { recursive: true, force: true });
  await edit(join(vscode, 'product.json'), withoutGallery);
  await edit(join(vscode, 'out/vs/workbench/api/node/extensionHostProcess.js'), gateHost);
  await edit(join(vscode, 'out/vs/code/browser/workbench/workbench.js'), gateWorkbench);
}

/** No gallery: the stage neither offers nor looks for extensions on the network. */
function withoutGallery(text: string): string {
  const product = JSON.parse(text) as Record<string, unknown>;
  delete product['extensionsGallery'];
  delete product['builtInExtensions'];
  return JSON.stringify(product, null, 1);
}

/**
 * The package's own unpacking, told to use our folder: it writes to the temporary directory, and takes the libraries along only where it believes to run on Amazon Linux
 * (https://github.com/Sparticuz/chromium, source/helper.ts).
 */
async function buildBrowser(temp: string): Promise<void> {
  const target = join(temp, 'chromium');
  await mkdir(target);
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const script = 'const m = require(process.argv[1]); (m.default ?? m).executablePath().catch((error) => { console.error(error); process.exit(1); })';
  await run(nodeBinary(), ['-e', script, entry], { env: { ...process.env, TMPDIR: target, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' } });
}

/** Fonts are found by absolute path, so the file is written where the tree came to rest. */
async function writeFontConfig(place: string): Promise<string> {
  const file = join(place, 'fonts.conf');
  if (await exists(file)) return file;
  const temp = `${file}.${process.pid}`;
  const config = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${place}/dejavu</dir>
  <dir>${place}/chromium/fonts/fonts</dir>
  <cachedir>${place}/font-cache</cachedir>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
</fontconfig>
`;
  await writeFile(temp, config);
  await rename(temp, file);
  return file;
}

async function stageAt(place: string): Promise<Stage> {
  const product = JSON.parse(await readFile(join(place, 'vscode/package.json'), 'utf8')) as { version: string };
  return {
    vscode: join(place, 'vscode'),
    chromium: join(place, 'chromium/chromium'),
    libraries: join(place, 'chromium/al2023/lib'),
    fonts: await writeFontConfig(place),
    version: product.version,
  };
}

async function pinnedVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(runtime, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  return manifest.dependencies['code-server'] ?? 'unpinned';
}

/** Eight hex digits that change with anything that changes the tree: the lockfile, the browser's version and the recipe's own text. */
async function recipeDigest(): Promise<string> {
  const hash = createHash('sha256');
  const browser = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../../package.json');
  const sources = [join(runtime, 'package-lock.json'), browser, join(import.meta.dirname, 'prepare.ts'), join(import.meta.dirname, 'gate.ts')];
  for (const file of sources) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 8);
}

/**
 * npm as npm scripts see it; without npm around us, the one on the PATH. The prefix is always said: left to itself npm climbs to the next folder with a
 * package.json when its own has gone, and `npm ci` there would empty the project's node_modules.
 */
async function npm(args: readonly string[], cwd: string): Promise<void> {
  const cli = process.env['npm_execpath'];
  const [command, all] = cli?.endsWith('.js') ? [nodeBinary(), [cli, ...args]] : ['npm', [...args]];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, all, { cwd, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, npm_config_workspaces: 'false' } });
    let trouble = '';
    child.stderr.on('data', (chunk: Buffer) => (trouble += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`npm ${args[0]} ended with ${code}; VS Code cannot be prepared without the npm registry.\n${trouble}`))));
  });
}

/** Takes a lock that dies with its owner; waits for a living one. Returns the way to give it back. */
async function takeLock(file: string, say: (message: string) => void): Promise<() => Promise<void>> {
  for (let told = false; ; told = true) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isAbandoned(file)) await rm(file, { force: true });
    else {
      if (!told) say('Another run is preparing VS Code; waiting for it …');
      await delay(250);
    }
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(file, 'utf8'));
    const age = Date.now() - (await stat(file)).mtimeMs;
    if (pid === 0) return age > 5000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function dropOtherPlatforms(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name !== `${process.platform}-${process.arch}`) await rm(join(folder, name), { recursive: true });
}

async function writeModule(folder: string, name: string, source: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version: '0.0.0', main: 'index.js' }));
  await writeFile(join(folder, 'index.js'), source);
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
