/** A repository that wants to run programs: none of what it or the user configured runs when Vetmark reads it. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { RepoPath } from '#core/path';
import { attributionOf } from '#project/attribution';
import { sourceInGit } from '#project/git-source';
import { firstSpans } from '#project/provenance-first';
import { updateRecord } from '#project/provenance-records';
import { authorsBetween, changedFiles, everIn, forkPoint, listCommittable, openRepository, stagedTree, stageFile, uncommittedPaths, type Repository } from '#project/repository';
import { changedSince, lookBefore } from '#project/snapshot';
import { listSources } from '#project/sources';
import { Shop } from '../harness/cli.ts';

const file = 'src/a.ts' as RepoPath;
const command = { session: 's', key: 'k', tool: 'Bash' };

describe('a repository that wants to run programs', function () {
  this.timeout(60_000);
  let shop: Shop;
  let repository: Repository;
  let base: string;
  let trap: string;

  /** Files that are touched, so that the index does not know them unchanged. */
  const dirty = (): void => {
    for (const path of ['src/a.ts', 'src/b.ts']) utimesSync(join(shop.root, path), new Date(), new Date(Date.now() - 60_000));
  };
  const sprung = (): boolean => existsSync(trap);

  beforeEach(async () => {
    shop = new Shop();
    trap = join(shop.top, 'sprung');
    const program = join(shop.top, 'program');
    shop.write('src/a.ts', 'const a = 1;\n');
    shop.write('src/b.ts', 'const b = 1;\n');
    shop.write('.vetmark/policy.json', '{"version":1}');
    base = shop.commit('base');
    shop.write('src/a.ts', 'const a = 2;\n');
    shop.commit('change');
    shop.write(program, `#!/bin/sh\ntouch '${trap}'\ncat\n`);
    chmodSync(program, 0o755);
    for (const hook of ['post-index-change', 'pre-commit', 'reference-transaction', 'post-checkout']) {
      shop.write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch '${trap}'\n`);
      chmodSync(join(shop.root, '.git/hooks', hook), 0o755);
    }
    for (const [key, value] of [
      ['filter.evil.clean', program], ['filter.evil.smudge', program], ['filter.evil.required', 'true'], ['filter.a=b.clean', program], ['filter.long.process', program],
      ['diff.evil.textconv', program], ['diff.evil.command', program], ['diff.external', program], ['core.fsmonitor', program], ['core.pager', program], ['pager.log', program],
      ['gpg.program', program], ['gpg.ssh.program', program], ['log.showSignature', 'true'], ['core.alternateRefsCommand', program], ['core.sshCommand', program], ['credential.helper', program],
    ] as const) shop.git('config', key, value);
    shop.write('.git/info/attributes', 'src/a.ts filter=evil diff=evil\nsrc/b.ts filter=a=b diff=evil\n*.md filter=long\n');
    // A commit that claims to be signed: to show that, git would ask the program that checks signatures.
    const [head = '', message = ''] = [shop.git('cat-file', 'commit', 'HEAD').split('\n\n')[0], 'signed\n'];
    shop.write('.git/signed', `${head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQEzBAAB\n =abcd\n -----END PGP SIGNATURE-----\n\n${message}`);
    shop.git('update-ref', 'HEAD', shop.git('hash-object', '-t', 'commit', '-w', '.git/signed').trim());
    rmSync(trap, { force: true });
    const opened = await openRepository(shop.root);
    assert.ok(opened.ok);
    ({ repository } = opened);
    process.env['XDG_STATE_HOME'] = shop.state;
  });
  afterEach(() => {
    delete process.env['XDG_STATE_HOME'];
    shop.dispose();
  });

  const text = 'const a = 3;\n';
  for (const [title, read] of [
    ['when the work tree is judged', () => changedFiles(repository, base, { kind: 'worktree' })],
    ['when a commit is judged', async () => changedFiles(repository, base, { kind: 'commit', id: shop.git('rev-parse', 'HEAD').trim() })],
    ['when what is staged is judged', () => stagedTree(repository)],
    ['when uncommitted files are listed', () => uncommittedPaths(repository)],
    ['when files are listed', () => Promise.all([listCommittable(repository), listSources(shop.root, ['.'])])],
    ['when history is read', () => Promise.all([authorsBetween(repository, base, 'HEAD'), everIn(repository, 'HEAD', 'src' as RepoPath), forkPoint(repository)])],
    ['when others\' attribution is read', () => attributionOf(repository, base, 'HEAD', { kind: 'worktree' })],
    ['when a text is looked up in git', () => sourceInGit(repository, file, 'const a = 1;\n')],
    ['when a file is opened', () => firstSpans(repository, file, text, 1)],
    ['when the record is written and staged', async () => {
      await firstSpans(repository, file, text, 1);
      await updateRecord(repository, '0.0.0', new Date());
      assert.ok((await stageFile(repository, file)).ok);
    }],
    ['around an agent\'s command', async () => {
      await lookBefore(repository, command, Date.now());
      dirty();
      await changedSince(repository, command);
    }],
  ] as const) {
    it(`runs none ${title}`, async () => {
      shop.write('src/a.ts', text);
      shop.write('notes.md', 'notes\n');
      dirty();
      await read();
      assert.equal(sprung(), false);
    });
  }

  for (const [title, args] of [['status', ['status', '--porcelain']], ['diff', ['diff', '--raw', 'HEAD']], ['log', ['log', '-1']], ['add', ['add', 'src/a.ts']]] as const) {
    it(`would run some on git ${title}`, () => {
      shop.write('src/a.ts', text);
      dirty();
      try {
        shop.git(...args);
      } catch {
        // What the program makes of git's answer does not matter.
      }
      assert.equal(sprung(), true);
    });
  }

  it('hides no change by its filters', async () => {
    shop.write('src/a.ts', text);
    const changes = await changedFiles(repository, 'HEAD', { kind: 'worktree' });
    assert.deepEqual(changes.ok && changes.files.map(({ path }) => path), ['src/a.ts']);
  });
});
