/**
 * Kiro, the editor from 1.0 on and the command line from 3.0 on: hooks are files of their own. Built from its documentation (https://kiro.dev/docs/hooks, as of
 * 2026-08); not verified against the real client. The payload after a tool may say neither the file nor the command, so what each tool wrote is found by
 * comparing the work tree.
 */
import * as z from 'zod/mini';
import type { Agent, AgentEvent, Parsed } from './agent.ts';
import { commandLine } from './shared/command.ts';
import { ALLOWED, customary, denial, label, name, optionalLabel, refuse, text, turnEnd } from './shared/payload.ts';
import { afterTool, beforeTool, names, type Read } from './shared/tool.ts';

export const agent: Agent = {
  id: 'kiro',
  name: 'Kiro',
  hooking: {
    kind: 'own-file',
    files: { user: '.kiro/hooks/vetmark.json', project: '.kiro/hooks/vetmark.json' },
    text: hooks,
    afterwards: 'Kiro before 1.0 and kiro-cli before 3.0 do not read such files: there the same command stands in the file of each agent (docs/agents/kiro.md). A hook can be switched off in the Agent Hooks panel. Not verified against the real client.',
  },
  canary: (cwd, path) => ({ session_id: 'vetmark-doctor', hook_event_name: 'PreToolUse', cwd, tool_name: 'fs_write', tool_input: { path, text: '' } }),
  parse,
  reply,
};

function hooks(command: readonly string[]): string {
  const action = { type: 'command', command: commandLine(command) };
  const entry = (hook: string, trigger: string): object => ({ name: `vetmark ${hook}`, trigger, action, timeout: 20, enabled: true });
  return JSON.stringify({ version: 'v1', hooks: [entry('before tools', 'PreToolUse'), entry('after tools', 'PostToolUse'), entry('after turns', 'Stop')] }, undefined, 2) + '\n';
}

/** Where the payload names no session. */
const SESSION = 'kiro';

const Common = z.looseObject({ hook_event_name: label, cwd: name, session_id: optionalLabel });
const Tool = z.looseObject({ tool_name: label, tool_input: z.optional(z.unknown()), tool_response: z.optional(z.unknown()) });
const Command = z.looseObject({ command: text });
const Deleted = z.looseObject({ targetFile: name });

function parse(payload: unknown): Parsed {
  const common = Common.safeParse(payload);
  if (!common.success) return refuse('Kiro', common.error);
  const { hook_event_name, cwd, session_id: session = SESSION } = common.data;
  const event = hook_event_name.charAt(0).toLowerCase() + hook_event_name.slice(1);
  const base = { session, cwd };
  switch (event) {
    case 'agentSpawn':
    case 'sessionStart':
      return { ok: true, event: { kind: 'session-start', ...base } };
    case 'userPromptSubmit':
      return { ok: true, event: { kind: 'prompt', ...base } };
    case 'stop':
      return turnEnd(base);
    case 'preToolUse':
    case 'postToolUse': {
      const tool = Tool.safeParse(payload);
      if (!tool.success) return refuse('Kiro', tool.error);
      const facts = { ...base, tool: tool.data.tool_name };
      const read = readTool(tool.data.tool_name, tool.data.tool_input);
      return event === 'preToolUse' ? beforeTool(facts, read) : afterTool(facts, read, 'either');
    }
    default:
      return { ok: true, event: { kind: 'other', name: event, session } };
  }
}

function reply(event: AgentEvent, answer: Parameters<Agent['reply']>[1]): ReturnType<Agent['reply']> {
  return event.kind !== 'tool-before' || answer.kind === 'allow' ? ALLOWED : denial(answer.reason, { decision: 'deny', reason: answer.reason });
}

const SHELLS: ReadonlySet<string> = new Set(['execute_bash', 'execute_pwsh', 'execute_cmd', 'shell']);
const WRITERS: ReadonlySet<string> = new Set(['fs_write', 'fsWrite', 'write', 'create_file', 'str_replace', 'strReplace', 'fs_append', 'fsAppend', 'edit_file', 'apply_patch', 'delete_file', 'deleteFile']);
const READERS: ReadonlySet<string> = new Set(['fs_read', 'fsRead', 'read', 'read_file', 'read_files', 'list_directory', 'grep', 'grep_search', 'glob', 'file_search', 'code', 'introspect', 'knowledge', 'thinking', 'todo_list', 'memory', 'web_search', 'web_fetch', 'get_diagnostics']);

function readTool(tool: string, input: unknown): Read {
  const paths = [...customary(input).paths, ...[Deleted.safeParse(input).data?.targetFile ?? []].flat()];
  if (READERS.has(tool)) return names('read', paths);
  const command = SHELLS.has(tool) ? Command.safeParse(input).data?.command : undefined;
  return { ok: true, does: { effect: WRITERS.has(tool) ? 'write' : 'unknown', paths: SHELLS.has(tool) ? [] : paths, writes: [], unnamed: true, ...(command !== undefined && { command }) } };
}
