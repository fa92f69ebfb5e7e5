/**
 * Amazon Q Developer CLI (which was CodeWhisperer's): hooks stand in an agent's file. Built from its documentation and the schema of its tools
 * (https://github.com/aws/amazon-q-developer-cli, docs/hooks.md, as of 2025-11); not verified against the real client. Payloads name neither a session nor a call.
 */
import * as z from 'zod/mini';
import type { Agent, AgentEvent, Parsed } from './agent.ts';
import { ALLOWED, customary, denial, label, name, optionalLabel, refuse, text, turnEnd } from './shared/payload.ts';
import { afterTool, beforeTool, names, readWith, shell, unknownTool, writing, type Read } from './shared/tool.ts';

export const agent: Agent = {
  id: 'amazon-q',
  name: 'Amazon Q Developer CLI',
  hooking: {
    kind: 'merge',
    files: { user: '.aws/amazonq/cli-agents/q_cli_default.json', project: '.amazonq/cli-agents/q_cli_default.json' },
    events: ['preToolUse', 'postToolUse'],
    entry: (command) => ({ command, timeout_ms: 20_000 }),
    // What the agent that is built in has, for a file of this name stands in its place.
    fresh: { name: 'q_cli_default', description: 'Default agent', tools: ['*'], allowedTools: ['fs_read'], resources: ['file://AmazonQ.md', 'file://README.md', 'file://.amazonq/rules/**/*.md'], useLegacyMcpJson: true },
    offSwitches: [],
    afterwards: 'Hooks belong to one agent, here to the default one: `q chat --agent <another>` runs without them, and so does every other agent of yours until the same entries stand in its file. Not verified against the real client.',
  },
  canary: (cwd, path) => ({ hook_event_name: 'preToolUse', cwd, tool_name: 'fs_write', tool_input: { command: 'create', path, file_text: '' } }),
  parse,
  reply,
};

const NAME = 'Amazon Q Developer CLI';
/** Where the payload names no session. */
const SESSION = 'amazon-q';

const Common = z.looseObject({ hook_event_name: label, cwd: name, session_id: optionalLabel });
const Tool = z.looseObject({ tool_name: label, tool_input: z.unknown(), tool_response: z.optional(z.unknown()) });
const Failed = z.looseObject({ success: z.literal(false) });
const Command = z.looseObject({ command: text });
const Create = z.looseObject({ command: z.literal('create'), path: name, file_text: text });
const Replace = z.looseObject({ command: z.literal('str_replace'), path: name, old_str: text, new_str: text });
const Add = z.looseObject({ command: z.enum(['insert', 'append']), path: name, new_str: text });
const Operations = z.looseObject({ operations: z.array(z.looseObject({ path: z.optional(name) })) });

function parse(payload: unknown): Parsed {
  const common = Common.safeParse(payload);
  if (!common.success) return refuse(NAME, common.error);
  const { hook_event_name: event, cwd, session_id: session = SESSION } = common.data;
  const base = { session, cwd };
  switch (event) {
    case 'agentSpawn':
      return { ok: true, event: { kind: 'session-start', ...base } };
    case 'userPromptSubmit':
      return { ok: true, event: { kind: 'prompt', ...base } };
    case 'stop':
      return turnEnd(base);
    case 'preToolUse':
    case 'postToolUse': {
      const tool = Tool.safeParse(payload);
      // A hook that was put off to the end of the turn speaks of many calls at once: ours is not.
      if (!tool.success) return 'hook_events' in common.data ? { ok: true, event: { kind: 'other', name: event, session } } : refuse(NAME, tool.error);
      const { tool_name, tool_input, tool_response } = tool.data;
      const facts = { ...base, tool: tool_name };
      const read = readTool(tool_name, tool_input);
      return event === 'preToolUse' ? beforeTool(facts, read) : afterTool(facts, read, 'written', Failed.safeParse(tool_response).success ? 'failed' : 'done');
    }
    default:
      return { ok: true, event: { kind: 'other', name: event, session } };
  }
}

function reply(event: AgentEvent, answer: Parameters<Agent['reply']>[1]): ReturnType<Agent['reply']> {
  return event.kind !== 'tool-before' || answer.kind === 'allow' ? ALLOWED : denial(answer.reason, { decision: 'deny', reason: answer.reason });
}

const READERS: ReadonlySet<string> = new Set(['fs_read', 'glob', 'grep', 'introspect', 'knowledge', 'thinking', 'todo_list', 'report_issue', 'web_search', 'web_fetch', 'use_subagent', 'delegate']);

function readTool(tool: string, input: unknown): Read {
  switch (tool) {
    case 'fs_write':
    case 'write': {
      const replace = Replace.safeParse(input);
      if (replace.success) return { ok: true, does: writing([{ path: replace.data.path, inserted: [replace.data.new_str], replaced: [replace.data.old_str], userModified: false }]) };
      const add = Add.safeParse(input);
      if (add.success) return { ok: true, does: writing([{ path: add.data.path, inserted: [add.data.new_str], userModified: false }]) };
      return readWith(NAME, Create, input, ({ path, file_text }) => writing([{ path, after: file_text, inserted: [file_text], userModified: false }]));
    }
    case 'execute_bash':
    case 'execute_cmd':
    case 'shell':
      return readWith(NAME, Command, input, ({ command }) => shell(command));
    case 'use_aws':
      return { ok: true, does: { effect: 'unknown', paths: [], writes: [] } };
    default:
      return READERS.has(tool) ? names('read', [...customary(input).paths, ...(Operations.safeParse(input).data?.operations.flatMap(({ path }) => path ?? []) ?? [])]) : unknownTool(input);
  }
}
