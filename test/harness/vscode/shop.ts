/** A fresh copy of the sample shop as a git repository with one commit, in a folder of its own. */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './places.ts';

const run = promisify(execFile);

export interface Shop {
  readonly folder: string;
  /** Runs git in the shop; gives what it printed. */
  git(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Makes a shop. `env` decides whose commits they are. */
export async function openShop(env: NodeJS.ProcessEnv): Promise<Shop> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'vetmark-shop-')));
  const folder = join(parent, 'shop');
  await cp(join(root, 'demo/shop'), folder, { recursive: true });
  const git = async (...args: readonly string[]): Promise<string> => (await run('git', args, { cwd: folder, env })).stdout;
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Open the shop');
  const lastResort = (): void => rmSync(parent, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', lastResort);
  return {
    folder,
    git,
    remove: async () => {
      process.off('exit', lastResort);
      await rm(parent, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Changes the shop before any editor looks: a new file, and a check taken out of an old one. */
export async function changeUnseen(shop: Shop): Promise<void> {
  await writeFile(join(shop.folder, 'src/unseen.ts'), 'export function unseen(): number {\n  return 1;\n}\n');
  const old = join(shop.folder, 'src/customers.ts');
  await writeFile(old, (await readFile(old, 'utf8')).replace(' WHERE id = $1', ''));
}

/** Whose commits a shop holds when nobody in particular made it. */
export const nobody: NodeJS.ProcessEnv = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Shop',
  GIT_AUTHOR_EMAIL: 'shop@example.com',
  GIT_COMMITTER_NAME: 'Shop',
  GIT_COMMITTER_EMAIL: 'shop@example.com',
};
