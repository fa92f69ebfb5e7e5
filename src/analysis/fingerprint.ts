/** Fingerprints of findings: rule, the code of the enclosing statement without its formatting, and which of its like it is. */
import type { Fingerprint } from '#core/finding';
import { digestOfParts } from '#core/digest';
import type { Range } from '#core/text';

/** Hands out fingerprints for one text; call in order of position, so that the ordinals of equal statements are stable. */
export function fingerprinter(): (rule: string, statement: string) => Fingerprint {
  const seen = new Map<string, number>();
  return (rule, statement) => {
    const code = bare(statement);
    const key = `${rule}\n${code}`;
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return digestOfParts([rule, code, String(ordinal)]);
  };
}

/** The innermost of nested ranges (in order of start) that holds a range; the range itself when none does. */
export function innermost(statements: readonly Range[], range: Range): Range {
  let best: Range | undefined;
  for (const statement of statements) {
    if (statement.start > range.start) break;
    if (statement.end >= range.end && (best === undefined || statement.end - statement.start <= best.end - best.start)) best = statement;
  }
  return best ?? range;
}

/** Code as a formatter cannot change it: no space outside quotes, no comment, one kind of quote, no semicolon, no comma before a closer. */
function bare(code: string): string {
  let out = '';
  for (let i = 0; i < code.length; i++) {
    const char = code[i]!;
    if (char === '"' || char === "'" || char === '`') {
      const start = i;
      for (i++; i < code.length && code[i] !== char; i++) if (code[i] === '\\') i++;
      const inner = code.slice(start + 1, i);
      out += char === '`' ? `\`${inner}\`` : `'${inner.replaceAll(`\\${char}`, char)}'`;
    } else if (char === '/' && code[i + 1] === '/') {
      while (i < code.length && code[i] !== '\n') i++;
    } else if (char === '/' && code[i + 1] === '*') {
      i = code.indexOf('*/', i + 2) + 1;
      if (i === 0) i = code.length;
    } else if (/\s/.test(char)) {
      const before = out.at(-1) ?? '';
      const after = /\S/.exec(code.slice(i))?.[0] ?? '';
      if (/[\w$]/.test(before) && /[\w$]/.test(after)) out += ' ';
    } else if (char === ';') continue;
    else {
      if ((char === ')' || char === ']' || char === '}') && out.endsWith(',')) out = out.slice(0, -1);
      out += char;
    }
  }
  return out;
}
