/** What became of vetted code: it stands, it changed, or it is gone; and what changed comes first. */
import assert from 'node:assert/strict';
import { repoPathOf, type RepoPath } from '#core/path';
import type { CheckedReview, Review } from '#core/review';
import { unitsOf } from '#core/unit';
import { presentOf, sittingsOf } from '../../../src/extension/views/vetted-model.ts';

const path = repoPathOf('src/a.ts')!;
const OLD = 'export function total(a: number) {\n  return a;\n}\n\nexport function half(a: number) {\n  return a / 2;\n}\n';

/** A trusted record of all units of a text. */
function record(name: string, at: string, text: string): CheckedReview {
  const units = unitsOf(text, 'typescript').map(({ label, digest }) => ({ path, label, digest, claim: 'vetted', agents: [] }));
  return { kind: 'trusted', file: `.vetmark/reviews/${name}.json` as RepoPath, review: { units, reviewer: 'robin@example.com', at, answers: [], openFindings: [], waivers: [], tool: { name: 'vetmark', version: '0' } } as Review };
}

const fates = (records: readonly CheckedReview[], text: string | undefined): string[] =>
  sittingsOf(records, text === undefined ? new Map() : new Map([[path, presentOf(path, text)]])).map(({ file, units }) => `${file.slice('.vetmark/reviews/'.length, -'.json'.length)}: ${units.map(({ unit, fate }) => `${unit.label} ${fate.kind}`).join(', ')}`);

describe('what was vetted', () => {
  const first = record('1', '2026-01-01T00:00:00Z', OLD);
  for (const { title, records, text, are } of [
    { title: 'stands where nothing changed', records: [first], text: OLD, are: ['1: function total stands, function half stands'] },
    { title: 'stands when it was moved and formatted', records: [first], text: `const x = 1;\n${OLD.replaceAll('  return', '\treturn')}`, are: ['1: function total stands, function half stands'] },
    { title: 'changed by one token', records: [first], text: OLD.replace('a / 2', 'a / 3'), are: ['1: function total stands, function half changed'] },
    { title: 'is gone with its function', records: [first], text: OLD.slice(0, OLD.indexOf('export function half')), are: ['1: function total stands, function half gone'] },
    { title: 'is gone with its file', records: [first], text: undefined, are: ['1: function total gone, function half gone'] },
    {
      title: 'is no longer of interest once somebody vetted what took its place',
      records: [first, record('2', '2026-02-01T00:00:00Z', OLD.replace('a / 2', 'a / 3'))],
      text: OLD.replace('a / 2', 'a / 3'),
      are: ['2: function total stands, function half stands', '1: function total stands, function half gone'],
    },
    {
      title: 'comes first when it changed, else the newest does',
      records: [record('2', '2026-02-01T00:00:00Z', OLD.slice(0, OLD.indexOf('export function half'))), first],
      text: OLD.replace('a / 2', 'a / 4'),
      are: ['1: function total stands, function half changed', '2: function total stands'],
    },
  ]) {
    it(title, () => assert.deepEqual(fates(records, text), are));
  }
});
