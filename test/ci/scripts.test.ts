/** The scripts behind the GitHub action, the GitLab template and the git hooks, run as a build server or git runs them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { Shop } from '../harness/cli.ts';
import { Person } from '../harness/person.ts';
import { sarifMistakes } from '../harness/sarif.ts';

const source = resolve(import.meta.dirname, '../..');
const CODE = 'export function one(): number {\n  return 1;\n}\n';

describe('scripts for builds and git', function () {
  this.timeout(60_000);
  let shop: Shop;
  let ann: Person;
  beforeEach(() => {
    shop = new Shop();
    ann = new Person('ann@example.com');
    shop.write('.vetmark/reviewers', ann.line);
    shop.commit('base');
    shop.git('init', '--quiet', '--bare', join(shop.top, 'server'));
    shop.git('remote', 'add', 'origin', join(shop.top, 'server'));
    shop.git('push', '--quiet', 'origin', 'main');
    shop.git('fetch', '--quiet');
    shop.git('remote', 'set-head', 'origin', 'main');
    shop.git('switch', '--quiet', '--create', 'change');
    shop.write('src/one.ts', CODE);
  });
  afterEach(() => shop.dispose());

  const env = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({ PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`, HOME: shop.home, XDG_STATE_HOME: shop.state, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C.UTF-8', VETMARK_CLI: join(source, 'src/cli/main.ts'), ...more });
  const run = (script: string, more: Readonly<Record<string, string>>, input = ''): { readonly code: number | null; readonly out: string } => {
    const { status, stdout, stderr } = spawnSync('sh', [join(source, script)], { cwd: shop.root, env: env(more), input, encoding: 'utf8' });
    return { code: status, out: stdout + stderr };
  };
  const git = (...args: string[]): number | null => spawnSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], { cwd: shop.root, env: env(), encoding: 'utf8' }).status;
  const install = (hook: string): void => {
    copyFileSync(join(source, 'ci/hooks', hook), join(shop.root, '.git/hooks', hook));
    chmodSync(join(shop.root, '.git/hooks', hook), 0o755);
  };

  it('the action\'s script blocks, annotates and writes valid SARIF', () => {
    shop.commit();
    const sarif = join(shop.top, 'out.sarif');
    const { code, out } = run('ci/gate.sh', { VETMARK_BASE: 'origin/main', VETMARK_FORMAT: 'github', VETMARK_SARIF: sarif });
    assert.deepEqual([code, out.includes('::error file=src/one.ts,line=1,endLine=3'), sarifMistakes(JSON.parse(readFileSync(sarif, 'utf8')))], [1, true, []]);
  });

  it('the action\'s script passes once the code is vetted', async () => {
    await ann.vet(shop, 'src/one.ts');
    shop.commit();
    assert.equal(run('ci/gate.sh', { VETMARK_BASE: 'origin/main' }).code, 0);
  });

  it('the action\'s script cannot judge without a base, nor with one that looks like a command', () => {
    shop.commit();
    assert.deepEqual([run('ci/gate.sh', {}).code, run('ci/gate.sh', { VETMARK_BASE: '$(touch trapped)' }).code, shop.files('.').some((path) => path.endsWith('trapped'))], [2, 2, false]);
  });

  it('the action names the script that is there, and puts no input into its text', () => {
    const text = readFileSync(join(source, 'action.yml'), 'utf8');
    const steps = text.slice(text.indexOf('run:'), text.indexOf('env:'));
    assert.deepEqual([steps.includes('ci/gate.sh'), steps.includes('${{')], [true, false]);
  });

  it('the GitLab template\'s commands block, and write a report', () => {
    shop.commit();
    const lines = readFileSync(join(source, 'ci/gitlab.yml'), 'utf8').split('\n').filter((line) => line.startsWith('    - npx')).map((line) => line.slice(6).replace('npx --yes "vetmark@$VETMARK_VERSION"', 'node "$VETMARK_CLI"'));
    const { status } = spawnSync('sh', ['-ec', ['git fetch --quiet origin main', ...lines].join('\n')], { cwd: shop.root, env: env({ CI_COMMIT_SHA: 'HEAD' }), encoding: 'utf8' });
    const report = JSON.parse(shop.read('gl-code-quality-report.json')) as { check_name: string }[];
    assert.deepEqual([lines.length, status, report.map(({ check_name }) => check_name)], [2, 1, ['gate-unreviewed']]);
  });

  it('pre-commit lets in what is vetted, and nothing else', async () => {
    install('pre-commit');
    shop.git('add', '--all');
    const before = git('commit', '--quiet', '--message', 'one');
    await ann.vet(shop, 'src/one.ts');
    shop.git('add', '--all');
    assert.deepEqual([before, git('commit', '--quiet', '--message', 'one')], [1, 0]);
  });

  it('pre-commit lets a repository have its first commit', () => {
    const fresh = new Shop();
    const { status } = spawnSync('sh', [join(source, 'ci/hooks/pre-commit')], { cwd: fresh.root, env: env() });
    fresh.dispose();
    assert.equal(status, 0);
  });

  it('pre-push lets through what is vetted, and nothing else', async () => {
    install('pre-push');
    shop.commit('one');
    const before = git('push', '--quiet', 'origin', 'change');
    await ann.vet(shop, 'src/one.ts');
    shop.commit('vetted');
    assert.deepEqual([before, git('push', '--quiet', 'origin', 'change'), git('push', '--quiet', 'origin', '--delete', 'change')], [1, 0, 0]);
  });

  it('pre-push says that it could not judge where the remote\'s branch is not known', () => {
    assert.equal(run('ci/hooks/pre-push', { VETMARK_BASE: 'nowhere' }, 'refs/heads/a 1234 refs/heads/a 0\n').code, 2);
  });

  it('every hook that pre-commit.com is told of is there', () => {
    const entries = [...readFileSync(join(source, '.pre-commit-hooks.yaml'), 'utf8').matchAll(/^ {2}entry: (ci\/.*)$/gm)].map(([, entry]) => entry!);
    assert.deepEqual(entries.map((entry) => readFileSync(join(source, entry), 'utf8').startsWith('#!/bin/sh\n')), [true, true]);
  });
});
