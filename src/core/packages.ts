/**
 * What a project declares that it may import, read from the texts of its manifests, lock files and compiler settings.
 * What cannot be read declares nothing and forbids nothing: `undefined`, not an empty list.
 */

/** What a text may import. */
export interface Packages {
  /** Names that may be imported, with their scope: `express`, `@nestjs/common`. The workspace's own packages are among them. */
  readonly names: ReadonlySet<string>;
  /** Those of them that a manifest names: what a wrong name may have been meant for. */
  readonly declared: readonly string[];
  /** Beginnings of specifiers that are no packages: path aliases (`@/`, `~/`). */
  readonly aliases: readonly string[];
}

export interface ProjectTexts {
  /** `package.json`, the nearest first. */
  readonly manifests: readonly string[];
  /** `package-lock.json`, `pnpm-lock.yaml`, `yarn.lock`. */
  readonly locks?: readonly string[];
  /** `tsconfig.json`, `jsconfig.json`. */
  readonly settings?: readonly string[];
}

/** The names of modules that a text seems to import, in code, strings and comments alike: what it does not hold, it does not import. */
export function modulesIn(text: string): readonly string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport|\brequire\s{0,8}\(|\bimport\s{0,8}\()\s{0,80}['"]([^'"\n]{1,214})['"]/g)].map(([, module]) => module!);
}

const SECTIONS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;
const NAME = /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*$/i;

/** `undefined` when no manifest could be read, or when plain names may be folders of the project: then no import can be judged. */
export function readPackages({ manifests, locks = [], settings = [] }: ProjectTexts): Packages | undefined {
  const declared = new Set<string>();
  let read = 0;
  for (const text of manifests) {
    const manifest = objectIn(text);
    if (manifest === undefined) continue;
    read++;
    if (typeof manifest['name'] === 'string') declared.add(manifest['name']);
    for (const section of SECTIONS) for (const name of Object.keys(asObject(manifest[section]))) declared.add(name);
  }
  if (read === 0 || settings.some((text) => /"baseUrl"\s*:/.test(withoutComments(text)))) return undefined;
  const names = new Set(declared);
  for (const lock of locks) for (const name of namesInLock(lock)) names.add(name);
  return { names, declared: [...declared], aliases: settings.flatMap(aliasesIn) };
}

/** The keys of `compilerOptions.paths` up to their star. The settings may hold comments, so the keys are read one by one. */
function aliasesIn(text: string): readonly string[] {
  const block = /"paths"\s*:\s*\{([^}]*)\}/.exec(withoutComments(text))?.[1] ?? '';
  return [...block.matchAll(/"([^"]+)"\s*:\s*\[/g)].map(([, key]) => key!.replace(/\*.*$/, '')).filter((key) => key !== '');
}

function withoutComments(text: string): string {
  return text.replace(/^\s*\/\/.*$/gm, '');
}

/** Every package a lock file names, whatever wrote it. */
function* namesInLock(text: string): Iterable<string> {
  for (const [, name] of text.matchAll(/"(?:[^"\n]*\/)?node_modules\/((?:@[^/"\n]+\/)?[^/"\n]+)"\s*:/g)) yield name!;
  // pnpm's `/name@1.0.0:` and `name:` below importers, yarn's `"name@^1.0.0", name@npm:1:`.
  for (const [, name] of text.matchAll(/^\s*["'/]{0,2}((?:@[\w.~-]+\/)?[\w.~-]+)(?:@[^\n]*)?:\s*$/gm)) if (NAME.test(name!)) yield name!;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
