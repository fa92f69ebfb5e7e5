/** Places of the stage on disk: the project, its caches and what a run leaves for people to look at. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Prepared VS Code and Chromium; git-ignored, safe to delete at any time. */
export const cache = join(root, '.vscode-test');

/** Screenshots, reports and bundled suites; git-ignored. */
export const out = join(root, 'out');

/** The lockfile that pins VS Code and what it needs from npm. */
export const runtime = join(root, 'test/harness/vscode/runtime');

/** The Node that VS Code's server runs on: the pinned npm package, whatever runs this script. */
export function nodeBinary(): string {
  const pinned = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(pinned) ? pinned : process.execPath;
}
