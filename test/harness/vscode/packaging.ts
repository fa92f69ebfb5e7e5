/** Packages extensions as their authors do, with vsce. Guards: a package that vsce warns about is none. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { nodeBinary, out, root } from './places.ts';

const run = promisify(execFile);
const vsce = join(dirname(createRequire(import.meta.url).resolve('@vscode/vsce/package.json')), 'vsce');

/** Packages the product from what `npm run build` left in dist/; gives the VSIX's path. */
export async function packageProduct(): Promise<string> {
  return packageExtension(root, join(out, 'vsix/vetmark.vsix'));
}

/** Packages the scripted assistant; gives the VSIX's path. */
export async function packageAssistant(): Promise<string> {
  return packageExtension(join(root, 'test/vscode/fixtures/assistant'), join(out, 'vsix/scripted-assistant.vsix'));
}

/** Packages the scripted actors; gives the VSIX's path. */
export async function packageActors(): Promise<string> {
  return packageExtension(join(root, 'test/vscode/fixtures/actors'), join(out, 'vsix/scripted-actors.vsix'));
}

/** Packages the scripted driver; gives the VSIX's path. */
export async function packageDriver(): Promise<string> {
  return packageExtension(join(root, 'test/vscode/fixtures/driver'), join(out, 'vsix/scripted-driver.vsix'));
}

async function packageExtension(folder: string, vsix: string): Promise<string> {
  await mkdir(dirname(vsix), { recursive: true });
  const { stdout, stderr } = await run(nodeBinary(), [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--no-rewrite-relative-links', '--out', vsix], { cwd: folder });
  const warnings = `${stdout}\n${stderr}`.split('\n').filter((line) => /\bWARNING\b/.test(line));
  if (warnings.length > 0) throw new Error(`vsce warns about ${folder}:\n${warnings.join('\n')}`);
  return vsix;
}
