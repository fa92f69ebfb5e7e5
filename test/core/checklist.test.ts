import assert from 'node:assert/strict';
import { checklistFor } from '#core/checklist';
import { digestOf } from '#core/digest';
import type { Finding, Masked } from '#core/finding';

const ids = (text: string): string[] => checklistFor({ text, range: { start: 0, end: text.length }, findings: [], items: [] }).map(({ id }) => id);

const ROWS = [
  { title: 'plain arithmetic asks for the reading only', text: 'export const three = 1 + 2;\n', ids: ['read'] },
  { title: 'a query asks about SQL', text: "await pool.query('SELECT id FROM t');\n", ids: ['read', 'sql'] },
  { title: 'a child process asks about the shell', text: "spawn('ls', [name]);\n", ids: ['read', 'shell'] },
  { title: 'a refund asks about money', text: 'const refund = paid - fee;\n', ids: ['read', 'money'] },
  { title: 'a new package asks whether it exists', text: "import leftPad from 'left-pad';\n", ids: ['read', 'dependencies'] },
  { title: 'a file of our own asks nothing', text: "import { a } from './a.ts';\n", ids: ['read'] },
  { title: 'a file name asks about paths', text: 'await writeFile(name, data);\n', ids: ['read', 'files'] },
  { title: 'markup asks about HTML', text: 'box.innerHTML = name;\n', ids: ['read', 'html'] },
];

describe('the checklist of a piece of code', () => {
  for (const { title, text, ids: expected } of ROWS) {
    it(title, () => {
      assert.deepEqual(ids(text), expected);
    });
  }

  it('names the lines of the whole text, and only those of the piece', () => {
    const text = "const a = 1;\nawait pool.query('SELECT 1 FROM t');\nawait pool.query('SELECT 2 FROM t');\n";
    const [, sql] = checklistFor({ text, range: { start: 13, end: text.indexOf('\n', 13) }, findings: [], items: [] });
    assert.deepEqual(sql?.lines, [2]);
  });

  it('is answered by a finding that stands there', () => {
    const text = 'await pool.query(sql);\n';
    const finding: Finding = { rule: 'no-sql-injection', range: { start: 17, end: 20 }, severity: 'critical', confidence: 'proven', message: 'm' as Masked, why: '', advice: '', cwe: [89], owasp: [], print: digestOf(''), fixes: [] };
    const [, sql] = checklistFor({ text, range: { start: 0, end: text.length }, findings: [finding], items: [] });
    assert.equal(sql?.provenBy, 'no-sql-injection, line 1');
  });

  it('ends with the policy\'s own questions', () => {
    const questions = checklistFor({ text: 'a;', range: { start: 0, end: 2 }, findings: [], items: [{ id: 'ticket', question: 'Is there a ticket?' }] });
    assert.equal(questions.at(-1)?.id, 'policy-ticket');
  });

  it('asks about what the change takes away, right after the reading', () => {
    const questions = checklistFor({ text: 'a;', range: { start: 0, end: 2 }, findings: [], items: [], removed: ['`statement app.use` of src/server.ts (deleted)'] });
    assert.deepEqual(questions.map(({ id }) => id), ['read', 'removed']);
  });
});
