import assert from 'node:assert/strict';
import { CATALOGUE } from '#analysis/catalogue';
import { checklistFor, demandedOf, QUESTION_TEMPLATES, riskOf } from '#core/checklist';
import { digestOf } from '#core/digest';
import type { Finding, Masked, Severity } from '#core/finding';
import type { RepoPath } from '#core/path';
import type { RiskLevel } from '#core/policy';
import { TOPICS } from '#core/topics';

const ids = (text: string): string[] => checklistFor({ text, range: { start: 0, end: text.length }, findings: [], items: [] }).map(({ id }) => id);

const ROWS = [
  { title: 'plain arithmetic asks for the reading only', text: 'export const three = 1 + 2;\n', ids: ['read'] },
  { title: 'a query asks about SQL', text: "await pool.query('SELECT id FROM t');\n", ids: ['read', 'sql'] },
  { title: 'a child process asks about the shell', text: "spawn('ls', [name]);\n", ids: ['read', 'shell'] },
  { title: 'a refund asks whether it is bounded', text: 'const refund = paid - fee;\n', ids: ['read', 'refund'] },
  { title: 'a charge asks whether it happens once', text: 'await stripe.charges.create({ amount });\n', ids: ['read', 'charge'] },
  { title: 'an amount asks where it comes from', text: 'const total = price * count;\n', ids: ['read', 'money'] },
  { title: 'an id from the request asks whose it is', text: 'const order = await load(req.params.orderId);\n', ids: ['read', 'whose'] },
  { title: 'a change of state asks about the transaction', text: "order.status = 'shipped';\n", ids: ['read', 'state'] },
  { title: 'reading back objects asks about the format', text: 'const job = pickle.loads(data)\n', ids: ['read', 'deserialization'] },
  { title: 'an open port range asks about infrastructure', text: 'cidr_blocks = ["10.0.0.0/8"]\n', ids: ['read', 'infrastructure'] },
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

  it('asks about build pipelines and infrastructure by the name of the file', () => {
    const of = (path: string): string[] => checklistFor({ text: 'on: push\njobs: {}\n', range: { start: 0, end: 17 }, findings: [], items: [], path: path as RepoPath }).map(({ id }) => id);
    assert.deepEqual([of('.github/workflows/ci.yml'), of('deploy/Dockerfile'), of('src/a.yml')], [['read', 'ci'], ['read', 'infrastructure'], ['read']]);
  });

  it('does not ask about what only a comment says', () => {
    const text = '/** Refunds. */\n// the price\nexport const a = 1;\n/* x */ refund(1); /* y */\n';
    assert.deepEqual(checklistFor({ text, range: { start: 0, end: text.length }, findings: [], items: [], path: 'src/a.ts' as RepoPath }).map(({ id, lines }) => [id, lines]), [['read', []], ['refund', [4]]]);
  });

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

  for (const { id, rules } of TOPICS) {
    it(`about ${id} hangs on rules that exist`, () => assert.deepEqual(rules.filter((rule) => !CATALOGUE.some((known) => known.id === rule)), []));
  }

  it('asks nothing that translators do not know', () => {
    const text = 'const refund = eval(name);\n';
    const finding: Finding = { rule: 'no-slow-regex', range: { start: 0, end: 1 }, severity: 'low', confidence: 'pattern', message: 'm' as Masked, why: '', advice: '', cwe: [], owasp: [], print: digestOf(''), fixes: [] };
    const asked = checklistFor({ text, range: { start: 0, end: text.length }, findings: [finding], items: [], removed: ['x'] });
    assert.deepEqual(asked.filter(({ template }) => template === undefined || !QUESTION_TEMPLATES.includes(template)), []);
    assert.deepEqual(QUESTION_TEMPLATES.filter((template) => (template.match(/\{\d\}/g) ?? []).some((hole) => hole !== '{0}')), []);
  });

  it('looks at a long line without hanging', () => {
    const hard = ['select '.repeat(10_000), '<a '.repeat(10_000), ' '.repeat(100_000), 'begin '.repeat(10_000), 'import '.repeat(10_000), 'req.body '.repeat(10_000)].join('\n');
    assert.equal(checklistFor({ text: hard, range: { start: 0, end: hard.length }, findings: [], items: [] })[0]?.id, 'read');
  });
});

describe('which answers a policy demands', () => {
  const questions = checklistFor({ text: 'const total = price;\nawait writeFile(name, data);\n', range: { start: 0, end: 49 }, findings: [], items: [{ id: 'ticket', question: 'Is there a ticket?' }] });
  for (const [answers, expected] of [['free', []], ['own', ['policy-ticket']], ['risky', ['money', 'policy-ticket']], ['all', ['read', 'files', 'money', 'policy-ticket']]] as const) {
    it(`${answers}: ${expected.join(', ') || 'none'}`, () => assert.deepEqual(demandedOf(questions, answers).map(({ id }) => id), expected));
  }
});

describe('how risky a piece of code is', () => {
  const found = (severity: Severity): Finding => ({ rule: 'no-slow-regex', range: { start: 0, end: 1 }, severity, confidence: 'proven', message: 'm' as Masked, why: '', advice: '', cwe: [1333], owasp: [], print: digestOf(''), fixes: [] });
  const rows: readonly (readonly [title: string, text: string, findings: readonly Finding[], policy: RiskLevel | undefined, level: RiskLevel, because: readonly string[]])[] = [
    ['arithmetic is low', 'const three = 1 + 2;', [], undefined, 'low', []],
    ['files are medium', 'await writeFile(name, data);', [], undefined, 'medium', ['topic']],
    ['commands are high', "spawn('ls', [name]);", [], undefined, 'high', ['topic']],
    ['a high finding makes it high', 'const three = 1 + 2;', [found('critical')], undefined, 'high', ['finding']],
    ['a low finding does not', 'const three = 1 + 2;', [found('low')], undefined, 'low', ['finding']],
    ['a path at risk makes it so', 'const three = 1 + 2;', [], 'high', 'high', ['policy']],
    ['the worst counts and stands first', 'await writeFile(name, data);', [], 'high', 'high', ['policy', 'topic']],
  ];
  for (const [title, text, findings, policy, level, because] of rows) {
    it(title, () => {
      const risk = riskOf(checklistFor({ text, range: { start: 0, end: text.length }, findings: [], items: [] }), findings, policy);
      assert.deepEqual([risk.level, risk.because.map(({ kind }) => kind)], [level, because]);
    });
  }
});
