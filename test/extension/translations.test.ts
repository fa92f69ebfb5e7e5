/** What the extension says, in every language it speaks: nothing left out, no placeholder lost, no text for people past the translators. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { textsOf } from '../../scripts/texts.ts';

const root = resolve(import.meta.dirname, '../..');
const LANGUAGES = ['de', 'es', 'ja', 'zh-cn'];
const SOURCES = [
  { name: 'package.nls.json', of: (language: string) => `package.nls.${language}.json` },
  { name: 'l10n/bundle.l10n.json', of: (language: string) => `l10n/bundle.l10n.${language}.json` },
];
/** Names, signs and words that another language writes alike, so that the same text is a translation. */
const ALIKE: ReadonlySet<string> = new Set(['Git', 'HTML', 'Info', 'No', 'SQL', 'Code', 'code', 'Vetmark: {0}', 'Vetmark: {0}. {1}']);

describe('the extension in other languages', () => {
  for (const { name, of } of SOURCES) {
    for (const language of LANGUAGES) {
      it(`says everything of ${name} in ${language}`, () => {
        const source = read(name);
        const translation = read(of(language));
        assert.deepEqual(Object.keys(source).filter((key) => translation[key] === undefined), [], 'not translated yet');
        assert.deepEqual(Object.keys(translation).filter((key) => source[key] === undefined), [], 'translated, and said nowhere any more');
      });

      it(`keeps placeholders, commands, icons and code of ${name} in ${language}`, () => {
        const translation = read(of(language));
        const differing = Object.entries(read(name)).filter(([key, text]) => translation[key] !== undefined && kept(translation[key]).join() !== kept(text).join());
        assert.deepEqual(differing.map(([key]) => [key, translation[key]]), []);
      });

      it(`leaves nothing of ${name} in English in ${language}`, () => {
        const translation = read(of(language));
        const left = Object.entries(read(name)).filter(([key, text]) => translation[key]?.trim() === '' || (translation[key] === text && /\p{L}{2}/u.test(text.replaceAll(/\{\d\}/g, '')) && !ALIKE.has(text)));
        assert.deepEqual(left.map(([, text]) => text), []);
      });
    }
  }

  it('has no other languages lying about', () => {
    const found = [...readdirSync(root), ...readdirSync(join(root, 'l10n'))].flatMap((file) => /^(?:package\.nls|bundle\.l10n)\.([\w-]+)\.json$/.exec(file)?.[1] ?? []);
    assert.deepEqual([...new Set(found)].sort(), [...LANGUAGES].sort());
  });
});

describe('the sources of the extension', () => {
  const files = textsOf(root);

  it('give every text for people to the translators', () => {
    assert.deepEqual(files.flatMap(({ file, bare }) => bare.map((text) => `${file}:${text}`)), []);
  });

  it('give them whole sentences, not computed ones', () => {
    // The questions and topics of the core are worded there, and are in the bundle by their lists.
    const computed = files.filter(({ file }) => file !== 'src/extension/review/demand-words.ts').flatMap(({ file, computed: lines }) => lines.map((line) => `${file}:${line}`));
    assert.deepEqual(computed, []);
  });
});

function read(file: string): Readonly<Record<string, string>> {
  const path = join(root, file);
  assert.ok(existsSync(path), `${file} is missing`);
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
}

/** What a translation takes over as it is, in any order. */
function kept(text: string): readonly string[] {
  return (text.match(/\{\d\}|\$\([\w-]+\)|command:[\w.?%-]+|`(?!Vetmark:)[^`]+`|\.vetmark\/\w+/g) ?? []).sort();
}
