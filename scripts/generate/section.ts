/** A generated section of a page: what stands between `<!-- generated: name -->` and `<!-- /generated -->`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Relative path -> the whole text that should be there. */
export type Generated = ReadonlyMap<string, string>;

/** The page with the section's text replaced. Throws when the page has no such section: a generator without a place is a bug. */
export function section(root: string, file: string, name: string, text: string): Generated {
  const page = readFileSync(join(root, file), 'utf8');
  const opening = `<!-- generated: ${name} -->\n`;
  const start = page.indexOf(opening);
  const end = page.indexOf('<!-- /generated -->', start);
  if (start < 0 || end < 0) throw new Error(`${file} has no section "${name}"`);
  return new Map([[file, page.slice(0, start + opening.length) + text + page.slice(end)]]);
}
