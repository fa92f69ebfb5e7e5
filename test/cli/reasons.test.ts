/** What the gate says of a review that lacks something: what, and what the policy asks for. */
import assert from 'node:assert/strict';
import type { Lack } from '#core/demand';
import type { RepoPath } from '#core/path';
import { lackWords, messageOf } from '../../src/cli/reporters/reason.ts';

const ROWS: readonly (readonly [Lack, string])[] = [
  [{ kind: 'share', wants: 100, is: 40 }, '40 % of it was on screen before it was signed, and the policy asks for 100 %'],
  [{ kind: 'share', wants: 100 }, 'its review does not say how much was read, and the policy asks for 100 %'],
  [{ kind: 'seconds', wants: 5, is: 1.5 }, 'it was on screen for 1.5 s before it was signed, and the policy asks for 5 s'],
  [{ kind: 'seconds', wants: 5 }, 'its review does not say for how long it was read, and the policy asks for 5 s'],
  [{ kind: 'pace', wants: { lines: 200, seconds: 60 }, lines: 90, seconds: 2 }, '90 lines were vetted in 2 s, and the policy takes no more than 200 in 60 s for reading'],
  [{ kind: 'pace', wants: { lines: 200, seconds: 60 }, lines: 1 }, '1 line was vetted in 0 s, and the policy takes no more than 200 in 60 s for reading'],
  [{ kind: 'answers', items: ['refund', 'policy-ticket'] }, 'its review does not answer refund, policy-ticket'],
  [{ kind: 'bulk', together: 12 }, 'it was signed together with 11 other regions, and the policy asks for one at a time'],
  [{ kind: 'word', claim: 'mine', rule: 'unless-recorded', agents: ['claude-code'] }, 'its signer says they wrote it; the policy takes that word only where no record names an agent, and one names claude-code: vet it'],
  [{ kind: 'word', claim: 'not-ai', rule: 'never', agents: [] }, 'its signer says that no machine wrote it; the policy takes no word for that: vet it'],
  [{ kind: 'prompter', reviewers: ['ada@example.org'] }, 'only ada@example.org vetted it, who asked for it or committed it, and the policy asks for somebody else as well'],
];

describe('the words of the gate', () => {
  for (const [lack, words] of ROWS) it(`${lack.kind}: ${words}`, () => assert.equal(lackWords(lack), words));

  it('name the code, every lack and the record', () => {
    const lacks = [ROWS[0]![0], ROWS[7]![0]] as const;
    const said = messageOf({ kind: 'review-lacks', path: 'src/a.ts' as RepoPath, range: { start: 0, end: 1 }, line: 1, label: 'function f', file: '.vetmark/reviews/01.json' as RepoPath, lacks });
    assert.equal(said, `function f: ${ROWS[0]![1]}; ${ROWS[7]![1]} (.vetmark/reviews/01.json).`);
  });
});
