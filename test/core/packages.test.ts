import assert from 'node:assert/strict';
import { readPackages, type ProjectTexts } from '#core/packages';

const MANIFEST = JSON.stringify({ name: 'shop', dependencies: { express: '5' }, devDependencies: { '@types/node': '24' }, peerDependencies: { react: '19' } });

const ROWS: readonly { readonly title: string; readonly texts: ProjectTexts; readonly names?: readonly string[]; readonly aliases?: readonly string[] }[] = [
  { title: 'every section of a manifest, and its own name', texts: { manifests: [MANIFEST] }, names: ['@types/node', 'express', 'react', 'shop'] },
  { title: 'those of a workspace\'s root as well', texts: { manifests: ['{"name":"@shop/api"}', MANIFEST] }, names: ['@shop/api', '@types/node', 'express', 'react', 'shop'] },
  { title: 'an npm lock file, nested packages and scopes too', texts: { manifests: ['{}'], locks: ['{"packages":{"node_modules/qs":{},"node_modules/a/node_modules/@b/c":{}}}'] }, names: ['@b/c', 'qs'] },
  { title: 'a pnpm lock file', texts: { manifests: ['{}'], locks: ["packages:\n\n  '@b/c@1.0.0':\n    resolution: {integrity: sha512-x}\n  qs@6.0.0:\n    resolution: {integrity: sha512-y}\n"] }, names: ['@b/c', 'packages', 'qs'] },
  { title: 'a yarn lock file', texts: { manifests: ['{}'], locks: ['"@b/c@^1.0.0", "@b/c@^1.1.0":\n  version "1.1.0"\n\nqs@~6.0.0:\n  version "6.0.4"\n'] }, names: ['@b/c', 'qs'] },
  { title: 'path aliases up to their star', texts: { manifests: ['{}'], settings: ['{\n  // ours\n  "compilerOptions": { "paths": { "@/*": ["./src/*"], "db": ["./src/db"] } }\n}'] }, names: [], aliases: ['@/', 'db'] },
];

describe('what a project declares', () => {
  for (const { title, texts, names, aliases = [] } of ROWS) {
    it(title, () => {
      const packages = readPackages(texts);
      assert.deepEqual([[...(packages?.names ?? [])].sort(), packages?.aliases], [names, aliases]);
    });
  }

  for (const [title, texts] of [['no manifest at all', { manifests: [] }], ['a manifest that cannot be read', { manifests: ['{ half'] }], ['plain names that may be folders', { manifests: [MANIFEST], settings: ['{"compilerOptions":{"baseUrl":"./src"}}'] }]] as const) {
    it(`is not known with ${title}`, () => {
      assert.equal(readPackages(texts), undefined);
    });
  }
});
