/**
 * From a command line put together as text to a program with its arguments in an array. Offered only when the line is one program with words and
 * quoted words: no pipe, no redirection, no variable of the shell, and every value a word of its own.
 */
import { toChange, type Edit } from '#core/text';
import type { CallEvent } from '../flow/events.ts';
import type { Expr } from '../flow/program.ts';
import { defineFix, type Repair, type RuleInput } from '../rule.ts';
import { HOLE } from './sql-text.ts';
import { layOut, type Layout } from './text-layout.ts';

export interface CommandPlace {
  readonly event: CallEvent;
  readonly node: Expr;
}

const REPLACEMENTS: Readonly<Record<string, string>> = { 'child_process.exec': 'execFile', 'child_process.execSync': 'execFileSync' };

export const runWithoutShell = defineFix<CommandPlace>(({ event, node }, input) => {
  const by = event.api !== undefined ? REPLACEMENTS[event.api] : undefined;
  if (by === undefined || event.node.args[0] !== node || event.args[1]?.fields?.has('shell')) return [];
  const layout = layOut(node, input.text);
  const words = layout && split(layout.text);
  if (words === undefined || words.length < 2 || words[0]!.includes(HOLE)) return [];
  const renamed = rename(event, by, input);
  if (renamed === undefined) return [];
  const [program, ...args] = words;
  let hole = 0;
  const list = args.map((word) => {
    const made = argument(word, layout!, hole, input);
    hole += [...word].filter((char) => char === HOLE).length;
    return made;
  });
  if (list.some((item) => item === undefined)) return [];
  const edits: Edit[] = [...renamed, { range: { start: node.start, end: node.end }, text: `${quote(program!)}, [${list.join(', ')}]` }];
  const repair: Repair = { title: `Start the program without a shell (${by})`, kind: 'suggestion', change: toChange(edits) };
  return [repair];
});

/** Words of a command line, quotes taken off; nothing when a shell would do more than split it. */
function split(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (char === '"' || char === "'") {
      const end = line.indexOf(char, at + 1);
      if (end < 0) return undefined;
      const inner = line.slice(at + 1, end);
      if (/[$`\\!]/.test(inner)) return undefined;
      word = (word ?? '') + inner;
      at = end;
    } else if (char === ' ') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/[;&|<>()$`\\*?[\]{}~!#\n\r\t]/.test(char)) return undefined;
    else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** An argument as code: the value itself, a literal, or a template of both. */
function argument(word: string, layout: Layout, firstHole: number, input: RuleInput): string | undefined {
  if (!word.includes(HOLE)) return quote(word);
  let index = firstHole;
  const source = (): string => {
    const { node } = layout.holes[index++]!;
    return input.text.slice(node.start, node.end);
  };
  if (word === HOLE) return source();
  if (/[`\\$]/.test(word)) return undefined;
  return '`' + [...word].map((char) => (char === HOLE ? '${' + source() + '}' : char)).join('') + '`';
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** `cp.exec` becomes `cp.execFile`; an imported `exec` gets its sibling imported beside it. */
function rename(event: CallEvent, by: string, input: RuleInput): readonly Edit[] | undefined {
  const { callee } = event.node;
  if (callee.kind === 'member') return [{ range: { start: callee.keyNode.start, end: callee.keyNode.end }, text: by }];
  if (callee.kind !== 'name' || callee.slot.name !== event.name) return undefined;
  const call: Edit = { range: { start: callee.start, end: callee.end }, text: by };
  const pattern = new RegExp(`\\b(?:import\\s*\\{[^}]*|(?:const|let|var)\\s*\\{[^}]*)\\b${event.name}\\b(?!\\s+as\\b|\\s*:)(?=[^}]*\\}\\s*(?:from\\s*|=\\s*require\\()['"](?:node:)?child_process['"])`);
  const found = pattern.exec(input.text);
  if (found === null) return undefined;
  if (new RegExp(`\\b${by}\\b`).test(found[0] + input.text.slice(found.index, input.text.indexOf('}', found.index)))) return [call];
  const at = found.index + found[0].length;
  return [{ range: { start: at, end: at }, text: `, ${by}` }, call];
}
