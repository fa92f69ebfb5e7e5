/**
 * `vetmark provenance`: who wrote what. Shows a file line by line, keeps the record beside the code, and speaks the formats of others. Nothing here makes
 * anybody a person: what is imported can only make code less trusted (invariant 2).
 */
import { relative, resolve, sep } from 'node:path';
import { writeTraceRecord } from '#core/agent-trace';
import { writeGitAiNote } from '#core/git-ai-note';
import { describeGap } from '#core/gap';
import { repoPathOf, type RepoPath } from '#core/path';
import type { Origin } from '#core/provenance';
import { readSource } from '#project/disk';
import { gapsOf } from '#project/gaps';
import { exportNote, exportTrace, labelledFile, labelledTree, shownLines, type Shown } from '#project/provenance-export';
import { importCommits, importNotes, importTraces, type Imported } from '#project/provenance-import';
import { addRecord, updateRecord } from '#project/provenance-records';
import { identityOf, listFiles, openRepository, resolveCommit, stageFile, type Repository, type Tree } from '#project/repository';
import { readOptions } from '../options.ts';
import { printable, refuse, type ExitCode, type Terminal } from '../terminal.ts';

const VERSION = process.env.VETMARK_VERSION ?? '0.0.0-source';
const USAGE = '`vetmark provenance show <file>` says who wrote each line; `gaps` what was not recorded; `record` writes the record beside the code (`--stage` stages it); `export --format agent-trace|git-ai [--rev <rev>]` prints for other tools; `import --format git-ai|agent-trace|commits [--since <rev>] [files...]` takes over what others recorded.';

export async function provenance([verb, ...rest]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const opened = await openRepository(terminal.cwd);
  if (!opened.ok) return refuse(terminal, opened.message);
  const { repository } = opened;
  switch (verb) {
    case 'show':
      return show(repository, rest, terminal);
    case 'gaps':
      return gaps(repository, rest, terminal);
    case 'record':
      return record(repository, rest, terminal);
    case 'export':
      return exporting(repository, rest, terminal);
    case 'import':
      return importing(repository, rest, terminal);
    default:
      return refuse(terminal, USAGE);
  }
}

async function show(repository: Repository, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = readOptions(args, ['rev', 'format']);
  if (!options.ok) return refuse(terminal, options.message);
  const { rev, format = 'pretty' } = options.values;
  const [given, ...more] = options.positionals;
  if (given === undefined || more.length > 0 || !['pretty', 'json'].includes(format)) return refuse(terminal, '`vetmark provenance show <file> [--rev <rev>] [--format pretty|json]` shows one file.');
  const path = pathIn(repository, terminal.cwd, given);
  if (path === undefined) return refuse(terminal, `${given} is not in this repository.`);
  const tree = await treeOf(repository, rev);
  if (!tree.ok) return refuse(terminal, tree.message);
  const file = await labelledFile(repository, tree.tree, path);
  if (file === undefined) return refuse(terminal, `There is no text in ${given}${rev === undefined ? '' : ` at ${rev}`}, so nobody wrote any. Look at the spelling.`);
  const lines = shownLines(file);
  if (format === 'json') terminal.out(`${JSON.stringify({ path, lines })}\n`);
  else terminal.out(`${printable(path)}\n${table(lines)}`);
  return 0;
}

function table(lines: readonly Shown[]): string {
  const rows = lines.map(({ from, to, origin, evidence }) => [from === to ? `${from}` : `${from}-${to}`, wordOf(origin), evidence.join(', ')] as const);
  const [first, second] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => printable(row[column]!).length))) as [number, number];
  return rows.map(([place, who, why]) => `  ${place.padStart(first)}  ${printable(who).padEnd(second)}  ${printable(why)}`.trimEnd() + '\n').join('');
}

function wordOf(origin: Origin | undefined): string {
  switch (origin?.kind) {
    case undefined:
      return 'stood there before';
    case 'human':
      return 'typed here';
    case 'agent':
      return origin.model === undefined ? origin.agent : `${origin.agent} (${origin.model})`;
    case 'tool':
      return origin.tool === 'vcs' ? 'brought by git' : `tool: ${origin.tool}`;
    case 'paste':
      return 'pasted';
    case 'external':
      return 'changed on disk';
    case 'unknown':
      return 'not known';
  }
}

async function gaps(repository: Repository, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (args.length > 0) return refuse(terminal, '`vetmark provenance gaps` lists what was not recorded, oldest first.');
  const all = await gapsOf(repository);
  if (all.length === 0) terminal.out('No gap in the record is known.\n');
  for (const gap of all) {
    const { what, why, todo } = describeGap(gap);
    terminal.out(`${gap.from} to ${gap.to}  ${what}\n  ${gap.paths === 'everything' ? 'any file' : gap.paths.map(printable).join(', ') || 'no file'}\n  ${why} ${printable(todo)}${gap.note === undefined ? '' : ` ${printable(gap.note)}`}\n`);
  }
  return 0;
}

