/** Analysis as the faces use it: it never throws, says what it could not judge, silences nothing and shows no secret. */
import assert from 'node:assert/strict';
import { analyze, type AnalyzeOptions } from '../../src/analysis/analyze.ts';
import { defineRule } from '../../src/analysis/rule.ts';
import { expandSecrets } from '../harness/secrets.ts';

const run = (text: string, options: AnalyzeOptions = {}, language = 'typescript') => analyze({ text, path: 'a.ts', language }, options);
const QUERY = "import { Pool } from 'pg';\nconst pool = new Pool();\nexport const f = (id: string) => pool.query(`SELECT * FROM t WHERE id = '${id}'`);\n";

const failing = defineRule({
  id: 'no-luck', summary: '', why: '', advice: '', cwe: [], owasp: [], words: ['pool'],
  check: () => {
    throw new Error('out of luck');
  },
});

describe('analyze', () => {
  it('reports a rule that throws as a problem that names it', async () => {
    const { findings, problems } = await run(QUERY, { rules: [failing] });
    assert.deepEqual([findings, problems.map(({ where, message }) => [where, message])], [[], [['no-luck', 'The rule no-luck failed on this file and judged nothing in it: out of luck.']]]);
  });

  it('judges around a syntax error and says where it is', async () => {
    const { findings, problems } = await run(`${QUERY}\nexport function broken( {\n`);
    assert.deepEqual([findings.map(({ rule }) => rule), problems.map(({ where }) => where)], [['no-sql-injection'], ['parse']]);
  });

  it('finds the same in code that is half typed', async () => {
    const { findings } = await run(`${QUERY}\nconst x = pool.`);
    assert.deepEqual(findings.map(({ rule }) => rule), ['no-sql-injection']);
  });

  it('looks only for secrets in minified code, and says so', async () => {
    const { findings, problems } = await run(`${QUERY}const t = '${expandSecrets('{{github-token}}')}';const a = "${'x'.repeat(30_000)}";`);
    assert.deepEqual([findings.map(({ rule }) => rule), problems.map(({ where }) => where)], [['no-hardcoded-secret'], ['parse']]);
  });

  it('looks only for secrets in a text of millions of characters, and says so', async () => {
    const { problems } = await run(`${QUERY}${'// a line\n'.repeat(250_000)}`);
    assert.deepEqual(problems.map(({ where }) => where), ['parse']);
  });

  it('says that time ran out', async () => {
    let time = 0;
    const { problems } = await run(QUERY, { budget: 10, now: () => (time += 20) });
    assert.ok(problems.some(({ where }) => where === 'budget'));
  });

  it('rejects with the reason of an aborted signal', async () => {
    await assert.rejects(run(QUERY, { signal: AbortSignal.abort(new Error('newer text')) }), /newer text/);
  });

  it('lets no comment silence a finding', async () => {
    const { findings } = await run(QUERY.replace('export', '// eslint-disable-next-line\n// nosec\n/* vetmark-disable */ export'));
    assert.deepEqual(findings.map(({ rule }) => rule), ['no-sql-injection']);
  });

  it('shows no secret in a message or a trace', async () => {
    const token = expandSecrets('{{github-token}}');
    const { findings } = await run(`import { Pool } from 'pg';\nconst pool = new Pool();\nexport const f = (id: string) => pool.query("SELECT * FROM t WHERE id = '" + build('${token}', id) + "'");\n`);
    const shown = JSON.stringify(findings.map(({ message, trace, fixes }) => [message, trace, fixes]));
    assert.deepEqual([findings.map(({ rule }) => rule).sort(), shown.includes(token)], [['no-hardcoded-secret', 'no-sql-injection'], false]);
  });

  it('gives a finding the same fingerprint after moving and reformatting it', async () => {
    const first = await run(QUERY);
    const moved = await run(QUERY.replace('export const', '// moved\nconst other = 1;\n\nexport const').replace('pool.query(`', 'pool.query(\n    `').replace("'`)", "'`,\n  )"));
    assert.deepEqual(first.findings.map(({ print }) => print), moved.findings.map(({ print }) => print));
  });

  it('gives two equal flaws two fingerprints', async () => {
    const { findings } = await run(`${QUERY}{ pool.query("SELECT * FROM t WHERE a = '" + process.argv[2] + "'"); }\n{ pool.query("SELECT * FROM t WHERE a = '" + process.argv[2] + "'"); }\n`);
    assert.equal(new Set(findings.map(({ print }) => print)).size, 3);
  });

  it('says nothing of a language it does not read but for secrets', async () => {
    assert.deepEqual(await run('SELECT query FROM t', {}, 'sql'), { findings: [], problems: [] });
  });

  it('survives binary junk, lone surrogates, a deep nest and an endless expression', async () => {
    const texts = ['\u0000\uD800 query \uFFFF`${', `query(${'['.repeat(400)}`, `query(${'('.repeat(3000)}1${')'.repeat(3000)})`, `query(${"'a' + ".repeat(4000)}'b')`, `query(${'`${'.repeat(300)}`];
    for (const text of texts) {
      const { findings } = await run(text);
      assert.deepEqual(findings, []);
    }
  });
});
