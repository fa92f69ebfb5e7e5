import assert from 'node:assert/strict';
import { digestOf, type Digest } from '#core/digest';
import type { RepoPath } from '#core/path';
import type { Marker } from '#project/markers';
import { explain } from '../../../src/extension/tracker/explain.ts';

const at = (name: string): Digest => digestOf(name);
const marker = (id: number, agent: string, before: string | null | undefined, after: string): Marker => ({
  v: 1, id: String(id), agent, session: 's', tool: 'Edit', path: 'a.ts' as RepoPath, after: at(after), written: [{ start: id, end: id + 1 }], at: id,
  ...(before !== undefined && { before: before === null ? null : at(before) }),
});

const ROWS = [
  { title: 'one marker from the text before to the text after explains all', markers: [marker(1, 'claude-code', 'A', 'B')], from: 'A', to: 'B', is: 'claude-code, all' },
  { title: 'a chain of markers explains all', markers: [marker(1, 'codex', 'A', 'X'), marker(2, 'claude-code', 'X', 'B')], from: 'A', to: 'B', is: 'claude-code, all' },
  { title: 'a broken chain explains what was written', markers: [marker(2, 'claude-code', 'X', 'B')], from: 'A', to: 'B', is: 'claude-code, 1 range' },
  { title: 'a new file explains what was written', markers: [marker(2, 'claude-code', null, 'B')], from: 'A', to: 'B', is: 'claude-code, 1 range' },
  { title: 'a chain from no file at all explains all', markers: [marker(1, 'codex', null, 'X'), marker(2, 'claude-code', 'X', 'B')], from: null, to: 'B', is: 'claude-code, all' },
  { title: 'an agent that does not know the text before explains what it wrote', markers: [marker(2, 'codex', undefined, 'B')], from: 'A', to: 'B', is: 'codex, 1 range' },
  { title: 'a circle of markers ends', markers: [marker(1, 'codex', 'B', 'X'), marker(2, 'codex', 'X', 'B')], from: 'A', to: 'B', is: 'codex, 1 range' },
  { title: 'another text is not explained', markers: [marker(1, 'codex', 'A', 'C')], from: 'A', to: 'B', is: 'nothing' },
] as const;

describe('which agent wrote what the disk brought', () => {
  for (const { title, markers, from, to, is } of ROWS) {
    it(title, () => {
      const found = explain(markers, from === null ? null : at(from), at(to));
      const said = found === undefined ? 'nothing' : `${found.arrival.origin.kind === 'agent' ? found.arrival.origin.agent : ''}, ${found.written === undefined ? 'all' : `${found.written.length} range`}`;
      assert.equal(said, is);
    });
  }
});
