/** Imports of packages that nothing declares: made-up names, or somebody's who waited for the mistake. */
import { modulesIn, type Packages } from '#core/packages';
import type { Node } from '../flow/program.ts';
import { BUILT_IN, VIRTUAL } from '../models/node-modules.ts';
import { defineRule, type Repair, type RuleInput } from '../rule.ts';
import { surveyOf } from '../survey.ts';

export default defineRule({
  id: 'no-undeclared-dependency',
  summary: 'Import only what the project declares.',
  why: 'Assistants make names up, and others register them: who installs the name to make the import work runs what they put there.',
  advice: 'Look the package up: use the one that was meant, or declare it once you know whose it is.',
  cwe: [1357, 829, 427],
  owasp: ['A08:2021 Software and Data Integrity Failures', 'A03:2025 Software Supply Chain Failures'],
  words: ['import', 'require'],
  wants: (text, packages) => packages !== undefined && modulesIn(text).some((module) => !isDeclared(module, packages)),
  *check(input) {
    const { packages } = input;
    if (packages === undefined) return;
    const seen = new Set<string>();
    for (const { module, node } of importsOf(input)) {
      const name = packageOf(module);
      if (name === undefined || seen.has(name) || isDeclared(module, packages)) continue;
      seen.add(name);
      const near = nearest(name, packages.declared);
      yield { node, severity: near === undefined ? 'medium' : 'high', confidence: 'likely', message: `No manifest declares \`${name}\`${near === undefined ? ': it may not exist, or be somebody\'s who waited for the name' : `, and it is nearly \`${near}\`, which one does`}`, fixes: repair(near, name, module, node, input) };
    }
  },
});

function isDeclared(module: string, { names, aliases }: Packages): boolean {
  const name = packageOf(module);
  return name === undefined || VIRTUAL.test(module) || BUILT_IN.has(name) || names.has(name) || names.has(typesOf(name)) || aliases.some((alias) => module.startsWith(alias));
}

/** Imports, `require` and `import()` of a written name, in order of the text. */
function importsOf({ flow, text }: RuleInput): readonly { readonly module: string; readonly node: Node }[] {
  const written = (module: string, within: Node): Node => {
    const at = text.indexOf(module, within.start);
    return at < 0 || at >= within.end ? within : { start: at, end: at + module.length };
  };
  const called = surveyOf(flow).of('module').map((node) => ({ module: node.name, node: written(node.name, node) }));
  return [...flow.program.imports.map(({ module, start, end }) => ({ module, node: written(module, { start, end }) })), ...called].sort((a, b) => a.node.start - b.node.start);
}

/** `lodash` of `lodash/get`, `@scope/name` of `@scope/name/file`; `undefined` for what is no package's name. */
function packageOf(module: string): string | undefined {
  return /^(?:@[^/]+\/[^/]+|[^@./#~$][^/]*)/.exec(module)?.[0];
}

/** A package of types alone may be imported for its types. */
function typesOf(name: string): string {
  return `@types/${name.replace(/^@/, '').replace('/', '__')}`;
}

/** The declared name that was probably meant: at most two letters off, and no more than a third of it. */
function nearest(name: string, declared: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(3, Math.ceil(name.length / 3) + 1);
  for (const each of declared) {
    const off = distance(name, each, least);
    if (off < least) [best, least] = [each, off];
  }
  return best;
}

/** Letters to change, add, drop or swap (Damerau and Levenshtein); `limit` when it is that many or more. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return Math.min(limit, last[b.length]!);
}

function repair(near: string | undefined, name: string, module: string, node: Node, { text }: RuleInput): readonly Repair[] {
  if (near === undefined || text.slice(node.start, node.end) !== module) return [];
  return [{ title: `Import \`${near}\``, kind: 'suggestion', change: [{ range: { start: node.start, end: node.start + name.length }, text: near }] }];
}

