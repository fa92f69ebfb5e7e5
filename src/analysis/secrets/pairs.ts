/**
 * Names that promise a secret, each with the value it is given: assignments, properties, arguments, defaults, fallbacks, environment files,
 * YAML, Dockerfiles, shell lines, XML, in the text as it is and inside strings. A scanner by hand, so that no text makes it slow.
 */
import type { Range } from '#core/text';
import type { Beside } from './judge.ts';
import { type Promised, promiseOf } from './names.ts';

export interface Pair {
  readonly name: string;
  readonly promised: Promised;
  readonly bound: Beside['bound'];
  readonly value: Range;
}

/** Languages where a bare word after `=` or `:` is a text. */
const BARE: ReadonlySet<string> = new Set(['dotenv', 'properties', 'ini', 'shellscript', 'dockerfile', 'yaml', 'dockercompose', 'toml', 'makefile', 'plaintext', 'bat', 'powershell', 'ignore', 'conf', 'env', 'markdown']);
const BARE_PATH = /(?:^|\/)(?:\.env[\w.-]*|\.npmrc|\.pypirc|\.netrc|_netrc|\.pgpass|\.my\.cnf|Dockerfile[\w.-]*|[\w.-]+\.(?:env|ya?ml|ini|cfg|conf|properties|sh|bash|zsh|toml|tfvars|service))$/i;

const HINT = /pass|pwd|pswd|secret|token|key|auth|cred|mnemonic|seed|pepper|jwt|bearer|dsn|senha|contrasena|wachtwoord|\bsig\b|\bpw\b|\bpat\b|\bsas\b/gi;

/** Reaches that keep every step short. */
const LONGEST_NAME = 100;
const LONGEST_VALUE = 1200;

/** True when bare words are values in this text as a whole. */
export function hasBareValues(language: string, path: string): boolean {
  return BARE.has(language) || BARE_PATH.test(path);
}

/** Every pair of the text, in ascending order. Linear in the text's length. */
export function* pairsOf(text: string, bare: boolean): Generator<Pair> {
  HINT.lastIndex = 0;
  for (;;) {
    const hit = HINT.exec(text);
    if (hit === null) return;
    const start = nameStart(text, hit.index);
    const end = nameEnd(text, hit.index + hit[0].length);
    // A match's own end is kept when the name is longer than any name: the scan goes on inside it.
    HINT.lastIndex = end;
    const name = trimmed(text.slice(start, end));
    const promised = name.length > LONGEST_NAME ? undefined : promiseOf(name.slice(name.lastIndexOf('.') + 1));
    if (promised === undefined) continue;
    const next = HINT.lastIndex;
    const bound = boundValue(text, start, end, bare);
    if (bound !== undefined) yield { name, promised, ...bound };
    HINT.lastIndex = next;
  }
}

/** Without the dashes of an option, the dots of a path and the sign of a variable around it. */
function trimmed(name: string): string {
  let start = 0;
  let end = name.length;
  while (start < end && /[-.$]/.test(name[start]!)) start++;
  while (end > start && /[-.]/.test(name[end - 1]!)) end--;
  return name.slice(start, end);
}

/** A line of settings without its remark and without the sign that carries it on. */
function withoutRemark(line: string): string {
  const remark = line.search(/\s#/);
  return (remark < 0 ? line : line.slice(0, remark)).trimEnd().replace(/\\$/, '').trimEnd();
}

function nameStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && from - at < LONGEST_NAME && isNamePart(text.charCodeAt(at - 1))) at--;
  // In `"\npassword=..."` the n belongs to the escape, not to the name.
  if (at > 0 && text[at - 1] === '\\' && /[nrt]/.test(text[at]!)) at++;
  return Math.min(at, from);
}

function nameEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && at - from < LONGEST_NAME && isNamePart(text.charCodeAt(at)) && text[at] !== '.') at++;
  return at;
}

/** Letters, digits, `_`, `$`, `-`, `.`. */
function isNamePart(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit === 95 || unit === 36 || unit === 45 || unit === 46;
}

interface Bound {
  readonly bound: Beside['bound'];
  readonly value: Range;
}

