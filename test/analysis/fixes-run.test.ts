/**
 * Every fix of an SQL query is applied, read again and run: with well-meant input the answer stays what it was, and hostile input, which got
 * through before, no longer does. Real drivers, real engines.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { casesOf } from '../../bench/cases.ts';
import { analyze } from '../../src/analysis/analyze.ts';
import { applyChange } from '../../src/core/text.ts';
import { mysqlServer, postgres, sqlite, type Engine } from '../harness/engines.ts';

interface FixCase {
  readonly title: string;
  /** The body of `async (client, v) => { … }`: `v` is the input, and it returns what the driver answers. */
  readonly body: string;
  readonly benign: unknown;
  readonly hostile: unknown;
}

const ROWS = `INSERT INTO users (id, name, email, age) VALUES (1, 'ann', 'ann@x.org', 30), (2, 'bob', 'bob@x.org', 41), (3, 'o''neil', 'oneil@x.org', 52)`;
const SETUP = `DROP TABLE IF EXISTS users; CREATE TABLE users (id INT, name TEXT, email TEXT, age INT); ${ROWS};`;
const OPEN = "' OR '1'='1";

const PG: readonly FixCase[] = [
  { title: 'a quoted value in a template', body: 'return client.query(`SELECT name FROM users WHERE name = \'${v}\' ORDER BY id`);', benign: 'ann', hostile: OPEN },
  { title: 'an unquoted value', body: 'return client.query(`SELECT name FROM users WHERE id = ${v} ORDER BY id`);', benign: '2', hostile: '2 OR 1=1' },
  { title: 'a concatenation', body: 'return client.query("SELECT name FROM users WHERE name = \'" + v + "\' ORDER BY id");', benign: 'bob', hostile: OPEN },
  { title: 'a concatenation whose value comes last', body: 'return client.query("SELECT name FROM users WHERE id = " + v);', benign: '1', hostile: '1 OR 1=1' },
  { title: 'a concatenation over several lines', body: 'return client.query(\n  "SELECT name FROM users " +\n  "WHERE name = \'" +\n  v +\n  "\' AND age > 20 " +\n  "ORDER BY id",\n);', benign: 'bob', hostile: OPEN },
  { title: 'a text in a constant', body: "const sql = `SELECT name FROM users\n  WHERE email = '${v}'\n  ORDER BY id`;\nreturn client.query(sql);", benign: 'ann@x.org', hostile: OPEN },
  { title: 'wildcards on both sides', body: "return client.query(`SELECT name FROM users WHERE email LIKE '%${v}%' ORDER BY id`);", benign: 'x.org', hostile: "zzz' OR 'a' LIKE 'a" },
  { title: 'a wildcard behind', body: "return client.query(`SELECT name FROM users WHERE name ILIKE '${v}%' ORDER BY id`);", benign: 'AN', hostile: "zzz' OR 'a' LIKE 'a" },
  { title: 'two values', body: "return client.query(`SELECT name FROM users WHERE name = '${v}' OR email = '${v}' ORDER BY id`);", benign: 'bob', hostile: OPEN },
  { title: 'values beside parameters', body: "return client.query(`SELECT name FROM users WHERE age > $1 AND name = '${v}' ORDER BY id`, [10]);", benign: 'ann', hostile: OPEN },
  { title: 'a list for IN', body: "const ids = v.split(',');\nreturn client.query(`SELECT name FROM users WHERE id IN (${ids.join(',')}) ORDER BY id`);", benign: '1,3', hostile: '1) OR (1=1' },
  { title: 'a list for NOT IN', body: "const ids = v.split(',');\nreturn client.query(`SELECT name FROM users WHERE id NOT IN (${ids.join(', ')}) ORDER BY id`);", benign: '1,3', hostile: '1,2,3) OR (1=1' },
  { title: 'a quoted list for IN', body: "const names = v.split(',');\nreturn client.query(`SELECT name FROM users WHERE name IN (${names.map((n) => `'${n}'`).join(',')}) ORDER BY id`);", benign: 'ann,bob', hostile: "a') OR ('1'='1" },
  { title: 'a cast behind the value', body: "return client.query(`SELECT name FROM users WHERE id = '${v}'::int ORDER BY id`);", benign: '3', hostile: "3' OR '1'='1" },
  { title: 'a limit', body: 'return client.query(`SELECT name FROM users ORDER BY id LIMIT ${v}`);', benign: '2', hostile: '1 + 2' },
  { title: 'a range', body: 'return client.query(`SELECT name FROM users WHERE age BETWEEN ${v} AND 45 ORDER BY id`);', benign: '35', hostile: '99 AND 100 OR 1 = 1 OR age BETWEEN 1' },
  { title: 'a value inside a function', body: "return client.query(`SELECT name FROM users WHERE lower(name) = lower('${v}') ORDER BY id`);", benign: 'ANN', hostile: "x') OR ('1'='1" },
  { title: 'an options object', body: "return client.query({ text: `SELECT name FROM users WHERE name = '${v}'` });", benign: 'ann', hostile: OPEN },
  { title: 'an insert that returns', body: "return client.query(`INSERT INTO users (id, name) VALUES (9, '${v}') RETURNING name`);", benign: 'eve', hostile: "x'), (10, 'y" },
  { title: 'a constant name beside it', body: "const TABLE = 'users';\nreturn client.query(`SELECT name FROM ${TABLE} WHERE name = '${v}'`);", benign: 'ann', hostile: OPEN },
  { title: 'a quote inside a literal', body: "return client.query(`SELECT name FROM users WHERE name <> 'o''neil' AND name = '${v}'`);", benign: 'ann', hostile: OPEN },
  { title: 'a comment with a quote in it', body: "return client.query(`SELECT name FROM users -- it's all\n WHERE name = '${v}' ORDER BY id`);", benign: 'ann', hostile: OPEN },
];

