import assert from 'node:assert/strict';
import { READ_IT, type Question } from '#core/checklist';
import { answersOf, missing, Sitting } from '../../../src/extension/review/sitting.ts';

const SQL: Question = { id: 'sql', question: 'Is it bound?', lines: [2] };
const PROVEN: Question = { ...SQL, provenBy: 'no-sql-injection, line 2' };

type Given = readonly (readonly [string, 'yes' | 'no' | 'not-applicable', string])[];
const ROWS: readonly { readonly title: string; readonly questions: readonly Question[]; readonly given: Given; readonly blocked: RegExp | undefined }[] = [
  { title: 'nothing is answered', questions: [READ_IT, SQL], given: [], blocked: /2 questions/ },
  { title: 'one is left', questions: [READ_IT, SQL], given: [['read', 'yes', '']], blocked: /One question/ },
  { title: 'all are answered', questions: [READ_IT, SQL], given: [['read', 'yes', ''], ['sql', 'not-applicable', '']], blocked: undefined },
  { title: 'it was not read', questions: [READ_IT, SQL], given: [['read', 'no', 'too long'], ['sql', 'yes', '']], blocked: /have read it/ },
  { title: 'a no without a reason', questions: [READ_IT, SQL], given: [['read', 'yes', ''], ['sql', 'no', ' ']], blocked: /answered with no/ },
  { title: 'a no with a reason', questions: [READ_IT, SQL], given: [['read', 'yes', ''], ['sql', 'no', 'a script of ours']], blocked: undefined },
  { title: 'a finding that is open', questions: [READ_IT, PROVEN], given: [['read', 'yes', '']], blocked: /finding is open/ },
  { title: 'a finding waved away with yes', questions: [READ_IT, PROVEN], given: [['read', 'yes', ''], ['sql', 'yes', '']], blocked: /finding is open/ },
  { title: 'a finding that is acknowledged', questions: [READ_IT, PROVEN], given: [['read', 'yes', ''], ['sql', 'no', 'constant table']], blocked: undefined },
];

describe('when a piece of code can be vetted', () => {
  for (const { title, questions, given, blocked } of ROWS) {
    it(title, () => {
      const sitting = new Sitting();
      for (const [item, answer, note] of given) sitting.answer('r', item, answer, note);
      const why = missing(questions, sitting.page('r'));
      if (blocked === undefined) assert.equal(why, undefined);
      else assert.match(why ?? '', blocked);
    });
  }

  it('signs what was answered, notes trimmed', () => {
    const sitting = new Sitting();
    sitting.answer('r', 'read', 'yes', '');
    sitting.answer('r', 'sql', 'no', ' ours ');
    assert.deepEqual(answersOf([READ_IT, SQL], sitting.page('r')), [{ item: 'read', answer: 'yes' }, { item: 'sql', answer: 'no', note: 'ours' }]);
  });
});
