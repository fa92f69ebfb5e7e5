/**
 * `ssh-keygen -Y sign`, as a child process: signs with what the user's agent, key file or FIDO token holds. The text goes in by a pipe, so that nobody can
 * exchange it between what was agreed to and what is signed. It has no terminal: it can ask for a passphrase by SSH_ASKPASS only, and never blocks.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { onPath } from './programs.ts';
import { NAMESPACE } from './sshsig.ts';

export type Signed = { readonly ok: true; readonly signature: string } | { readonly ok: false; readonly message: string };

/** `silent`: nobody is asked for a passphrase; what needs one does not sign. */
export type Asking = 'may-ask' | 'silent';

/** Long enough to find the token and touch it. */
const PATIENCE_MS = 60_000;
const OUTPUT_LIMIT = 100_000;

/** The armoured signature of a text, by the key in a file: a private key, or a public one whose private half an agent holds. Never rejects. `patience` is milliseconds. */
export async function signByKeygen(keyFile: string, text: string, asking: Asking, patience = PATIENCE_MS): Promise<Signed> {
  const program = await onPath('ssh-keygen');
  if (program === undefined) return refused('ssh-keygen is not on the PATH, and your SSH key signs by it. Install OpenSSH 8.2 or newer, or set vetmark.signing.key to "editor".');
  return new Promise((resolve) => {
    const child = spawn(program, ['-Y', 'sign', '-n', NAMESPACE, '-f', keyFile], {
      // Not in the workspace: nothing there may be found before what is on the PATH.
      cwd: tmpdir(),
      stdio: 'pipe',
      windowsHide: true,
      // In a session of its own it has no terminal to ask on.
      detached: process.platform !== 'win32',
      env: { ...process.env, SSH_ASKPASS_REQUIRE: 'force', ...(asking === 'silent' && { SSH_ASKPASS: '' }), LC_ALL: 'C' },
    });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end(child);
    }, patience);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      if (stdout.length < OUTPUT_LIMIT) stdout += chunk.toString('latin1');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < OUTPUT_LIMIT) stderr += chunk.toString('utf8');
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve(refused(`ssh-keygen cannot be run: ${error.message}.`));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (late) resolve(refused(`Your SSH key did not sign within ${patience / 1000} seconds: nobody touched it, or nobody answered. Try again.`));
      else if (code === 0) resolve({ ok: true, signature: stdout });
      else resolve(refused(whyNot(stderr)));
    });
    child.stdin.end(text);
  });
}

/** What asks for a passphrase is its child, and holds its pipes open: both end. */
function end(child: ChildProcess): void {
  if (process.platform === 'win32' || child.pid === undefined) return void child.kill();
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** The messages of OpenSSH that people meet, and what to do about each. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/incorrect passphrase/i, 'Your SSH key has a passphrase, and nobody answered for it. Load the key with `ssh-add`, and see that the editor runs with SSH_AUTH_SOCK set; then try again.'],
  [/device not found|no FIDO|invalid format.*sk|requested feature not supported/i, 'Your security key was not found. Plug it in and try again.'],
  [/no private key found|couldn't load public key|no such file/i, 'The private half of your SSH key is not at hand: neither ssh-agent nor the file that `git config user.signingkey` names holds it. Load it with `ssh-add`, see that the editor runs with SSH_AUTH_SOCK set, and try again.'],
  [/too open/i, 'ssh-keygen does not use your SSH key because others may read its file. Take that right away (`chmod 600`) and try again.'],
  [/agent refused/i, 'ssh-agent refused to sign: it is locked, or it asked and nobody agreed. Try again.'],
  [/unknown option|usage:/i, 'Your ssh-keygen cannot sign. Install OpenSSH 8.2 or newer.'],
];

function whyNot(stderr: string): string {
  const known = KNOWN.find(([said]) => said.test(stderr));
  if (known !== undefined) return known[1];
  const last = stderr.replace(/[^\S\n]+|[^\P{C}\n]/gu, ' ').trim().split('\n').at(-1)!.slice(0, 300);
  return `Your SSH key did not sign${last === '' ? '' : `. ssh-keygen said: ${last}`}. Nothing was signed.`;
}

function refused(message: string): Signed {
  return { ok: false, message };
}
