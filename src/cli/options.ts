/** Reading a command's options, strictly: an unknown option or a wrong value is said, and nothing runs. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { SEVERITIES, type Severity } from '#core/finding';

export const FORMATS = ['pretty', 'json', 'sarif', 'github', 'gitlab', 'junit'] as const;
export type Format = (typeof FORMATS)[number];

export type Options = { readonly ok: true; readonly values: Readonly<Record<string, string | undefined>>; readonly positionals: readonly string[] } | { readonly ok: false; readonly message: string };

/** Options that each take one value, and what else stands on the line. */
export function readOptions(args: readonly string[], names: readonly string[]): Options {
  const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { ok: true, values: values as Record<string, string | undefined>, positionals };
  } catch (error) {
    return { ok: false, message: `${error instanceof Error ? error.message : String(error)} \`vetmark help\` lists what there is.` };
  }
}

export function isFormat(value: string): value is Format {
  return (FORMATS as readonly string[]).includes(value);
}

export function isSeverity(value: string): value is Severity {
  return (SEVERITIES as readonly string[]).includes(value);
}
