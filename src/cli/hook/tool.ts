/** A tool call of an agent, before and after, and the end of its turn: the guard's answer first, the record afterwards. */
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Agent, AgentEvent } from '#agents/agent';
import { repoPathOf, type RepoPath } from '#core/path';
import { decide, type Target } from '#guard/decide';
import { appendAudit } from '#project/audit-log';
import { discoverRepository } from '#project/discover';
import { whereItLeads } from '#project/disk';
import type { Repository } from '#project/repository';
import { homeFolder, stateFolder } from '#project/state-folder';
import type { ExitCode, Terminal } from '../terminal.ts';

type Before = Extract<AgentEvent, { kind: 'tool-before' }>;
type After = Extract<AgentEvent, { kind: 'tool-after' }>;
type Over = Extract<AgentEvent, { kind: 'turn-end' }> | { readonly kind: 'session-end'; readonly session: string; readonly cwd: string };

/** What was told to the agent, and what is left to write down. `record` says, in sentences, what it could not. */
export interface Told {
  readonly exitCode: ExitCode;
  record(): Promise<readonly string[]>;
}

/** The guard's answer, printed in the agent's dialect. */
export async function before(agent: Agent, event: Before, terminal: Terminal): Promise<Told> {
  const opened = await discoverRepository(event.cwd);
  const repository = opened.ok ? opened.repository : undefined;
  const targets = await Promise.all(event.paths.map((path) => target(event.cwd, path)));
  const keep = [join(stateFolder(), 'vetmark'), ...(repository === undefined ? [] : [repository.gitDir])];
  const reply = decide(event, targets.flat(), { ...(repository !== undefined && { root: repository.root }), keep });
  const { stdout, stderr, exitCode } = agent.reply(event, reply);
  if (stdout !== '') terminal.out(stdout);
  if (stderr !== '') terminal.err(stderr);
  return {
    exitCode: exitCode === 0 ? 0 : 2,
    async record() {
      if (repository === undefined) return [opened.ok ? '' : opened.message];
      const look = reply.kind === 'allow' && isBlind(event) ? (await import('./shell.ts')).beforeShell(repository, event) : [];
      // While git looks at the work tree.
      const noted = await note(repository, agent, event, reply.kind);
      return [...(await look), ...noted];
    },
  };
}

/** Markers for what was written inside the repository. */
export async function after(agent: Agent, event: After): Promise<Told> {
  return {
    exitCode: 0,
    async record() {
      const opened = await discoverRepository(event.cwd);
      if (!opened.ok) return [opened.message];
      const { repository } = opened;
      const troubles: string[] = [];
      if (event.writes.length > 0) {
        const { mark } = await import('./mark.ts');
        for (const write of event.writes) {
          const path = await inside(repository, event.cwd, write.path);
          if (path !== undefined) troubles.push(...(await mark(repository, agent.id, event, write, path)));
        }
      }
      if (isBlind(event)) troubles.push(...(await (await import('./shell.ts')).afterShell(repository, event.agent ?? agent.id, event)));
      return [...troubles, ...(await note(repository, agent, event))];
    },
  };
}

/** Markers for what commands wrote whose end no hook told. */
export async function over(agent: Agent, event: Over): Promise<Told> {
  return {
    exitCode: 0,
    async record() {
      const opened = await discoverRepository(event.cwd);
      if (!opened.ok) return [];
      return (await import('./shell.ts')).settle(opened.repository, agent.id, event.session, event.kind === 'turn-end' && event.background === 'running' ? 'look again' : 'forget');
    },
  };
}

/** The names of a file that a call may mean: as a program resolves it, and as the system does, `..` after links. */
async function target(cwd: string, path: string): Promise<readonly Target[]> {
  const named = resolve(cwd, path);
  const targets = [{ named, real: await whereItLeads(cwd, named) }, { named, real: await whereItLeads(cwd, path) }];
  const home = inHome(path);
  return home === path ? targets : [...targets, { named: home, real: await whereItLeads(cwd, home) }];
}

/** A path as some agents give it: `~/` is the person's home. */
function inHome(path: string): string {
  return /^~[\\/]/.test(path) ? join(homeFolder(), path.slice(2)) : path;
}

/** A file of the repository by where it really is; `undefined` outside it and in git's own folder. */
async function inside(repository: Repository, cwd: string, path: string): Promise<RepoPath | undefined> {
  const below = relative(repository.root, await whereItLeads(cwd, resolve(cwd, inHome(path))));
  if (isAbsolute(below)) return undefined;
  const found = repoPathOf(below);
  return found === undefined || found.split('/').some((part) => part.toLowerCase() === '.git') ? undefined : found;
}

async function note(repository: Repository, agent: Agent, event: Before | After, decision?: 'allow' | 'deny'): Promise<readonly string[]> {
  const recorded = await appendAudit(repository, { kind: 'agent-tool', agent: event.agent ?? agent.id, session: event.session, tool: event.tool, phase: event.kind === 'tool-before' ? 'before' : 'after', paths: event.paths, ...(decision !== undefined && { decision }) }, new Date(), { flush: 'here' });
  return recorded.ok ? [] : [recorded.message];
}

/** True for calls whose writes nobody names: commands, tools of others that name no file, and agents whose second payload is empty. */
function isBlind(event: Before | After): boolean {
  return event.command !== undefined || event.unnamed === true || (event.effect === 'unknown' && event.paths.length === 0);
}
