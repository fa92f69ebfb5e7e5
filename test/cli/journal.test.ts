/** What is remembered survives a process that is killed in the middle of writing: a real one, with SIGKILL. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { digestOf } from '#core/digest';
import type { RepoPath } from '#core/path';
import { recall, recallAll, remember } from '#project/pending';
import { pastFiles, readPast } from '#project/provenance-past';
import type { Repository } from '#project/repository';

/** Documents that the killed process writes in turn, and lines of each. */
const DOCUMENTS = 5;
const LINES = 400;
const file = (index: number): RepoPath => `src/f${index}.ts` as RepoPath;

/** Remembers one state of a document after the other for ever and says which was written: `document state`. Each state's text is that of `textOf`. */
const WRITER = `
import { remember } from '#project/pending';
const repository = { root: process.argv[1], gitDir: process.argv[1] };
for (let state = 0; ; state++) {
  const index = state % ${DOCUMENTS};
  const text = Array.from({ length: ${LINES} }, (_, line) => 'line ' + line + ' of state ' + state).join('\\n');
  await remember(repository, 'src/f' + index + '.ts', text, [{ range: { start: 0, end: text.length }, origin: { kind: 'agent', agent: 'codex' }, evidence: [{ kind: 'disk' }], at: state }]);
  process.stdout.write(index + ' ' + state + '\\n');
}`;
const textOf = (state: number): string => Array.from({ length: LINES }, (_, line) => `line ${line} of state ${state}`).join('\n');

describe('what is remembered', function () {
  this.timeout(120_000);
  let gitDir: string;
  let repository: Repository;
  beforeEach(() => {
    gitDir = mkdtempSync(join(tmpdir(), 'vetmark-journal-'));
    repository = { root: gitDir, gitDir };
  });
  afterEach(() => rmSync(gitDir, { recursive: true }));

  /** Starts the writer, kills it after it said so many things, and returns the last state that it said of each document. */
  function killed(after: number): Promise<ReadonlyMap<number, number>> {
    return new Promise((done, fail) => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', WRITER, gitDir], { cwd: resolve(import.meta.dirname, '../..'), stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.split('\n').length > after) child.kill('SIGKILL');
      });
      child.on('error', fail);
      child.on('close', () => done(new Map(said.split('\n').slice(0, -1).map((line) => line.split(' ').map(Number) as [number, number]))));
    });
  }

  for (const after of [3, 11, 29, 64]) {
    it(`is whole when its writer is killed after ${after} writes`, async () => {
      const said = await killed(after);
      const { remembered, corrupt } = await recallAll(repository);
      assert.deepEqual(corrupt, []);
      for (const [index, state] of said) {
        const record = remembered.find(({ path }) => path === file(index));
        // The one it was about to say is there or not; nothing else is.
        const allowed = [state, state + DOCUMENTS].map((each) => digestOf(textOf(each)));
        assert.ok(record !== undefined && allowed.includes(record.digest), `${file(index)} is not what was written`);
        assert.deepEqual(record.spans.map(({ range, origin }) => [range, origin]), [[{ start: 0, end: textOf(record.spans[0]!.at).length }, { kind: 'agent', agent: 'codex' }]]);
      }
      for (const journal of await pastFiles(repository)) {
        const { passages, corrupt: torn } = readPast(readFileSync(journal, 'utf8'));
        assert.ok(torn <= 1 && passages.length + torn > 0, 'a journal lost more than its last line');
      }
    });
  }

  const one = [{ range: { start: 0, end: 3 }, origin: { kind: 'agent', agent: 'codex' }, evidence: [], at: 1 }] as const;
  for (const [title, damage] of [
    ['cut short', (place: string) => truncateSync(place, 40)],
    ['emptied', (place: string) => truncateSync(place, 0)],
    ['overwritten', (place: string) => writeFileSync(place, Buffer.alloc(64, 0xff))],
    ['of a later version', (place: string) => writeFileSync(place, readFileSync(place, 'utf8').replace('"v":2', '"v":3'))],
  ] as const) {
    it(`loses only itself when it is ${title}, and says so`, async () => {
      for (const index of [0, 1, 2]) await remember(repository, file(index), 'one\ntwo\n', one);
      const folder = join(gitDir, 'vetmark/pending');
      const name = `${digestOf(file(1)).slice('sha256:'.length)}.json`;
      damage(join(folder, name));
      const { remembered, corrupt } = await recallAll(repository);
      assert.deepEqual([remembered.map(({ path }) => path), corrupt, (await recall(repository, file(1))).ok], [[file(0), file(2)], [name], false]);
    });
  }

  it('goes on behind a half-written line of the past', async () => {
    await remember(repository, file(0), 'one\ntwo\n', one);
    await remember(repository, file(0), 'two\n', []);
    const [journal] = await pastFiles(repository) as [string];
    appendFileSync(journal, '{"v":1,"text":"sha256:12');
    await remember(repository, file(0), 'three\nfour\n', [{ ...one[0], range: { start: 0, end: 5 } }]);
    await remember(repository, file(0), 'four\n', []);
    const { passages, corrupt } = readPast(readFileSync(journal, 'utf8'));
    assert.deepEqual([passages.length, corrupt], [2, 1]);
  });

  it('leaves nothing half-written for ever', async () => {
    await remember(repository, file(0), 'one\ntwo\n', one);
    const folder = join(gitDir, 'vetmark/pending');
    const left = join(folder, 'x.json.0011.tmp');
    writeFileSync(left, '{');
    const { utimesSync } = await import('node:fs');
    utimesSync(left, 1, 1);
    await recallAll(repository);
    assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.tmp')), []);
  });
});
