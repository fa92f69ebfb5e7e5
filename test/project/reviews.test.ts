/** Records on disk against the trust root: what counts, what does not and why, and that stock ssh-keygen says the same. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openRepository, type Repository } from '#project/repository';
import { addReviewer, readReviewers } from '#project/reviewers';
import { readReviews, type Trust } from '#project/reviews';
import { Shop } from '../harness/cli.ts';
import { Person } from '../harness/person.ts';

const CODE = 'export function one(): number {\n  return 1;\n}\n';

describe('a review record', () => {
  let shop: Shop;
  let repository: Repository;
  let ann: Person;
  beforeEach(async () => {
    shop = new Shop();
    ann = new Person('ann@example.com');
    shop.write('.vetmark/reviewers', addReviewer('', ann.address, ann.keys.publicKey));
    shop.write('src/one.ts', CODE);
    shop.commit('base');
    const opened = await openRepository(shop.root);
    assert.ok(opened.ok);
    repository = opened.repository;
  });
  afterEach(() => shop.dispose());

  const trustIn = (text: string, more: Partial<Trust> = {}): Trust => {
    const read = readReviewers(text);
    assert.ok(read.ok);
    return { ...read, ...more };
  };
  const own = (more: Partial<Trust> = {}): Trust => trustIn(shop.read('.vetmark/reviewers'), more);
  const verdicts = async (trust: Trust): Promise<readonly string[]> => (await readReviews(repository, { kind: 'worktree' }, trust)).map((checked) => (checked.kind === 'trusted' ? `trusted${checked.settled === true ? ', settled' : ''}` : checked.reason));
  it('counts, and stock ssh-keygen accepts it', async () => {
    const file = await ann.vet(shop, 'src/one.ts');
    const { status } = spawnSync('ssh-keygen', ['-Y', 'verify', '-f', join(shop.root, '.vetmark/reviewers'), '-I', ann.address, '-n', 'vetmark', '-s', join(shop.root, `${file}.sig`)], { input: shop.read(file) });
    assert.deepEqual([await verdicts(own()), status], [['trusted'], 0]);
  });

  it('names its repository, and counts in no other', async () => {
    await ann.vet(shop, 'src/one.ts');
    const { reviewers } = own();
    assert.deepEqual([await verdicts({ reviewers, repository: 'B'.repeat(26) }), await verdicts({ reviewers })], [['reviewer-unknown'], ['trusted']]);
  });

  it('is settled once the base has it, under whatever name, and also when the base dropped it', async () => {
    const file = await ann.vet(shop, 'src/one.ts');
    const base = shop.commit('vetted');
    shop.git('mv', file, '.vetmark/reviews/00000000000000000000000000.json');
    shop.git('mv', `${file}.sig`, '.vetmark/reviews/00000000000000000000000000.json.sig');
    const renamed = await verdicts(own({ base }));
    const text = shop.read('.vetmark/reviews/00000000000000000000000000.json');
    const signature = shop.read('.vetmark/reviews/00000000000000000000000000.json.sig');
    shop.git('rm', '--quiet', '-f', '-r', '.vetmark/reviews');
    const dropped = shop.commit('dropped');
    shop.write('.vetmark/reviews/11111111111111111111111111.json', text);
    shop.write('.vetmark/reviews/11111111111111111111111111.json.sig', signature);
    await ann.vet(shop, 'src/one.ts');
    assert.deepEqual([renamed, await verdicts(own({ base: dropped }))], [['trusted, settled'], ['trusted', 'trusted, settled']]);
  });

  const ends = (option: string): string => `ann@example.com namespaces="vetmark",${option} `;
  for (const [title, options, now, expected] of [
    ['counts while the key is valid', 'valid-after="20200101Z",valid-before="20990101Z"', new Date(), 'trusted'],
    ['does not count when the key has ended since', 'valid-before="20990101Z"', new Date('2099-06-01T00:00:00Z'), 'reviewer-unknown'],
    ['does not count before the key begins', 'valid-after="20990101Z"', new Date(), 'reviewer-unknown'],
    ['does not count when it was signed tomorrow', 'valid-before="20990101Z"', new Date('2020-06-01T00:00:00Z'), 'reviewer-unknown'],
  ] as const) {
    it(title, async () => {
      await ann.vet(shop, 'src/one.ts');
      const trust = trustIn(`${ends(options)}${ann.keys.publicKey.split(' ').slice(0, 2).join(' ')}\n`, { now });
      assert.deepEqual(await verdicts(trust), [expected]);
    });
  }

  it('keeps counting when it is settled and the key has ended since', async () => {
    await ann.vet(shop, 'src/one.ts');
    const base = shop.commit('vetted');
    const trust = trustIn(`${ends('valid-before="20990101Z"')}${ann.keys.publicKey.split(' ').slice(0, 2).join(' ')}\n`, { now: new Date('2099-06-01T00:00:00Z'), base });
    assert.deepEqual(await verdicts(trust), ['trusted, settled']);
  });

  for (const [title, change] of [
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['other line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ['one space more', (text: string) => text.replace('{', '{ ')],
  ] as const) {
    it(`does not count with ${title}`, async () => {
      const file = await ann.vet(shop, 'src/one.ts');
      shop.write(file, change(shop.read(file)));
      assert.equal((await verdicts(own())).includes('trusted'), false);
    });
  }
});
