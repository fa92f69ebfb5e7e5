/**
 * `node scripts/ocsf-subset.ts <checkout of github.com/ocsf/ocsf-schema>`: writes what the tests need of that schema, the structure of the classes that the
 * audit export uses and of all that they refer to, without its descriptions, to test/core/ocsf-schema.json.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Attribute {
  readonly type?: string;
  readonly enum?: Readonly<Record<string, { readonly caption: string }>>;
  readonly [key: string]: unknown;
}

interface Item {
  readonly name: string;
  readonly caption: string;
  readonly extends?: string;
  readonly uid?: number;
  readonly category?: string;
  readonly attributes: Readonly<Record<string, Attribute>> & { readonly $include?: readonly string[] };
  readonly constraints?: unknown;
}

const CLASSES = ['base_event', 'entity_management', 'api_activity', 'scan_activity'];
const PROFILES = ['record_integrity', 'ai_operation', 'security_control'];
const TARGET = new URL('../test/core/ocsf-schema.json', import.meta.url);

const [checkout] = process.argv.slice(2);
if (checkout === undefined) {
  console.error('Name a checkout of github.com/ocsf/ocsf-schema.');
  process.exit(2);
}

const read = <T>(path: string): T => JSON.parse(readFileSync(join(checkout, path), 'utf8')) as T;
const all = (under: string): Item[] => readdirSync(join(checkout, under), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json')).map((path) => read<Item>(join(under, path)));

const events = new Map(all('events').map((item) => [item.name, item]));
const objects = new Map(all('objects').map((item) => [item.name, item]));
const profiles = all('profiles').filter(({ name }) => PROFILES.includes(name));
const dictionary = read<{ attributes: Record<string, Attribute>; types: { attributes: Record<string, Record<string, unknown>> } }>('dictionary.json');
const categories = read<{ attributes: Record<string, { uid: number; caption: string }> }>('categories.json').attributes;

const keptClasses = new Map<string, Item>();
const keptObjects = new Map<string, Item>();
const keptAttributes = new Set<string>();
for (const name of CLASSES) keepLine(name, events, keptClasses);
for (const profile of profiles) keepAttributes(profile);

const file = {
  source: 'github.com/ocsf/ocsf-schema, Apache-2.0, Copyright OCSF a Series of LF Projects, LLC: names, types, numbers and captions of a part of it, without descriptions',
  version: read<{ version: string }>('version.json').version,
  categories: Object.fromEntries(Object.entries(categories).map(([name, { uid, caption }]) => [name, { uid, caption }])),
  profiles: profiles.map(bare),
  events: [...keptClasses.values()].map(bare),
  objects: [...keptObjects.values()].map(bare),
  attributes: Object.fromEntries(Object.entries(dictionary.attributes).filter(([name]) => keptAttributes.has(name)).map(([name, attribute]) => [name, bareAttribute(attribute)])),
  types: Object.fromEntries(Object.entries(dictionary.types.attributes).map(([name, { type, regex }]) => [name, { type, regex }])),
};
writeFileSync(TARGET, `${JSON.stringify(file, null, 1)}\n`);

function keepLine(name: string, from: ReadonlyMap<string, Item>, kept: Map<string, Item>): void {
  const item = from.get(name) ?? from.get(`_${name}`);
  if (item === undefined || kept.has(item.name)) return;
  kept.set(item.name, item);
  keepAttributes(item);
  if (item.extends !== undefined) keepLine(item.extends, from, kept);
}

function keepAttributes({ attributes }: Item): void {
  const { $include: _included, ...own } = attributes;
  for (const [name, attribute] of Object.entries(own) as [string, Attribute][]) {
    keptAttributes.add(name);
    keepLine(attribute.type ?? dictionary.attributes[name]?.type ?? '', objects, keptObjects);
  }
}

function bare({ name, caption, extends: parent, uid, category, attributes, constraints }: Item): unknown {
  const { $include, ...own } = attributes;
  return { name, caption, extends: parent, uid, category, attributes: { ...($include !== undefined && { $include }), ...Object.fromEntries(Object.entries(own).map(([key, value]) => [key, bareAttribute(value as Attribute)])) }, constraints };
}

function bareAttribute({ type, is_array, requirement, enum: values, sibling, profile }: Attribute): unknown {
  return { type, is_array, requirement, enum: values && Object.fromEntries(Object.entries(values).map(([key, { caption }]) => [key, { caption }])), sibling, profile };
}
