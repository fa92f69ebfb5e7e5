/** Accuracy of the search for secrets on a corpus of its own, drawn from seeds at run time: recall by kind, false alarms by group. */
import { findSecrets } from '#analysis/secrets/secrets';
import { FORMAT_COUNT } from '#analysis/secrets/tokens';
import { CONTEXTS, KEY_CONTEXTS, type Sample } from './secrets/contexts.ts';
import { drawFrom } from './secrets/draw.ts';
import { NEGATIVES } from './secrets/negatives.ts';
import { AI, CONNECTIONS, GENERIC, KEYS, type Positive, PROVIDERS, TOKENS } from './secrets/positives.ts';
import { type Bench, median, type Result, type Table } from './table.ts';

interface Case {
  readonly positive: Positive;
  readonly context: string;
  readonly sample: Sample;
  /** From the secret's first character to its last, with what the code puts between its pieces. */
  readonly start: number;
  readonly end: number;
}

/** Prints nothing: the runner does. Recall and false-positive rate are percentages. */
export const bench: Bench = async () => {
  const positives = casesOf([...AI, ...PROVIDERS, ...CONNECTIONS, ...TOKENS, ...KEYS, ...GENERIC]);
  const missed: Case[] = [];
  const doubled: Case[] = [];
  for (const each of positives) {
    const { findings } = await findSecrets(each.sample);
    const hits = findings.filter(({ range }) => range.start >= each.start - 40 && range.end <= each.end + 40 && range.start < each.end && range.end > each.start);
    if (hits.length === 0) missed.push(each);
    if (hits.length > 1) doubled.push(each);
  }
  const alarms: string[] = [];
  const negatives = NEGATIVES.flatMap((negative) => ['a', 'b', 'c'].map((seed) => ({ id: negative.id, sample: negative.make(drawFrom(negative.id + seed)) })));
  for (const { id, sample } of negatives) {
    const { findings } = await findSecrets(sample);
    if (findings.length > 0) alarms.push(id);
  }
  const { tables, figures } = reportOf(positives, missed, doubled, negatives.length, alarms);
  return { tables, figures: { ...figures, formatsKnown: FORMAT_COUNT, msFor2000Lines: await speed() } };
};

/** Median milliseconds, warm, for 2,000 lines of the look-alikes: the densest text there is. */
async function speed(): Promise<number> {
  const lines = NEGATIVES.flatMap((negative) => negative.make(drawFrom(negative.id)).text.split('\n')).filter((line) => line.length < 200);
  const text = Array.from({ length: 2000 }, (_, index) => lines[index % lines.length]!).join('\n');
  const times: number[] = [];
  for (let turn = 0; turn < 25; turn++) {
    const started = performance.now();
    await findSecrets({ text, path: 'src/app.ts', language: 'typescript' });
    times.push(performance.now() - started);
  }
  return Math.round(median(times.slice(5)) * 10) / 10;
}

function casesOf(positives: readonly Positive[]): readonly Case[] {
  return positives.flatMap((positive) =>
    (positive.kind === 'private-key' ? KEY_CONTEXTS : CONTEXTS).map((context): Case => {
      const draw = drawFrom(`${positive.id}/${context.id}`);
      const value = positive.make(draw);
      const text = context.wrap(positive.name, value, draw);
      // What wraps the value is the same for another value: where the two texts differ, the secret stands.
      const other = context.wrap(positive.name, '~'.repeat(value.length), drawFrom(`${positive.id}/${context.id}`));
      let start = 0;
      while (start < text.length && text[start] === other[start]) start++;
      let tail = 0;
      while (tail < text.length - start && text.at(-1 - tail) === other.at(-1 - tail)) tail++;
      return { positive, context: context.id, sample: { text, path: context.path, language: context.language }, start, end: text.length - tail };
    }),
  );
}

function reportOf(positives: readonly Case[], missed: readonly Case[], doubled: readonly Case[], negatives: number, alarms: readonly string[]): Result {
  const percent = (part: number, whole: number): number => Math.round((part / whole) * 1000) / 10;
  const kinds = [...new Set(positives.map(({ positive }) => positive.kind))];
  const figures: Record<string, number> = {
    formatsDrawn: new Set(positives.map(({ positive }) => positive.id)).size,
    positives: positives.length,
    negatives,
    recall: percent(positives.length - missed.length, positives.length),
    falsePositiveRate: percent(alarms.length, negatives),
    reportedTwice: doubled.length,
  };
  const rows = kinds.map((kind) => {
    const all = positives.filter(({ positive }) => positive.kind === kind).length;
    const found = all - missed.filter(({ positive }) => positive.kind === kind).length;
    figures[`recall.${kind}`] = percent(found, all);
    return [kind, all, found, percent(found, all)];
  });
  const tables: Table[] = [
    { title: 'Recall by kind', columns: ['kind', 'secrets', 'found', 'recall %'], rows },
    { title: 'Missed', columns: ['format', 'context'], rows: missed.map(({ positive, context }) => [positive.id, context]) },
    { title: 'Reported twice', columns: ['format', 'context'], rows: doubled.map(({ positive, context }) => [positive.id, context]) },
    { title: 'False alarms', columns: ['look-alike'], rows: alarms.map((id) => [id]) },
  ];
  return { tables, figures };
}
