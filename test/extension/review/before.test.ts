/** What stood there before an assistant or a tool touched it: what people did stays, and so does what is elsewhere. */
import assert from 'node:assert/strict';
import type { Origin, Span } from '#core/provenance';
import { beforeOf } from '../../../src/extension/review/before.ts';

const AGENT: Origin = { kind: 'agent', agent: 'codex' };

/** Marks the places of a text by their own words. */
function spans(text: string, marked: readonly { readonly words: string; readonly origin: Origin; readonly deletion?: true }[]): readonly Span[] {
  return marked.map(({ words, origin, deletion }) => {
    const start = text.indexOf(words);
    return { range: { start, end: start + words.length }, origin, evidence: deletion === true ? [{ kind: 'shape', shape: 'deletion' } as const] : [{ kind: 'disk' } as const], at: 1 };
  });
}

describe('the text before', () => {
  for (const { title, base, text, marked, within, before } of [
    { title: 'undoes what an agent inserted', base: 'a();\nb();\n', text: 'a();\nevil();\nb();\n', marked: [{ words: 'evil();\n', origin: AGENT }], within: 'evil();\n', before: 'a();\nb();\n' },
    { title: 'keeps what a person inserted', base: 'a();\nb();\n', text: 'a();\nmine();\nb();\nevil();\n', marked: [{ words: 'mine();\n', origin: { kind: 'human' } as Origin }, { words: 'evil();\n', origin: AGENT }], within: 'evil();\n', before: 'a();\nmine();\nb();\n' },
    { title: 'keeps what an agent did elsewhere', base: 'a();\n', text: 'one();\na();\ntwo();\n', marked: [{ words: 'one();\n', origin: AGENT }, { words: 'two();\n', origin: AGENT }], within: 'two();\n', before: 'one();\na();\n' },
    { title: 'undoes one region of a new file only', base: '', text: 'one();\n\ntwo();\n', marked: [{ words: 'one();\n\ntwo();\n', origin: AGENT }], within: 'two();', before: 'one();\n\n\n' },
    { title: 'puts back what an agent took away', base: 'check();\npay();\nend();\n', text: 'pay();\nend();\n', marked: [{ words: 'pay', origin: AGENT, deletion: true as const }], within: 'pay();', before: 'check();\npay();\nend();\n' },
    { title: 'leaves out what an agent wrote where there is no former text', base: undefined, text: 'mine();\nevil();\n', marked: [{ words: 'evil();\n', origin: AGENT }], within: 'evil();\n', before: 'mine();\n' },
    { title: 'compares lines that end in another way', base: 'a();\nb();\n', text: 'a();\r\nevil();\r\nb();\r\n', marked: [{ words: 'evil();\r\n', origin: AGENT }], within: 'evil();\r\n', before: 'a();\r\nb();\r\n' },
  ]) {
    it(title, () => {
      const start = text.indexOf(within);
      assert.equal(beforeOf(base, text, spans(text, marked), { start, end: start + within.length }), before);
    });
  }
});
