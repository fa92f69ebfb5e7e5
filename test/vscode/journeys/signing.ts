/** A person who signs with the SSH key that git names: chosen, enrolled, and used; stock ssh-keygen accepts the record by that key alone. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as eyes from '../../harness/vscode/eyes.ts';
import * as hands from '../../harness/vscode/hands.ts';
import { until } from '../../harness/vscode/until.ts';
import { readShop, runProgram, type Step, type World } from './journey.ts';
import { takeOutAndSign } from './own-work.ts';
import { reviewFiles, seeStatus } from './sights.ts';

const home = (world: World): string => join(world.server.folder, 'home');

export const signingJourney: readonly Step[] = [
  {
    title: 'Choose the SSH key that git names, and enrol it',
    act: async (world) => {
      await mkdir(join(home(world), '.ssh'), { mode: 0o700 });
      const made = await runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home(world), '.ssh/id_ed25519')], world, '');
      assert.equal(made.code, 0, made.stderr);
      await world.shop.git('config', 'user.signingkey', '~/.ssh/id_ed25519.pub');
      const machine = join(world.server.folder, 'ud/Machine');
      await mkdir(machine, { recursive: true });
      await writeFile(join(machine, 'settings.json'), JSON.stringify({ 'vetmark.signing.key': 'ssh' }));
      await world.window.reload();
      await seeStatus(world, /Assistant/);
      await hands.runCommand(world.window, 'Vetmark: Enrol Me as Reviewer');
      await until('the reviewers file to open', async () => ((await eyes.activeTab(world.window))?.startsWith('reviewers') ? true : undefined));
      await world.shop.git('add', '.vetmark');
      await world.shop.git('commit', '--quiet', '--message', 'Trust a reviewer');
    },
    see: async (world) => {
      const key = (await readFile(join(home(world), '.ssh/id_ed25519.pub'), 'utf8')).split(' ', 2).join(' ');
      assert.ok((await readShop(world, '.vetmark/reviewers')).endsWith(`robin@example.com namespaces="vetmark" ${key}\n`));
      return 'the SSH key for robin@example.com in .vetmark/reviewers';
    },
  },
  {
    title: 'Take something out by hand, and sign it with that key',
    act: async (world) => {
      await takeOutAndSign(world);
      await until('the dialog', () => eyes.dialogText(world.window));
      await hands.answerDialog(world.window, 'Sign');
    },
    see: async (world) => {
      const record = await until('the review to be written', async () => (await reviewFiles(world)).find((name) => name.endsWith('.json')));
      const args = ['-Y', 'verify', '-n', 'vetmark', '-f', '.vetmark/reviewers', '-I', 'robin@example.com', '-s', `.vetmark/reviews/${record}.sig`];
      const ran = await runProgram('ssh-keygen', args, world, await readShop(world, `.vetmark/reviews/${record}`));
      assert.equal(ran.code, 0, ran.stdout + ran.stderr);
      return ran.stdout.trim();
    },
  },
];
