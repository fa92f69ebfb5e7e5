/** Other programs: where one is, and what one answers. No shell. */
import { spawn } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The first file of that name on the PATH that may be run. */
export async function onPath(name: string): Promise<string | undefined> {
  const endings = process.platform === 'win32' ? ['.cmd', '.exe', ''] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (folder !== '' && (await access(file, constants.X_OK).then(() => true, () => false))) return file;
    }
  }
  return undefined;
}

/** Whether there is a file at a place. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then((info) => info.isFile(), () => false);
}

/** Exit code and standard error of a program that is given a text; `undefined` code: it could not be run, or took longer than `patience` milliseconds. */
export function answerOf(command: readonly string[], input: string, cwd: string, patience: number): Promise<{ readonly code: number | undefined; readonly stderr: string }> {
  return new Promise((resolve) => {
    const [file = '', ...args] = command;
    const child = spawn(file, args, { cwd, stdio: ['pipe', 'ignore', 'pipe'], timeout: patience, windowsHide: true });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 10_000) stderr += chunk.toString('utf8');
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => resolve({ code: undefined, stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? undefined, stderr }));
    child.stdin.end(input);
  });
}
