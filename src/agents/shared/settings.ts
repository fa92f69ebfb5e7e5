/** What settings files say against hooks. Text in, the end of a sentence out; loaded only when a person asks whether hooks are alive. */
import { parse } from 'jsonc-parser';

/** The settings that are true, of those named by their paths; `undefined`: none, or no file. */
export function isTrue(text: string | undefined, ...paths: readonly (readonly string[])[]): string | undefined {
  return found(text, paths, true);
}

/** The settings that are false, of those named by their paths; `undefined`: none, or no file. */
export function isFalse(text: string | undefined, ...paths: readonly (readonly string[])[]): string | undefined {
  return found(text, paths, false);
}

/** The value at a path; `undefined` where there is none, and where the text is no JSON. */
export function valueIn(text: string | undefined, path: readonly string[]): unknown {
  if (text === undefined) return undefined;
  let value: unknown = parse(text.replace(/^\ufeff/, ''), [], { allowTrailingComma: true });
  for (const key of path) value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  return value;
}

function found(text: string | undefined, paths: readonly (readonly string[])[], wanted: boolean): string | undefined {
  const names = paths.filter((path) => valueIn(text, path) === wanted).map((path) => `"${path.join('.')}"`);
  return names.length === 0 ? undefined : `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} ${wanted} there, which switches these hooks off`;
}
