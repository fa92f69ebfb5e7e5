/**
 * package.json's `contributes`, from src/extension/contributes.ts: commands, keys, views, menus, settings, colours, walkthrough.
 * What people read there stands as a key in package.json and in English in package.nls.json; the other languages are package.nls.<language>.json.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contributes } from '../../src/extension/contributes.ts';
import { described } from '../../src/extension/contributes-welcome.ts';
import type { Generated } from './section.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Members that people read, wherever they stand. A model reads `modelDescription`, so that stays as it is, and "Vetmark" is a name. */
const READ: ReadonlySet<string> = new Set(['title', 'label', 'name', 'displayName', 'contextualTitle', 'contents', 'description', 'markdownDescription', 'enumDescriptions', 'userDescription', 'altText', 'label']);
/** Members below which nothing is read by people. */
const UNREAD: ReadonlySet<string> = new Set(['inputSchema', 'args', 'languageModelTools.name']);
const NAME = 'Vetmark';

export function generated(root: string): Generated {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const texts = new Map<string, string>();
  const keyed = withKeys({ ...described, contributes } as unknown as Json, [], texts) as Record<string, Json>;
  return new Map([
    ['package.json', `${JSON.stringify({ ...manifest, ...keyed }, null, 2)}\n`],
    ['package.nls.json', `${JSON.stringify(Object.fromEntries(texts), null, 2)}\n`],
  ]);
}

function withKeys(value: Json, path: readonly string[], texts: Map<string, string>): Json {
  if (Array.isArray(value)) return withKeysEach(value as readonly Json[], path, texts);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as Record<string, Json>).map(([name, member]): [string, Json] => {
    if (UNREAD.has(name) || UNREAD.has(`${path.find((part) => part !== 'contributes') ?? ''}.${name}`)) return [name, member];
    if (!READ.has(name)) return [name, withKeys(member, [...path, name], texts)];
    if (typeof member === 'string') return [name, keyFor(member, [...path, name], texts)];
    if (Array.isArray(member)) return [name, (member as readonly string[]).map((text, index) => keyFor(text, [...path, name, String(index)], texts))];
    return [name, withKeys(member, [...path, name], texts)];
  });
  return Object.fromEntries(members);
}

/** Of several items that are known by the same, the first keeps the name and the others are counted. */
function withKeysEach(items: readonly Json[], path: readonly string[], texts: Map<string, string>): Json {
  const seen = new Map<string, number>();
  return items.map((item, index) => {
    const id = idOf(item, index);
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return withKeys(item, [...path, count === 1 ? id : `${id}.${count}`], texts);
  });
}

function keyFor(text: string, path: readonly string[], texts: Map<string, string>): string {
  if (text === NAME) return text;
  const key = path.filter((part) => part !== 'contributes').join('.').replaceAll('vetmark.', '');
  texts.set(key, text);
  return `%${key}%`;
}

/** What a list's item is known by, so that a key outlives its place in the list. */
function idOf(item: Json, index: number): string {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return String(index);
  const { command, id, name, view } = item as Readonly<Record<string, Json>>;
  const known = [command, id, name, view].find((part) => typeof part === 'string');
  return typeof known === 'string' ? known : String(index);
}
