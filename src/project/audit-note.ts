/**
 * Copies of checkpoints in git: one commit each on `refs/notes/vetmark-audit`, made by plumbing. No configuration, no index, no commit of the user's
 * is touched; `git push <remote> refs/notes/vetmark-audit` takes the copies out of reach of whoever holds this account.
 */
import type { SignedCheckpoint } from '#core/checkpoint';
import { git, readBlobs, type GitResult } from './git.ts';
import type { Repository } from './repository.ts';

const REF = 'refs/notes/vetmark-audit';
/** A checkpoint and its signature take less than a kilobyte. */
const SIZE_LIMIT = 8 * 1024;
/** Two writers at once: one of them tries again. */
const TRIES = 3;
const IDENTITY = ['-c', 'user.name=Vetmark', '-c', 'user.email=audit@vetmark.invalid', '-c', 'i18n.commitEncoding=UTF-8'];

export type Copied = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Keeps a copy: `git notes --ref=vetmark-audit` lists it, under an object that names the log. */
export async function writeNote(repository: Repository, log: string, { text, signature }: SignedCheckpoint, message: string): Promise<Copied> {
  const run = async (args: readonly string[], input = ''): Promise<string> => said(await git(repository.root, args, input));
  try {
    // The note stands under a blob that says which log it is of; the tree holds that blob too, so that no clean-up takes it away.
    const subject = await run(['hash-object', '-w', '--stdin'], `vetmark audit log ${log}\n`);
    const note = await run(['hash-object', '-w', '--stdin'], text + signature);
    for (let tried = 1; ; tried++) {
      const found = await git(repository.root, ['rev-parse', '--verify', '--quiet', `${REF}^{commit}`]);
      const parent = found.ok ? said(found) : undefined;
      const kept = parent === undefined ? [] : (await run(['ls-tree', parent])).split('\n').filter((line) => line !== '' && !line.endsWith(`\t${subject}`) && !line.endsWith(`\tlog-${log}`));
      const tree = await run(['mktree'], [...kept, `100644 blob ${note}\t${subject}`, `100644 blob ${subject}\tlog-${log}`, ''].join('\n'));
      const commit = await run([...IDENTITY, 'commit-tree', tree, ...(parent === undefined ? [] : ['-p', parent]), '-m', message]);
      const moved = await git(repository.root, ['update-ref', '--create-reflog', '-m', 'vetmark: audit checkpoint', REF, commit, parent ?? '0'.repeat(commit.length)]);
      if (moved.ok) return { ok: true };
      if (tried === TRIES) return { ok: false, message: `The copy of the checkpoint could not be kept in ${REF}: ${moved.message}` };
    }
  } catch (error) {
    return { ok: false, message: `The copy of the checkpoint could not be kept in git: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Every copy that this repository knows, of its own and of fetched refs named `.../vetmark-audit`, their past included. */
export async function readNotes(repository: Repository): Promise<readonly { readonly where: string; readonly text: string }[]> {
  const refs = await git(repository.root, ['for-each-ref', '--format=%(refname)', 'refs/**/vetmark-audit']);
  if (!refs.ok) return [];
  const found: { where: string; text: string }[] = [];
  for (const where of refs.stdout.toString('utf8').split('\n').filter((ref) => ref !== '')) {
    const objects = await git(repository.root, ['rev-list', '--objects', '--no-object-names', where, '--']);
    if (!objects.ok) continue;
    const blobs = await readBlobs(repository.root, [...new Set(objects.stdout.toString('latin1').split('\n').filter((id) => id !== ''))], SIZE_LIMIT);
    for (const blob of blobs.values()) found.push({ where, text: blob.toString('utf8') });
  }
  return found;
}

function said(result: GitResult): string {
  if (!result.ok) throw new Error(result.message);
  return result.stdout.toString('utf8').trim();
}
