/**
 * `vetmark gate`: judge what a change adds and takes away, print why it is blocked, record the verdict.
 * Invariant 5: policy and reviewers are read from the base commit, never from the change; what cannot be read blocks.
 */
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { exitCode, judge, type Verdict } from '#core/gate';
import { appendAudit } from '#project/audit-log';
import { openCleanTexts } from '#project/clean-texts';
import { mergeBase, openRepository, resolveCommit, stagedTree, type Repository } from '#project/repository';
import { readSource } from '#project/disk';
import { gather, type Range } from '../gate/input.ts';
import { mergeParts, readShard, shareOf, type Shard } from '../gate/shards.ts';
import { FORMATS, isFormat, readOptions, type Format } from '../options.ts';
import type { Judged } from '../report.ts';
import { printVerdict } from '../reporters/gate.ts';
import { printable, refuse, type ExitCode, type Terminal } from '../terminal.ts';

interface Asked {
  readonly base: string;
  /** Absent: the work tree, or what is staged. */
  readonly head?: string;
  readonly scope: 'worktree' | 'staged' | 'commit';
  readonly format: Format;
  readonly shard?: Shard;
  /** A folder. Absent: nothing is remembered. */
  readonly cache?: string;
}

export async function gate(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (args[0] === '--merge') return merge(args.slice(1), terminal);
  const asked = read(args);
  if (typeof asked === 'string') return refuse(terminal, asked);
  const opened = await openRepository(terminal.cwd);
  if (!opened.ok) return refuse(terminal, opened.message);
  const { repository } = opened;
  // Analysis makes much garbage and keeps little: a young generation that may grow takes a hundred megabytes more and is no faster (bench/gate.ts).
  setFlagsFromString('--semi-space-growth-factor=1');
  // So does an old one that may grow by more than this before it is looked through.
  setFlagsFromString('--heap-growing-percent=30');
  const range = await rangeOf(repository, asked);
  if (!range.ok) return refuse(terminal, range.message);
  const cache = asked.cache === undefined ? undefined : await openCleanTexts(resolve(terminal.cwd, asked.cache));
  const gathered = await gather(repository, range, asked.shard, cache);
  if (!gathered.ok) return refuse(terminal, gathered.message);
  const trouble = await cache?.save();
  if (trouble !== undefined) terminal.err(`${printable(trouble)}\n`);

  const whole = judge(gathered.input);
  const verdict = asked.shard === undefined ? whole : shareOf(whole, asked.shard);
  const judged: Judged = { base: range.base, head: range.head, ...(asked.shard !== undefined && { shard: `${asked.shard.index}/${asked.shard.of}` }), verdict, files: gathered.input.files, reviewers: gathered.reviewers, changed: gathered.changed, ruleSet: await ruleSet() };
  terminal.out(await printVerdict(judged, asked.format, terminal));
  await record(repository, range.base, verdict, terminal);
  return exitCode(verdict);
}

/** The rules are loaded when they are needed. */
async function ruleSet(): Promise<Judged['ruleSet']> {
  return (await import('#analysis/rule-set')).ruleSetDigest(process.env.VETMARK_VERSION ?? '0.0.0-source');
}

/** What was asked for, or what is wrong with it. */
function read(args: readonly string[]): Asked | string {
  const staged = args.includes('--staged');
  const options = readOptions(args.filter((arg) => arg !== '--staged'), ['base', 'head', 'format', 'shard', 'cache']);
  if (!options.ok) return options.message;
  const { base, head, format = 'pretty', shard: shardText, cache } = options.values;
  if (base === undefined || options.positionals.length > 0) return '`vetmark gate --base <rev>` needs the revision that the change is measured against, such as origin/main.';
  if (staged && head !== undefined) return '--staged judges what is staged, --head a commit: give one of them.';
  if (!isFormat(format)) return `There is no format "${format}". There are: ${FORMATS.join(', ')}.`;
  const shard = shardText === undefined ? undefined : readShard(shardText);
  if (shardText !== undefined && shard === undefined) return `"${shardText}" is no shard. The second of four is 2/4.`;
  return { base, ...(head !== undefined && { head }), scope: staged ? 'staged' : head === undefined ? 'worktree' : 'commit', format, ...(shard && { shard }), ...(cache !== undefined && { cache }) };
}

/** The commits and the tree between which the change lies. */
async function rangeOf(repository: Repository, asked: Asked): Promise<({ readonly ok: true } & Range) | { readonly ok: false; readonly message: string }> {
  const base = await resolveCommit(repository, asked.base);
  if (!base.ok) return base;
  const head = await resolveCommit(repository, asked.head ?? 'HEAD');
  if (!head.ok) return head;
  const fork = await mergeBase(repository, base.id, head.id);
  if (!fork.ok) return fork;
  if (asked.scope === 'worktree') return { ok: true, base: base.id, head: head.id, fork: fork.id, tree: { kind: 'worktree' } };
  const tree = asked.scope === 'staged' ? await stagedTree(repository) : head;
  return tree.ok ? { ok: true, base: base.id, head: head.id, fork: fork.id, tree: { kind: 'commit', id: tree.id } } : tree;
}

async function merge(files: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const texts: string[] = [];
  for (const file of files) {
    const source = await readSource(resolve(terminal.cwd, file));
    if (source.kind !== 'text') return refuse(terminal, `${file} cannot be read, so the shards cannot be put together.`);
    texts.push(source.text);
  }
  const merged = mergeParts(texts);
  if (!merged.ok) return refuse(terminal, merged.message);
  terminal.out(merged.text);
  return merged.exitCode;
}

async function record(repository: Repository, base: string, verdict: Verdict, terminal: Terminal): Promise<void> {
  const outcome = exitCode(verdict) === 2 ? 'could-not-judge' : verdict.outcome;
  const recorded = await appendAudit(repository, { kind: 'gate', base, outcome, reasons: verdict.outcome === 'pass' ? 0 : verdict.reasons.length }, new Date());
  if (!recorded.ok) terminal.err(`${printable(recorded.message)}\n`);
}
