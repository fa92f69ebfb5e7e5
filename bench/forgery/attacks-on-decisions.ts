/** Attacks on decisions besides vetting, and on what a record says of how it came about: reading, answers, bulk, prompts, claims and waivers. */
import { writeStatement, type Review, type ReviewedUnit } from '#core/review';
import { signText } from '#project/sshsig';
import type { Attack } from './attacks.ts';
import { Signer, type World } from './world.ts';

type Make = (group: string, name: string, run: Attack['run'], code?: boolean) => Attack;
type Over = Partial<Review> & { readonly each?: Partial<ReviewedUnit> };

/** Some lines that touch nothing risky, and some that do. */
export const PLAIN_TS = 'export function joined(words: readonly string[]): string {\n  const first = words.slice(0, 1);\n  const rest = words.slice(1);\n  return [...first, ...rest].join(" ");\n}\n';
export const RISKY_TS = 'export function giveBack(paid: number, asked: number): number {\n  const refund = Math.min(paid, asked);\n  return refund < 0 ? 0 : refund;\n}\n';
export const READ_WELL: Over = { each: { reading: { share: 100, seconds: 60 } }, answers: [{ item: 'read', answer: 'yes' }, { item: 'refund', answer: 'yes' }] };

/** A genuine record that does not suffice, and then its bytes are changed so that it would. */
function mended(path: string, text: string, over: Over, change: (statement: string) => string): Attack['run'] {
  return (world, { ada }) => {
    world.write(path, text);
    const record = world.vet(ada, [path], over);
    const before = world.read(record);
    const after = change(before);
    if (after === before) throw new Error('The attack changed nothing.');
    world.write(record, after);
  };
}

/** A genuine record that does not suffice. */
function careless(path: string, text: string, over: Over): Attack['run'] {
  return (world, { ada }) => {
    world.write(path, text);
    world.vet(ada, [path], over);
  };
}

const little: Over = { ...READ_WELL, each: { reading: { share: 20, seconds: 1 } } };

export function attacksOnDecisions(attack: Make): readonly Attack[] {
  return [
    attack('reading', 'a record that does not say what was read', careless('lib/a.ts', PLAIN_TS, {})),
    attack('reading', 'a fifth of the code', careless('lib/a.ts', PLAIN_TS, { ...READ_WELL, each: { reading: { share: 20, seconds: 60 } } })),
    attack('reading', 'all of it at a glance', careless('lib/a.ts', PLAIN_TS, { ...READ_WELL, each: { reading: { share: 100, seconds: 1 } } })),
    attack('reading', 'faster than anybody reads', careless('lib/a.ts', PLAIN_TS.replace('return', `${'  void words;\n'.repeat(60)}  return`), { ...READ_WELL, each: { reading: { share: 100, seconds: 6 } } })),
    attack('reading', 'little, written up to all', mended('lib/a.ts', PLAIN_TS, little, (text) => text.replaceAll(/"share":\d+/g, '"share":100').replaceAll(/"seconds":\d+/g, '"seconds":600'))),
    attack('reading', 'more than there is', mended('lib/a.ts', PLAIN_TS, little, (text) => text.replaceAll(/"share":\d+/g, '"share":1e3'))),
    attack('answers', 'risky code whose questions nobody answered', careless('lib/a.ts', RISKY_TS, { ...READ_WELL, answers: [{ item: 'read', answer: 'yes' }] })),
    attack('answers', 'answers written in afterwards', mended('lib/a.ts', RISKY_TS, { ...READ_WELL, answers: [{ item: 'read', answer: 'yes' }] }, (text) => text.replace('"answers":[', '"answers":[{"answer":"yes","item":"refund"},'))),
    attack('bulk', 'many regions in one go', careless('lib/a.ts', PLAIN_TS, { ...READ_WELL, together: 40 })),
    attack('bulk', 'many regions, called one', mended('lib/a.ts', PLAIN_TS, { ...READ_WELL, together: 40 }, (text) => text.replace(',"together":40', ''))),
    attack('prompter', 'only who asked for it', careless('ai/a.ts', PLAIN_TS, { each: { prompted: true } })),
    attack('prompter', 'only who asked for it, the mark taken out', mended('ai/a.ts', PLAIN_TS, { each: { prompted: true } }, (text) => text.replaceAll(',"prompted":true', '').replaceAll('"prompted":true,', ''))),
    attack('prompter', 'only who committed it', (world, { ada }) => {
      world.write('ai/a.ts', PLAIN_TS);
      world.vet(ada, ['ai/a.ts']);
      world.sh('git add -A && git -c user.name=Ada -c user.email=ada@example.org commit -q -m "by hand"');
    }),
    attack('prompter', 'who asked for it, and an agent of their own as the second', (world, { ada }) => {
      const eve = new Signer('eve@example.org');
      world.write('ai/a.ts', PLAIN_TS);
      world.vet(ada, ['ai/a.ts'], { each: { prompted: true } });
      world.vet(eve, ['ai/a.ts']);
    }),
    ...claims(attack),
    ...waivers(attack),
  ];
}

