/** Judges events by the Open Cybersecurity Schema Framework's own words: attributes, types, enumerations, profiles, constraints. */
import { readFileSync } from 'node:fs';

interface Attribute {
  readonly type?: string;
  readonly is_array?: boolean;
  readonly requirement?: string;
  readonly enum?: Readonly<Record<string, { readonly caption: string }>>;
  readonly sibling?: string;
  /** `null`: the attribute belongs to the class, whatever profile also brings it. */
  readonly profile?: string | null;
}

interface Item {
  readonly name: string;
  readonly caption: string;
  readonly extends?: string;
  readonly uid?: number;
  readonly category?: string;
  readonly attributes: Readonly<Record<string, Attribute>> & { readonly $include?: readonly string[] };
  readonly constraints?: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] };
}

/** A part of the schema, as `scripts/ocsf-subset.ts` takes it from a checkout. */
interface Part {
  readonly version: string;
  readonly categories: Readonly<Record<string, { readonly uid: number; readonly caption: string }>>;
  readonly profiles: readonly Item[];
  readonly events: readonly Item[];
  readonly objects: readonly Item[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly types: Readonly<Record<string, { readonly type?: string; readonly regex?: string }>>;
}

export class OcsfSchema {
  readonly #part: Part;
  readonly #profiles: ReadonlyMap<string, Item>;
  readonly #objects: ReadonlyMap<string, Item>;
  readonly #classes: ReadonlyMap<string, Item>;

  constructor(file: URL) {
    this.#part = JSON.parse(readFileSync(file, 'utf8')) as Part;
    this.#profiles = new Map(this.#part.profiles.map((item) => [`profiles/${item.name}.json`, item]));
    this.#objects = new Map(this.#part.objects.map((item) => [item.name, item]));
    this.#classes = new Map(this.#part.events.map((item) => [item.name, item]));
  }

  get version(): string {
    return this.#part.version;
  }

