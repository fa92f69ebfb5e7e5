/**
 * An agent's configuration changed while it runs. Where Vetmark was connected in that file and would no longer be asked, the change is refused: the agent
 * then goes on with the configuration it had. Disconnecting by `vetmark agents disconnect` is a person's act and passes.
 */
import type { Agent, AgentEvent } from '#agents/agent';
import { findHooks, offSwitches } from '#agents/shared/connect';
import { appendAudit } from '#project/audit-log';
import { isConnected, readConfiguration } from '#project/configuration';
import { discoverRepository } from '#project/discover';
import type { Terminal } from '../terminal.ts';
import type { Told } from './tool.ts';

type Configured = Extract<AgentEvent, { kind: 'configuration' }>;

export async function configurationChanged(agent: Agent, event: Configured, terminal: Terminal): Promise<Told> {
  const trouble = await troubleIn(agent, event.path);
  if (trouble === undefined) return { exitCode: 0, record: () => Promise.resolve([]) };
  const reason = `Vetmark refused the change of ${event.path}: ${trouble}, so nobody would watch this agent any more. It goes on with the configuration it had. A person disconnects it with \`vetmark agents disconnect ${agent.id}\`.`;
  const { stdout, stderr, exitCode } = agent.reply(event, { kind: 'deny', reason });
  terminal.out(stdout);
  terminal.err(stderr);
  return {
    exitCode: exitCode === 0 ? 0 : 2,
    async record() {
      const opened = await discoverRepository(event.cwd);
      if (!opened.ok) return [];
      const recorded = await appendAudit(opened.repository, { kind: 'gap', message: `The hooks of ${agent.name} were taken out of its configuration while it ran; until it ends it goes on with them.` }, new Date(), { flush: 'here' });
      return recorded.ok ? [] : [recorded.message];
    },
  };
}

/** Why the file as it is now switches Vetmark's hook off; `undefined` when it does not, or never had it. */
async function troubleIn(agent: Agent, path: string): Promise<string | undefined> {
  const { hooking } = agent;
  if (hooking?.kind !== 'merge') return undefined;
  const now = await readConfiguration(path);
  if (now.ok && now.text !== undefined) {
    const [off] = offSwitches(hooking, now.text);
    if (off !== undefined) return `"${off}" is true in it`;
  }
  if (!(await isConnected(path))) return undefined;
  if (!now.ok) return 'it cannot be read';
  const hooks = findHooks(agent, hooking, now.text ?? '');
  return hooking.events.every((event) => hooks.some((hook) => hook.event === event)) ? undefined : 'its hooks are gone from it';
}
