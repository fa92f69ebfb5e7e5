/** The language's and Node's own functions: what makes a value harmless, and what carries it on. */
import { each, type CallModel, type Model } from './model.ts';

const pass: CallModel = { kind: 'pass' };

export const language: Model = {
  aliases: {
    'globalThis.process': 'process', 'window.fetch': 'fetch', 'globalThis.fetch': 'fetch', 'window.eval': 'eval', 'globalThis.eval': 'eval', 'global.eval': 'eval', 'window.Function': 'Function',
    'fs/promises': 'fs.promises', 'timers/promises': 'timers.promises', 'path/posix': 'path', 'path.posix': 'path', 'path.win32': 'path', 'url.URL': 'URL', 'url.URLSearchParams': 'URLSearchParams', 'window.setTimeout': 'setTimeout', 'window.setInterval': 'setInterval',
    // A name that nothing declares is taken for the package it is usually bound to: snippets come without their imports.
    ...Object.fromEntries('exec execSync spawn spawnSync execFile execFileSync fork'.split(' ').map((name) => [name, `child_process.${name}`])),
    ...Object.fromEntries('readFile readFileSync writeFile writeFileSync createReadStream createWriteStream unlink unlinkSync'.split(' ').map((name) => [name, `fs.${name}`])),
    ...Object.fromEntries('createHash createHmac createCipheriv createDecipheriv randomBytes'.split(' ').map((name) => [name, `crypto.${name}`])),
    cp: 'child_process', fsp: 'fs.promises', 'fs.default': 'fs', jwt: 'jsonwebtoken', _: 'lodash', yaml: 'js-yaml', Handlebars: 'handlebars', session: 'express-session', cookieSession: 'cookie-session', promisify: 'util.promisify', execAsync: 'child_process.exec', CryptoJS: 'crypto-js',
    'Object.getPrototypeOf().constructor': 'Function',
    'process.process': 'process', 'buffer.Buffer': 'Buffer', 'process.env': 'env', 'import.meta.env': 'env',
  },
  calls: {
    ...each('Number parseInt parseFloat Number.parseInt Number.parseFloat BigInt Math.floor Math.round Math.ceil Math.max Math.min Math.abs Math.trunc Math.random Date.now Date.parse Number() performance.now process.hrtime', { kind: 'number' } as const),
    'btoa': { kind: 'fixed' },
    ...each('Boolean Array.isArray Number.isInteger Number.isSafeInteger Number.isFinite Number.isNaN isNaN isFinite Object.is', { kind: 'boolean' } as const),
    ...each('crypto.randomUUID crypto.randomBytes crypto.randomInt randomUUID uuid.v4 uuid.v7 nanoid.nanoid nanoid ulid.ulid crypto.createHash().update().digest crypto.createHmac().update().digest Date os.tmpdir os.homedir process.cwd crypto.webcrypto.randomUUID', { kind: 'fixed' } as const),
    ...each('String Object.assign Object.freeze Object.keys Object.values Object.entries Object.fromEntries Array.from Array.of Buffer.from structuredClone util.format querystring.stringify qs.stringify url.parse url.format url.resolve URLSearchParams URL Buffer.concat String.raw path.join path.resolve path.normalize path.dirname path.parse path.format path.relative url.fileURLToPath url.pathToFileURL Promise.resolve TextDecoder.decode', pass),
    ...each('decodeURIComponent decodeURI unescape atob querystring.unescape he.decode html-entities.decode', { kind: 'pass', makes: 'decoded' } as const),
    ...each('JSON.parse querystring.parse qs.parse js-yaml.load yaml.parse json5.parse JSON5.parse superjson.parse devalue.parse flatted.parse query-string.parse bson.deserialize cbor.decode msgpackr.unpack @msgpack/msgpack.decode', { kind: 'pass', args: [0], makes: 'parsed' } as const),
    'path.extname': { kind: 'clean', contexts: ['path', 'url'], arg: 0 },
    ...each('marked marked.marked marked.parse marked.default marked.marked.parse showdown.Converter().makeHtml snarkdown micromark.micromark', pass),
    'path.basename': { kind: 'clean', contexts: ['path'], arg: 0 },
    'encodeURIComponent': { kind: 'clean', contexts: ['html', 'path', 'url', 'redirect', 'log', 'header', 'template', 'xml'], arg: 0 },
    'JSON.stringify': { kind: 'clean', contexts: ['log', 'header'], arg: 0 },
    'util.inspect': { kind: 'clean', contexts: ['log', 'header'], arg: 0 },
    'encodeURI': { kind: 'clean', contexts: ['log', 'header'], arg: 0 },
    'escape': { kind: 'clean', contexts: ['html', 'log', 'header'], arg: 0 },
    'CSS.escape': { kind: 'clean', contexts: ['html'], arg: 0 },
    'RegExp.escape': { kind: 'clean', contexts: ['regex'], arg: 0 },
  },
};
