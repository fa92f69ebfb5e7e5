/** Values that are evidently no secret: words that stand for one, variables, documentation's own examples, one character over and over. */

/** True when nobody could log in with this. */
export function isPlaceholder(value: string): boolean {
  return isVariable(value) || isMonotonous(value) || EXAMPLES.has(value) || STANDS_FOR.test(value);
}

/** Keys that vendors print in their own documentation. Cut in two, so that no scanner takes this file for a leak. */
const EXAMPLES: ReadonlySet<string> = new Set([
  'AKIA' + 'IOSFODNN7EXAMPLE',
  'AKIA' + 'I44QH8DHBEXAMPLE',
  'ASIA' + 'IOSFODNN7EXAMPLE',
  'wJalrXUtnFEMI' + '/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'je7MtGbClwBF' + '/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
]);

/** Words that only a stand-in holds, apart from the letters around them. */
const STANDS_FOR =
  /(?:^|[^a-z])(?:your|my|changeme|change[-_]?me|replace[-_]?me|placeholder|example|sample|dummy|fake|redacted|todo|fixme|insert|xxx+|lorem)(?:$|[^a-z])|EXAMPLE(?:KEY)?$|^<[^>]{1,80}>$|^\*+$|\.\.\.|…/i;

/** `${NAME}`, `{{name}}`, `$(name)`, `%NAME%`, `$NAME`, `<name>` as the whole value. */
function isVariable(value: string): boolean {
  return /^(?:\$\{[^}]*\}|\{\{[^}]*\}\}|\{[^}]*\}|\$\([^)]*\)|%[A-Za-z_]+%|\$[A-Za-z_]\w*|<[^>]*>)$/.test(value);
}

/** Few different characters for the length: `0000000000`, `xxxx-xxxx`, `abcabcabc`. */
function isMonotonous(value: string): boolean {
  const kinds = new Set(value.replace(/[-_.:/]/g, '').toLowerCase()).size;
  return kinds <= 3 || (value.length >= 20 && kinds <= 5);
}
