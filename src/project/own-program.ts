/**
 * The program that answers hooks, in a place that outlives an update of the extension: below Vetmark's own state. What agents' configurations name must be
 * there tomorrow too.
 */
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateFolder } from './state-folder.ts';

/** The program, and the one file that it loads for a hook. */
const FILES = ['vetmark.cjs', 'hook.cjs'] as const;

/** Where the program stands, or would. Absolute. */
export function ownProgram(): string {
  return join(stateFolder(), 'vetmark', 'program', FILES[0]);
}

/** Puts the program there from the folder it was built to. Throws what the file system throws. */
export async function placeProgram(built: string): Promise<string> {
  const folder = join(stateFolder(), 'vetmark', 'program');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const file of FILES) await copyFile(join(built, file), join(folder, file));
  return ownProgram();
}

/** Brings the program up to date where it was put before; does nothing elsewhere. Throws what the file system throws. */
export async function refreshProgram(built: string): Promise<void> {
  const [there, here] = await Promise.all([ownProgram(), join(built, FILES[0])].map((file) => join(file, '..', FILES[1])).map((file) => readFile(file).catch(() => undefined)));
  if (there !== undefined && here !== undefined && !there.equals(here)) await placeProgram(built);
}
