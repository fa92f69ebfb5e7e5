/** The audit log: how fast it is written and checked, whether eight writers lose anything, and whether tampering shows. Missed targets are printed as missed. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, fdatasyncSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { checkAudit } from '#project/audit-check';
import { auditFile, sealedFiles } from '#project/audit-files';
import { appendAudit, AuditWriter } from '#project/audit-log';
import { checkpointAudit } from '#project/checkpoints';
import { AuditShop, dateOf, eventOf } from '../test/harness/audit.ts';
import { KINDS, PLACES, tamperWith } from '../test/harness/audit-tampers.ts';
import type { Bench, Table } from './table.ts';

const ENTRIES = 100_000;
const WRITERS = 8;
const EACH = 10_000;
const APPENDS = 2_000;
const HOOKS = 500;
const ROUNDS = 5;
/** Where Linux keeps files in memory: what is left of the time there is not the disk's. */
const MEMORY_DISK = '/dev/shm';
/** Milliseconds. */
const TARGETS = { verify: 3_000, append: 1 };

const root = join(import.meta.dirname, '..');

export const bench: Bench = async () => {
  const load = loadavg()[0]!;
  const appending = await inShop(appends);
  const inMemory = existsSync(MEMORY_DISK) ? await inShop(appends, MEMORY_DISK) : undefined;
  const checking = await inShop(checks);
  const crowd = await inShop(writers);
  const tampering = await inShop(tampers);
  const judge = (met: boolean): string => (met ? 'met' : 'MISSED');
  const times = (values: readonly number[]): readonly number[] => [0.5, 0.95, 0.99, 1].map((share) => at(values, share));
  const tables: Table[] = [
    {
      title: `One event on the disk (fdatasync), milliseconds; load ${load.toFixed(1)} on ${cpus().length} processors before the start`,
      columns: ['how', 'p50', 'p95', 'p99', 'max', `p95 <= ${TARGETS.append} ms`],
      rows: [
        ['the bare disk: one write, one flush', ...times(appending.disk), ''],
        ['the bare disk with a lock', ...times(appending.locked), ''],
        ['a writer that stays', ...times(appending.writer), judge(at(appending.writer, 0.95) <= TARGETS.append)],
        ['one event, then gone (a hook)', ...times(appending.hook), judge(at(appending.hook, 0.95) <= TARGETS.append)],
        ...(inMemory === undefined ? [] : [['a writer that stays, on a disk in memory', ...times(inMemory.writer), '']]),
        ['processor time of an event, mean', appending.processor, '', '', '', ''],
      ],
    },
    {
      title: `Checking ${ENTRIES.toLocaleString('en-GB')} entries and their checkpoint`,
      columns: ['how', 'milliseconds', 'target'],
      rows: [
        ['in a process that runs, median', checking.median, judge(checking.median <= TARGETS.verify)],
        ['processor time of that', checking.processor, ''],
        ['vetmark audit verify, the whole command', checking.command, judge(checking.command <= TARGETS.verify)],
      ],
    },
    {
      title: `${WRITERS} processes, ${EACH.toLocaleString('en-GB')} events each, one after the other`,
      columns: ['events', 'in the log', 'lost', 'twice', 'chain', 'seconds', 'events a second'],
      rows: [[WRITERS * EACH, crowd.found, crowd.lost, crowd.twice, crowd.problems === 0 ? 'whole' : 'BROKEN', crowd.seconds, Math.round((WRITERS * EACH) / crowd.seconds)]],
    },
    { title: 'Tampering that shows', columns: ['kind', ...PLACES.map(([place]) => place)], rows: tampering.map(({ kind, found }) => [kind, ...found.map((shown) => (shown ? 'found' : 'MISSED'))]) },
  ];
  const found = tampering.flatMap(({ found: shown }) => shown);
  return {
    tables,
    figures: {
      load,
      diskP50Ms: at(appending.disk, 0.5),
      diskP95Ms: at(appending.disk, 0.95),
      lockedDiskP50Ms: at(appending.locked, 0.5),
      lockedDiskP95Ms: at(appending.locked, 0.95),
      ...(inMemory !== undefined && { memoryDiskAppendP50Ms: at(inMemory.writer, 0.5), memoryDiskAppendP95Ms: at(inMemory.writer, 0.95) }),
      appendProcessorMs: appending.processor,
      appendP50Ms: at(appending.writer, 0.5),
      appendP95Ms: at(appending.writer, 0.95),
      hookAppendP50Ms: at(appending.hook, 0.5),
      hookAppendP95Ms: at(appending.hook, 0.95),
      verifyEntries: checking.entries,
      verifyMs: checking.median,
      verifyProcessorMs: checking.processor,
      verifyCommandMs: checking.command,
      writers: WRITERS,
      events: WRITERS * EACH,
      eventsFound: crowd.found,
      eventsLost: crowd.lost,
      eventsTwice: crowd.twice,
      chainProblems: crowd.problems,
      crowdSeconds: crowd.seconds,
      tampers: found.length,
      tampersFound: found.filter(Boolean).length,
    },
  };
};

async function inShop<T>(work: (shop: AuditShop) => Promise<T>, folder?: string): Promise<T> {
  const shop = new AuditShop('enrolled', folder);
  try {
    return await work(shop);
  } finally {
    shop.dispose();
  }
}

