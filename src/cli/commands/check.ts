/** `vetmark check`: analyse files and print what was found. Nothing is written but the cache, where one is named. */
import { relative, resolve } from 'node:path';
import { repoPathOf, type RepoPath } from '#core/path';
import { DEFAULT_POLICY, policyFor, readPolicy, type Policy } from '#core/policy';
import type { Range } from '#core/text';
import { openCleanTexts } from '#project/clean-texts';
import { changedFiles, openRepository, readFile, resolveCommit, type Repository } from '#project/repository';
import { POLICY_FILE } from '#project/reviews';
import { listSources } from '#project/sources';
import { judgeAll } from '../check/pool.ts';
import { progressBar } from '../check/progress.ts';
import type { Task } from '../check/judge-file.ts';
import { FORMATS, isFormat, isSeverity, readOptions } from '../options.ts';
import { printReport } from '../reporters/index.ts';
import { exitCodeOf, type Report } from '../report.ts';
import { printable, refuse, type ExitCode, type Terminal } from '../terminal.ts';

export async function check(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const fail = (message: string): ExitCode => refuse(terminal, message);
  const options = readOptions(args, ['format', 'threshold', 'since', 'cache']);
  if (!options.ok) return fail(options.message);
  const { format = 'pretty', threshold, since, cache } = options.values;
  if (!isFormat(format)) return fail(`There is no format "${format}". There are: ${FORMATS.join(', ')}.`);
  if (threshold !== undefined && !isSeverity(threshold)) return fail(`"${threshold}" is no severity. From worst to least: critical, high, medium, low, info.`);

  const opened = await openRepository(terminal.cwd);
  const repository = opened.ok ? opened.repository : undefined;
  const policy = await policyOf(repository);
  if (typeof policy === 'string') return fail(policy);
  const added = since === undefined ? undefined : opened.ok ? await addedSince(opened.repository, since) : opened.message;
  if (typeof added === 'string') return fail(added);
  const sources = await listSources(terminal.cwd, options.positionals.length === 0 ? ['.'] : options.positionals);
  if (!sources.ok) return fail(sources.message);

  const tasks = sources.files.flatMap((file): Task[] => {
    const path = repository === undefined ? undefined : repoPathOf(relative(repository.root, file));
    if (path !== undefined && policyFor(policy, path).excluded) return [];
    const pieces = path === undefined ? undefined : added?.get(path);
    if (added !== undefined && pieces === undefined) return [];
    return [{ file, path: path ?? relative(terminal.cwd, file).replaceAll('\\', '/'), ...(pieces && { added: pieces }) }];
  });
  const memory = cache === undefined ? undefined : await openCleanTexts(resolve(terminal.cwd, cache));
  const bar = progressBar(terminal, tasks.length);
  const judged = await judgeAll(tasks, { ...(memory && { clean: memory.known }), models: policy.analysis.models, progress: bar.show });
  bar.clear();
  for (const one of judged) if (one.kind === 'clean' && one.key !== undefined) memory?.note(one.key);
  const trouble = await memory?.save();
  if (trouble !== undefined) terminal.err(`${printable(trouble)}\n`);

  const skipped = judged.filter(({ kind }) => kind === 'skipped').length;
  const report: Report = { files: judged.flatMap((one) => (one.kind === 'report' ? [one.report] : [])), judged: judged.length - skipped, skipped, threshold: threshold ?? policy.threshold };
  terminal.out(await printReport(report, format, terminal));
  return exitCodeOf(report);
}

/** The work tree's policy: for a person's own check the one at hand is right; the gate reads the base commit's. */
async function policyOf(repository: Repository | undefined): Promise<Policy | string> {
  if (repository === undefined) return DEFAULT_POLICY;
  const content = await readFile(repository, { kind: 'worktree' }, POLICY_FILE);
  if (content.kind === 'absent') return DEFAULT_POLICY;
  if (content.kind === 'unreadable') return `${POLICY_FILE} cannot be read: ${content.why}`;
  const read = readPolicy(content.text);
  return read.ok ? read.policy : read.message;
}

async function addedSince(repository: Repository, rev: string): Promise<ReadonlyMap<RepoPath, readonly Range[]> | string> {
  const commit = await resolveCommit(repository, rev);
  if (!commit.ok) return commit.message;
  const changes = await changedFiles(repository, commit.id, { kind: 'worktree' });
  return changes.ok ? new Map(changes.files.map(({ path, added }) => [path, added])) : changes.message;
}
