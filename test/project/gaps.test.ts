/** Gaps on disk: kept, joined, told apart from what cannot be read. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GAP_CAUSES } from '#core/gap';
import type { RepoPath } from '#core/path';
import { dropGap, gapsOf, noteGap } from '#project/gaps';

const file = 'src/a.ts' as RepoPath;

describe('the gaps of a repository', () => {
  let gitDir: string;
  let state: string | undefined;
  beforeEach(() => {
    gitDir = mkdtempSync(join(tmpdir(), 'vetmark-gaps-'));
    state = process.env['XDG_STATE_HOME'];
    process.env['XDG_STATE_HOME'] = join(gitDir, 'state');
  });
  afterEach(() => {
    if (state === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = state;
    rmSync(gitDir, { recursive: true });
  });
  const repository = () => ({ root: gitDir, gitDir });

  it('are none where none was noted', async () => assert.deepEqual(await gapsOf(repository()), []));

  for (const cause of GAP_CAUSES) {
    it(`keep ${cause} with its time and files`, async () => {
      await noteGap(repository(), { cause, paths: [file], from: 1_000, to: 2_000, note: 'more\nabout it' });
      assert.deepEqual((await gapsOf(repository())).map(({ id: _, ...gap }) => gap), [{ cause, paths: [file], from: '1970-01-01T00:00:01.000Z', to: '1970-01-01T00:00:02.000Z', note: 'more about it' }]);
    });
  }

  for (const [title, second, expected] of [
    ['that follow at once are one', { cause: 'hook-late', paths: 'everything', from: 30_000, to: 40_000 }, [[0, 40]]],
    ['much later stay apart', { cause: 'hook-late', paths: 'everything', from: 300_000, to: 310_000 }, [[0, 10], [300, 310]]],
    ['of other files stay apart', { cause: 'hook-late', paths: [file], from: 10_000, to: 20_000 }, [[0, 10], [10, 20]]],
    ['of another cause stay apart', { cause: 'hook-failed', paths: 'everything', from: 10_000, to: 20_000 }, [[0, 10], [10, 20]]],
    ['put a clock that went back in order', { cause: 'clock-jump', paths: 'everything', from: 90_000, to: 50_000 }, [[0, 10], [50, 90]]],
  ] as const) {
    it(title, async () => {
      await noteGap(repository(), { cause: 'hook-late', paths: 'everything', from: 0, to: 10_000 });
      await noteGap(repository(), second);
      assert.deepEqual((await gapsOf(repository())).map(({ from, to }) => [Date.parse(from) / 1000, Date.parse(to) / 1000]), expected);
    });
  }

  it('that cannot be read concern everything', async () => {
    await noteGap(repository(), { cause: 'too-large', paths: [file], from: 0, to: 1 });
    const [name] = readdirSync(join(gitDir, 'vetmark/gaps'));
    writeFileSync(join(gitDir, 'vetmark/gaps', name!), '{"v":1');
    assert.deepEqual((await gapsOf(repository())).map(({ cause, paths }) => [cause, paths]), [['record-corrupt', 'everything']]);
  });

  it('are gone when dropped', async () => {
    const noted = await noteGap(repository(), { cause: 'too-large', paths: [file], from: 0, to: 1 });
    assert.ok(noted.ok);
    await dropGap(repository(), noted.gap.id);
    assert.deepEqual(await gapsOf(repository()), []);
  });
});
