/** `vetmark check`: analyse files and print what was found. Nothing is written. */
import { relative } from 'node:path';
import { mask } from '#analysis/mask';
import type { Problem } from '#core/finding';
import { languageOf } from '#core/language';
import { repoPathOf, type RepoPath } from '#core/path';
import { DEFAULT_POLICY, policyFor, readPolicy, type Policy } from '#core/policy';
import { touches, type Range } from '#core/text';
import { readSource } from '#project/disk';
import { changedFiles, openRepository, readFile, resolveCommit, type Repository } from '#project/repository';
import { POLICY_FILE } from '#project/reviews';
import { listSources } from '#project/sources';
import { FORMATS, isFormat, isSeverity, readOptions } from '../options.ts';
import { printReport } from '../reporters/index.ts';
import { exitCodeOf, type FileReport, type Report } from '../report.ts';
import { refuse, type ExitCode, type Terminal } from '../terminal.ts';

export async function check(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const fail = (message: string): ExitCode => refuse(terminal, message);
  const options = readOptions(args, ['format', 'threshold', 'since']);
  if (!options.ok) return fail(options.message);
  const { format = 'pretty', threshold, since } = options.values;
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

  const files: FileReport[] = [];
  let judged = 0;
  let skipped = 0;
  for (const file of sources.files) {
    const path = repository === undefined ? undefined : repoPathOf(relative(repository.root, file));
    if (path !== undefined && policyFor(policy, path).excluded) continue;
    if (added !== undefined && (path === undefined || !added.has(path))) continue;
    const report = await checkFile(file, path ?? relative(terminal.cwd, file).replaceAll('\\', '/'), path === undefined ? undefined : added?.get(path));
    if (report === undefined) skipped++;
    else {
      judged++;
      if (report.findings.length > 0 || report.problems.length > 0) files.push(report);
    }
  }
  const report: Report = { files, judged, skipped, threshold: threshold ?? policy.threshold };
  terminal.out(await printReport(report, format, terminal));
  return exitCodeOf(report);
}

/** What one file has to say; `undefined` when it holds no text. With `added`, only findings whose place or trace touches what was added. */
async function checkFile(file: string, path: string, added: readonly Range[] | undefined): Promise<FileReport | undefined> {
  const source = await readSource(file);
  if (source.kind === 'skipped') return undefined;
  if (source.kind === 'unreadable') return { path, text: '', findings: [], problems: [unread(source.why)] };
  const { analyze } = await import('#analysis/analyze');
  const { findings, problems } = await analyze({ text: source.text, path, language: languageOf(path) }, { now: () => performance.now() });
  const isNew = (range: Range): boolean => added === undefined || added.some((piece) => touches(piece, range));
  return { path, text: source.text, problems, findings: findings.filter((finding) => [finding, ...(finding.trace ?? [])].some(({ range }) => isNew(range))) };
}

/** A sentence of our own about a file that was not read holds nothing of the file. */
function unread(why: string): Problem {
  return { where: 'read', message: mask(why, []) };
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
