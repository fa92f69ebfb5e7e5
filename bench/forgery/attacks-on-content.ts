/** Attacks that keep a genuine review and change what it was given for, in ways that a digest or an eye might miss. */
import type { Attack } from './attacks.ts';
import { TOTAL_TS } from './shop.ts';
import type { World } from './world.ts';

type Make = (group: string, name: string, run: Attack['run'], code?: boolean) => Attack;

export function attacksOnContent(attack: Make): readonly Attack[] {
  const after = (path: string, text: string, changed: string | Uint8Array): Attack['run'] => (world, { ada }) => {
    world.write(path, text);
    world.vet(ada, [path]);
    world.write(path, changed);
  };
  const pair = (name: string, path: string, text: string, changed: string): Attack => attack('after the review', name, after(path, text, changed));
  return [
    pair('one token', 'src/total.ts', TOTAL_TS, TOTAL_TS.replace('0.5', '5.0')),
    pair('one token deleted', 'src/a.ts', 'export function f(user: User): void {\n  if (!user.admin) return;\n  wipe();\n}\n', 'export function f(user: User): void {\n  if (user.admin) return;\n  wipe();\n}\n'),
    pair('a homoglyph', 'src/a.ts', 'export const f = () => scope();\n', 'export const f = () => s\u0441ope();\n'),
    pair('a right-to-left override in a comment', 'src/a.ts', 'export function f() { /* admins only */ return check(); }\n', 'export function f() { /* admins only \u202e */ return check(); }\n'),
    pair('a zero-width joiner in a name', 'src/a.ts', 'export const f = () => isAdmin();\n', 'export const f = () => is\u200dAdmin();\n'),
    pair('a no-break space', 'src/a.ts', 'export const f = () => a (b);\n', 'export const f = () => a\u00a0(b);\n'),
    pair('another Unicode form of a name', 'src/a.ts', 'export const f = () => caf\u00e9();\n', 'export const f = () => cafe\u0301();\n'),
    pair('an escape in a string', 'src/a.ts', "export const f = () => run('a');\n", "export const f = () => run('\\x61');\n"),
    pair('a line separator that ends a comment', 'src/a.ts', 'export function f() { // safe wipe()\n}\n', 'export function f() { // safe\u2028 wipe()\n}\n'),
    pair('a line end after return', 'src/a.ts', 'export function f(a: boolean) { return a && check(); }\n', 'export function f(a: boolean) { return\na && check(); }\n'),
    pair('a comment turned into code', 'src/a.ts', 'export function f() {\n  // wipe();\n}\n', 'export function f() {\n  //\n  wipe();\n}\n'),
    pair('a division that reads as a regular expression', 'src/a.ts', 'x = a.return / "a  b" / c;\n', 'x = a.return / "a b" / c;\n'),
    pair('text inside a template indented anew', 'src/a.ts', 'export const f = `\n  a: 1\n`;\n', 'export const f = `\na: 1\n`;\n'),
    pair('a hole in a list', 'src/a.ts', 'export const f = () => [a, b];\n', 'export const f = () => [a,, b];\n'),
    pair('words of JSX', 'src/a.tsx', 'export const f = <a href="x">no  admin</a>;\n', 'export const f = <a href="x">no admin</a>;\n'),
    pair('indentation in Python', 'src/a.py', 'def f(user):\n    if not user.admin:\n        log()\n        return\n    wipe()\n', 'def f(user):\n    if not user.admin:\n        log()\n    return\n    wipe()\n'),
    pair('indentation in YAML', 'ci/a.yml', 'a:\n  b: 1\n  c: 2\n', 'a:\n  b: 1\nc: 2\n'),
    pair('a space behind a backslash in a script', 'bin/a.sh', 'rm -r build \\\n  --one-file-system\n', 'rm -r build \\ \n  --one-file-system\n'),
    pair('a lone carriage return in a script', 'bin/a.sh', 'echo a # wipe\n', 'echo a #\rwipe\n'),
    pair('a byte order mark inside', 'src/a.ts', 'export const f = () => g(a);\n', 'export const f = () => g(\ufeffa);\n'),
    attack('after the review', 'encoded as UTF-16', after('src/a.ts', 'export const f = () => g(a);\n', Buffer.from('\ufeffexport const f = () => g(a);\n', 'utf16le'))),
    attack('after the review', 'a NUL byte, so that it passes for binary', after('src/a.js', 'export const f = () => g(a);\n', 'export const f = () => g(a);\0\n')),
    attack('after the review', 'between the review and the commit', (world, { ada }) => {
      world.write('src/total.ts', TOTAL_TS);
      world.vet(ada, ['src/total.ts']);
      world.sh('git add -A && sed -i "s/0.5/5.0/" src/total.ts && git add -A && git commit -q -m vetted');
    }),
    attack('after the review', 'by an amended commit', (world, { ada }) => {
      world.write('src/total.ts', TOTAL_TS);
      world.vet(ada, ['src/total.ts']);
      world.commit('vetted');
      world.sh('sed -i "s/0.5/5.0/" src/total.ts && git commit -q --all --amend --no-edit');
    }),
    attack('after the review', 'inside a merge commit', (world, { ada }) => {
      world.write('src/total.ts', TOTAL_TS);
      world.vet(ada, ['src/total.ts']);
      world.commit('vetted');
      world.sh('git switch -q --create side main && git commit -q --allow-empty -m side && git switch -q agent && git merge -q --no-commit --no-ff side && sed -i "s/0.5/5.0/" src/total.ts && git add -A && git commit -q -m merge');
    }),
    ...findings(attack),
  ];
}

/** Code that a careless person vetted, flaw and all: the finding still stands. */
function findings(attack: Make): readonly Attack[] {
  const flawed = (comment: string): string => `import pg from 'pg';\n\nconst pool = new pg.Pool();\n\nexport async function order(req: { query: { id: string } }) {\n  ${comment}\n  return pool.query(\`SELECT * FROM orders WHERE id = '\${req.query.id}'\`);\n}\n`;
  const vetted = (comment: string): Attack['run'] => (world, { ada }) => {
    world.write('src/orders.ts', flawed(comment));
    world.vet(ada, ['src/orders.ts']);
  };
  const print = (world: World): string => (JSON.parse(world.sh('"$NODE" "$CLI" check src/orders.ts --format json || true')) as { files: { findings: { fingerprint: string }[] }[] }).files[0]!.findings[0]!.fingerprint;
  return [
    attack('finding', 'a comment that tells analysers to look away', vetted('// vetmark-disable-next-line no-sql-injection eslint-disable-line nosec NOSONAR nosemgrep secretlint-disable')),
    attack('finding', 'an unsigned waiver', (world, cast) => {
      vetted('// known')(world, cast);
      world.record(JSON.stringify({ ...world.review('ada@example.org', ['src/orders.ts']), waivers: [{ print: print(world), reason: 'fine', until: '2999-01-01' }] }), undefined);
    }),
    attack('finding', 'a waiver that has ended', (world, { ada }) => {
      world.write('src/orders.ts', flawed('// known'));
      world.vet(ada, ['src/orders.ts'], { waivers: [{ print: print(world) as never, reason: 'until the summer', until: '2026-06-30' }] });
    }),
    attack('finding', 'a waiver of equal code in another file', (world, { ada }) => {
      world.write('src/orders.ts', flawed('// known'));
      world.vet(ada, ['src/orders.ts'], { waivers: [{ print: print(world) as never, reason: 'an internal tool', until: '2999-01-01' }] });
      world.write('src/public.ts', flawed('// known'));
      world.vet(ada, ['src/public.ts']);
    }),
  ];
}
