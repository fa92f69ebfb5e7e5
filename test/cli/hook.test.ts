/** The hook that agents call: what it records, what it denies, and that trouble of its own stops nobody. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '#core/digest';
import { Shop, type Ran } from '../harness/cli.ts';
import { scenarios } from '../harness/scenarios.ts';

const BEFORE = "export function greet(name) {\n  return 'hello ' + name;\n}\n";
const AFTER = 'export function greet(name) {\n  return `hi ${name}`;\n}\n';
const NEW = 'export const q = (db, id) => db.query(`SELECT * FROM users WHERE id = ${id}`);\n';

/** The documented form of Cursor's word on an edit. */
function cursorEdit(root: string): object {
  return { conversation_id: 'c', generation_id: 'g', hook_event_name: 'afterFileEdit', cursor_version: '2.4.0', workspace_roots: [root], file_path: `${root}/src/app.js`, edits: [{ old_string: "'hello ' + name", new_string: '`hi ${name}`' }] };
}

describe('vetmark hook claude-code', () => {
  const scenario = scenarios();
  const hook = (shop: Shop, input: string | Uint8Array) => shop.vetmark(['hook', 'claude-code'], input);
  const written = (shop: Shop, text: string) => shop.markers().map((marker) => (marker['written'] as { start: number; end: number }[]).map(({ start, end }) => text.slice(start, end)));

  scenario('marks all of a new file as the agent\'s', async (shop) => {
    shop.write('src/new.js', NEW);
    await hook(shop, shop.payload('claude', 'PostToolUse-Write'));
    const { id: _id, at: _at, ...marker } = shop.markers()[0]!;
    assert.deepEqual(marker, { v: 1, agent: 'claude-code', session: '3b14e8bb-d410-49ea-bdc2-3d18b7e9d343', tool: 'Write', call: 'call_1_0', path: 'src/new.js', before: null, after: digestOf(NEW), written: [{ start: 0, end: NEW.length }] });
  });

  scenario('marks the changed characters of an edit, with digests of both texts', async (shop) => {
    shop.write('src/app.js', AFTER);
    await hook(shop, shop.payload('claude', 'PostToolUse-Edit'));
    assert.deepEqual(shop.markers().map(({ before, after }) => ({ before, after })), [{ before: digestOf(BEFORE), after: digestOf(AFTER) }]);
  });

  scenario('does not mark what an edit left as it was', async (shop) => {
    shop.write('src/app.js', AFTER);
    await hook(shop, shop.payload('claude', 'PostToolUse-Edit'));
    assert.deepEqual(written(shop, AFTER), [['`hi', '${', '}`']]);
  });

  scenario('speaks of the file on disk where that has CRLF line ends and the payload has not', async (shop) => {
    shop.write('src/app.js', AFTER.replaceAll('\n', '\r\n'));
    await hook(shop, shop.payload('claude', 'PostToolUse-Edit'));
    assert.deepEqual(shop.markers().map(({ before, after }) => ({ before, after })), [{ before: digestOf(BEFORE.replaceAll('\n', '\r\n')), after: digestOf(AFTER.replaceAll('\n', '\r\n')) }]);
  });

  scenario('marks both states when a formatter was faster than the hook', async (shop) => {
    shop.write('src/new.js', NEW.replace(/`/g, '"'));
    await hook(shop, shop.payload('claude', 'PostToolUse-Write'));
    assert.deepEqual(shop.markers().map(({ after }) => after), [digestOf(NEW.replace(/`/g, '"')), digestOf(NEW)]);
  });

  scenario('marks what an MCP tool wrote where the disk agrees', async (shop) => {
    shop.write('note-by-mcp.txt', 'kept\nnote\n');
    await hook(shop, shop.payload('claude', 'PostToolUse-mcp__echo__write_note'));
    assert.deepEqual(written(shop, 'kept\nnote\n'), [['note\n']]);
  });

  scenario('marks nothing for an MCP tool where the disk disagrees', async (shop) => {
    shop.write('note-by-mcp.txt', 'something else\n');
    await hook(shop, shop.payload('claude', 'PostToolUse-mcp__echo__write_note'));
    assert.deepEqual(shop.markers(), []);
  });

  scenario('holds no text of the file in a marker', async (shop) => {
    shop.write('src/new.js', NEW);
    await hook(shop, shop.payload('claude', 'PostToolUse-Write'));
    assert.deepEqual(shop.files('.git/vetmark/markers').map((path) => shop.read(path).includes('SELECT')), [false]);
  });

  scenario('marks nothing outside the repository', async (shop) => {
    const outside = shop.payload('claude', 'PostToolUse-Write').replaceAll('/src/new.js', '/../elsewhere.js');
    await hook(shop, outside);
    assert.deepEqual(shop.markers(), []);
  });

  scenario('marks nothing through a link that leads out of the repository', async (shop) => {
    mkdirSync(join(shop.top, 'elsewhere'));
    symlinkSync(join(shop.top, 'elsewhere'), join(shop.root, 'src'));
    shop.write('src/new.js', NEW);
    await hook(shop, shop.payload('claude', 'PostToolUse-Write'));
    assert.deepEqual(shop.markers(), []);
  });

  scenario('allows an ordinary write without a word', async (shop) => {
    assert.deepEqual(await hook(shop, shop.payload('claude', 'PreToolUse-Write')), { code: 0, stdout: '', stderr: '' });
  });

  const refusals: readonly (readonly [title: string, path: string])[] = [
    ['the policy', '.vetmark/policy.json'],
    ['the policy by a relative climb', 'src/../.vetmark/policy.json'],
    ['a link that leads to the policy', 'innocent.json'],
    ['a link that leads to a review that does not exist yet', 'dangling.json'],
    ['a file in a linked folder', 'records/01J.json'],
    ['git\'s configuration', '.git/config'],
    ['its own settings', '.claude/settings.json'],
  ];
  for (const [title, path] of refusals) {
    scenario(`denies writing to ${title}, with exit code 2`, async (shop) => {
      shop.write('.vetmark/policy.json', '{"version":1}');
      symlinkSync('.vetmark/policy.json', join(shop.root, 'innocent.json'));
      symlinkSync('.vetmark/reviews/01J.json', join(shop.root, 'dangling.json'));
      symlinkSync('.vetmark/reviews', join(shop.root, 'records'));
      const { code } = await hook(shop, shop.payload('claude', 'PreToolUse-Write').replaceAll('/src/new.js', `/${path}`));
      assert.equal(code, 2);
    });
  }

  scenario('denies in the agent\'s own form and on standard error', async (shop) => {
    const { stdout, stderr } = await hook(shop, shop.payload('claude', 'PreToolUse-Write').replaceAll('/src/new.js', '/.vetmark/policy.json'));
    const { hookSpecificOutput } = JSON.parse(stdout) as { hookSpecificOutput: Record<string, string> };
    assert.deepEqual([hookSpecificOutput['hookEventName'], hookSpecificOutput['permissionDecision'], hookSpecificOutput['permissionDecisionReason'] + '\n'], ['PreToolUse', 'deny', stderr]);
  });

  scenario('logs what the agent did and what was decided', async (shop) => {
    await hook(shop, shop.payload('claude', 'PreToolUse-Write'));
    await hook(shop, shop.payload('claude', 'PreToolUse-Write').replaceAll('/src/new.js', '/.vetmark/policy.json'));
    const { stdout } = await shop.vetmark(['audit', 'show']);
    assert.deepEqual(stdout.trim().split('\n').map((line) => line.replace(/^.*Z {2}/, '')), [`claude-code before Write on ${shop.root}/src/new.js: allow`, `claude-code before Write on ${shop.root}/.vetmark/policy.json: deny`]);
  });

  scenario('writes nowhere but under the git directory and the state folder', async (shop) => {
    shop.write('src/new.js', NEW);
    const before = [...shop.files(shop.root).filter((path) => !path.includes('/.git/')), ...shop.files(shop.home)];
    await hook(shop, shop.payload('claude', 'PreToolUse-Write'));
    await hook(shop, shop.payload('claude', 'PostToolUse-Write'));
    assert.deepEqual([...shop.files(shop.root).filter((path) => !path.includes('/.git/')), ...shop.files(shop.home)], before);
  });

  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  const troubles: readonly (readonly [title: string, input: string | Uint8Array, says: RegExp])[] = [
    ['empty input', '', /empty/],
    ['half an object', '{"session_id": "s"', /not JSON/],
    ['binary input', new Uint8Array([0xff, 0xfe, 0, 1, 2]), /not JSON in UTF-8/],
    ['JSON that is no object', '42', /no payload of Claude Code/],
    ['deeply nested JSON', deep, /no payload of Claude Code|not JSON/],
    ['input over 16 MB', '"' + 'x'.repeat(17 * 1024 * 1024) + '"', /larger than 16 MB/],
    ['a tool call without its input', '{"session_id":"s","transcript_path":"/t","cwd":"/","hook_event_name":"PreToolUse","tool_name":"Write"}', /"tool_input"|no payload/],
    ['a working folder that does not exist', '{"session_id":"s","transcript_path":"/t","cwd":"/nonexistent","hook_event_name":"PostToolUse","tool_name":"Read","tool_input":{}}', /nonexistent/],
  ];
  for (const [title, input, says] of troubles) {
    scenario(`lets the agent go on after ${title}, and says so`, async (shop) => {
      const { code, stderr } = await hook(shop, input);
      assert.deepEqual([code, says.test(stderr)], [0, true], stderr);
    });
  }

  scenario('lets an agent go on that it does not know, and says which it knows', async (shop) => {
    const { code, stderr } = await shop.vetmark(['hook', 'nobody'], '{}');
    assert.deepEqual([code, stderr.includes('claude-code')], [0, true]);
  });

  scenario('says one line outside a git repository and lets the agent go on', async () => {
    const folder = new Shop('folder');
    const { code, stderr } = await folder.vetmark(['hook', 'claude-code'], folder.payload('claude', 'PreToolUse-Write'));
    folder.dispose();
    assert.deepEqual([code, stderr.trim().split('\n').length], [0, 1]);
  });

  scenario('keeps every marker when eight hooks run at once', async (shop) => {
    for (let i = 0; i < 8; i++) shop.write(`src/${i}.js`, NEW);
    await Promise.all(Array.from({ length: 8 }, (_, i) => hook(shop, shop.payload('claude', 'PostToolUse-Write').replaceAll('/src/new.js', `/src/${i}.js`))));
    assert.deepEqual(shop.markers().map(({ path }) => path).sort(), Array.from({ length: 8 }, (_, i) => `src/${i}.js`));
  });
});

