/** Which characters a regular expression lets through, read from its text and never run: decides what a check or a replacement makes safe. */
import { CONTEXT, type Context } from './value.ts';

/** Characters (ASCII) that are dangerous in each context; a set that holds none of them cannot carry an attack there. */
const DANGEROUS: Readonly<Record<Exclude<Context, 'path' | 'record'>, string>> = {
  sql: '\'"`;\\()=<>#* \t\n\r,', shell: ';&|$`<>(){}*?!#~\'"\\ \n\r\t', html: '<>"\'', url: '/:@\\?#', code: '\'"`;=(){}[]\\+,', nosql: '$', log: '\n', regex: '.*+?^${}()|[]\\',
  redirect: ':\\', template: '{}<%$#', header: '\r\n', xml: '<>&', key: '_',
};

/** Ways to write "any line end". */
const LINE_ENDS = new Set(['\\r|\\n', '\\n|\\r', '\\r\\n|\\n|\\r', '\\r\\n|\\r|\\n', '\\r?\\n', '\\r?\\n|\\r', '\\n|\\r\\n', '(\\r\\n|\\n|\\r)', '\\r\\n|\\n', '(?:\\r\\n|\\r|\\n)', '\\n|\\r|\\r\\n', '\\n+', '\\r+', '\\p{Cc}', '\\p{C}', '\\p{Cc}+', '\\p{C}+', '[\\p{Cc}]', '[\\p{C}]', '[\\p{Cc}]+', '[\\p{C}]+', '\\p{Control}']);

type Set128 = Uint8Array;

