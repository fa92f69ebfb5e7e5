/** What a recorder that comes back finds out about the time when it was not there. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepoPath } from '#core/path';
import { gapsOf } from '#project/gaps';
import { remember } from '#project/pending';
import { RecorderSign, type Clocks } from '#project/recorder';
import { openRepository, type Repository } from '#project/repository';
import { Shop } from '../harness/cli.ts';

const file = 'a.ts' as RepoPath;

describe('the recorder', function () {
  this.timeout(30_000);
  let shop: Shop;
  let repository: Repository;
  let wall: number;
  let steady: number;
  const clocks: Clocks = { wall: () => wall, steady: () => steady };
  const pass = (milliseconds: number): void => {
    wall += milliseconds;
    steady += milliseconds;
  };
  beforeEach(async () => {
    shop = new Shop();
    process.env['XDG_STATE_HOME'] = shop.state;
    shop.write(file, 'a();\n');
    shop.commit('base');
    const opened = await openRepository(shop.root);
    assert.ok(opened.ok);
    ({ repository } = opened);
    [wall, steady] = [1_700_000_000_000, 5_000_000];
  });
  afterEach(() => {
    delete process.env['XDG_STATE_HOME'];
    shop.dispose();
  });

  const gaps = async (): Promise<readonly string[]> => (await gapsOf(repository)).map(({ cause, paths, from, to }) => `${cause} ${paths === 'everything' ? paths : paths.join(',')} ${(Date.parse(from) - 1_700_000_000_000) / 1000}-${(Date.parse(to) - 1_700_000_000_000) / 1000}`);
  /** The process of the window is gone without a word: its sign names one that does not run. */
  const kill = (): void => {
    const folder = join(shop.root, '.git/vetmark/windows');
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').replace(/"pid":\d+/, '"pid":2147483646'));
  };

  it('that ended and comes back misses nothing where nothing changed', async () => {
    await (await RecorderSign.open(repository, clocks)).sign.end();
    pass(60_000);
    await RecorderSign.open(repository, clocks);
    assert.deepEqual(await gaps(), []);
  });
  it('that was off names the files that changed meanwhile', async () => {
    await (await RecorderSign.open(repository, clocks)).sign.end();
    pass(60_000);
    shop.write(file, 'b();\n');
    shop.write('new.ts', 'c();\n');
    await RecorderSign.open(repository, clocks);
    assert.deepEqual(await gaps(), ['recorder-off a.ts,new.ts 0-60']);
  });
  it('that was off names no file that git brought, and none that is as remembered', async () => {
    shop.write('known.ts', 'k();\n');
    await remember(repository, 'known.ts' as RepoPath, 'k();\n', [{ range: { start: 0, end: 4 }, origin: { kind: 'human' }, evidence: [{ kind: 'keyboard' }], at: 1 }]);
    await (await RecorderSign.open(repository, clocks)).sign.end();
    pass(60_000);
    shop.git('switch', '--quiet', '--create', 'other');
    shop.write(file, 'pulled();\n');
    shop.git('commit', '--quiet', '--all', '--message', 'pulled');
    await RecorderSign.open(repository, clocks);
    assert.deepEqual(await gaps(), []);
  });
  it('that was killed says since when, and which files it does not know any more', async () => {
    const { sign } = await RecorderSign.open(repository, clocks);
    pass(30_000);
    await sign.beat([]);
    kill();
    pass(10_000);
    shop.write(file, 'b();\n');
    await RecorderSign.open(repository, clocks);
    assert.deepEqual(await gaps(), ['host-ended a.ts 30-40']);
  });
  it('that was killed says so although nothing was lost', async () => {
    await RecorderSign.open(repository, clocks);
    kill();
    pass(10_000);
    await RecorderSign.open(repository, clocks);
    assert.deepEqual(await gaps(), ['host-ended  0-10']);
  });
  it('says a death once', async () => {
    await RecorderSign.open(repository, clocks);
    kill();
    await (await RecorderSign.open(repository, clocks)).sign.end();
    pass(300_000);
    await RecorderSign.open(repository, clocks);
    assert.equal((await gaps()).length, 1);
  });
  it('misses nothing while another window is open', async () => {
    await RecorderSign.open(repository, clocks);
    await (await RecorderSign.open(repository, clocks)).sign.end();
    shop.write(file, 'b();\n');
    await RecorderSign.open(repository, clocks);
    assert.deepEqual(await gaps(), []);
  });
  for (const [title, by, expected] of [
    ['forward', 3_600_000, ['clock-jump a.ts 0-3630']],
    ['back', -3_600_000, ['clock-jump a.ts 0-30']],
    ['hardly', 2_000, []],
  ] as const) {
    it(`whose clock is set ${title}`, async () => {
      const { sign } = await RecorderSign.open(repository, clocks);
      pass(30_000);
      wall += by;
      await sign.beat([file]);
      assert.deepEqual(await gaps(), expected);
    });
  }
  it('sleeps without a gap', async () => {
    const { sign } = await RecorderSign.open(repository, clocks);
    pass(8 * 3_600_000);
    await sign.beat([file]);
    assert.deepEqual(await gaps(), []);
  });
  it('that left a sign which cannot be read was killed', async () => {
    await RecorderSign.open(repository, clocks);
    const folder = join(shop.root, '.git/vetmark/windows');
    writeFileSync(join(folder, readdirSync(folder)[0]!), '{"v":');
    await RecorderSign.open(repository, clocks);
    assert.deepEqual((await gaps()).map((gap) => gap.split(' ')[0]), ['host-ended']);
  });
});
