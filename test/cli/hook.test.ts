/** The hook that agents call: what it records, what it denies, and that trouble of its own stops nobody. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '#core/digest';
import { Shop } from '../harness/cli.ts';

const BEFORE = "export function greet(name) {\n  return 'hello ' + name;\n}\n";
const AFTER = 'export function greet(name) {\n  return `hi ${name}`;\n}\n';
const NEW = 'export const q = (db, id) => db.query(`SELECT * FROM users WHERE id = ${id}`);\n';

describe('vetmark hook claude-code', () => {
  let shop: Shop;
  beforeEach(() => (shop = new Shop()));
  afterEach(() => shop.dispose());

  const hook = (input: string | Uint8Array) => shop.vetmark(['hook', 'claude-code'], input);
  const written = (text: string) => shop.markers().map((marker) => (marker['written'] as { start: number; end: number }[]).map(({ start, end }) => text.slice(start, end)));

  it('marks all of a new file as the agent\'s', async () => {
    shop.write('src/new.js', NEW);
    await hook(shop.payload('claude', 'PostToolUse-Write'));
    const { id: _id, at: _at, ...marker } = shop.markers()[0]!;
    assert.deepEqual(marker, { v: 1, agent: 'claude-code', session: '3b14e8bb-d410-49ea-bdc2-3d18b7e9d343', tool: 'Write', call: 'call_1_0', path: 'src/new.js', before: null, after: digestOf(NEW), written: [{ start: 0, end: NEW.length }] });
  });

  it('marks the changed characters of an edit, with digests of both texts', async () => {
    shop.write('src/app.js', AFTER);
    await hook(shop.payload('claude', 'PostToolUse-Edit'));
    assert.deepEqual(shop.markers().map(({ before, after }) => ({ before, after })), [{ before: digestOf(BEFORE), after: digestOf(AFTER) }]);
  });

  it('does not mark what an edit left as it was', async () => {
    shop.write('src/app.js', AFTER);
    await hook(shop.payload('claude', 'PostToolUse-Edit'));
    assert.deepEqual(written(AFTER), [['`hi', '${', '}`']]);
  });

  it('speaks of the file on disk where that has CRLF line ends and the payload has not', async () => {
    shop.write('src/app.js', AFTER.replaceAll('\n', '\r\n'));
    await hook(shop.payload('claude', 'PostToolUse-Edit'));
    assert.deepEqual(shop.markers().map(({ before, after }) => ({ before, after })), [{ before: digestOf(BEFORE.replaceAll('\n', '\r\n')), after: digestOf(AFTER.replaceAll('\n', '\r\n')) }]);
  });

  it('marks both states when a formatter was faster than the hook', async () => {
    shop.write('src/new.js', NEW.replace(/`/g, '"'));
    await hook(shop.payload('claude', 'PostToolUse-Write'));
    assert.deepEqual(shop.markers().map(({ after }) => after), [digestOf(NEW.replace(/`/g, '"')), digestOf(NEW)]);
  });

  it('marks what an MCP tool wrote where the disk agrees', async () => {
    shop.write('note-by-mcp.txt', 'kept\nnote\n');
    await hook(shop.payload('claude', 'PostToolUse-mcp__echo__write_note'));
    assert.deepEqual(written('kept\nnote\n'), [['note\n']]);
  });

  it('marks nothing for an MCP tool where the disk disagrees', async () => {
    shop.write('note-by-mcp.txt', 'something else\n');
    await hook(shop.payload('claude', 'PostToolUse-mcp__echo__write_note'));
    assert.deepEqual(shop.markers(), []);
  });

  it('holds no text of the file in a marker', async () => {
    shop.write('src/new.js', NEW);
    await hook(shop.payload('claude', 'PostToolUse-Write'));
    assert.deepEqual(shop.files('.git/vetmark/markers').map((path) => shop.read(path).includes('SELECT')), [false]);
  });

  it('marks nothing outside the repository', async () => {
    const outside = shop.payload('claude', 'PostToolUse-Write').replaceAll('/src/new.js', '/../elsewhere.js');
    await hook(outside);
    assert.deepEqual(shop.markers(), []);
  });

  it('marks nothing through a link that leads out of the repository', async () => {
    mkdirSync(join(shop.top, 'elsewhere'));
    symlinkSync(join(shop.top, 'elsewhere'), join(shop.root, 'src'));
    shop.write('src/new.js', NEW);
    await hook(shop.payload('claude', 'PostToolUse-Write'));
    assert.deepEqual(shop.markers(), []);
  });

  it('allows an ordinary write without a word', async () => {
    assert.deepEqual(await hook(shop.payload('claude', 'PreToolUse-Write')), { code: 0, stdout: '', stderr: '' });
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
    it(`denies writing to ${title}, with exit code 2`, async () => {
      shop.write('.vetmark/policy.json', '{"version":1}');
      symlinkSync('.vetmark/policy.json', join(shop.root, 'innocent.json'));
      symlinkSync('.vetmark/reviews/01J.json', join(shop.root, 'dangling.json'));
      symlinkSync('.vetmark/reviews', join(shop.root, 'records'));
      const { code } = await hook(shop.payload('claude', 'PreToolUse-Write').replaceAll('/src/new.js', `/${path}`));
      assert.equal(code, 2);
    });
  }

  it('denies in the agent\'s own form and on standard error', async () => {
    const { stdout, stderr } = await hook(shop.payload('claude', 'PreToolUse-Write').replaceAll('/src/new.js', '/.vetmark/policy.json'));
    const { hookSpecificOutput } = JSON.parse(stdout) as { hookSpecificOutput: Record<string, string> };
    assert.deepEqual([hookSpecificOutput['hookEventName'], hookSpecificOutput['permissionDecision'], hookSpecificOutput['permissionDecisionReason'] + '\n'], ['PreToolUse', 'deny', stderr]);
  });

  it('logs what the agent did and what was decided', async () => {
    await hook(shop.payload('claude', 'PreToolUse-Write'));
    await hook(shop.payload('claude', 'PreToolUse-Write').replaceAll('/src/new.js', '/.vetmark/policy.json'));
    const { stdout } = await shop.vetmark(['audit', 'show']);
    assert.deepEqual(stdout.trim().split('\n').map((line) => line.replace(/^.*Z {2}/, '')), [`claude-code before Write on ${shop.root}/src/new.js: allow`, `claude-code before Write on ${shop.root}/.vetmark/policy.json: deny`]);
  });

  it('writes nowhere but under the git directory and the state folder', async () => {
    shop.write('src/new.js', NEW);
    const before = [...shop.files(shop.root).filter((path) => !path.includes('/.git/')), ...shop.files(shop.home)];
    await hook(shop.payload('claude', 'PreToolUse-Write'));
    await hook(shop.payload('claude', 'PostToolUse-Write'));
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
    it(`lets the agent go on after ${title}, and says so`, async () => {
      const { code, stderr } = await hook(input);
      assert.deepEqual([code, says.test(stderr)], [0, true], stderr);
    });
  }

  it('lets an agent go on that it does not know, and says which it knows', async () => {
    const { code, stderr } = await shop.vetmark(['hook', 'nobody'], '{}');
    assert.deepEqual([code, stderr.includes('claude-code')], [0, true]);
  });

  it('says one line outside a git repository and lets the agent go on', async () => {
    const folder = new Shop('folder');
    const { code, stderr } = await folder.vetmark(['hook', 'claude-code'], folder.payload('claude', 'PreToolUse-Write'));
    folder.dispose();
    assert.deepEqual([code, stderr.trim().split('\n').length], [0, 1]);
  });

  it('keeps every marker when eight hooks run at once', async () => {
    for (let i = 0; i < 8; i++) shop.write(`src/${i}.js`, NEW);
    await Promise.all(Array.from({ length: 8 }, (_, i) => hook(shop.payload('claude', 'PostToolUse-Write').replaceAll('/src/new.js', `/src/${i}.js`))));
    assert.deepEqual(shop.markers().map(({ path }) => path).sort(), Array.from({ length: 8 }, (_, i) => `src/${i}.js`));
  });
});
