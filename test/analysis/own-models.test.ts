/** Models that a policy adds: a team's own packages as sources, sinks, sanitisers and propagators. */
import assert from 'node:assert/strict';
import { analyze } from '../../src/analysis/analyze.ts';
import { readPolicy } from '../../src/core/policy.ts';

const POLICY = JSON.stringify({
  version: 1,
  analysis: {
    models: [
      {
        package: '@acme/db',
        sources: ['readForm()', 'inbox.next().body'],
        sinks: [{ api: 'createClient().run', danger: 'sql' }, { api: 'shell', arg: 1, danger: 'shell' }, { api: '', danger: 'html' }],
        sanitizers: [{ api: 'quote', for: ['sql'] }, { api: 'clean' }],
        propagators: ['shout'],
      },
    ],
  },
});

const CASES: readonly (readonly [title: string, code: string, rules: readonly string[]])[] = [
  ['a request reaches a sink', "import { createClient } from '@acme/db';\nconst db = createClient();\napp.get('/x', (req, res) => db.run('find ' + req.query.id));", ['no-sql-injection']],
  ['a source reaches a sink that is known anyway', "import { readForm } from '@acme/db';\nimport { exec } from 'node:child_process';\nexec('ls ' + readForm().name);", ['no-command-injection']],
  ['a member that a stranger fills', "import { inbox } from '@acme/db';\nimport { exec } from 'node:child_process';\nexec('ls ' + inbox.next().body);", ['no-command-injection']],
  ['another argument', "import { shell } from '@acme/db';\napp.get('/x', (req, res) => shell('fast', 'ls ' + req.query.id));", ['no-command-injection']],
  ['the argument before it is none', "import { shell } from '@acme/db';\napp.get('/x', (req, res) => shell(req.query.id, 'ls'));", []],
  ['the package itself is called', "import show from '@acme/db';\napp.get('/x', (req, res) => show(`<b>${req.query.id}</b>`));", ['no-cross-site-scripting']],
  ['made safe for this danger', "import { createClient, quote } from '@acme/db';\nconst db = createClient();\napp.get('/x', (req, res) => db.run('find ' + quote(req.query.id)));", []],
  ['made safe for another danger alone', "import { shell, quote } from '@acme/db';\napp.get('/x', (req, res) => shell('fast', 'ls ' + quote(req.query.id)));", ['no-command-injection']],
  ['made safe for everything', "import { shell, clean } from '@acme/db';\napp.get('/x', (req, res) => shell('fast', 'ls ' + clean(req.query.id)));", []],
  ['handed on', "import { shell, shout } from '@acme/db';\napp.get('/x', (req, res) => shell('fast', shout(req.query.id)));", ['no-command-injection']],
  ['another package of the same names', "import { shell } from '@other/db';\napp.get('/x', (req, res) => shell('fast', 'ls ' + req.query.id));", []],
];

describe('models of a policy', () => {
  const read = readPolicy(POLICY);
  assert.ok(read.ok);
  const { models } = read.policy.analysis;

  for (const [title, text, rules] of CASES) {
    it(title, async () => {
      const { findings, problems } = await analyze({ text, path: 'a.ts', language: 'typescript' }, { models });
      assert.deepEqual([findings.map(({ rule }) => rule), problems], [rules, []]);
    });
  }

  it('say what the policy calls the sink', async () => {
    const { findings } = await analyze({ text: CASES[0]![1], path: 'a.ts', language: 'typescript' }, { models });
    assert.deepEqual(findings.map(({ message, severity, trace }) => [message, severity, trace?.at(-1)?.message]), [['`req.query.id` comes from outside and reaches `db.run`, which the policy names a sink of sql', 'high', 'reaches db.run, which the policy names a sink of sql']]);
  });

  for (const [title, model] of [
    ['an API that is no path', { package: 'x', sources: ['a b'] }], ['a danger there is not', { package: 'x', sinks: [{ api: 'f', danger: 'fire' }] }], ['a package without a name', { package: '' }], ['a key there is not', { package: 'x', sauces: [] }],
  ] as const) {
    it(`are refused for ${title}`, () => {
      const wrong = readPolicy(JSON.stringify({ version: 1, analysis: { models: [model] } }));
      assert.ok(!wrong.ok && /analysis.*models/.test(wrong.message), wrong.ok ? 'it was read' : wrong.message);
    });
  }
});
