/**
 * An older VS Code for recordings, from an older code-server on npm: its workbench, the modules it names that are plain JavaScript or come built, the
 * present stage's browser, and the same gate before the proposed API. Not used by the tests.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gateHost } from '../gate.ts';
import { cache } from '../places.ts';
import type { Stage } from '../prepare.ts';

const run = promisify(execFile);

/** Native modules that only log, watch or find text: plain stand-ins do here. */
const stubs: Readonly<Record<string, string>> = {
  '@vscode/spdlog': "const none = () => {}; const logger = { trace: none, debug: none, info: none, warn: none, error: none, critical: none, setLevel: none, clearFormatters: none, setPattern: none, flush: none, drop: none, getLevel: () => 2 }; exports.version = 1; exports.setLevel = none; exports.setFlushOn = none; exports.shutdown = none; exports.createRotatingLogger = async () => logger; exports.createAsyncRotatingLogger = async () => logger;",
  '@vscode/ripgrep': "exports.rgPath = '/nonexistent';",
  '@vscode/deviceid': "exports.getDeviceId = async () => 'none';",
  'native-watchdog': 'exports.start = () => {};',
  '@vscode/native-watchdog': 'exports.start = () => {};',
};
const native = /^(?:@vscode\/(?:spdlog|ripgrep|deviceid|windows-|vscode-languagedetection)|@xterm\/|kerberos|native-watchdog|node-pty)/;
/** Built-in extensions that want a network or an account, or slow the start. */
const unneeded = ['copilot', 'github', 'github-authentication', 'microsoft-authentication', 'ms-vscode.js-debug', 'ms-vscode.js-debug-companion', 'ms-vscode.vscode-js-profile-table', 'tunnel-forwarding', 'typescript-language-features', 'terminal-suggest', 'debug-auto-launch', 'debug-server-ready'];

/** `version`: of code-server, `4.N.x` ships VS Code 1.N. */
export async function olderStage(present: Stage, version: string): Promise<Stage> {
  const place = join(cache, `older-${version}`);
  if (!existsSync(place)) await build(place, version);
  const product = JSON.parse(await readFile(join(place, 'package.json'), 'utf8')) as { readonly version: string };
  return { ...present, vscode: place, version: product.version };
}

async function build(place: string, version: string): Promise<void> {
  const work = `${place}.part-${String(process.pid)}`;
  await mkdir(work, { recursive: true });
  try {
    const npm = (...args: readonly string[]): Promise<unknown> => run('npm', [...args, '--silent', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: work });
    await npm('pack', `code-server@${version}`);
    await run('tar', ['-xzf', `code-server-${version}.tgz`, 'package/lib/vscode'], { cwd: work });
    const vscode = join(work, 'package/lib/vscode');
    const { dependencies } = JSON.parse(await readFile(join(vscode, 'package.json'), 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> };
    const wanted = Object.entries(dependencies).filter(([name]) => !native.test(name)).map(([name, range]) => `${name}@${range}`);
    await mkdir(join(work, 'modules'));
    await writeFile(join(work, 'modules/package.json'), '{"private":true}');
    await npm('install', '--prefix', join(work, 'modules'), '--no-save', ...wanted);
    await rm(join(vscode, 'node_modules'), { recursive: true, force: true });
    await rename(join(work, 'modules/node_modules'), join(vscode, 'node_modules'));
    for (const [name, source] of Object.entries(stubs)) {
      const folder = join(vscode, 'node_modules', name);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version: '0.0.0', main: 'index.js' }));
      await writeFile(join(folder, 'index.js'), source);
    }
    for (const name of unneeded) await rm(join(vscode, 'extensions', name), { recursive: true, force: true });
    await edit(join(vscode, 'product.json'), (text) => JSON.stringify({ ...(JSON.parse(text) as object), extensionsGallery: undefined, builtInExtensions: undefined }, null, 1));
    await edit(join(vscode, 'out/vs/workbench/api/node/extensionHostProcess.js'), gateHost);
    await edit(join(vscode, 'out/vs/code/browser/workbench/workbench.js'), gateOlderWorkbench);
    await rename(vscode, place);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** As `gateWorkbench`, where the members' names were shortened: the switch for all extensions is on only where the window's payload says so. */
function gateOlderWorkbench(bundle: string): string {
  const gated = gateHost(bundle);
  const open = /(this\.([\w$]+)=new Set\(\(([\w$]+)\.extensionEnabledProposedApi\?\?\[\]\)\.map\([^,]*\)),this\.([\w$]+)=!0/;
  if (!open.test(gated)) throw new Error('The stable-API gate could not be restored in this older code-server: adapt test/harness/vscode/provenance/older.ts.');
  return gated.replace(open, (_all, set: string, names: string, environment: string, all: string) => `${set},this.${all}=${environment}.extensionEnabledProposedApi!==void 0&&this.${names}.size===0`);
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}
