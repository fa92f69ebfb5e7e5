/**
 * Units of texts that are not read token by token: paragraphs between blank lines. Invariant: indentation and every character but spaces
 * at a line's end count, so that Python and YAML are safe.
 */
import { digestOfParts, type Digest } from './digest.ts';
import { lineStarts, type Range } from './text.ts';

/** Languages in which an indented paragraph belongs to what stands before it. */
const BY_INDENTATION = new Set(['python', 'yaml', 'coffeescript', 'jade', 'sass', 'makefile', 'fsharp', 'haskell', 'jupyter', 'dockercompose']);

/** A unit whose text is a paragraph. */
export interface Paragraph {
  readonly range: Range;
  readonly digest: Digest;
  /** `def total`, or `lines 4-9`. */
  readonly label: string;
  readonly whole: boolean;
  readonly runs: boolean;
}

/** Languages in which neither the order of paragraphs nor a missing one does anything. */
const INERT = new Set(['markdown', 'latex', 'css', 'scss', 'sass', 'less']);

interface Line {
  readonly text: string;
  readonly start: number;
  /** One-based. */
  readonly number: number;
}

/** Cuts a text at blank lines. Line ends, spaces before them and the length of a run of blank lines do not count. */
export function paragraphsOf(text: string, language: string): readonly Paragraph[] {
  const paragraphs: (Line | undefined)[][] = [];
  const joins = BY_INDENTATION.has(language);
  let blank = true;
  for (const line of linesOf(text)) {
    if (line.text === '') {
      blank = true;
      continue;
    }
    const open = paragraphs[paragraphs.length - 1];
    if (open === undefined || (blank && !(joins && /^[ \t]/.test(line.text)))) paragraphs.push([line]);
    else open.push(...(blank ? [undefined, line] : [line]));
    blank = false;
  }
  return paragraphs.map((lines) => unitOf(lines, language));
}

/** A line without its end and the spaces before it. A lone carriage return stays, and spaces behind a backslash: they have a meaning. */
function linesOf(text: string): readonly Line[] {
  const starts = lineStarts(text);
  return starts.map((start, index) => {
    let end = starts[index + 1] ?? text.length;
    let trailing = '';
    if (text[end - 1] === '\n' && end > start) end -= text[end - 2] === '\r' && end - 1 > start ? 2 : 1;
    else if (text[end - 1] === '\r' && end > start) {
      trailing = '\r';
      end--;
    }
    const whole = text.slice(start, end);
    const trimmed = whole.replace(/(?<![ \t])[ \t]+$/, '');
    const kept = trimmed.endsWith('\\') ? whole : trimmed;
    return { text: kept === '' ? '' : kept + trailing, start, number: index + 1 };
  });
}

function unitOf(lines: readonly (Line | undefined)[], language: string): Paragraph {
  const first = lines[0]!;
  const last = lines[lines.length - 1]!;
  const indent = /^[ \t]*/.exec(first.text)![0].length;
  const name = nameOf(lines);
  return {
    range: { start: first.start + indent, end: last.start + last.text.replace(/(?<![ \t\r])[ \t\r]+$/, '').length },
    digest: digestOfParts(['vetmark unit 1', 'lines', ...lines.map((line) => (line === undefined ? 'blank' : 'line ' + line.text))]),
    label: name ?? (first.number === last.number ? `line ${first.number}` : `lines ${first.number}-${last.number}`),
    whole: name !== undefined,
    runs: name === undefined && !INERT.has(language),
  };
}

/** `def total`, `class Cart`: where a paragraph plainly starts with one. */
function nameOf(lines: readonly (Line | undefined)[]): string | undefined {
  for (const line of lines.slice(0, 20)) {
    const found = /^(?:pub |export |async )*(def|class|func|fn|sub|function) +([\p{L}_$][\p{L}\p{N}_$]{0,79})/u.exec(line?.text ?? '');
    if (found !== null) return `${found[1]} ${found[2]}`;
  }
  return undefined;
}
