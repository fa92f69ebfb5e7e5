/** Real git repositories: what a change adds, and what hostile trees hold. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RepoPath } from '#core/path';
import { blobId, changedFiles, everIn, listFiles, mergeBase, openRepository, readFile, resolveCommit, type Repository, type Tree } from '#project/repository';

const WORKTREE: Tree = { kind: 'worktree' };

describe('a repository', function () {
  this.timeout(30_000);
  let root: string;
  let commits = 0;
  let repository: Repository;
  const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false', ...args], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const write = (path: string, text: string | Buffer): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const commit = (): string => {
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', `${++commits}`);
    return git('rev-parse', 'HEAD');
  };
  /** Path -> the added text, pieces between bars; or why it is unreadable. */
  const changes = async (base: string, head: Tree = WORKTREE): Promise<Record<string, string>> => {
    const changed = await changedFiles(repository, base, head);
    assert.ok(changed.ok);
    return Object.fromEntries(changed.files.map(({ path, content, added }) => [path, content.kind === 'text' ? added.map(({ start, end }) => content.text.slice(start, end)).join('|') : content.kind === 'unreadable' ? content.why : content.kind]));
  };

  beforeEach(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'vetmark-repository-')));
    git('init', '-q', '-b', 'main');
    const opened = await openRepository(root);
    assert.ok(opened.ok);
    repository = opened.repository;
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is found from a folder inside it', async () => {
    mkdirSync(join(root, 'a/b'), { recursive: true });
    assert.deepEqual(await openRepository(join(root, 'a/b')), { ok: true, repository });
  });

  it('is missed with a sentence', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vetmark-none-'));
    const opened = await openRepository(folder);
    rmSync(folder, { recursive: true });
    assert.match(opened.ok ? '' : opened.message, /is not in a git repository/);
  });

  it('tells what is added, new, deleted and untracked', async () => {
    write('kept.ts', 'a();\nb();\n');
    write('gone.ts', 'x();\n');
    write('.gitignore', 'ignored.ts\n');
    const base = commit();
    write('kept.ts', 'a();\nguard();\nb();\n');
    rmSync(join(root, 'gone.ts'));
    write('new.ts', 'n();\n');
    write('ignored.ts', 'i();\n');
    assert.deepEqual(await changes(base), { 'kept.ts': 'guard();\n', 'new.ts': 'n();\n' });
  });

  it('tells the same of a commit', async () => {
    write('kept.ts', 'a();\n');
    const base = commit();
    write('kept.ts', 'a();\nb();\n');
    const id = commit();
    write('kept.ts', 'other');
    assert.deepEqual(await changes(base, { kind: 'commit', id }), { 'kept.ts': 'b();\n' });
  });

  it('does not call a renamed file new', async () => {
    write('old name.ts', `${'line();\n'.repeat(20)}`);
    const base = commit();
    git('mv', 'old name.ts', 'new näme.ts');
    write('new näme.ts', `${'line();\n'.repeat(20)}added();\n`);
    git('add', '-A');
    assert.deepEqual(await changes(base), { 'new näme.ts': 'added();\n' });
  });

  it('names what it cannot read', async () => {
    const base = commit();
    write('binary.bin', Buffer.from([1, 0, 2]));
    write('latin1.txt', Buffer.from([0xe4, 0xf6]));
    write('huge.txt', 'x'.repeat(6 * 1024 * 1024));
    write('back\\slash.ts', 'x');
    symlinkSync('/etc/passwd', join(root, 'link.ts'));
    assert.deepEqual(await changes(base), {
      'back\\slash.ts': 'it cannot be found under that name',
      'binary.bin': 'it is binary',
      'huge.txt': 'it is larger than 5 MB',
      'latin1.txt': 'it is not UTF-8 text',
      'link.ts': 'it is a symbolic link',
    });
    const id = commit();
    assert.deepEqual((await changes(base, { kind: 'commit', id }))['link.ts'], 'it is a symbolic link');
  });

  it('takes no file for another one whose name some machines take for its own', async () => {
    write('src/auth.ts', 'a');
    const base = commit();
    write('src/Auth.ts', 'b');
    write('src/caf\u00e9.ts', 'c');
    write('src/cafe\u0301.ts', 'd');
    write('src/auth.ts.', 'e');
    const why = (other: string): string => `some machines take its name for that of ${other}`;
    assert.deepEqual(await changes(base), { 'src/Auth.ts': why('src/auth.ts'), 'src/auth.ts': why('src/Auth.ts'), 'src/auth.ts.': why('src/Auth.ts'), 'src/cafe\u0301.ts': why('src/caf\u00e9.ts'), 'src/caf\u00e9.ts': why('src/cafe\u0301.ts') });
  });

  it('takes no name that is not UTF-8 for another', async () => {
    write('a\ufffd.ts', 'vetted');
    const base = commit();
    writeFileSync(Buffer.concat([Buffer.from(join(root, 'a')), Buffer.from([0xff]), Buffer.from('.ts')]), 'hidden');
    assert.deepEqual(await changes(base), { 'a\\xff.ts': 'it cannot be found under that name' });
  });

  it('names what is gone, and where it went', async () => {
    write('gone.ts', 'x();\n');
    write('old.ts', 'line();\n'.repeat(20));
    const base = commit();
    rmSync(join(root, 'gone.ts'));
    git('mv', 'old.ts', 'new.ts');
    const changed = await changedFiles(repository, base, WORKTREE);
    assert.deepEqual(changed.ok && [changed.gone, changed.files.map(({ path, former }) => ({ path, former }))], [[{ path: 'gone.ts', before: 'x();\n' }, { path: 'old.ts', before: 'line();\n'.repeat(20), renamedTo: 'new.ts' }], [{ path: 'new.ts', former: 'old.ts' }]]);
  });

  it('knows every object that a folder ever held', async () => {
    write('.vetmark/reviews/a.json', 'one');
    commit();
    rmSync(join(root, '.vetmark'), { recursive: true });
    write('.vetmark/reviews/b.json', 'two');
    const id = commit();
    const known = await everIn(repository, id, '.vetmark/reviews' as RepoPath);
    assert.deepEqual(['one', 'two', 'three'].map((text) => known.has(blobId(Buffer.from(text), id))), [true, true, false]);
  });

  it('follows no replacement of an object', async () => {
    write('a.ts', 'one');
    write('b.ts', 'two');
    const id = commit();
    git('replace', git('rev-parse', 'HEAD:a.ts'), git('rev-parse', 'HEAD:b.ts'));
    assert.deepEqual(await readFile(repository, { kind: 'commit', id }, 'a.ts' as RepoPath), { kind: 'text', text: 'one' });
  });

  it('does not read through a folder that is a link', async () => {
    symlinkSync('/etc', join(root, 'etc'));
    assert.deepEqual(await readFile(repository, WORKTREE, 'etc/passwd' as RepoPath), { kind: 'unreadable', why: 'its folder is a link that leads out of the repository' });
  });

  it('reads files of a commit as they were', async () => {
    write('a.ts', 'one');
    const id = commit();
    write('a.ts', 'two');
    const tree: Tree = { kind: 'commit', id };
    const read = (path: string, of: Tree): Promise<unknown> => readFile(repository, of, path as RepoPath);
    assert.deepEqual([await read('a.ts', tree), await read('a.ts', WORKTREE), await read('b.ts', tree), await read('b.ts', WORKTREE), await listFiles(repository, tree)], [{ kind: 'text', text: 'one' }, { kind: 'text', text: 'two' }, { kind: 'absent' }, { kind: 'absent' }, ['a.ts']]);
  });

  it('runs no program that the repository names', async () => {
    write('a.ts', 'one\n');
    write('.gitattributes', '*.ts diff=evil\n');
    const base = commit();
    const trap = join(root, '.git/trapped');
    for (const key of ['diff.external', 'core.fsmonitor', 'diff.evil.command', 'diff.evil.textconv', 'core.pager']) git('config', key, `touch ${trap}; cat`);
    write('a.ts', 'two\n');
    await changes(base);
    assert.deepEqual(await listFiles(repository, WORKTREE, '.git' as RepoPath).then((files) => files.filter((path) => path.includes('trapped'))), []);
  });

  it('resolves revisions and nothing else', async () => {
    const first = commit();
    const ids = await Promise.all(['HEAD', 'main', 'nowhere', '--all', '', 'HEAD\nHEAD'].map((rev) => resolveCommit(repository, rev)));
    assert.deepEqual(ids.map((id) => (id.ok ? id.id : 'none')), [first, first, 'none', 'none', 'none', 'none']);
  });

  it('knows where histories part', async () => {
    const first = commit();
    git('checkout', '-q', '-b', 'side');
    const side = commit();
    git('checkout', '-q', 'main');
    const main = commit();
    assert.deepEqual(await mergeBase(repository, main, side), { ok: true, id: first });
  });
});