/** What closes a name: `"`, `'`, `\"`, `]`, `)`, `?`, `!`, `[]`. */
const CLOSES = /\\{0,3}["'`]?[\])]{0,2}[?!]?(?:\[\])?/y;
/** A type between a name and its `=`. */
const TYPED = /\s{0,4}(?::\s{0,4}|\s)(?:readonly |const )?[&*]?(?:'static )?[A-Za-z_][\w.<>[\]|& ]{0,60}=(?![=>])\s{0,40}/y;
const OPERATOR = /\s{0,40}(===|!==|==|!=|=>|:=|\?\?=|\|\|=|\+=|\?=|=|\?\?|\|\||\?:|:(?!:)|,|\()\s{0,40}|\s{1,4}(or|\|default\()\s{0,4}/y;
/** `{ name: 'DB_PASSWORD', value: '...' }`, `<add key="password" value="..."/>`, and the same in YAML. */
const VALUE_NEXT = /\\{0,3}["'`]?\s{0,4}[,{]?\s{0,40}\\{0,3}["']?(?:value|Value|val|stringValue|default)\\{0,3}["']?\s{0,4}[:=]\s{0,4}/y;
/** What may stand before a value and still leave it the value: `await`, `Buffer.from(`, `(`, prefixes of literals. */
const WRAPPED = /(?:await |new |const |String\(|Buffer\.from\(|new TextEncoder\(\)\.encode\(|TextEncoder\(\)\.encode\(|\[\]byte\(|String\.raw|str\(|SecretStr\(|Some\(|strdup\(|\()?(?:[bBfFrRuU@$]{1,2}(?=["'`]))?/y;
/** Another expression that the value is the fallback of: `config.secret ||`, `os.environ.get("X") or`, `os.getenv("X",`, `env('X',`. */
const FALLBACK = /[A-Za-z_$][\w.$?]{0,80}(?:[[(]\s?["'`]?[\w.$-]{0,80}["'`]?(?:\s?\))?\]?)?\s{0,40}(?:\?\?|\|\||\?:|\bor\b|,)\s{0,40}/y;
const SCHEME = /(?:Bearer|Token|Basic|ApiKey|Api-Key|Bot|SSWS|Key|Digest|token|bearer|basic)\s{1,3}/y;

function boundValue(text: string, start: number, nameEnd: number, bare: boolean): Bound | undefined {
  const closed = skip(CLOSES, text, nameEnd);
  const xml = text[start - 1] === '<' && text[nameEnd] === '>' ? element(text, nameEnd + 1) : undefined;
  if (xml !== undefined) return { bound: 'assigned', value: xml };
  const beside = skip(VALUE_NEXT, text, nameEnd);
  if (beside > nameEnd && closed !== nameEnd) return valueAt(text, beside, 'assigned', bare, start);
  if (bare && beside > nameEnd && /\n/.test(text.slice(nameEnd, beside))) return valueAt(text, beside, 'assigned', bare, start);
  const typed = skip(TYPED, text, closed);
  if (typed > closed) return valueAt(text, typed, 'assigned', bare, start);
  OPERATOR.lastIndex = closed;
  const operator = OPERATOR.exec(text);
  if (operator === null) return spaced(text, start, nameEnd, bare);
  return valueAt(text, OPERATOR.lastIndex, boundBy(operator[1] ?? '??', text, start, nameEnd), bare && operator[1] !== ',' && operator[1] !== '(', start);
}

/** A comma only binds after a quoted name: `get("password", "...")`, not `f(password, "...")`. */
function boundBy(operator: string, text: string, nameStart: number, nameEnd: number): Beside['bound'] {
  switch (operator) {
    case '??':
    case '||':
    case '?:':
    case '??=':
    case '||=':
      return 'fallback';
    case '===':
    case '==':
    case '!==':
    case '!=':
      return 'compared';
    case ',':
      return isFirstArgument(text, nameStart, nameEnd) ? 'fallback' : 'argument';
    case '(':
      return 'argument';
    default:
      return 'assigned';
  }
}

/** A quoted name right after the bracket of a call that reads or writes by name, its value on the same line. */
function isFirstArgument(text: string, nameStart: number, nameEnd: number): boolean {
  return /(?:get|env|set|config|define|default|option|param|header|headers|append|add|put|item|store|with|secret|prop|property|setting|arg)\w{0,12}\(\s?\\{0,2}["'`]$/i.test(text.slice(Math.max(0, nameStart - 40), nameStart)) && /^\\{0,2}["'`]\s{0,4},[ \t]{0,4}\S/.test(text.slice(nameEnd, nameEnd + 14));
}

function valueAt(text: string, from: number, bound: Beside['bound'], bare: boolean, nameStart: number): Bound | undefined {
  let at = skip(WRAPPED, text, from);
  const quoted = quotedAt(text, at);
  if (quoted !== undefined) return bound === 'argument' && !isSetter(text, nameStart, from) ? undefined : { bound, value: afterScheme(text, quoted) };
  if (bound === 'argument') return undefined;
  const past = skip(FALLBACK, text, at);
  if (past > at && /["'`\\]/.test(text[past] ?? '')) {
    at = skip(WRAPPED, text, past);
    const fallback = quotedAt(text, at);
    if (fallback !== undefined) return { bound: 'fallback', value: fallback };
  }
  if (bound !== 'assigned' || isBadge(text, nameStart)) return undefined;
  const word = bareAt(text, skip(SCHEME, text, at), bare, nameStart);
  return word === undefined ? undefined : { bound, value: word };
}

/** A picture's address in a README may carry a token that is made to be shown. */
function isBadge(text: string, nameStart: number): boolean {
  return /badge[\w./-]{0,40}[?&]$|\.svg\?$/.test(text.slice(Math.max(0, nameStart - 60), nameStart));
}

/** `setPassword("...")`, `withToken('...')`, `.password("...")`: calls that are given the secret itself. */
function isSetter(text: string, nameStart: number, from: number): boolean {
  const call = text.slice(nameStart, from);
  return /^(?:set|with|use|add|put)[A-Z_]|\.(?:set|with)[A-Z]|\.(?:password|passwd|secret|token|apiKey|accessKey|secretKey|authToken|pass)\($/.test(call) || /[.]$/.test(text.slice(Math.max(0, nameStart - 1), nameStart));
}

/** The inside of the quotes that open at `at`, escaped or not; undefined when none open or they do not close. */
function quotedAt(text: string, at: number): Range | undefined {
  let open = at;
  while (open - at < 4 && text[open] === '\\') open++;
  const quote = text[open];
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined;
  const escaped = open > at;
  const triple = !escaped && text[open + 1] === quote && text[open + 2] === quote;
  const start = open + (triple ? 3 : 1);
  const limit = Math.min(text.length, start + LONGEST_VALUE);
  for (let end = start; end < limit; end++) {
    const unit = text[end];
    if (unit === '\n' && quote !== '`' && !triple) return undefined;
    if (unit === '\\') {
      if (escaped && text[end + 1 + (open - at - 1)] === quote) return { start, end };
      end++;
      continue;
    }
    if (unit === quote) return { start, end };
  }
  return undefined;
}

function afterScheme(text: string, value: Range): Range {
  const start = skip(SCHEME, text, value.start);
  return start > value.start && start < value.end ? { start, end: value.end } : value;
}

/** `<password>...</password>`. */
function element(text: string, start: number): Range | undefined {
  const length = text.slice(start, start + 200).indexOf('<');
  return length < 0 || text[start + length + 1] !== '/' ? undefined : { start, end: start + length };
}

/** `ENV DB_PASSWORD hunter2`, `--password hunter2`, `login x password hunter2`, `PASSWORD 'hunter2'`. */
function spaced(text: string, start: number, nameEnd: number, bare: boolean): Bound | undefined {
  const gap = /[ \t]{1,4}/y;
  const at = skip(gap, text, nameEnd);
  if (at === nameEnd) return undefined;
  const before = text.slice(Math.max(0, start - 80), start + 2);
  if (/(?:^|\n)[ \t]{0,20}(?:ENV|ARG)[ \t]{1,4}\S?\S?$/.test(before) || /(?:^|[\s"'`])--?\w?\w?$/.test(before) || /\blogin[ \t]+\S{1,60}\s+\S{2}$/.test(before)) {
    const value = quotedAt(text, at) ?? wordAt(text, at);
    return value === undefined ? undefined : { bound: 'assigned', value };
  }
  const quoted = text[at] === "'" && /^(?:password|PASSWORD)$/.test(text.slice(start, nameEnd)) ? quotedAt(text, at) : undefined;
  return quoted === undefined || bare ? undefined : { bound: 'assigned', value: quoted };
}

/** A bare word is a value in files of settings, and inside a string of other languages: `"Server=x;Password=hunter2;"`. */
function bareAt(text: string, at: number, bare: boolean, nameStart: number): Range | undefined {
  if (bare && !/[;?&,]/.test(text[nameStart - 1] ?? '')) {
    const start = skip(/[ \t]*/y, text, at);
    const lineEnd = text.slice(start, start + LONGEST_VALUE).indexOf('\n');
    const end = lineEnd < 0 ? text.length : start + lineEnd;
    if (/\n/.test(text.slice(at - 1, start)) || end - start > LONGEST_VALUE) return undefined;
    const line = withoutRemark(text.slice(start, end));
    if (/^[!&*|>{[(]/.test(line)) return undefined;
    const value = /^[^\s"'`,]+/.exec(line)?.[0] ?? '';
    // Several words after the sign are a sentence or a command, unless more assignments follow.
    if (value.length < line.length && !/^\s+(?:\\|-|[A-Za-z_]+=|&&|[a-z./]+(?:\s|$))|^["'`,;]/.test(line.slice(value.length))) return undefined;
    return value === '' ? undefined : { start, end: start + value.length };
  }
  if (!bare && !standsInString(text, nameStart)) return undefined;
  const word = wordAt(text, at);
  return word !== undefined && /[;&"'`\s\\,]/.test(text[word.end] ?? ' ') ? word : undefined;
}

function wordAt(text: string, start: number): Range | undefined {
  WORD_VALUE.lastIndex = start;
  const word = WORD_VALUE.exec(text)?.[0];
  return word === undefined ? undefined : { start, end: start + word.length };
}
const WORD_VALUE = /[^\s"'`;&|<>(){}[\],\\]{4,300}/y;

/** True when the quotes on the line before `offset` leave one open. Looks back as far as a line is read. */
function standsInString(text: string, offset: number): boolean {
  const reach = text.slice(Math.max(0, offset - 400), offset);
  const before = reach.slice(reach.lastIndexOf('\n') + 1);
  let open = '';
  for (let at = 0; at < before.length; at++) {
    const unit = before[at]!;
    if (unit === '\\') at++;
    else if (open === '' && (unit === '"' || unit === "'" || unit === '`')) open = unit;
    else if (unit === open) open = '';
  }
  return open !== '';
}

/** Where a sticky pattern ends when it matches at `at`; `at` when it does not. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
