/**
 * How the terminal's bundles are built: once for the product, and once a test run, so that tests run what users run. Three of them, side by side:
 * `vetmark.cjs` is the program; it loads `hook.cjs`, one small file, for an agent's hook, and `cli.mjs`, which loads each command when it is called, for all else.
 *
 * The TypeScript compiler stands beside the bundles as a file of its own. Inside a bundle it is a function in a function, which the engine reads twice
 * before it runs (measured: 120 ms of every start); as a module of its own it is read once, and the worker and the terminal share it.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const compiler = createRequire(createRequire(import.meta.url).resolve('typescript')).resolve('@typescript/old');
const aliases = (/** @type {string} */ name) => {
  const standIn = fileURLToPath(new URL(`compiler/${name}.cjs`, import.meta.url));
  return { 'typescript/lib/tsserverlibrary': standIn, typescript: standIn };
};

/** For a bundle whose code that needs the compiler lies beside `typescript.cjs`. */
export const COMPILER_BESIDE = { alias: aliases('beside'), external: ['./typescript.cjs'] };

/** Puts the compiler into the folder that a bundle is built to. */
export function placeCompiler(/** @type {string} */ folder, { minify = false } = {}) {
  mkdirSync(folder, { recursive: true });
  const target = join(folder, 'typescript.cjs');
  if (!minify) copyFileSync(compiler, target);
  else writeFileSync(target, esbuild.transformSync(readFileSync(compiler, 'utf8'), { minify: true, target: 'node20', platform: 'node', legalComments: 'none' }).code);
}

/** @type {import('esbuild').BuildOptions} */
const common = { bundle: true, platform: 'node', target: 'node20', mainFields: ['module', 'main'] };

/** @type {import('esbuild').BuildOptions} */
export const CLI_BUNDLE = {
  ...common,
  entryPoints: { cli: 'src/cli/main.ts', 'cli/check-worker': 'src/cli/check/worker.ts' },
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  splitting: true,
  chunkNames: 'cli/[name]-[hash]',
  alias: aliases('above'),
  external: ['../typescript.cjs'],
  // A `require` and file names of its own: bundled CommonJS libraries ask for them.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; import { fileURLToPath as __fileURLToPath } from 'node:url'; const require = __createRequire(import.meta.url), __filename = __fileURLToPath(import.meta.url), __dirname = __fileURLToPath(new URL('.', import.meta.url));" },
};

/** The command line stays a file of its own. @type {import('esbuild').Plugin} */
const commandLineApart = { name: 'command-line-apart', setup: (build) => build.onResolve({ filter: /^\.\/main\.ts$/ }, () => ({ path: './cli.mjs', external: true })) };

/** @type {import('esbuild').BuildOptions} */
export const START_BUNDLE = { ...common, entryPoints: { vetmark: 'src/cli/start.ts' }, outExtension: { '.js': '.cjs' }, format: 'cjs', plugins: [commandLineApart], banner: { js: '#!/usr/bin/env node' } };

/** @type {import('esbuild').BuildOptions} */
export const HOOK_BUNDLE = { ...common, entryPoints: { hook: 'src/cli/hook-only.ts' }, outExtension: { '.js': '.cjs' }, format: 'cjs' };

/** Builds all three into a folder, with the compiler beside them; `options` go to each build. The program is `vetmark.cjs` there. */
export async function buildProgram(/** @type {string} */ outdir, /** @type {import('esbuild').BuildOptions} */ options) {
  placeCompiler(outdir, { minify: options.minify === true });
  await Promise.all([CLI_BUNDLE, START_BUNDLE, HOOK_BUNDLE].map((bundle) => esbuild.build({ ...bundle, outdir, logLevel: 'error', ...options })));
}
