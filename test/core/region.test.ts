import assert from 'node:assert/strict';
import { regionsOf } from '#core/region';
import type { Origin, Spans } from '#core/provenance';
import { unitsOf } from '#core/unit';

const agent: Origin = { kind: 'agent', agent: 'claude-code' };
const spansOf = (...ranges: [number, number, Origin][]): Spans => ranges.map(([start, end, origin]) => ({ range: { start, end }, origin, evidence: [], at: 0 }));
const regions = (text: string, spans: Spans) => regionsOf(text, unitsOf(text, 'typescript'), spans);
const shown = (text: string, spans: Spans): readonly string[] => regions(text, spans).map(({ units, origin }) => `${units.map(({ label }) => label).join(' + ')}: ${origin.kind}`);

describe('regions to vet', () => {
  const text = "import a from 'a';\nimport b from 'b';\nfunction f() { a(); }\nfunction g() { b(); }\n";
  const all = text.length;
  const cases: [string, Spans, string[]][] = [
    ['short neighbours are one, a function stands alone', spansOf([0, all, agent]), ['import + import: agent', 'function f: agent', 'function g: agent']],
    ['a unit counts from one untrusted character on', spansOf([53, 54, agent]), ['function f: agent']],
    ['white space alone is nothing to vet', spansOf([18, 19, agent]), []],
    ['human text is nothing to vet', spansOf([0, all, { kind: 'human' }]), []],
    ['neighbours of other origin stay apart', spansOf([0, 18, agent], [19, 37, { kind: 'paste' }]), ['import: agent', 'import: paste']],
    ['most characters decide the origin', spansOf([38, 41, { kind: 'paste' }], [41, 59, agent]), ['function f: agent']],
  ];
  for (const [title, spans, expected] of cases) it(title, () => assert.deepEqual(shown(text, spans), expected));

  it('a class’s closing brace goes with its last member', () => {
    const source = 'class A {\n  f() { g(); }\n}\n';
    assert.deepEqual(shown(source, spansOf([0, source.length, agent])), ['class A: agent', 'class A / f + end of class A: agent']);
  });
  it('equal units get ids of their own', () => {
    const source = 'function f() { a(); }\nfunction f() { a(); }\n';
    assert.equal(new Set(regions(source, spansOf([0, source.length, agent])).map(({ id }) => id)).size, 2);
  });
  it('an id survives reformatting and a line before', () => {
    const source = 'function f() { a(); }';
    const moved = 'let x;\n\nfunction f() {\n  a();\n}';
    assert.equal(regions(moved, spansOf([8, moved.length, agent]))[0]!.id, regions(source, spansOf([0, source.length, agent]))[0]!.id);
  });
});
