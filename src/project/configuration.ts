/**
 * Configuration files that are not Vetmark's own: read, written and put back exactly as they were.
 * Invariant 13: what was changed is remembered as the edits that undo it, in the user's state folder, so that an undo needs no copy of the file.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { diffTexts } from '#core/diff';
import { digestOf } from '#core/digest';
import { applyChange, type Change } from '#core/text';
import { isAbsent, writeAtomically } from './atomic.ts';
import { stateFolder } from './state-folder.ts';

export type ConfigurationText = { readonly ok: true; readonly text: string | undefined } | { readonly ok: false; readonly message: string };

/** The file's text; `undefined` when there is none. */
export async function readConfiguration(file: string): Promise<ConfigurationText> {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file)) };
  } catch (error) {
    if (isAbsent(error)) return { ok: true, text: undefined };
    return { ok: false, message: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Writes the new text and remembers how to undo it. Links are followed, permissions kept. Throws when the disk refuses. */
export async function changeConfiguration(file: string, before: string | undefined, after: string): Promise<void> {
  const folders = await missingFolders(dirname(file));
  const real = await realpath(file).catch(() => file);
  const mode = await stat(real).then((info) => info.mode & 0o777, () => 0o644);
  const earlier = await recall(file);
  // A second change upon the first: undoing must lead back to what was there before both.
  const start = earlier !== undefined && before !== undefined && digestOf(before) === earlier.after ? undoneText(earlier, before) : { text: before, folders };
  const record: Record = { v: 1, file, after: digestOf(after), undo: start.text === undefined ? null : diffTexts(after, start.text).map((edit) => ({ ...edit })), folders: [...start.folders] };
  await writeAtomically(recordFile(file), JSON.stringify(record), 0o600);
  await mkdir(dirname(real), { recursive: true });
  await writeAtomically(real, after, mode);
}

/** Whether Vetmark wrote to this file and has not undone it. */
export async function isConnected(file: string): Promise<boolean> {
  return (await recall(file)) !== undefined || (await recall(await realpath(file).catch(() => file))) !== undefined;
}

export type Undone = 'exact' | 'changed-since' | 'unknown';

/** What the file would be if it were put back as it was; `undefined` when it is not what was written, and nothing is known of it. */
export async function undoneConfiguration(file: string): Promise<{ readonly ok: true; readonly text: string | undefined } | undefined> {
  const known = await recall(file);
  const now = await readConfiguration(file);
  if (known === undefined || !now.ok || now.text === undefined || digestOf(now.text) !== known.after) return undefined;
  return { ok: true, text: undoneText(known, now.text).text };
}

/** Puts the file back as it was, if it is still what was written. Throws when the disk refuses. */
export async function undoConfiguration(file: string): Promise<Undone> {
  const record = await recall(file);
  if (record === undefined) return 'unknown';
  const now = await readConfiguration(file);
  if (!now.ok || now.text === undefined || digestOf(now.text) !== record.after) return 'changed-since';
  await restore(file, undoneText(record, now.text).text, record.folders);
  return 'exact';
}

/** Writes what is left of a file that others changed too; `undefined` removes it. Forgets the undo. Throws when the disk refuses. */
export async function leaveConfiguration(file: string, text: string | undefined): Promise<void> {
  await restore(file, text, (await recall(file))?.folders ?? []);
}

async function restore(file: string, text: string | undefined, folders: readonly string[]): Promise<void> {
  const real = await realpath(file).catch(() => file);
  if (text === undefined) {
    await rm(real, { force: true });
    // Only folders that were made for it, and only while nothing else is in them.
    for (const folder of [...folders].reverse()) await rmdir(folder).catch(() => undefined);
  } else await writeAtomically(real, text, await stat(real).then((info) => info.mode & 0o777, () => 0o644));
  await rm(recordFile(file), { force: true });
}

const offset = z.int().check(z.minimum(0));
const record = z.strictObject({
  v: z.literal(1),
  file: z.string(),
  after: z.string(),
  /** Edits that lead back; `null`: there was no file. */
  undo: z.nullable(z.array(z.strictObject({ range: z.strictObject({ start: offset, end: offset }), text: z.string() }))),
  /** Folders that were made for the file, outermost first. */
  folders: z.array(z.string()),
});
type Record = z.infer<typeof record>;

function undoneText({ undo, folders }: Record, text: string): { readonly text: string | undefined; readonly folders: readonly string[] } {
  return { text: undo === null ? undefined : applyChange(text, undo as Change), folders };
}

async function recall(file: string): Promise<Record | undefined> {
  try {
    const read = record.safeParse(JSON.parse(await readFile(recordFile(file), 'utf8')));
    return read.success && read.data.file === file ? read.data : undefined;
  } catch {
    return undefined;
  }
}

function recordFile(file: string): string {
  return join(stateFolder(), 'vetmark', 'connections', `${createHash('sha256').update(file).digest('hex').slice(0, 32)}.json`);
}

/** Folders that do not exist yet on the way to a place, outermost first. */
async function missingFolders(folder: string): Promise<readonly string[]> {
  if (await stat(folder).then(() => true, () => false)) return [];
  return [...(await missingFolders(dirname(folder))), folder];
}
