/** Who is said to have written a change, where Vetmark was not running: real repositories, and the formats of others. */
import assert from 'node:assert/strict';
import { attributionOf, readNote, readTrace } from '#project/attribution';
import { openRepository } from '#project/repository';
import { Shop } from '../harness/cli.ts';
import { Person } from '../harness/person.ts';

const META = '{"schema_version":"authorship/3.0.0","git_ai_version":"1.4.5","base_commit_sha":"0","prompts":{"d9978a8723e02b52":{"agent_id":{"tool":"codex","id":"1","model":"m"}}},"humans":{"h_31dce776f88375":{"author":"Ada"}},"sessions":{"s_c9883b05a2487d":{"agent_id":{"tool":"cursor","id":"2","model":"m"}}}}';
const NOTE = `src/main.ts\n  s_c9883b05a2487d::t_9f8e7d6c5b4a32 1-10,15-20\n  h_31dce776f88375 35-40\n"src/my file.ts"\n  d9978a8723e02b52 1-4\n---\n${META}`;

describe('a git-ai note', () => {
  for (const [title, text, said] of [
    ['names agents by session and by prompt, and no person', NOTE, [{ path: 'src/main.ts', agent: 'cursor' }, { path: 'src/my file.ts', agent: 'codex' }]],
    ['may attest nothing', `---\n${META}`, []],
    ['names somebody where its key means nothing', `a.ts\n  s_00000000000000 1\n---\n${META}`, [{ path: 'a.ts', agent: 'unreadable-record' }]],
    ['is not read in another version', NOTE.replace('authorship/3', 'authorship/4'), undefined],
    ['is not read without its end', 'a.ts\n  s_c9883b05a2487d 1\n', undefined],
    ['is not read with broken JSON', 'a.ts\n  s_c9883b05a2487d 1\n---\n{', undefined],
    ['is not read with lines before a path', `  s_c9883b05a2487d 1\n---\n${META}`, undefined],
  ] as const) {
    it(title, () => assert.deepEqual(readNote(text), said));
  }
});

describe('an Agent Trace record', () => {
  const trace = (contributor: object | undefined, ranges: readonly object[], tool?: object): string => JSON.stringify({ version: '0.1.0', id: 'x', timestamp: 't', ...(tool && { tool }), files: [{ path: 'a.ts', conversations: [{ ...(contributor && { contributor }), ranges }] }] });
  for (const [title, text, said] of [
    ['names its tool', trace({ type: 'ai', model_id: 'anthropic/claude' }, [{ start_line: 1, end_line: 2 }], { name: 'Claude Code' }), ['claude-code']],
    ['names its model where it has no tool', trace({ type: 'mixed', model_id: 'anthropic/claude-5' }, [{ start_line: 1, end_line: 2 }]), ['anthropic-claude-5']],
    ['names nobody for a person', trace({ type: 'human' }, [{ start_line: 1, end_line: 2 }]), []],
    ['follows a range that says otherwise', trace({ type: 'human' }, [{ start_line: 1, end_line: 2, contributor: { type: 'ai' } }]), ['agent']],
    ['does not take silence for a person', trace(undefined, [{ start_line: 1, end_line: 2 }]), ['agent']],
    ['is not read when broken', '{', []],
  ] as const) {
    it(title, () => assert.deepEqual(readTrace(text).map(({ agent }) => agent), said));
  }
});

