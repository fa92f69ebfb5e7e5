/** Tampering with the audit log shows: thirteen kinds at three places each. The log holds three files, a signed checkpoint over all of it, and a copy of that in git. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { nextEntry, readEntry, writeEntry, type AuditEvent } from '#core/audit';
import { digestOf } from '#core/digest';
import { checkAudit } from '#project/audit-check';
import { auditFile, sealedFiles } from '#project/audit-files';
import { checkpointAudit } from '#project/checkpoints';
import { AuditShop, dateOf } from '../harness/audit.ts';

const EVENTS = 60;
const FORGED: AuditEvent = { kind: 'vetted', reviewer: 'mallory@example.com', file: '.vetmark/reviews/x.json', units: 9 };

/** What an attacker with the user's shell does to the lines of the whole log at one place. */
type Tamper = (lines: readonly string[], at: number) => readonly string[];

const KINDS: readonly (readonly [string, Tamper])[] = [
  ['a flipped bit', (lines, at) => lines.with(at, flip(lines[at]!))],
  ['an edited event', (lines, at) => lines.with(at, lines[at]!.replace(/"kind":"[^"]+"/, '"kind":"gap"'))],
  ['an edited event with a right digest', (lines, at) => lines.with(at, reforge(lines, at))],
  ['a removed entry', (lines, at) => lines.toSpliced(at, 1)],
  ['an entry twice', (lines, at) => lines.toSpliced(at, 0, lines[at]!)],
  ['two entries that changed places', (lines, at) => (at + 1 < lines.length ? lines.toSpliced(at, 2, lines[at + 1]!, lines[at]!) : lines.toSpliced(at - 1, 2, lines[at]!, lines[at - 1]!))],
  ['a forged entry put in', (lines, at) => lines.toSpliced(at, 0, reforge(lines, at))],
  ['an entry of another log', (lines, at) => lines.with(at, foreign(at))],
  ['an entry written in another layout', (lines, at) => lines.with(at, JSON.stringify(JSON.parse(lines[at]!), null, 1).replaceAll('\n', ''))],
  ['a hidden second value', (lines, at) => lines.with(at, lines[at]!.replace('"seq":', '"seq":0,"seq":'))],
  ['a blank line', (lines, at) => lines.toSpliced(at, 0, '')],
  ['everything from there on cut off', (lines, at) => lines.slice(0, at)],
  ['everything from there on written anew as one right chain', (lines, at) => rechain(lines, at)],
];
const PLACES: readonly (readonly [string, (count: number) => number])[] = [
  ['at the beginning', () => 0],
  ['in the middle', (count) => count >> 1],
  ['at the end', (count) => count - 1],
];

describe('tampering with the audit log', function () {
  this.timeout(120_000);
  let shop: AuditShop;
  before(async () => {
    shop = new AuditShop();
    await shop.fill(EVENTS, { limit: 10_000 });
    const made = await checkpointAudit(shop.repository, shop.signer, dateOf(EVENTS));
    assert.deepEqual(made, { ok: true, size: (await state()).entries });
    const files = await logFiles();
    assert.equal(files.length >= 3, true);
    cpSync(folder(), `${folder()}.good`, { recursive: true });
  });
  after(() => shop.dispose());
  beforeEach(() => restore());

  const folder = (): string => dirname(auditFile(shop.repository));
  const restore = (): void => {
    rmSync(folder(), { recursive: true, force: true });
    cpSync(`${folder()}.good`, folder(), { recursive: true });
  };
  const state = () => checkAudit(shop.repository);
  const logFiles = async (): Promise<readonly string[]> => [...(await sealedFiles(auditFile(shop.repository))), auditFile(shop.repository)];

  /** The attacker puts the lines back into the same files, as far as there are lines; files left without one are deleted. */
  async function tamper(change: Tamper, place: (count: number) => number): Promise<void> {
    const files = await logFiles();
    const pages = files.map((file) => readFileSync(file, 'utf8').trimEnd().split('\n'));
    const lines = pages.flat();
    const changed = change(lines, place(lines.length));
    assert.notDeepEqual(changed, lines);
    let from = 0;
    files.forEach((file, index) => {
      const to = index === files.length - 1 ? changed.length : from + pages[index]!.length;
      const page = changed.slice(from, to);
      rmSync(file);
      if (page.length > 0) writeFileSync(file, `${page.join('\n')}\n`);
      from = to;
    });
  }

  it('is not seen where there was none', async () => {
    const { problems, covered, entries, signers, limits } = await state();
    assert.deepEqual({ problems, open: entries - covered, signers, limits }, { problems: [], open: 0, signers: ['ann@example.com'], limits: [] });
  });

  for (const [kind, change] of KINDS) {
    for (const [where, place] of PLACES) {
      it(`shows ${kind} ${where}`, async () => {
        await tamper(change, place);
        const { problems } = await state();
        assert.notDeepEqual(problems, []);
      });
    }
  }

  for (const [title, spoil, sign] of [
    ['a log rolled back together with its checkpoints', () => {
      const file = auditFile(shop.repository);
      writeFileSync(file, `${readFileSync(file, 'utf8').split('\n').slice(0, 3).join('\n')}\n`);
      rmSync(file.replace('.jsonl', '.checkpoints'));
    }, 'rolled back'],
    ['a log that was deleted as a whole', () => rmSync(folder(), { recursive: true }), 'rolled back'],
    ['a file of the log that is gone', async () => rmSync((await logFiles())[1]!), 'tampered'],
    ['a checkpoint that was edited', () => edit('.checkpoints', (text) => text.replace('root\\":\\"sha256:', 'root\\":\\"sha256:0').replace(/(sha256:0[0-9a-f]{63})[0-9a-f]/, '$1')), 'signature does not count'],
    ['a checkpoint that cannot be read', () => edit('.checkpoints', () => '{}\n'), 'cannot be read'],
    ['a checkpoint under another name', () => edit('.checkpoints', (text) => text.replace('ann@', 'bob@')), 'signature does not count'],
  ] as const) {
    it(`shows ${title}`, async () => {
      await spoil();
      const { problems } = await state();
      assert.equal(problems.some((problem) => problem.includes(sign)), true, problems.join('\n'));
    });
  }

  it('is not seen in where a file of the log begins', async () => {
    const [first, second] = await logFiles();
    const lines = readFileSync(first!, 'utf8').trimEnd().split('\n');
    rmSync(first!);
    writeFileSync(first!, `${lines.slice(0, -1).join('\n')}\n`);
    edit(basename(second!).slice(32), (text) => `${lines.at(-1)}\n${text}`);
    // The chain is whole: where a file begins is nobody's evidence. What the log says is the same.
    assert.deepEqual((await state()).problems, []);
  });

  function edit(end: string, change: (text: string) => string): void {
    const file = auditFile(shop.repository).replace('.jsonl', end);
    const text = readFileSync(file, 'utf8');
    const changed = change(text);
    assert.notEqual(changed, text);
    rmSync(file);
    writeFileSync(file, changed);
  }
});

/** One bit of a letter in the middle of the event. */
function flip(line: string): string {
  const at = line.indexOf('"event"') + 30;
  return line.slice(0, at) + String.fromCharCode(line.charCodeAt(at) ^ 1) + line.slice(at + 1);
}

function reforge(lines: readonly string[], at: number): string {
  return writeEntry(nextEntry(at === 0 ? undefined : readEntry(lines[at - 1]!), FORGED, dateOf(at).toISOString()));
}

function foreign(at: number): string {
  const other = at === 0 ? undefined : { seq: at - 1, digest: digestOf('another log') };
  return writeEntry(nextEntry(other, { kind: 'gap', message: 'of another log' }, dateOf(at).toISOString()));
}

function rechain(lines: readonly string[], at: number): readonly string[] {
  let last = at === 0 ? undefined : readEntry(lines[at - 1]!);
  return lines.map((line, index) => {
    if (index < at) return line;
    const { event, at: time } = readEntry(line)!;
    last = nextEntry(last, index === at || event.kind === 'strange' ? FORGED : event, time);
    return writeEntry(last);
  });
}
