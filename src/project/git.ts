/**
 * The one place that runs git: no shell, nothing of the repository's own programs (hooks, pagers, external diffs, file-system monitors), no lock
 * taken, no configuration changed, no network. Replacement objects and grafts are not followed: they would show another history than the one that is merged.
 */
import { spawn } from 'node:child_process';

export type GitResult = { readonly ok: true; readonly stdout: Buffer } | { readonly ok: false; readonly message: string };

/** Past this a command is stopped: a repository on a dead network disk must not hang a hook. */
const TIMEOUT_MS = 60_000;
const OUTPUT_LIMIT = 512 * 1024 * 1024;
const SAFE = ['-c', 'core.quotePath=false', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'diff.external=', '-c', 'core.pager=cat', '-c', 'submodule.recurse=false', '-c', 'protocol.allow=never'];

/** Runs git in a folder; the answer is its output, or a sentence about what went wrong. Never rejects. `patience` is milliseconds. */
export function git(folder: string, args: readonly string[], input = '', patience = TIMEOUT_MS): Promise<GitResult> {
  return new Promise((resolve) => {
    const child = spawn('git', [...SAFE, '-C', folder, ...args], {
      stdio: 'pipe',
      windowsHide: true,
      timeout: patience,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1', GIT_GRAFT_FILE: '/dev/null', LC_ALL: 'C', LANGUAGE: 'C' },
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