describe('vetmark hook', () => {
  const scenario = scenarios();
  /** Path, agent, whether the text before is known, and what is marked. */
  const marked = (shop: Shop, texts: Readonly<Record<string, string>>): readonly unknown[] =>
    shop.markers().map(({ agent, path, before, after, written }) => [agent, path, before === null ? 'no file' : before === undefined ? 'not known' : before === digestOf(BEFORE) ? 'as it was' : 'another', after === digestOf(texts[path as string]!), (written as { start: number; end: number }[]).map(({ start, end }) => texts[path as string]!.slice(start, end))]);

  const done: readonly (readonly [title: string, agent: string, folder: string, payload: string, disk: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>, expected: readonly unknown[]])[] = [
    ['a patch of Codex, undoing it to know the text before', 'codex', 'codex', 'PostToolUse-apply_patch', { 'src/new.js': NEW, 'src/app.js': AFTER }, { 'src/new.js': NEW, 'src/app.js': AFTER }, [
      ['codex', 'src/new.js', 'no file', true, [NEW]],
      ['codex', 'src/app.js', 'as it was', true, ['`hi', '${', '}`']],
    ]],
    ['a replacement of Gemini CLI', 'gemini-cli', 'gemini', 'AfterTool-replace', { 'src/app.js': AFTER }, { 'src/app.js': AFTER }, [['gemini-cli', 'src/app.js', 'as it was', true, ['`hi', '${', '}`']]]],
    ['a file that Copilot CLI created', 'copilot-cli', 'copilot', 'postToolUse-create', { 'src/new.js': NEW }, { 'src/new.js': NEW }, [['copilot-cli', 'src/new.js', 'not known', true, [NEW]]]],
    ['an edit of Copilot CLI in its other dialect', 'copilot-cli', 'copilot-pascal', 'PostToolUse-Edit', { 'src/app.js': AFTER }, { 'src/app.js': AFTER }, [['copilot-cli', 'src/app.js', 'as it was', true, ['`hi', '${', '}`']]]],
    ['an edit of VS Code before it reaches the disk', 'copilot-vscode', 'vscode', 'PostToolUse-replace_string_in_file', { 'src/app.js': BEFORE }, { 'src/app.js': AFTER }, [['copilot-vscode', 'src/app.js', 'as it was', true, ['`hi', '${', '}`']]]],
    ['an edit of VS Code that was on disk already', 'copilot-vscode', 'vscode', 'PostToolUse-replace_string_in_file', { 'src/app.js': AFTER }, { 'src/app.js': AFTER }, [['copilot-vscode', 'src/app.js', 'as it was', true, ['`hi', '${', '}`']]]],
    ['a new file of VS Code before it reaches the disk', 'copilot-vscode', 'vscode', 'PostToolUse-create_file', {}, { 'src/new.js': 'export const n = 1;\nexport const m = 2;\n' }, [['copilot-vscode', 'src/new.js', 'no file', true, ['export const n = 1;\nexport const m = 2;\n']]]],
    ['an edit of opencode', 'opencode', 'opencode', 'tool.execute.after-edit', { 'src/app.js': AFTER }, { 'src/app.js': AFTER }, [['opencode', 'src/app.js', 'as it was', true, ['`hi', '${', '}`']]]],
    ["VS Code's edit that came through Claude's hook, under VS Code's name", 'claude-code', 'vscode', 'PostToolUse-replace_string_in_file', { 'src/app.js': AFTER }, { 'src/app.js': AFTER }, [['copilot-vscode', 'src/app.js', 'as it was', true, ['`hi', '${', '}`']]]],
  ];
  for (const [title, agent, folder, payload, disk, after, expected] of done) {
    scenario(`marks ${title}`, async (shop) => {
      for (const [path, text] of Object.entries(disk)) shop.write(path, text);
      await shop.vetmark(['hook', agent], shop.payload(folder, payload));
      assert.deepEqual(marked(shop, after), expected);
    });
  }

  scenario('marks under the name that the generic form gives', async (shop) => {
    shop.write('a.ts', 'export {};\n');
    await shop.vetmark(['hook', 'generic'], JSON.stringify({ version: 1, event: 'after', agent: 'my-agent', session: 's', cwd: shop.root, writes: [{ path: 'a.ts', before: null, after: 'export {};\n' }] }));
    assert.deepEqual(shop.markers().map(({ agent }) => agent), ['my-agent']);
  });

  scenario('marks lines that were put between others that begin alike, from their first character on', async (shop) => {
    const lines = ['one', 'two', 'three', 'four', 'five'].map((name) => `export const ${name} = '${name}';`);
    const texts = [[lines[0], lines[3], lines[4]], lines].map((each) => each.join('\n'));
    shop.write('src/app.js', texts[1]!);
    const payload = JSON.parse(shop.payload('opencode', 'tool.execute.after-edit')) as { input: { args: object } };
    await shop.vetmark(['hook', 'opencode'], JSON.stringify({ ...payload, input: { ...payload.input, args: { ...payload.input.args, oldString: lines[0], newString: lines.slice(0, 3).join('\n') } } }));
    const [range] = shop.markers()[0]!['written'] as { start: number; end: number }[];
    assert.equal(texts[1]!.slice(range!.start, range!.end).startsWith(`\n${lines[1]}\n${lines[2]}`), true);
  });

  scenario('marks an edit of VS Code that was saved before its hook ran, though the text still holds what was replaced', async (shop) => {
    const payload = JSON.parse(shop.payload('vscode', 'PostToolUse-replace_string_in_file')) as { tool_input: object };
    shop.write('src/app.js', 'one\ntwo\nthree\n');
    await shop.vetmark(['hook', 'copilot-vscode'], JSON.stringify({ ...payload, tool_input: { ...payload.tool_input, oldString: 'one', newString: 'one\ntwo' } }));
    assert.deepEqual(shop.markers().map(({ after }) => after).includes(digestOf('one\ntwo\nthree\n')), true);
  });

  scenario('waits for an edit of VS Code that another edit builds on, until it is saved', async (shop) => {
    const running = shop.vetmark(['hook', 'copilot-vscode'], shop.payload('vscode', 'PostToolUse-replace_string_in_file'));
    setTimeout(() => shop.write('src/app.js', BEFORE), 300);
    await running;
    assert.deepEqual(marked(shop, { 'src/app.js': AFTER }), [['copilot-vscode', 'src/app.js', 'as it was', true, ['`hi', '${', '}`']]]);
  });

  scenario('records a gap when nothing on disk tells of what an agent says it wrote', async (shop) => {
    shop.write('src/app.js', 'something else\n');
    const { code, stderr } = await shop.vetmark(['hook', 'opencode'], shop.payload('opencode', 'tool.execute.after-edit'));
    const { stdout } = await shop.vetmark(['audit', 'show']);
    assert.deepEqual([code, /is not attributed: the file holds neither/.test(stderr), stdout.includes('gap')], [0, true, true], stdout);
  });

  const documented: readonly (readonly [title: string, agent: string, payload: (root: string) => object, disk: string, expected: readonly unknown[]])[] = [
    ['an edit of Cursor that is on disk', 'cursor', (root) => cursorEdit(root), AFTER, ['as it was', true, ['`hi', '${', '}`']]],
    ['an edit of Cursor before it reaches the disk', 'cursor', (root) => cursorEdit(root), BEFORE, ['as it was', true, ['`hi', '${', '}`']]],
    ["an edit of Cursor that came through Claude's hook", 'claude-code', (root) => cursorEdit(root), AFTER, ['as it was', true, ['`hi', '${', '}`']]],
    ['a replacement of Amazon Q', 'amazon-q', (root) => ({ hook_event_name: 'postToolUse', cwd: root, tool_name: 'fs_write', tool_input: { command: 'str_replace', path: `${root}/src/app.js`, old_str: "'hello ' + name", new_str: '`hi ${name}`' }, tool_response: { success: true, result: [''] } }), AFTER, ['as it was', true, ['`hi', '${', '}`']]],
  ];
  for (const [title, agent, payload, disk, expected] of documented) {
    scenario(`marks ${title}`, async (shop) => {
      shop.write('src/app.js', disk);
      await shop.vetmark(['hook', agent], JSON.stringify(payload(shop.root)));
      assert.deepEqual(marked(shop, { 'src/app.js': AFTER }), [[agent === 'claude-code' ? 'cursor' : agent, 'src/app.js', ...expected]]);
    });
  }

  scenario('marks what Kiro wrote, though its second payload is empty', async (shop) => {
    shop.write('src/app.js', BEFORE);
    shop.commit();
    const payload = (hook_event_name: string, tool_input: object): string => JSON.stringify({ session_id: 's', hook_event_name, cwd: shop.root, tool_name: 'str_replace', tool_input });
    await shop.vetmark(['hook', 'kiro'], payload('PreToolUse', { path: 'src/app.js', oldStr: "'hello ' + name", newStr: '`hi ${name}`' }));
    shop.write('src/app.js', AFTER);
    await shop.vetmark(['hook', 'kiro'], payload('PostToolUse', {}));
    assert.deepEqual(marked(shop, { 'src/app.js': AFTER }), [['kiro', 'src/app.js', 'as it was', true, ['`hi', '${', '}`']]]);
  });

  scenario('marks what Kiro saved only after its hook, once the turn is over', async (shop) => {
    const payload = (hook_event_name: string): string => JSON.stringify({ session_id: 's', hook_event_name, cwd: shop.root, tool_name: 'fs_write', tool_input: {} });
    await shop.vetmark(['hook', 'kiro'], payload('PreToolUse'));
    await shop.vetmark(['hook', 'kiro'], payload('PostToolUse'));
    shop.write('late.js', AFTER);
    await shop.vetmark(['hook', 'kiro'], payload('Stop'));
    assert.deepEqual(marked(shop, { 'late.js': AFTER }), [['kiro', 'late.js', 'no file', true, [AFTER]]]);
  });

  const refused: readonly (readonly [agent: string, title: string, payload: (root: string) => object])[] = [
    ['cursor', 'the policy', (root) => ({ conversation_id: 'c', hook_event_name: 'preToolUse', cursor_version: '2', workspace_roots: [root], cwd: '', tool_name: 'Write', tool_input: { path: '.vetmark/policy.json', contents: '{}' } })],
    ['cursor', 'its own hooks', (root) => ({ conversation_id: 'c', hook_event_name: 'preToolUse', cursor_version: '2', workspace_roots: [root], cwd: root, tool_name: 'StrReplace', tool_input: { path: '~/.cursor/hooks.json', old_string: 'a', new_string: 'b' } })],
    ['amazon-q', 'its own agents, by a path from home', (root) => ({ hook_event_name: 'preToolUse', cwd: root, tool_name: 'fs_write', tool_input: { command: 'create', path: '~/.aws/amazonq/cli-agents/q_cli_default.json', file_text: '{}' } })],
    ['amazon-q', "Vetmark's state, by a path from home", (root) => ({ hook_event_name: 'preToolUse', cwd: root, tool_name: 'fs_write', tool_input: { command: 'append', path: '~/../state/vetmark/audit/x', new_str: 'x' } })],
    ['kiro', 'its own hooks', (root) => ({ session_id: 's', hook_event_name: 'PreToolUse', cwd: root, tool_name: 'delete_file', tool_input: { targetFile: '.kiro/hooks/vetmark.json' } })],
  ];
  for (const [agent, title, payload] of refused) {
    scenario(`denies ${agent} a write to ${title}`, async (shop) => {
      const { code, stderr } = await shop.vetmark(['hook', agent], JSON.stringify(payload(shop.root)));
      assert.deepEqual([code, stderr.startsWith('Vetmark refused ')], [2, true], stderr);
    });
  }

  const denied: readonly (readonly [agent: string, folder: string, payload: string, from: string])[] = [
    ['codex', 'codex', 'PreToolUse-apply_patch', 'src/app.js'],
    ['gemini-cli', 'gemini', 'BeforeTool-write_file', 'src/new.js'],
    ['copilot-cli', 'copilot', 'preToolUse-create', 'src/new.js'],
    ['copilot-cli', 'copilot-pascal', 'PreToolUse-Edit-2', 'src/app.js'],
    ['copilot-vscode', 'vscode', 'PreToolUse-insert_edit_into_file', 'src/app.js'],
    ['opencode', 'opencode', 'tool.execute.before-apply_patch', 'src/app.js'],
  ];
  for (const [agent, folder, payload, from] of denied) {
    scenario(`denies ${agent} a write to the policy (${payload}), by exit code 2 and a reason`, async (shop) => {
      const { code, stderr } = await shop.vetmark(['hook', agent], shop.payload(folder, payload).replaceAll(from, '.vetmark/policy.json'));
      assert.deepEqual([code, stderr.startsWith('Vetmark refused ')], [2, true], stderr);
    });
  }

  scenario('denies Codex a patch that deletes the reviewers', async (shop) => {
    const { code } = await shop.vetmark(['hook', 'codex'], shop.payload('codex', 'PreToolUse-apply_patch').replace('*** Add File: src/new.js', '*** Delete File: .vetmark/reviewers\\n*** Add File: src/new.js'));
    assert.equal(code, 2);
  });
});

