/**
 * Builds the bundles into dist/: extension and its language client, worker, checklist page, terminal. `--production` minifies, `--watch` stays.
 * Guards: the extension's bundle holds no parser and keeps under its ceiling; the build fails otherwise.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import esbuild from 'esbuild';
import { CLI_BUNDLE, COMPILER_BESIDE, HOOK_BUNDLE, placeCompiler, START_BUNDLE } from './scripts/cli-bundle.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** Kilobytes of the minified extension bundle: what every start of the editor reads. About a quarter is the readers of records and policies (zod, minimatch), which may not trust their input. */
const CEILING_KB = 450;
/** What must never be in the extension host: a slow parse there stalls every extension. */
const NO_PARSER = /node_modules\/(typescript|@typescript\/|@typescript-eslint\/|@secretlint\/|secretlint|espree|acorn|@babel\/)|^src\/analysis\//;

/** @type {esbuild.BuildOptions} */
const common = { bundle: true, sourcemap: production ? false : 'linked', minify: production, logLevel: 'warning', metafile: true, legalComments: 'none', charset: 'utf8', define: { 'process.env.VETMARK_VERSION': JSON.stringify(process.env['npm_package_version'] ?? '0.0.0') } };
/** @type {esbuild.BuildOptions} */
const node = { ...common, platform: 'node', target: 'node20', mainFields: ['module', 'main'] };

/** The language client is a file of its own, read when the worker is first needed: it would be two thirds of what activation reads. */
/** @type {esbuild.Plugin} */
const clientApart = { name: 'client-apart', setup: (build) => build.onResolve({ filter: /^vscode-languageclient\/node$/ }, ({ kind }) => (kind === 'entry-point' ? undefined : { path: './client.cjs', external: true })) };

/** Connecting agents is a file of its own too: it is needed once, and knows every agent. */
/** @type {esbuild.Plugin} */
const agentsApart = { name: 'agents-apart', setup: (build) => build.onResolve({ filter: /\/agents\/connecting\.ts$/ }, ({ kind }) => (kind === 'entry-point' ? undefined : { path: './agents.cjs', external: true })) };

/** The schema library brings a writer of JSON Schema along that only our generators call: 20 KB that no start has to read. What is left of it makes nothing. */
/** @type {esbuild.Plugin} */
const noSchemaWriter = {
  name: 'no-schema-writer',
  setup: (build) =>
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]core[\\/](?:json-schema-processors|to-json-schema)\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const names = [...text.matchAll(/^export (?:(?:function|const) |\{ \w+ as )(\w+)/gm)].map(([, name]) => name);
      return { contents: `const nothing = () => nothing;\nexport { ${names.map((name) => `nothing as ${name}`).join(', ')} };\n`, loader: 'js' };
    }),
};

/** @type {Record<string, esbuild.BuildOptions>} */
const builds = {
  extension: { ...node, entryPoints: ['src/extension/main.ts'], outfile: 'dist/extension.cjs', format: 'cjs', external: ['vscode'], target: 'node22', plugins: [clientApart, agentsApart, noSchemaWriter], supported: { 'dynamic-import': false } },
  client: { ...node, entryPoints: { client: 'vscode-languageclient/node' }, outdir: 'dist', outExtension: { '.js': '.cjs' }, format: 'cjs', external: ['vscode'], target: 'node22' },
  agents: { ...node, entryPoints: { agents: 'src/extension/agents/connecting.ts' }, outdir: 'dist', outExtension: { '.js': '.cjs' }, format: 'cjs', external: ['vscode'], target: 'node22' },
  server: { ...node, ...COMPILER_BESIDE, entryPoints: { server: 'src/server/main.ts' }, outdir: 'dist', outExtension: { '.js': '.cjs' }, format: 'cjs', target: 'node22' },
  webview: { ...common, entryPoints: ['src/webview/main.ts'], outfile: 'dist/webview.js', format: 'iife', platform: 'browser', target: 'chrome120' },
  cli: { ...node, ...CLI_BUNDLE, outdir: 'dist' },
  start: { ...node, ...START_BUNDLE, outdir: 'dist' },
  hook: { ...node, ...HOOK_BUNDLE, outdir: 'dist' },
};

if (watch) {
  for (const options of Object.values(builds)) await (await esbuild.context(options)).watch();
} else {
  rmSync('dist', { recursive: true, force: true });
  placeCompiler('dist', { minify: production });
  const results = Object.fromEntries(await Promise.all(Object.entries(builds).map(async ([name, options]) => [name, await esbuild.build(options)])));
  mkdirSync('out', { recursive: true });
  for (const [name, { metafile }] of Object.entries(results)) writeFileSync(`out/meta-${name}.json`, JSON.stringify(metafile));
  guard(results.extension.metafile);
}

/** Fails the build when a parser, or too much, got into the extension host. */
function guard(/** @type {esbuild.Metafile} */ metafile) {
  const strangers = Object.keys(metafile.inputs).filter((input) => NO_PARSER.test(input));
  if (strangers.length > 0) throw new Error(`The extension bundle holds what belongs in the worker:\n  ${strangers.slice(0, 10).join('\n  ')}`);
  const kb = Math.round((metafile.outputs['dist/extension.cjs']?.bytes ?? Infinity) / 1024);
  if (production && kb > CEILING_KB) throw new Error(`The extension bundle has ${kb} KB; its ceiling is ${CEILING_KB} KB.`);
  process.stdout.write(`dist/extension.cjs ${kb} KB (ceiling ${CEILING_KB} KB minified), no parser inside\n`);
}
