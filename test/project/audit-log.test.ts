/** The audit log keeps one chain under many writers, and loses nothing. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { AuditEntry } from '#core/audit';
import { checkAudit } from '#project/audit-check';
import { appendAudit, auditFile, AuditWriter } from '#project/audit-log';
import { AuditShop, dateOf, eventOf } from '../harness/audit.ts';

const WRITERS = 8;
const EACH = 40;

describe('the audit log', function () {
  this.timeout(120_000);
  let shop: AuditShop;
  beforeEach(() => (shop = new AuditShop()));
  afterEach(() => shop.dispose());

  const read = async (from = 0) => {
    const entries: AuditEntry[] = [];
    const check = await checkAudit(shop.repository, { from }, (entry) => entries.push(entry));
    return { ...check, entries };
  };
  const kinds = async () => (await read()).entries.map(({ event }) => event.kind);
  const process_ = async (script: string, ...args: string[]) => {
    const module = pathToFileURL(join(import.meta.dirname, '../../src/project/audit-log.ts')).href;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', `const { appendAudit, AuditWriter } = await import(${JSON.stringify(module)}); const repository = ${JSON.stringify(shop.repository)}; ${script}`, ...args]);
  };

  for (const [title, patience, limit] of [
    ['that wait for each other', 60_000, 1 << 30],
    ['that begin new files all the time', 60_000, 5_000],
    ['that wait for nobody', 0, 1 << 30],
  ] as const) {
    it(`loses nothing under eight processes ${title}`, async () => {
      const script = `const writer = new AuditWriter(repository, { patience: ${patience}, limit: ${limit} });
        for (let i = 0; i < ${EACH}; i++) { const done = await writer.append({ kind: 'gap', message: process.argv[1] + i }, new Date()); if (!done.ok) throw new Error(done.message); }
        await writer.close();`;
      await Promise.all(Array.from({ length: WRITERS }, (_, writer) => process_(script, `writer ${writer} `)));
      // Whoever comes next takes in what was put aside.
      await appendAudit(shop.repository, { kind: 'gap', message: 'the last' }, new Date());
      const { entries, problems } = await read();
      const messages = entries.flatMap(({ event }) => (event.kind === 'gap' ? event.message : []));
      assert.deepEqual({ problems, messages: messages.length, distinct: new Set(messages).size }, { problems: [], messages: WRITERS * EACH + 1, distinct: WRITERS * EACH + 1 });
    });
  }

  it('writes what comes at once in the order it came', async () => {
    const writer = new AuditWriter(shop.repository);
    await Promise.all(Array.from({ length: 2_500 }, (_, i) => writer.append(eventOf(i), dateOf(i))));
    await writer.close();
    const { entries } = await read();
    assert.deepEqual(entries.map(({ at }) => at), Array.from({ length: 2_500 }, (_, i) => dateOf(i).toISOString()));
  });

  it('goes on after another writer wrote, and after another began a new file', async () => {
    const one = new AuditWriter(shop.repository);
    await one.append(eventOf(0), dateOf(0));
    await appendAudit(shop.repository, eventOf(1), dateOf(1));
    await one.append(eventOf(2), dateOf(2));
    const other = new AuditWriter(shop.repository, { limit: 1 });
    await other.append(eventOf(3), dateOf(3));
    await one.append(eventOf(4), dateOf(4));
    await Promise.all([one.close(), other.close()]);
    const { problems, entries } = await read();
    assert.deepEqual([problems, entries.map(({ event }) => event.kind)], [[], ['agent-tool', 'agent-tool', 'agent-tool', 'rotated', 'agent-tool', 'vetted']]);
  });

  it('begins a new file that carries the Merkle head of all before, also when the machine stopped in between', async () => {
    await shop.fill(60, { limit: 5_000 });
    const folder = dirname(auditFile(shop.repository));
    const sealed = readdirSync(folder).filter((name) => /\d{12}-\d{12}/.test(name));
    // As if power went after the full file was set aside.
    await shop.fill(1, { limit: 1 }, 60);
    rmSync(auditFile(shop.repository));
    await shop.fill(1, {}, 61);
    const { problems, entries } = await read();
    assert.deepEqual([problems, sealed.length > 3, entries.at(-2)!.event.kind, entries.at(-1)!.at], [[], true, 'rotated', dateOf(61).toISOString()]);
  });

  it('is checked from a later file on when older ones were archived, and only when asked to', async () => {
    await shop.fill(60, { limit: 5_000 });
    const folder = dirname(auditFile(shop.repository));
    const [oldest] = readdirSync(folder).filter((name) => /\d{12}-\d{12}/.test(name)).sort();
    rmSync(join(folder, oldest!));
    const next = 1 + Number(/-(\d+)\.jsonl$/.exec(oldest!)![1]);
    const [all, later] = [await read(), await read(next)];
    assert.deepEqual([all.problems.length, all.problems[0]?.includes(`--from ${next}`), later.problems, later.entries[0]?.seq], [1, true, [], next]);
  });

  it('cuts off half an entry that a power cut left, and says so', async () => {
    await shop.fill(3);
    appendFileSync(auditFile(shop.repository), '{"at":"2026-');
    await shop.fill(1, {}, 3);
    assert.deepEqual([await kinds(), (await read()).problems], [['agent-tool', 'agent-tool', 'agent-tool', 'gap', 'agent-tool'], []]);
  });

  it('builds on no damaged entry: what happens is put aside until the file is moved away', async () => {
    await shop.fill(2);
    const file = auditFile(shop.repository);
    writeFileSync(file, readFileSync(file, 'utf8').replace('file-1', 'file-X'));
    const damaged = readFileSync(file, 'utf8');
    const refused = await appendAudit(shop.repository, { kind: 'gap', message: 'meanwhile' }, dateOf(2));
    const after = readFileSync(file, 'utf8');
    rmSync(file);
    await shop.fill(1, {}, 3);
    assert.deepEqual([refused.ok, after === damaged, await kinds()], [false, true, ['gap', 'agent-tool']]);
  });

  it('keeps a place in the chain for an event put aside that cannot be read', async () => {
    const folder = auditFile(shop.repository).replace('.jsonl', '.waiting');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '01.json'), 'rubbish');
    await shop.fill(1);
    assert.deepEqual([await kinds(), readdirSync(folder)], [['gap', 'agent-tool'], []]);
  });

  it('is for its owner alone', async () => {
    await shop.fill(1);
    const file = auditFile(shop.repository);
    assert.deepEqual([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777], [0o600, 0o700]);
  });

  it('says when it cannot be written', async () => {
    mkdirSync(dirname(dirname(auditFile(shop.repository))), { recursive: true });
    writeFileSync(dirname(auditFile(shop.repository)), 'not a folder');
    const { ok } = await appendAudit(shop.repository, eventOf(0), dateOf(0));
    assert.equal(ok, false);
  });

  it('takes over the lock of a dead process at once, by one taker of eight', async () => {
    await shop.fill(1);
    const lock = `${auditFile(shop.repository)}.lock`;
    symlinkSync(`${machine()}:${await deadProcess()}:0011223344556677`, lock);
    const start = Date.now();
    const script = "const writer = new AuditWriter(repository, { patience: 20000 }); await writer.append({ kind: 'gap', message: process.argv[1] }, new Date()); await writer.close();";
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => process_(script, `writer ${writer}`)));
    const { problems, entries } = await read();
    const left = readdirSync(dirname(lock)).filter((name) => name.includes('.lock'));
    assert.deepEqual([problems, entries.length, left, Date.now() - start < 20_000], [[], 1 + WRITERS, [], true]);
  });

  it('waits no longer than it has patience for one who is taking over', async () => {
    await shop.fill(1);
    const lock = `${auditFile(shop.repository)}.lock`;
    symlinkSync(`${machine()}:${await deadProcess()}:0011223344556677`, lock);
    symlinkSync(`${machine()}:${process.pid}:0011223344556677`, `${lock}.takeover`);
    const writer = new AuditWriter(shop.repository, { patience: 50 });
    const { ok } = await writer.append(eventOf(1), dateOf(1));
    rmSync(`${lock}.takeover`);
    await writer.append(eventOf(2), dateOf(2));
    await writer.close();
    assert.deepEqual([ok, (await read()).entries.length, readdirSync(dirname(lock)).filter((name) => name.includes('.lock'))], [true, 3, []]);
  });

  it('waits for the lock of another machine and then puts the event aside', async () => {
    await shop.fill(1);
    const lock = `${auditFile(shop.repository)}.lock`;
    symlinkSync('elsewhere:1:0011223344556677', lock);
    const writer = new AuditWriter(shop.repository, { patience: 50 });
    const { ok } = await writer.append(eventOf(1), dateOf(1));
    rmSync(lock);
    await writer.append(eventOf(2), dateOf(2));
    await writer.close();
    assert.deepEqual([ok, (await read()).entries.map(({ at }) => at)], [true, [0, 1, 2].map((i) => dateOf(i).toISOString())]);
  });

  it('writes on when the file was cut by somebody, from where it ends now', async () => {
    const writer = new AuditWriter(shop.repository);
    for (const i of [0, 1, 2]) await writer.append(eventOf(i), dateOf(i));
    const [first] = readFileSync(auditFile(shop.repository), 'utf8').split('\n');
    truncateSync(auditFile(shop.repository), first!.length + 1);
    await writer.append(eventOf(3), dateOf(3));
    await writer.close();
    assert.deepEqual([(await read()).problems, (await read()).entries.length], [[], 2]);
  });
});

/** As the lock names this machine, and on Linux this container. */
function machine(): string {
  return process.platform === 'linux' ? `${hostname()}/${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))![0]}` : hostname();
}

/** The number of a process that is no longer there. */
async function deadProcess(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', 'console.log(process.pid)']);
  return stdout.trim();
}