describe('vetmark hook around a command', () => {
  const scenario = scenarios();
  const bash = async (shop: Shop, run: () => void | Promise<void>, after = 'PostToolUse-Bash'): Promise<readonly Ran[]> => {
    const before = await shop.vetmark(['hook', 'claude-code'], shop.payload('claude', 'PreToolUse-Bash'));
    await run();
    const call = JSON.parse(shop.payload('claude', after)) as Record<string, unknown>;
    const { tool_use_id } = JSON.parse(shop.payload('claude', 'PreToolUse-Bash')) as { tool_use_id: string };
    return [before, await shop.vetmark(['hook', 'claude-code'], JSON.stringify({ ...call, tool_use_id }))];
  };
  /** Path, whether there was a file, and the marked text. */
  const marked = (shop: Shop): readonly unknown[] =>
    shop.markers().map(({ path, before, after, written }) => {
      const text = shop.read(path as string);
      return [path, before === null ? 'new' : before === undefined ? 'not known' : 'known', after === digestOf(text), (written as { start: number; end: number }[]).map(({ start, end }) => text.slice(start, end)).join('|')];
    }).sort();

  scenario('marks a file that the command made and what it changed in one that was clean', async (shop) => {
    shop.write('README.md', '# demo\nkept\n');
    shop.commit();
    await bash(shop, () => {
      shop.write('gen.txt', 'made by bash\n');
      shop.write('README.md', '# DEMO\nkept\n');
    });
    assert.deepEqual(marked(shop), [['README.md', 'known', true, 'DEMO'], ['gen.txt', 'new', true, 'made by bash\n']]);
  });

  scenario('marks only the lines that the command added to a file that a person was changing', async (shop) => {
    shop.write('a.ts', 'one\n');
    shop.commit();
    shop.write('a.ts', 'one\nby a person\n');
    await bash(shop, () => shop.write('a.ts', 'by the command\none\nby a person\n'));
    assert.deepEqual(marked(shop), [['a.ts', 'known', true, 'by the command\n']]);
  });

  scenario('marks nothing that a person changed before the command and the command left alone', async (shop) => {
    shop.write('a.ts', 'one\n');
    shop.commit();
    shop.write('a.ts', 'by a person\n');
    shop.write('new.ts', 'by a person\n');
    await bash(shop, () => undefined);
    assert.deepEqual(marked(shop), []);
  });

  scenario('marks what a command wrote before it failed', async (shop) => {
    shop.write('a.ts', 'one\n');
    shop.commit();
    await bash(shop, () => shop.write('a.ts', 'two\n'), 'PostToolUseFailure-Bash');
    assert.deepEqual(marked(shop), [['a.ts', 'known', true, 'two']]);
  });

  scenario('marks nothing that only looks different because history was moved', async (shop) => {
    shop.write('a.ts', 'one\n');
    shop.commit();
    shop.write('a.ts', 'two\n');
    shop.commit();
    await new Promise((resolve) => setTimeout(resolve, 60));
    await bash(shop, () => void shop.git('reset', '--quiet', '--soft', 'HEAD~1'));
    assert.deepEqual(marked(shop), []);
  });

  scenario('works before the first commit', async (shop) => {
    await bash(shop, () => shop.write('a.ts', 'one\n'));
    assert.deepEqual(marked(shop), [['a.ts', 'new', true, 'one\n']]);
  });

  scenario('marks what a command wrote and committed at once', async (shop) => {
    shop.write('a.ts', 'one\n');
    shop.commit();
    await bash(shop, () => {
      shop.write('a.ts', 'one\ntwo\n');
      shop.commit();
    });
    assert.deepEqual(marked(shop), [['a.ts', 'known', true, 'two\n']]);
  });

  scenario('marks nothing of a person that a command only committed', async (shop) => {
    shop.write('a.ts', 'one\n');
    shop.commit();
    shop.write('a.ts', 'by a person\n');
    await bash(shop, () => void shop.commit());
    assert.deepEqual(marked(shop), []);
  });

  scenario('marks nothing that a command only checked out', async (shop) => {
    shop.write('a.ts', 'one\n');
    shop.commit();
    shop.git('switch', '--quiet', '--create', 'other');
    shop.write('a.ts', 'two\n');
    shop.git('add', '--all');
    shop.git('commit', '--quiet', '--message', 'earlier', '--date', '2026-01-01T00:00:00Z');
    shop.git('switch', '--quiet', 'main');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await bash(shop, () => void shop.git('switch', '--quiet', 'other'));
    assert.deepEqual(marked(shop), []);
  });

  scenario('records a gap when a command rewrites commits', async (shop) => {
    shop.write('a.ts', 'one\n');
    shop.git('add', '--all');
    shop.git('commit', '--quiet', '--message', 'earlier', '--date', '2026-01-01T00:00:00Z');
    const [, after] = await bash(shop, () => {
      shop.write('a.ts', 'two\n');
      shop.git('commit', '--quiet', '--all', '--amend', '--no-edit');
    });
    const { stdout } = await shop.vetmark(['audit', 'show']);
    assert.deepEqual([after?.code, stdout.includes('gap'), after?.stderr.includes('rewrote commits')], [0, true, true], stdout);
  });

  scenario('records a gap when nobody looked before', async (shop) => {
    const { stderr } = await shop.vetmark(['hook', 'claude-code'], shop.payload('claude', 'PostToolUse-Bash'));
    assert.match(stderr, /was not looked at before this command/);
  });

  scenario('marks what a command wrote that ran on in the background, once the session is over', async (shop) => {
    const input = shop.payload('claude', 'PreToolUse-Bash-2');
    await shop.vetmark(['hook', 'claude-code'], input);
    await shop.vetmark(['hook', 'claude-code'], shop.payload('claude', 'PostToolUse-Bash-2'));
    shop.write('late.txt', 'late\n');
    const end = shop.payload('claude', 'SessionEnd').replaceAll('3b14e8bb-d410-49ea-bdc2-3d18b7e9d343', (JSON.parse(input) as { session_id: string }).session_id);
    await shop.vetmark(['hook', 'claude-code'], end);
    assert.deepEqual([marked(shop), shop.files('.git/vetmark/calls')], [[['late.txt', 'new', true, 'late\n']], []]);
  });

  scenario('marks what a command wrote whose hook never came, once the turn is over', async (shop) => {
    await shop.vetmark(['hook', 'codex'], shop.payload('codex', 'PreToolUse-Bash'));
    shop.write('via-shell.txt', 'x\n');
    await shop.vetmark(['hook', 'codex'], shop.payload('codex', 'Stop'));
    assert.deepEqual([shop.markers().map(({ agent }) => agent), marked(shop), shop.files('.git/vetmark/calls')], [['codex'], [['via-shell.txt', 'new', true, 'x\n']], []]);
  });

  scenario('leaves the commands of another session alone when a turn is over', async (shop) => {
    await shop.vetmark(['hook', 'claude-code'], shop.payload('claude', 'PreToolUse-Bash'));
    shop.write('a.txt', 'x\n');
    await shop.vetmark(['hook', 'claude-code'], shop.payload('claude', 'Stop').replaceAll('3b14e8bb', '00000000'));
    assert.deepEqual([shop.markers(), shop.files('.git/vetmark/calls').length], [[], 1]);
  });

  scenario('keeps no text of the work tree between the two', async (shop) => {
    shop.write('a.ts', 'const secret = 1;\n');
    await shop.vetmark(['hook', 'claude-code'], shop.payload('claude', 'PreToolUse-Bash'));
    assert.deepEqual(shop.files('.git/vetmark/calls').map((path) => [shop.read(path).includes('a.ts'), shop.read(path).includes('secret')]), [[true, false]]);
  });

  scenario('leaves nothing behind once the command is done', async (shop) => {
    await bash(shop, () => undefined);
    assert.deepEqual(shop.files('.git/vetmark/calls'), []);
  });
});

