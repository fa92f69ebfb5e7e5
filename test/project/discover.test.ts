/** Finding a repository without git gives the answer that git gives. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { discoverRepository } from '#project/discover';
import { openRepository } from '#project/repository';
import { Shop } from '../harness/cli.ts';

describe('the repository around a folder', () => {
  let shop: Shop;
  before(() => {
    shop = new Shop();
    shop.write('src/deep/a.ts', '1\n');
    shop.commit();
    shop.git('worktree', 'add', '--quiet', join(shop.top, 'second'));
    const inner = join(shop.root, 'vendor/inner');
    mkdirSync(inner, { recursive: true });
    shop.git('init', '--quiet', inner);
    symlinkSync(join(shop.root, 'src'), join(shop.top, 'link'));
    mkdirSync(join(shop.root, 'fake/.git'), { recursive: true });
    mkdirSync(join(shop.root, 'odd'));
    writeFileSync(join(shop.root, 'odd/.git'), 'gitdir: ../nowhere\n');
    shop.git('init', '--quiet', '--bare', join(shop.top, 'bare.git'));
  });
  after(() => shop.dispose());

  const FOLDERS = ['shop', 'shop/src/deep', 'second', 'shop/vendor/inner', 'link/deep', 'shop/fake', 'shop/odd', 'shop/.git', 'bare.git', 'home', 'nowhere'];
  for (const folder of FOLDERS) {
    it(`is the one that git finds from ${folder}`, async () => {
      assert.deepEqual(await discoverRepository(join(shop.top, folder)), await openRepository(join(shop.top, folder)));
    });
  }
});
