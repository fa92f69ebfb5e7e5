/** Events that found the log busy: one file each beside it, until the next writer takes them in. So a hook need not wait, and nothing is lost. */
import { readFileSync, rmSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { fit, readEvent, type AuditEvent } from '#core/audit-event';
import { digestOf } from '#core/digest';
import { namesIn } from './audit-files.ts';

export interface Waiting {
  readonly event: AuditEvent;
  /** ISO 8601, UTC: when it happened. */
  readonly at: string;
}

/** How many are taken in at once: a hook that comes after a jam must not pay for all of it. */
const MOST = 1_000;

/** Puts an event aside, so that it survives a crash of the machine. Throws what the file system throws. */
export async function putAside(file: string, { event, at }: Waiting): Promise<void> {
  await mkdir(folderOf(file), { recursive: true, mode: 0o700 });
  const place = join(folderOf(file), ulid());
  const handle = await open(`${place}.tmp`, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify({ v: 1, at, event: fit(event) }), 'utf8');
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${place}.tmp`, `${place}.json`);
}

/** What was put aside, oldest first, and how to remove it once it stands in the log. A crash in between leaves an event twice, never not at all. */
export function putAsideBefore(file: string): { readonly waiting: readonly Waiting[]; remove(): void } {
  const names = namesIn(folderOf(file));
  const places = names.filter((name) => name.endsWith('.json')).sort().slice(0, MOST).map((name) => join(folderOf(file), name));
    return {
    waiting: places.map(read),
    remove() {
      for (const place of places) rmSync(place, { force: true });
    },
  };
}

function read(place: string): Waiting {
  const text = readFileSync(place, 'utf8');
  try {
    const { at, event } = JSON.parse(text) as { at: unknown; event: unknown };
    const known = readEvent(event);
    if (known !== undefined && known.kind !== 'strange' && known.kind !== 'rotated' && typeof at === 'string' && new Date(at).toISOString() === at) return { event: known, at };
  } catch {
    // Told below.
  }
  return { event: { kind: 'gap', message: 'An event that had been put aside could not be read.', digest: digestOf(text) }, at: new Date().toISOString() };
}

function folderOf(file: string): string {
  return file.replace(/\.jsonl$/, '.waiting');
}
