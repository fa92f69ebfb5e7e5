/** `vetmark check`: what it finds, how it prints, what it never prints, and what it exits with. */
import assert from 'node:assert/strict';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Shop } from '../harness/cli.ts';
import { sarifMistakes } from '../harness/sarif.ts';
import { scenarios } from '../harness/scenarios.ts';

/** Made up; no service ever issued it. In two pieces, so that this file is not reported. */
const KEY = 'AKIA' + 'Q4ZM7TPW2XNBC5RD';
const SECRET = `const key = '${KEY}'; const region = 'eu';\n`;
const FLAW = 'import pg from "pg";\nconst pool = new pg.Pool();\nexport const find = (req: { query: { id: string } }) =>\n  pool.query(`SELECT * FROM t WHERE id = ${req.query.id}`);\n';
const BOTH = `import pg from "pg";\nconst pool = new pg.Pool();\nexport const find = (req: { query: { id: string } }) => pool.query(\`SELECT '\${req.query.id}'\`, "${KEY}");\n`;

interface Json {
  readonly exitCode: number;
  readonly judged: number;
  readonly files: readonly { readonly path: string; readonly findings: readonly { readonly rule: string; readonly start: object }[]; readonly problems: readonly { readonly where: string }[] }[];
}

describe('vetmark check', () => {
  const scenario = scenarios();
  const json = async (shop: Shop, ...args: string[]): Promise<Json> => JSON.parse((await shop.vetmark(['check', '--format', 'json', ...args])).stdout) as Json;
  const paths = async (shop: Shop, ...args: string[]): Promise<readonly string[]> => (await json(shop, ...args)).files.map(({ path }) => path);

  scenario('exits 0 and says so where nothing is found', async (shop) => {
    shop.write('a.ts', 'export const a = 1;\n');
    assert.deepEqual(await shop.vetmark(['check']), { code: 0, stdout: 'No findings. 1 file checked.\n', stderr: '' });
  });

  scenario('exits 1 on a finding and shows it under the line of code', async (shop) => {
    shop.write('src/find.ts', FLAW);
    const { code, stdout } = await shop.vetmark(['check']);
    const [file, head, line, carets] = stdout.split('\n');
    assert.deepEqual([code, file, head?.startsWith('  critical no-sql-injection 4:44 '), line, carets], [1, 'src/find.ts', true, '  4 |   pool.query(`SELECT * FROM t WHERE id = ${req.query.id}`);', '    |                                            ^^^^^^^^^^^^'], stdout);
  });

  const ROUTE = "import express from 'express';\nimport { load } from './store.js';\nexpress().get('/f', (req, res) => res.json(load(req.query.name)));\n";
  const STORE = "import { readFileSync } from 'node:fs';\nexport function load(name: string) {\n  return readFileSync('/data/' + name, 'utf8');\n}\n";

  scenario('follows a value into an imported file, and says where it ends', async (shop) => {
    shop.write('src/route.ts', ROUTE);
    shop.write('src/store.ts', STORE);
    const { stdout } = await shop.vetmark(['check']);
    assert.match(stdout, /no-path-traversal 3:\d+ .*in `src\/store\.ts`/);
    assert.match(stdout, /= src\/store\.ts line 3: /);
    const log = JSON.parse((await shop.vetmark(['check', '--format', 'sarif'])).stdout) as { runs: [{ results: { ruleId: string; codeFlows: { threadFlows: { locations: { location: { physicalLocation: { artifactLocation: { uri: string } } } }[] }[] }[] }[] }] };
    const [flow] = log.runs[0].results.filter(({ ruleId }) => ruleId === 'no-path-traversal').flatMap(({ codeFlows }) => codeFlows);
    assert.deepEqual([sarifMistakes(log), [...new Set(flow?.threadFlows[0]!.locations.map(({ location }) => location.physicalLocation.artifactLocation.uri))]], [[], ['src/route.ts', 'src/store.ts']]);
  });

  scenario('reads no imported file through a link that leads out of the repository', async (shop) => {
    const outside = new Shop('folder');
    outside.write('store.ts', STORE);
    shop.write('src/route.ts', ROUTE.replace('./store.js', './out/store.js'));
    symlinkSync(outside.root, join(shop.root, 'src/out'));
    assert.doesNotMatch((await shop.vetmark(['check'])).stdout, /no-path-traversal/);
  });

  scenario('remembers no file as clean whose import has changed since', async (shop) => {
    shop.write('src/route.ts', ROUTE);
    shop.write('src/store.ts', 'export const load = (name: string) => name.length;\n');
    const args = ['check', '--cache', '.cache', '--format', 'json', 'src/route.ts'];
    const rules = async (): Promise<readonly string[]> => (JSON.parse((await shop.vetmark(args)).stdout) as Json).files.flatMap(({ findings }) => findings.map(({ rule }) => rule)).filter((rule) => rule === 'no-path-traversal');
    assert.deepEqual(await rules(), []);
    shop.write('src/store.ts', STORE);
    assert.deepEqual(await rules(), ['no-path-traversal']);
  });

  scenario('takes models of the policy', async (shop) => {
    shop.write('src/route.ts', "import express from 'express';\nimport { run } from '@acme/db';\nexpress().get('/f', (req, res) => run('find ' + req.query.name));\n");
    const found = async (): Promise<readonly string[]> => (await json(shop)).files.flatMap(({ findings }) => findings.map(({ rule }) => rule)).filter((rule) => rule === 'no-sql-injection');
    assert.deepEqual(await found(), []);
    shop.write('.vetmark/policy.json', JSON.stringify({ version: 1, analysis: { models: [{ package: '@acme/db', sinks: [{ api: 'run', danger: 'sql' }] }] } }));
    assert.deepEqual(await found(), ['no-sql-injection']);
  });

  scenario('looks at tracked and untracked files, not at ignored ones', async (shop) => {
    shop.write('.gitignore', 'ignored/\n');
    for (const path of ['tracked.ts', 'ignored/x.ts']) shop.write(path, FLAW);
    shop.commit();
    shop.write('untracked.ts', FLAW);
    assert.deepEqual(await paths(shop), ['tracked.ts', 'untracked.ts']);
  });

  scenario('looks at an ignored file that is named', async (shop) => {
    shop.write('.gitignore', 'ignored/\n');
    shop.write('ignored/x.ts', FLAW);
    assert.deepEqual(await paths(shop, 'ignored/x.ts'), ['ignored/x.ts']);
  });

  scenario('looks at one folder where one is named', async (shop) => {
    for (const path of ['a/x.ts', 'b/x.ts']) shop.write(path, FLAW);
    assert.deepEqual(await paths(shop, 'b'), ['b/x.ts']);
  });

  scenario('works without git, and leaves node_modules and dist out', async () => {
    const folder = new Shop('folder');
    for (const path of ['x.ts', 'node_modules/m/x.ts', 'dist/x.ts']) folder.write(path, FLAW);
    const { stdout } = await folder.vetmark(['check', '--format', 'json']);
    folder.dispose();
    assert.deepEqual((JSON.parse(stdout) as Json).files.map(({ path }) => path), ['x.ts']);
  });

  scenario('leaves out what the policy excludes', async (shop) => {
    shop.write('.vetmark/policy.json', '{"version":1,"exclude":["gen/**"]}');
    for (const path of ['gen/x.ts', 'src/x.ts']) shop.write(path, FLAW);
    assert.deepEqual(await paths(shop), ['src/x.ts']);
  });

  scenario('reports with --since only what was added since', async (shop) => {
    shop.write('old.ts', FLAW);
    shop.write('mixed.ts', FLAW);
    const base = shop.commit();
    shop.write('mixed.ts', FLAW + FLAW.split('\n').slice(2).join('\n').replace('find', 'again'));
    assert.deepEqual((await json(shop, '--since', base)).files.map(({ path, findings }) => [path, findings.length]), [['mixed.ts', 1]]);
  });

  scenario('exits 0 on findings below the threshold, and still shows them', async (shop) => {
    shop.write('a.ts', SECRET);
    const { code, stdout } = await shop.vetmark(['check', '--threshold', 'critical']);
    assert.deepEqual([code, stdout.includes('1 finding, 0 at or above critical')], [0, true], stdout);
  });

  scenario('exits 2 when a file could not be judged, though another has findings', async (shop) => {
    shop.write('a.ts', FLAW);
    shop.write('latin1.ts', new Uint8Array([0x2f, 0x2f, 0x20, 0xe9, 0x0a]));
    const { code, stdout } = await shop.vetmark(['check']);
    assert.deepEqual([code, stdout.includes('The file is not UTF-8')], [2, true], stdout);
  });

  scenario('skips what holds no text of its own: binary files and links', async (shop) => {
    shop.write('a.bin', new Uint8Array([0, 1, 2]));
    symlinkSync('/etc/passwd', join(shop.root, 'link'));
    assert.deepEqual(await shop.vetmark(['check']), { code: 0, stdout: 'No findings. 0 files checked, 2 without text skipped.\n', stderr: '' });
  });

  for (const format of ['pretty', 'json', 'sarif']) {
    scenario(`never prints a secret's value as ${format}`, async (shop) => {
      shop.write('a.ts', SECRET);
      shop.write('b.ts', BOTH);
      const { stdout } = await shop.vetmark(['check', '--format', format]);
      assert.deepEqual([stdout.includes('no-hardcoded-secret'), stdout.includes('no-sql-injection'), stdout.includes(KEY), stdout.includes(KEY.slice(4))], [true, true, false, false], stdout);
    });
  }

  scenario('masks a secret also in the line that another finding shows', async (shop) => {
    shop.write('b.ts', BOTH);
    const { stdout } = await shop.vetmark(['check']);
    assert.deepEqual(stdout.split('\n').filter((line) => line.startsWith('  3 |')).map((line) => line.includes('"****"')), [true, true], stdout);
  });

  scenario('spells out what a terminal would obey', async (shop) => {
    shop.write('a.ts', `const key = '${KEY}'; // \u001b[2J\u202e\n`);
    const { stdout } = await shop.vetmark(['check']);
    assert.deepEqual([stdout.includes('<U+001B>[2J<U+202E>'), /[\u001b\u202e]/.test(stdout)], [true, false], stdout);
  });

  scenario('prints no colour into a pipe', async (shop) => {
    shop.write('a.ts', FLAW);
    assert.equal((await shop.vetmark(['check'], '', { env: { FORCE_COLOR: '' } })).stdout.includes('\u001b'), false);
  });

  scenario('writes SARIF that is valid against the schema of 2.1.0', async (shop) => {
    shop.write('a b/ü.ts', FLAW);
    shop.write('b.ts', BOTH);
    shop.write('latin1.ts', new Uint8Array([0x2f, 0x2f, 0x20, 0xe9, 0x0a]));
    const { stdout } = await shop.vetmark(['check', '--format', 'sarif']);
    assert.deepEqual(sarifMistakes(JSON.parse(stdout)), []);
  });

  scenario('gives GitHub what it ranks and follows by: severity, tags, fingerprints, code flows, paths below the root', async (shop) => {
    shop.write('a b/x.ts', FLAW);
    const { stdout } = await shop.vetmark(['check', '--format', 'sarif']);
    const { tool, results } = (JSON.parse(stdout) as { runs: [{ tool: { driver: { rules: { properties: { tags: string[]; 'security-severity': string } }[] } }; results: Record<string, unknown>[] }] }).runs[0];
    const { tags, 'security-severity': severity } = tool.driver.rules[0]!.properties;
    const { ruleId, locations, partialFingerprints, codeFlows, fixes } = results[0] as { ruleId: string; locations: [{ physicalLocation: object }]; partialFingerprints: Record<string, string>; codeFlows: unknown[]; fixes: unknown[] };
    assert.deepEqual(
      [severity, tags.slice(0, 2), ruleId, locations[0].physicalLocation, Object.keys(partialFingerprints), codeFlows.length, fixes.length],
      ['9.5', ['security', 'external/cwe/cwe-089'], 'no-sql-injection', { artifactLocation: { uri: 'a%20b/x.ts', uriBaseId: 'SRCROOT' }, region: { startLine: 4, startColumn: 44, endLine: 4, endColumn: 56 } }, ['vetmark/v1'], 1, 1],
    );
  });

  scenario('gives the same fingerprint after the code moved', async (shop) => {
    shop.write('a.ts', FLAW);
    const print = async (): Promise<string> => (JSON.parse((await shop.vetmark(['check', '--format', 'sarif'])).stdout) as { runs: [{ results: [{ partialFingerprints: Record<string, string> }] }] }).runs[0].results[0].partialFingerprints['vetmark/v1']!;
    const before = await print();
    shop.write('a.ts', `// a comment\n\n${FLAW}`);
    assert.equal(await print(), before);
  });

  scenario('writes nothing into a repository that it checks', async (shop) => {
    shop.write('a.ts', FLAW);
    shop.commit();
    const before = shop.files(shop.top);
    await shop.vetmark(['check']);
    assert.deepEqual(shop.files(shop.top), before);
  });

  const wrong: readonly (readonly [title: string, args: readonly string[], says: RegExp])[] = [
    ['a path that does not exist', ['check', 'nowhere'], /no file or folder nowhere/],
    ['an unknown format', ['check', '--format', 'xml'], /pretty, json, sarif/],
    ['an unknown severity', ['check', '--threshold', 'awful'], /critical, high/],
    ['an unknown option', ['check', '--fix'], /--fix/],
    ['a revision that does not exist', ['check', '--since', 'nowhere'], /names no commit/],
    ['an unknown command', ['frobnicate'], /There is no command "frobnicate"/],
    ['no command', [], /A command is missing/],
  ];
  for (const [title, args, says] of wrong) {
    scenario(`exits 2 and says what is wrong with ${title}`, async (shop) => {
      const { code, stdout, stderr } = await shop.vetmark(args);
      assert.deepEqual([code, stdout, says.test(stderr)], [2, '', true], stderr);
    });
  }

  scenario('exits 2 when a folder is not a git repository and --since asks for history', async () => {
    const folder = new Shop('folder');
    const { code } = await folder.vetmark(['check', '--since', 'HEAD']);
    folder.dispose();
    assert.equal(code, 2);
  });

  // The superuser may read everything, and cannot play this case.
  if (process.getuid?.() !== 0) scenario('exits 2 on a file that it may not read', async (shop) => {
    shop.write('a.ts', FLAW);
    chmodSync(join(shop.root, 'a.ts'), 0);
    assert.equal((await shop.vetmark(['check'])).code, 2);
  });

  describe('of many files', () => {
    const MANY = 130;
    const name = (index: number): string => `f${String(index).padStart(3, '0')}.ts`;
    const fill = (shop: Shop): void => {
      for (let index = 0; index < MANY; index++) shop.write(name(index), index % 10 === 3 ? FLAW : `export const n${index} = ${index};\n`);
      shop.write('picture.bin', new Uint8Array([0, 1, 2]));
    };
    const flawed = Array.from({ length: MANY }, (_, index) => index).filter((index) => index % 10 === 3).map(name);

    scenario('judges each once, on all cores, and reports them in order', async (shop) => {
      fill(shop);
      const { judged, files } = await json(shop);
      assert.deepEqual([judged, files.map(({ path }) => path)], [MANY, flawed]);
    });

    scenario('remembers what was clean, and never what was not', async (shop) => {
      fill(shop);
      const cache = join(shop.top, 'cache');
      const runs = [await json(shop, '--cache', cache), await json(shop, '--cache', cache)];
      shop.write(name(0), FLAW);
      runs.push(await json(shop, '--cache', cache));
      assert.deepEqual(runs.map(({ judged, files }) => [judged, files.map(({ path }) => path)]), [[MANY, flawed], [MANY, flawed], [MANY, [name(0), ...flawed]]]);
    });

    scenario('says how far it is to nobody who does not watch', async (shop) => {
      fill(shop);
      assert.equal((await shop.vetmark(['check'])).stderr, '');
    });
  });
});

