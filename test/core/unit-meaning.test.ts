import assert from 'node:assert/strict';
import ts from 'typescript';
import { unitsOf } from '#core/unit';

/** Tokens whose line ends, commas and quotes are the hard ones. */
const TOKENS = [
  'a', 'b', ',', ',', '1', "'s'", '"s"', '`t`', '/r/', '(', ')', '{', '}', '[', ']', ',', ';', '.', '=', '=>', '+', '-', '++', '--', '!', '*', '/', '<', '>', ':', '?', '@', '#p', '...',
  'return', 'throw', 'break', 'continue', 'yield', 'await', 'async', 'function', 'class', 'get', 'set', 'static', 'accessor', 'new', 'typeof', 'void', 'if', 'else', 'for', 'while', 'do',
  'of', 'in', 'let', 'const', 'type', 'interface', 'declare', 'abstract', 'namespace', 'module', 'global', 'as', 'satisfies', 'is', 'asserts', 'keyof', 'readonly', 'private', 'override', 'enum',
  'import', 'export', 'default', 'from', 'extends', 'implements', 'try', 'catch', 'finally', 'using', 'infer', 'unique', 'instanceof', 'delete', 'case', 'switch', 'debugger', 'of',
];
/** Frames that make random tokens parse more often. */
const FRAMES: readonly (readonly [string, string])[] = [['', ''], ['function* f() { ', ' }'], ['async function f() { ', ' }'], ['class A { ', ' }'], ['class A { m() { ', ' } }'], ['a: for (;;) { ', ' }'], ['x = [', ']'], ['f(', ')'], ['x = [', ', ]'], ['x = (', ', )'], ['x = { ', ', }'], ['f(', ', )'], ['let [', '] = x'], ['declare namespace N { ', ' }'], ['type T = ', ''], ['abstract class A { ', ' }']];

describe('two texts with the same digests', () => {
  it('are the same program, wherever their lines end and whether lists end with a comma', () => {
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    const rounds = Number(process.env['ROUNDS'] ?? 20_000);
    const random = generator(seed);
    let compared = 0;
    for (let round = 0; round < rounds; round++) {
      const [open, close] = FRAMES[random(FRAMES.length)]!;
      const tokens = Array.from({ length: 1 + random(6) }, () => TOKENS[random(TOKENS.length)]!);
      const write = (chosen: readonly string[]): string => open + chosen.map((token) => token + (random(2) === 0 ? '\n' : ' ')).join('') + close;
      const one = write(tokens);
      const other = write(random(2) === 0 ? tokens : tokens.filter((token) => token !== ',' || random(2) === 0));
      if (one === other) continue;
      const meanings = [one, other].map(meaningOf);
      if (meanings[0] === undefined || meanings[1] === undefined) continue;
      compared++;
      if (meanings[0] !== meanings[1] && String(digests(one)) === String(digests(other))) assert.fail(`seed ${seed}: ${JSON.stringify([one, other])}`);
    }
    assert.ok(compared > rounds / 100, `only ${compared} pairs were programs`);
  });
});

function digests(text: string): readonly string[] {
  return unitsOf(text, 'typescript').map(({ digest }) => digest).sort();
}

/** The tree without its places; `undefined` when the text is no program. */
function meaningOf(text: string): string | undefined {
  const source = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  if ((source as unknown as { readonly parseDiagnostics: readonly unknown[] }).parseDiagnostics.length > 0) return undefined;
  const dump = (node: ts.Node): string => {
    const parts: string[] = [];
    ts.forEachChild(node, (child) => { parts.push(dump(child)); });
    const text = ts.isIdentifier(node) || ts.isPrivateIdentifier(node) || ts.isLiteralExpression(node) ? node.text : '';
    return `${node.kind}${text}(${parts.join(',')})`;
  };
  return dump(source);
}

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % below;
  };
}