const MYSQL: readonly FixCase[] = [
  { title: 'a quoted value in a template', body: "return client.query(`SELECT name FROM users WHERE name = '${v}' ORDER BY id`);", benign: 'ann', hostile: OPEN },
  { title: 'the same, prepared', body: "return client.execute(`SELECT name FROM users WHERE name = '${v}' ORDER BY id`);", benign: 'ann', hostile: OPEN },
  { title: 'a comment that cuts the rest off', body: "return client.query(\"SELECT name FROM users WHERE name = '\" + v + \"' AND age < 35\");", benign: 'ann', hostile: "' OR 1=1 -- " },
  { title: 'double quotes around a value', body: 'return client.query(`SELECT name FROM users WHERE name = "${v}" ORDER BY id`);', benign: 'bob', hostile: '" OR "1"="1' },
  { title: 'wildcards on both sides', body: "return client.execute(`SELECT name FROM users WHERE email LIKE '%${v}%' ORDER BY id`);", benign: 'x.org', hostile: "zzz' OR 'a' LIKE 'a" },
  { title: 'a value between two parameters', body: "return client.query(`SELECT name FROM users WHERE age > ? AND name = '${v}' AND age < ? ORDER BY id`, [10, 90]);", benign: 'ann', hostile: OPEN },
  { title: 'a list for IN', body: "const ids = v.split(',');\nreturn client.query(`SELECT name FROM users WHERE id IN (${ids.join(',')}) ORDER BY id`);", benign: '1,3', hostile: '1) OR (1=1' },
  { title: 'a limit', body: 'return client.query(`SELECT name FROM users ORDER BY id LIMIT ${v}`);', benign: '2', hostile: '1 + 2' },
  { title: 'a text in a constant', body: "const sql = \"SELECT name FROM users WHERE email = '\" + v + \"'\";\nreturn client.execute(sql);", benign: 'ann@x.org', hostile: OPEN },
];

const SQLITE: readonly FixCase[] = [
  { title: 'a quoted value', body: "return client.prepare(`SELECT name FROM users WHERE name = '${v}' ORDER BY id`).all();", benign: 'ann', hostile: OPEN },
  { title: 'a concatenation', body: 'return client.prepare("SELECT name FROM users WHERE email = \'" + v + "\' ORDER BY id").all();', benign: 'ann@x.org', hostile: OPEN },
  { title: 'wildcards', body: "return client.prepare(`SELECT name FROM users WHERE email LIKE '%${v}%' ORDER BY id`).all();", benign: 'x.org', hostile: "zzz' OR 'a' LIKE 'a" },
];

