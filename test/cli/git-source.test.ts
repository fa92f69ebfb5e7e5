/** Where git holds a text that the disk brought, in real repositories; and what is known of it then. */
import assert from 'node:assert/strict';
import type { RepoPath } from '#core/path';
import type { Span } from '#core/provenance';
import { sourceInGit } from '#project/git-source';
import { remember } from '#project/pending';
import { firstSpans } from '#project/provenance-first';
import { recollectSpans } from '#project/provenance-recall';
import { openRepository, type Repository } from '#project/repository';
import { Shop } from '../harness/cli.ts';

const file = 'src/a.ts' as RepoPath;
const [OLD, NOW, STAGED, STASHED] = ['one', 'two', 'three', 'four'].map((word) => `export const ${word} = 1;\n`) as [string, string, string, string];

describe('a text that the disk brought', function () {
  this.timeout(30_000);
  let shop: Shop;
  let repository: Repository;
  beforeEach(async () => {
    shop = new Shop();
    shop.write(file, OLD);
    shop.commit('old');
    shop.write(file, NOW);
    shop.commit('now');
    const opened = await openRepository(shop.root);
    assert.ok(opened.ok);
    ({ repository } = opened);
  });
  afterEach(() => shop.dispose());

  for (const [title, text, prepare, expected] of [
    ['is what the last commit holds', NOW, () => undefined, 'HEAD'],
    ['is what the last commit holds, with other line ends', NOW.replaceAll('\n', '\r\n'), () => undefined, 'HEAD'],
    ['is staged', STAGED, () => { shop.write(file, STAGED); shop.git('add', file); }, 'index'],
    ['is stashed', STASHED, () => { shop.write(file, STASHED); shop.git('stash', '--quiet'); }, 'stash'],
    ['is stashed without being tracked', 'untracked();\n', () => { shop.git('rm', '--quiet', file); shop.git('commit', '--quiet', '--message', 'gone'); shop.write(file, 'untracked();\n'); shop.git('stash', '--quiet', '--include-untracked'); }, 'stash'],
    ['stood in history', OLD, () => undefined, 'history'],
    ['stood under another name', OLD, () => { shop.git('mv', file, 'src/b.ts'); shop.git('commit', '--quiet', '--message', 'moved'); }, 'history'],
    ['stood in a commit that only the reflog knows', 'gone();\n', () => { shop.write(file, 'gone();\n'); shop.commit('gone'); shop.git('reset', '--quiet', '--hard', 'HEAD~1'); shop.git('update-ref', '-d', 'ORIG_HEAD'); }, 'history'],
    ['is an object that nothing names', 'forged();\n', () => { shop.write('forged', 'forged();\n'); shop.git('hash-object', '-w', 'forged'); }, undefined],
    ['is nowhere', 'nowhere();\n', () => undefined, undefined],
  ] as const) {
    it(title, async () => {
      prepare();
      assert.equal(await sourceInGit(repository, file, text), expected);
    });
  }

  const CODE = 'import { x } from "x";\n\nexport function mine() {\n  return x(1);\n}\n\nexport function theirs() {\n  return x(2);\n}\n';
  const MINE = 'export function mine() {\n  return x(1);\n}\n';
  const THEIRS = 'export function theirs() {\n  return x(2);\n}\n';
  const span = (part: string, origin: Span['origin']): Span => ({ range: { start: CODE.indexOf(part), end: CODE.indexOf(part) + part.length }, origin, evidence: [{ kind: 'disk' }], at: 1 });
  const words = (text: string, spans: readonly Span[]): readonly string[] => spans.map(({ range, origin }) => `${origin.kind === 'tool' ? origin.tool : origin.kind} ${text.slice(range.start, range.end).split('\n')[0]}`);
  const external = (text: string): readonly Span[] => [{ range: { start: 0, end: text.length }, origin: { kind: 'external' }, evidence: [{ kind: 'disk' }], at: 2 }];
  async function known(): Promise<void> {
    shop.write(file, CODE);
    shop.commit('work');
    await remember(repository, file, CODE, [span(MINE, { kind: 'human' }), span(THEIRS, { kind: 'agent', agent: 'codex' })]);
    await remember(repository, file, NOW, []);
  }

  it('that git held is a person\'s and an agent\'s again, as it was', async () => {
    await known();
    const { spans } = await recollectSpans(repository, file, CODE, external(CODE), [{ start: 0, end: CODE.length }], 3);
    assert.deepEqual(words(CODE, spans), ['vcs import { x } from "x";', 'human export function mine() {', 'vcs ', 'agent export function theirs() {']);
  });
  it('that git does not hold makes nobody a person', async () => {
    await known();
    const text = `${MINE}\n${THEIRS}\nevil();\n`;
    const { spans } = await recollectSpans(repository, file, text, external(text), [{ start: 0, end: text.length }], 3);
    assert.deepEqual(words(text, spans).map((word) => word.split(' ')[0]), ['external', 'agent', 'external']);
  });
  it('in a copy makes nobody a person, and shows the agent', async () => {
    await known();
    shop.write(file, CODE);
    shop.write('src/copy.ts', CODE);
    shop.commit('copied');
    const { spans } = await firstSpans(repository, 'src/copy.ts' as RepoPath, CODE, 3);
    assert.deepEqual(words(CODE, spans), ['agent export function theirs() {']);
  });
  it('under a new name, the old one gone, is whose it was', async () => {
    await known();
    shop.git('mv', file, 'src/new.ts');
    shop.git('commit', '--quiet', '--message', 'moved');
    const { spans } = await firstSpans(repository, 'src/new.ts' as RepoPath, CODE, 3);
    assert.deepEqual(words(CODE, spans), ['human export function mine() {', 'agent export function theirs() {']);
  });
});
