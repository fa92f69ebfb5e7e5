/** OpenAI Codex: its hooks have Claude's names and its own tools; every edit is a patch. Verified against 0.169.0. */
import * as z from 'zod/mini';
import type { Agent, AgentEvent, Parsed } from './agent.ts';
import { readPatch } from './shared/apply-patch.ts';
import { ALLOWED, denial, label, lifecycle, name, optionalLabel, refuse, text } from './shared/payload.ts';
import { afterTool, beforeTool, names, readWith, shell, unknownTool, writing, type Read } from './shared/tool.ts';

export const agent: Agent = {
  id: 'codex',
  name: 'Codex',
  hooking: {
    kind: 'merge',
    files: { user: '.codex/hooks.json', project: '.codex/hooks.json' },
    events: ['PreToolUse', 'PostToolUse', 'Stop'],
    entry: (command) => ({ hooks: [{ type: 'command', command, timeout: 20 }] }),
    offSwitches: [],
    afterwards: 'Open Codex once and trust the hooks in its review screen: until then, and after every change of the file, it skips them and says nothing.',
  },
  checks: [
    {
      place: 'home',
      file: '.codex/config.toml',
      read: async (text, hooks) => (await import('./shared/codex-trust.ts')).untrusted(text, hooks, (command) => command.endsWith(' hook codex')),
    },
  ],
  canary: (cwd, path) => ({ session_id: 'vetmark-doctor', cwd, hook_event_name: 'PreToolUse', tool_name: 'apply_patch', tool_input: { command: `*** Begin Patch\n*** Add File: ${path}\n+\n*** End Patch\n` }, tool_use_id: 'vetmark-doctor' }),
  parse,
  reply,
};

const Common = z.looseObject({ session_id: label, cwd: name, hook_event_name: label, model: optionalLabel });
const Tool = z.looseObject({ tool_name: label, tool_input: z.unknown(), tool_response: z.optional(z.unknown()), tool_use_id: optionalLabel });
/** The older `notify` program, which only says that a turn ended. */
const Notify = z.looseObject({ type: label, 'thread-id': label });
const Command = z.looseObject({ command: text });

function parse(payload: unknown): Parsed {
  const notify = Notify.safeParse(payload);
  if (notify.success) return { ok: true, event: { kind: 'other', name: notify.data.type, session: notify.data['thread-id'] } };
  const common = Common.safeParse(payload);
  if (!common.success) return refuse('Codex', common.error);
  const { session_id: session, cwd, hook_event_name: event, model } = common.data;
  const base = { session, cwd, ...(model !== undefined && { model }) };
  const ofSession = lifecycle(event, base);
  if (ofSession !== undefined) return ofSession;
  switch (event) {
    case 'PreToolUse':
    case 'PostToolUse': {
      const tool = Tool.safeParse(payload);
      if (!tool.success) return refuse('Codex', tool.error);
      const { tool_name, tool_input, tool_response, tool_use_id } = tool.data;
      const facts = { ...base, tool: tool_name, call: tool_use_id };
      const read = readTool(tool_name, tool_input);
      return event === 'PreToolUse' ? beforeTool(facts, read) : afterTool(facts, read, 'written', failed(tool_response) ? 'failed' : 'done');
    }
    default:
      return { ok: true, event: { kind: 'other', name: event, session } };
  }
}

function reply(event: AgentEvent, answer: Parameters<Agent['reply']>[1]): ReturnType<Agent['reply']> {
  if (event.kind !== 'tool-before' || answer.kind === 'allow') return ALLOWED;
  return denial(answer.reason, { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: answer.reason } });
}

function readTool(tool: string, input: unknown): Read {
  switch (tool) {
    case 'apply_patch':
      return readWith('Codex', Command, input, ({ command }) => {
        const { writes, removed } = readPatch(command);
        return writing(writes, removed);
      });
    case 'Bash':
      return readWith('Codex', Command, input, ({ command }) => shell(command));
    case 'spawn_agent':
      return names('read');
    default:
      return unknownTool(input);
  }
}

/** The response is plain text that begins with the exit code. */
function failed(response: unknown): boolean {
  return typeof response === 'string' && /^Exit code: [1-9]/.test(response);
}