/** Texts for which no fix may be offered: the value cannot be a parameter there, or what stands around it is not understood. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ['a table name', 'pg', 'client.query(`SELECT * FROM ${v}`)'],
  ['a column to sort by', 'pg', 'client.query(`SELECT * FROM users ORDER BY ${v}`)'],
  ['a direction', 'mysql2', 'client.query(`SELECT * FROM users ORDER BY id ${v}`)'],
  ['a piece of a name', 'pg', 'client.query(`SELECT * FROM users_${v}`)'],
  ['a column before an operator', 'pg', 'client.query(`SELECT * FROM users WHERE ${v} = 1`)'],
  ['a quoted identifier', 'pg', 'client.query(`SELECT * FROM "${v}"`)'],
  ['an interval, which is no place for a parameter', 'pg', "client.query(`SELECT now() - INTERVAL '${v} days'`)"],
  ['two statements', 'pg', "client.query(`UPDATE users SET name = '${v}'; SELECT 1`)"],
  ['data definition', 'pg', "client.query(`ALTER ROLE app PASSWORD '${v}'`)"],
  ['dollar quotes', 'pg', "client.query(`SELECT $$x$$ FROM users WHERE name = '${v}'`)"],
  ['a backslash in a literal', 'mysql2', "client.query(`SELECT * FROM users WHERE a = 'it\\\\'s' AND name = '${v}'`)"],
  ['a prepared LIMIT, which MySQL refuses', 'mysql2', 'client.execute(`SELECT * FROM users LIMIT ${v}`)'],
  ['a prepared list', 'mysql2', 'client.execute(`SELECT * FROM users WHERE id IN (${v.split(",").join(",")})`)'],
  ['a list that is text already', 'pg', 'client.query(`SELECT * FROM users WHERE id IN (${v})`)'],
  ['values kept elsewhere', 'pg', "client.query(`SELECT * FROM users WHERE id = $1 AND name = '${v}'`, other)"],
  ['literals in different quotes', 'pg', 'client.query("SELECT * FROM users WHERE name = \'" + v + `\' AND id = 1`)'],
  ['a question mark in a literal, which mysql2 would fill', 'mysql2', "client.query(`SELECT * FROM users WHERE a = '?' AND name = '${v}'`)"],
  ['a function whose parameter would have no type', 'pg', "client.query(`SELECT jsonb_build_object('${v}', 1)`)"],
  ['a comment', 'pg', 'client.query(`SELECT 1 /* ${v} */`)'],
];

const HEADS: Readonly<Record<string, string>> = {
  pg: "import { Client } from 'pg';\nexport default async (client: Client, v: string, other: string[]) => {\n",
  'node:sqlite': "import { DatabaseSync } from 'node:sqlite';\nexport default async (client: DatabaseSync, v: string) => {\n",
  mysql2: "import type { Connection } from 'mysql2/promise';\nexport default async (client: Connection, v: string, other: string[]) => {\n",
};

async function analysed(driver: string, body: string) {
  const text = `${HEADS[driver]!}${body}\n};\n`;
  const { findings, problems } = await analyze({ text, path: 'query.ts', language: 'typescript' });
  return { text, findings: findings.filter(({ rule }) => rule === 'no-sql-injection'), problems };
}

/** Runs a module of the tests' own making, as Node would: types stripped, nothing else done to it. */
async function runnable(text: string): Promise<(client: unknown, v: unknown) => Promise<unknown>> {
  const { stripTypeScriptTypes } = await import('node:module');
  const code = stripTypeScriptTypes(text.replace(/^import .*\n/, ''));
  return ((await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { default: (client: unknown, v: unknown) => Promise<unknown> }).default;
}

interface Row {
  readonly name: string;
}

/** The names in an answer of any driver, or the word "refused" for an error. */
async function names(run: (client: unknown, v: unknown) => Promise<unknown>, client: unknown, v: unknown): Promise<readonly string[] | 'refused'> {
  try {
    const answer = (await run(client, v)) as { rows: Row[] } | [Row[]] | Row[];
    const rows = 'rows' in answer ? answer.rows : Array.isArray(answer[0]) ? answer[0] : (answer as Row[]);
    return rows.map(({ name }) => name);
  } catch {
    return 'refused';
  }
}

const ENGINES: readonly (readonly [string, readonly FixCase[], () => Promise<Engine<unknown>>])[] = [
  ['pg', PG, () => postgres(SETUP)],
  ['mysql2', MYSQL, () => mysqlServer(SETUP)],
  ['node:sqlite', SQLITE, () => sqlite(SETUP)],
];

describe('fixes of SQL queries', function () {
  this.timeout(60_000);
  for (const [driver, cases, start] of ENGINES) {
    describe(`with ${driver} against a real engine`, () => {
      let engine: Engine<unknown>;
      before(async () => {
        engine = await start();
      });
      after(() => engine.close());

      for (const { title, body, benign, hostile } of cases) {
        it(title, async () => {
          const before = await analysed(driver, body);
          assert.equal(before.findings.length, 1, 'the query is reported once');
          const [fix, ...more] = before.findings[0]!.fixes;
          assert.ok(fix, 'a fix is offered');
          assert.deepEqual(more, []);
          const fixed = applyChange(before.text, fix.change);
          const again = await analyze({ text: fixed, path: 'query.ts', language: 'typescript' });
          assert.deepEqual([again.findings, again.problems], [[], []], fixed);

          const [old, now] = [await runnable(before.text), await runnable(fixed)];
          const ask = async (run: typeof old, value: unknown) => {
            await engine.reset();
            return names(run, engine.client, value);
          };
          const meant = await ask(old, benign);
          assert.ok(meant !== 'refused' && meant.length > 0, `well-meant input finds something: ${String(meant)}`);
          assert.deepEqual(await ask(now, benign), meant, `well-meant input finds the same\n${fixed}`);
          const through = await ask(old, hostile);
          assert.ok(through !== 'refused' && through.length > 0 && String(through) !== hostile, `hostile input gets through before the fix: ${String(through)}`);
          const blocked = await ask(now, hostile);
          assert.ok(blocked === 'refused' || blocked.length === 0 || (blocked.length === 1 && blocked[0] === hostile), `hostile input is a value after the fix: ${String(blocked)}\n${fixed}`);
        });
      }
    });
  }

  describe('are not offered for', () => {
    for (const [title, driver, call] of REFUSED) {
      it(title, async () => {
        const { findings } = await analysed(driver, `return ${call};`);
        assert.deepEqual(findings.map(({ fixes }) => fixes.map((fix) => fix.title)), [[]]);
      });
    }
  });
});

describe('every fix offered in the corpus', function () {
  this.timeout(120_000);
  const folder = resolve(import.meta.dirname, '../../bench/corpus');
  for (const file of readdirSync(folder).sort()) {
    it(`parses, clears its finding and raises no other in ${file}`, async () => {
      const { rules, cases } = casesOf(readFileSync(join(folder, file), 'utf8'));
      const trouble: string[] = [];
      for (const { title, text, language } of cases) {
        const run = (code: string) => analyze({ text: code, path: 'case.ts', language });
        const before = await run(text);
        for (const finding of before.findings.filter(({ rule }) => rules.includes(rule))) {
          for (const fix of finding.fixes) {
            const after = await run(applyChange(text, fix.change));
            const count = (findings: readonly { readonly rule: string }[]): number => findings.filter(({ rule }) => rule === finding.rule).length;
            if (after.problems.length > before.problems.length) trouble.push(`${title}: "${fix.title}" breaks the code: ${after.problems.at(-1)!.message}`);
            else if (count(after.findings) >= count(before.findings)) trouble.push(`${title}: "${fix.title}" leaves its finding`);
            else if (after.findings.length >= before.findings.length) trouble.push(`${title}: "${fix.title}" raises another finding`);
          }
        }
      }
      assert.deepEqual(trouble, []);
    });
  }
});

describe('fixes of shells and paths, run on real files', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vetmark-fixes-'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/a.txt'), 'meant');
    writeFileSync(join(folder, 'secret.txt'), 'secret');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The code before and after its first fix, as functions of the request's value. */
  async function bothWays(code: string, rule: string): Promise<readonly ((value: string) => string)[]> {
    const { findings } = await analyze({ text: code, path: 'read.ts', language: 'typescript' });
    const fix = findings.find((finding) => finding.rule === rule)?.fixes[0];
    assert.ok(fix, 'a fix is offered');
    const { stripTypeScriptTypes } = await import('node:module');
    const load = async (text: string): Promise<(value: string) => string> => {
      const { default: handler } = (await import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(text))}`)) as { default: (req: object, res: object) => unknown };
      return (value) => {
        try {
          return String(handler({ query: { file: value } }, {}));
        } catch {
          return 'refused';
        }
      };
    };
    return [await load(code), await load(applyChange(code, fix.change))];
  }

  it('keeps a name in its folder', async () => {
    const [before, after] = await bothWays(`import { readFileSync } from 'node:fs';\nexport default (req, res) => readFileSync('${folder}/data/' + req.query.file, 'utf8');\n`, 'no-path-traversal');
    assert.deepEqual([before!('a.txt'), before!('../secret.txt'), after!('a.txt'), after!('../secret.txt')], ['meant', 'secret', 'meant', 'refused']);
  });

  it('hands a value over as one word', async () => {
    const [before, after] = await bothWays(`import { execSync } from 'node:child_process';\nexport default (req, res) => execSync(\`cat "\${req.query.file}"\`, { stdio: ['ignore', 'pipe', 'ignore'] });\n`, 'no-command-injection');
    const [file, mark] = [join(folder, 'data/a.txt'), join(folder, 'reached')];
    const hostile = `${file}" && touch "${mark}`;
    assert.deepEqual([after!(file), after!(hostile), existsSync(mark)], ['meant', 'refused', false]);
    assert.deepEqual([before!(hostile), existsSync(mark)], ['meant', true]);
  });
});