describe('vetmark', () => {
  const scenario = scenarios();

  scenario('lists its rules with their pages', async () => {
    const folder = new Shop('folder');
    const { code, stdout } = await folder.vetmark(['rules', 'list']);
    folder.dispose();
    assert.deepEqual([code, stdout.includes('no-sql-injection\n'), stdout.includes('docs/rules/no-hardcoded-secret.md')], [0, true, true], stdout);
  });

  for (const [what, verb, ...rest] of [
    ['enrol', 'add', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ'],
    ['revoke', 'revoke'],
  ] as const) scenario(`refuses to ${what} a reviewer in a pipe`, async (shop) => {
    const { code, stderr } = await shop.vetmark(['reviewers', verb, 'eve@example.com', ...rest], 'eve@example.com\n');
    const files = shop.files('.vetmark');
    assert.deepEqual([code, files, stderr], [2, [], "Changing who may vet is a person's act: run this at a terminal, not in a pipe, a script or an agent.\n"]);
  });

  scenario('finds an audit log that was tampered with', async (shop) => {
    shop.write('a.ts', 'export {};\n');
    await shop.vetmark(['gate', '--base', shop.commit()]);
    await shop.vetmark(['gate', '--base', 'main']);
    const [log] = shop.files(join(shop.state, 'vetmark/audit'));
    shop.write(log!, shop.read(log!).replace('"pass"', '"block"'));
    const { code, stderr } = await shop.vetmark(['audit', 'verify']);
    assert.deepEqual([code, stderr.startsWith('Line 1 of ')], [1, true], stderr);
  });
});
