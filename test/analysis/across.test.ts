/** Values followed through the files a text imports: helpers, classes, re-exports, both kinds of modules, circles. */
import assert from 'node:assert/strict';
import { analyze } from '../../src/analysis/analyze.ts';
import { candidatesOf, collectImports } from '../../src/analysis/imports.ts';
import { languageOf } from '../../src/core/language.ts';
import { expandSecrets } from '../harness/secrets.ts';

type Files = Readonly<Record<string, string>>;

/** Reads from memory, and notes what it was asked for. */
const reading = (files: Files, asked: string[] = []) => async (candidates: readonly string[]) => {
  asked.push(...candidates);
  const path = candidates.find((one) => files[one] !== undefined);
  return path === undefined ? undefined : { path, text: files[path]! };
};

/** Findings of the first file, with the others at hand, told as "rule line: steps in other files". */
async function told(files: Files): Promise<readonly string[]> {
  const [path] = Object.keys(files);
  const text = files[path!]!;
  const imports = await collectImports(path!, text, reading(files));
  const { findings, problems } = await analyze({ path: path!, text, language: languageOf(path!) }, { imports });
  assert.deepEqual(problems, []);
  return findings.map(({ rule, range, trace = [] }) => {
    const elsewhere = trace.flatMap((step) => (step.elsewhere ? [`${step.elsewhere.path}:${step.elsewhere.start.line + 1}`] : []));
    return `${rule} ${text.slice(0, range.start).split('\n').length}: ${elsewhere.join(' ')}`;
  });
}

const ROUTE = "import express from 'express';\nconst app = express();\n";