  /** What is wrong with an event, as sentences with a path. */
  judge(event: Readonly<Record<string, unknown>>): readonly string[] {
    const wrong: string[] = [];
    const item = [...this.#classes.values()].find((candidate) => this.#uidOf(candidate) === event['class_uid'] && (candidate.uid !== undefined || candidate.name === 'base_event'));
    if (item === undefined) return [`class_uid: ${String(event['class_uid'])} is no class`];
    const category = this.#categoryOf(item);
    if (event['category_uid'] !== (category?.uid ?? 0)) wrong.push('category_uid: is not that of the class');
    if (event['class_name'] !== item.caption) wrong.push('class_name: is not the caption of the class');
    if (event['type_uid'] !== (event['class_uid'] as number) * 100 + (event['activity_id'] as number)) wrong.push('type_uid: is not class_uid * 100 + activity_id');
    const profiles = ((event['metadata'] as { profiles?: string[] } | undefined)?.profiles ?? []).map((name) => name.replace(/^.*\//, ''));
    this.#object(item, this.#classes, event, profiles, '', wrong, ['class_uid', 'category_uid', 'type_uid']);
    return wrong;
  }

  #object(item: Item, kinds: ReadonlyMap<string, Item>, value: Readonly<Record<string, unknown>>, profiles: readonly string[], at: string, wrong: string[], skip: readonly string[] = []): void {
    const known = this.#attributes(item, kinds, profiles);
    for (const [name, { requirement }] of known) if (requirement === 'required' && value[name] === undefined) wrong.push(`${at}${name}: is missing`);
    for (const [name, inner] of Object.entries(value)) {
      const attribute = known.get(name);
      if (attribute === undefined) wrong.push(`${at}${name}: is no attribute of ${item.name}`);
      else if (!skip.includes(name)) this.#attribute(attribute, inner, profiles, `${at}${name}`, value, wrong);
    }
    for (const ancestor of this.#line(item, kinds)) {
      const { at_least_one: some } = ancestor.constraints ?? {};
      if (some !== undefined && !some.some((name) => value[name] !== undefined)) wrong.push(`${at}: has none of ${some.join(', ')}`);
      if (ancestor.constraints !== undefined) break;
    }
  }

  #attribute(attribute: Attribute, value: unknown, profiles: readonly string[], at: string, owner: Readonly<Record<string, unknown>>, wrong: string[]): void {
    if (attribute.is_array === true) {
      if (!Array.isArray(value)) wrong.push(`${at}: is no list`);
      else value.forEach((each, index) => this.#attribute({ ...attribute, is_array: false }, each, profiles, `${at}[${index}]`, owner, wrong));
      return;
    }
    const object = this.#objects.get(attribute.type ?? '');
    if (attribute.type === 'object' || object !== undefined) {
      if (typeof value !== 'object' || value === null) wrong.push(`${at}: is no object`);
      else if (object !== undefined && attribute.type !== 'object') this.#object(object, this.#objects, value as Record<string, unknown>, profiles, `${at}.`, wrong);
      return;
    }
    const scalar = this.#part.types[attribute.type ?? ''];
    const basic = scalar?.type ?? attribute.type;
    const fits = basic === 'integer_t' || basic === 'long_t' ? Number.isSafeInteger(value) : basic === 'string_t' ? typeof value === 'string' : basic === 'boolean_t' ? typeof value === 'boolean' : basic === 'float_t' ? typeof value === 'number' : true;
    if (!fits) wrong.push(`${at}: is no ${attribute.type}`);
    if (scalar?.regex !== undefined && typeof value === 'string' && !new RegExp(scalar.regex).test(value)) wrong.push(`${at}: is no ${attribute.type}`);
    const meaning = attribute.enum?.[String(value)];
    if (attribute.enum !== undefined && meaning === undefined) wrong.push(`${at}: ${String(value)} is none of its values`);
    // Beside a number that means something stands its caption, or the source's own word where the number says "other".
    const sibling = attribute.sibling === undefined ? undefined : owner[attribute.sibling];
    if (sibling !== undefined && value !== 99 && meaning !== undefined && sibling !== meaning.caption) wrong.push(`${at}: ${attribute.sibling} is "${String(sibling)}" and not "${meaning.caption}"`);
  }

  /** Attributes of an item and of all that it extends; those of a profile only where the event names the profile. */
  #attributes(item: Item, kinds: ReadonlyMap<string, Item>, profiles: readonly string[]): ReadonlyMap<string, Attribute> {
    const known = new Map<string, Attribute>();
    const add = (name: string, attribute: Attribute): void => {
      const before = known.get(name) ?? this.#part.attributes[name] ?? {};
      known.set(name, { ...before, ...attribute, ...((attribute.enum ?? before.enum) !== undefined && { enum: { ...before.enum, ...attribute.enum } }) });
    };
    for (const ancestor of this.#line(item, kinds).reverse()) {
      const { $include = [], ...own } = ancestor.attributes;
      for (const path of $include) {
        const profile = this.#profiles.get(path);
        if (profile === undefined || !profiles.includes(profile.name)) continue;
        for (const [name, attribute] of Object.entries(profile.attributes)) add(name, attribute as Attribute);
      }
      for (const [name, attribute] of Object.entries(own)) add(name, attribute as Attribute);
    }
    return known;
  }

  #line(item: Item, kinds: ReadonlyMap<string, Item>): Item[] {
    const line = [item];
    for (let parent = item.extends; parent !== undefined; parent = line.at(-1)!.extends) {
      const found = kinds.get(parent) ?? kinds.get(`_${parent}`);
      if (found === undefined) break;
      line.push(found);
    }
    return line;
  }

  #categoryOf(item: Item): { readonly uid: number } | undefined {
    const named = this.#line(item, this.#classes).find(({ category }) => category !== undefined)?.category;
    return named === undefined ? undefined : this.#part.categories[named];
  }

  #uidOf(item: Item): number {
    return item.uid === undefined ? 0 : (this.#categoryOf(item)?.uid ?? 0) * 1000 + item.uid;
  }
}
