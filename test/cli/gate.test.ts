/** The gate on real repositories: blocked before a person vets, passed after, blocked again after one changed token; and never judged by the change itself. */
import assert from 'node:assert/strict';
import { Shop, type Ran } from '../harness/cli.ts';
import { Person } from '../harness/person.ts';
import { sarifMistakes } from '../harness/sarif.ts';
import { scenarios } from '../harness/scenarios.ts';

const FLAWED = 'import pg from "pg";\n\nconst pool = new pg.Pool();\n\nexport async function order(req: { query: { id: string } }) {\n  return pool.query(`SELECT * FROM orders WHERE id = \'${req.query.id}\'`);\n}\n';
const SOUND = 'import pg from "pg";\n\nconst pool = new pg.Pool();\n\nexport async function order(req: { query: { id: string } }) {\n  return pool.query("SELECT * FROM orders WHERE id = $1", [req.query.id]);\n}\n';

describe('vetmark gate', () => {
  const add = scenarios();
  const ann = new Person('ann@example.com');
  const gate = (shop: Shop, ...args: string[]): Promise<Ran> => shop.vetmark(['gate', '--base', 'main', ...args]);
  const kinds = async (shop: Shop): Promise<readonly string[]> => {
    const { stdout, stderr } = await gate(shop, '--format', 'json');
    assert.equal(stderr, '');
    return (JSON.parse(stdout) as { reasons: { kind: string }[] }).reasons.map(({ kind }) => kind);
  };

  /** A case that begins on a branch of a repository whose base trusts Ann. */
  const scenario = (title: string, run: (shop: Shop) => Promise<void>): void =>
    add(title, (shop) => {
      shop.write('README.md', '# Shop\n');
      shop.write('.vetmark/reviewers', ann.line);
      shop.commit('base');
      shop.git('switch', '--quiet', '--create', 'change');
      return run(shop);
    });

  /** Claude Code writes a file: on disk, then its hook. */
  async function agentWrites(shop: Shop, path: string, text: string): Promise<void> {
    shop.write(path, text);
    const payload = JSON.parse(shop.payload('claude', 'PostToolUse-Write')) as { tool_input: object; tool_response: object };
    payload.tool_input = { file_path: `${shop.root}/${path}`, content: text };
    payload.tool_response = { type: 'create', filePath: `${shop.root}/${path}`, content: text, structuredPatch: [], originalFile: null, userModified: false };
    await shop.vetmark(['hook', 'claude-code'], JSON.stringify(payload));
  }

  scenario('passes where nothing was changed', async (shop) => {
    assert.equal((await gate(shop)).code, 0);
  });

  scenario('blocks what an agent wrote, and names the agent, the finding and what to do next', async (shop) => {
    await agentWrites(shop, 'src/orders.ts', FLAWED);
    const { code, stdout, stderr } = await gate(shop);
    assert.deepEqual([code, ...['claude-code', 'no-sql-injection', 'src/orders.ts:5-7 function order', 'mark it vetted'].map((words) => stdout.includes(words))], [1, true, true, true, true], stdout + stderr);
  });

  scenario('passes once the code is sound and a trusted person vetted it', async (shop) => {
    await agentWrites(shop, 'src/orders.ts', SOUND);
    await ann.vet(shop, 'src/orders.ts');
    const { code, stdout, stderr } = await gate(shop);
    assert.equal(code, 0, stdout + stderr);
  });

  scenario('passes from the commits alone, without the work tree', async (shop) => {
    shop.write('src/orders.ts', SOUND);
    await ann.vet(shop, 'src/orders.ts');
    shop.commit();
    shop.write('src/later.ts', 'export const later = 1;\n');
    assert.equal((await gate(shop, '--head', 'HEAD')).code, 0);
  });

  scenario('still blocks on a finding in vetted code', async (shop) => {
    shop.write('src/orders.ts', FLAWED);
    await ann.vet(shop, 'src/orders.ts');
    assert.deepEqual(await kinds(shop), ['finding']);
  });

  scenario('blocks again after one changed token', async (shop) => {
    shop.write('src/orders.ts', SOUND);
    await ann.vet(shop, 'src/orders.ts');
    shop.write('src/orders.ts', SOUND.replace('id = $1', 'id > $1'));
    assert.deepEqual(await kinds(shop), ['changed-since-review']);
  });

  scenario('keeps a review through formatting', async (shop) => {
    shop.write('src/orders.ts', SOUND);
    await ann.vet(shop, 'src/orders.ts');
    shop.write('src/orders.ts', SOUND.replaceAll('  return', '\treturn').replaceAll('"', "'"));
    assert.deepEqual(await kinds(shop), []);
  });

  scenario('blocks a stranger\'s review, and says how to enrol', async (shop) => {
    const eve = new Person('eve@example.com');
    shop.write('src/orders.ts', SOUND);
    await eve.vet(shop, 'src/orders.ts');
    const { code, stdout } = await gate(shop);
    assert.deepEqual([code, stdout.includes('vetmark reviewers add')], [1, true], stdout);
  });

  scenario('does not let a change enrol its own reviewer', async (shop) => {
    const eve = new Person('eve@example.com');
    shop.write('.vetmark/reviewers', ann.line + eve.line);
    shop.write('src/orders.ts', SOUND);
    await eve.vet(shop, 'src/orders.ts', '.vetmark/reviewers');
    assert.equal((await kinds(shop)).includes('reviewer-unknown'), true);
  });

  scenario('does not let a change weaken the policy that judges it', async (shop) => {
    shop.write('.vetmark/policy.json', '{"version":1,"threshold":"critical","unattributed":"trusted","exclude":["**"]}');
    shop.write('src/orders.ts', SOUND);
    assert.equal((await kinds(shop)).includes('unreviewed'), true);
  });

  scenario('judges a branch that is behind by what it adds itself', async (shop) => {
    shop.write('src/orders.ts', SOUND);
    await ann.vet(shop, 'src/orders.ts');
    shop.commit();
    shop.git('switch', '--quiet', 'main');
    shop.write('README.md', '# Shop, renamed\n');
    shop.commit();
    shop.git('switch', '--quiet', 'change');
    assert.equal((await gate(shop)).code, 0);
  });

  scenario('says that nobody may vet where the base has no reviewers', async () => {
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
    scenario(`cannot judge with ${title} in the base commit`, async (shop) => {
      shop.git('switch', '--quiet', 'main');
      shop.write(path, text);
      shop.commit();
      shop.git('switch', '--quiet', '--create', 'later');
      shop.write('b.ts', 'export const b = 1;\n');
      const { code, stdout } = await gate(shop);
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
    scenario(`cannot judge ${title}`, async (shop) => {
      const { code, stdout } = await shop.vetmark(args);
      assert.deepEqual([code, stdout], [2, '']);
    });
  }

  scenario('writes SARIF that is valid against the schema, with a result for each reason', async (shop) => {
    shop.write('src/orders.ts', FLAWED);
    shop.write('logo.png', new Uint8Array([0, 1]));
    const log = JSON.parse((await gate(shop, '--format', 'sarif')).stdout) as { runs: [{ results: { ruleId: string }[] }] };
    assert.deepEqual([sarifMistakes(log), log.runs[0].results.map(({ ruleId }) => ruleId)], [[], ['no-sql-injection', 'gate-unreviewed', 'gate-unreviewed', 'gate-unreviewed', 'gate-coverage-gap']]);
  });

  scenario('writes its verdict into the audit log', async (shop) => {
    shop.write('src/orders.ts', SOUND);
    await gate(shop);
    await ann.vet(shop, 'src/orders.ts');
    await gate(shop);
    const { stdout } = await shop.vetmark(['audit', 'show']);
    assert.deepEqual(stdout.split('\n').filter((line) => line.includes('gate')).map((line) => line.replace(/^.*: /, '')), ['block, 3 reasons', 'pass']);
  });
});