const CASES: readonly (readonly [title: string, files: Files, expected: readonly string[]])[] = [
  ['a helper with the sink', { 'src/routes.ts': `${ROUTE}import { load } from './store';\napp.get('/f', (req, res) => res.json(load(req.query.name)));`, 'src/store.ts': "import fs from 'node:fs';\nexport function load(name: string) {\n  return fs.readFileSync('/data/' + name, 'utf8');\n}" }, ['no-path-traversal 4: src/store.ts:2 src/store.ts:3 src/store.ts:3']],
  ['a helper that reads the request', { 'src/routes.ts': `${ROUTE}import { exec } from 'node:child_process';\nimport { nameOf } from './request.js';\napp.get('/f', (req) => { exec('ls ' + nameOf(req)); });`, 'src/request.ts': 'export const nameOf = (req) => req.query.name;' }, ['no-command-injection 5: src/request.ts:1 src/request.ts:1']],
  ['a helper that makes safe', { 'src/routes.ts': `${ROUTE}import { exec } from 'node:child_process';\nimport { numberOf } from './request.js';\napp.get('/f', (req) => { exec('kill ' + numberOf(req)); });`, 'src/request.ts': 'export const numberOf = (req) => Number(req.query.pid);' }, []],
  ['a validator that throws', { 'src/routes.ts': `${ROUTE}import { exec } from 'node:child_process';\nimport { check } from './check';\napp.get('/f', (req) => { const name = req.query.name; check(name); exec('ls ' + name); });`, 'src/check.ts': "export function check(name: string) {\n  if (!/^[a-z]+$/.test(name)) throw new Error('no');\n}" }, []],
  ['a re-export of an index', { 'src/routes.ts': `${ROUTE}import { load } from './store';\napp.get('/f', (req, res) => res.json(load(req.query.name)));`, 'src/store/index.ts': "export * from './files.js';", 'src/store/files.ts': "import fs from 'node:fs';\nexport const load = (name) => fs.readFileSync(name);" }, ['no-path-traversal 4: src/store/files.ts:2 src/store/files.ts:2']],
  ['a renamed export', { 'src/routes.ts': `${ROUTE}import { load } from './store';\napp.get('/f', (req, res) => res.json(load(req.query.name)));`, 'src/store.ts': "export { read as load } from './files';", 'src/files.ts': "import fs from 'node:fs';\nfunction read(name) { return fs.readFileSync(name); }\nexport { read };" }, ['no-path-traversal 4: src/files.ts:2 src/files.ts:2']],
  ['a default class', { 'src/routes.ts': `${ROUTE}import Store from './store';\nconst store = new Store();\napp.get('/f', async (req, res) => res.json(await store.byName(req.query.name)));`, 'src/store.ts': "import { Pool } from 'pg';\nexport default class Store {\n  pool = new Pool();\n  byName(name: string) {\n    return this.pool.query(`SELECT * FROM t WHERE name = '${name}'`);\n  }\n}" }, ['no-sql-injection 5: src/store.ts:4 src/store.ts:5']],
  ['a pool of another file', { 'src/routes.ts': `${ROUTE}import { pool } from './db';\napp.get('/f', (req) => pool.query('SELECT * FROM t WHERE id = ' + req.query.id));`, 'src/db.ts': "import { Pool } from 'pg';\nexport const pool = new Pool();" }, ['no-sql-injection 4: ']],
  ['module.exports of functions', { 'src/routes.js': "const express = require('express');\nconst { run } = require('./shell');\nexpress().get('/f', (req) => run(req.query.name));", 'src/shell.js': "const { exec } = require('child_process');\nfunction run(name) { exec('ls ' + name); }\nmodule.exports = { run };" }, ['no-command-injection 3: src/shell.js:2 src/shell.js:2 src/shell.js:2']],
  ['exports one by one', { 'src/routes.js': "const express = require('express');\nconst shell = require('./shell');\nexpress().get('/f', (req) => shell.run(req.query.name));", 'src/shell.js': "const { exec } = require('child_process');\nexports.run = (name) => exec('ls ' + name);" }, ['no-command-injection 3: src/shell.js:2 src/shell.js:2 src/shell.js:2']],
  ['module.exports of one function', { 'src/routes.js': "const express = require('express');\nconst run = require('./shell.js');\nexpress().get('/f', (req) => run(req.query.name));", 'src/shell.js': "const { exec } = require('child_process');\nmodule.exports = function run(name) { exec('ls ' + name); };" }, ['no-command-injection 3: src/shell.js:2 src/shell.js:2 src/shell.js:2']],
  ['two files on the way', { 'src/a.ts': `${ROUTE}import { b } from './b';\napp.get('/f', (req) => b(req.query.name));`, 'src/b.ts': "import { c } from './c';\nexport const b = (x) => c(x.trim());", 'src/c.ts': "import { exec } from 'node:child_process';\nexport const c = (y) => exec('ls ' + y);" }, ['no-command-injection 4: src/b.ts:2 src/b.ts:2 src/c.ts:2 src/c.ts:2 src/c.ts:2']],
  ['a circle', { 'src/a.ts': `${ROUTE}import { b } from './b';\nexport const helper = (x) => x;\napp.get('/f', (req) => b(req.query.name));`, 'src/b.ts': "import { helper } from './a';\nimport { d } from './d';\nimport { exec } from 'node:child_process';\nexport const b = (x) => { d(x); exec('ls ' + x); };", 'src/d.ts': "import { b } from './b';\nexport const d = (x) => (x.length > 9 ? b(x.slice(1)) : x);" }, ['no-command-injection 5: src/b.ts:4 src/b.ts:4 src/b.ts:4']],
  ['a constant of another file', { 'src/a.ts': `${ROUTE}import fs from 'node:fs';\nimport { ALLOWED } from './names';\napp.get('/f', (req, res) => { const { name } = req.query; if (!ALLOWED.includes(name)) return res.sendStatus(400); res.json(fs.readFileSync(name)); });`, 'src/names.ts': "export const ALLOWED = ['a', 'b'];" }, []],
  ['a type alone', { 'src/a.ts': `${ROUTE}import type { Query } from './types';\nimport { exec } from 'node:child_process';\napp.get('/f', (req) => { const { name } = req.query as Query; exec('ls ' + name); });`, 'src/types.ts': 'export interface Query { name: string }' }, ['no-command-injection 5: ']],
  ['a caller that hands on its own parameter', { 'src/a.ts': "import { run } from './shell';\nexport const go = (name: string) => run(name);", 'src/shell.ts': "import { exec } from 'node:child_process';\nexport const run = (name: string) => exec('ls ' + name);" }, []],
];

