/** Copy, cut, paste and drag. */
import { BASE, type Scenario } from '../scenario.ts';

const group = 'clipboard';
const FOREIGN = 'function pasted(x) {\n  return eval(x);\n}\n';

export const clipboard: readonly Scenario[] = [
  {
    title: 'pastes several lines from elsewhere',
    group,
    play: async (play) => {
      await play.clipboard(FOREIGN);
      await play.press('Control+V');
      await play.holds(BASE + FOREIGN);
      return [['base', BASE], ['outside', FOREIGN]];
    },
  },
  {
    title: 'pastes one word from elsewhere',
    group,
    play: async (play) => {
      await play.clipboard('zed');
      await play.press('Control+V');
      await play.holds(`${BASE}zed`);
      return [['base', BASE], ['outside', 'zed']];
    },
  },
  {
    title: 'pastes one character from elsewhere and types on',
    group,
    play: async (play) => {
      await play.clipboard('Z');
      await play.press('Control+V');
      await play.holds(`${BASE}Z`);
      await play.type('oo');
      return [['base', BASE], ['outside', 'Z'], ['person', 'oo']];
    },
  },
  {
    title: 'pastes over a selection',
    group,
    play: async (play) => {
      await play.clipboard('run(cmd)');
      await play.mark('one(2)');
      await play.press('Control+V');
      await play.holds(/run\(cmd\)/);
      return [['base', BASE.slice(0, 64)], ['outside', 'run(cmd)'], ['base', BASE.slice(70)]];
    },
  },
  {
    title: 'pastes at three cursors, a line each',
    group,
    play: async (play) => {
      await play.clipboard('L1\nL2\nL3');
      await play.select({ start: 52, end: 52 }, { start: 72, end: 72 }, { start: 90, end: 90 });
      await play.press('Control+V');
      await play.holds(/L3/);
      return [['base', BASE.slice(0, 52)], ['outside', 'L1'], ['base', BASE.slice(52, 72)], ['outside', 'L2'], ['base', BASE.slice(72)], ['outside', 'L3']];
    },
  },
  {
    title: 'copies committed code and pastes it',
    group,
    play: async (play) => {
      await play.mark('const two = one(2);\n');
      await play.press('Control+C');
      await play.quiet();
      await play.caret();
      await play.press('Control+V');
      await play.holds(`${BASE}const two = one(2);\n`);
      return [['base', `${BASE}const two = one(2);\n`]];
    },
  },
  {
    title: 'copies what an extension wrote and pastes it',
    group,
    play: async (play) => {
      await play.extension('', 'function gen() {\n  return 1;\n}\n');
      await play.holds(/gen/);
      await play.mark('function gen() {\n  return 1;\n}\n');
      await play.press('Control+C');
      await play.quiet();
      await play.caret();
      await play.press('Control+V');
      await play.holds(/gen[^]*gen/);
      return [['base', BASE], ['ai', 'function gen() {\n  return 1;\n}\nfunction gen() {\n  return 1;\n}\n']];
    },
  },
  {
    title: 'copies what was typed and pastes it twice',
    group,
    play: async (play) => {
      await play.type('let mine = 1;');
      await play.mark('let mine = 1;');
      await play.press('Control+C');
      await play.quiet();
      await play.caret();
      await play.press('Control+V');
      await play.holds(`${BASE}let mine = 1;let mine = 1;`);
      await play.press('Control+V');
      await play.holds(`${BASE}let mine = 1;let mine = 1;let mine = 1;`);
      return [['base', BASE], ['person', 'let mine = 1;let mine = 1;let mine = 1;']];
    },
  },
  {
    title: 'cuts a typed line and pastes it elsewhere',
    group,
    play: async (play) => {
      await play.type('let mine = 1;\n');
      await play.mark('let mine = 1;\n');
      await play.press('Control+X');
      await play.holds(BASE);
      await play.quiet();
      await play.select({ start: 52, end: 52 });
      await play.press('Control+V');
      await play.holds(/mine/);
      return [['base', BASE.slice(0, 52)], ['person', 'let mine = 1;\n'], ['base', BASE.slice(52)]];
    },
  },
  {
    title: 'cuts an assistant’s line and pastes it elsewhere',
    group,
    play: async (play) => {
      await play.extension('', 'steal(cookies);\n');
      await play.holds(/steal/);
      await play.mark('steal(cookies);\n');
      await play.press('Control+X');
      await play.holds(BASE);
      await play.quiet();
      await play.select({ start: 52, end: 52 });
      await play.press('Control+V');
      await play.holds(/steal/);
      return [['base', BASE.slice(0, 52)], ['ai', 'steal(cookies);\n'], ['base', BASE.slice(52)]];
    },
  },
  {
    title: 'cuts a line by its cursor alone and pastes it',
    group,
    play: async (play) => {
      await play.caret('const two');
      await play.press('Control+X');
      await play.holds(/^(?![^]*const)/);
      await play.quiet();
      await play.caret();
      await play.press('Control+V');
      await play.holds(/const two/);
      return [['base', 'export function one(a: number) {\n  return a + 1;\n}\n\nconsole.log(two);\nconst two = one(2);\n']];
    },
  },
  {
    title: 'drags a selection with the mouse',
    group,
    play: async (play) => {
      await play.extension('', 'agent();\n');
      await play.holds(/agent/);
      await play.mark('agent();');
      await play.drag('return a');
      await play.holds(/return aagent\(\);/);
      return [['base', 'export function one(a: number) {\n  return a'], ['ai', 'agent();'], ['base', ' + 1;\n}\n\nconst two = one(2);\nconsole.log(two);\n'], ['ai', '\n']];
    },
  },
  {
    title: 'drops text from elsewhere',
    group,
    play: async (play) => {
      await play.drop('dropped1();\ndropped2();\n', 'return a');
      await play.holds(/dropped2/);
      const text = await play.text();
      const at = text.indexOf('dropped1');
      return [['base', text.slice(0, at)], ['outside', 'dropped1();\n  dropped2();\n  '], ['base', text.slice(at + 28)]];
    },
  },
  {
    title: 'pastes and the editor formats it',
    group,
    ending: 'tsx',
    play: async (play) => {
      await play.clipboard('if (x) {\nfoo(1,2);\n}\n');
      await play.press('Control+V');
      await play.holds(/foo\(1, 2\)/);
      return [['base', BASE], ['outside', 'if (x) {\n  foo(1, 2);\n}\n']];
    },
  },
];
