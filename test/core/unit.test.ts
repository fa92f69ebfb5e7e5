import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { isSpace, unitsOf } from '#core/unit';

const digests = (text: string, language: string): readonly string[] => unitsOf(text, language).map(({ digest }) => digest).sort();

/** Title, language, two texts: what a review of the first says of the second. */
const SAME: [string, string, string, string][] = [
  ['spaces between tokens', 'typescript', 'const a=1;', 'const  a = 1 ;'],
  ['indentation', 'typescript', 'function f() {\n  return 1;\n}', 'function f() {\n\treturn 1;\n}'],
  ['a line broken after a bracket', 'typescript', 'f(a, b);', 'f(\n  a,\n  b\n);'],
  ['a line broken before a dot', 'typescript', 'a.b().c();', 'a\n  .b()\n  .c();'],
  ['a line broken after an operator', 'typescript', 'x = a + b;', 'x = a +\n  b;'],
  ['a line broken before an operator', 'typescript', 'x = a && b;', 'x = a\n  && b;'],
  ['a ternary over lines', 'typescript', 'x = a ? b : c;', 'x = a\n  ? b\n  : c;'],
  ['a brace on its own line', 'typescript', 'if (a) { b(); }', 'if (a)\n{\n  b();\n}'],
  ['else on its own line', 'typescript', 'if (a) { b(); } else { c(); }', 'if (a) { b(); }\nelse { c(); }'],
  ['a body behind its condition', 'typescript', 'if (a) b();', 'if (a)\n  b();'],
  ['quote style', 'typescript', "const a = 'x';", 'const a = "x";'],
  ['quotes inside quotes', 'typescript', "const a = 'it\\'s';", 'const a = "it\'s";'],
  ['the other quote escaped for nothing', 'typescript', "const a = 'say \\\"x\\\"';", "const a = 'say \"x\"';"],
  ['a trailing comma in a call', 'typescript', 'f(a, b);', 'f(a, b,);'],
  ['a trailing comma in an array', 'typescript', 'x = [1, 2];', 'x = [1, 2,];'],
  ['a trailing comma in an object over lines', 'typescript', 'x = { a, b };', 'x = {\n  a,\n  b,\n};'],
  ['line ends', 'typescript', 'a();\nb();\n', 'a();\r\nb();\r\n'],
  ['line ends in a template', 'typescript', 'x = `a\nb`;', 'x = `a\r\nb`;'],
  ['line ends in a comment', 'typescript', '/* a\n b */ f();', '/* a\r\n b */ f();'],
  ['a starred comment indented anew', 'typescript', '/**\n * a\n */\nf();', '/**\n   * a\n   */\nf();'],
  ['spaces behind a line comment', 'typescript', '// a\nf();', '// a  \nf();'],
  ['top-level statements moved', 'typescript', 'function a() {}\nfunction b() {}', 'function b() {}\n\nfunction a() {}'],
  ['class members moved', 'typescript', 'class A {\n  a() {}\n  b() {}\n}', 'class A {\n  b() {}\n  a() {}\n}'],
  ['JSX attributes over lines', 'typescriptreact', 'x = <A b="c" d={e} />;', "x = <A\n  b='c'\n  d={e}\n/>;"],
  ['JSX children indented anew', 'typescriptreact', 'x = <A>\n  <B />\n</A>;', 'x = <A>\n      <B />\n</A>;'],
  ['spaces at a line’s end in Python', 'python', 'a = 1\nb = 2', 'a = 1  \nb = 2'],
  ['the number of blank lines in Python', 'python', 'def f():\n    a()\n\n    b()', 'def f():\n    a()\n\n\n    b()'],
  ['paragraphs moved', 'go', 'var a = 1\n\nvar b = 2', 'var b = 2\n\nvar a = 1'],
  ['CRLF in YAML', 'yaml', 'a:\n  b: 1\n', 'a:\r\n  b: 1\r\n'],
];

