/** What a file held in the commits that changed it, newest first. For people who compare; no decision reads it. */
import type { RepoPath } from '#core/path';
import { git } from './git.ts';
import { readFile, type Repository } from './repository.ts';

/** Commits looked at. */
const MOST_COMMITS = 50;

/** The newest committed text of a file that `holds` is true of; `undefined`: none of the last 50 is. */
export async function findPastText(repository: Repository, path: RepoPath, holds: (text: string) => boolean): Promise<string | undefined> {
  const log = await git(repository.root, ['log', `--max-count=${MOST_COMMITS}`, '--format=%H', '--end-of-options', 'HEAD', '--', path]);
  const commits = log.ok ? log.stdout.toString('latin1').split('\n').filter((id) => /^[0-9a-f]{40,64}$/.test(id)) : [];
  for (const id of commits) {
    const content = await readFile(repository, { kind: 'commit', id }, path);
    if (content.kind === 'text' && holds(content.text)) return content.text;
  }
  return undefined;
}
