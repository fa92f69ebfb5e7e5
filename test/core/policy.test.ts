import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { RepoPath } from '#core/path';
import { DEFAULT_POLICY, policyFor, policySchema, readPolicy, type PathPolicy } from '#core/policy';
import { languageOf } from '#core/language';

describe('the policy', () => {
  const wrong: [title: string, text: string, place: string][] = [
    ['no JSON', '{', 'not valid JSON'],
    ['no version', '{}', '$.version'],
    ['a later version', '{"version":2}', '$.version'],
    ['an unknown key', '{"version":1,"excludes":[]}', '$.excludes is no key of the policy; did you mean "exclude"'],
    ['an unknown key of a demand', '{"version":1,"require":[{"paths":"**","reviewer":2}]}', '$.require[0].reviewer is no key of the policy; did you mean "reviewers"'],
    ['an unknown key that is like none', '{"version":1,"require":[{"paths":"**","reading":{"zoom":2}}]}', '$.require[0].reading.zoom is no key of the policy; there are share, seconds, pace'],
    ['a pace without seconds', '{"version":1,"require":[{"paths":"**","reading":{"pace":{"lines":9}}}]}', '$.require[0].reading.pace.seconds'],
    ['an unknown severity', '{"version":1,"threshold":"worst"}', '$.threshold'],
    ['a glob that climbs out', '{"version":1,"exclude":["a","../b"]}', '$.exclude[1]'],
    ['a glob that is dear to match', '{"version":1,"exclude":["*a*b*c*d"]}', '$.exclude[0]'],
    ['a checklist item without an id', '{"version":1,"checklist":[{"paths":"**","items":[{"question":"?"}]}]}', '$.checklist[0].items[0].id'],
    ['too large', ' '.repeat(1_000_001), 'larger than'],
  ];
  for (const [title, text, place] of wrong) {
    it(`is refused with its place: ${title}`, () => {
      const read = readPolicy(text);
      assert.match(read.ok ? 'accepted' : read.message, new RegExp(place.replace(/[$.[\]]/g, '\\$&')));
    });
  }
  it('that says only its version is the default', () => assert.deepEqual(readPolicy('{"version":1}'), { ok: true, policy: DEFAULT_POLICY }));

  const excluded: [string, boolean][] = [
    ['package-lock.json', true],
    ['apps/shop/yarn.lock', true],
    ['.vetmark/reviews/01M87X7V0XV82K5XPVG8NDHJDX.json', true],
    ['.vetmark/reviews/01M87X7V0XV82K5XPVG8NDHJDX.json.sig', true],
    ['.vetmark/provenance/01M87X7V0XV82K5XPVG8NDHJDX.json', true],
    ['.vetmark/reviews/01M87X7V0XV82K5XPVG8NDHJDX.js', false],
    ['.vetmark/reviews/code.json', false],
    ['.vetmark/policy.json', false],
    ['.vetmark/reviewers', false],
    ['src/a.ts', false],
    ['package.json', false],
    ['src/.vetmark/reviews/a.ts', false],
  ];
  for (const [path, expected] of excluded) it(`by default ${path} is ${expected ? 'excluded' : 'vetted'}`, () => assert.equal(policyFor(DEFAULT_POLICY, path as RepoPath).excluded, expected));
  it('keeps Vetmark’s records excluded when it has a list of its own', () => {
    const policy = { ...DEFAULT_POLICY, exclude: ['gen/**'] };
    assert.deepEqual(['gen/.a/b.ts', 'yarn.lock', '.vetmark/reviews/01M87X7V0XV82K5XPVG8NDHJDX.json'].map((path) => policyFor(policy, path as RepoPath).excluded), [true, false, true]);
  });
});

describe('what a policy demands of a file', () => {
  const policy = (text: string): PathPolicy => {
    const read = readPolicy(text);
    assert.ok(read.ok, read.ok ? '' : read.message);
    return policyFor(read.policy, 'src/pay/card.ts' as RepoPath);
  };

  it('is the strictest of all entries that match', () => {
    const { requirement } = policy(`{"version":1,"require":[
      {"paths":"**","reading":{"share":50,"seconds":4,"pace":{"lines":100,"seconds":60}},"answers":"all"},
      {"paths":"src/pay/**","reviewers":2,"prompter":"not-alone","bulk":"refused","reading":{"share":100,"pace":{"lines":100,"seconds":90}},"answers":"free"},
      {"paths":"docs/**","keys":"hardware"}]}`);
    assert.deepEqual(requirement, { reviewers: 2, by: 'anyone', keys: 'any', prompter: 'not-alone', reading: { share: 100, seconds: 4, pace: { lines: 100, seconds: 90 } }, answers: 'all', bulk: 'refused' });
  });

  it('asks for the answers of its own questions, unless it says otherwise', () => {
    assert.deepEqual([policy('{"version":1}'), policy('{"version":1,"require":[{"paths":"**","answers":"free"}]}')].map(({ requirement }) => requirement.answers), ['own', 'free']);
  });

  it('takes the worst risk of its paths', () => {
    assert.deepEqual([policy('{"version":1,"risk":[{"paths":"src/**","level":"medium"},{"paths":"**/pay/**","level":"high"}]}').risk, policy('{"version":1}').risk], ['high', undefined]);
  });

  it('keeps what it does not say of waivers and claims', () => {
    const { waivers, claims } = policy('{"version":1,"waivers":{"days":30},"claims":{"mine":"never"}}');
    assert.deepEqual({ waivers, claims }, { waivers: { by: 'anyone', days: 30 }, claims: { mine: 'never', notAi: 'unless-recorded' } });
  });
});

describe('docs/policy.md', () => {
  const page = readFileSync('docs/policy.md', 'utf8');

  it('shows a policy that can be read', () => {
    const read = readPolicy(/```json\n([^]*?)```/.exec(page)?.[1] ?? '');
    assert.ok(read.ok, read.ok ? '' : read.message);
  });

  it('has every key', () => {
    interface Node {
      readonly properties?: Readonly<Record<string, Node>>;
      readonly items?: Node;
    }
    const keys = ({ properties = {}, items }: Node): readonly string[] => [...Object.entries(properties).flatMap(([key, node]) => [key, ...keys(node)]), ...(items === undefined ? [] : keys(items))];
    assert.deepEqual(keys(policySchema()).filter((key) => key !== '$schema' && !page.includes(key)), []);
  });

  it('and the schema explain every key of the policy', () => {
    const { properties } = policySchema() as { properties: Readonly<Record<string, { description?: string }>> };
    assert.deepEqual(Object.entries(properties).filter(([, { description }]) => description === undefined).map(([key]) => key), []);
  });
});

describe('languages by name', () => {
  const cases: [string, string][] = [['src/a.ts', 'typescript'], ['a.TSX', 'typescriptreact'], ['a.mjs', 'javascript'], ['Dockerfile', 'dockerfile'], ['b/.env.local', 'dotenv'], ['LICENSE', 'plaintext'], ['a.d.mts', 'typescript'], ['.gitignore', 'plaintext']];
  for (const [path, expected] of cases) it(`${path}: ${expected}`, () => assert.equal(languageOf(path), expected));
});
