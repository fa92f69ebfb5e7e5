/** The reviewers file: what is read, what is refused, and how one is added. */
import assert from 'node:assert/strict';
import { addReviewer, isPrincipal, readReviewers } from '#project/reviewers';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN/Cr3JXqmLW7u+g9pTh+wyqDHpSQEIQczXkVx9q';

describe('the reviewers file', () => {
  for (const [title, text, expected] of [
    ['nobody', '# nobody yet\n\n', []],
    ['one person', `ada@example.org ${KEY} a comment\n`, [{ principals: ['ada@example.org'], publicKey: KEY }]],
    ['two addresses', `ada@example.org,ada@home.example ${KEY}\r\n`, [{ principals: ['ada@example.org', 'ada@home.example'], publicKey: KEY }]],
    ['our namespace among others', `ada@example.org namespaces="git,vetmark" ${KEY}\n`, [{ principals: ['ada@example.org'], publicKey: KEY }]],
    ['not a key for other purposes', `ada@example.org namespaces="git" ${KEY}\n`, []],
    ['dates', `ada@example.org valid-after="20260101",valid-before="20261231120000Z" ${KEY}\n`, [{ principals: ['ada@example.org'], publicKey: KEY, validAfter: Date.UTC(2026, 0, 1), validBefore: Date.UTC(2026, 11, 31, 12) }]],
  ] as const) {
    it(`names ${title}`, () => assert.deepEqual(readReviewers(text), { ok: true, reviewers: expected }));
  }

  for (const [title, line] of [
    ['a wildcard', `*@example.org ${KEY}`],
    ['a certificate authority', `ada@example.org cert-authority ${KEY}`],
    ['no key', 'ada@example.org'],
    ['a key that is not base64', 'ada@example.org ssh-ed25519 AAAA!'],
    ['an unknown key type', 'ada@example.org ssh-dss AAAA'],
    ['an open quotation mark', `ada@example.org namespaces="vetmark ${KEY}`],
    ['a date that is none', `ada@example.org valid-before="20261399" ${KEY}`],
    ['an unknown option', `ada@example.org no-touch-required ${KEY}`],
  ] as const) {
    it(`is refused whole for ${title}`, () => {
      const read = readReviewers(`# first\nbob@example.org ${KEY}\n${line}\n`);
      assert.match(read.ok ? 'it was read' : read.message, /^Line 3 of the reviewers file cannot be read: /);
    });
  }

  it('takes one more, once', () => {
    const once = addReviewer('# ours', 'ada@example.org', `${KEY} a comment`);
    assert.deepEqual([once, addReviewer(once, 'ada@example.org', KEY)], [`# ours\nada@example.org namespaces="vetmark" ${KEY}\n`, once]);
  });

  it('knows what may stand for a person', () => {
    assert.deepEqual(['ada@example.org', 'a b', '*', '', 'a,b', '#a', 'a"'].map(isPrincipal), [true, false, false, false, false, false, false]);
  });
});
