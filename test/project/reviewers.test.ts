/** The reviewers file: what is read, what is refused, and how one is added. */
import assert from 'node:assert/strict';
import { addReviewer, endReviewer, isPrincipal, readReviewers, standingOf } from '#project/reviewers';

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

  it('gives the repository an id with its first reviewer, which stays', () => {
    const first = addReviewer('', 'ada@example.org', KEY);
    const second = addReviewer(first, 'bob@example.org', `${KEY}x`);
    const ids = [first, second, `${second}# vetmark repository ${'B'.repeat(26)}\n`].map((text) => {
      const read = readReviewers(text);
      return read.ok ? read.repository : undefined;
    });
    assert.deepEqual([ids[0] !== undefined, new Set(ids).size], [true, 1]);
  });

  const AT = new Date('2026-11-24T12:34:56.789Z');
  for (const [title, line, ended] of [
    ['a key without limits', `ada@example.org ${KEY} note`, `ada@example.org valid-before="20261124123456Z" ${KEY} note`],
    ['a key with options', `ada@example.org namespaces="git,vetmark" ${KEY}`, `ada@example.org namespaces="git,vetmark",valid-before="20261124123456Z" ${KEY}`],
    ['a key that would end later', `ada@example.org valid-before="20990101Z",namespaces="vetmark" ${KEY}`, `ada@example.org namespaces="vetmark",valid-before="20261124123456Z" ${KEY}`],
    ['no key that ended before', `ada@example.org valid-before="20200101Z" ${KEY}`, `ada@example.org valid-before="20200101Z" ${KEY}`],
    ['nobody else\'s key', `bob@example.org ${KEY}`, `bob@example.org ${KEY}`],
    ['no comment', `# ada@example.org ${KEY}`, `# ada@example.org ${KEY}`],
  ] as const) {
    it(`ends ${title}`, () => assert.equal(endReviewer(`# ours\n${line}\n`, 'ada@example.org', AT), `# ours\n${ended}\n`));
  }

  it('ends one key of several, and says of each how it stands', () => {
    const other = KEY.replace('HpSQEIQczXkVx9q', 'HpSQEIQczXkVx9r');
    const later = KEY.replace('HpSQEIQczXkVx9q', 'HpSQEIQczXkVx9s');
    const text = endReviewer(`ada@example.org ${KEY}\nada@example.org ${other}\nada@example.org valid-after="20990101Z" ${later}\n`, 'ada@example.org', AT, KEY);
    const read = readReviewers(text);
    assert.ok(read.ok, text);
    const standing = (person: string, key: string, seconds: number): string => standingOf(read.reviewers, person, key, AT.getTime() + seconds * 1000);
    assert.deepEqual(
      [standing('ada@example.org', KEY, -60), standing('ada@example.org', KEY, 0), standing('ada@example.org', other, 0), standing('ada@example.org', later, 0), standing('bob@example.org', other, 0)],
      ['valid', 'ended', 'valid', 'not-yet', 'unknown'],
    );
  });

  it('knows what may stand for a person', () => {
    assert.deepEqual(['ada@example.org', 'a b', '*', '', 'a,b', '#a', 'a"'].map(isPrincipal), [true, false, false, false, false, false, false]);
  });
});
