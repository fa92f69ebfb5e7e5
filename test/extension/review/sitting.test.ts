import assert from 'node:assert/strict';
import type { Finding } from '#core/finding';
import type { RepoPath } from '#core/path';
import { digestOf } from '#core/digest';
import { READ_IT, type Question } from '#core/checklist';
import { answersOf, missing, Sitting, waiversOn, waiverTrouble, type Missing } from '../../../src/extension/review/sitting.ts';

const SQL: Question = { id: 'sql', question: 'Is it bound?', lines: [2] };
const PRINT = digestOf('print');
const PROVEN: Question = { ...SQL, provenBy: 'no-sql-injection, line 2', prints: [PRINT] };

type Given = readonly (readonly [string, 'yes' | 'no' | 'not-applicable', string])[];
const ROWS: readonly { readonly title: string; readonly questions: readonly Question[]; readonly given: Given; readonly blocked: Missing | undefined }[] = [
  { title: 'nothing is answered', questions: [READ_IT, SQL], given: [], blocked: { kind: 'answers', count: 2 } },
  { title: 'one is left', questions: [READ_IT, SQL], given: [['read', 'yes', '']], blocked: { kind: 'answers', count: 1 } },
  { title: 'all are answered', questions: [READ_IT, SQL], given: [['read', 'yes', ''], ['sql', 'not-applicable', '']], blocked: undefined },
  { title: 'it was not read', questions: [READ_IT, SQL], given: [['read', 'no', 'too long'], ['sql', 'yes', '']], blocked: { kind: 'reading' } },
  { title: 'a no without a reason', questions: [READ_IT, SQL], given: [['read', 'yes', ''], ['sql', 'no', ' ']], blocked: { kind: 'note' } },
  { title: 'a no with a reason', questions: [READ_IT, SQL], given: [['read', 'yes', ''], ['sql', 'no', 'a script of ours']], blocked: undefined },
  { title: 'a finding that is open', questions: [READ_IT, PROVEN], given: [['read', 'yes', '']], blocked: { kind: 'finding', by: 'no-sql-injection, line 2' } },
  { title: 'a finding waved away with yes', questions: [READ_IT, PROVEN], given: [['read', 'yes', ''], ['sql', 'yes', '']], blocked: { kind: 'finding', by: 'no-sql-injection, line 2' } },
  { title: 'a finding that is acknowledged', questions: [READ_IT, PROVEN], given: [['read', 'yes', ''], ['sql', 'no', 'constant table']], blocked: undefined },
];

describe('when a piece of code can be vetted', () => {
  for (const { title, questions, given, blocked } of ROWS) {
    it(title, () => {
      const sitting = new Sitting();
      for (const [item, answer, note] of given) sitting.answer('r', item, answer, note);
      assert.deepEqual(missing(questions, sitting.page('r')), blocked);
    });
  }

  it('signs what was answered, notes trimmed', () => {
    const sitting = new Sitting();
    sitting.answer('r', 'read', 'yes', '');
    sitting.answer('r', 'sql', 'no', ' ours ');
    assert.deepEqual(answersOf([READ_IT, SQL], sitting.page('r')), [{ item: 'read', answer: 'yes' }, { item: 'sql', answer: 'no', note: 'ours' }]);
  });

  it('takes a waiver for the reason that an open finding needs', () => {
    const sitting = new Sitting();
    sitting.answer('r', 'read', 'yes', '');
    sitting.waive('r', PRINT, { reason: 'a table of our own', until: '2027-01-31' });
    const waived = missing([READ_IT, PROVEN], sitting.page('r'));
    sitting.waive('r', PRINT, undefined);
    assert.deepEqual([waived, missing([READ_IT, PROVEN], sitting.page('r'))], [undefined, { kind: 'finding', by: 'no-sql-injection, line 2' }]);
  });

  it('signs waivers of findings that are there, and of no others', () => {
    const sitting = new Sitting();
    const there = { rule: 'no-sql-injection', print: PRINT } as Finding;
    sitting.waive('r', PRINT, { reason: 'ours', until: '2027-01-31' });
    sitting.waive('r', digestOf('gone'), { reason: 'ours', until: '2027-01-31' });
    assert.deepEqual(waiversOn([there, there], 'src/a.ts' as RepoPath, sitting.page('r')), [{ print: PRINT, rule: 'no-sql-injection', path: 'src/a.ts', reason: 'ours', until: '2027-01-31' }]);
  });

  for (const [title, draft, longest, expected] of [
    ['with a reason and an end', { reason: 'ours', until: '2026-12-24' }, undefined, undefined],
    ['until today', { reason: 'ours', until: '2026-11-25' }, undefined, undefined],
    ['without a reason', { reason: ' ', until: '2026-12-24' }, undefined, 'reason'],
    ['without an end', { reason: 'ours', until: '' }, undefined, 'day'],
    ['until a day that there is not', { reason: 'ours', until: '2026-13-01' }, undefined, 'day'],
    ['until yesterday', { reason: 'ours', until: '2026-11-24' }, undefined, 'past'],
    ['longer than the policy allows', { reason: 'ours', until: '2027-12-24' }, '2026-12-31', 'too-long'],
  ] as const) {
    it(`a waiver ${title} is ${expected === undefined ? 'taken' : 'refused'}`, () => assert.equal(waiverTrouble(draft, '2026-11-25', longest), expected));
  }
});
