/** Which regions a command speaks of: the rows that are selected in a list, the region a link names, or the one at the cursor. */
import { regionAtCursor } from './navigate.ts';
import type { RegionEntry, Registry } from './registry.ts';
import type { Node } from './tree.ts';

/** `argument` and `all` as the editor hands them to a command: a row or a key, and all rows that are selected when a menu was opened on one of them. */
export function chosen(registry: Registry, argument: unknown, all?: unknown): readonly RegionEntry[] {
  const rows = Array.isArray(all) && all.length > 0 ? all : [argument];
  const entries = rows.flatMap((row) => entriesOf(registry, row));
  if (entries.length > 0 || argument !== undefined) return [...new Map(entries.map((entry) => [entry.key, entry])).values()];
  const here = regionAtCursor(registry);
  return here === undefined ? [] : [here];
}

/** Looked up anew by their keys: what another extension hands over is never believed. */
function entriesOf(registry: Registry, row: unknown): readonly RegionEntry[] {
  if (typeof row === 'string') return known(registry, row);
  const node = row as Partial<Node> | null | undefined;
  if (node?.kind === 'region' && 'entry' in node && typeof node.entry?.key === 'string') return known(registry, node.entry.key);
  if (node?.kind === 'group' && 'group' in node && Array.isArray(node.group?.entries)) return node.group.entries.flatMap((entry) => known(registry, entry.key));
  return [];
}

function known(registry: Registry, key: string): readonly RegionEntry[] {
  const entry = registry.find(key);
  return entry === undefined ? [] : [entry];
}