describe("vetmark hook when an agent's configuration changes", () => {
  const scenario = scenarios();
  const SETTINGS = '.claude/settings.json';
  const changed = async (shop: Shop, text: string | undefined, connected: 'connected' | 'not connected' = 'connected'): Promise<Ran> => {
    if (connected === 'connected') await shop.vetmark(['agents', 'connect', 'claude-code', '--scope', 'project', '--yes']);
    if (text === undefined) await shop.vetmark(['agents', 'disconnect', 'claude-code', '--scope', 'project', '--yes']);
    else shop.write(SETTINGS, text === 'one more setting' ? shop.read(SETTINGS).replace('{', '{ "model": "opus",') : text);
    return shop.vetmark(['hook', 'claude-code'], shop.payload('claude', 'ConfigChange'));
  };
  const cases: readonly (readonly [title: string, text: string | undefined, connected: 'connected' | 'not connected', code: number])[] = [
    ['refuses a change that takes its hooks away', '{}', 'connected', 2],
    ['refuses a file that cannot be read any more', '{ "hooks": ', 'connected', 2],
    ['refuses a switch that turns all hooks off', '{ "disableAllHooks": true }', 'not connected', 2],
    ['lets a change pass that leaves its hooks alone', 'one more setting', 'connected', 0],
    ['lets a change pass in a file that never held its hooks', '{ "model": "opus" }', 'not connected', 0],
    ['lets a person disconnect', undefined, 'connected', 0],
  ];
  for (const [title, text, connected, expected] of cases) {
    scenario(title, async (shop) => {
      const { code, stderr } = await changed(shop, text, connected);
      assert.deepEqual([code, stderr.startsWith('Vetmark refused the change of ')], [expected, expected === 2], stderr);
    });
  }

  scenario('writes down that somebody tried', async (shop) => {
    shop.write('sub/a.ts', '');
    await changed(shop, '{}');
    const { stdout } = await shop.vetmark(['audit', 'show']);
    assert.match(stdout, /The hooks of Claude Code were taken out of its configuration while it ran/);
  });
});
