/** `vetmark provenance` on real repositories: shown, recorded, cloned, imported and exported. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readGitAiNote, writeGitAiNote } from '#core/git-ai-note';
import { readTraceRecord } from '#core/agent-trace';
import type { RepoPath } from '#core/path';
import type { Origin, Spans } from '#core/provenance';
import { noteGap } from '#project/gaps';
import { remember } from '#project/pending';
import { openRepository, type Repository } from '#project/repository';
import { Person } from '../harness/person.ts';
import { Shop } from '../harness/cli.ts';

const BASE = 'export function zero() {\n  return nothing();\n}\n';
const CODE = `${BASE}\nexport function one() {\n  return first(1);\n}\n\nexport function two() {\n  return second(2);\n}\n`;
const codex: Origin = { kind: 'agent', agent: 'codex', model: 'gpt-5', session: 's1' };

function spansOf(text: string, parts: readonly (readonly [part: string, origin: Origin])[]): Spans {
  return parts.map(([part, origin]) => ({ range: { start: text.indexOf(part), end: text.indexOf(part) + part.length }, origin, evidence: origin.kind === 'human' ? [{ kind: 'keyboard' }] : [{ kind: 'hook', agent: 'codex', tool: 'apply_patch' }], at: 1 }));
}
const ONE = 'export function one() {\n  return first(1);\n}\n';
const TWO = 'export function two() {\n  return second(2);\n}\n';

describe('vetmark provenance', function () {
  this.timeout(60_000);
  let shop: Shop;
  let repository: Repository;
  let base: string;
  beforeEach(async () => {
    shop = new Shop();
    shop.write('.vetmark/reviewers', new Person('ann@example.com').line);
    shop.write('src/a.ts', BASE);
    base = shop.commit('base');
    const opened = await openRepository(shop.root);
    assert.ok(opened.ok);
    ({ repository } = opened);
    process.env['XDG_STATE_HOME'] = shop.state;
  });
  afterEach(() => {
    delete process.env['XDG_STATE_HOME'];
    shop.dispose();
  });

  /** An agent writes one function, a person types the other, as the editor recorded it. */
  async function work(): Promise<void> {
    shop.write('src/a.ts', CODE);
    await remember(repository, 'src/a.ts' as RepoPath, CODE, spansOf(CODE, [[ONE, codex], [TWO, { kind: 'human' }]]));
  }
  const vetmark = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await shop.vetmark(['provenance', ...args]);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  it('shows who wrote each line', async () => {
    await work();
    assert.equal(await vetmark('show', 'src/a.ts'), `src/a.ts
   1-4  stood there before
   5-7  codex (gpt-5)       hook of codex (apply_patch)
     8  stood there before
  9-11  typed here          keyboard
`);
  });

  it('comes back in another clone by the committed record', async () => {
    await work();
    await vetmark('record', '--stage');
    shop.commit('work');
    const clone = join(shop.top, 'clone');
    execFileSync('git', ['clone', '--quiet', '--no-local', shop.root, clone], { stdio: 'pipe' });
    const { stdout } = await shop.vetmark(['provenance', 'show', 'src/a.ts'], '', { cwd: clone });
    assert.match(stdout, /5-7 {2}codex \(gpt-5\)/);
    assert.doesNotMatch(stdout, /typed here/);
  });

  it('records once, and again only what is new', async () => {
    await work();
    const first = await vetmark('record');
    assert.equal(await vetmark('record'), first);
    shop.commit('work');
    assert.match(await vetmark('record'), /^There is nothing to record/);
    assert.equal(shop.git('status', '--porcelain'), '');
  });

  it('writes nothing where Vetmark was not taken up', async () => {
    shop.git('rm', '--quiet', '.vetmark/reviewers');
    await work();
    assert.match(await vetmark('record'), /^There is nothing to record/);
    assert.deepEqual(shop.files('.vetmark'), []);
  });

  it('is read by the gate, which names the agent', async () => {
    shop.write('.vetmark/policy.json', '{"version":1,"unattributed":"trusted"}');
    base = shop.commit('policy');
    await work();
    await vetmark('record');
    shop.commit('work');
    const { code, stdout } = await shop.vetmark(['gate', '--base', base, '--head', 'HEAD']);
    assert.deepEqual([code, stdout.includes('recorded authors in this file: codex')], [1, true], stdout);
  });

  it('goes out as a note of git-ai and comes back from it', async () => {
    await work();
    shop.commit('work');
    const text = await vetmark('export', '--format', 'git-ai');
    const note = readGitAiNote(text)!;
    assert.deepEqual(note.files.map(({ path, attestations }) => [path, attestations.map(({ key, lines }) => [key.slice(0, 2), lines])]), [['src/a.ts', [['s_', [{ from: 5, to: 7 }]]]]]);
    assert.equal(writeGitAiNote(note), text);
    shop.git('notes', '--ref=ai', 'add', '--message', text, 'HEAD');
    shop.git('clone', '--quiet', '--no-local', shop.root, join(shop.top, 'clone'));
    shop.git('-C', join(shop.top, 'clone'), 'fetch', '--quiet', 'origin', 'refs/notes/ai:refs/notes/ai');
    const cwd = join(shop.top, 'clone');
    assert.match((await shop.vetmark(['provenance', 'import', '--format', 'git-ai'], '', { cwd })).stdout, /^1 passages of 1 files are in/);
    assert.match((await shop.vetmark(['provenance', 'show', 'src/a.ts'], '', { cwd })).stdout, /5-7 {2}codex \(gpt-5\) +imported: git-ai note/);
    assert.match((await shop.vetmark(['provenance', 'import', '--format', 'git-ai'], '', { cwd })).stdout, /^There is nothing that is not recorded yet/);
  });

  it('goes out as an Agent Trace record and comes back from it', async () => {
    await work();
    shop.commit('work');
    const json = await vetmark('export', '--format', 'agent-trace', '--rev', 'HEAD');
    const read = readTraceRecord(json);
    assert.ok(read.ok);
    assert.deepEqual(read.record.files.map(({ path, conversations }) => [path, conversations.map(({ contributor, ranges }) => [contributor?.type, ranges[0]?.start_line, ranges[0]?.end_line])]), [['src/a.ts', [['ai', 5, 7], ['human', 9, 11]]]]);
    shop.write('.agent-trace/trace.json', json);
    shop.git('clean', '--quiet', '-dxf', '--exclude=.agent-trace');
    execFileSync('rm', ['-rf', join(shop.root, '.git/vetmark')]);
    assert.match(await vetmark('import', '--format', 'agent-trace'), /^1 passages of 1 files/);
    assert.match(await vetmark('show', 'src/a.ts'), /5-7 {2}codex \(gpt-5\) +imported: Agent Trace/);
  });

  for (const [title, message, agent] of [
    ['trailers', 'Add\n\nCo-Authored-By: Claude Opus 5 <noreply@anthropic.com>\n', 'claude-code'],
    ['sentences of agents', 'Add\n\nGenerated with [Codex](https://example.com)\n', 'codex'],
  ] as const) {
    it(`takes over what commits say by ${title}: the lines that they added`, async () => {
      shop.write('src/a.ts', BASE + ONE);
      shop.commit(message);
      shop.write('src/a.ts', BASE + ONE + TWO);
      shop.commit('by hand');
      assert.match(await vetmark('import', '--format', 'commits', '--since', base), /^1 passages of 1 files/);
      assert.match(await vetmark('show', 'src/a.ts'), new RegExp(`4-6 {2}${agent} +imported: commit message`));
    });
  }

  it('believes no note that says that a person wrote it', async () => {
    shop.write('src/a.ts', CODE);
    shop.commit('work');
    shop.git('notes', '--ref=ai', 'add', '--message', 'src/a.ts\n  h_31dce776f88375 1-11\n---\n{"schema_version":"authorship/3.0.0","humans":{"h_31dce776f88375":{"author":"Ada"}}}');
    assert.match(await vetmark('import', '--format', 'git-ai'), /^There is nothing that is not recorded yet/);
  });

  it('lists gaps, and the gate blocks on them until the code is vetted', async () => {
    const ann = new Person('ann@example.org');
    shop.write('.vetmark/policy.json', '{"version":1,"unattributed":"trusted"}');
    shop.write('.vetmark/reviewers', ann.line);
    base = shop.commit('policy');
    shop.write('src/a.ts', CODE);
    shop.commit('work');
    const gate = async (): Promise<readonly [number | null, boolean]> => {
      const { code, stdout } = await shop.vetmark(['gate', '--base', base]);
      return [code, stdout.includes('An agent\'s hook took too long')];
    };
    const before = await gate();
    await noteGap(repository, { cause: 'hook-late', paths: ['src/a.ts' as RepoPath], from: 1_000, to: 2_000 });
    assert.match(await vetmark('gaps'), /1970-01-01T00:00:01.000Z to 1970-01-01T00:00:02.000Z {2}An agent's hook took too long\n {2}src\/a.ts\n/);
    const during = await gate();
    await ann.vet(shop, 'src/a.ts');
    assert.deepEqual([before, during, await gate()], [[0, false], [1, true], [0, false]]);
  });
});
