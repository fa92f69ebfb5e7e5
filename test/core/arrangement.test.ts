/** What a change takes away: two texts, and what ran in the first and no longer stands there. */
import assert from 'node:assert/strict';
import { removedUnits } from '#core/arrangement';
import { unitsOf } from '#core/unit';

const AUTH = 'app.use(auth);\n';
const ADMIN = "app.get('/admin', admin);\n";
const HELP = 'export function help() {\n  return 1;\n}\n';

const CASES: readonly (readonly [title: string, language: string, before: string, after: string, removed: readonly string[]])[] = [
  ['nothing, when nothing changed', 'typescript', AUTH + ADMIN, AUTH + ADMIN, []],
  ['nothing, when code was formatted', 'typescript', AUTH + ADMIN, 'app\n  .use(auth);\napp.get("/admin", admin);', []],
  ['nothing, when something was put between', 'typescript', AUTH + ADMIN, AUTH + 'log();\n' + ADMIN, []],
  ['a deleted statement', 'typescript', AUTH + ADMIN, ADMIN, ['deleted statement app.use']],
  ['the last statement', 'typescript', ADMIN + AUTH, ADMIN, ['deleted statement app.use']],
  ['a statement moved behind what it guards', 'typescript', AUTH + ADMIN, ADMIN + AUTH, ['moved statement app.use']],
  ['nothing, when a statement was edited in its place', 'typescript', AUTH + ADMIN, 'app.use(auth, log);\n' + ADMIN, []],
  ['a statement in whose place another one stands', 'typescript', AUTH + ADMIN, 'log();\n' + ADMIN, ['deleted statement app.use']],
  ['one of two equal statements', 'typescript', AUTH + AUTH + ADMIN, AUTH + ADMIN, ['deleted statement app.use']],
  ['nothing, when functions were deleted and moved', 'typescript', HELP + AUTH + HELP.replace('help', 'other'), HELP.replace('help', 'other') + AUTH, []],
  ['nothing, when imports were sorted', 'typescript', "import b from 'b';\nimport a from 'a';\n", "import a from 'a';\nimport b from 'b';\n", []],
  ['an import for its effect', 'typescript', "import './guard';\nimport a from 'a';\n", "import a from 'a';\n", ['deleted import']],
  ['a constant that calls something', 'typescript', 'const off = guard(app);\nconst a = 1;\n', 'const a = 1;\n', ['deleted const off']],
  ['nothing, when a plain constant was deleted', 'typescript', 'const off = 1;\nconst a = 1;\n', 'const a = 1;\n', []],
  ['a condition at top level', 'typescript', 'if (!key) throw new Error();\nrun();\n', 'run();\n', ['deleted line 1']],
  ['everything that ran, when the text is gone', 'typescript', AUTH + HELP + ADMIN, '', ['deleted statement app.use', 'deleted statement app.get']],
  ['a paragraph of YAML', 'yaml', 'permissions:\n  contents: read\n\njobs:\n  a: b\n', 'jobs:\n  a: b\n', ['deleted lines 1-2']],
  ['nothing, when a paragraph was edited', 'yaml', 'a: 1\n\nb: 2\n', 'a: 1\n\nb: 3\n', []],
  ['no paragraph of prose', 'markdown', '# A\n\nb\n', '# A\n', []],
];

describe('a change takes away', () => {
  for (const [title, language, before, after, removed] of CASES) {
    it(title, () => assert.deepEqual(removedUnits(unitsOf(before, language), unitsOf(after, language)).map(({ unit, how }) => `${how} ${unit.label}`), removed));
  }

  it('is told in under two seconds of two thousand statements in reverse order', () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => `run(${index});\n`);
    const [before, after] = [lines, lines.toReversed()].map((list) => unitsOf(list.join(''), 'typescript'));
    const start = process.hrtime.bigint();
    removedUnits(before!, after!);
    assert.ok(process.hrtime.bigint() - start < 2_000_000_000n);
  });
});
