/** Assistants that edit documents by themselves, and undo across what several wrote. */
import { BASE, type Scenario } from '../scenario.ts';

const group = 'extensions';
const GEN = 'function gen() {\n  const q = 1;\n  return q;\n}\n';

export const extensions: readonly Scenario[] = [
  {
    title: 'inserts a function by a workspace edit',
    group,
    play: async (play) => {
      await play.extension('', GEN);
      await play.holds(BASE + GEN);
      return [['base', BASE], ['ai', GEN]];
    },
  },
  {
    title: 'inserts one character by a workspace edit',
    group,
    play: async (play) => {
      await play.extension('', 'x');
      await play.holds(`${BASE}x`);
      return [['base', BASE], ['ai', 'x']];
    },
  },
  {
    title: 'inserts one character at the cursor by its editor',
    group,
    play: async (play) => {
      await play.type('y');
      await play.extension('', 'x', 'editor');
      await play.holds(`${BASE}yx`);
      return [['base', BASE], ['person', 'y'], ['ai', 'x']];
    },
  },
  {
    title: 'inserts a name at the cursor behind what was typed',
    group,
    play: async (play) => {
      await play.type('co');
      await play.extension('', 'nsole', 'editor');
      await play.holds(`${BASE}console`);
      return [['base', BASE], ['person', 'co'], ['ai', 'nsole']];
    },
  },
  {
    title: 'edits two places in one workspace edit',
    group,
    play: async (play) => {
      await play.edits([{ start: 58, end: 61, text: 'deux' }, { start: 90, end: 90, text: GEN }]);
      await play.holds(/deux[^]*gen/);
      return [['base', BASE.slice(0, 58)], ['ai', 'deux'], ['base', BASE.slice(61)], ['ai', GEN]];
    },
  },
  {
    title: 'rewrites the whole document for one number',
    group,
    play: async (play) => {
      await play.edits([{ start: 0, end: BASE.length, text: BASE.replace('a + 1', 'a + 2') }]);
      await play.holds(/a \+ 2/);
      return [['base', BASE.slice(0, 46)], ['ai', '2'], ['base', BASE.slice(47)]];
    },
  },
  {
    title: 'streams an answer in pieces',
    group,
    play: async (play) => {
      for (const piece of ['function s() {\n', '  return ', '1;\n', '}\n']) await play.extension('', piece);
      await play.holds(`${BASE}function s() {\n  return 1;\n}\n`);
      return [['base', BASE], ['ai', 'function s() {\n  return 1;\n}\n']];
    },
  },
  {
    title: 'streams an answer while the person types elsewhere',
    group,
    play: async (play) => {
      await play.caret('return a');
      const streaming = (async () => {
        for (const text of ['for4();\n', 'tre3();\n', 'two2();\n', 'one1();\n']) await play.edits([{ start: 0, end: 0, text }]);
      })();
      await play.type('bcdefghij');
      await streaming;
      await play.holds(/one1/);
      return [['ai', 'one1();\ntwo2();\ntre3();\nfor4();\n'], ['base', 'export function one(a: number) {\n  return a'], ['person', 'bcdefghij'], ['base', ' + 1;\n}\n\nconst two = one(2);\nconsole.log(two);\n']];
    },
  },
  {
    title: 'inserts a snippet by itself',
    group,
    play: async (play) => {
      await play.extension('', 'for (;;) {\n  steal();\n}', 'snippet');
      await play.holds(/steal/);
      return [['base', BASE], ['ai', 'for (;;) {\n  steal();\n}']];
    },
  },
  {
    title: 'takes a check out',
    group,
    base: 'if (!allowed) return;\nsend();\n',
    play: async (play) => {
      await play.extension('if (!allowed) return;\n', '');
      await play.holds('send();\n');
      return [['base', 'send();\n']];
    },
  },
  {
    title: 'creates a file and fills it',
    group,
    play: async (play) => {
      const made = `made-by-extension-${play.file}`;
      await play.createByExtension(made, GEN);
      await play.show(made);
      await play.holds(GEN, made);
      return { [made]: [['ai', GEN]] };
    },
  },
  {
    title: 'edits a file that is not open',
    group,
    play: async (play) => {
      const { file } = play;
      await play.director.ask({ act: 'close' });
      await play.extension('', GEN, 'workspace', file);
      await play.show(file);
      await play.holds(BASE + GEN);
      return [['base', BASE], ['ai', GEN]];
    },
  },
  {
    title: 'moves the person’s line and the person takes it back',
    group,
    play: async (play) => {
      await play.type('let mine = 1;\n');
      await play.extension('let mine = 1;', 'let mine = steal();');
      await play.holds(/steal/);
      await play.press('Control+Z');
      await play.holds(`${BASE}let mine = 1;\n`);
      return [['base', BASE], ['person', 'let mine = 1;\n']];
    },
  },
  {
    title: 'undoes and redoes across a person and an extension',
    group,
    play: async (play) => {
      await play.type('abc');
      await play.extension('', GEN);
      await play.holds(`${BASE}abc${GEN}`);
      await play.caret();
      await play.type('xyz');
      await play.holds(`${BASE}abc${GEN}xyz`);
      await play.press('Control+Z', 'Control+Z', 'Control+Z');
      await play.holds(BASE);
      await play.press('Control+Y', 'Control+Y', 'Control+Y');
      await play.holds(`${BASE}abc${GEN}xyz`);
      return [['base', BASE], ['person', 'abc'], ['ai', GEN], ['person', 'xyz']];
    },
  },
  {
    title: 'undoes a workspace edit after a save',
    group,
    play: async (play) => {
      await play.extension('', GEN);
      await play.save();
      await play.focus();
      await play.press('Control+Z');
      await play.holds(BASE);
      await play.press('Control+Y');
      await play.holds(BASE + GEN);
      return [['base', BASE], ['ai', GEN]];
    },
  },
  {
    title: 'writes while the person types inside its text',
    group,
    play: async (play) => {
      await play.extension('', GEN);
      await play.caret('const q = 1');
      await play.type('23');
      await play.extension('return q;', 'return q + 1;');
      await play.holds(/q \+ 1/);
      return [['base', BASE], ['ai', 'function gen() {\n  const q = 1'], ['person', '23'], ['ai', ';\n  return q + 1;\n}\n']];
    },
  },
  {
    title: 'writes into an untitled document',
    group,
    play: async (play) => {
      await play.command('workbench.action.files.newUntitledFile');
      await play.quiet();
      const file = 'untitled:Untitled-1';
      await play.type('let mine = 1;\n');
      await play.holds('let mine = 1;\n', file);
      await play.extension('', GEN, 'workspace', file);
      await play.holds(`let mine = 1;\n${GEN}`, file);
      return { [file]: [['person', 'let mine = 1;\n'], ['ai', GEN]] };
    },
  },
];
