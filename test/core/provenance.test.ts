import assert from 'node:assert/strict';
import { applyArrival, arrive, isUntrusted, relabel, spanAt, type Arrival, type Origin, type Spans } from '#core/provenance';
import { SpanTree } from '#core/span-tree';
import { applyTransform } from '#core/transform';
import { applyChange, toChange, type Change } from '#core/text';
import { diffTexts } from '#core/diff';
import { generator } from '../harness/random.ts';
import { randomChange, TagOracle } from '../harness/tag-oracle.ts';

const human: Arrival = { origin: { kind: 'human' }, evidence: [{ kind: 'keyboard' }], at: 1000 };
const agent: Arrival = { origin: { kind: 'agent', agent: 'claude-code' }, evidence: [{ kind: 'hook', agent: 'claude-code', tool: 'Edit' }], at: 1000 };
const paste: Arrival = { origin: { kind: 'paste' }, evidence: [{ kind: 'clipboard' }], at: 1000 };
const format: Arrival = { origin: { kind: 'tool', tool: 'format' }, evidence: [{ kind: 'shape', shape: 'multi-range' }], at: 1000 };
const rename: Arrival = { origin: { kind: 'tool', tool: 'rename' }, evidence: [{ kind: 'shape', shape: 'multi-range' }], at: 1000 };

/** One letter a character: h human, a agent, p paste, t tool, u unknown, e external, `.` baseline. */
function picture(text: string, spans: Spans): string {
  return Array.from({ length: text.length }, (_, i) => spanAt(spans, i)?.origin.kind[0] ?? '.').join('');
}

function labelled(text: string, tags: string): Spans {
  let spans: Spans = [];
  const arrivals: Record<string, Arrival> = { h: human, a: agent, p: paste };
  for (let i = 0; i < text.length; i++) if (tags[i] !== '.') spans = relabel(spans, { start: i, end: i + 1 }, arrivals[tags[i]!]!);
  return spans;
}

describe('who wrote these characters', () => {
  const cases: [title: string, before: string, change: Change, arrival: Arrival, after: string][] = [
    ['typing inside an agent span splits it', 'aaaa', [{ range: { start: 2, end: 2 }, text: 'x' }], human, 'aahaa'],
    ['deleting shrinks a span', 'aaaa', [{ range: { start: 1, end: 3 }, text: '' }], human, 'aa'],
    ['deleting a whole span forgets it', '.aa.', [{ range: { start: 1, end: 3 }, text: '' }], human, '..'],
    ['baseline around an insertion stays baseline', '....', [{ range: { start: 2, end: 2 }, text: 'xy' }], agent, '..aa..'],
    ['replacing across spans keeps both ends', 'aahh', [{ range: { start: 1, end: 3 }, text: 'xyz' }], paste, 'appph'],
    ['two edits of one change land where they should', '....', [{ range: { start: 1, end: 1 }, text: 'x' }, { range: { start: 3, end: 4 }, text: 'yz' }], agent, '.a..aa'],
    ['two insertions at one place keep their order', 'hh', [{ range: { start: 1, end: 1 }, text: 'x' }, { range: { start: 1, end: 1 }, text: 'y' }], agent, 'haah'],
    ['spans after the change move along', '..aa..hh', [{ range: { start: 0, end: 1 }, text: 'xyz' }], paste, 'ppp.aa..hh'],
  ];
  for (const [title, tags, change, arrival, expected] of cases) {
    it(title, () => {
      const text = 'x'.repeat(tags.length);
      assert.equal(picture(applyChange(text, change), applyArrival(labelled(text, tags), change, arrival)), expected);
    });
  }

  it('typing on is one span, kept from its first character', () => {
    let spans: Spans = [];
    for (let i = 0; i < 10; i++) spans = applyArrival(spans, [{ range: { start: i, end: i }, text: 'x' }], { ...human, at: i * 1500 });
    assert.deepEqual(spans, [{ range: { start: 0, end: 10 }, origin: human.origin, evidence: human.evidence, at: 0 }]);
  });
  it('equal origin on other evidence stays a span of its own', () => {
    const spans = applyArrival(applyArrival([], [{ range: { start: 0, end: 0 }, text: 'x' }], agent), [{ range: { start: 1, end: 1 }, text: 'y' }], { ...agent, evidence: [{ kind: 'disk' }] });
    assert.equal(spans.length, 2);
  });
  it('a late hook explains what came from nowhere', () => {
    assert.equal(picture('xxxxxx', relabel(labelled('xxxxxx', 'pppph.'), { start: 2, end: 5 }, agent)), 'ppaaa.');
  });
});

