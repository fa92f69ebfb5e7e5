/** Edits that put an expression into a call, keep the code around it as it was written, and bring in the module they need. */
import { toChange, type Edit } from '#core/text';
import type { Expr } from '../flow/program.ts';
import type { Repair, RuleInput } from '../rule.ts';

/** The expression replaced by what `make` says of its code; a shorthand member gets its name written out. */
export function wrap(node: Expr, input: RuleInput, make: (code: string) => string): Edit {
  const code = input.text.slice(node.start, node.end);
  const isShorthand = input.flow.program.objects.some((object) => object.entries.some((entry) => 'key' in entry && entry.start === node.start && entry.end === node.end && entry.value.start === node.start));
  return { range: { start: node.start, end: node.end }, text: isShorthand ? `${code}: ${make(code)}` : make(code) };
}

/** A repair that wraps one expression. */
export function wrapping(node: Expr, input: RuleInput, title: string, make: (code: string) => string): readonly Repair[] {
  return isWhole(node) ? [{ title, kind: 'suggestion', change: [wrap(node, input, make)] }] : [];
}

/** The same with a module: `make` is told what the module is called here. */
export function wrappingWith(node: Expr, input: RuleInput, module: Module, title: string, make: (code: string, name: string) => string): readonly Repair[] {
  const known = nameHere(input, module);
  const brought = known === undefined ? bringIn(input, module) : undefined;
  const name = known ?? module.name;
  if (!isWhole(node) || (known === undefined && brought === undefined)) return [];
  return [{ title, kind: 'suggestion', change: toChange([...(brought ? [brought] : []), wrap(node, input, (code) => make(code, name))]) }];
}

/** One that stands by itself: what is passed on with dots is no expression of its own. */
function isWhole(node: Expr): boolean {
  return node.kind !== 'spread' && node.kind !== 'function' && node.kind !== 'opaque';
}

export interface Module {
  /** As it is imported: `node:path`, `dompurify`. */
  readonly module: string;
  /** What its value is called when it has to be brought in. */
  readonly name: string;
}

/** The name a module's value has in this text, if it was imported. */
export function nameHere({ text }: RuleInput, { module }: Module): string | undefined {
  const bare = module.replace(/^node:/, '').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const found = new RegExp(`import\\s+(?:\\*\\s+as\\s+)?(\\w+)(?:\\s*,\\s*\\{[^}]*\\})?\\s+from\\s+['"](?:node:)?${bare}['"]|(?:const|let|var)\\s+(\\w+)\\s*=\\s*require\\(\\s*['"](?:node:)?${bare}['"]\\s*\\)`).exec(text);
  return found?.[1] ?? found?.[2];
}

/** A new first line among the imports; nothing when the name is taken, or when it is not clear where imports stand. */
export function bringIn({ text, flow }: RuleInput, { module, name }: Module): Edit | undefined {
  if (new RegExp(`\\b(?:const|let|var|function|class|import)\\s+${name}\\b|[{,(]\\s*${name}\\s*[,})=]`).test(text) || /<script\b/i.test(text)) return undefined;
  const isEsm = flow.program.imports.length > 0 || /^\s*(?:import|export)\b/m.test(text);
  const line = isEsm ? `import ${name} from '${module}';\n` : `const ${name} = require('${module}');\n`;
  const at = firstPlace(text);
  return { range: { start: at, end: at }, text: line };
}

/** Before the first import or require; else behind what has to stand first: `#!`, `'use strict'`, a comment at the top. */
function firstPlace(text: string): number {
  const first = /^(?:import\s|(?:const|let|var)\s[^=\n]{1,120}=\s*require\()/m.exec(text);
  if (first !== null) return first.index;
  return /^(?:#![^\n]*\n)?(?:\s*\/\*[\s\S]*?\*\/[^\S\n]*\n|\s*\/\/[^\n]*\n)*(?:\s*(['"])use \w+\1;?[^\S\n]*\n)*/.exec(text)?.[0].length ?? 0;
}
