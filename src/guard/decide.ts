/**
 * What an agent may do: a tool call becomes effects (paths it writes), effects become a decision. Pure; the face resolves links first.
 * Not judged here yet: shell commands. They need a real parser, and a guess would be worse than saying so (docs/agents/guard.md).
 */
import type { AgentEvent, Reply } from '#agents/agent';
import { shieldOf, type Places, type Shield } from './protected.ts';

/** One file a call may write: the path as named, absolute, and where it really is once symbolic links are followed. */
export interface Target {
  readonly named: string;
  readonly real: string;
}

/** The answer to a tool call. A target is denied by either of its two names. */
export function decide(event: AgentEvent, targets: readonly Target[], places: Places): Reply {
  if (event.kind !== 'tool-before' || event.effect === 'read') return { kind: 'allow' };
  for (const target of targets) {
    const shield = shieldOf(target.named, places) ?? shieldOf(target.real, places);
    if (shield !== undefined) return { kind: 'deny', reason: reason(shield, event.tool, target) };
  }
  return { kind: 'allow' };
}

function reason(shield: Shield, tool: string, target: Target): string {
  const what = `Vetmark refused ${tool} on ${target.named}${target.real === target.named ? '' : ` (which is ${target.real})`}`;
  switch (shield) {
    case 'record':
      return `${what}: Vetmark's records say what a person has vetted, so no agent may write them. Ask the person to make this change.`;
    case 'git':
      return `${what}: git's own files can run programs and rewrite history, so no agent may write them with an edit tool. Use git commands, or ask the person.`;
    case 'hooks':
      return `${what}: this file decides which hooks watch agents, so no agent may write it. Ask the person to make this change.`;
  }
}
