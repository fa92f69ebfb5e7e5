/** Words that messages of several rules share. */
import type { Taint } from './flow/value.ts';

/** The start of a message: what flows in, and where it is from. */
export function sourceWords(taint: Taint | undefined, code: string): string {
  const shown = `\`${oneLine(code)}\``;
  if (taint === undefined) return shown;
  const { kind, label } = taint.source;
  const from = oneLine(label) === oneLine(code) ? '' : `\`${oneLine(label)}\``;
  switch (kind) {
    case 'remote':
      return from === '' ? `${shown}, which comes from outside,` : `${shown}, which comes from outside (${from}),`;
    case 'parameter':
      return from === '' ? `${shown}, which any caller chooses,` : `${shown}, which any caller chooses (${from}),`;
    case 'local':
      return from === '' ? `${shown}, which comes from the command line,` : `${shown}, which comes from the command line (${from}),`;
    case 'stored':
      return from === '' ? `${shown}, which was stored before,` : `${shown}, which was stored before (${from}),`;
  }
}

export function oneLine(code: string): string {
  const text = code.replace(/\s+/g, ' ').trim();
  return text.length > 60 ? text.slice(0, 57) + '…' : text;
}
