import assert from 'node:assert/strict';
import type { RepoPath } from '#core/path';
import { packageReader } from '#project/packages';

const FILES: Readonly<Record<string, string | undefined>> = {
  'package.json': '{"name":"root","workspaces":["apps/*"],"devDependencies":{"typescript":"6"}}',
  'package-lock.json': '{"packages":{"node_modules/qs":{}}}',
  'apps/shop/package.json': '{"name":"shop","dependencies":{"express":"5"}}',
  'apps/shop/tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}',
};

describe('the packages a file may import', () => {
  it('are those of its folder and of every folder above it, up to the root', async () => {
    const asked: string[] = [];
    const reader = packageReader((path) => {
      asked.push(path);
      return Promise.resolve(FILES[path]);
    });
    const { packages } = await reader('apps/shop/src/main.ts' as RepoPath);
    assert.deepEqual([[...packages!.names].sort(), packages!.aliases], [['express', 'qs', 'root', 'shop', 'typescript'], ['@/']]);
    assert.deepEqual(asked.filter((path) => path.startsWith('..') || path.startsWith('/')), []);
    assert.deepEqual([...(await reader('other.ts' as RepoPath)).packages!.names].sort(), ['qs', 'root', 'typescript']);
    const before = asked.length;
    await reader('apps/shop/src/other.ts' as RepoPath);
    assert.equal(asked.length, before, 'a folder is read once');
  });

  it('are not known without a manifest, or with one that cannot be read', async () => {
    assert.equal((await packageReader(() => Promise.resolve(undefined))('a.ts' as RepoPath)).packages, undefined);
    assert.equal((await packageReader((path) => Promise.resolve(path === 'yarn.lock' ? 'unreadable' : FILES[path]))('a.ts' as RepoPath)).packages, undefined);
  });

  it('have another name for caches when they are others', async () => {
    const digest = async (manifest: string): Promise<string> => (await packageReader((path) => Promise.resolve(path === 'package.json' ? manifest : undefined))('a.ts' as RepoPath)).digest;
    assert.equal(await digest('{"dependencies":{"a":"1"}}'), await digest('{"dependencies":{"a":"2"}}'));
    assert.notEqual(await digest('{"dependencies":{"a":"1"}}'), await digest('{"dependencies":{"b":"1"}}'));
  });
});