async function record(repository: Repository, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (args.some((arg) => arg !== '--stage')) return refuse(terminal, '`vetmark provenance record [--stage]` takes nothing else.');
  const file = await updateRecord(repository, VERSION, new Date());
  if (file === undefined) {
    terminal.out('There is nothing to record: what is known is committed already, or this repository has neither .vetmark/policy.json nor .vetmark/reviewers.\n');
    return 0;
  }
  if (args.includes('--stage')) {
    const staged = await stageFile(repository, file);
    if (!staged.ok) return refuse(terminal, `${file} is written and could not be staged: ${staged.message}`);
  }
  terminal.out(`${file}\n`);
  return 0;
}

async function exporting(repository: Repository, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = readOptions(args, ['rev', 'format']);
  if (!options.ok) return refuse(terminal, options.message);
  const { rev, format } = options.values;
  if (options.positionals.length > 0 || (format !== 'agent-trace' && format !== 'git-ai')) return refuse(terminal, '`vetmark provenance export --format agent-trace|git-ai [--rev <rev>]` prints what is known. A note: `vetmark provenance export --format git-ai | git notes --ref=ai add -F - HEAD`.');
  if (format === 'git-ai') {
    const commit = await resolveCommit(repository, rev ?? 'HEAD');
    if (!commit.ok) return refuse(terminal, commit.message);
    const person = await identityOf(repository);
    const exported = await exportNote(repository, commit.id, { toolVersion: VERSION, ...(person !== undefined && { person }) });
    if (!exported.ok) return refuse(terminal, exported.message);
    terminal.out(writeGitAiNote(exported.note));
    return 0;
  }
  const tree = await treeOf(repository, rev);
  if (!tree.ok) return refuse(terminal, tree.message);
  terminal.out(writeTraceRecord(exportTrace(await labelledTree(repository, tree.tree), { at: new Date(), toolVersion: VERSION, ...(tree.tree.kind === 'commit' && { revision: tree.tree.id }) })));
  return 0;
}

async function importing(repository: Repository, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = readOptions(args, ['since', 'format']);
  if (!options.ok) return refuse(terminal, options.message);
  const { since, format } = options.values;
  const files = options.positionals;
  if (since !== undefined) {
    const known = await resolveCommit(repository, since);
    if (!known.ok) return refuse(terminal, known.message);
  }
  if (files.length > 0 && format !== 'agent-trace') return refuse(terminal, 'Files are read for `--format agent-trace` only: notes and commits are in the repository.');
  const imported = await importedBy(repository, format, since, files, terminal);
  if (typeof imported === 'string') return refuse(terminal, imported);
  for (const trouble of imported.troubles) terminal.err(`${printable(trouble)}\n`);
  if (imported.passages.length === 0) {
    terminal.out('There is nothing that is not recorded yet.\n');
    return 0;
  }
  const file = await addRecord(repository, imported.files, imported.passages, VERSION, new Date());
  terminal.out(`${imported.passages.length} passages of ${new Set(imported.passages.map(({ path }) => path)).size} files are in ${file} now. Commit it with your code.\n`);
  return 0;
}

async function importedBy(repository: Repository, format: string | undefined, since: string | undefined, files: readonly string[], terminal: Terminal): Promise<Imported | string> {
  if (format === 'git-ai') return importNotes(repository, since);
  if (format === 'commits') return importCommits(repository, since);
  if (format !== 'agent-trace') return '`vetmark provenance import --format git-ai|agent-trace|commits [--since <rev>] [files...]` needs one of these formats.';
  const places = files.length > 0 ? files.map((file) => resolve(terminal.cwd, file)) : (await listFiles(repository, { kind: 'worktree' }, '.agent-trace' as RepoPath)).filter((path) => /\.jsonl?$/.test(path)).map((path) => resolve(repository.root, path));
  const texts: string[] = [];
  for (const place of places) {
    const source = await readSource(place);
    if (source.kind !== 'text') return `${place} cannot be read, so nothing was imported.`;
    texts.push(source.text);
  }
  return importTraces(repository, texts);
}

function pathIn(repository: Repository, cwd: string, given: string): RepoPath | undefined {
  return repoPathOf(relative(repository.root, resolve(cwd, given)).split(sep).join('/'));
}

async function treeOf(repository: Repository, rev: string | undefined): Promise<{ readonly ok: true; readonly tree: Tree } | { readonly ok: false; readonly message: string }> {
  if (rev === undefined) return { ok: true, tree: { kind: 'worktree' } };
  const commit = await resolveCommit(repository, rev);
  return commit.ok ? { ok: true, tree: { kind: 'commit', id: commit.id } } : commit;
}
