/**
 * Letters of other scripts that look like Latin ones. Only those that are drawn alike in common fonts; from the Unicode list of confusables
 * (https://www.unicode.org/Public/security/latest/confusables.txt), Cyrillic, Greek, Armenian and full-width forms.
 */

const PAIRS: readonly (readonly [others: string, latin: string])[] = [
  ['аɑα', 'a'], ['Ьƅ', 'b'], ['сϲ', 'c'], ['ԁɗ', 'd'], ['еҽ', 'e'], ['ɡց', 'g'], ['һհ', 'h'], ['іıɩ', 'i'], ['јϳ', 'j'], ['ӏⅼ', 'l'], ['ոռ', 'n'], ['оοօ', 'o'], ['рρ', 'p'], ['ԛզ', 'q'], ['гᴦ', 'r'], ['ѕꜱ', 's'], ['սʋυ', 'u'], ['ѵν', 'v'], ['ԝѡ', 'w'], ['хχ', 'x'], ['уγ', 'y'], ['ᴢ', 'z'],
  ['АΑ', 'A'], ['ВΒ', 'B'], ['СϹ', 'C'], ['ЕΕ', 'E'], ['Ԍ', 'G'], ['НΗ', 'H'], ['ІΙӀ', 'I'], ['Ј', 'J'], ['КΚ', 'K'], ['МΜ', 'M'], ['Ν', 'N'], ['ОΟՕ', 'O'], ['РΡ', 'P'], ['Ѕ', 'S'], ['ТΤ', 'T'], ['Ս', 'U'], ['Ѵ', 'V'], ['Ԝ', 'W'], ['ХΧ', 'X'], ['ҮΥ', 'Y'], ['Ζ', 'Z'],
];

const LATIN: ReadonlyMap<string, string> = new Map([
  ...PAIRS.flatMap(([others, latin]) => [...others].map((letter): [string, string] => [letter, latin])),
  // Full-width forms stand 0xFEE0 above their ASCII ones.
  ...Array.from({ length: 26 }, (_, index): [string, string][] => [[String.fromCodePoint(0xff21 + index), String.fromCodePoint(0x41 + index)], [String.fromCodePoint(0xff41 + index), String.fromCodePoint(0x61 + index)]]).flat(),
]);

/** The Latin letter a letter is mistaken for; `undefined` when it is one, or looks like none. */
export function latinLookalike(letter: string): string | undefined {
  return LATIN.get(letter);
}
