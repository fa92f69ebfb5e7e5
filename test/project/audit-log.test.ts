/** The audit log keeps one chain under many writers, and shows what was done to it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { appendAudit, auditFile, readAudit } from '#project/audit-log';

const WRITERS = 8;
const EACH = 25;

describe('the audit log', function () {
  this.timeout(60_000);
  const before_ = process.env['XDG_STATE_HOME'];
  let repository: { root: string; gitDir: string };
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), 'vetmark-audit-'));
    process.env['XDG_STATE_HOME'] = folder;
    repository = { root: folder, gitDir: join(folder, '.git') };
  });
  afterEach(() => {
    rmSync(repository.root, { recursive: true, force: true });
    if (before_ === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = before_;
  });
  const fill = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await appendAudit(repository, { kind: 'gap', message: `gap ${i}` }, new Date(1_700_000_000_000 + i));
  };

  it('loses nothing under eight processes', async () => {
    const module = pathToFileURL(join(import.meta.dirname, '../../src/project/audit-log.ts')).href;
    const script = `const { appendAudit } = await import(${JSON.stringify(module)});
      for (let i = 0; i < ${EACH}; i++) { for (;;) { const done = await appendAudit(${JSON.stringify(repository)}, { kind: 'gap', message: process.argv[1] + i }, new Date()); if (done.ok) break; } }`;
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, `writer ${writer} `])));
    const { entries, check } = await readAudit(repository);
    assert.deepEqual({ check, distinct: new Set(entries.map(({ event }) => JSON.stringify(event))).size }, { check: { ok: true, entries: WRITERS * EACH }, distinct: WRITERS * EACH });
  });

  for (const [title, tamper, line] of [
    ['a changed entry', (lines: string[]) => lines.with(1, lines[1]!.replace('gap 1', 'gap X')), 2],
    ['a removed entry', (lines: string[]) => lines.toSpliced(1, 1), 2],
    ['entries that changed places', (lines: string[]) => [lines[0]!, lines[2]!, lines[1]!, lines[3]!], 2],
    ['an entry put in twice', (lines: string[]) => lines.toSpliced(2, 0, lines[1]!), 3],
    ['a removed beginning', (lines: string[]) => lines.slice(1), 1],
    ['an entry with a field more', (lines: string[]) => lines.with(3, lines[3]!.replace('{', '{"extra":1,')), 4],
  ] as const) {
    it(`shows ${title}`, async () => {
      await fill(4);
      const lines = readFileSync(auditFile(repository), 'utf8').trimEnd().split('\n');
      writeFileSync(auditFile(repository), `${tamper(lines).join('\n')}\n`);
      const { check } = await readAudit(repository);
      assert.equal(check.ok ? 'whole' : check.line, line);
    });
  }

  it('adds nothing to a damaged end, and says what to do', async () => {
    await fill(2);
    const cut = readFileSync(auditFile(repository), 'utf8').slice(0, -20);
    writeFileSync(auditFile(repository), cut);
    const appended = await appendAudit(repository, { kind: 'gap', message: 'after' }, new Date());
    assert.deepEqual([appended.ok, readFileSync(auditFile(repository), 'utf8')], [false, cut]);
  });
});