/** The disk, the writer and the hook take turns, so that what else the machine does weighs on all of them. */
async function appends({ repository, top }: AuditShop): Promise<{ readonly disk: readonly number[]; readonly locked: readonly number[]; readonly writer: readonly number[]; readonly hook: readonly number[]; readonly processor: number }> {
  const [disk, locked, writing, hook]: [number[], number[], number[], number[]] = [[], [], [], []];
  const bare = openSync(join(top, 'bare'), 'a');
  const writer = new AuditWriter(repository);
  await writer.append(eventOf(0), dateOf(0));
  const line = readFileSync(auditFile(repository));
  const timed = async (into: number[], work: () => unknown): Promise<void> => {
    const start = performance.now();
    await work();
    into.push(performance.now() - start);
  };
  for (let i = 0; i < APPENDS; i++) {
    await timed(disk, () => {
      writeSync(bare, line);
      fdatasyncSync(bare);
    });
    await timed(locked, () => {
      symlinkSync('nobody', join(top, 'lock'));
      writeSync(bare, line);
      unlinkSync(join(top, 'lock'));
      fdatasyncSync(bare);
    });
    await timed(writing, () => writer.append(eventOf(i), dateOf(i)));
    if (i % (APPENDS / HOOKS) === 0) await timed(hook, () => appendAudit(repository, eventOf(i), dateOf(i), { flush: 'here' }));
  }
  const used = process.cpuUsage();
  for (let i = 0; i < HOOKS; i++) await writer.append(eventOf(i), dateOf(i));
  const { user, system } = process.cpuUsage(used);
  await writer.close();
  closeSync(bare);
  return { disk, locked, writer: writing, hook, processor: (user + system) / 1000 / HOOKS };
}

async function checks({ repository, signer, top }: AuditShop): Promise<{ readonly entries: number; readonly median: number; readonly processor: number; readonly command: number }> {
  const writer = new AuditWriter(repository);
  await Promise.all(Array.from({ length: ENTRIES }, (_, i) => writer.append(eventOf(i), dateOf(i))));
  await writer.close();
  await checkpointAudit(repository, signer, dateOf(ENTRIES));
  const times: number[] = [];
  const processor: number[] = [];
  let entries = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    const check = await checkAudit(repository);
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(used);
    processor.push((user + system) / 1000);
    if (check.problems.length > 0 || check.covered !== check.entries || check.entries < ENTRIES) throw new Error(`the log is not whole: ${check.problems.join(' ')}`);
    entries = check.entries;
  }
  const start = performance.now();
  const code = await run([join(root, 'src/cli/main.ts'), 'audit', 'verify'], repository.root, top);
  if (code !== 0) throw new Error(`vetmark audit verify ended with ${code}`);
  return { entries, median: at(times, 0.5), processor: at(processor, 0.5), command: performance.now() - start };
}

async function writers({ repository, top }: AuditShop): Promise<{ readonly found: number; readonly lost: number; readonly twice: number; readonly problems: number; readonly seconds: number }> {
  const script = `import { AuditWriter } from ${JSON.stringify(join(root, 'src/project/audit-log.ts'))};
    const writer = new AuditWriter(${JSON.stringify(repository)});
    for (let i = 0; i < ${EACH}; i++) {
      const done = await writer.append({ kind: 'gap', message: process.argv[1] + ' ' + i }, new Date());
      if (!done.ok) throw new Error(done.message);
    }
    await writer.close();`;
  const start = performance.now();
  const codes = await Promise.all(Array.from({ length: WRITERS }, (_, writer) => run(['--input-type=module', '-e', script, `writer ${writer}`], repository.root, top)));
  const seconds = (performance.now() - start) / 1000;
  if (codes.some((code) => code !== 0)) throw new Error(`writers ended with ${codes.join(', ')}`);
  // Whoever comes next takes in what is still put aside.
  await appendAudit(repository, { kind: 'gap', message: 'the last' }, new Date());
  const seen = new Map<string, number>();
  const { problems } = await checkAudit(repository, {}, ({ event }) => {
    if (event.kind === 'gap' && event.message.startsWith('writer ')) seen.set(event.message, (seen.get(event.message) ?? 0) + 1);
  });
  const found = [...seen.values()].reduce((sum, times) => sum + times, 0);
  return { found, lost: WRITERS * EACH - seen.size, twice: found - seen.size, problems: problems.length, seconds };
}

/** Each kind at each place, on a log of several files that a checkpoint covers. */
async function tampers(shop: AuditShop): Promise<readonly { readonly kind: string; readonly found: readonly boolean[] }[]> {
  await shop.fill(60, { limit: 10_000 });
  await checkpointAudit(shop.repository, shop.signer, dateOf(60));
  const file = auditFile(shop.repository);
  const [folder, good] = [dirname(file), join(shop.top, 'good')];
  cpSync(folder, good, { recursive: true });
  const results: { kind: string; found: boolean[] }[] = [];
  for (const [kind, change] of KINDS) {
    const found: boolean[] = [];
    for (const [, place] of PLACES) {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      cpSync(good, folder, { recursive: true });
      const changed = tamperWith([...sealedFiles(file), file], change, place);
      found.push(changed && (await checkAudit(shop.repository)).problems.length > 0);
    }
    results.push({ kind, found });
  }
  return results;
}

function run(args: readonly string[], cwd: string, home: string): Promise<number | null> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, HOME: home, GIT_CONFIG_NOSYSTEM: '1' } });
    child.on('error', fail);
    child.on('close', done);
  });
}

function at(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)]!;
}
