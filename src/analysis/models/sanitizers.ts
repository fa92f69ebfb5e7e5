/** Libraries that make input safe, and what a function's name promises where its body is not at hand. */
import type { Context } from '../flow/value.ts';
import { each, type Model } from './model.ts';

const html = { kind: 'clean', contexts: ['html', 'xml'], arg: 0 } as const;

export const sanitizers: Model = {
  aliases: { 'zod.z': 'zod', z: 'zod', Joi: 'joi', 'zod/v4': 'zod', 'zod.default': 'zod', '@hapi/joi': 'joi', 'joi.default': 'joi' },
  calls: {
    ...each('dompurify.sanitize DOMPurify.sanitize dompurify().sanitize isomorphic-dompurify.sanitize sanitize-html xss he.encode he.escape escape-html validator.escape lodash.escape lodash.escape() lodash.escape xss.filterXSS html-entities.encode entities.encode entities.escapeText sanitizeHtml escapeHtml Bun.escapeHTML serialize-javascript serialize-javascript.serialize devalue.uneval jsesc htmlescape htmlescape.sanitize @hapi/hoek.escapeHtml hoek.escapeHtml striptags he.escape lit-html.html lodash.escape react-dom/server.escapeTextForBrowser @braintree/sanitize-url.sanitizeUrl insane sanitize-html.default xss.default js-xss underscore.escape Handlebars.escapeExpression handlebars.escapeExpression handlebars.Utils.escapeExpression ejs.escapeXML pug-runtime.escape mustache.escape nunjucks.lib.escape entities.encodeHTML entities.escapeUTF8 stringify-entities.stringifyEntities escape-goat.htmlEscape lodash-es.escape html-escaper.escape', html),
    ...each('pg.escapeLiteral pg.escapeIdentifier pg.Connection.escapeLiteral pg.Connection.escapeIdentifier mysql.escape mysql.escapeId mysql2.escape mysql2.escapeId mysql.Connection.escape mysql.Connection.escapeId mysql2.Connection.escape mysql2.Connection.escapeId mysql2.format mysql.format sqlstring.escape sqlstring.escapeId sqlstring.format pg-format', { kind: 'clean', contexts: ['sql'] } as const),
    ...each('shell-quote.quote shellescape shell-escape shescape.quote shescape.escape shescape.Shescape().quote shescape.Shescape().escape shescape.Shescape().quoteAll shell-quote.default.quote shlex.quote any-shell-escape shell-quote.quote', { kind: 'clean', contexts: ['shell'] } as const),
    ...each('validator.stripLow', { kind: 'clean', contexts: ['log', 'header'], arg: 0 } as const),
    ...each('secure-json-parse.parse secure-json-parse secure-json-parse.safeParse @hapi/bourne.parse @hapi/bourne.safeParse bourne.parse destr.safeDestr', { kind: 'clean', contexts: ['key'], arg: 0 } as const),
    ...each('sanitize-filename', { kind: 'clean', contexts: ['path'], arg: 0 } as const),
    ...each('escape-string-regexp lodash.escapeRegExp', { kind: 'clean', contexts: ['regex'], arg: 0 } as const),
    ...each('mongo-sanitize express-mongo-sanitize.sanitize', { kind: 'clean', contexts: ['nosql'], arg: 0 } as const),
    ...each('uuid.validate validator.isUUID validator.isInt validator.isAlphanumeric validator.isAlpha validator.isNumeric validator.isMongoId validator.isHexadecimal validator.isIn mongoose.Types.ObjectId.isValid mongoose.isValidObjectId mongodb.ObjectId.isValid', { kind: 'check', contexts: 'every', arg: 0 } as const),
    ...each('mongodb.ObjectId mongoose.Types.ObjectId', { kind: 'fixed' } as const),
  },
};

/** What the name of a function that is not at hand promises of its result. */
const PROMISES: readonly (readonly [RegExp, readonly Context[] | 'every'])[] = [
  [/^(?:escape|encode|sanitize|sanitise|clean|purify|strip)_?(?:html|xss|markup|tags|entities|text|output|xml)/i, ['html', 'xml']],
  [/^html_?(?:escape|encode|specialchars)/i, ['html', 'xml']],
  [/^(?:escape|quote|sanitize|sanitise)_?(?:id|identifier|ident|sql|literal|table|column)/i, ['sql']],
  [/^(?:escape|quote|sanitize|sanitise)_?(?:shell|arg|cmd|command)/i, ['shell']],
  [/^(?:sanitize|sanitise|clean|safe|normali[sz]e|secure)_?(?:file_?name|path|file)/i, ['path']],
  [/^(?:escape)_?(?:reg_?exp?|regex)/i, ['regex']],
  [/^(?:sanitize|sanitise|clean|strip|escape)_?(?:log|crlf|newlines?|for_?log)/i, ['log', 'header']],
  [/^(?:sanitize|sanitise|safe|validate|clean)_?(?:url|redirect|uri)/i, ['url', 'redirect', 'html']],
  [/^(?:sanitize|sanitise)(?:input|value|string|user_?input|param|query|body)?$/i, 'every'],
  [/^(?:escape|esc)$/i, ['html', 'xml', 'sql']],
];

/** Contexts that a function of this name makes its argument safe for; nothing when the name promises nothing. */
export function promiseOf(name: string): readonly Context[] | 'every' | undefined {
  return PROMISES.find(([pattern]) => pattern.test(name))?.[1];
}
