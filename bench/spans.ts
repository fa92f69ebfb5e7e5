/**
 * What an edit costs by the number of spans, and whether the spans are right: a million random edits against a tag on every character.
 * The peer is the same edit at 10 spans, in the same run: a curve that grows no faster than the logarithm of the spans.
 */
import { arrive, type Arrival } from '#core/provenance';
import { SpanTree } from '#core/span-tree';
import type { Change } from '#core/text';
import { randomChange, TagOracle } from '../test/harness/tag-oracle.ts';
import { generator } from '../test/harness/random.ts';
import type { Bench } from './table.ts';

const SIZES = [10, 50, 100, 500, 1000, 5000, 10_000, 50_000, 100_000];
const EDITS = 20_000;
const MILLION = 1_000_000;

const person: Arrival = { origin: { kind: 'human' }, evidence: [{ kind: 'keyboard' }], at: 0 };
const agent: Arrival = { origin: { kind: 'agent', agent: 'claude-code' }, evidence: [{ kind: 'hook', agent: 'claude-code', tool: 'Edit' }], at: 0 };
const paste: Arrival = { origin: { kind: 'paste' }, evidence: [{ kind: 'clipboard' }], at: 0 };

export const bench: Bench = () => {
  const seed = Number(process.env['SEED'] ?? 20_261_125);
  for (const size of [5000, 100]) timesAt(size, seed);
  const curve = SIZES.map((size) => ({ size, ...timesAt(size, seed) }));
  const smallest = curve[0]!;
  const at5000 = curve.find(({ size }) => size === 5000)!;
  const oracle = againstOracle(seed);
  const growth = (a: { p50: number }, b: { p50: number }): number => a.p50 / b.p50;
  return Promise.resolve({
    tables: [
      {
        title: `One edit, microseconds (${EDITS.toLocaleString('en-GB')} edits at each size)`,
        columns: ['spans', 'p50', 'p95', 'p99', 'max', 'p50 / p50 at 10', 'log2(spans) / log2(10)'],
        rows: curve.map((row) => [row.size, row.p50, row.p95, row.p99, row.max, growth(row, smallest), Math.log2(row.size) / Math.log2(10)]),
      },
      { title: `Random edits against a tag on every character (seed ${String(seed)})`, columns: ['edits', 'spans at most', 'looks', 'looks that differ', 'seconds'], rows: [[oracle.edits, oracle.most, oracle.looks, oracle.wrong, oracle.seconds]] },
    ],
    figures: { editP99MsAt5000Spans: at5000.p99 / 1000, growthFrom10To100000Spans: growth(curve.at(-1)!, smallest), logOf10To100000Spans: Math.log2(100_000) / Math.log2(10), oracleEdits: oracle.edits, oracleWrong: oracle.wrong },
  });
};

/** Microseconds of edits of one to three places in a text of so many spans. */
function timesAt(size: number, seed: number): { p50: number; p95: number; p99: number; max: number } {
  const random = generator(seed);
  const width = 12;
  const arrivals = [person, agent, paste];
  let spans = SpanTree.of(Array.from({ length: size }, (_, i) => ({ range: { start: i * width, end: (i + 1) * width - (i % 3) }, ...arrivals[i % 3]!, at: i })));
  const times: number[] = [];
  let length = size * width;
  for (let i = 0; i < EDITS; i++) {
    const start = random(length - 8);
    // As many spans go as come, so that the size stays.
    const change: Change = [{ range: { start, end: start + random(8) }, text: 'x'.repeat(random(8)) }];
    const arrival = { ...arrivals[random(3)]!, at: random(1_000_000) };
    const before = performance.now();
    spans = arrive(spans, change, arrival);
    times.push((performance.now() - before) * 1000);
    length += change[0]!.text.length - (change[0]!.range.end - start);
  }
  times.sort((a, b) => a - b);
  const share = (part: number): number => times[Math.min(times.length - 1, Math.floor(part * times.length))]!;
  return { p50: share(0.5), p95: share(0.95), p99: share(0.99), max: share(1) };
}

function againstOracle(seed: number): { readonly edits: number; readonly most: number; readonly looks: number; readonly wrong: number; readonly seconds: number } {
  const started = performance.now();
  const random = generator(seed);
  const oracle = new TagOracle([person, agent, paste, { ...agent, evidence: [] }]);
  let spans = SpanTree.of([]);
  let [most, looks, wrong] = [0, 0, 0];
  for (let edits = 1; edits <= MILLION; edits++) {
    const { change, arrival } = randomChange(random, oracle, edits < MILLION / 2 ? 300 : 3000);
    oracle.apply(change, arrival);
    spans = arrive(spans, change, arrival);
    // Around the edit each time, the whole text now and then.
    const near = { start: Math.max(0, change[0]!.range.start - 20), end: Math.min(oracle.length, change.at(-1)!.range.end + 20) };
    if (oracle.differs(spans.clip(near), near)) wrong++;
    looks++;
    if (edits % 500 !== 0 && edits !== MILLION) continue;
    if (oracle.differs(spans.spans)) wrong++;
    looks++;
    most = Math.max(most, spans.spans.length);
  }
  return { edits: MILLION, most, looks, wrong, seconds: (performance.now() - started) / 1000 };
}
