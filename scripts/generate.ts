/** Rewrites every generated file: `npm run generate`. test/generated.test.ts fails when one has drifted. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Generated } from './generate/section.ts';

const root = resolve(import.meta.dirname, '..');

/** Generators are the files of scripts/generate that export `generated(root)`, in order of name. */
export async function generators(): Promise<readonly { readonly name: string; readonly generated: (root: string) => Generated | Promise<Generated> }[]> {
  const folder = join(root, 'scripts/generate');
  const names = readdirSync(folder).filter((name) => name !== 'section.ts').sort();
  return Promise.all(names.map(async (name) => ({ name, generated: ((await import(pathToFileURL(join(folder, name)).href)) as { generated: (root: string) => Generated }).generated })));
}

if (process.argv[1] === import.meta.filename) {
  for (const { generated } of await generators()) for (const [path, text] of await generated(root)) writeFileSync(join(root, path), text);
}
