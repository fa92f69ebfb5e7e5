/** Runs a program under strace and says what it asked of the system: connections, and every file that it made, changed or took away. All its children count. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Asked {
  readonly code: number | null;
  readonly output: string;
  /** Sockets that could leave the machine, and whom they were for, as strace prints them. */
  readonly network: readonly string[];
  /** Absolute paths. */
  readonly written: readonly string[];
  /** System calls that were looked at: no trace would be no proof. */
  readonly calls: number;
}

export interface Program {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Sent to its standard input, which is closed once `until` is in its output; at once where that is absent. */
  readonly input: string;
  readonly until?: string;
}

/** Whether strace is here and may trace. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
}

const CALLS = 'network,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,truncate,chmod,fchmodat,mknod,mknodat,utimensat,chdir,fchdir,clone,clone3,vfork,fork';
/** Milliseconds for one program. */
const PATIENCE = 120_000;

export async function trace(top: string, { command, cwd, env, input, until }: Program): Promise<Asked> {
  const folder = mkdtempSync(join(top, 'trace-'));
  // One file a process: lines of two are never mixed.
  const child = spawn('strace', ['-ff', '-qq', '-y', '-s', '4096', '-e', `trace=${CALLS}`, '-o', join(folder, 'calls'), ...command], { cwd, env, stdio: 'pipe', timeout: PATIENCE });
  let output = '';
  const hear = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    if (until !== undefined && output.includes(until)) child.stdin.end();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.stdin.on('error', () => undefined);
  if (until === undefined) child.stdin.end(input);
  else child.stdin.write(input);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  const files = new Map(readdirSync(folder).map((name) => [Number(name.split('.').at(-1)), readFileSync(join(folder, name), 'utf8').split('\n')]));
  rmSync(folder, { recursive: true, force: true });
  const network: string[] = [];
  const written: string[] = [];
  const folders = new Map<number, string>([[Math.min(...files.keys()), cwd]]);
  // A process is older than its children, so its number is known first; where numbers began anew, the work folder is the best guess.
  for (const pid of [...files.keys()].sort((a, b) => a - b)) {
    let here = folders.get(pid) ?? cwd;
    for (const line of files.get(pid)!) {
      const child = /^(?:clone|clone3|vfork|fork)\(.*\) = (\d+)/.exec(line)?.[1];
      if (child !== undefined) folders.set(Number(child), here);
      const gone = /^chdir\("((?:[^"\\]|\\.)*)"\) += 0/.exec(line)?.[1];
      if (gone !== undefined) here = resolve(here, gone);
      if (/^(?:socket|connect|bind|sendto|sendmsg)\(.*(?:AF|PF)_(?:INET|INET6|NETLINK|PACKET)/.test(line)) network.push(line);
      written.push(...writtenBy(line, here));
    }
  }
  return { code, output, network, written: [...new Set(written)], calls: [...files.values()].flat().length };
}

/** Paths that one call made, changed or took away; a call that failed did none of it. */
function writtenBy(line: string, here: string): readonly string[] {
  const [, name = '', given = '', result = ''] = /^(\w+)\((.*)\) += (-?\d+)/.exec(line) ?? [];
  if (result === '' || result.startsWith('-')) return [];
  if (/^open/.test(name) && !/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(given)) return [];
  if (!/^(?:open|openat|openat2|creat|mkdir|mkdirat|rename|renameat|renameat2|unlink|unlinkat|rmdir|link|linkat|symlink|symlinkat|truncate|chmod|fchmodat|mknod|mknodat|utimensat)$/.test(name)) return [];
  // `AT_FDCWD</work/folder>, "path"` or `"path"`: each path with the folder that it starts from.
  const paths = [...given.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)].map(([, from, path = '']) => resolve(from ?? here, path));
  // The first name of a symbolic link is what it says, not a file.
  return name.startsWith('symlink') ? paths.slice(1) : paths;
}