const DIFFERENT: [string, string, string, string][] = [
  ['a name', 'typescript', 'f(a);', 'f(b);'],
  ['an operator', 'typescript', 'x = a < b;', 'x = a <= b;'],
  ['a number written otherwise', 'typescript', 'x = 10;', 'x = 1e1;'],
  ['spaces inside a string', 'typescript', "x = 'a b';", "x = 'a  b';"],
  ['an escape in a string', 'typescript', "x = '\\x61';", "x = 'a';"],
  ['an escaped backslash before a quote', 'typescript', "x = '\\\\';", "x = '\\\\\\\\';"],
  ['a string that holds what an escape says', 'typescript', "x = '\\\\n';", "x = '\\n';"],
  ['a string and a template', 'typescript', "x = 'a';", 'x = `a`;'],
  ['spaces inside a template', 'typescript', 'x = `a b`;', 'x = `a  b`;'],
  ['indentation inside a template', 'typescript', 'x = `a\n  b`;', 'x = `a\n b`;'],
  ['spaces inside a regular expression', 'typescript', 'x = /a b/;', 'x = /a  b/;'],
  ['a flag of a regular expression', 'typescript', 'x = /a/;', 'x = /a/g;'],
  ['a comment', 'typescript', '// a\nf();', '// b\nf();'],
  ['a comment added inside', 'typescript', 'f(a);', 'f(/* b */ a);'],
  ['a comment taken away', 'typescript', '// a\nf();', 'f();'],
  ['code behind a comment instead of in it', 'typescript', '// a f();\ng();', '// a\nf();\ng();'],
  ['a line end after return', 'typescript', 'function f() { return x; }', 'function f() { return\nx; }'],
  ['a line end in a comment after return', 'typescript', 'function f() { return /* */ x; }', 'function f() { return /*\n*/ x; }'],
  ['a line end after throw', 'typescript', 'function f() { throw x }', 'function f() { throw\nx }'],
  ['a line end after break', 'typescript', 'a: for (;;) { break a }', 'a: for (;;) { break\na }'],
  ['a line end after continue', 'typescript', 'a: for (;;) { continue a }', 'a: for (;;) { continue\na }'],
  ['a line end after yield', 'typescript', 'function* f() { yield x }', 'function* f() { yield\nx }'],
  ['a line end after async', 'typescript', 'x = () => { async function f() {} }', 'x = () => { async\nfunction f() {} }'],
  ['a line end after get in a class', 'typescript', 'class A { get x() {} }', 'class A { get\nx() {} }'],
  ['a line end after static in a class', 'typescript', 'class A { static x = 1 }', 'class A { static\nx = 1 }'],
  ['a line end before ++', 'typescript', '{ a ++\nb }', '{ a\n++ b }'],
  ['a line end after type', 'typescript', '{ type x = 1 }', '{ type\nx = 1 }'],
  ['a line end before as', 'typescript', '{ let y = x as z }', '{ let y = x\nas\nz }'],
  ['a line end before a call’s bracket', 'typescript', '{ a (b) }', '{ a\n(b) }'],
  ['the line separator U+2028', 'typescript', '{ a; b }', '{ a;\u2028b }'],
  ['a no-break space', 'typescript', 'f(a);', 'f(\u00a0a);'],
  ['a right-to-left override in a comment', 'typescript', '/* a */ f();', '/* \u202ea */ f();'],
  ['a zero-width joiner in a name', 'typescript', 'f(ab);', 'f(a\u200db);'],
  ['a homoglyph', 'typescript', 'scope();', 'sсope();'],
  ['a byte order mark inside', 'typescript', 'f(a);', 'f(\ufeffa);'],
  ['a hole in an array', 'typescript', 'x = [];', 'x = [,];'],
  ['one more hole in an array', 'typescript', 'x = [a,];', 'x = [a,,];'],
  ['a comma that is an operator’s', 'typescript', 'x = (a, b);', 'x = (a b);'],
  ['a semicolon', 'typescript', 'f()', 'f();'],
  ['statements swapped inside a function', 'typescript', 'function f() { a(); b(); }', 'function f() { b(); a(); }'],
  ['words of JSX', 'typescriptreact', 'x = <A>a b</A>;', 'x = <A>a  b</A>;'],
  ['an attribute of JSX', 'typescriptreact', 'x = <A b="c" />;', 'x = <A b="d" />;'],
  ['type parameters that look like JSX', 'typescriptreact', 'x = <T extends A>(a) => { return a; }; // </T>', 'x = <T extends A>(a) => { return  a; }; // </T>'],
  ['a regular expression that may be a division', 'typescript', 'x = function () {} /"/ 1; y = "a  b"; // "', 'x = function () {} /"/ 1; y = "a b"; // "'],
  ['a division that may be a regular expression', 'typescript', 'x = a.return / "a  b" / c', 'x = a.return / "a b" / c'],
  ['a comment as in HTML', 'javascript', 'a <!-- b\nc()', 'a <!-- b c()'],
  ['indentation in Python', 'python', 'if a:\n    b()\n    c()', 'if a:\n    b()\nc()'],
  ['indentation in YAML', 'yaml', 'a:\n  b: 1\n  c: 2', 'a:\n  b: 1\nc: 2'],
  ['tabs for spaces in a Makefile', 'makefile', 'a:\n\tb', 'a:\n        b'],
  ['a space behind a backslash in a script', 'shellscript', 'rm a \\\n b', 'rm a \\ \n b'],
  ['a lone carriage return', 'shellscript', 'a # b\nc', 'a # b\rc'],
  ['a blank line inside a Python function', 'python', 'x = """\n a\n b"""', 'x = """\n a\n\n b"""'],
  ['a no-break space in YAML', 'yaml', 'a: b', 'a: b\u00a0'],
];

describe('a review of one text and another text', () => {
  for (const [title, language, one, other] of SAME) it(`stands: ${title}`, () => assert.deepEqual(digests(one, language), digests(other, language)));
  for (const [title, language, one, other] of DIFFERENT) it(`falls: ${title}`, () => assert.notDeepEqual(digests(one, language), digests(other, language)));
});

