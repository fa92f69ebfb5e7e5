/**
 * `vetmark reviewers`: who may vet. Enrolling and revoking write into `.vetmark/reviewers` of the work tree; that counts once it is in the base branch.
 * Invariant 4: only a person enrols. A pipe cannot, nor a terminal that an agent opened.
 */
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { appendAudit } from '#project/audit-log';
import { endEnrolment, enrol, readPublicKey } from '#project/enrolment';
import { openRepository, readFile, type Repository } from '#project/repository';
import { readReviewers } from '#project/reviewers';
import { REVIEWERS_FILE } from '#project/reviews';
import { agentShell } from '../agent-shell.ts';
import { printable, refuse, type ExitCode, type Terminal } from '../terminal.ts';

export async function reviewers([verb, ...rest]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const opened = await openRepository(terminal.cwd);
  if (!opened.ok) return refuse(terminal, opened.message);
  const { repository } = opened;
  const [principal, given] = rest;
  if (verb === 'list' && rest.length === 0) return list(repository, terminal);
  if (verb === 'add' && rest.length === 2) return add(repository, principal!, given!, terminal);
  if (verb === 'revoke' && (rest.length === 1 || rest.length === 2)) return revoke(repository, principal!, given, terminal);
  return refuse(terminal, '`vetmark reviewers list` shows who may vet; `vetmark reviewers add <address> <key file or key>` enrols somebody; `vetmark reviewers revoke <address> [<key file or key>]` ends what all their keys, or one, may.');
}

async function add(repository: Repository, principal: string, given: string, terminal: Terminal): Promise<ExitCode> {
  const nobody = notAPerson(terminal);
  if (nobody !== undefined) return refuse(terminal, nobody);
  const read = await readPublicKey(terminal.cwd, given);
  if (!read.ok) return refuse(terminal, read.message);
  const { publicKey } = read;
  terminal.out(`${printable(principal)} with the key ${publicKey}\nwill be able to vet code in this repository, once this change is in the base branch.\n`);
  if (!(await agrees(principal))) return refuse(terminal, NOTHING_WRITTEN);
  const enrolled = await enrol(repository, principal, publicKey, new Date());
  if (!enrolled.ok) return refuse(terminal, enrolled.message);
  if (enrolled.changed === 'known') {
    terminal.out('The key is enrolled for that address already.\n');
    return 0;
  }
  return written(repository, 'enrolled', principal, terminal);
}

async function revoke(repository: Repository, principal: string, given: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const nobody = notAPerson(terminal);
  if (nobody !== undefined) return refuse(terminal, nobody);
  const read = given === undefined ? undefined : await readPublicKey(terminal.cwd, given);
  if (read?.ok === false) return refuse(terminal, read.message);
  terminal.out(`${read === undefined ? 'All keys' : `The key ${read.publicKey}`} of ${printable(principal)} will end now, once this change is in the base branch. What they vetted and the base branch has already stays vetted.\n`);
  if (!(await agrees(principal))) return refuse(terminal, NOTHING_WRITTEN);
  const ended = await endEnrolment(repository, principal, new Date(), read?.publicKey);
  if (!ended.ok) return refuse(terminal, ended.message);
  if (ended.changed === 'known') return refuse(terminal, `No key of ${principal} is open, so there is nothing to revoke. \`vetmark reviewers list\` shows who may vet.`);
  return written(repository, 'revoked', principal, terminal);
}

const NOTHING_WRITTEN = 'That is not the same address, so nothing was written.';

/** Why nobody can be asked here; `undefined`: somebody can. */
function notAPerson(terminal: Terminal): string | undefined {
  const agent = agentShell(process.env);
  if (!terminal.interactive) return 'Changing who may vet is a person\'s act: run this at a terminal, not in a pipe, a script or an agent.';
  return agent === undefined ? undefined : `Changing who may vet is a person's act, and ${agent} says that this terminal belongs to an agent or a build. Run it in your own.`;
}

async function agrees(principal: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`Type ${printable(principal)} to confirm: `);
  prompt.close();
  return answer.trim() === principal;
}

async function written(repository: Repository, action: 'enrolled' | 'revoked', reviewer: string, terminal: Terminal): Promise<ExitCode> {
  const recorded = await appendAudit(repository, { kind: 'reviewer', action, reviewer }, new Date());
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
