/**
 * The one place that runs git: no shell, nothing of the repository's or the user's own programs (hooks, pagers, external diffs, file-system monitors,
 * filters, signature checks), no lock taken, no configuration changed, no network. Replacement objects and grafts are not followed: they would show another history than the one that is merged.
 */
import { spawn } from 'node:child_process';

export type GitResult = { readonly ok: true; readonly stdout: Buffer } | { readonly ok: false; readonly message: string };

/** Past this a command is stopped: a repository on a dead network disk must not hang a hook. */
const TIMEOUT_MS = 60_000;
const OUTPUT_LIMIT = 512 * 1024 * 1024;
const SAFE = ['-c', 'core.quotePath=false', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'diff.external=', '-c', 'core.pager=cat', '-c', 'submodule.recurse=false', '-c', 'protocol.allow=never', '-c', 'log.showSignature=false'];

/** Commands that read files of the work tree through its filters. */
const READS_FILES: ReadonlySet<string> = new Set(['diff', 'diff-index', 'diff-files', 'status', 'add', 'stash', 'update-index']);

/** Runs git in a folder; the answer is its output, or a sentence about what went wrong. Never rejects. `patience` is milliseconds. */
export async function git(folder: string, args: readonly string[], input = '', patience = TIMEOUT_MS): Promise<GitResult> {
  const filters = READS_FILES.has(args[0] ?? '') ? await withoutFilters(folder) : {};
  return run(folder, args, input, patience, filters);
}

/** Milliseconds for which the names of a folder's filters are believed. */
const FILTERS_KNOWN_MS = 1_000;
const filtersOf = new Map<string, { readonly since: number; readonly settings: Promise<Readonly<Record<string, string>>> }>();

/**
 * Configuration, as variables, that takes the program out of every filter that is configured anywhere: `* filter=x` in a repository would have a program
 * of the user's run over its files whenever they are compared. A file is compared as it is then; one that the index knows to be unchanged is not read at all.
 */
function withoutFilters(folder: string): Promise<Readonly<Record<string, string>>> {
  const now = Date.now();
  const known = filtersOf.get(folder);
  if (known !== undefined && Math.abs(now - known.since) < FILTERS_KNOWN_MS) return known.settings;
  const settings = run(folder, ['config', '--null', '--name-only', '--get-regexp', '^filter\\.'], '', TIMEOUT_MS, {}).then((answer) => {
    const names = answer.ok ? answer.stdout.toString('utf8').split('\0').filter((name) => name !== '') : [];
    const drivers = [...new Set(names.map((name) => name.slice('filter.'.length, name.lastIndexOf('.'))))];
    const off = drivers.flatMap((driver) => [[`filter.${driver}.clean`, ''], [`filter.${driver}.smudge`, ''], [`filter.${driver}.process`, ''], [`filter.${driver}.required`, 'false']] as const);
    // What the caller of this process set in the same way (a safe directory, in CI) stays.
    const first = /^\d{1,4}$/.test(process.env['GIT_CONFIG_COUNT'] ?? '') ? Number(process.env['GIT_CONFIG_COUNT']) : 0;
    return Object.fromEntries([['GIT_CONFIG_COUNT', String(first + off.length)], ...off.flatMap(([key, value], index) => [[`GIT_CONFIG_KEY_${first + index}`, key], [`GIT_CONFIG_VALUE_${first + index}`, value]])]) as Record<string, string>;
  });
  if (filtersOf.size > 100) filtersOf.clear();
  filtersOf.set(folder, { since: now, settings });
  return settings;
}

function run(folder: string, args: readonly string[], input: string, patience: number, settings: Readonly<Record<string, string>>): Promise<GitResult> {
  return new Promise((resolve) => {
    const child = spawn('git', [...SAFE, '-C', folder, ...args], {
      stdio: 'pipe',
      windowsHide: true,
      timeout: patience,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1', GIT_GRAFT_FILE: '/dev/null', LC_ALL: 'C', LANGUAGE: 'C', ...settings },
    });
    const output: Buffer[] = [];
    let size = 0;
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT_LIMIT) child.kill();
      else output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors.length < 10_000) errors += chunk.toString('utf8');
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error: NodeJS.ErrnoException) => resolve({ ok: false, message: error.code === 'ENOENT' ? 'git cannot be found. Vetmark reads history with it: install git, or put it on the PATH.' : `git cannot be run: ${error.message}` }));
    child.on('close', (code, signal) => {
      if (code === 0) resolve({ ok: true, stdout: Buffer.concat(output) });
      else if (size > OUTPUT_LIMIT) resolve({ ok: false, message: `git ${args[0]} printed more than ${OUTPUT_LIMIT / 1024 / 1024} MB and was stopped.` });
      else if (signal !== null) resolve({ ok: false, message: `git ${args[0]} did not answer within ${patience / 1000} seconds.` });
      else resolve({ ok: false, message: errors.trim().split('\n')[0] ?? `git ${args[0]} failed` });
    });
    child.stdin.end(input);
  });
}

/** Objects by id, by one `git cat-file --batch`. An object over `limit` bytes or of another kind than blob is left out. */
export async function readBlobs(folder: string, ids: readonly string[], limit: number): Promise<ReadonlyMap<string, Buffer>> {
  const sizes = await git(folder, ['cat-file', '--batch-check'], ids.map((id) => `${id}\n`).join(''));
  if (!sizes.ok) return new Map();
  const wanted = sizes.stdout
    .toString('latin1')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, type, size]) => type === 'blob' && Number(size) <= limit)
    .map(([id]) => id!);
  const blobs = new Map<string, Buffer>();
  for (const group of chunked(wanted, 2_000)) {
    const answer = await git(folder, ['cat-file', '--batch'], group.map((id) => `${id}\n`).join(''));
    if (!answer.ok) return blobs;
    let at = 0;
    while (at < answer.stdout.length) {
      const end = answer.stdout.indexOf(10, at);
      const [id = '', , size] = answer.stdout.toString('latin1', at, end).split(' ');
      blobs.set(id, answer.stdout.subarray(end + 1, end + 1 + Number(size)));
      at = end + 2 + Number(size);
    }
  }
  return blobs;
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
