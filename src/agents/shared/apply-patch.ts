/**
 * The patch format of OpenAI's `apply_patch` tool (`*** Begin Patch`), which Codex, Copilot and opencode hand to their models. Only what the
 * patch says is read; whether it was applied is for the disk to show.
 */
import type { Write } from '../agent.ts';
import { name } from './payload.ts';

export interface Patch {
  readonly writes: readonly Write[];
  /** Files that are deleted, or moved away. */
  readonly removed: readonly string[];
}

/** Reads a patch line by line. What is no patch yields no files. */
export function readPatch(patch: string): Patch {
  const writes: Write[] = [];
  const removed: string[] = [];
  let file: { kind: 'add' | 'update'; path: string; hunks: { old: string[]; new: string[] }[] } | undefined;
  const close = (): void => {
    if (file !== undefined) writes.push(file.kind === 'add' ? added(file.path, file.hunks) : updated(file.path, file.hunks));
    file = undefined;
  };
  for (const line of patch.split(/\r?\n/)) {
    const header = /^\*\*\* (Add File|Update File|Delete File|Move to|End Patch|Begin Patch|End of File)(?:: (.*))?$/.exec(line);
    if (header !== null) {
      const path = header[2]?.trim() ?? '';
      switch (header[1]) {
        case 'Add File':
        case 'Update File':
          close();
          if (name.safeParse(path).success) file = { kind: header[1] === 'Add File' ? 'add' : 'update', path, hunks: [{ old: [], new: [] }] };
          break;
        case 'Delete File':
          close();
          if (name.safeParse(path).success) removed.push(path);
          break;
        case 'Move to':
          if (file !== undefined && name.safeParse(path).success) {
            removed.push(file.path);
            file.path = path;
          }
          break;
        case 'End Patch':
          close();
          break;
      }
      continue;
    }
    const hunk = file?.hunks.at(-1);
    if (file === undefined || hunk === undefined) continue;
    if (line.startsWith('@@')) file.hunks.push({ old: [], new: [] });
    else if (line.startsWith('+')) hunk.new.push(line.slice(1));
    else if (line.startsWith('-')) hunk.old.push(line.slice(1));
    else if (line.startsWith(' ') || line === '') {
      hunk.old.push(line.slice(1));
      hunk.new.push(line.slice(1));
    }
  }
  close();
  return { writes, removed };
}

function added(path: string, hunks: readonly { readonly new: readonly string[] }[]): Write {
  const text = hunks.flatMap((hunk) => hunk.new).map((line) => `${line}\n`).join('');
  return { path, before: null, after: text, inserted: [text], userModified: false };
}

/** Each hunk as a block of lines that replaces another: what both have in common is context. */
function updated(path: string, hunks: readonly { readonly old: readonly string[]; readonly new: readonly string[] }[]): Write {
  const changed = hunks.filter((hunk) => hunk.old.join('\n') !== hunk.new.join('\n'));
  const block = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  return { path, inserted: changed.map((hunk) => block(hunk.new)), replaced: changed.map((hunk) => block(hunk.old)), userModified: false };
}
