/** The recorded corpus: one file a scenario, in a folder for each way in which it was recorded. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Recording } from './recording.ts';

const folder = resolve(import.meta.dirname, '../../../bench/provenance');

/** `stable`: without the proposed API; `proposed`: with it. */
export type Way = 'stable' | 'proposed';

export const ways: readonly Way[] = ['stable', 'proposed'];

/** Sorted by title; empty where nothing was recorded. */
export function readCorpus(way: Way): readonly Recording[] {
  const place = join(folder, way);
  if (!existsSync(place)) return [];
  return readdirSync(place)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(place, name), 'utf8')) as Recording)
    .sort((a, b) => (a.group + a.title < b.group + b.title ? -1 : 1));
}
