/** Builds the product's bundles, as `npm run build` does. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nodeBinary, root } from './places.ts';

/** Builds dist/. Throws with the bundler's words when it fails. */
export async function buildProduct(): Promise<void> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  await promisify(execFile)(nodeBinary(), ['esbuild.config.mjs'], { cwd: root, env: { ...process.env, npm_package_version: version } });
}
