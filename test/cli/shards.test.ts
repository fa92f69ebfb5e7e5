/** The gate spread over machines, and with a memory: the same verdict. */
import assert from 'node:assert/strict';
import { Shop } from '../harness/cli.ts';
import { Person } from '../harness/person.ts';

const FLAWED = 'import pg from "pg";\n\nconst pool = new pg.Pool();\n\nexport async function order(req: { query: { id: string } }) {\n  return pool.query(`SELECT * FROM orders WHERE id = \'${req.query.id}\'`);\n}\n';
const longFunction = (name: string): string => `export function ${name}(prices: readonly number[]): number {\n  return prices.reduce((sum, price) => sum + price, 0);\n}\n`;

describe('vetmark gate in shards', function () {
  this.timeout(120_000);
  let shop: Shop;
  before(async () => {
    shop = new Shop();
    const ann = new Person('ann@example.com');
    shop.write('.vetmark/reviewers', ann.line);
    shop.write('src/gone.ts', 'start();\n');
    shop.commit('base');
    shop.git('switch', '--quiet', '--create', 'change');
    shop.write('src/moved-from.ts', longFunction('moved'));
    await ann.vet(shop, 'src/moved-from.ts');
    shop.git('rm', '--quiet', 'src/gone.ts');
    for (const [path, text] of [['src/moved-from.ts', longFunction('other')], ['src/copy-a.ts', longFunction('moved')], ['src/copy-b.ts', longFunction('moved')], ['src/orders.ts', FLAWED], ['src/invoices.ts', FLAWED], ['src/a.ts', longFunction('a')], ['src/b.ts', longFunction('b')], ['logo.bin', '\0']] as const) shop.write(path, text);
    shop.commit('change');
  });
  after(() => shop.dispose());

  const gate = (...args: string[]) => shop.vetmark(['gate', '--base', 'main', '--head', 'HEAD', '--format', 'json', ...args]);
  const reasonsIn = (text: string): readonly string[] => (JSON.parse(text) as { reasons: object[] }).reasons.map((reason) => JSON.stringify(reason)).sort();
  const parts = (): Promise<readonly string[]> => Promise.all([1, 2, 3, 4].map(async (index) => {
    const { stdout } = await gate('--shard', `${index}/4`);
    shop.write(`../part-${index}.json`, stdout);
    return stdout;
  }));
  const merge = (...names: string[]) => shop.vetmark(['gate', '--merge', ...names.map((name) => `../part-${name}.json`)]);

  it('four shards together say what one run says, and so does their merge', async () => {
    const whole = await gate();
    const shards = await parts();
    const merged = await merge('1', '2', '3', '4');
    assert.deepEqual([shards.flatMap(reasonsIn).sort(), reasonsIn(merged.stdout), merged.code, reasonsIn(whole.stdout).length > 8], [reasonsIn(whole.stdout), reasonsIn(whole.stdout), whole.code, true]);
  });

  for (const [title, names] of [['one is missing', ['1', '2', '3']], ['one is there twice', ['1', '2', '3', '3']], ['there is none', []]] as const) {
    it(`cannot be put together when ${title}`, async () => {
      await parts();
      const { code, stdout } = await merge(...names);
      assert.deepEqual([code, stdout], [2, '']);
    });
  }

  it('cannot be put together when a file is none of theirs', async () => {
    shop.write('../part-5.json', '{"version":1,"outcome":"pass","exitCode":0}');
    assert.equal((await merge('5')).code, 2);
  });

  for (const shard of ['0/4', '5/4', '1', 'a/b', '1/0']) {
    it(`there is no shard ${shard}`, async () => {
      assert.equal((await gate('--shard', shard)).code, 2);
    });
  }

  it('a memory changes nothing, and holds no code', async () => {
    const cold = await gate('--cache', '../cache');
    const warm = await gate('--cache', '../cache');
    const lists = shop.files('../cache').map((path) => shop.read(path)).join('');
    assert.deepEqual([reasonsIn(warm.stdout), warm.code, /^(?:sha256:[0-9a-f]{64}\n)+$/.test(lists)], [reasonsIn(cold.stdout), cold.code, true]);
  });
});
