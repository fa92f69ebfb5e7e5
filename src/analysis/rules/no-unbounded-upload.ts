/** Uploads of any size, or of any kind. */
import type { CallEvent } from '../flow/events.ts';
import type { Expr } from '../flow/program.ts';
import type { Value } from '../flow/value.ts';
import { code } from '../reach.ts';
import { defineRule, type Repair, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName } from '../shape.ts';
import { surveyOf } from '../survey.ts';

/** Sizes above this many bytes bound nothing: a few requests fill the memory. */
const HUGE = 500 * 1024 * 1024;
const FIVE_MEGABYTES = '5 * 1024 * 1024';
const PICTURES = "fileFilter: (req, file, done) => done(null, ['image/png', 'image/jpeg'].includes(file.mimetype))";

interface Parser {
  /** Where the limit is written; each step a member. */
  readonly limit: readonly string[];
  /** The option that looks at each file. Absent: there is none. */
  readonly filter?: string;
}

const PARSERS: ReadonlyMap<string, Parser> = new Map([
  ...['multer', 'multer.default'].map((api): [string, Parser] => [api, { limit: ['limits', 'fileSize'], filter: 'fileFilter' }]),
  ...['busboy', 'busboy.Busboy', '@fastify/busboy', '@fastify/busboy.Busboy'].map((api): [string, Parser] => [api, { limit: ['limits', 'fileSize'] }]),
  ...['express-fileupload', '@fastify/multipart', 'fastify-multipart', 'koa-multer', '@koa/multer'].map((api): [string, Parser] => [api, { limit: ['limits', 'fileSize'], ...(api.includes('multer') && { filter: 'fileFilter' }) }]),
  ...['formidable', 'formidable.formidable', 'formidable.IncomingForm', 'formidable.Formidable', 'formidable.default'].map((api): [string, Parser] => [api, { limit: ['maxFileSize'], filter: 'filter' }]),
]);
/** What a program looks at in a file before it keeps it. */
const LOOKS = /\bmime_?type|\b\w*(?:file|upload|image|photo|avatar|document|picture|blob|part|data|video|attachment)\w*\??\.(?:type|size)\b|fileTypeFrom|file-type|extname\([^\n;]{0,80}(?:includes|[=!]==|test|has)|(?:includes|has|test)\([^\n;]{0,80}extname|FileTypeValidator|MaxFileSizeValidator|allowed(?:Mime|Types|Ext)|contentType|truncated|byteLength|magic/i;

export default defineRule({
  id: 'no-unbounded-upload',
  summary: 'Limit the size and the kind of what is uploaded.',
  why: 'One request with an endless file fills the memory or the disk, and a file of any kind, kept under a public folder, is a page or a program of whoever sent it.',
  advice: 'Set a limit for the size of a file, and accept only the kinds you handle.',
  cwe: [770, 434],
  owasp: ['A04:2021 Insecure Design', 'A06:2025 Insecure Design'],
  words: ['multer', 'busboy', 'Busboy', 'formidable', 'fileupload', 'multipart', 'FileInterceptor', 'FilesInterceptor', 'formData', 'FileFieldsInterceptor', 'express.', 'bodyParser', 'bodyLimit', 'maxRequestBodySize'],
  *check(input) {
    for (const event of input.flow.calls) {
      const api = event.api ?? '';
      const parser = PARSERS.get(api) ?? (event.node.callee.kind === 'name' && (api === '' || api === event.name) ? PARSERS.get(event.name) : undefined);
      if (parser !== undefined) yield* judge(event, event.args[0], parser, input);
      else if (event.name === 'register' && PARSERS.has(event.args[0]?.api ?? '')) yield* judge(event, event.args[1], PARSERS.get(event.args[0]!.api!)!, input);
      else if (/^(?:express|body-parser|koa-body|koa-bodyparser|@koa\/bodyparser)\b/.test(api)) yield* body(event);
    }
    yield* interceptors(input);
    yield* unlimited(input);
    yield* kept(input);
  },
});

function* judge(event: CallEvent, options: Value | undefined, parser: Parser, input: RuleInput): Iterable<Report> {
  // Options made elsewhere may hold what is missing here.
  if (options !== undefined && options.fields === undefined && options.type !== 'string') return;
  if (options?.node?.kind === 'object' && options.node.entries.some((entry) => !('key' in entry))) return;
  const limits = parser.limit.length === 2 ? options?.fields?.get(parser.limit[0]!) : options;
  const size = limits?.fields?.get(parser.limit.at(-1)!);
  if (limits !== undefined && limits.fields === undefined && parser.limit.length === 2) return;
  const name = code(input.text, event.node.callee);
  const isBounded = size !== undefined && !isEndless(size);
  const looks = hasFilter(options, parser) || LOOKS.test(withoutOptions(event, input));
  const node = size?.node !== undefined && isInside(size.node, event) ? size.node : event.node.callee;
  if (size !== undefined && isEndless(size)) yield { node, severity: 'medium', confidence: 'likely', message: `\`${code(input.text, node)}\` lets \`${name}\` take files of any size` };
  else if (!isBounded && (parser.limit[0] !== 'maxFileSize' || !looks)) yield { node: event.node.callee, severity: 'medium', confidence: 'likely', message: `\`${name}\` takes files of any size${looks ? '' : ' and of any kind'}`, fixes: parser.limit.length === 2 ? repair(event, options, !looks && parser.filter !== undefined && keepsFiles(options, input)) : [] };
  else if (isBounded && parser.filter !== undefined && !looks && keepsFiles(options, input)) yield { node: event.node.callee, severity: 'low', confidence: 'pattern', message: `\`${name}\` keeps files of any kind on the disk` };
}

function isInside(node: Expr, event: CallEvent): boolean {
  return event.node.start <= node.start && node.end <= event.node.end;
}

function isEndless(size: Value): boolean {
  const [one] = size.literals ?? [];
  return size.literals?.length === 1 && ((typeof one === 'number' && (one > HUGE || !Number.isFinite(one) || one <= 0)) || one === null) || (size.node?.kind === 'name' && size.node.slot.name === 'Infinity') || (size.node?.kind === 'member' && /^(?:POSITIVE_INFINITY|MAX_SAFE_INTEGER|MAX_VALUE)$/.test(String(size.node.key)));
}

function hasFilter(options: Value | undefined, { filter }: Parser): boolean {
  return filter !== undefined && options?.fields?.has(filter) === true;
}

/** The program outside the options: a handler may look at the file itself. */
function withoutOptions(event: CallEvent, { text }: RuleInput): string {
  return bare(text.slice(0, event.node.start) + text.slice(event.node.end));
}

/** Nest's interceptors, whose options come behind the name of the field. A pipe that looks at the size comes too late for the memory, but looks. */
function* interceptors(input: RuleInput): Iterable<Report> {
  const { text, flow } = input;
  if (/MaxFileSizeValidator|addMaxSizeValidator|MulterModule/.test(text)) return;
  const survey = surveyOf(flow);
  for (const call of survey.of('call')) {
    if (!/^(?:File|Files|FileFields|AnyFiles)Interceptor$/.test(calledName(call))) continue;
    const last = call.args.at(-1);
    const options = last?.kind === 'name' ? survey.definitions.get(last.slot)?.value : last;
    const isPlain = last === undefined || options?.kind === 'constant' || options?.kind === 'array';
    if (!isPlain && (options?.kind !== 'object' || options.entries.some((entry) => !('key' in entry) || entry.key === 'limits'))) continue;
    const limits = `limits: { fileSize: ${FIVE_MEGABYTES} }`;
    const first = options?.kind === 'object' ? options.entries[0] : undefined;
    const change = first !== undefined && last === options ? [{ range: { start: first.start, end: first.start }, text: `${limits}, ` }] : isPlain && last !== undefined ? [{ range: { start: last.end, end: last.end }, text: `, { ${limits} }` }] : undefined;
    yield { node: call.callee, severity: 'medium', confidence: 'likely', message: `\`${calledName(call)}\` takes files of any size`, fixes: change === undefined ? [] : [{ title: 'Limit the size of a file to 5 MB', kind: 'suggestion', change }] };
  }
}

/** `options.maxFileSize = Infinity`. */
function* unlimited({ flow, text }: RuleInput): Iterable<Report> {
  if (!/multer|busboy|formidable|multipart|fileupload/i.test(text)) return;
  for (const { key, valueNode } of flow.assigns) if (/^(?:maxFileSize|maxTotalFileSize|fileSize)$/.test(key ?? '') && ENDLESS.test(code(text, valueNode))) yield { node: valueNode, severity: 'medium', confidence: 'likely', message: `\`${code(text, valueNode)}\` lets files of any size in` };
}

const ENDLESS = /^(?:Infinity|Number\.(?:POSITIVE_INFINITY|MAX_SAFE_INTEGER|MAX_VALUE))$/;

function keepsFiles(options: Value | undefined, { text }: RuleInput): boolean {
  return options?.fields?.has('dest') === true || options?.fields?.has('uploadDir') === true || /diskStorage/.test(text);
}

function repair(event: CallEvent, options: Value | undefined, isOpen: boolean): readonly Repair[] {
  const limits = `limits: { fileSize: ${FIVE_MEGABYTES} }${isOpen ? `, ${PICTURES}` : ''}`;
  const title = isOpen ? 'Take pictures of at most 5 MB only' : 'Limit the size of a file to 5 MB';
  const node = event.node.args[event.name === 'register' ? 1 : 0];
  const { args, close } = event.node;
  if (node === undefined) return close < 0 ? [] : [{ title, kind: 'suggestion', change: [{ range: { start: close, end: close }, text: args.length === 0 ? `{ ${limits} }` : `, { ${limits} }` }] }];
  if (node.kind !== 'object' || options?.fields?.has('limits') === true) {
    const inner = options?.fields?.get('limits')?.node;
    if (inner?.kind !== 'object' || !isInside(inner, event)) return [];
    const [first] = inner.entries;
    return [{ title, kind: 'suggestion', change: [first ? { range: { start: first.start, end: first.start }, text: `fileSize: ${FIVE_MEGABYTES}, ` } : { range: { start: inner.start, end: inner.end }, text: `{ fileSize: ${FIVE_MEGABYTES} }` }] }];
  }
  const [first] = node.entries;
  return [{ title, kind: 'suggestion', change: [first ? { range: { start: first.start, end: first.start }, text: `${limits}, ` } : { range: { start: node.start, end: node.end }, text: `{ ${limits} }` }] }];
}

/** `express.json({ limit: '2gb' })`. */
function* body(event: CallEvent): Iterable<Report> {
  const limit = event.args[0]?.fields?.get('limit') ?? event.args[0]?.fields?.get('jsonLimit');
  const [one] = limit?.literals ?? [];
  const [, amount, unit] = /^(\d+)\s*(kb|mb|gb)?$/i.exec(String(one)) ?? [];
  const bytes = typeof one === 'number' ? one : Number(amount) * ({ kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }[unit?.toLowerCase() ?? ''] ?? 1);
  const isInfinite = limit?.node?.kind === 'name' && limit.node.slot.name === 'Infinity';
  if (limit?.node && isInside(limit.node, event) && (isInfinite || bytes >= HUGE)) yield { node: limit.node, severity: 'medium', confidence: 'likely', message: 'Bodies this large are read into memory whole' };
}

/** `const file = form.get('file')` written to disk or read whole, with no look at its size or its type. */
function* kept(input: RuleInput): Iterable<Report> {
  const survey = surveyOf(input.flow);
  for (const call of survey.of('call')) {
    if (call.callee.kind !== 'member' || !/^(?:arrayBuffer|bytes|stream)$/.test(String(call.callee.key)) || call.callee.object.kind !== 'name') continue;
    const definition = survey.definitions.get(call.callee.object.slot);
    const source = definition === undefined ? '' : code(input.text, definition.value);
    const fn = survey.fnOf(call);
    if (!/\.(?:get|getAll)\(|parseBody\(/.test(source) || !/form|body|data/i.test(source) || fn === undefined) continue;
    const around = bare(code(input.text, fn));
    if (!LOOKS.test(around.replace(source, '')) && !/valid|parse\(|schema|check\w*File/i.test(around.replace(source, '')) && /writeFile|createWriteStream|put\(|upload|PutObject|\.save\(|create\(/.test(around)) yield { node: call, severity: 'medium', confidence: 'likely', message: `\`${call.callee.object.slot.name}\` is read whole and kept, whatever its size and its kind` };
  }
}
