/**
 * How the terminal's bundles are built: once for the product, and once a test run, so that tests run what users run. Three of them, side by side:
 * `vetmark.cjs` is the program; it loads `hook.cjs`, one small file, for an agent's hook, and `cli.mjs`, which loads each command when it is called, for all else.
 */

import esbuild from 'esbuild';

/** @type {import('esbuild').BuildOptions} */
const common = { bundle: true, platform: 'node', target: 'node20', mainFields: ['module', 'main'] };

/** @type {import('esbuild').BuildOptions} */
export const CLI_BUNDLE = {
  ...common,
  entryPoints: { cli: 'src/cli/main.ts' },
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  splitting: true,
  chunkNames: 'cli/[name]-[hash]',
  // A `require` and file names of its own: bundled CommonJS libraries ask for them.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; import { fileURLToPath as __fileURLToPath } from 'node:url'; const require = __createRequire(import.meta.url), __filename = __fileURLToPath(import.meta.url), __dirname = __fileURLToPath(new URL('.', import.meta.url));" },
};

/** The command line stays a file of its own. @type {import('esbuild').Plugin} */
const commandLineApart = { name: 'command-line-apart', setup: (build) => build.onResolve({ filter: /^\.\/main\.ts$/ }, () => ({ path: './cli.mjs', external: true })) };

/** @type {import('esbuild').BuildOptions} */
export const START_BUNDLE = { ...common, entryPoints: { vetmark: 'src/cli/start.ts' }, outExtension: { '.js': '.cjs' }, format: 'cjs', plugins: [commandLineApart], banner: { js: '#!/usr/bin/env node' } };

/** @type {import('esbuild').BuildOptions} */
export const HOOK_BUNDLE = { ...common, entryPoints: { hook: 'src/cli/hook-only.ts' }, outExtension: { '.js': '.cjs' }, format: 'cjs' };

/** Builds all three into a folder; `options` go to each build. The program is `vetmark.cjs` there. */
export async function buildProgram(/** @type {string} */ outdir, /** @type {import('esbuild').BuildOptions} */ options) {
  await Promise.all([CLI_BUNDLE, START_BUNDLE, HOOK_BUNDLE].map((bundle) => esbuild.build({ ...bundle, outdir, logLevel: 'error', ...options })));
}