function claims(attack: Make): readonly Attack[] {
  const word: Over = { reason: 'typed on the train' };
  return [
    attack('claim', '"mine", signed by the agent in Ada\'s name', (world) => {
      const eve = new Signer('ada@example.org');
      world.write('src/a.ts', PLAIN_TS);
      const statement = writeStatement(world.review('ada@example.org', ['src/a.ts'], { ...word, claim: 'mine' }));
      world.record(statement, signText(eve.keys.privateKey, statement));
    }),
    attack('claim', '"mine", unsigned', (world) => {
      world.write('src/a.ts', PLAIN_TS);
      world.record(writeStatement(world.review('ada@example.org', ['src/a.ts'], { ...word, claim: 'mine' })), undefined);
    }),
    attack('claim', '"mine" without a reason', (world, { ada }) => {
      world.write('src/a.ts', PLAIN_TS);
      world.vet(ada, ['src/a.ts'], { claim: 'mine' });
    }),
    attack('claim', '"mine" where the signer\'s own record names an agent', (world, { ada }) => {
      world.write('src/a.ts', PLAIN_TS);
      world.vet(ada, ['src/a.ts'], { ...word, claim: 'mine', each: { agents: ['claude-code'] } });
    }),
    attack('claim', '"mine" where the commit names an agent', (world, { ada }) => {
      world.write('src/a.ts', PLAIN_TS);
      world.vet(ada, ['src/a.ts'], { ...word, claim: 'mine' });
      world.sh('git add -A && git commit -q -m "Join words" -m "Co-Authored-By: Claude <noreply@anthropic.com>"');
    }),
    attack('claim', '"not AI" where the policy takes no word for that', (world, { ada }) => {
      world.write('src/a.ts', PLAIN_TS);
      world.vet(ada, ['src/a.ts'], { ...word, claim: 'not-ai' });
    }),
    attack('claim', '"not AI" rewritten as vetted', (world, { ada }) => {
      world.write('src/a.ts', PLAIN_TS);
      const record = world.vet(ada, ['src/a.ts'], { ...word, claim: 'not-ai' });
      world.write(record, world.read(record).replaceAll('"not-ai"', '"vetted"'));
    }),
    attack('claim', 'a "not AI" of one function for another', (world, { ada }) => {
      world.write('src/a.ts', PLAIN_TS);
      world.vet(ada, ['src/a.ts'], { ...word, claim: 'mine' });
      world.write('src/a.ts', RISKY_TS);
    }),
  ];
}

