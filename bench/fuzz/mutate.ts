/** Seeded damage to texts: what typing, pasting, truncating and malice do. */

const PIECES = [
  '`', '${', '}', '{', '(', ')', '[', ']', '"', "'", '/*', '*/', '//', '\\', '\n', '=>', '...', '?.', '??', '#', '@', '<', '</', '/>', '<script>', '</script>', '<!--', '-->', '\u0000', '\ud800', '\u202e', '\u200b', '\ufeff', '\r', '\u2028',
  'await ', 'async ', 'yield ', 'class A extends A {', 'function* g() {', 'export default ', 'import x from ', 'new ', 'typeof ', 'delete ', 'label: for (;;) {', 'try {', 'catch {', 'switch (x) { case ', 'req.query.x', 'eval(', 'db.query(`SELECT ${', 'enum E {', 'namespace N {', 'declare ', 'abstract ', 'as const', 'satisfies ', '<T,>', 'let ', 'var __proto__ = ', 'constructor', 'this.', 'super(', 'arguments', '0x', '1e999', '1n', '/(a+)+$/', '/[/', 'while (true) ', 'do ',
];

/** One to eight injuries. */
export function mutate(text: string, other: string, next: () => number): string {
  let hurt = text;
  for (let count = 1 + Math.floor(next() * 8); count > 0; count--) {
    const at = Math.floor(next() * (hurt.length + 1));
    const length = Math.floor(next() ** 3 * 200);
    switch (Math.floor(next() * 9)) {
      case 0:
        hurt = hurt.slice(0, at);
        break;
      case 1:
        hurt = hurt.slice(at);
        break;
      case 2:
        hurt = hurt.slice(0, at) + hurt.slice(at + length);
        break;
      case 3:
        hurt = hurt.slice(0, at) + hurt.slice(at, at + length) + hurt.slice(at);
        break;
      case 4:
        hurt = hurt.slice(0, at) + other.slice(Math.floor(next() * other.length)).slice(0, length * 3) + hurt.slice(at);
        break;
      case 5:
        hurt = hurt.slice(0, at) + hurt.slice(at, at + length).split('').reverse().join('') + hurt.slice(at + length);
        break;
      case 6:
        hurt = hurt.slice(0, at) + PIECES[Math.floor(next() * PIECES.length)]!.repeat(1 + Math.floor(next() ** 6 * 400)) + hurt.slice(at);
        break;
      case 7:
        hurt = hurt.slice(0, at) + String.fromCharCode(Math.floor(next() * 0x10000)) + hurt.slice(at + 1);
        break;
      default:
        hurt = hurt.slice(0, at) + PIECES[Math.floor(next() * PIECES.length)]! + hurt.slice(at);
    }
  }
  return hurt;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A line that holds a made-up secret in a shape that is known, and the part that must never be said. */
export function secretLine(next: () => number): { readonly line: string; readonly secret: string } {
  const draw = (length: number, letters = LETTERS): string => Array.from({ length }, () => letters[Math.floor(next() * letters.length)]!).join('');
  switch (Math.floor(next() * 5)) {
    case 0: {
      const secret = draw(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
      return { line: `const accessKey = "AKIA${secret}";`, secret };
    }
    case 1: {
      const secret = draw(36);
      return { line: `const token = 'ghp_${secret}';`, secret };
    }
    case 2: {
      const secret = draw(18);
      return { line: `const url = "postgres://app:${secret}@db.internal:5432/app";`, secret };
    }
    case 3: {
      const secret = draw(43);
      return { line: `const stripe = "sk_live_${secret}";`, secret };
    }
    default: {
      const secret = draw(24);
      return { line: `const dbPassword = '${secret}';`, secret };
    }
  }
}
