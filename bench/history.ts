/**
 * Sixteen operations of real git on generated repositories: do spans follow the code, with the window open, with Vetmark asleep meanwhile, and in another
 * clone? Fails when a line that no person typed is called a person's, when the gate takes for vetted what nobody vetted, or when fewer than 99 % of
 * the spans are kept. `VETMARK_HISTORY_SEEDS` repositories an operation (default 5).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode, judge } from '#core/gate';
import type { RepoPath } from '#core/path';
import { isUntrusted, spanAt, type Origin, type Spans } from '#core/provenance';
import { lineStarts } from '#core/text';
import { resolveCommit, type Repository } from '#project/repository';
import { gather } from '../src/cli/gate/input.ts';
import { OPERATIONS, type Operation } from './history/operations.ts';
import { Recorder } from './history/recorder.ts';
import { headerOf, repositoryAt, World, type Author } from './history/world.ts';
import type { Bench } from './table.ts';

const SEEDS = Number(process.env['VETMARK_HISTORY_SEEDS'] ?? 5);
const MODES = ['window open', 'asleep', 'other clone'] as const;
type Mode = (typeof MODES)[number];

interface Count {
  /** Stretches of lines of one author that is no person, and those whose every line still has it. */
  spans: number;
  kept: number;
  /** Lines of such authors: of another untrusted label, and of none. */
  other: number;
  unmarked: number;
  /** Lines that no person typed under a person's label. */
  asHuman: number;
  /** Stretches that a person typed, and those still under a person's label. */
  typed: number;
  typedKept: number;
  /** Functions that the gate took for vetted and nobody vetted; those that were, and of them those that the gate knows. */
  falselyVetted: number;
  vetted: number;
  vettedKept: number;
}

const NOTHING: Count = { spans: 0, kept: 0, other: 0, unmarked: 0, asHuman: 0, typed: 0, typedKept: 0, falselyVetted: 0, vetted: 0, vettedKept: 0 };

export const bench: Bench = async () => {
  const rows: { readonly operation: Operation; readonly mode: Mode; readonly count: Count }[] = [];
  for (const operation of OPERATIONS) {
    for (const mode of MODES) {
      if (mode === 'other clone' && !operation.committed) continue;
      let count = NOTHING;
      for (let seed = 1; seed <= SEEDS; seed++) count = sum(count, await play(operation, mode, seed));
      rows.push({ operation, mode, count });
    }
  }
  const total = rows.reduce((all, { count }) => sum(all, count), NOTHING);
  const missed = rows.filter(({ operation, mode, count }) => count.asHuman > 0 || count.falselyVetted > 0 || count.kept < 0.99 * count.spans || count.spans === 0 || (mode !== 'other clone' && operation.copies === undefined && count.typedKept < 0.99 * count.typed));
  if (missed.length > 0) process.exitCode = 1;
  return {
    tables: [
      {
        title: `Spans through git, ${SEEDS} repositories each`,
        columns: ['operation', 'Vetmark', 'spans', 'kept %', 'other label', 'unmarked', 'called human', 'typed', 'typed kept %', 'falsely vetted', 'vetted', 'vetted kept %', ''],
        rows: rows.map(({ operation, mode, count }, index) => [operation.name, mode, count.spans, percent(count.kept, count.spans), count.other, count.unmarked, count.asHuman, count.typed, percent(count.typedKept, count.typed), count.falselyVetted, count.vetted, percent(count.vettedKept, count.vetted), missed.includes(rows[index]!) ? 'MISSED' : '']),
      },
    ],
    figures: { operations: OPERATIONS.length, seeds: SEEDS, spans: total.spans, spansKeptPercent: percent(total.kept, total.spans), linesCalledHuman: total.asHuman, typedKeptPercent: percent(total.typedKept, total.typed), unitsFalselyVetted: total.falselyVetted, vettedKeptPercent: percent(total.vettedKept, total.vetted), missed: missed.length },
  };
};

function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((part / whole) * 10_000) / 100;
}

function sum(a: Count, b: Count): Count {
  return Object.fromEntries(Object.keys(a).map((key) => [key, a[key as keyof Count] + b[key as keyof Count]])) as unknown as Count;
}

