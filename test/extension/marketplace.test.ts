/** What marketplaces and editors built on VS Code ask of the package: the stable API of the floor, and texts and pictures that they can show. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { contributes } from '../../src/extension/contributes.ts';
import { WALKTHROUGH } from '../../src/extension/contributes-welcome.ts';

const root = resolve(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown> & { readonly engines: { readonly vscode: string }; readonly devDependencies: Readonly<Record<string, string>>; readonly keywords: readonly string[]; readonly icon: string };

describe('the package for marketplaces', () => {
  it('uses no proposed API', () => {
    assert.equal(manifest['enabledApiProposals'], undefined);
  });

  it('is typed against the very floor it promises', () => {
    const types = JSON.parse(readFileSync(join(root, 'node_modules/@types/vscode/package.json'), 'utf8')) as { readonly version: string };
    assert.equal(manifest.engines.vscode, `^${types.version}`);
    assert.equal(manifest.devDependencies['@types/vscode'], types.version);
  });

  it('asks for nothing that an editor without Microsoft\'s own extensions lacks', () => {
    assert.deepEqual([manifest['extensionDependencies'], manifest['extensionPack']], [undefined, undefined]);
  });

  it('has an icon that is sharp on every screen', () => {
    const png = readFileSync(join(root, manifest.icon));
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    assert.ok(png.readUInt32BE(16) >= 256 && png.readUInt32BE(20) >= 256);
  });

  it('has no more keywords than are taken', () => {
    assert.ok(manifest.keywords.length <= 30);
  });

  for (const page of ['README.md', 'CHANGELOG.md']) {
    it(`shows pictures in ${page} that are there and that a marketplace shows`, () => {
      const pictures = [...readFileSync(join(root, page), 'utf8').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, alt = '', at = '']) => ({ alt, at }));
      const refused = pictures.filter(({ alt, at }) => alt === '' || (at.startsWith('http') ? !at.startsWith('https://img.shields.io/badge/') : at.endsWith('.svg') || !existsSync(join(root, at))));
      assert.deepEqual(refused, []);
    });
  }

  it('has a picture for every step of the walkthrough, in light and dark', () => {
    const pictures = WALKTHROUGH.steps.flatMap(({ media }) => Object.values(media.image));
    assert.deepEqual(pictures.filter((path) => !existsSync(join(root, path))), []);
  });

  it('leads in the walkthrough to commands and views that there are', () => {
    const known = new Set<string>([...contributes.commands.map(({ command }) => command), ...contributes.views.vetmark.map(({ id }) => `${id}.focus`)]);
    const named = WALKTHROUGH.steps.flatMap(({ description, completionEvents }) => [...[...description.matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id!), ...completionEvents.flatMap((event) => (event.startsWith('onCommand:') ? [event.slice('onCommand:'.length)] : []))]);
    assert.deepEqual(named.filter((id) => !known.has(id)), []);
  });

  it('gives the gate of the README to who asks for it in the editor', () => {
    assert.ok(readFileSync(join(root, 'README.md'), 'utf8').includes(readFileSync(join(root, 'media/gate/github.yml'), 'utf8')));
    assert.equal(readFileSync(join(root, 'media/gate/gitlab.yml'), 'utf8'), readFileSync(join(root, 'ci/gitlab.yml'), 'utf8'));
  });
});
