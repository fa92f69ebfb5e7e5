/** Tools that a person orders: format, rename, quick-fix, imports, replace. */
import { BASE, type Scenario } from '../scenario.ts';

const group = 'tools';
const UGLY = 'const a=1;\nconst b=[1,2,3];\n';
const PRETTY: readonly (readonly ['base' | 'tool', string])[] = [['base', 'const a'], ['tool', ' '], ['base', '='], ['tool', ' '], ['base', '1;\nconst b'], ['tool', ' '], ['base', '='], ['tool', ' '], ['base', '[1,'], ['tool', ' '], ['base', '2,'], ['tool', ' '], ['base', '3];\n']];

export const tools: readonly Scenario[] = [
  {
    title: 'formats a document',
    group,
    base: UGLY,
    play: async (play) => {
      await play.command('editor.action.formatDocument');
      await play.holds('const a = 1;\nconst b = [1, 2, 3];\n');
      return PRETTY;
    },
  },
  {
    title: 'formats what an extension wrote',
    group,
    play: async (play) => {
      await play.extension('', 'let x=f(1,2);\n');
      await play.holds(/f\(1,2\)/);
      await play.command('editor.action.formatDocument');
      await play.holds(/f\(1, 2\)/);
      return [['base', BASE], ['ai', 'let x = f(1, 2);\n']];
    },
  },
  {
    title: 'types, and saving formats it',
    group,
    ending: 'js',
    base: UGLY,
    play: async (play) => {
      await play.type('let c=1;\n');
      await play.save();
      await play.holds(/let c = 1/);
      return [...PRETTY, ['person', 'let c'], ['tool', ' '], ['person', '='], ['tool', ' '], ['person', '1;\n']];
    },
  },
  {
    title: 'lets an extension write, and saving formats it',
    group,
    ending: 'js',
    base: 'const a = 1;\n',
    play: async (play) => {
      await play.extension('', 'let x=f(1,2);\n');
      await play.holds(/f\(1,2\)/);
      await play.save();
      await play.holds(/f\(1, 2\)/);
      return [['base', 'const a = 1;\n'], ['ai', 'let x = f(1, 2);\n']];
    },
  },
  {
    title: 'formats while typing',
    group,
    ending: 'tsx',
    base: 'const a = 1;\n',
    play: async (play) => {
      await play.type('let b=1;');
      await play.holds(/let b = 1;/);
      return [['base', 'const a = 1;\n'], ['person', 'let b'], ['tool', ' '], ['person', '='], ['tool', ' '], ['person', '1;']];
    },
  },
  {
    title: 'organises imports',
    group,
    base: "import { b } from 'b';\nimport { a } from 'a';\n\nb(a);\n",
    play: async (play) => {
      await play.command('editor.action.organizeImports');
      await play.holds(/^import \{ a \}/);
      return [['base', "import { a } from 'a';\nimport { b } from 'b';\n\nb(a);\n"]];
    },
  },
  {
    title: 'organises imports on save, one of them an extension’s',
    group,
    ending: 'jsx',
    base: "import { b } from 'b';\n\nb();\n",
    play: async (play) => {
      await play.edits([{ start: 23, end: 23, text: "import { a } from 'evil';\n" }]);
      await play.holds(/evil/);
      await play.save();
      await play.holds(/^import \{ a \}/);
      return [['ai', "import { a } from 'evil';\n"], ['base', "import { b } from 'b';\n\nb();\n"]];
    },
  },
  {
    title: 'renames a name',
    group,
    play: async (play) => {
      await play.caret('const tw');
      await play.press('F2');
      await play.sees('.rename-box input, input.rename-input');
      await play.renameTo('deux');
      await play.holds(/const deux[^]*log\(deux\)/);
      return [['base', 'export function one(a: number) {\n  return a + 1;\n}\n\nconst '], ['tool', 'deux'], ['base', ' = one(2);\nconsole.log('], ['tool', 'deux'], ['base', ');\n']];
    },
  },
  {
    title: 'renames a name that an extension wrote',
    group,
    play: async (play) => {
      await play.extension('', 'const q = 1;\nsend(q);\n');
      await play.holds(/send/);
      await play.caret('const q');
      await play.press('F2');
      await play.sees('.rename-box input, input.rename-input');
      await play.renameTo('query');
      await play.holds(/send\(query\)/);
      return [['base', BASE], ['ai', 'const '], ['ai', 'query'], ['ai', ' = 1;\nsend('], ['ai', 'query'], ['ai', ');\n']];
    },
  },
  {
    title: 'takes another extension’s quick-fix',
    group,
    play: async (play) => {
      await play.actors({ fix: { title: 'Fix the call', old: 'one(2)', text: 'one(Number(2))' } });
      await play.caret('const two = o');
      await play.fix('Fix the call');
      await play.holds(/Number/);
      return [['base', 'export function one(a: number) {\n  return a + 1;\n}\n\nconst two = one('], ['ai', 'Number('], ['base', '2'], ['ai', ')'], ['base', ');\nconsole.log(two);\n']];
    },
  },
  {
    title: 'replaces all by find and replace',
    group,
    play: async (play) => {
      await play.replaceAll('two', 'deux');
      await play.holds(/const deux[^]*log\(deux\)/);
      return [['base', 'export function one(a: number) {\n  return a + 1;\n}\n\nconst '], ['tool', 'deux'], ['base', ' = one(2);\nconsole.log('], ['tool', 'deux'], ['base', ');\n']];
    },
  },
  {
    title: 'changes the line ends',
    group,
    play: async (play) => {
      await play.extension('', 'gen();\n');
      await play.holds(/gen/);
      await play.endLinesWith('CRLF');
      await play.holds(/gen\(\);\r\n/);
      return [['base', BASE.replaceAll('\n', '\r\n')], ['ai', 'gen();\r\n']];
    },
  },
];