function waivers(attack: Make): readonly Attack[] {
  const flawed = (name: string): string => `export async function ${name}(req: { query: { id: string } }) {\n  return pool.query(\`SELECT * FROM ${name}s WHERE id = '\${req.query.id}'\`);\n}\n`;
  const HEAD = "import pg from 'pg';\n\nconst pool = new pg.Pool();\n\n";
  const prints = (world: World, path: string): readonly string[] => (JSON.parse(world.sh('"$NODE" "$CLI" check "$FILE" --format json || true', { FILE: path })) as { files: { findings: { fingerprint: string }[] }[] }).files[0]!.findings.map(({ fingerprint }) => fingerprint);
  const waived = (world: World, path: string, more: object = {}): Over => ({ waivers: prints(world, path).slice(0, 1).map((print) => ({ print: print as never, reason: 'an internal tool', until: '2999-01-01', ...more })) });
  return [
    attack('waiver', 'of one finding for another in the same file', (world, { ada }) => {
      world.write('src/orders.ts', HEAD + flawed('order'));
      const over = waived(world, 'src/orders.ts');
      world.write('src/orders.ts', HEAD + flawed('order') + flawed('user'));
      world.vet(ada, ['src/orders.ts'], over);
    }),
    attack('waiver', 'rewritten to name another finding', (world, { ada }) => {
      world.write('src/orders.ts', HEAD + flawed('user'));
      const [other] = prints(world, 'src/orders.ts');
      world.write('src/orders.ts', HEAD + flawed('order'));
      const over = waived(world, 'src/orders.ts');
      const record = world.vet(ada, ['src/orders.ts'], over);
      world.write('src/orders.ts', HEAD + flawed('user'));
      world.vet(ada, ['src/orders.ts']);
      world.write(record, world.read(record).replace(over.waivers![0]!.print, other!));
    }),
    attack('waiver', 'for another rule', (world, { ada }) => {
      world.write('src/orders.ts', HEAD + flawed('order'));
      world.vet(ada, ['src/orders.ts'], waived(world, 'src/orders.ts', { rule: 'no-slow-regex' }));
    }),
    attack('waiver', 'for another file', (world, { ada }) => {
      world.write('src/orders.ts', HEAD + flawed('order'));
      world.vet(ada, ['src/orders.ts'], waived(world, 'src/orders.ts', { path: 'tools/orders.ts' }));
    }),
    attack('waiver', 'past the longest that the policy allows, whatever it says itself', (world, { ada }) => {
      world.write('src/orders.ts', HEAD + flawed('order'));
      world.vet(ada, ['src/orders.ts'], { ...waived(world, 'src/orders.ts'), at: new Date(Date.now() - 100 * 86_400_000).toISOString() });
    }),
    attack('waiver', 'past its end, the end put ahead', (world, { ada }) => {
      world.write('src/orders.ts', HEAD + flawed('order'));
      const record = world.vet(ada, ['src/orders.ts'], waived(world, 'src/orders.ts', { until: '2026-01-01' }));
      world.write(record, world.read(record).replace('2026-01-01', '2999-01-01'));
    }),
    attack('waiver', 'by who committed the change', (world, { ada }) => {
      world.write('src/orders.ts', HEAD + flawed('order'));
      world.vet(ada, ['src/orders.ts'], waived(world, 'src/orders.ts'));
      world.sh('git add -A && git -c user.name=Ada -c user.email=ada@example.org commit -q -m orders');
    }),
    attack('waiver', 'without a reason', (world, { ada }) => {
      world.write('src/orders.ts', HEAD + flawed('order'));
      world.vet(ada, ['src/orders.ts'], waived(world, 'src/orders.ts', { reason: '' }));
    }),
    attack('waiver', 'signed by the agent', (world, { ada }) => {
      const eve = new Signer('eve@example.org');
      world.write('src/orders.ts', HEAD + flawed('order'));
      world.vet(ada, ['src/orders.ts']);
      world.vet(eve, ['src/orders.ts'], waived(world, 'src/orders.ts'));
    }),
  ];
}
