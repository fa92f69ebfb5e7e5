/** Every token format, and the ways to look them up. */
import { AI, NEAR_AI } from './ai.ts';
import { CLOUD, CLOUD_MARKS, NEAR_CLOUD } from './cloud.ts';
import { CODE, NEAR_CODE } from './code.ts';
import type { MarkFormat, NearFormat, PrefixFormat } from './format.ts';
import { NEAR_SERVICES, SERVICE_MARKS, SERVICES } from './services.ts';

export const PREFIX_FORMATS: readonly PrefixFormat[] = [...AI, ...CLOUD, ...CODE, ...SERVICES];
export const MARK_FORMATS: readonly MarkFormat[] = [...CLOUD_MARKS, ...SERVICE_MARKS];
export const NEAR_FORMATS: readonly NearFormat[] = [...NEAR_AI, ...NEAR_CLOUD, ...NEAR_CODE, ...NEAR_SERVICES];

/** Every prefix has at least two characters: they are the key. */
const BY_START: ReadonlyMap<string, readonly PrefixFormat[]> = byStart();

/** The formats that a word with these first two characters could be. */
export function formatsStarting(two: string): readonly PrefixFormat[] | undefined {
  return BY_START.get(two);
}

function byStart(): Map<string, PrefixFormat[]> {
  const map = new Map<string, PrefixFormat[]>();
  for (const format of PREFIX_FORMATS) {
    const two = format.prefix.slice(0, 2);
    map.set(two, [...(map.get(two) ?? []), format]);
  }
  return map;
}
