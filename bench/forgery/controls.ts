/** Honest work that the gate must let in: a gate that blocks everything would refuse every attack, too. */
import type { Attack } from './attacks.ts';
import { PLAIN_TS, READ_WELL, RISKY_TS } from './attacks-on-decisions.ts';
import { REFUND_OLD, ROLES_TS, SERVER_TS, TOTAL_TS } from './shop.ts';

export const CONTROLS: readonly Pick<Attack, 'name' | 'run'>[] = [
  { name: 'a vetted file', run: (world) => void world.sh('git merge -q --ff-only origin/honest') },
  { name: 'a vetted file, formatted since', run: (world) => {
    world.sh('git merge -q --ff-only origin/honest');
    world.write('src/total.ts', TOTAL_TS.replaceAll('  ', '\t').replace('(sum, price) =>', '(sum, price,) =>\n'));
  } },
  { name: 'a vetted branch, rebased onto a main that went on', run: (world, { ada }) => {
    world.sh('git switch -q main');
    world.write('docs/a.md', 'one more page\n');
    world.vet(ada, ['docs/a.md']);
    world.commit('page');
    world.sh('git push -q origin main && git switch -q --create work origin/honest && git rebase -q main');
  } },
  { name: 'a vetted branch, squashed', run: (world) => void world.sh('git merge -q --squash origin/honest && git commit -q -m squashed') },
  { name: 'a branch that goes on after it was squashed into main', run: (world, { ada }) => {
    world.sh('git switch -q main && git merge -q --squash origin/honest && git commit -q -m squashed && git push -q origin main && git switch -q --create more origin/honest');
    world.write('src/more.ts', TOTAL_TS.replace('total', 'more'));
    world.vet(ada, ['src/more.ts']);
  } },
  { name: 'vetted code, cherry-picked', run: (world) => void world.sh('git cherry-pick origin/honest > /dev/null') },
  { name: 'a file renamed after it was vetted', run: (world) => void world.sh('git merge -q --ff-only origin/honest && git mv src/total.ts src/sum.ts') },
  { name: 'a vetted file of the base renamed', run: (world) => void world.sh('git mv src/refund.ts src/money.ts') },
  { name: 'a vetted function moved to another file', run: (world) => {
    world.sh('git merge -q --ff-only origin/honest && git rm -q src/total.ts');
    world.write('src/roles.ts', `${ROLES_TS}\n${TOTAL_TS}`);
  } },
  { name: 'a change of two vetted functions by two people', run: (world, { ada, bob }) => {
    world.write('src/a.ts', TOTAL_TS);
    world.vet(ada, ['src/a.ts']);
    world.write('src/b.ts', TOTAL_TS.replace('total', 'other'));
    world.vet(bob, ['src/b.ts']);
  } },
  { name: 'two reviewers where two are asked', run: (world, { ada, bob }) => {
    world.write('pay/card.ts', 'export function charge(cents: number): number {\n  return Math.max(1, Math.trunc(cents));\n}\n');
    world.vet(ada, ['pay/card.ts']);
    world.vet(bob, ['pay/card.ts']);
  } },
  { name: 'a removal that was vetted', run: (world, { ada }) => {
    world.vet(ada, ['src/server.ts'], { claim: 'removed', only: (label) => label === 'statement app.delete' });
    world.write('src/server.ts', SERVER_TS.replace('app.delete', 'app.get').replace(/app\.get\('\/orders', \(req, res\) => res\.json\('gone'\)\);\n/, ''));
  } },
  { name: 'an older state, vetted again', run: (world, { ada }) => {
    world.write('src/refund.ts', REFUND_OLD);
    world.vet(ada, ['src/refund.ts'], { note: 'back to the old rule' });
  } },
  { name: 'a finding with a live waiver', run: (world, { ada }) => {
    world.write('src/orders.ts', 'import pg from "pg";\n\nconst pool = new pg.Pool();\n\nexport async function order(req: { query: { id: string } }) {\n  return pool.query(`SELECT * FROM orders WHERE id = \'${req.query.id}\'`);\n}\n');
    const { files } = JSON.parse(world.sh('"$NODE" "$CLI" check src/orders.ts --format json || true')) as { files: { findings: { fingerprint: string }[] }[] };
    world.vet(ada, ['src/orders.ts'], { waivers: files[0]!.findings.map(({ fingerprint }) => ({ print: fingerprint as never, reason: 'a table of our own', until: '2999-01-01' })) });
  } },
  { name: 'code that was read and answered as the policy asks', run: (world, { ada }) => {
    world.write('lib/a.ts', PLAIN_TS);
    world.write('lib/b.ts', RISKY_TS);
    world.vet(ada, ['lib/a.ts'], READ_WELL);
    world.vet(ada, ['lib/b.ts'], READ_WELL);
  } },
  { name: 'code that who asked for it vetted, and somebody else', run: (world, { ada, bob }) => {
    world.write('ai/a.ts', PLAIN_TS);
    world.vet(ada, ['ai/a.ts'], { each: { prompted: true } });
    world.vet(bob, ['ai/a.ts']);
  } },
  { name: 'code that its author signs as their own, with a reason', run: (world, { ada }) => {
    world.write('src/mine.ts', PLAIN_TS);
    world.vet(ada, ['src/mine.ts'], { claim: 'mine', reason: 'typed on the train' });
  } },
  { name: 'what nobody vets: a vendored file', run: (world) => world.write('vendor/lib.js', 'export const vendored = 2;\n') },
];
