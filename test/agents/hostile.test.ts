/** No agent's parser throws, whatever it is given, and a refusal always says something. */
import assert from 'node:assert/strict';
import { AGENTS } from '#agents/index';
import { readPatch } from '#agents/shared/apply-patch';

const HOSTILE: readonly unknown[] = [
  null, undefined, 0, '', 'text', true, [], [[]], {}, { session_id: 1 }, { session_id: 's', cwd: '/', transcript_path: '/t', hook_event_name: ['PreToolUse'] },
  { session_id: 's', cwd: '/', transcript_path: '/t', hook_event_name: 'PreToolUse', tool_name: 'Write', tool_input: null },
  { session_id: 's', cwd: '/', transcript_path: '/t', hook_event_name: 'PreToolUse', tool_name: 'Write', tool_input: { file_path: 'a\0b', content: 'x' } },
  { session_id: 's', cwd: '/', transcript_path: '/t', hook_event_name: 'PostToolUse', tool_name: 'Edit', tool_input: { file_path: 'a', old_string: {}, new_string: [] } },
  { session_id: 'x'.repeat(5000), cwd: '/', transcript_path: '/t', hook_event_name: 'SessionStart' },
  { session_id: 's', cwd: '/', transcript_path: '/t', hook_event_name: 'PreToolUse', tool_name: 'mcp__x', tool_input: { path: ['a', 1, {}], uri: 'file://%zz', text: { length: 9 } } },
  { sessionId: 's', cwd: '/', toolName: 'create', toolArgs: 7 }, { sessionId: 's', cwd: '/', toolName: 'edit', toolArgs: '*** Begin Patch' },
  { hook_event_name: 'tool.execute.before', input: { tool: 'write', sessionID: 's' }, output: { args: { filePath: 1 } } },
  JSON.parse('{"__proto__": {"session_id": "s"}, "constructor": 1, "toString": null}'),
];

describe('a parser of payloads', () => {
  for (const [id, load] of AGENTS) {
    it(`of ${id} answers every hostile payload with an event or a sentence`, async () => {
      const agent = await load();
      assert.deepEqual(HOSTILE.map((payload) => agent.parse(payload)).filter((parsed) => !parsed.ok && parsed.message.length < 20), []);
    });
  }

  it('refuses a tool name that no marker could hold', async () => {
    const agent = await AGENTS.get('claude-code')!();
    assert.equal(agent.parse({ session_id: 's', cwd: '/', transcript_path: '/t', hook_event_name: 'PreToolUse', tool_name: 'x'.repeat(501), tool_input: {} }).ok, false);
  });

  it('refuses a path that a NUL would cut short', async () => {
    const agent = await AGENTS.get('claude-code')!();
    assert.equal(agent.parse(HOSTILE[12]).ok, false);
  });
});

describe('a patch', () => {
  const PATCHES: readonly (readonly [title: string, patch: string, paths: readonly string[], removed: readonly string[]])[] = [
    ['that adds, updates, deletes and moves', '*** Begin Patch\n*** Add File: a\n+1\n*** Update File: b\n*** Move to: c\n@@\n-x\n+y\n*** Delete File: d\n*** End Patch\n', ['a', 'c'], ['b', 'd']],
    ['that was cut off', '*** Begin Patch\n*** Update File: b\n@@\n-x\n+y', ['b'], []],
    ['with Windows line ends', '*** Begin Patch\r\n*** Add File: a\r\n+1\r\n*** End Patch\r\n', ['a'], []],
    ['that is none', 'hello', [], []],
    ['with an empty name', '*** Add File: \n+1\n', [], []],
  ];
  for (const [title, patch, paths, removed] of PATCHES) {
    it(`${title} names its files`, () => {
      const read = readPatch(patch);
      assert.deepEqual([read.writes.map(({ path }) => path), read.removed], [paths, removed]);
    });
  }
});
