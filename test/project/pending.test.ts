import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RepoPath } from '#core/path';
import type { Span, Spans } from '#core/provenance';
import { carrySpans, recall, recallAll, remember } from '#project/pending';

const file = 'src/a.ts' as RepoPath;
const text = 'one\ntwo\nthree\n';
const external: Span = { range: { start: 0, end: 0 }, origin: { kind: 'external' }, evidence: [{ kind: 'disk' }], at: 9 };
const agent = (start: number, end: number): Span => ({ range: { start, end }, origin: { kind: 'agent', agent: 'codex' }, evidence: [{ kind: 'shape', shape: 'multi-line' }], at: 5 });

describe('what is remembered of a document', () => {
  let gitDir: string;
  beforeEach(() => { gitDir = mkdtempSync(path.join(tmpdir(), 'vetmark-pending-')); });
  afterEach(() => { rmSync(gitDir, { recursive: true }); });
  const repository = () => ({ root: gitDir, gitDir });
  const recalled = async (spans: Spans, now: string): Promise<Spans> => {
    await remember(repository(), file, text, spans);
    const read = await recall(repository(), file);
    return read.ok && read.remembered !== undefined ? carrySpans(read.remembered, now, external) : [];
  };

  const cases: [title: string, now: string, spans: readonly [number, number, string][]][] = [
    ['an unchanged text keeps its spans', text, [[4, 7, 'agent']]],
    ['a line before moves them along', 'zero\n' + text, [[0, 5, 'external'], [9, 12, 'agent']]],
    ['a changed line is of the given origin', 'one\nTWO\nthree\n', [[4, 8, 'external']]],
    ['a deleted line takes its span away, and leaves a scar beside it', 'one\nthree\n', [[4, 9, 'external']]],
    ['new lines are one span each', text + 'a\nb\n', [[4, 7, 'agent'], [14, 16, 'external'], [16, 18, 'external']]],
  ];
  for (const [title, now, expected] of cases) {
    it(title, async () => assert.deepEqual((await recalled([agent(4, 7)], now)).map(({ range, origin }) => [range.start, range.end, origin.kind]), expected));
  }
  it('holds no text', async () => {
    await remember(repository(), file, text, [agent(4, 7)]);
    const folder = path.join(gitDir, 'vetmark/pending');
    assert.equal(readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8')).join('').includes('three'), false);
  });
  it('is forgotten with the last span', async () => {
    await remember(repository(), file, text, [agent(4, 7)]);
    await remember(repository(), file, text, []);
    assert.deepEqual(await recallAll(repository()), { remembered: [], corrupt: [] });
  });
  it('that is corrupt is a gap with a sentence', async () => {
    await remember(repository(), file, text, [agent(4, 7)]);
    const name = readdirSync(path.join(gitDir, 'vetmark/pending'))[0]!;
    writeFileSync(path.join(gitDir, 'vetmark/pending', name), '{');
    assert.deepEqual(await recall(repository(), file), { ok: false, message: 'What was remembered of src/a.ts cannot be read, so who wrote it is not known. Vet it as a whole.' });
  });
  it('whose spans lie outside the text is corrupt', async () => {
    await remember(repository(), file, text, [agent(4, 700)]);
    assert.equal((await recallAll(repository())).corrupt.length, 1);
  });
});
