/** Packages extensions as their authors do, with vsce. */
import { createVSIX } from '@vscode/vsce';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { out, root } from './places.ts';

/** Packages the product from what `npm run build` left in dist/; gives the VSIX's path. */
export async function packageProduct(): Promise<string> {
  return packageExtension(root, join(out, 'vsix/vetmark.vsix'));
}

/** Packages the scripted assistant; gives the VSIX's path. */
export async function packageAssistant(): Promise<string> {
  return packageExtension(join(root, 'test/vscode/fixtures/assistant'), join(out, 'vsix/scripted-assistant.vsix'));
}

async function packageExtension(folder: string, vsix: string): Promise<string> {
  await mkdir(dirname(vsix), { recursive: true });
  await createVSIX({ cwd: folder, packagePath: vsix, dependencies: false, allowMissingRepository: true, skipLicense: true });
  return vsix;
}
