/** Vetmark's hooks in configuration files of every shape: put in once, found, and taken out without touching the rest. */
import assert from 'node:assert/strict';
import { parse, type ParseError } from 'jsonc-parser';
import type { Agent } from '#agents/agent';
import { AGENTS } from '#agents/index';
import { identities } from '#agents/shared/codex-trust';
import { commandLine } from '#agents/shared/command';
import { connect, disconnect, findHooks, offSwitches } from '#agents/shared/connect';

const OTHER = '{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "./lint.sh" }] }';
const TEXTS: readonly (readonly [title: string, text: string])[] = [
  ['an empty object', '{}\n'],
  ['an empty object on two lines', '{\n}\n'],
  ['other settings', '{\n  "model": "opus"\n}\n'],
  ['comments', '{\n  // a model\n  "model": "opus" /* the large one */\n}\n'],
  ['a trailing comma', '{\n  "model": "opus",\n}\n'],
  ['no line end at the end', '{ "model": "opus" }'],
  ['tabs', '{\n\t"model": "opus",\n\t"hooks": {\n\t\t"Stop": []\n\t}\n}\n'],
  ['Windows line ends', '{\r\n    "model": "opus"\r\n}\r\n'],
  ['empty hooks', '{ "hooks": {} }\n'],
  ['an empty list of hooks', '{ "hooks": { "PreToolUse": [] } }\n'],
  ['a list that holds only a comment', '{\n  "hooks": {\n    "PreToolUse": [\n      // none yet\n    ]\n  }\n}\n'],
  ['another hook on one line', `{ "hooks": { "PreToolUse": [${OTHER}] } }\n`],
  ['another hook laid out by hand', `{\n  "hooks": {\n    "PreToolUse": [\n      ${OTHER},\n    ]\n  },\n  "env": { "A": "1" }\n}\n`],
];

describe('connecting an agent', () => {
  let agent: Agent;
  before(async () => (agent = await AGENTS.get('claude-code')!()));
  const connected = (text: string | undefined): string => {
    const merged = connect(agent, agent.hooking!, text, ['vetmark']);
    assert.equal(merged.ok, true);
    return (merged as { text: string }).text;
  };

  for (const [title, text] of TEXTS) {
    it(`keeps every other character of a file with ${title}`, () => {
      const after = connected(text);
      let at = 0;
      for (const character of text.trim()) at = after.indexOf(character, at) + 1 || Infinity;
      assert.equal(at <= after.length, true, after);
    });

    it(`writes what an agent can read into a file with ${title}`, () => {
      const errors: ParseError[] = [];
      const value = parse(connected(text), errors, { allowTrailingComma: true }) as { hooks: Record<string, { hooks: { command: string }[] }[]> };
      assert.deepEqual([errors, ['PreToolUse', 'PostToolUse'].map((event) => value.hooks[event]!.at(-1)!.hooks[0]!.command)], [[], ['vetmark hook claude-code', 'vetmark hook claude-code']]);
    });

    it(`does nothing the second time to a file with ${title}`, () => {
      assert.equal(connected(connected(text)), connected(text));
    });

    it(`takes its own hooks out of a file with ${title}, and leaves the others`, () => {
      const undone = disconnect(agent, agent.hooking!, connected(text)) as { text: string };
      const others = (from: string): number => (from.match(/lint\.sh/g) ?? []).length;
      assert.deepEqual([findHooks(agent, agent.hooking!, undone.text).length, others(undone.text)], [0, others(text)]);
    });
  }

  it('replaces a command of an earlier Vetmark instead of adding a second', () => {
    const earlier = (connect(agent, agent.hooking!, '{}', ['/old/node', '/old/cli.mjs']) as { text: string }).text;
    const hooks = findHooks(agent, agent.hooking!, connected(earlier));
    assert.deepEqual([[...new Set(hooks.map(({ command }) => command))], hooks.length === new Set(hooks.map(({ event }) => event)).size], [['vetmark hook claude-code'], true]);
  });

  const refused: readonly (readonly [title: string, text: string])[] = [
    ['is not JSON', '{ "hooks": '],
    ['is a list', '[]'],
    ['has hooks that are no object', '{ "hooks": [] }'],
    ['has an event that is no list', '{ "hooks": { "PreToolUse": {} } }'],
  ];
  for (const [title, text] of refused) {
    it(`changes nothing in a file that ${title}`, () => {
      assert.equal(connect(agent, agent.hooking!, text, ['vetmark']).ok, false);
    });
  }

  it('does not overwrite a file that is not its own', async () => {
    const copilot = await AGENTS.get('copilot-cli')!();
    assert.equal(connect(copilot, copilot.hooking!, '{"hooks":{}}', ['vetmark']).ok, false);
  });

  it('finds the switch that turns all hooks off', () => {
    assert.deepEqual(offSwitches(agent.hooking!, '{ "disableAllHooks": true }'), ['disableAllHooks']);
  });

  it("computes the digest by which Codex trusts a hook, as the real client 0.169.0 answered it", () => {
    const hook = { hooks: [{ type: 'command', command: 'vetmark hook codex', timeout: 20 }] };
    assert.deepEqual(identities('/home/dev/.codex/hooks.json', JSON.stringify({ hooks: { PreToolUse: [hook], Stop: [{ ...hook, matcher: 'left out' }] } }), () => true), [
      { key: '/home/dev/.codex/hooks.json:pre_tool_use:0:0', hash: 'sha256:80de74552abd6a288ecafeb271211e49bc360fdd873c07c7060847ddc909509e' },
      { key: '/home/dev/.codex/hooks.json:stop:0:0', hash: 'sha256:62e91650ad9df2008cfc391498c94131ace7d2bf760c65360dd5a84edd1ebe0b' },
    ]);
  });

  it('quotes what a shell would take apart', () => {
    assert.equal(commandLine(['/opt/my node/node', "/it's/cli.mjs", '$HOME', 'hook']), `'/opt/my node/node' '/it'\\''s/cli.mjs' '$HOME' hook`);
  });
});