describe('units', () => {
  const cases: [title: string, language: string, text: string, labels: string[]][] = [
    ['statements', 'typescript', "import a from 'a'\nimport b from 'b'\nconst x = 1\nlet f = async () => {\n  g()\n}\napp.get('/', f)\nexport { x }\n", ['import', 'import', 'const x', 'function f', 'statement app.get', 'export']],
    ['functions and types', 'typescript', 'export async function f(a: { b: c }): { d: e } { return a }\nfunction* g() {}\ntype A =\n  | B\n  | C\ninterface D { e: f }\ndeclare module "m" { x: y }\nenum E { A }', ['function f', 'function g', 'type A', 'interface D', 'module', 'enum E']],
    ['a class', 'typescript', '@dec({ a: 1 })\nexport class A<T> extends B<{ c: d }> {\n  // note\n  #x = 1\n  static y: string;\n  constructor(private a: b) { super() }\n  get z(): { a: b } { return 1 }\n  @on() async f() {}\n  g = () => { h() }\n  static { i() }\n}', ['class A', 'class A / #x', 'class A / y', 'class A / constructor', 'class A / z', 'class A / f', 'class A / g', 'class A / static', 'end of class A']],
    ['conditions stay with what they guard', 'typescript', 'if (a)\n  if (b)\n    c()\n  else\n    d()\nfor (const x of y)\n  z()\ndo { e() } while (f)\ntry { g() } catch { h() } finally { i() }', ['lines 1-5', 'lines 6-7', 'line 8', 'line 9']],
    ['comments go with the code behind them', 'typescript', '// a\nf() // b\n// c\ng()\n// d', ['statement f', 'statement g', 'comment']],
    ['brackets that do not match are one piece', 'typescript', 'f()\nfunction g() { [\nh()\ni()', ['statement f', 'lines 2-4']],
    ['a closing bracket too many', 'typescript', 'f()\n}\ng()', ['lines 1-3']],
    ['JSX', 'typescriptreact', 'const A = () => <a b={<c></c>}>\n  text\n  {d}\n</a>\nconst e = 1', ['function A', 'const e']],
    ['Python', 'python', 'import os\n\ndef f():\n    a()\n\n    b()\n\nclass C:\n    x = 1\n', ['line 1', 'def f', 'class C']],
  ];
  for (const [title, language, text, labels] of cases) it(title, () => assert.deepEqual(unitsOf(text, language).map(({ label }) => label), labels));

  it('hold every character that is no white space, each once, whatever the text', () => {
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    const sources = readdirSync('src/core').map((name) => readFileSync(`src/core/${name}`, 'utf8'));
    const random = generator(seed);
    const scraps = ['(', ')', '{', '}', '[', ']', '`', '${', "'", '"', '/', '<a>', '</a>', '//', '/*', '*/', '\n', '\r', ' ', 'class A {', '@b', ';', ',', '\u00a0', '\u202e', '😀', 'return', '#x', '\\', '<', '>', '=>', '\u2028', '\f', 'if (', '=', 'a'];
    const texts = [...sources, ...Array.from({ length: 3000 }, () => Array.from({ length: random(40) }, () => scraps[random(scraps.length)]).join(''))];
    texts.push(...Array.from({ length: 300 }, () => {
      const source = sources[random(sources.length)]!;
      const at = random(source.length);
      return source.slice(random(at + 1), at) + scraps[random(scraps.length)] + source.slice(at, at + random(3000));
    }));
    for (const text of texts) {
      for (const language of ['typescript', 'typescriptreact', 'javascript', 'python', 'go']) {
        const held = new Uint8Array(text.length);
        for (const { range } of unitsOf(text, language)) for (let i = range.start; i < range.end; i++) held[i]!++;
        for (let i = 0; i < text.length; i++) {
          if (held[i]! > 1 || (held[i] === 0 && !isSpace(text.charCodeAt(i)))) assert.fail(`seed ${seed}: ${language}, offset ${i} is in ${held[i]} units of ${JSON.stringify(text.slice(0, 400))}`);
        }
      }
    }
  });
  for (const [title, piece] of [['brackets', '['], ['slashes', '/ '], ['backticks', '`${'], ['elements', '<a>'], ['quotes', "'\\"], ['words', 'if ('], ['spaces', ' '], ['tabs and letters', '\t\t\ta\n'], ['comments', '/*'], ['numbers', '1_']] as const) {
    it(`a million characters of ${title} are cut in under five seconds of processor time`, () => {
      const text = piece.repeat(1_000_000 / piece.length);
      const start = process.cpuUsage();
      unitsOf(text, 'typescriptreact');
      unitsOf(text, 'python');
      const { user } = process.cpuUsage(start);
      assert.ok(user < 5_000_000, `${user} microseconds`);
    });
  }
});

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % below;
  };
}
