/** The reviewers file of the work tree: read and written by the terminal when a person enrols somebody. What counts is what stands in the base commit. */
import { constants, lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ulid } from 'ulid';
import { readFile as readWorktree, type Repository } from './repository.ts';
import { addReviewer, endReviewer, isPrincipal, readReviewers, standingOf } from './reviewers.ts';
import { REVIEWERS_FILE } from './reviews.ts';
import { readKeyLine } from './ssh-keys.ts';

export type Enrolled = { readonly ok: true; readonly changed: 'written' | 'known' } | { readonly ok: false; readonly message: string };

/** A public key from a file (`id_ed25519.pub`) or as given on the command line; a sentence when it is none whose signatures would count. */
export async function readPublicKey(cwd: string, given: string): Promise<{ readonly ok: true; readonly publicKey: string } | { readonly ok: false; readonly message: string }> {
  const text = /^(?:sk-)?(?:ssh|ecdsa)-\S+ /.test(given) ? given : await readFile(resolve(cwd, given), 'utf8').catch(() => undefined);
  if (text === undefined) return { ok: false, message: `"${given}" is neither a public key nor a file that can be read. A key looks like: ssh-ed25519 AAAA...` };
  const key = readKeyLine(text);
  return typeof key === 'string' ? { ok: false, message: `This cannot be a reviewer's key: ${key}. A key looks like: ssh-ed25519 AAAA...` } : { ok: true, publicKey: key.text };
}

/** Writes the reviewer into the work tree's file, atomically. Refuses a name that is not one person's, a key that ended for it, and a `.vetmark` that leads elsewhere. */
export async function enrol(repository: Repository, principal: string, publicKey: string, now: Date): Promise<Enrolled> {
  if (!isPrincipal(principal)) return { ok: false, message: `"${principal}" cannot stand in the reviewers file. Give one address, without spaces, commas or wildcards.` };
  const listed = await readWorktree(repository, { kind: 'worktree' }, REVIEWERS_FILE);
  const known = readReviewers(listed.kind === 'text' ? listed.text : '');
  if (!known.ok) return known;
  if (standingOf(known.reviewers, principal, publicKey, now.getTime()) === 'ended') return { ok: false, message: `This key was ended for ${principal}, and an ended key stays ended: whoever has it could sign again. Enrol another one.` };
  return rewrite(repository, (before) => addReviewer(before, principal, publicKey));
}

/** Ends the keys of a reviewer now, or one of them, in the work tree's file. `known`: there was none that is still open. */
export async function endEnrolment(repository: Repository, principal: string, at: Date, publicKey?: string): Promise<Enrolled> {
  return rewrite(repository, (before) => endReviewer(before, principal, at, publicKey));
}

async function rewrite(repository: Repository, change: (before: string) => string): Promise<Enrolled> {
  const file = join(repository.root, REVIEWERS_FILE);
  try {
    await mkdir(dirname(file), { recursive: true });
    if (!(await lstat(dirname(file))).isDirectory()) return { ok: false, message: '.vetmark is not a folder of this repository, so nothing was written. Remove the link or file of that name.' };
    const before = await readOwn(file);
    const after = change(before);
    if (after === before) return { ok: true, changed: 'known' };
    const fresh = `${file}.${ulid()}`;
    const handle = await open(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
    await handle.writeFile(after);
    await handle.close();
    await rename(fresh, file).catch(async (error) => {
      await rm(fresh, { force: true });
      throw error;
    });
    return { ok: true, changed: 'written' };
  } catch (error) {
    return { ok: false, message: `The reviewers file cannot be written: ${error instanceof Error ? error.message : String(error)}` };
  }
}

async function readOwn(file: string): Promise<string> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
