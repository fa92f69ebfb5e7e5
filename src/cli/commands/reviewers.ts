/**
 * `vetmark reviewers`: who may vet. Enrolling writes a line into `.vetmark/reviewers` of the work tree; it counts once it is in the base branch.
 * Invariant 4: only a person enrols. A pipe cannot, nor a terminal that an agent opened.
 */
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { appendAudit } from '#project/audit-log';
import { enrol, readPublicKey } from '#project/enrolment';
import { openRepository, readFile, type Repository } from '#project/repository';
import { readReviewers } from '#project/reviewers';
import { REVIEWERS_FILE } from '#project/reviews';
import { printable, refuse, type ExitCode, type Terminal } from '../terminal.ts';

/** Variables that agents set in the shells they run. */
const AGENT_SHELLS = ['CLAUDECODE', 'CODEX_SANDBOX', 'CODEX_MANAGED_BY_NPM', 'GEMINI_CLI', 'COPILOT_CLI', 'CURSOR_AGENT', 'OPENCODE', 'AI_AGENT', 'CI'] as const;

export async function reviewers([verb, ...rest]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const fail = (message: string): ExitCode => refuse(terminal, message);
  const opened = await openRepository(terminal.cwd);
  if (!opened.ok) return fail(opened.message);
  const { repository } = opened;
  if (verb === 'list' && rest.length === 0) return list(repository, terminal);
  if (verb !== 'add' || rest.length !== 2) return fail('`vetmark reviewers list` shows who may vet; `vetmark reviewers add <address> <key file or key>` enrols somebody.');
  const [principal, given] = rest as [string, string];
  const agent = AGENT_SHELLS.find((name) => (process.env[name] ?? '') !== '');
  if (!terminal.interactive) return fail('Enrolling a reviewer is a person\'s act: run this at a terminal, not in a pipe, a script or an agent.');
  if (agent !== undefined) return fail(`Enrolling a reviewer is a person's act, and ${agent} says that this terminal belongs to an agent or a build. Run it in your own.`);
  const publicKey = await readPublicKey(terminal.cwd, given);
  if (publicKey === undefined) return fail(`"${given}" is neither a public key nor a file that holds one. A key looks like: ssh-ed25519 AAAA...`);
  terminal.out(`${printable(principal)} with the key ${publicKey}\nwill be able to vet code in this repository, once this change is in the base branch.\n`);
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`Type ${principal} to confirm: `);
  prompt.close();
  if (answer.trim() !== principal) return fail('That is not the same address, so nothing was written.');
  const enrolled = await enrol(repository, principal, publicKey);
  if (!enrolled.ok) return fail(enrolled.message);
  if (enrolled.changed === 'known') {
    terminal.out('The key is enrolled for that address already.\n');
    return 0;
  }
  const recorded = await appendAudit(repository, { kind: 'reviewer', action: 'enrolled', reviewer: principal }, new Date());
  if (!recorded.ok) terminal.err(`${printable(recorded.message)}\n`);
  terminal.out(`Written to ${REVIEWERS_FILE}. Commit it and have it reviewed: it counts from the base commit on.\n`);
  return 0;
}

async function list(repository: Repository, terminal: Terminal): Promise<ExitCode> {
  const content = await readFile(repository, { kind: 'worktree' }, REVIEWERS_FILE);
  if (content.kind === 'unreadable') return refuse(terminal, `${REVIEWERS_FILE} cannot be read: ${content.why}`);
  const read = readReviewers(content.kind === 'absent' ? '' : content.text);
  if (!read.ok) return refuse(terminal, read.message);
  if (read.reviewers.length === 0) terminal.out('Nobody is enrolled. `vetmark reviewers add <address> <key>` adds the first.\n');
  for (const { principals, publicKey, validAfter, validBefore } of read.reviewers) {
    const limits = `${validAfter === undefined ? '' : `  from ${new Date(validAfter).toISOString()}`}${validBefore === undefined ? '' : `  until ${new Date(validBefore).toISOString()}`}`;
    terminal.out(`${printable(principals.join(', '))}  ${printable(publicKey)}${limits}\n`);
  }
  return 0;
}