async function play(operation: Operation, mode: Mode, seed: number): Promise<Count> {
  const world = new World(seed);
  const state = process.env['XDG_STATE_HOME'];
  process.env['XDG_STATE_HOME'] = join(world.top, 'state');
  try {
    await world.open();
    await operation.prepare(world);
    for (const step of operation.steps) {
      step(world);
      if (mode === 'window open') await world.recorder.look();
    }
    if (mode === 'window open') return sum(labels(world, world.root, world.recorder, mode, operation), await vetted(world, operation));
    const { root, repository } = mode === 'asleep' ? world : await cloned(world);
    const recorder = new Recorder(repository);
    await recorder.look();
    return labels(world, root, recorder, mode, operation);
  } finally {
    if (state === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = state;
    world.dispose();
  }
}

/** Another machine: nothing but what was committed. */
async function cloned(world: World): Promise<{ readonly root: string; readonly repository: Repository }> {
  const root = join(world.top, 'clone');
  mkdirSync(root);
  execFileSync('git', ['clone', '--quiet', '--no-local', world.root, root], { stdio: 'pipe', env: { PATH: process.env['PATH'] ?? '', HOME: world.top, GIT_CONFIG_NOSYSTEM: '1' } });
  return { root, repository: await repositoryAt(root) };
}

/** Holds the labels of every line against who wrote it. */
function labels(world: World, root: string, recorder: Recorder, mode: Mode, operation: Operation): Count {
  const count = { ...NOTHING };
  for (const path of world.files(root)) {
    const text = readFileSync(join(root, path), 'utf8');
    const spans = recorder.spansOf(path as RepoPath);
    const isCopy = operation.copies !== undefined && path.includes('copy');
    let header = '';
    let stretch: { author: Author; kept: boolean } | undefined;
    const close = (): void => {
      if (stretch?.author === 'human') {
        count.typed++;
        if (stretch.kept) count.typedKept++;
      } else if (stretch !== undefined) {
        count.spans++;
        if (stretch.kept) count.kept++;
      }
      stretch = undefined;
    };
    const starts = lineStarts(text);
    for (const [index, start] of starts.entries()) {
      const line = text.slice(start, (starts[index + 1] ?? text.length + 1) - 1);
      if (line.startsWith('export function')) header = line;
      const author = world.truth(line, header);
      if (author === undefined) continue;
      const origin = originOf(text, spans, start, start + line.length);
      if (origin !== undefined && !isUntrusted(origin) && (author !== 'human' || isCopy)) {
        if (process.env['VETMARK_HISTORY_SHOW'] !== undefined) console.error(operation.name, mode, path, index + 1, line, author, JSON.stringify(origin));
        count.asHuman++;
      }
      if (author === 'base' || author === 'stranger' || author === 'intruder' || (author === 'human' && (mode === 'other clone' || isCopy))) {
        close();
        continue;
      }
      const kept = origin !== undefined && matches(author, origin);
      if (!kept && author !== 'human') {
        if (origin === undefined) count.unmarked++;
        else if (isUntrusted(origin)) count.other++;
      }
      if (!kept && process.env['VETMARK_HISTORY_SHOW'] !== undefined) console.error('lost', operation.name, mode, path, index + 1, line, author, JSON.stringify(origin));
      if (stretch !== undefined && stretch.author !== author) close();
      stretch = { author, kept: (stretch?.kept ?? true) && kept };
    }
    close();
  }
  return count;
}

/** The one origin of a line's characters; of several, the untrusted one. */
function originOf(text: string, spans: Spans, start: number, end: number): Origin | undefined {
  let found: Origin | undefined;
  for (let at = start; at < end; at++) {
    if (text[at] === ' ') continue;
    const span = spanAt(spans, at);
    if (span !== undefined && (found === undefined || isUntrusted(span.origin))) found = span.origin;
  }
  return found;
}

function matches(author: Author, origin: Origin): boolean {
  if (author === 'codex' || author === 'claude-code') return origin.kind === 'agent' && origin.agent === author;
  return origin.kind === author;
}

/** Asks the real gate which functions nobody has to vet any more. */
async function vetted(world: World, operation: Operation): Promise<Count> {
  const base = await resolveCommit(world.repository, operation.name.startsWith('filter') ? 'main' : world.base);
  const head = await resolveCommit(world.repository, 'HEAD');
  if (!base.ok || !head.ok) throw new Error('the repository has lost its commits');
  const gathered = await gather(world.repository, { base: base.id, head: head.id, fork: base.id, tree: { kind: 'worktree' } }, undefined, undefined);
  if (!gathered.ok) throw new Error(gathered.message);
  const verdict = judge(gathered.input);
  if (exitCode(verdict) === 2) throw new Error(`the gate could not judge: ${JSON.stringify(verdict)}`);
  const blocked = new Set(verdict.outcome === 'pass' ? [] : verdict.reasons.flatMap((reason) => ('range' in reason && reason.kind !== 'removed' ? [`${reason.path} ${reason.range.start}`] : [])));
  const count = { ...NOTHING };
  for (const { path, text, units } of gathered.input.files) {
    const isCopy = operation.copies !== undefined && path.includes('copy');
    for (const { range } of units) {
      const code = text.slice(range.start, range.end);
      const author = world.authorOf.get(headerOf(code));
      if (author === 'base') continue;
      const passes = !blocked.has(`${path} ${range.start}`);
      const truly = world.vetted.has(code) && !isCopy;
      if (passes && !truly) count.falselyVetted++;
      if (truly) count.vetted++;
      if (truly && passes) count.vettedKept++;
    }
  }
  return count;
}
