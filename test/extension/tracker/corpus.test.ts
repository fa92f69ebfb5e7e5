/** What was recorded in a real VS Code, folded again: nobody's code is anybody else's in the dangerous direction. */
import assert from 'node:assert/strict';
import { readCorpus, ways } from '../../harness/provenance/corpus.ts';
import { judge, wrongs } from '../../harness/provenance/judge.ts';
import { replay } from '../../harness/provenance/replay.ts';
import { World } from '../../harness/provenance/world.ts';
import { generator } from '../../harness/random.ts';
import { isUntrusted, spanAt } from '#core/provenance';

describe('scenarios recorded in a real VS Code', () => {
  for (const way of ways) {
    it(`come to the labels of the truth (${way})`, () => {
      const corpus = readCorpus(way);
      assert.ok(corpus.length >= 60, `only ${String(corpus.length)} recordings`);
      const trouble = corpus.flatMap((recording) => {
        const labels = replay(recording);
        return wrongs(judge(recording.documents.map(({ file, truth }) => ({ truth, labels: labels.get(file) ?? [] })))).map((line) => `${recording.title}: ${line}`);
      });
      assert.deepEqual(trouble, []);
    });
  }
});

describe('hook, write, reload, save, format and typing in any order', () => {
  it('never show an agent’s character as trusted', () => {
    const first = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    for (let seed = first; seed < first + 300; seed++) {
      const world = new World(generator(seed));
      world.run(40);
      const { text, makers } = world.buffer;
      const { text: told, spans } = world.fold.text;
      assert.equal(told, text, `seed ${String(seed)}: the text is another`);
      const trusted = [...makers.entries()].filter(([at, maker]) => maker === 'a' && text[at]!.trim() !== '' && !isUntrusted(spanAt(spans, at)?.origin ?? { kind: 'human' })).map(([at]) => text[at]);
      assert.deepEqual(trusted, [], `seed ${String(seed)}`);
    }
  });
});
