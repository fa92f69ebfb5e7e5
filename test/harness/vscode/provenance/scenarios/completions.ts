/** Completions: an assistant's grey text by every way of taking it, the suggestion list, snippets and abbreviations. */
import type { Play } from '../play.ts';
import { BASE, type Scenario } from '../scenario.ts';

const group = 'completions';
const BODY = 'ello(\n  1,\n  2);';

/** Types one letter that the assistant answers, and waits for its grey text. */
async function offered(play: Play, texts: readonly string[], ghost = texts[0]!.split('\n')[0]!, extra: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await play.actors({ inline: { behind: 'h', texts, ...extra } });
  await play.type('h');
  await play.ghost(ghost);
}

export const completions: readonly Scenario[] = [
  {
    title: 'takes a completion with Tab',
    group,
    play: async (play) => {
      await offered(play, [BODY]);
      await play.press('Tab');
      await play.holds(`${BASE}h${BODY}`);
      return [['base', BASE], ['person', 'h'], ['ai:assistant', BODY]];
    },
  },
  {
    title: 'takes a completion of one name with Tab',
    group,
    play: async (play) => {
      await offered(play, ['ello']);
      await play.press('Tab');
      await play.holds(`${BASE}hello`);
      return [['base', BASE], ['person', 'h'], ['ai:assistant', 'ello']];
    },
  },
  {
    title: 'takes a completion and types on at once',
    group,
    play: async (play) => {
      await offered(play, [BODY]);
      await play.press('Tab', 'A', 'B');
      await play.holds(`${BASE}h${BODY}AB`);
      return [['base', BASE], ['person', 'h'], ['ai:assistant', BODY], ['person', 'AB']];
    },
  },
  {
    title: 'takes a completion word by word, then the rest',
    group,
    play: async (play) => {
      await offered(play, ['ello(one, two)']);
      await play.press('Control+ArrowRight');
      await play.holds(`${BASE}hello`);
      await play.press('Control+ArrowRight');
      await play.holds(/hello\(/);
      await play.press('Tab');
      await play.holds(`${BASE}hello(one, two)`);
      return [['base', BASE], ['person', 'h'], ['ai:assistant', 'ello(one, two)']];
    },
  },
  {
    title: 'takes one line of a completion by a command',
    group,
    play: async (play) => {
      await offered(play, [BODY]);
      await play.command('editor.action.inlineSuggest.acceptNextLine');
      await play.holds(/hello\(/);
      const text = await play.text();
      return [['base', BASE], ['person', 'h'], ['ai', text.slice(BASE.length + 1)]];
    },
  },
  {
    title: 'takes a completion with the mouse',
    group,
    play: async (play) => {
      await offered(play, [BODY]);
      await play.clickAccept();
      await play.holds(`${BASE}h${BODY}`);
      return [['base', BASE], ['person', 'h'], ['ai', BODY]];
    },
  },
  {
    title: 'takes the second of two completions',
    group,
    play: async (play) => {
      await offered(play, ['ello(1)', 'ello(22)']);
      await play.press('Alt+]');
      await play.ghost('ello(22)');
      await play.press('Tab');
      await play.holds(`${BASE}hello(22)`);
      return [['base', BASE], ['person', 'h'], ['ai:assistant', 'ello(22)']];
    },
  },
  {
    title: 'types through a completion letter by letter',
    group,
    play: async (play) => {
      await offered(play, ['ello']);
      await play.type('ello');
      return [['base', BASE], ['person', 'hello']];
    },
  },
  {
    title: 'takes a completion that replaces a word',
    group,
    play: async (play) => {
      await play.actors({ inline: { behind: 'two;h', range: [4, 0, 4, 20], texts: ['const two;h = one(2).map((x) => x)\n  .filter(Boolean);'] } });
      await play.edits([{ start: 52, end: 71, text: 'const two;' }]);
      await play.caret('const two;');
      await play.type('h');
      await play.acceptEdit(/filter/);
      return [['base', `${BASE.slice(0, 52)}const two;`], ['person', 'h'], ['ai:assistant', ' = one(2).map((x) => x)\n  .filter(Boolean);'], ['base', BASE.slice(71)]];
    },
  },
  {
    title: 'takes a completion that is a snippet',
    group,
    play: async (play) => {
      await offered(play, ['ello(${1:a},\n  b);'], 'ello(', { snippet: true });
      await play.press('Tab');
      await play.holds(/hello\(a,/);
      return [['base', BASE], ['person', 'h'], ['ai:assistant', 'ello(a,\n  b);']];
    },
  },
  {
    title: 'takes a next edit elsewhere in the line',
    group,
    inlineEdits: true,
    play: async (play) => {
      await play.actors({ inline: { behind: 'a ', range: [1, 2, 1, 16], texts: ['return a + 100;'], edit: true } });
      await play.caret('return a');
      await play.type(' ');
      await play.acceptEdit(/return a \+ 100;/);
      return [['base', 'export function one(a: number) {\n  return a'], ['person', ' '], ['ai:assistant', '+ 100'], ['base', ';'], ['base', '\n}\n\nconst two = one(2);\nconsole.log(two);\n']];
    },
  },
  {
    title: 'takes a completion, takes it back and puts it again',
    group,
    play: async (play) => {
      await offered(play, [BODY]);
      await play.press('Tab');
      await play.holds(`${BASE}h${BODY}`);
      await play.press('Control+Z');
      await play.holds(`${BASE}h`);
      await play.press('Control+Y');
      await play.holds(`${BASE}h${BODY}`);
      return [['base', BASE], ['person', 'h'], ['ai:assistant', BODY]];
    },
  },
  {
    title: 'edits a taken completion inside',
    group,
    play: async (play) => {
      await offered(play, [BODY]);
      await play.press('Tab');
      await play.holds(`${BASE}h${BODY}`);
      await play.caret('  1');
      await play.type('77');
      return [['base', BASE], ['person', 'h'], ['ai:assistant', 'ello(\n  1'], ['person', '77'], ['ai:assistant', ',\n  2);']];
    },
  },
  {
    title: 'chooses a word of the document from the suggestion list',
    group,
    play: async (play) => {
      await play.type('con');
      await play.press('Control+Space');
      await play.sees('.suggest-widget.visible .monaco-list-row', 'console');
      const first = await play.suggestion('console');
      await play.press('Enter');
      await play.holds(new RegExp(`${first}$`));
      return [['base', BASE], ['tool', first]];
    },
  },
  {
    title: 'chooses a function from the suggestion list',
    group,
    play: async (play) => {
      await play.actors({ suggestions: [{ label: 'helloWorld', text: 'helloWorld()' }] });
      await play.type('hel');
      await play.press('Control+Space');
      await play.suggestion('helloWorld');
      await play.press('Enter');
      await play.holds(`${BASE}helloWorld()`);
      return [['base', BASE], ['tool', 'helloWorld()']];
    },
  },
  {
    title: 'chooses a suggestion that imports something above',
    group,
    play: async (play) => {
      await play.actors({ suggestions: [{ label: 'helloSnip', text: 'snip(${1:a})', snippet: true, also: "import { snip } from 's';\n" }] });
      await play.type('hel');
      await play.press('Control+Space');
      await play.suggestion('helloSnip');
      await play.press('Enter');
      await play.holds(/snip\(a\)/);
      return [['tool', "import { snip } from 's';\n"], ['base', BASE], ['tool', 'snip(a)']];
    },
  },
  {
    title: 'chooses a suggestion that is a whole block',
    group,
    play: async (play) => {
      await play.actors({ suggestions: [{ label: 'helloBlock', text: 'helloBlock(\n  1\n)' }] });
      await play.type('hel');
      await play.press('Control+Space');
      await play.suggestion('helloBlock');
      await play.press('Enter');
      await play.holds(/helloBlock\(\n/);
      return [['base', BASE], ['person', 'hel'], ['ai', 'loBlock(\n  1\n)']];
    },
  },
  {
    title: 'inserts a snippet of their own',
    group,
    play: async (play) => {
      await play.command('editor.action.insertSnippet', { snippet: 'for (const ${1:x} of ${2:all}) {\n\t$0\n}' });
      await play.holds(/for \(const x of all\)/);
      await play.type('item');
      return [['base', BASE], ['tool', 'for (const '], ['person', 'item'], ['tool', ' of all) {\n  \n}']];
    },
  },
  {
    title: 'expands an Emmet abbreviation',
    group,
    ending: 'html',
    base: '<main>\n</main>\n',
    play: async (play) => {
      await play.caret('<main>\n');
      await play.type('ul>li*2');
      await play.command('editor.emmet.action.expandAbbreviation');
      await play.holds(/<\/ul>/);
      const text = await play.text();
      return [['base', '<main>\n'], ['tool', text.slice(7, -8)], ['base', '</main>\n']];
    },
  },
];
