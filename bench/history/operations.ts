/** The operations: what people do with git, in small histories that all hold code of several authors. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './world.ts';

/** One step of git, after which a window that is open sees the disk. */
export type Step = (world: World) => void;

export interface Operation {
  readonly name: string;
  /** What is written and committed while Vetmark records. */
  readonly prepare: (world: World) => Promise<void>;
  /** What git does then. */
  readonly steps: readonly Step[];
  /** Everything is committed in the end: another clone has it, too. */
  readonly committed: boolean;
  /** Code comes up a second time: what people typed is not typed again by that, and what they vetted not vetted again. */
  readonly copies?: true;
}

const ALL = ['src/f0.ts', 'src/f1.ts', 'src/f2.ts', 'src/f3.ts', 'src/new.ts'];
/** Strangers wrote in the others: here no conflict can be. */
const OURS = ['src/f2.ts', 'src/f3.ts', 'src/new.ts'];

/** Everything in one commit, some of it vetted. */
async function one(world: World, files: readonly string[] = ALL): Promise<void> {
  await world.edits(files);
  await world.edits(files);
  for (const file of files) if (world.files().includes(file)) await world.vet(file);
  world.commit('work');
}

/** Several commits, one after the other. */
async function several(world: World, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await world.edits(ALL);
    await world.vet('src/f0.ts');
    world.commit(`work ${index}`);
  }
}

const run = (...args: string[]): Step => (world) => void world.git(...args);

export const OPERATIONS: readonly Operation[] = [
  { name: 'commit', prepare: async (world) => world.edits(ALL), steps: [(world) => void world.commit('work')], committed: true },
  {
    name: 'amend',
    prepare: async (world) => {
      await world.edits(ALL);
      world.commit('work');
      await world.edits(ALL);
    },
    steps: [run('add', '--all'), run('commit', '--quiet', '--amend', '--no-edit')],
    committed: true,
  },
  { name: 'rebase', prepare: (world) => several(world, 3), steps: [run('rebase', '--quiet', 'upstream')], committed: true },
  {
    name: 'interactive: reorder, squash, fixup',
    prepare: async (world) => {
      for (const [index, file] of ['src/f0.ts', 'src/f1.ts', 'src/f2.ts', 'src/f3.ts'].entries()) {
        await world.edits([file]);
        world.commit(`work ${index}`);
      }
    },
    // Lines 1 to 4 become 2, 1, squash 3, fixup 4.
    steps: [(world) => void world.editing(`sed -i -e '1{h;d}' -e '2{G}' -e '3s/^pick/squash/' -e '4s/^pick/fixup/'`, 'rebase', '--quiet', '--interactive', 'main')],
    committed: true,
  },
  {
    name: 'cherry-pick',
    prepare: async (world) => {
      await one(world, OURS);
      await world.edits(['src/f0.ts']);
      world.commit('more');
    },
    steps: [run('switch', '--quiet', '--create', 'picked', 'upstream'), run('cherry-pick', 'main..feature')],
    committed: true,
  },
  { name: 'revert, and back', prepare: (world) => one(world), steps: [run('revert', '--no-edit', 'HEAD'), run('revert', '--no-edit', 'HEAD')], committed: true },
  { name: 'merge', prepare: (world) => several(world, 2), steps: [run('merge', '--quiet', '--no-edit', 'upstream')], committed: true },
  {
    name: 'squash merge',
    prepare: (world) => several(world, 3),
    steps: [run('switch', '--quiet', '--create', 'trunk', 'upstream'), run('merge', '--quiet', '--squash', 'feature'), (world) => void world.commit('squashed'), run('branch', '--quiet', '-D', 'feature')],
    committed: true,
  },
  {
    name: 'reset: hard and back, soft, mixed',
    prepare: (world) => several(world, 3),
    steps: [run('reset', '--quiet', '--hard', 'HEAD~2'), run('reset', '--quiet', '--hard', 'ORIG_HEAD'), run('reset', '--quiet', '--soft', 'HEAD~1'), run('reset', '--quiet', '--mixed', 'HEAD~1')],
    committed: false,
  },
  {
    name: 'stash and pop',
    prepare: async (world) => {
      await world.edits(ALL);
      world.commit('work');
      await world.edits(ALL);
    },
    steps: [run('stash', '--quiet', '--include-untracked'), run('stash', 'pop', '--quiet', '--index')],
    committed: false,
  },
  { name: 'dirty checkout', prepare: async (world) => world.edits(OURS), steps: [run('switch', '--quiet', '--create', 'elsewhere', 'upstream'), run('switch', '--quiet', 'feature')], committed: false },
  {
    name: 'git mv',
    prepare: (world) => one(world),
    steps: [(world) => mkdirSync(join(world.root, 'lib')), run('mv', 'src/f0.ts', 'lib/first.ts'), run('mv', 'src/f2.ts', 'lib/f2.ts'), (world) => void world.commit('moved')],
    committed: true,
  },
  { name: 'copy', prepare: (world) => one(world), steps: [(world) => cpSync(join(world.root, 'src/f0.ts'), join(world.root, 'src/copy.ts')), (world) => void world.commit('copied')], committed: true, copies: true },
  {
    name: 'filter-repo: every path, every commit',
    prepare: (world) => several(world, 2),
    steps: [
      (world) => {
        const stream = world.git('fast-export', '--all', '--no-data');
        world.feed(stream.replace(/^(M \d+ [0-9a-f]+ |D )src\//gm, '$1packages/shop/src/').replaceAll('ann@example.com', 'ann@example.org'), 'fast-import', '--quiet', '--force');
        world.git('reset', '--quiet', '--hard');
      },
    ],
    committed: true,
  },
  { name: 'branch switch', prepare: (world) => several(world, 2), steps: [run('switch', '--quiet', 'main'), run('switch', '--quiet', 'upstream'), run('switch', '--quiet', 'feature')], committed: true },
  {
    name: 'partial staging',
    prepare: async (world) => {
      await world.edits(ALL.slice(0, 4));
      await world.edits(ALL.slice(0, 4));
    },
    steps: [
      (world) => {
        for (const patch of everyOther(world.git('diff', '--unified=0', '--', 'src'))) world.feed(patch, 'apply', '--cached', '--unidiff-zero', '-');
        world.git('commit', '--quiet', '--message', 'half of it');
      },
      run('stash', '--quiet', '--include-untracked'),
      run('stash', 'pop', '--quiet'),
    ],
    committed: false,
  },
];

/** Of each file's hunks every second one, a patch a file. */
function everyOther(diff: string): readonly string[] {
  return diff.split(/^(?=diff --git )/m).filter((file) => file !== '').flatMap((file) => {
    const [head = '', ...hunks] = file.split(/^(?=@@ )/m);
    const half = hunks.filter((_, index) => index % 2 === 0);
    return half.length === 0 ? [] : [head + half.join('')];
  });
}
