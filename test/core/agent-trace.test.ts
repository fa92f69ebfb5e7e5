/** The formats of others: what is read is written again as it was. */
import assert from 'node:assert/strict';
import { lineLabels, passagesOfTrace, readTraceRecord, traceOf, writeTraceRecord } from '#core/agent-trace';
import { meaningOf, readGitAiNote, writeGitAiNote } from '#core/git-ai-note';
import { linePrints, passagesOf } from '#core/passage';
import type { RepoPath } from '#core/path';
import type { Origin, Span, Spans } from '#core/provenance';
import { lineStarts } from '#core/text';

const path = 'src/a.ts' as RepoPath;
const text = 'const a = 1;\nconst b = 2;\nconst c = 3;\n\nconst d = 4;\n';
const span = (part: string, origin: Origin): Span => ({ range: { start: text.indexOf(part), end: text.indexOf(part) + part.length }, origin, evidence: [{ kind: 'disk' }], at: 1 });
const codex: Origin = { kind: 'agent', agent: 'codex', model: 'gpt-5', session: 's1' };
const spans: Spans = [span('const a = 1;\nconst b = 2;\n', codex), span('const c = ', { kind: 'human' }), span('3;', codex), span('const d = 4;', { kind: 'paste' })];
const passages = passagesOf(path, linePrints(text), lineStarts(text), spans);
const record = traceOf([{ path, text, spans }], passages, { id: 'f0000000-0000-4000-8000-000000000000', at: '2026-01-01T00:00:00.000Z', toolVersion: '1.0.0', revision: 'a'.repeat(40) });

describe('an Agent Trace record', () => {
  it('names lines and who wrote them', () => {
    assert.deepEqual(record.files[0]!.conversations.map(({ contributor, ranges }) => [contributor, ranges.map((range) => [range.start_line, range.end_line])]), [
      [{ type: 'ai', model_id: 'gpt-5' }, [[1, 2]]],
      [{ type: 'mixed', model_id: 'gpt-5' }, [[3, 3]]],
      [{ type: 'unknown' }, [[5, 5]]],
    ]);
  });
  it('is read as it was written', () => assert.deepEqual(readTraceRecord(writeTraceRecord(record)), { ok: true, record }));
  it('keeps what other tools said in it', () => {
    const foreign = { version: '0.1.0', id: '1', timestamp: '2026-01-23T14:30:00Z', vcs: { type: 'jj', revision: 'kz' }, tool: { name: 'cursor', version: '2' }, files: [{ path: 'x', conversations: [{ url: 'https://a.example', contributor: { type: 'ai', model_id: 'a/b', temperature: 1 }, ranges: [{ start_line: 1, end_line: 9, content_hash: 'murmur3:9f2e8a1b', contributor: { type: 'human' } }], related: [{ type: 'session', url: 'https://b.example' }] }], sha: 'x' }], metadata: { 'dev.cursor': { workspace: 1 } } };
    const read = readTraceRecord(JSON.stringify(foreign));
    assert.deepEqual(read.ok && JSON.parse(writeTraceRecord(read.record)), foreign);
  });
  it('gives its passages back, but none that makes somebody a person', () => {
    assert.deepEqual(passagesOfTrace(record)?.flatMap(({ labels }) => labels.map(({ origin }) => origin.kind)), ['agent', 'agent', 'paste']);
  });
  for (const [title, json] of [['broken JSON', '{'], ['no files', '{"version":"0.1.0","id":"1","timestamp":"t"}'], ['a line zero', '{"version":"0.1.0","id":"1","timestamp":"t","files":[{"path":"a","conversations":[{"ranges":[{"start_line":0,"end_line":1}]}]}]}']] as const) {
    it(`is none with ${title}`, () => assert.equal(readTraceRecord(json).ok, false));
  }
  it('has no passages when they are not ours to read', () => {
    assert.equal(passagesOfTrace({ ...record, metadata: { 'dev.vetmark': { v: 1, passages: [{ path: '../x', lines: [], labels: [] }] } } }), undefined);
  });
  it('calls a line an agent\'s as soon as one of its characters is', () => {
    assert.deepEqual(lineLabels({ text, spans }).map(({ from, to, origin, mixed }) => [from, to, origin.kind, mixed]), [[1, 2, 'agent', false], [3, 3, 'agent', true], [5, 5, 'paste', false]]);
  });
});

describe('a note of git-ai', () => {
  const meta = { schema_version: 'authorship/3.0.0', git_ai_version: '1.4.5', base_commit_sha: 'a', prompts: { d9978a8723e02b52: { agent_id: { tool: 'codex', id: '1', model: 'm' }, total_additions: 3, overriden_lines: 1 } }, humans: { h_31dce776f88375: { author: 'Ada <ada@example.org>' } }, sessions: { s_c9883b05a2487d: { agent_id: { tool: 'cursor', id: '2', model: 'm' }, human_author: 'Ada', custom_attributes: { a: 'b' } } }, later: { unknown: [1] } };
  const note = `src/main.rs\n  s_c9883b05a2487d::t_9f8e7d6c5b4a32 1-10,15-20\n  h_31dce776f88375 35-40\n"src/my \\"file\\".rs"\n  d9978a8723e02b52 1-4,7\n---\n${JSON.stringify(meta, null, 2)}\n`;
  it('is written as it was read', () => assert.equal(writeGitAiNote(readGitAiNote(note)!), note));
  it('with nothing attested is written as it was read', () => {
    const empty = note.slice(note.indexOf('---'));
    assert.equal(writeGitAiNote(readGitAiNote(empty)!), empty);
  });
  it('says what its keys mean', () => {
    const read = readGitAiNote(note)!;
    assert.deepEqual(read.files.flatMap(({ attestations }) => attestations.map(({ key }) => meaningOf(read, key))), [{ kind: 'agent', tool: 'cursor', model: 'm', session: '2' }, { kind: 'human' }, { kind: 'agent', tool: 'codex', model: 'm', session: '1' }]);
  });
  it('knows no key by what every object has', () => assert.equal(meaningOf(readGitAiNote(note)!, 'constructor'), undefined));
  it('joins and sorts ranges', () => {
    const read = readGitAiNote(note)!;
    const [file] = read.files as [(typeof read.files)[number]];
    assert.match(writeGitAiNote({ ...read, files: [{ ...file, attestations: [{ key: 'k', lines: [{ from: 5, to: 6 }, { from: 1, to: 2 }, { from: 3, to: 4 }] }] }] }), /^ {2}k 1-6$/m);
  });
  for (const lines of ['0', '3-1', '1-', '1,,2', 'x']) it(`is none with lines ${lines}`, () => assert.equal(readGitAiNote(note.replace('1-10,15-20', lines)), undefined));
});