describe('the attribution of a change', () => {
  let shop: Shop;
  let base: string;
  beforeEach(() => {
    shop = new Shop();
    shop.write('a.md', 'a\n');
    base = shop.commit('base');
  });
  afterEach(() => shop.dispose());

  const attribution = async (): Promise<Record<string, readonly string[]>> => {
    const opened = await openRepository(shop.root);
    assert.ok(opened.ok);
    const head = shop.git('rev-parse', 'HEAD').trim();
    const found = await attributionOf(opened.repository, base, head, { kind: 'commit', id: head });
    assert.ok(found.ok);
    return Object.fromEntries(found.agents);
  };

  for (const [title, message, agents] of [
    ['a co-author', 'Add\n\nCo-Authored-By: Claude Opus 5 <noreply@anthropic.com>\n', ['claude-code']],
    ['a co-author in the middle of others', 'Add\n\nSigned-off-by: Ann <ann@example.com>\nCo-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>\nCo-authored-by: Bob <bob@example.com>\n', ['copilot']],
    ['a sentence at the end', 'Add\n\nGenerated with [Claude Code](https://claude.ai/code)\n', ['claude-code']],
    ['aider', 'Add\n\nCo-authored-by: aider (openai/gpt-5) <noreply@aider.chat>\n', ['aider']],
    ['a trailer for kernels', 'Add\n\nAssisted-by: Somebody:new-model-1\n', ['agent']],
    ['Entire', 'Add\n\nEntire-Attribution: 73% agent (146/200 lines)\n', ['agent']],
    ['nobody, for a person', 'Add claude to the list\n\nCo-authored-by: Claude Monet <monet@example.com>\n', undefined],
  ] as const) {
    it(`names, by trailer: ${title}`, async () => {
      shop.write('b.ts', 'b();\n');
      shop.commit(message);
      assert.deepEqual(await attribution(), agents === undefined ? {} : { 'b.ts': agents });
    });
  }

  it('names a bot by its identity, for the files of its own commits', async () => {
    shop.write('by-bot.ts', 'b();\n');
    shop.git('add', '--all');
    shop.git('commit', '--quiet', '--author', 'devin-ai-integration[bot] <158243242+devin-ai-integration[bot]@users.noreply.github.com>', '--message', 'Add');
    shop.write('by-ann.ts', 'a();\n');
    shop.commit();
    assert.deepEqual(await attribution(), { 'by-bot.ts': ['devin'] });
  });

  it('reads notes and traces together', async () => {
    shop.write('src/main.ts', 'm();\n');
    shop.write('.agent-trace/traces.jsonl', '{"version":"0.1.0","files":[{"path":"src/other.ts","conversations":[{"contributor":{"type":"ai"},"ranges":[]}]}],"tool":{"name":"cursor"}}\n');
    shop.commit();
    shop.git('notes', '--ref=ai', 'add', '--message', NOTE);
    assert.deepEqual(await attribution(), { 'src/main.ts': ['cursor'], 'src/my file.ts': ['codex'], 'src/other.ts': ['cursor'] });
  });

  it('takes a note that cannot be read for an agent\'s', async () => {
    shop.write('b.ts', 'b();\n');
    shop.commit();
    shop.git('notes', '--ref=ai', 'add', '--message', 'known human: Ada, all of it');
    assert.deepEqual(await attribution(), { 'b.ts': ['unreadable-record'] });
  });

  it('sees the files of a merge', async () => {
    shop.git('switch', '--quiet', '--create', 'side');
    shop.write('b.ts', 'b();\n');
    shop.commit('Add\n\nCo-authored-by: Cursor <cursoragent@cursor.com>');
    shop.git('switch', '--quiet', 'main');
    shop.git('merge', '--quiet', '--no-ff', '--no-edit', 'side');
    assert.deepEqual(await attribution(), { 'b.ts': ['cursor'] });
  });

  it('overrides a policy that trusts what nobody signed for', async () => {
    shop.write('.vetmark/policy.json', '{"version":1,"unattributed":"trusted"}');
    shop.write('.vetmark/reviewers', new Person('ann@example.com').line);
    base = shop.commit('policy');
    shop.git('switch', '--quiet', '--create', 'change');
    shop.write('by-ann.ts', 'export const a = 1;\n');
    shop.commit();
    const byAnn = (await shop.vetmark(['gate', '--base', 'main', '--head', 'HEAD'])).code;
    shop.write('by-agent.ts', 'export const b = 1;\n');
    shop.commit('Add\n\nCo-authored-by: Codex <codex@openai.com>');
    const { code, stdout } = await shop.vetmark(['gate', '--base', 'main', '--head', 'HEAD']);
    assert.deepEqual([byAnn, code, stdout.includes('by-agent.ts:1 const b: nobody vetted it; recorded authors in this file: codex')], [0, 1, true], stdout);
  });
});
