/**
 * Who wrote what, against the truth: scenarios recorded in a real VS Code, folded again by the product's own logic, and other tools' rules beside it.
 * The order of evils: an AI's character that nobody is asked to review is the worst, a person's that has to be reviewed the second.
 */
import { isUntrusted, spanAt, type Span } from '#core/provenance';
import { readCorpus, ways, type Way } from '../test/harness/provenance/corpus.ts';
import { added, judge, NOBODY, type Counts } from '../test/harness/provenance/judge.ts';
import type { Recording } from '../test/harness/provenance/recording.ts';
import { replay } from '../test/harness/provenance/replay.ts';
import { textOf } from '../test/harness/provenance/truth.ts';
import { baselines } from './provenance/baselines.ts';
import type { Bench, Table } from './table.ts';

const COLUMNS = ['AI chars', 'AI to review %', 'gave a sign', 'of them named right %', 'AI shown trusted', 'person chars', 'person to review %', 'outside chars', 'outside shown trusted'];

export const bench: Bench = () => {
  const all = new Map<Way, readonly Recording[]>(ways.map((way) => [way, readCorpus(way)]));
  const stable = all.get('stable')!;
  const totals = new Map(ways.map((way) => [way, totalOf(all.get(way)!)]));
  const rows = stable.map((recording) => {
    const labels = replay(recording);
    const counts = countsOf(recording, labels);
    return [recording.group, recording.title, ...cells(counts), sameAsLive(recording, labels) ? 'yes' : 'NO'];
  });
  const [main, proposed] = [totals.get('stable')!, totals.get('proposed')!];
  return Promise.resolve({
    tables: [
      { title: `Scenarios, stable VS Code ${stable[0]?.version ?? ''} (${String(stable.length)})`, columns: ['group', 'scenario', ...COLUMNS, 'replay = live'], rows },
      {
        title: 'In total, by the VS Code it was recorded in',
        columns: ['recorded in', 'scenarios', ...COLUMNS, 'replay = live'],
        rows: ways.flatMap((way) => {
          const { recordings, counts, replayed } = totals.get(way)!;
          return recordings.length === 0 ? [] : [[`${recordings[0]!.version}, ${way === 'proposed' ? 'proposed API on' : 'stable API'}`, recordings.length, ...cells(counts), `${String(replayed)} of ${String(recordings.length)}`]];
        }),
      },
      { title: 'Other rules on the same recordings (stable)', columns: ['rule', ...COLUMNS], rows: [['Vetmark', ...cells(main.counts)], ...baselines.map((baseline) => [baseline.name, ...cells(stable.map((recording) => countsOf(recording, new Map(recording.documents.map(({ file }) => [file, baseline.labels(recording, file)])))).reduce(added, NOBODY))])] },
      { title: 'The rules', columns: ['rule', 'what it says'], rows: baselines.map(({ name, rule }) => [name, rule]) },
      differences(stable, all.get('proposed')!, 'with the proposed API'),
    ],
    figures: {
      scenarios: stable.length,
      aiCharacters: main.counts.ai,
      aiToReviewPercent: percent(main.counts.ai - main.counts.aiTrusted, main.counts.ai),
      aiGaveSign: main.counts.aiNamed,
      aiNamedRightPercent: percent(main.counts.aiNamedRight, main.counts.aiNamed),
      aiShownTrusted: main.counts.aiTrusted,
      personCharacters: main.counts.person,
      personToReviewPercent: percent(main.counts.personUntrusted, main.counts.person),
      outsideShownTrusted: main.counts.outsideTrusted,
      proposedAiShownTrusted: proposed.counts.aiTrusted,
      proposedPersonToReviewPercent: percent(proposed.counts.personUntrusted, proposed.counts.person),
      replayedAsLive: main.replayed,
    },
  });
};

function totalOf(recordings: readonly Recording[]): { readonly recordings: readonly Recording[]; readonly counts: Counts; readonly replayed: number } {
  const replays = recordings.map((recording) => ({ recording, labels: replay(recording) }));
  return {
    recordings,
    counts: replays.map(({ recording, labels }) => countsOf(recording, labels)).reduce(added, NOBODY),
    replayed: replays.filter(({ recording, labels }) => sameAsLive(recording, labels)).length,
  };
}

