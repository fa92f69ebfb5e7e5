/** The gate on real repositories: blocked before a person vets, passed after, blocked again after one changed token; and never judged by the change itself. */
import assert from 'node:assert/strict';
import { Shop, type Ran } from '../harness/cli.ts';
import { Person } from '../harness/person.ts';
import { sarifMistakes } from '../harness/sarif.ts';

const FLAWED = 'import pg from "pg";\n\nconst pool = new pg.Pool();\n\nexport async function order(req: { query: { id: string } }) {\n  return pool.query(`SELECT * FROM orders WHERE id = \'${req.query.id}\'`);\n}\n';
const SOUND = 'import pg from "pg";\n\nconst pool = new pg.Pool();\n\nexport async function order(req: { query: { id: string } }) {\n  return pool.query("SELECT * FROM orders WHERE id = $1", [req.query.id]);\n}\n';

describe('vetmark gate', () => {
  let shop: Shop;
  let ann: Person;
  beforeEach(() => {
    shop = new Shop();
    ann = new Person('ann@example.com');
    shop.write('README.md', '# Shop\n');
    shop.write('.vetmark/reviewers', ann.line);
    shop.commit('base');
    shop.git('switch', '--quiet', '--create', 'change');
  });
  afterEach(() => shop.dispose());

  const gate = (...args: string[]): Promise<Ran> => shop.vetmark(['gate', '--base', 'main', ...args]);
  const kinds = async (): Promise<readonly string[]> => {
    const { stdout, stderr } = await gate('--format', 'json');
    assert.equal(stderr, '');
    return (JSON.parse(stdout) as { reasons: { kind: string }[] }).reasons.map(({ kind }) => kind);
  };

  /** Claude Code writes a file: on disk, then its hook. */
  async function agentWrites(path: string, text: string): Promise<void> {
    shop.write(path, text);
    const payload = JSON.parse(shop.payload('claude', 'PostToolUse-Write')) as { tool_input: object; tool_response: object };
    payload.tool_input = { file_path: `${shop.root}/${path}`, content: text };
    payload.tool_response = { type: 'create', filePath: `${shop.root}/${path}`, content: text, structuredPatch: [], originalFile: null, userModified: false };
    await shop.vetmark(['hook', 'claude-code'], JSON.stringify(payload));
  }

  it('passes where nothing was changed', async () => {
    assert.equal((await gate()).code, 0);
  });

  it('blocks what an agent wrote, and names the agent, the finding and what to do next', async () => {
    await agentWrites('src/orders.ts', FLAWED);
    const { code, stdout, stderr } = await gate();
    assert.deepEqual([code, ...['claude-code', 'no-sql-injection', 'src/orders.ts:5-7 function order', 'mark it vetted'].map((words) => stdout.includes(words))], [1, true, true, true, true], stdout + stderr);
  });

  it('passes once the code is sound and a trusted person vetted it', async () => {
    await agentWrites('src/orders.ts', SOUND);
    await ann.vet(shop, 'src/orders.ts');
    const { code, stdout, stderr } = await gate();
    assert.equal(code, 0, stdout + stderr);
  });

  it('passes from the commits alone, without the work tree', async () => {
    shop.write('src/orders.ts', SOUND);
    await ann.vet(shop, 'src/orders.ts');
    shop.commit();
    shop.write('src/later.ts', 'export const later = 1;\n');
    assert.equal((await gate('--head', 'HEAD')).code, 0);
  });

  it('still blocks on a finding in vetted code', async () => {
    shop.write('src/orders.ts', FLAWED);
    await ann.vet(shop, 'src/orders.ts');
    assert.deepEqual(await kinds(), ['finding']);
  });

  it('blocks again after one changed token', async () => {
    shop.write('src/orders.ts', SOUND);
    await ann.vet(shop, 'src/orders.ts');
    shop.write('src/orders.ts', SOUND.replace('id = $1', 'id > $1'));
    assert.deepEqual(await kinds(), ['changed-since-review']);
  });

  it('keeps a review through formatting', async () => {
    shop.write('src/orders.ts', SOUND);
    await ann.vet(shop, 'src/orders.ts');
    shop.write('src/orders.ts', SOUND.replaceAll('  return', '\treturn').replaceAll('"', "'"));
    assert.deepEqual(await kinds(), []);
  });

  it('blocks a stranger\'s review, and says how to enrol', async () => {
    const eve = new Person('eve@example.com');
    shop.write('src/orders.ts', SOUND);
    await eve.vet(shop, 'src/orders.ts');
    const { code, stdout } = await gate();
    assert.deepEqual([code, stdout.includes('vetmark reviewers add')], [1, true], stdout);
  });

  it('does not let a change enrol its own reviewer', async () => {
    const eve = new Person('eve@example.com');
    shop.write('.vetmark/reviewers', ann.line + eve.line);
    shop.write('src/orders.ts', SOUND);
    await eve.vet(shop, 'src/orders.ts', '.vetmark/reviewers');
    assert.equal((await kinds()).includes('reviewer-unknown'), true);
  });

  it('does not let a change weaken the policy that judges it', async () => {
    shop.write('.vetmark/policy.json', '{"version":1,"threshold":"critical","unattributed":"trusted","exclude":["**"]}');
    shop.write('src/orders.ts', SOUND);
    assert.equal((await kinds()).includes('unreviewed'), true);
  });

  it('judges a branch that is behind by what it adds itself', async () => {
    shop.write('src/orders.ts', SOUND);
    await ann.vet(shop, 'src/orders.ts');
    shop.commit();
    shop.git('switch', '--quiet', 'main');
    shop.write('README.md', '# Shop, renamed\n');
    shop.commit();
    shop.git('switch', '--quiet', 'change');
    assert.equal((await gate()).code, 0);
  });

  it('says that nobody may vet where the base has no reviewers', async () => {
    const fresh = new Shop();
    fresh.write('a.md', 'a\n');
    const base = fresh.commit();
    fresh.write('b.ts', 'export const b = 1;\n');
    const { code, stdout } = await fresh.vetmark(['gate', '--base', base]);
    fresh.dispose();
    assert.deepEqual([code, stdout.includes('Nobody may vet yet')], [1, true], stdout);
  });

  const corrupt: readonly (readonly [title: string, path: string, text: string])[] = [
    ['a policy that is not JSON', '.vetmark/policy.json', '{'],
    ['a policy with an unknown setting', '.vetmark/policy.json', '{"version":1,"treshold":"low"}'],
    ['reviewers that cannot be read', '.vetmark/reviewers', 'ann@example.com what is this\n'],
  ];
  for (const [title, path, text] of corrupt) {
    it(`cannot judge with ${title} in the base commit`, async () => {
      shop.git('switch', '--quiet', 'main');
      shop.write(path, text);
      shop.commit();
      shop.git('switch', '--quiet', '--create', 'later');
      shop.write('b.ts', 'export const b = 1;\n');
      const { code, stdout } = await gate();
      assert.deepEqual([code, stdout.startsWith('Could not judge (1)')], [2, true], stdout);
    });
  }

  const wrong: readonly (readonly [title: string, args: readonly string[]])[] = [
    ['without a base', ['gate']],
    ['with a base that does not exist', ['gate', '--base', 'nowhere']],
    ['with a base that looks like an option', ['gate', '--base=--help']],
    ['with an unknown option', ['gate', '--base', 'main', '--force']],
    ['with an unknown format', ['gate', '--base', 'main', '--format', 'xml']],
  ];
  for (const [title, args] of wrong) {
    it(`cannot judge ${title}`, async () => {
      const { code, stdout } = await shop.vetmark(args);
      assert.deepEqual([code, stdout], [2, '']);
    });
  }

  it('writes SARIF that is valid against the schema, with a result for each reason', async () => {
    shop.write('src/orders.ts', FLAWED);
    shop.write('logo.png', new Uint8Array([0, 1]));
    const log = JSON.parse((await gate('--format', 'sarif')).stdout) as { runs: [{ results: { ruleId: string }[] }] };
    assert.deepEqual([sarifMistakes(log), log.runs[0].results.map(({ ruleId }) => ruleId)], [[], ['no-sql-injection', 'gate-unreviewed', 'gate-unreviewed', 'gate-unreviewed', 'gate-coverage-gap']]);
  });

  it('writes its verdict into the audit log', async () => {
    shop.write('src/orders.ts', SOUND);
    await gate();
    await ann.vet(shop, 'src/orders.ts');
    await gate();
    const { stdout } = await shop.vetmark(['audit', 'show']);
    assert.deepEqual(stdout.split('\n').filter((line) => line.includes('gate')).map((line) => line.replace(/^.*: /, '')), ['block, 3 reasons', 'pass']);
  });
});
