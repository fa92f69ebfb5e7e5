/** What a value looks like: drawn at random or made of words. No meaning of names here, only letters. */

/** Shannon entropy in bits a character. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** True when most of the text is words that one could say aloud: `newPasswordField`, `reset-token-form`, `supersecret`. */
export function isWordy(value: string): boolean {
  const chunks = value.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  // Long identifiers have long words; long keys have short runs of letters that happen to be pronounceable.
  if (value.length >= 24 && chunks.join('').length / chunks.length < 3.6) return false;
  let spoken = 0;
  for (const chunk of chunks) if (chunk.length >= 3 && isPronounceable(chunk.toLowerCase())) spoken += chunk.length;
  return spoken / value.length >= 0.6;
}

/** Vowels where a word has them. English words seldom have five consonants in a row or less than one vowel in five letters. */
function isPronounceable(word: string): boolean {
  const vowels = word.replace(/[^aeiouy]/g, '').length / word.length;
  return vowels >= 0.2 && vowels <= 0.75 && !/[^aeiouy]{5}/.test(word);
}

/** True for what a generator of keys would print: long, many different characters, letters and digits or no word in it. */
export function isRandom(value: string): boolean {
  if (value.length < 16 || /\s/.test(value)) return false;
  if (/^[0-9a-f]+$/i.test(value)) return entropy(value) >= 2.6 && /\d/.test(value) && (/[a-f]/i.test(value) || value.length >= 24);
  if (entropy(value) < 3.1 || isWordy(value)) return false;
  return /\d/.test(value) ? /[A-Za-z]/.test(value) : /[a-z]/.test(value) && /[A-Z]/.test(value);
}

export const UUID_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `camelCase` and `kebab-case` as `snake_case`. */
export function snake(text: string): string {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toLowerCase();
}
