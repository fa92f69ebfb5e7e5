/** package.json's `contributes`, from src/extension/contributes.ts: commands, keys, views, menus, settings, colours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contributes } from '../../src/extension/contributes.ts';
import type { Generated } from './section.ts';

export function generated(root: string): Generated {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  return new Map([['package.json', `${JSON.stringify({ ...manifest, contributes }, null, 2)}\n`]]);
}
