/** Attacks that bring vetted code where, when or in an order in which nobody vetted it, and tricks with paths and with git. */
import type { Attack } from './attacks.ts';
import { EVIL_TS, REFUND_OLD, ROLES_TS, SERVER_TS, TOTAL_TS } from './shop.ts';

type Make = (group: string, name: string, run: Attack['run'], code?: boolean) => Attack;

const DEV_LOGIN = "app.use((req, res, next) => { req.user = { name: 'developer', admin: true }; next(); });\n";
const UNSAFE = 'export function check(token: string): boolean {\n  return token.length > 0 || process.env.NODE_ENV === "test";\n}\n';

export function attacksOnPlace(attack: Make): readonly Attack[] {
  return [...replays(attack), ...arrangements(attack), ...paths(attack), ...git(attack)];
}

function replays(attack: Make): readonly Attack[] {
  return [
    attack('replay', 'vetted code copied to another file', (world, { ada }) => {
      world.write('test/fake.ts', UNSAFE);
      world.vet(ada, ['test/fake.ts']);
      world.write('src/check.ts', UNSAFE);
    }),
    attack('replay', 'vetted code that runs, moved to another file', (world, { ada }) => {
      world.write('dev/server.ts', DEV_LOGIN);
      world.vet(ada, ['dev/server.ts']);
      world.write('src/server.ts', SERVER_TS.replace('app.use(auth);\n', `app.use(auth);\n${DEV_LOGIN}`));
      world.sh('rm -r dev');
    }),
    attack('replay', 'a short line vetted in another file', (world, { ada }) => {
      world.write('test/flags.ts', 'export const admin = true;\n');
      world.vet(ada, ['test/flags.ts']);
      world.write('src/flags.ts', 'export const admin = true;\n');
      world.sh('rm -r test');
    }),
    attack('replay', 'a whole file that runs, vetted under another name', (world, { ada }) => {
      world.write('dev/login.ts', DEV_LOGIN);
      world.vet(ada, ['dev/login.ts']);
      world.commit();
      world.sh('git mv dev/login.ts src/login.ts');
    }),
    attack('replay', 'a vetted line doubled', (world) => world.write('src/server.ts', SERVER_TS.replace(/(app\.delete.*\n)/, '$1$1'))),
    attack('replay', 'a record signed for another repository', (world, { ada }) => {
      world.write('src/check.ts', UNSAFE);
      world.vet(ada, ['src/check.ts'], { repository: 'B'.repeat(26) });
    }),
    attack('replay', 'the state before a fix, with its genuine record', (world) => world.write('src/refund.ts', REFUND_OLD)),
    attack('replay', 'the state before a fix, its record under a new name', (world) => {
      world.write('src/refund.ts', REFUND_OLD);
      world.sh('git rm -q -r .vetmark/reviews && mkdir -p .vetmark/reviews && cp "$TOP/home/old.json" .vetmark/reviews/99999999999999999999999999.json && cp "$TOP/home/old.json.sig" .vetmark/reviews/99999999999999999999999999.json.sig');
    }),
    attack('replay', 'the state before a fix, by git revert', (world) => void world.sh('git revert --no-edit HEAD > /dev/null')),
    attack('replay', 'a review of one function, for a file of two', (world, { ada }) => {
      world.write('src/total.ts', TOTAL_TS + EVIL_TS.replace('total', 'grandTotal'));
      world.vet(ada, ['src/total.ts'], { only: (label) => label === 'function total' });
    }),
    attack('replay', 'a review of a class without one of its members', (world, { ada }) => {
      world.write('src/roles2.ts', ROLES_TS);
      world.vet(ada, ['src/roles2.ts'], { only: (label) => label !== 'class Admin / wipe' });
    }),
    attack('replay', 'a record that covers its file under another name', (world, { ada }) => {
      world.write('src/total.ts', EVIL_TS);
      world.vet(ada, ['src/total.ts'], { as: 'test/total.ts' });
      world.write('test/total.ts', EVIL_TS);
    }),
  ];
}

function arrangements(attack: Make): readonly Attack[] {
  return [
    attack('arrangement', 'the check moved behind what it guards', (world) => world.write('src/server.ts', SERVER_TS.replace('app.use(auth);\n', '').replace('app.listen', 'app.use(auth);\napp.listen'))),
    attack('arrangement', 'the check deleted', (world) => world.write('src/server.ts', SERVER_TS.replace('app.use(auth);\n', ''))),
    attack('arrangement', 'the check replaced by a vetted line', (world, { ada }) => {
      world.write('src/server.ts', SERVER_TS.replace('app.use(auth);\n', 'export const version = 2;\n'));
      world.vet(ada, ['src/server.ts'], { only: (label) => label === 'const version' });
    }),
    attack('arrangement', 'a file that runs deleted', (world) => void world.sh('git rm -q src/server.ts')),
    attack('arrangement', 'a member moved into another class', (world) => world.write('src/roles.ts', ROLES_TS.replace(/export class Admin \{\n([^]*?\n {2}\}\n)\}\n/, 'export class Admin {\n}\n').replace(/(\n {2}\}\n)\}\n/, `$1\n${/ {2}wipe[^]*?\n {2}\}\n/.exec(ROLES_TS)![0]}}\n`))),
  ];
}

