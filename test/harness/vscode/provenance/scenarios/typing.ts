/** A person at the keyboard. */
import { BASE, type Scenario } from '../scenario.ts';

const group = 'typing';
const html = '<main>\n</main>\n';

export const typing: readonly Scenario[] = [
  {
    title: 'types a statement',
    group,
    play: async (play) => {
      await play.type('let total = 1;');
      return [['base', BASE], ['person', 'let total = 1;']];
    },
  },
  {
    title: 'types brackets and quotes that close themselves',
    group,
    play: async (play) => {
      await play.type('call("a", [1], `b`);');
      return [['base', BASE], ['person', 'call("a", [1], `b`);']];
    },
  },
  {
    title: 'types a function over several lines with its indent',
    group,
    play: async (play) => {
      await play.type('function f() {\nreturn 1;\n');
      return [['base', BASE], ['person', 'function f() {\n  return 1;\n  \n}']];
    },
  },
  {
    title: 'types over a selection',
    group,
    play: async (play) => {
      await play.mark('two = one(2)');
      await play.type('b');
      return [['base', 'export function one(a: number) {\n  return a + 1;\n}\n\nconst '], ['person', 'b'], ['base', ';\nconsole.log(two);\n']];
    },
  },
  {
    title: 'deletes with Backspace, Delete and by words',
    group,
    play: async (play) => {
      await play.caret('const two');
      await play.press('Backspace', 'Backspace', 'Backspace');
      await play.press('Delete');
      await play.press('Control+Backspace');
      return [['base', 'export function one(a: number) {\n  return a + 1;\n}\n\n= one(2);\nconsole.log(two);\n']];
    },
  },
  {
    title: 'deletes whole lines',
    group,
    play: async (play) => {
      await play.caret('const two');
      await play.press('Control+Shift+K');
      return [['base', 'export function one(a: number) {\n  return a + 1;\n}\n\nconsole.log(two);\n']];
    },
  },
  {
    title: 'composes with an input method',
    group,
    play: async (play) => {
      await play.type('// ');
      await play.compose(['n', 'ni', 'nih', 'niha', 'nihao'], '你好');
      await play.type(' x');
      return [['base', BASE], ['person', '// 你好 x']];
    },
  },
  {
    title: 'composes in Japanese, in two words',
    group,
    play: async (play) => {
      await play.type('// ');
      await play.compose(['t', 'て', 'てs', 'てす', 'てすt', 'てすと'], 'テスト');
      await play.compose(['か', 'かん', 'かんじ'], '漢字');
      return [['base', BASE], ['person', '// テスト漢字']];
    },
  },
  {
    title: 'types emoji and accents',
    group,
    play: async (play) => {
      await play.type('// é ß 😀 ok');
      return [['base', BASE], ['person', '// é ß 😀 ok']];
    },
  },
  {
    title: 'types with three cursors',
    group,
    play: async (play) => {
      await play.select({ start: 52, end: 52 }, { start: 71, end: 71 });
      await play.type('a1');
      return [['base', BASE.slice(0, 52)], ['person', 'a1'], ['base', BASE.slice(52, 71)], ['person', 'a1'], ['base', BASE.slice(71)]];
    },
  },
  {
    title: 'types and takes it back and puts it again',
    group,
    play: async (play) => {
      await play.type('abc');
      await play.press('Control+Z');
      await play.holds(BASE);
      await play.press('Control+Y');
      await play.holds(`${BASE}abc`);
      return [['base', BASE], ['person', 'abc']];
    },
  },
  {
    title: 'corrects a typing error a few words back',
    group,
    play: async (play) => {
      await play.type('const nmae = 1;');
      await play.caret('const n');
      await play.press('Delete', 'Delete');
      await play.type('am');
      return [['base', BASE], ['person', 'const name = 1;']];
    },
  },
  {
    title: 'indents and comments lines out',
    group,
    play: async (play) => {
      await play.mark('const two = one(2);\nconsole.log(two);');
      await play.press('Tab');
      await play.press('Control+/');
      return [['base', BASE.slice(0, 52)], ['tool', '  // '], ['base', 'const two = one(2);\n'], ['tool', '  // '], ['base', 'console.log(two);\n']];
    },
  },
  {
    title: 'moves a line up and copies one down',
    group,
    play: async (play) => {
      await play.caret('console.log');
      await play.press('Alt+ArrowUp');
      await play.press('Control+Shift+Alt+ArrowDown');
      return [['base', 'export function one(a: number) {\n  return a + 1;\n}\n\nconsole.log(two);\nconsole.log(two);\nconst two = one(2);\n']];
    },
  },
  {
    title: 'sorts and joins lines',
    group,
    play: async (play) => {
      await play.mark('const two = one(2);\nconsole.log(two);');
      await play.command('editor.action.sortLinesAscending');
      await play.command('editor.action.joinLines');
      return [['base', 'export function one(a: number) {\n  return a + 1;\n}\n\nconsole.log(two);'], ['tool', ' '], ['base', 'const two = one(2);\n']];
    },
  },
  {
    title: 'closes a tag in HTML',
    group,
    ending: 'html',
    base: html,
    play: async (play) => {
      await play.caret('<main>\n');
      await play.type('<b>hi');
      await play.quiet();
      // Only where the editor's HTML extension closes it.
      const closed = (await play.text()).includes('</b>') ? '</b>' : '';
      return [['base', '<main>\n'], ['person', '<b>hi'], ['tool', closed], ['base', '</main>\n']];
    },
  },
  {
    title: 'types behind a Vim emulation',
    group,
    play: async (play) => {
      await play.command('actors.vim', true);
      await play.focus();
      await play.type('let vim = (1);');
      await play.holds(`${BASE}let vim = (1);`);
      await play.command('actors.vim', false);
      return [['base', BASE], ['person', 'let vim = (1);']];
    },
  },
  {
    title: 'types and saves and types on',
    group,
    play: async (play) => {
      await play.type('let a = 1;\n');
      await play.save();
      await play.type('let b = 2;\n');
      await play.save();
      return [['base', BASE], ['person', 'let a = 1;\nlet b = 2;\n']];
    },
  },
];