describe('analysis across files', () => {
  for (const [title, files, expected] of CASES) {
    it(title, async () => {
      assert.deepEqual(await told(files), expected);
    });
  }

  it('says in which file the sink is', async () => {
    const files: Files = { 'a.ts': `${ROUTE}import { run } from './b';\napp.get('/f', (req) => run(req.query.name));`, 'b.ts': "import { exec } from 'node:child_process';\nexport const run = (name) => exec('ls ' + name);" };
    const { findings } = await analyze({ path: 'a.ts', text: files['a.ts']!, language: 'typescript' }, { imports: await collectImports('a.ts', files['a.ts']!, reading(files)) });
    assert.deepEqual(findings.map(({ message }) => message), ['`name` comes from outside (`req.query.name`) and becomes part of the command line that `exec` hands to a shell, in `b.ts`']);
  });

  it('shows no secret of an imported file', async () => {
    const token = expandSecrets('{{github-token}}');
    const files: Files = { 'a.ts': `${ROUTE}import { exec } from 'node:child_process';\nimport { nameOf } from './b';\napp.get('/f', (req) => exec('ls ' + nameOf(req)));`, 'b.ts': `export const nameOf = (req) => req.query['${token}'];` };
    const { findings } = await analyze({ path: 'a.ts', text: files['a.ts']!, language: 'typescript' }, { imports: await collectImports('a.ts', files['a.ts']!, reading(files)) });
    assert.deepEqual([findings.map(({ rule }) => rule), JSON.stringify(findings).includes(token)], [['no-command-injection'], false]);
  });

  it('survives an imported file that is broken', async () => {
    const files: Files = { 'a.ts': `${ROUTE}import { run } from './b';\nimport { exec } from 'node:child_process';\napp.get('/f', (req) => exec('ls ' + run(req.query.name)));`, 'b.ts': 'export const run = (name) => {{{{ name' };
    const { findings } = await analyze({ path: 'a.ts', text: files['a.ts']!, language: 'typescript' }, { imports: await collectImports('a.ts', files['a.ts']!, reading(files)) });
    assert.ok(findings.length <= 1);
  });
});

describe('collecting imports', () => {
  for (const [from, specifier, first] of [
    ['src/a.ts', './b', 'src/b.ts'], ['src/a.ts', './b.js', 'src/b.ts'], ['src/deep/a.ts', '../b.ts', 'src/b.ts'], ['a.ts', './b', 'b.ts'], ['src/a.ts', '.', 'src.ts'],
  ] as const) {
    it(`${specifier} of ${from} is looked for as ${first} first`, () => {
      assert.equal(candidatesOf(from, specifier)[0], first);
    });
  }

  it('never asks for a file above the root', async () => {
    const asked: string[] = [];
    await collectImports('src/a.ts', "req; import x from '../../secret';\nimport y from '../..';\nconst z = require('./../../../etc/passwd');", reading({}, asked));
    assert.deepEqual(asked, []);
  });

  it('stops at a depth, at a number and at a size', async () => {
    const chain: Files = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`f${index}.ts`, `import './f${index + 1}';`]));
    const many = Array.from({ length: 60 }, (_, index) => `import './m${index}';`).join('\n');
    const wide: Files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`m${index}.ts`, 'export {};']));
    const large: Files = { 'big.ts': 'x'.repeat(500_000) };
    assert.deepEqual(
      [(await collectImports('a.ts', "req; import './f0';", reading(chain))).files.length, (await collectImports('a.ts', `req;\n${many}`, reading(wide))).files.length, (await collectImports('a.ts', "req; import './big';", reading(large))).files.length],
      [3, 24, 0],
    );
  });
});
