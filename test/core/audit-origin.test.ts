/** What came into a file is told once, by origin, and typing not at all. */
import assert from 'node:assert/strict';
import { originEvents } from '#core/audit-origin';
import type { Origin, Span } from '#core/provenance';

const span = (start: number, end: number, origin: Origin, at: number): Span => ({ range: { start, end }, origin, evidence: [], at });
const CLAUDE: Origin = { kind: 'agent', agent: 'claude-code' };
const SPANS = [span(0, 10, CLAUDE, 100), span(10, 15, { kind: 'human' }, 150), span(20, 22, { kind: 'paste' }, 150), span(30, 37, CLAUDE, 150), span(40, 41, { kind: 'agent', agent: 'codex' }, 199), span(50, 60, CLAUDE, 200)];

describe('origin events', () => {
  for (const [title, since, until, expected] of [
    ['add up what an agent wrote', 100, 200, [['agent', 'claude-code', 17], ['paste', undefined, 2], ['agent', 'codex', 1]]],
    ['begin where the last ones ended', 200, 300, [['agent', 'claude-code', 10]]],
    ['are none when nothing came', 300, 400, []],
  ] as const) {
    it(title, () => {
      const events = originEvents('src/a.ts', SPANS, since, until);
      assert.deepEqual(events.map((event) => event.kind === 'origin' && [event.origin, event.agent, event.characters]), expected);
    });
  }
});
