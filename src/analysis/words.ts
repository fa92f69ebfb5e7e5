/** Words that messages of several rules share. */
import type { Taint } from './flow/value.ts';

/** The start of a message: what flows in and where it is from, up to "and": "`id` comes from outside (`req.params.id`) and". */
export function sourceWords(taint: Taint | undefined, code: string): string {
  const shown = code.includes('`') ? 'this text' : `\`${oneLine(code)}\``;
  if (taint === undefined) return shown;
  const label = oneLine(taint.source.label);
  const from = label === oneLine(code) ? '' : ` (\`${label}\`)`;
  switch (taint.source.kind) {
    case 'remote':
      return `${shown} comes from outside${from} and`;
    case 'parameter':
      return `${shown} is whatever the caller passes${from} and`;
    case 'local':
      return `${shown} is what the user enters${from} and`;
    case 'stored':
      return `${shown} was stored before${from} and`;
  }
}

export function oneLine(code: string): string {
  const text = code.replace(/\s+/g, ' ').trim();
  return text.length > 60 ? text.slice(0, 59) + '…' : text;
}