/** Bits of the contexts that a text of only these characters is safe in. */
function contextsOf(chars: Set128): number {
  let bits: number = CONTEXT.record;
  for (const [context, dangerous] of Object.entries(DANGEROUS)) {
    if (![...dangerous].some((char) => chars[char.charCodeAt(0)] === 1)) bits |= CONTEXT[context as Context];
  }
  // Without names, quotes and brackets code can only calculate.
  if (!chars.some((held, code) => held === 1 && /[A-Za-z_$'"`[\]{}\\=;]/.test(String.fromCharCode(code)))) bits |= CONTEXT.code;
  const slash = chars[47] === 1;
  if (!slash || chars[46] !== 1) bits |= CONTEXT.path;
  if (slash && chars[46] === 1) bits &= ~CONTEXT.redirect;
  return bits;
}

/** What passes `/^...$/.test(x)`: bits of contexts; 0 when the expression is not anchored at both ends or cannot be read. */
export function contextsOfTest(pattern: string, flags: string): number {
  if (flags.includes('m')) return 0;
  const local = /^\^\\?\/(?:\(\?!(?:\\?\/|\[\\?\/\\\\+\])\)|\[(?!\^)[^\]/\\]*\])/.test(pattern) ? CONTEXT.redirect : 0;
  if (!pattern.startsWith('^') || !pattern.endsWith('$') || pattern.endsWith('\\$') || hasTopLevelOr(pattern)) return local;
  const chars = charsOf(pattern.slice(1, -1), flags);
  return chars === undefined ? local : contextsOf(chars) | local;
}

/** What a match of the pattern, or a group of it, can hold, wherever in the text it was found. */
export function contextsOfMatch(pattern: string, flags: string): number {
  const chars = charsOf(pattern, flags);
  return chars === undefined ? 0 : contextsOf(chars) & ~CONTEXT.redirect;
}

/** What is safe after `x.replace(/[...]/g, '')`: the class is taken away, or all but the class is. */
export function contextsOfRemoval(pattern: string, flags: string, replacement: string): number {
  if (!flags.includes('g')) return 0;
  const single = /^\[(?:\\.|[^\]\\])*\][+*]?$|^\\[wWsSdD]\+?$|^[^\\[\](){}.*+?|^$]$|^\\[nrt.\\/$]$/.test(pattern) || LINE_ENDS.has(pattern);
  if (!single) return 0;
  const removed = charsOf(LINE_ENDS.has(pattern) ? '\\r\\n' : pattern.replace(/[+*]$/, ''), flags);
  if (removed === undefined) return 0;
  const left = new Uint8Array(128).map((_, code) => (removed[code] === 1 ? 0 : 1));
  for (const char of replacement.replace(/\$[&`'0-9]/g, '')) if (char.charCodeAt(0) < 128) left[char.charCodeAt(0)] = 1;
  return contextsOf(left);
}

/** Contexts in which escaping these characters one by one is what the standard asks for. */
export function contextsOfEscape(pattern: string, flags: string, replacement: string | undefined): number {
  if (!flags.includes('g')) return 0;
  if (replacement === undefined) {
    if (pattern.startsWith('[') && pattern.includes('<') && pattern.includes('&')) return CONTEXT.html | CONTEXT.xml;
    return 0;
  }
  if (pattern === '<' && (replacement === '&lt;' || /^\\+(?:u003c|x3c)$/i.test(replacement))) return CONTEXT.html | CONTEXT.xml;
  if ((pattern === "'" || pattern === "\\'") && (replacement === "''" || replacement === "\\'")) return replacement === "''" ? CONTEXT.sql : 0;
  if (pattern === "'" && replacement === "'\\''") return CONTEXT.shell;
  if (/^\[(?:\\.|[^\]\\])*\]$/.test(pattern) && /^\\+\$&$/.test(replacement)) {
    const escaped = charsOf(pattern, flags);
    if (escaped && [...'.*+?^${}()|[]\\'].every((char) => escaped[char.charCodeAt(0)] === 1)) return CONTEXT.regex;
  }
  return 0;
}

/** True when `/^https:\/\/…example\.com$/` lets through addresses of one site and its parts alone: anchored, dots escaped, a dot or slash before the name. */
export function isHostPattern(pattern: string): boolean {
  return pattern.startsWith('^') && !hasTopLevelOr(pattern) && /(?:\/|\\\.|\)[?*+]?)[a-z0-9-]+(?:\\\.[a-z0-9-]+)+(?::\\d[+*]|\(\??:?:\\d[+*]\)\?|:\d+)?(?:\\?\/)?\$$|(?:\/|\\\.)\(\??:?[a-z0-9-]+(?:\|[a-z0-9-]+)*\)(?:\\\.[a-z0-9-]+)+\$$|\/\/localhost(?::\\d[+*]|\(\??:?:\\d[+*]\)\?|:\d+)?\$$/i.test(pattern);
}

function hasTopLevelOr(pattern: string): boolean {
  let depth = 0;
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === '\\') i++;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === '|' && depth === 0) return true;
  }
  return false;
}

function add(set: Set128, test: (char: string) => boolean): void {
  for (let code = 0; code < 128; code++) if (test(String.fromCharCode(code))) set[code] = 1;
}

function addEscape(set: Set128, char: string): void {
  switch (char) {
    case 'd': return add(set, (one) => one >= '0' && one <= '9');
    case 'w': return add(set, (one) => /\w/.test(one));
    case 's': return add(set, (one) => /\s/.test(one));
    case 'D': return add(set, (one) => !/\d/.test(one));
    case 'W': return add(set, (one) => !/\w/.test(one));
    case 'S': return add(set, (one) => !/\s/.test(one));
    case 'n': return add(set, (one) => one === '\n');
    case 'r': return add(set, (one) => one === '\r');
    case 't': return add(set, (one) => one === '\t');
    case 'b': case 'B': return;
    case 'p': case 'P': case 'u': case 'x': return add(set, (one) => /\w/.test(one));
    default: return add(set, (one) => one === char);
  }
}

/** Every ASCII character the expression can match anywhere. Back references and look-around read as what they hold. */
function charsOf(pattern: string, flags: string): Set128 | undefined {
  const set = new Uint8Array(128);
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === '\\') {
      const escaped = pattern[++i] ?? '';
      addEscape(set, escaped);
      if ((escaped === 'p' || escaped === 'P' || escaped === 'u') && pattern[i + 1] === '{') i = Math.max(i, pattern.indexOf('}', i));
      else if (escaped === 'x') i += 2;
      else if (escaped === 'u') i += 4;
    } else if (char === '[') {
      const end = classEnd(pattern, i);
      if (end < 0) return undefined;
      addClass(set, pattern.slice(i + 1, end));
      i = end;
    } else if (char === '.') add(set, (one) => one !== '\n' && one !== '\r');
    else if (char === '{') i = Math.max(i, pattern.indexOf('}', i));
    else if (char === '(') {
      const special = /^\((?:\?(?::|<[A-Za-z_]\w*>))/.exec(pattern.slice(i));
      if (special) i += special[0].length - 1;
      else if (pattern.startsWith('(?', i)) {
        // Look-around only narrows: what it holds adds nothing.
        const close = groupEnd(pattern, i);
        if (close < 0) return undefined;
        i = close;
      }
    } else if (!'*+?|)^$'.includes(char)) add(set, (one) => one === char);
  }
  if (flags.includes('i')) for (let code = 65; code <= 90; code++) if (set[code] === 1 || set[code + 32] === 1) set[code] = set[code + 32] = 1;
  return set;
}

function classEnd(pattern: string, start: number): number {
  for (let i = start + 1; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === ']') return i;
  }
  return -1;
}

function groupEnd(pattern: string, start: number): number {
  let depth = 0;
  for (let i = start; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === '[') {
      i = classEnd(pattern, i);
      if (i < 0) return -1;
    } else if (pattern[i] === '(') depth++;
    else if (pattern[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

function addClass(set: Set128, content: string): void {
  const negated = content.startsWith('^');
  const own = new Uint8Array(128);
  for (let i = negated ? 1 : 0; i < content.length; i++) {
    let char = content[i]!;
    if (char === '\\') {
      const escaped = content[++i] ?? '';
      if (escaped === 'x') {
        char = String.fromCharCode(Number.parseInt(content.slice(i + 1, i + 3), 16));
        i += 2;
      } else if (escaped === 'u' && content[i + 1] !== '{') {
        char = String.fromCharCode(Number.parseInt(content.slice(i + 1, i + 5), 16));
        i += 4;
      } else {
        addEscape(own, escaped);
        if ((escaped === 'p' || escaped === 'P' || escaped === 'u') && content[i + 1] === '{') i = Math.max(i, content.indexOf('}', i));
        continue;
      }
    }
    if (content[i + 1] === '-' && i + 2 < content.length) {
      let to = content[i + 2]!;
      i += 2;
      if (to === '\\') {
        const escaped = content[++i] ?? '';
        if (escaped === 'x') {
          to = String.fromCharCode(Number.parseInt(content.slice(i + 1, i + 3), 16));
          i += 2;
        } else if (escaped === 'u') {
          to = String.fromCharCode(Number.parseInt(content.slice(i + 1, i + 5), 16));
          i += 4;
        } else to = escaped;
      }
      add(own, (one) => one >= char && one <= to);
    } else add(own, (one) => one === char);
  }
  for (let code = 0; code < 128; code++) if ((own[code] === 1) !== negated) set[code] = 1;
}
