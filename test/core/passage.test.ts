/** Labels that are found again by content and context. */
import assert from 'node:assert/strict';
import { linePrints, passagesOf, recollect, replaceBy, type Believe, type Passage } from '#core/passage';
import { readPassage } from '#core/passage-json';
import type { RepoPath } from '#core/path';
import type { Origin, Span } from '#core/provenance';
import { lineStarts } from '#core/text';

const path = 'src/a.ts' as RepoPath;
const codex: Origin = { kind: 'agent', agent: 'codex' };
const human: Origin = { kind: 'human' };

const BEFORE = 'import a from "a";\n\nexport function one() {\n  return first(1);\n}\n';
const AGENTS = '\nexport function two() {\n  const x = second(2);\n  return x;\n}\n';
const AFTER = '\nexport function three() {\n  return third(3);\n}\n';
const TEXT = BEFORE + AGENTS + AFTER;

/** The passages of a text in which one part is somebody's. */
function passages(text: string, part: string, origin: Origin): readonly Passage[] {
  const start = text.indexOf(part);
  const span: Span = { range: { start, end: start + part.length }, origin, evidence: [{ kind: 'disk' }], at: 1 };
  return passagesOf(path, linePrints(text), lineStarts(text), [span]);
}

const all: Believe = (_, { agreeing, whole }) => (whole || agreeing >= 2 ? 'all' : 'nothing');
const untrusted: Believe = (passage, agreement) => (all(passage, agreement) === 'all' ? 'untrusted' : 'nothing');
const labelled = (text: string, known: readonly Passage[], believe = all): readonly string[] => recollect(text, known, believe).map(({ range, origin }) => `${origin.kind}: ${text.slice(range.start, range.end).trim()}`);

describe('passages', () => {
  const mine = `agent: ${AGENTS.trim()}`;
  for (const [title, text, expected] of [
    ['are found in the same text', TEXT, [mine]],
    ['are found further down', `${'// more\n'.repeat(9)}${TEXT}`, [mine]],
    ['are found between other lines', `const x = 1;\n${AGENTS}const y = 2;\n`, [mine]],
    ['are found with other line ends', TEXT.replaceAll('\n', '\r\n'), [mine.replaceAll('\n', '\r\n')]],
    ['are found twice when copied', TEXT + AGENTS, [mine, mine]],
    ['are found in parts, where a line came between', TEXT.replace('  return x;\n', '  log(x);\n  return x;\n'), ['agent: export function two() {\n  const x = second(2);', 'agent: return x;\n}']],
    ['lose the changed line only', TEXT.replace('second(2)', 'second(3)'), ['agent: export function two() {', 'agent: return x;\n}']],
    ['are not seen in what they stood beside', BEFORE + AFTER, []],
    ['are not seen in one common line', 'function other() {\n  const x = 5;\n  return x;\n}\n', []],
  ] as const) {
    it(title, () => assert.deepEqual(labelled(text, passages(TEXT, AGENTS, codex)), expected));
  }

  it('keep a label within a line', () => {
    assert.deepEqual(labelled(`// new\n${TEXT}`, passages(TEXT, 'second(2)', codex)), ['agent: second(2)']);
  });
  it('of one closing brace count only where all around it stands, too', () => {
    const known = passages(TEXT, '}\n\nexport function three', codex).map((passage) => ({ ...passage, labels: passage.labels.map((label) => ({ ...label, end: { line: label.start.line, character: 1 } })) }));
    assert.deepEqual([labelled(TEXT, known), labelled('if (a) {\n  b();\n}\n', known)], [['agent: }'], []]);
  });
  it('that disagree are the untrusted one\'s', () => {
    assert.deepEqual(labelled(TEXT, [...passages(TEXT, AGENTS, human), ...passages(TEXT, AGENTS, codex)]), [mine]);
    assert.deepEqual(labelled(TEXT, [...passages(TEXT, AGENTS, codex), ...passages(TEXT, AGENTS, human)]), [mine]);
  });
  it('that disagree are the one\'s who is known', () => {
    assert.deepEqual(labelled(TEXT, [...passages(TEXT, AGENTS, codex), ...passages(TEXT, AGENTS, { kind: 'external' })]), [mine]);
    assert.deepEqual(labelled(TEXT, [...passages(TEXT, AGENTS, { kind: 'external' }), ...passages(TEXT, AGENTS, codex)]), [mine]);
  });
  it('that know nobody replace nobody who is known', () => {
    const [known, open] = [codex, { kind: 'external' } as const].map((origin): Span => ({ range: { start: 0, end: 9 }, origin, evidence: [], at: 1 })) as [Span, Span];
    assert.deepEqual([replaceBy([known], [open], [open.range]), replaceBy([open], [known], [open.range]), replaceBy([open], [{ ...open, at: 0 }], [open.range])], [[known], [known], [open]]);
  });
  it('make nobody a person where that is not believed', () => {
    assert.deepEqual(labelled(TEXT, passages(TEXT, AGENTS, human), untrusted), []);
  });
  it('hold no text', () => {
    const json = JSON.stringify(passages(TEXT, AGENTS, codex));
    assert.deepEqual(['second', 'export', 'import'].filter((word) => json.includes(word)), []);
  });
  it('are read as they were written', () => {
    const known = passages(TEXT, AGENTS, { ...codex, model: 'm', session: 's' });
    assert.deepEqual(known.map((passage) => readPassage(JSON.parse(JSON.stringify(passage)))), known);
  });
  const [sound] = passages(TEXT, AGENTS, codex) as [Passage];
  for (const [title, value] of [
    ['a path that climbs out', { ...sound, path: '../a.ts' }],
    ['a line that is no print', { ...sound, lines: ['secret'] }],
    ['a label beyond its lines', { ...sound, labels: [{ ...sound.labels[0]!, end: { line: 99, character: 0 } }] }],
    ['an origin that does not exist', { ...sound, labels: [{ ...sound.labels[0]!, origin: { kind: 'saint' } }] }],
    ['a field that is not theirs', { ...sound, vetted: true }],
  ] as const) {
    it(`with ${title} are not read`, () => assert.equal(readPassage(value), undefined));
  }
});