function countsOf(recording: Recording, labels: ReadonlyMap<string, readonly Span[]>): Counts {
  return judge(recording.documents.map(({ file, truth }) => ({ truth, labels: labels.get(file) ?? [] }))).counts;
}

function cells(counts: Counts): (string | number)[] {
  return [
    counts.ai,
    percentCell(counts.ai - counts.aiTrusted, counts.ai),
    counts.aiNamed,
    percentCell(counts.aiNamedRight, counts.aiNamed),
    counts.aiTrusted,
    counts.person,
    percentCell(counts.personUntrusted, counts.person),
    counts.outside,
    counts.outsideTrusted,
  ];
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

function percentCell(part: number, whole: number): string | number {
  return whole === 0 ? '' : percent(part, whole);
}

function sameAsLive({ documents }: Recording, labels: ReadonlyMap<string, readonly Span[]>): boolean {
  return documents.every(({ file, truth, labels: live }) => labelsOf(textOf(truth), labels.get(file) ?? []).join() === labelsOf(textOf(truth), live).join());
}

/** Where two recordings of one scenario come to other labels: shown as what they are, and whether it changes what is reviewed. */
function differences(one: readonly Recording[], other: readonly Recording[], name: string): Table {
  const rows = one.flatMap((recording) => {
    const twin = other.find(({ title }) => title === recording.title);
    if (twin === undefined) return other.length === 0 ? [] : [[recording.title, 'not recorded', '', '', 'that VS Code has no such feature, or the scenario could not be played there']];
    const [labels, twins] = [replay(recording), replay(twin)];
    return recording.documents.flatMap(({ file, truth }, index) => {
      const text = textOf(truth);
      const [a, b] = [labelsOf(text, labels.get(file) ?? []), labelsOf(text, twins.get(twin.documents[index]?.file ?? file) ?? [])];
      const places = a.flatMap((label, at) => (label === b[at] ? [] : [at]));
      const pairs = [...new Set(places.map((at) => `${a[at]!} -> ${b[at]!}`))];
      const trust = places.filter((at) => isTrustedLabel(a[at]!) !== isTrustedLabel(b[at]!)).length;
      return places.length === 0 ? [] : [[recording.title, pairs.join('; '), places.length, trust, [...new Set(places.map((at) => why(a[at]!, b[at]!)))].join('; ')]];
    });
  });
  return { title: `Labels that differ ${name}`, columns: ['scenario', 'stable -> there', 'characters', 'of them trusted in one only', 'why'], rows };
}

/** A label for each character: `human`, `tool format`, `codex`, `+` for a baseline. */
function labelsOf(text: string, spans: readonly Span[]): readonly string[] {
  return Array.from({ length: text.length }, (_, at) => {
    const origin = spanAt(spans, at)?.origin;
    if (origin === undefined) return 'baseline';
    return `${isUntrusted(origin) ? '' : '+'}${origin.kind === 'agent' ? origin.agent : origin.kind === 'tool' ? `tool ${origin.tool}` : origin.kind}`;
  });
}

/** Why two ways of recording come to two labels. */
function why(here: string, there: string): string {
  const [a, b] = [here, there].map((label) => label.replace('+', ''));
  const named = (label: string): boolean => label.includes('.');
  if ((a === 'assistant' && named(b!)) || (b === 'assistant' && named(a!))) return 'the editor’s own word names the extension, a key’s marker does not';
  if ((a === 'unknown' && named(b!)) || (b === 'unknown' && named(a!))) return 'taken without the marked keys: only the editor’s own word tells an assistant’s text';
  if (isTrustedLabel(here) && isTrustedLabel(there)) return 'a typed blank: its own by the editor’s word, else as the text around it';
  return isTrustedLabel(here) === isTrustedLabel(there) ? 'other evidence for an origin that is reviewed either way' : 'NOT EXPLAINED';
}

function isTrustedLabel(label: string): boolean {
  return label === 'baseline' || label.startsWith('+');
}
