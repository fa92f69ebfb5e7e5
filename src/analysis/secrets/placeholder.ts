/** Values that are evidently no secret: words that stand for one, variables, documentation's own examples, one character over and over. */

/** True when nobody could log in with this. */
export function isPlaceholder(value: string): boolean {
  return isReference(value) || isMonotonous(value) || EXAMPLES.has(value) || STANDS_FOR.test(value) || isSequence(value);
}

/** Keys that vendors print in their own documentation. Cut in two, so that no scanner takes this file for a leak. */
const EXAMPLES: ReadonlySet<string> = new Set([
  'wJalrXUtnFEMI' + '/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'je7MtGbClwBF' + '/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
  'sk_test_4eC39H' + 'qLyjWDarjtT1zdp7dc',
  'sk_test_BQokik' + 'JOvBiI2HlWgH4olfQ2',
  'AIzaSyDaGmWKa4Js' + 'XZ-HjGw7ISLn_3namBGewQe',
  '6LeIxAcTAAAAAGG' + '-vFI1TnRWxMZNFuojJ4WifJWe',
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq' + '/K1SZFPTOtr/KBHBeksoGMGw==',
  'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw' + '/Jw==',
  'base64:' + 'your-app-key',
]);

/** Words that only a stand-in holds. The first group must stand apart from letters, the second says it anywhere. */
const STANDS_FOR = new RegExp(
  [
    '(?:^|[^A-Za-z])(?:your|changeme|change|replace|sample|dummy|fake|todo|fixme|insert|enter|lorem|foo|bar|foobar|baz|mock|stub|demo)(?:$|[^A-Za-z])',
    'example|placeholder|redacted|change.?me|replace.?(?:me|with|this)|your[-_ ]?|x{4,}|\\*{3,}|\\.{3}|…|not[-_ ]?a?[-_ ]?(?:real|secret)|goes[-_ ]?here|[-_ ]here$|<[A-Za-z][^>]{0,80}>|test[-_]?(?:key|token|secret|password)(?:$|[^A-Za-z])|(?:key|token|secret|password)[-_]test$',
  ].join('|'),
  'i',
);

/** `${NAME}`, `{{name}}`, `$(name)`, `%NAME%`, `$NAME`, `<name>`, `#{name}`, `[name]`, `@name@`: filled in elsewhere. */
export function isReference(value: string): boolean {
  if (/^(?:\$\{|\{\{|\$\(|<%|#\{|\[\[|%\(|\$\[|!Ref|!Sub|ref\+|op:\/\/|vault:|arn:|ENC[[(]|env:|file:|secret:\/\/|projects\/)/.test(value)) return true;
  if (/^(?:%[A-Za-z_]+%?|%[-\d]*[sdvq@]|\$[A-Za-z_]\w*|\{[\w.$ -]*\}|<[^>]*>|\[[A-Za-z -]+\]|@[\w.-]+@|:[a-z_]+|__[A-Z_]+__)$/.test(value)) return true;
  const rest = value.replace(PARTLY, '');
  return rest !== value && rest.length < 12;
}

/** A reference among other text: what is left of the value decides. */
const PARTLY = /\$\{[^}]{0,80}\}|\{\{[^}]{0,80}\}\}|#\{[^}]{0,80}\}|<%[^%]{0,80}%>|\$\([^)]{0,80}\)/g;

/** Few different characters for the length: `0000000000`, `xxxx-xxxx`, `abcabcabc`. */
function isMonotonous(value: string): boolean {
  if (value.length > 4096) return false;
  const kinds = new Set(value.replace(/[-_.:/]/g, '').toLowerCase()).size;
  return kinds <= 3 || (value.length >= 24 && kinds <= 6);
}

/** Counted or typed along the keyboard: `1234567890abcdef`, `abcdefghij`, `deadbeef`, `qwertyuiop`. */
function isSequence(value: string): boolean {
  if (value.length > 200) return false;
  const lower = value.toLowerCase();
  if (/deadbeef|cafebabe|qwertyui|asdfghjk|0123456789|1234567890|abcdefghi|a1b2c3d4|abc123def|123abc|12345678/.test(lower) && new Set(lower).size <= 24) {
    return steps(lower) >= 0.35 || /deadbeef|cafebabe|qwertyui|asdfghjk|abc123def|a1b2c3d4/.test(lower);
  }
  return value.length >= 12 && steps(lower) >= 0.6;
}

/** Share of characters that follow the one before them in the alphabet, or repeat it. */
function steps(value: string): number {
  let count = 0;
  for (let at = 1; at < value.length; at++) {
    const step = value.charCodeAt(at) - value.charCodeAt(at - 1);
    if (step === 1 || step === 0) count++;
  }
  return count / Math.max(1, value.length - 1);
}