describe('what a review has to cover', () => {
  const cases: [Origin, boolean][] = [
    [{ kind: 'human' }, false],
    [{ kind: 'agent', agent: 'assistant' }, true],
    [{ kind: 'paste' }, true],
    [{ kind: 'external' }, true],
    [{ kind: 'unknown' }, true],
    [{ kind: 'tool', tool: 'format' }, false],
    [{ kind: 'tool', tool: 'rename' }, false],
    [{ kind: 'tool', tool: 'snippet' }, true],
    [{ kind: 'tool', tool: 'suggest' }, false],
    [{ kind: 'tool', tool: 'quick-fix' }, true],
    [{ kind: 'tool', tool: 'vcs' }, true],
  ];
  for (const [origin, expected] of cases) it(`${JSON.stringify(origin)}: ${expected}`, () => assert.equal(isUntrusted(origin), expected));
});

describe('a tool that works on text', () => {
  const whole = (before: string, after: string): Change => [{ range: { start: 0, end: before.length }, text: after }];
  const cases: [title: string, before: string, tags: string, after: string, tool: Arrival, expected: string][] = [
    ['a whole-document reformat of agent code stays agent code', 'a=1;b=2', 'aaaaaaa', 'a = 1;\nb = 2;', format, 'aaaaaaaaaaaaa'],
    ['baseline stays baseline', 'a=1;', '....', 'a = 1;', format, '......'],
    ['agent tokens among human ones keep their own', 'a=f(x)', 'hhaaah', 'a = f( x )', format, 'hhhhaaaaah'],
    ['a semicolon among human text is the tool’s', 'a', 'h', 'a;', format, 'ht'],
    ['a semicolon after agent text is the agent’s', 'a', 'a', 'a;', format, 'aa'],
    ['a word that a formatter brings is unknown', 'a', 'h', 'a evil', format, 'hhuuuu'],
    ['a new name is the rename’s', 'old+1', 'hhhhh', 'new+1', rename, 'ttthh'],
    ['a new name for agent text stays the agent’s', 'old', 'aaa', 'newer', rename, 'aaaaa'],
    ['moved lines take their origin along', 'b\na\n', 'aahh', 'a\nb\n', format, 'hhaa'],
  ];
  for (const [title, before, tags, after, tool, expected] of cases) {
    it(title, () => assert.equal(picture(after, applyTransform(before, SpanTree.of(labelled(before, tags)), whole(before, after), tool).spans), expected));
  }
  it('a move written as two edits takes the origin along', () => {
    const before = 'import b;\nimport a;\n';
    const change = toChange([{ range: { start: 0, end: 10 }, text: '' }, { range: { start: 20, end: 20 }, text: 'import b;\n' }]);
    const { spans } = applyTransform(before, SpanTree.of(labelled(before, 'aaaaaaaaaa..........')), change, format);
    assert.equal(picture(applyChange(before, change), spans).slice(10, 19), 'aaaaaaaaa');
  });
});

describe('spans under random edits', () => {
  it('agree with a tag on every character', () => {
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    const random = generator(seed);
    const oracle = new TagOracle([human, agent, paste, { ...agent, evidence: [] }]);
    let spans = SpanTree.of([]);
    for (let round = 0; round < 20_000; round++) {
      const { change, arrival } = randomChange(random, oracle, 400);
      const former = spans;
      const was = former.spans;
      oracle.apply(change, arrival);
      spans = arrive(spans, change, arrival);
      if (oracle.differs(spans.spans)) assert.fail(`seed ${seed}, round ${round}: the spans are not what was written`);
      if (former.clip({ start: 0, end: Infinity }).length !== was.length) assert.fail(`seed ${seed}, round ${round}: an older tree changed`);
    }
  });
  it('a diff of two texts turns one into the other', () => {
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    const random = generator(seed);
    const words = ['a', 'bb', ' ', '\n', '\r\n', '😀', '😁', ';', '\ud83d', 'ccc'];
    const some = (): string => Array.from({ length: random(30) }, () => words[random(words.length)]).join('');
    for (let round = 0; round < 3000; round++) {
      const [before, after] = [some(), some()];
      if (applyChange(before, diffTexts(before, after)) !== after) assert.fail(`seed ${seed}: ${JSON.stringify([before, after])}`);
    }
  });
});