function paths(attack: Make): readonly Attack[] {
  return [
    attack('path', 'renamed out of a folder that nobody vets', (world) => {
      world.sh('git switch -q main');
      world.write('vendor/big.js', `${EVIL_TS}\n${TOTAL_TS.repeat(5)}`);
      world.commit('vendored');
      world.sh('git push -q origin main && git switch -q agent && git merge -q main && mkdir -p src && git mv vendor/big.js src/big.js');
    }),
    attack('path', 'prose renamed to code', (world) => void world.sh('git mv notes.txt src/notes.js')),
    attack('path', 'a twin in a folder that nobody vets', (world, { ada }) => {
      world.write('Vendor/total.ts', TOTAL_TS);
      world.vet(ada, ['Vendor/total.ts']);
      world.write('vendor/total.ts', EVIL_TS);
    }),
    attack('path', 'a twin in another Unicode form', (world, { ada }) => {
      world.write('src/caf\u00e9.ts', TOTAL_TS);
      world.write('src/cafe\u0301.ts', TOTAL_TS.replace('0.5', '0.4'));
      world.vet(ada, ['src/caf\u00e9.ts', 'src/cafe\u0301.ts']);
    }),
    attack('path', 'a name that is not UTF-8 and reads as a vetted one', (world, { ada }) => {
      world.write('src/a\ufffd.ts', TOTAL_TS);
      world.vet(ada, ['src/a\ufffd.ts']);
      world.sh('printf %s "$EVIL" > "$(printf "src/a\\377.ts")"', { EVIL: EVIL_TS });
    }),
    attack('path', 'a backslash in the name', (world) => world.write('src\\total.ts', EVIL_TS)),
    attack('path', 'a line end in the name', (world) => world.write('src/a\nb.ts', EVIL_TS)),
    attack('path', 'a link in place of a vetted file', (world) => {
      world.write('vendor/refund.ts', EVIL_TS);
      world.sh('ln -sf ../vendor/refund.ts src/refund.ts');
    }),
    attack('path', 'a link in place of a folder', (world) => {
      world.write('vendor/src/auth.ts', EVIL_TS);
      world.sh('git rm -q -r src && ln -s vendor/src src');
    }),
    attack('path', 'a submodule', (world) => void world.sh('git update-index --add --cacheinfo 160000,"$(git rev-parse HEAD)",src/lib && git commit -q -m lib && git reset -q --hard'), false),
    attack('path', 'a file too large to read', (world) => world.write('src/huge.ts', `${EVIL_TS}${'// more\n'.repeat(800_000)}`)),
    attack('path', 'renamed into a folder that nobody vets', (world) => void world.sh('git mv src/server.ts vendor/server.ts'), false),
    attack('path', 'code among the records', (world) => world.write('.vetmark/reviews/total.ts', EVIL_TS)),
    attack('path', 'code beside the records', (world) => world.write('.vetmark/hooks/total.ts', EVIL_TS)),
  ];
}

function git(attack: Make): readonly Attack[] {
  return [
    attack('git', 'objects replaced', (world) => {
      world.write('src/total.ts', EVIL_TS);
      world.commit();
      world.sh('git replace "$(git rev-parse HEAD)" "$(git rev-parse main)" && git push -q origin "refs/replace/*" && git -c core.useReplaceRefs=false push -q origin HEAD:agent');
    }),
    attack('git', 'attributes that hide the file from diffs', (world) => {
      world.write('.gitattributes', '* -diff -text binary\n');
      world.write('src/total.ts', EVIL_TS);
    }),
    attack('git', 'the clone\'s own idea of main moved', (world) => {
      world.write('src/total.ts', EVIL_TS);
      world.commit();
      world.sh('git update-ref refs/remotes/origin/main HEAD && git update-ref refs/heads/main HEAD && git tag -f main HEAD && git push -q origin refs/tags/main');
    }),
    attack('git', 'a branch with no history in common', (world) => {
      world.sh('git checkout -q --orphan fresh && git branch -q -M fresh agent');
      world.write('src/total.ts', EVIL_TS);
    }),
    attack('git', 'the file hidden from the index', (world) => {
      world.write('src/refund.ts', EVIL_TS);
      world.commit();
      world.sh('git update-index --assume-unchanged --skip-worktree src/refund.ts');
    }),
    attack('git', 'an ignored file, added by force', (world) => {
      world.write('.gitignore', 'src/hidden.ts\n');
      world.write('src/hidden.ts', EVIL_TS);
      world.sh('git add -f src/hidden.ts');
    }),
    attack('git', 'a revert of the commit that removed it', (world) => {
      world.write('src/total.ts', EVIL_TS);
      world.commit();
      world.sh('git rm -q src/total.ts && git commit -q -m gone && git revert --no-edit HEAD > /dev/null');
    }),
  ];
}
