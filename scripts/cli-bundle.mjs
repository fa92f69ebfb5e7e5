/** How the terminal's bundle is built: once for the product, and once a test run, so that tests run what users run. */

/** @type {import('esbuild').BuildOptions} */
export const CLI_BUNDLE = {
  entryPoints: { cli: 'src/cli/main.ts' },
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  format: 'esm',
  splitting: true,
  chunkNames: 'cli/[name]-[hash]',
  // A `require` and file names of its own: bundled CommonJS libraries ask for them.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; import { fileURLToPath as __fileURLToPath } from 'node:url'; const require = __createRequire(import.meta.url), __filename = __fileURLToPath(import.meta.url), __dirname = __fileURLToPath(new URL('.', import.meta.url));" },
};
