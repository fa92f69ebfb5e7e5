/** The disk: agents with hooks that speak early, late or not at all, git, and a person in the same file. */
import { BASE, type Scenario } from '../scenario.ts';

const group = 'disk';
const WROTE = 'function agent() {\n  return 1;\n}\n';
const MORE = 'agent();\n';

export const disk: readonly Scenario[] = [
  {
    title: 'an agent writes an open file and has no hook',
    group,
    play: async (play) => {
      await play.write(BASE + WROTE);
      await play.holds(BASE + WROTE);
      return [['base', BASE], ['ai', WROTE]];
    },
  },
  {
    title: 'an agent writes an open file and its hook speaks at once',
    group,
    play: async (play) => {
      await play.write(BASE + WROTE);
      await play.hook('claude-code', BASE, BASE + WROTE);
      await play.holds(BASE + WROTE);
      return [['base', BASE], ['ai:claude-code', WROTE]];
    },
  },
  {
    title: 'an agent’s hook speaks before the write',
    group,
    play: async (play) => {
      await play.hook('claude-code', BASE, BASE + WROTE);
      await play.quiet();
      await play.write(BASE + WROTE);
      await play.holds(BASE + WROTE);
      return [['base', BASE], ['ai:claude-code', WROTE]];
    },
  },
  {
    title: 'an agent’s hook speaks long after the write',
    group,
    play: async (play) => {
      await play.write(BASE + WROTE);
      await play.holds(BASE + WROTE);
      await play.quiet();
      await play.hook('claude-code', BASE, BASE + WROTE);
      return [['base', BASE], ['ai:claude-code', WROTE]];
    },
  },
  {
    title: 'an agent’s hook speaks after the person has typed on',
    group,
    play: async (play) => {
      await play.write(BASE + WROTE);
      await play.holds(BASE + WROTE);
      await play.quiet();
      await play.caret('return a');
      await play.type('bc');
      await play.hook('claude-code', BASE, BASE + WROTE);
      return [['base', 'export function one(a: number) {\n  return a'], ['person', 'bc'], ['base', ' + 1;\n}\n\nconst two = one(2);\nconsole.log(two);\n'], ['ai:claude-code', WROTE]];
    },
  },
  {
    title: 'an agent writes twice in a row and both hooks come late',
    group,
    play: async (play) => {
      await play.write(BASE + WROTE);
      await play.holds(BASE + WROTE);
      await play.write(BASE + WROTE + MORE);
      await play.holds(BASE + WROTE + MORE);
      await play.hook('codex', BASE, BASE + WROTE);
      await play.hook('codex', BASE + WROTE, BASE + WROTE + MORE);
      return [['base', BASE], ['ai:codex', WROTE + MORE]];
    },
  },
  {
    title: 'an agent writes by another file that takes its name',
    group,
    play: async (play) => {
      await play.write(BASE + WROTE, play.file, 'atomic');
      await play.hook('codex', BASE, BASE + WROTE);
      await play.holds(BASE + WROTE);
      return [['base', BASE], ['ai:codex', WROTE]];
    },
  },
  {
    title: 'an agent changes one character in a line',
    group,
    play: async (play) => {
      const after = BASE.replace('a + 1', 'a + 2');
      await play.write(after);
      await play.hook('codex', BASE, after);
      await play.holds(after);
      return [['base', BASE.slice(0, 46)], ['ai:codex', '2'], ['base', BASE.slice(47)]];
    },
  },
  {
    title: 'an agent writes a file that is not open, with a hook',
    group,
    play: async (play) => {
      await play.director.ask({ act: 'close' });
      await play.write(BASE + WROTE);
      await play.hook('claude-code', BASE, BASE + WROTE);
      await play.quiet();
      await play.show(play.file);
      return [['base', BASE], ['ai:claude-code', WROTE]];
    },
  },
  {
    title: 'an agent writes a file that is not open, without a hook',
    group,
    play: async (play) => {
      await play.director.ask({ act: 'close' });
      await play.write(BASE + WROTE);
      await play.quiet();
      await play.show(play.file);
      return [['base', BASE], ['ai', WROTE]];
    },
  },
  {
    title: 'an agent makes a new file, with a hook',
    group,
    play: async (play) => {
      const made = `new-${play.file}`;
      await play.write(WROTE, made);
      await play.hook('gemini-cli', null, WROTE, made);
      await play.quiet();
      await play.show(made);
      await play.holds(WROTE, made);
      return { [made]: [['ai:gemini-cli', WROTE]] };
    },
  },
  {
    title: 'an agent writes while the person’s changes are not saved, and the person goes back to the file',
    group,
    play: async (play) => {
      await play.type('mine');
      await play.write(BASE + WROTE);
      await play.quiet();
      await play.command('workbench.action.files.revert');
      await play.holds(BASE + WROTE);
      return [['base', BASE], ['ai', WROTE]];
    },
  },
  {
    title: 'the person goes back to the saved file',
    group,
    play: async (play) => {
      await play.type('let mine = 1;\n');
      await play.save();
      await play.type('let worse = 2;\n');
      await play.mark('return a + 1;');
      await play.press('Delete');
      await play.command('workbench.action.files.revert');
      await play.holds(`${BASE}let mine = 1;\n`);
      return [['base', BASE], ['person', 'let mine = 1;\n']];
    },
  },
  {
    title: 'two agents and a person write into one file',
    group,
    play: async (play) => {
      await play.type('let mine = 1;\n');
      await play.save();
      const mine = `${BASE}let mine = 1;\n`;
      await play.write(mine + WROTE);
      await play.hook('claude-code', mine, mine + WROTE);
      await play.holds(mine + WROTE);
      await play.quiet();
      const after = mine.replace('a + 1', 'a * 3') + WROTE;
      await play.write(after);
      await play.hook('codex', mine + WROTE, after);
      await play.holds(after);
      await play.quiet();
      await play.caret();
      await play.type('let too = 2;');
      return [['base', BASE.slice(0, 44)], ['ai:codex', '*'], ['base', ' '], ['ai:codex', '3'], ['base', BASE.slice(47)], ['person', 'let mine = 1;\n'], ['ai:claude-code', WROTE], ['person', 'let too = 2;']];
    },
  },
  {
    title: 'a formatter on disk rewrites what an agent wrote',
    group,
    play: async (play) => {
      await play.write(`${BASE}let x=f(1,2);\n`);
      await play.hook('codex', BASE, `${BASE}let x=f(1,2);\n`);
      await play.holds(/f\(1,2\)/);
      await play.quiet();
      await play.write(`${BASE}let x = f(1, 2);\n`);
      await play.holds(/f\(1, 2\)/);
      return [['base', BASE], ['ai:codex', 'let x'], ['ai', ' '], ['ai:codex', '='], ['ai', ' '], ['ai:codex', 'f(1,'], ['ai', ' '], ['ai:codex', '2);\n']];
    },
  },
  {
    title: 'git checks out another branch and comes back',
    group: 'git',
    play: async (play) => {
      const after = BASE.replace('a + 1', 'a + 40');
      await play.git('checkout', '--quiet', '-b', 'other');
      await play.write(after);
      await play.git('commit', '--quiet', '--all', '--message', 'Other');
      await play.git('checkout', '--quiet', 'main');
      await play.holds(BASE);
      await play.quiet();
      await play.git('checkout', '--quiet', 'other');
      await play.holds(after);
      await play.quiet();
      await play.git('checkout', '--quiet', 'main');
      await play.holds(BASE);
      return [['colleague', BASE]];
    },
  },
  {
    title: 'git stashes what an extension wrote and brings it again',
    group: 'git',
    play: async (play) => {
      await play.extension('', WROTE);
      await play.save();
      await play.git('stash', '--quiet');
      await play.holds(BASE);
      await play.quiet();
      await play.git('stash', 'pop', '--quiet');
      await play.holds(BASE + WROTE);
      return [['base', BASE], ['ai', WROTE]];
    },
  },
  {
    title: 'git stashes what a person typed and brings it again',
    group: 'git',
    play: async (play) => {
      await play.type('let mine = 1;\n');
      await play.save();
      await play.git('stash', '--quiet');
      await play.holds(BASE);
      await play.quiet();
      await play.git('stash', 'pop', '--quiet');
      await play.holds(`${BASE}let mine = 1;\n`);
      return [['base', BASE], ['tool', 'let mine = 1;\n']];
    },
  },
  {
    title: 'git pulls a colleague’s change',
    group: 'git',
    play: async (play) => {
      const after = BASE + 'colleague();\n';
      await play.git('checkout', '--quiet', '-b', 'theirs');
      await play.write(after);
      await play.git('commit', '--quiet', '--all', '--message', 'Theirs');
      await play.git('checkout', '--quiet', 'main');
      await play.holds(BASE);
      await play.quiet();
      await play.git('merge', '--quiet', '--ff-only', 'theirs');
      await play.holds(after);
      return [['base', BASE], ['colleague', 'colleague();\n']];
    },
  },
  {
    title: 'git takes the file back to the last commit',
    group: 'git',
    play: async (play) => {
      await play.extension('', WROTE);
      await play.save();
      await play.git('checkout', 'HEAD', '--', play.file);
      await play.holds(BASE);
      return [['base', BASE]];
    },
  },
];
