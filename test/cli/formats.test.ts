/** The formats of build servers: real runs on a repository whose paths and code try to break out of them. */
import assert from 'node:assert/strict';
import { Shop } from '../harness/cli.ts';
import { Person } from '../harness/person.ts';
import { sarifMistakes } from '../harness/sarif.ts';

const FLAWED = 'import pg from "pg";\n\nconst pool = new pg.Pool();\n\nexport async function order(req: { query: { id: string } }) {\n  return pool.query(`SELECT * FROM orders WHERE id = \'${req.query.id}\'`);\n}\n';
const HOSTILE = 'src/a,b:c%0A<&".ts';

describe('vetmark gate, for build servers', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = new Shop();
    const ann = new Person('ann@example.com');
    shop.write('.vetmark/reviewers', ann.line);
    shop.commit('base');
    shop.git('switch', '--quiet', '--create', 'change');
    shop.write('src/orders.ts', FLAWED);
    await ann.vet(shop, 'src/orders.ts');
    shop.write(HOSTILE, 'export function one(): number {\n  return 1;\n}\n');
    shop.write('src/fine.ts', 'export function fine(): number {\n  return 1;\n}\n');
    await ann.vet(shop, 'src/fine.ts');
  });
  afterEach(() => shop.dispose());

  const gate = (format: string) => shop.vetmark(['gate', '--base', 'main', '--format', format]);

  it('annotates each place on GitHub, one command a line', async () => {
    const { code, stdout } = await gate('github');
    assert.deepEqual([code, stdout.trim().split('\n').map((line) => /^::error .*?::/.exec(line)?.[0])], [1, ['::error file=src/a%2Cb%3Ac%250A<&".ts,line=1,endLine=3,title=Vetmark%3A gate-unreviewed::', '::error file=src/orders.ts,line=6,endLine=6,col=57,title=Vetmark%3A no-sql-injection::']]);
  });

  it('reports code quality to GitLab, with fingerprints of their own', async () => {
    const { code, stdout } = await gate('gitlab');
    const issues = JSON.parse(stdout) as { check_name: string; severity: string; fingerprint: string; location: object; description: string }[];
    assert.deepEqual(
      [code, issues.map(({ check_name, severity, location }) => ({ check_name, severity, location })), new Set(issues.map(({ fingerprint }) => fingerprint)).size, issues.every(({ fingerprint, description }) => /^[0-9a-f]{64}$/.test(fingerprint) && description.length > 0)],
      [1, [{ check_name: 'gate-unreviewed', severity: 'critical', location: { path: HOSTILE, lines: { begin: 1, end: 3 } } }, { check_name: 'no-sql-injection', severity: 'blocker', location: { path: 'src/orders.ts', lines: { begin: 6, end: 6 } } }], 2, true],
    );
  });

  it('keeps a fingerprint when lines are put above', async () => {
    const prints = async (): Promise<readonly string[]> => (JSON.parse((await gate('gitlab')).stdout) as { check_name: string; fingerprint: string }[]).filter(({ check_name }) => check_name === 'gate-unreviewed').map(({ fingerprint }) => fingerprint);
    const before = await prints();
    shop.write(HOSTILE, '\n\n' + shop.read(HOSTILE));
    assert.deepEqual(await prints(), before);
  });

  it('writes well-formed JUnit, a case for each file', async () => {
    const { code, stdout } = await gate('junit');
    const cases = [...stdout.matchAll(/<testcase classname="vetmark" name="([^"]*)"(\/)?>/g)].map(([, name, passed]) => `${name} ${passed === undefined ? 'failed' : 'passed'}`);
    assert.deepEqual([code, cases, wellFormed(stdout)], [1, ['src/a,b:c%0A&lt;&amp;&quot;.ts failed', 'src/fine.ts passed', 'src/orders.ts failed'], true]);
  });

  it('writes SARIF with a fingerprint for each result, help for each rule and the way from source to sink', async () => {
    const log = JSON.parse((await gate('sarif')).stdout) as { runs: [{ tool: { driver: { rules: { id: string; help?: { text: string } }[] } }; results: { ruleId: string; ruleIndex: number; partialFingerprints?: object; codeFlows?: object[] }[] }] };
    const [{ tool: { driver: { rules } }, results }] = log.runs;
    assert.deepEqual(
      [sarifMistakes(log), results.map(({ ruleId, partialFingerprints, codeFlows }) => [ruleId, partialFingerprints !== undefined, codeFlows !== undefined]), results.every(({ ruleId, ruleIndex }) => rules[ruleIndex]?.id === ruleId), rules.every(({ help }) => (help?.text ?? '') !== '')],
      [[], [['no-sql-injection', true, true], ['gate-unreviewed', true, false]], true, true],
    );
  });

  it('prints none of the code', async () => {
    const outputs = await Promise.all(['github', 'gitlab', 'junit'].map(async (format) => (await gate(format)).stdout));
    assert.deepEqual(outputs.map((text) => text.includes('SELECT * FROM')), [false, false, false]);
  });

  it('says nothing on GitHub when all is well', async () => {
    shop.git('rm', '--quiet', '--cached', '-r', '--ignore-unmatch', 'src');
    assert.deepEqual(await shop.vetmark(['gate', '--base', 'main', '--head', 'main', '--format', 'github']), { code: 0, stdout: '', stderr: '' });
  });

  it('judges what is staged, and nothing else', async () => {
    shop.git('add', 'src/fine.ts', '.vetmark');
    assert.equal((await shop.vetmark(['gate', '--base', 'main', '--staged'])).code, 0);
    shop.git('add', '--all');
    assert.equal((await shop.vetmark(['gate', '--base', 'main', '--staged'])).code, 1);
  });
});

/** Every tag is closed in its turn, and no bare `<` or `&` stands in text. Enough for what we write: no comments, no CDATA. */
function wellFormed(text: string): boolean {
  const open: string[] = [];
  const rest = text.replace(/^<\?xml[^>]*\?>/, '').replace(/<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g, (_, closing: string, name: string, __: string, empty: string) => {
    if (closing !== '' && open.pop() !== name) open.push('mismatch', 'mismatch');
    if (closing === '' && empty === '') open.push(name);
    return '';
  });
  return open.length === 0 && !/[<>]|&(?!(?:amp|lt|gt|quot);)/.test(rest);
}
