/** Texts that are made to hurt: huge, deep, binary, in the wrong encoding, or bait for regular expressions. */

interface HostileText {
  readonly name: string;
  readonly language: string;
  readonly text: () => string;
}

const MEGABYTE = 1024 * 1024;
const many = (piece: string, count: number): string => piece.repeat(count);
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('latin1');

const SHAPES: readonly (readonly [string, () => string])[] = [
  ['one line of 10 MB of letters', () => many('a', 10 * MEGABYTE)],
  ['one line of 10 MB of assignments', () => many('const token = "abc"; ', Math.ceil((10 * MEGABYTE) / 21))],
  ['one line of 10 MB of base64', () => many('QUtJQWFiY2RlZmdoaWprbG1ub3A', Math.ceil((10 * MEGABYTE) / 27))],
  ['one line of 10 MB of slashes', () => many('/', 10 * MEGABYTE)],
  ['one line of 10 MB of quotes', () => many('"', 10 * MEGABYTE)],
  ['10 MB of empty lines', () => many('\n', 10 * MEGABYTE)],
  ['10 MB of short lines', () => many('x = req.query.y;\n', Math.ceil((10 * MEGABYTE) / 17))],
  ['1.9 MB of routes', () => many("app.get('/x', (req, res) => { db.query(`SELECT ${req.query.x}`); res.send(req.query.y); });\n", 20_000)],
  ...['[', '(', '{', '`${', '<a>', 'f(', '!', '-', 'a?b:', 'async () => ', 'new ', 'class A { m() { ', 'if (x) ', '{"a":', 'a.b(c => ', 'x = [...', '(a,', '/*', 'case 1: ', '`'].map((piece): readonly [string, () => string] => [`100,000 times ${JSON.stringify(piece)}`, () => many(piece, 100_000)]),
  ['100,000 brackets in lines', () => `${many('[\n', 100_000)}${many(']\n', 100_000)}`],
  ['100,000 concatenations', () => `const q = ${many("'a' + b +\n", 100_000)}c; db.query(q);`],
  ['100,000 members', () => `x${many('\n.a', 100_000)};`],
  ['100,000 variables in a chain', () => `let v0 = req.query.x;\n${Array.from({ length: 50_000 }, (_, index) => `let v${index + 1} = v${index};`).join('\n')}\ndb.query('SELECT ' + v50000);`],
  ['10,000 functions that call each other', () => Array.from({ length: 10_000 }, (_, index) => `function f${index}(a) { return f${(index * 7 + 1) % 10_000}(a) + f${(index * 13 + 5) % 10_000}(a); }`).join('\n')],
  ['branches that double', () => `let a = req.query.x;\n${many('if (b) { a = a + 1; } else { a = f(a); }\n', 5000)}db.query(a);`],
  ['binary', () => Buffer.from(Array.from({ length: MEGABYTE }, (_, index) => (index * 2654435761) >>> 24)).toString('latin1')],
  ['UTF-16 read as bytes', () => utf16("const token = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';\n".repeat(2000))],
  ['lone surrogates', () => many('\ud800\n\udc00 = "\ud800";', 20_000)],
  ['null bytes', () => many('const a = "\u0000";\n', 20_000)],
  ['hidden and bidirectional characters', () => many('const \u202ea\u202c = "\u200b\u2066x\u2069";\n', 20_000)],
  ['bait: a+', () => many(`${many('a', 4000)}!\n`, 50)],
  ['bait: spaces', () => many(`${many(' ', 15_000)}x\n`, 20)],
  ['bait: quoted backslashes', () => many(`"${many('\\', 9000)}\n`, 20)],
  ['bait: addresses', () => many(`${many('a.', 4000)}@${many('b.', 4000)}\n`, 10)],
  ['bait: connection strings', () => many(`postgres://${many('a:', 4000)}@\n`, 10)],
  ['bait: tokens', () => many(`${many('ghp_', 3000)}\n`, 10)],
  ['bait: private key heads', () => many('-----BEGIN RSA PRIVATE KEY-----\n', 5000)],
  ['bait: JWT dots', () => many(`eyJ${many('a.', 6000)}\n`, 10)],
  ['bait: assignments', () => many(`password ${many('=', 8000)} "\n`, 10)],
  ['bait: hexadecimal', () => many(`${many('0123456789abcdef', 1000)}\n`, 30)],
];

/** Each shape as code, and as a text of no language. */
export const HOSTILE: readonly HostileText[] = SHAPES.flatMap(([name, text]) => ['typescript', 'plaintext'].map((language) => ({ name: `${name}, ${language}`, language, text })));
