/**
 * Cursor: hooks of its own, and those of Claude Code run with payloads of this form. Built from its documentation (https://cursor.com/docs/hooks, as of
 * 2026-08-25); not verified against the real client. Whether an edit is on disk when its hook runs is not documented: both are taken for possible.
 */
import * as z from 'zod/mini';
import type { Agent, AgentEvent, Parsed } from './agent.ts';
import { readPatch } from './shared/apply-patch.ts';
import { ALLOWED, customary, denial, label, name, optionalLabel, refuse, text, turnEnd } from './shared/payload.ts';
import { afterTool, beforeTool, names, readWith, shell, unknownTool, writing, type Facts, type Read } from './shared/tool.ts';

export const agent: Agent = {
  id: 'cursor',
  name: 'Cursor',
  hooking: {
    kind: 'merge',
    files: { user: '.cursor/hooks.json', project: '.cursor/hooks.json' },
    events: ['preToolUse', 'postToolUse', 'postToolUseFailure', 'afterFileEdit', 'afterTabFileEdit', 'stop'],
    entry: (command) => ({ command, timeout: 20 }),
    members: { version: 1 },
    offSwitches: [],
    afterwards: 'Cursor runs the hooks of a repository only in a workspace that is trusted, and what became of a hook is said only in its output channel "Hooks". Not verified against the real client.',
  },
  canary: (cwd, path) => ({ conversation_id: 'vetmark-doctor', generation_id: 'vetmark-doctor', hook_event_name: 'preToolUse', cursor_version: '0', workspace_roots: [cwd], cwd, tool_name: 'Write', tool_input: { file_path: path, content: '' }, tool_use_id: 'vetmark-doctor' }),
  parse,
  reply,
};

const NAME = 'Cursor';
const Common = z.looseObject({ hook_event_name: label, conversation_id: optionalLabel, session_id: optionalLabel, workspace_roots: z.optional(z.array(name)), cwd: z.optional(text), model: optionalLabel });
const Tool = z.looseObject({ tool_name: label, tool_input: z.unknown(), tool_use_id: optionalLabel });
const Shell = z.looseObject({ command: text, is_background: z.optional(z.boolean()) });
const Server = z.looseObject({ tool_name: label, tool_input: z.unknown() });
const FileRead = z.looseObject({ file_path: name });
const Edited = z.looseObject({ file_path: name, edits: z.array(z.looseObject({ old_string: text, new_string: text })) });

function parse(payload: unknown): Parsed {
  const common = Common.safeParse(payload);
  if (!common.success) return refuse(NAME, common.error);
  const { conversation_id, session_id, workspace_roots, model, hook_event_name } = common.data;
  // Cursor runs Claude Code's hooks too, and names their events in its own way or in theirs.
  const event = hook_event_name.charAt(0).toLowerCase() + hook_event_name.slice(1);
  const session = conversation_id ?? session_id;
  if (session === undefined) return { ok: true, event: { kind: 'other', name: event, session: '' } };
  // Some events come with an empty folder.
  const cwd = [common.data.cwd, workspace_roots?.[0]].find((folder) => folder !== undefined && folder !== '') ?? '.';
  const base = { session, cwd, ...(model !== undefined && { model }) };
  switch (event) {
    case 'sessionStart':
      return { ok: true, event: { kind: 'session-start', ...base } };
    case 'sessionEnd':
      return { ok: true, event: { kind: 'session-end', ...base } };
    case 'beforeSubmitPrompt':
    case 'userPromptSubmit':
      return { ok: true, event: { kind: 'prompt', ...base } };
    case 'stop':
      return turnEnd(base);
    case 'preToolUse':
    case 'postToolUse':
    case 'postToolUseFailure':
      return toolEvent(payload, event, base);
    case 'beforeShellExecution':
    case 'afterShellExecution': {
      const facts = { ...base, tool: 'Shell' };
      const read = readWith(NAME, Shell, payload, ({ command }) => shell(command));
      return event === 'beforeShellExecution' ? beforeTool(facts, read) : afterTool(facts, read, 'written');
    }
    case 'beforeMCPExecution':
    case 'afterMCPExecution': {
      const call = Server.safeParse(payload);
      if (!call.success) return refuse(NAME, call.error);
      const facts = { ...base, tool: call.data.tool_name };
      const read = unknownTool(unquoted(call.data.tool_input));
      return event === 'beforeMCPExecution' ? beforeTool(facts, read) : afterTool(facts, read, 'either');
    }
    case 'beforeReadFile':
    case 'beforeTabFileRead':
      return beforeTool({ ...base, tool: 'Read' }, readWith(NAME, FileRead, payload, ({ file_path }) => ({ effect: 'read', paths: [file_path], writes: [] })));
    case 'afterFileEdit':
    case 'afterTabFileEdit':
      return afterTool({ ...base, tool: event === 'afterFileEdit' ? 'Write' : 'Tab' }, edited(payload), 'either');
    default:
      return { ok: true, event: { kind: 'other', name: event, session } };
  }
}

function reply(event: AgentEvent, answer: Parameters<Agent['reply']>[1]): ReturnType<Agent['reply']> {
  if (event.kind !== 'tool-before' || answer.kind === 'allow') return ALLOWED;
  return denial(answer.reason, { permission: 'deny', user_message: answer.reason, agent_message: answer.reason });
}

function toolEvent(payload: unknown, event: 'preToolUse' | 'postToolUse' | 'postToolUseFailure', base: Omit<Facts, 'tool'>): Parsed {
  const tool = Tool.safeParse(payload);
  if (!tool.success) return refuse(NAME, tool.error);
  const { tool_name, tool_input, tool_use_id } = tool.data;
  const facts = { ...base, tool: tool_name, call: tool_use_id };
  const read = readTool(tool_name, tool_input);
  return event === 'preToolUse' ? beforeTool(facts, read) : afterTool(facts, read, 'either', event === 'postToolUse' ? 'done' : 'failed');
}

const SHELLS: ReadonlySet<string> = new Set(['Shell', 'Bash', 'run_terminal_cmd']);
const WRITERS: ReadonlySet<string> = new Set(['Write', 'StrReplace', 'Edit', 'MultiEdit', 'EditNotebook', 'NotebookEdit', 'Delete', 'ApplyPatch', 'TabWrite', 'edit_file', 'search_replace', 'delete_file']);
const READERS: ReadonlySet<string> = new Set(['Read', 'ReadFile', 'TabRead', 'Grep', 'Glob', 'LS', 'SemanticSearch', 'ReadLints', 'Task', 'TodoWrite', 'WebSearch', 'WebFetch', 'AskQuestion', 'CreatePlan', 'SwitchMode']);

function readTool(tool: string, given: unknown): Read {
  const input = unquoted(given);
  if (SHELLS.has(tool)) return readWith(NAME, Shell, input, ({ command, is_background }) => shell(command, is_background === true ? 'outlives' : undefined));
  if (READERS.has(tool)) return names('read', customary(input).paths);
  return WRITERS.has(tool) ? { ok: true, does: writes(input) } : unknownTool(input);
}

/** The inputs of the editing tools are not documented: files and texts are found under their customary names, or in a patch; what names none is compared on disk. */
function writes(input: unknown): ReturnType<typeof writing> {
  const { paths, texts } = customary(input);
  const patch = [...(typeof input === 'string' ? [input] : []), ...(paths.length === 0 ? Object.values(input ?? {}) : [])].find((value): value is string => typeof value === 'string' && value.includes('*** Begin Patch'));
  if (patch !== undefined) {
    const read = readPatch(patch);
    return writing(read.writes, read.removed);
  }
  const does = writing(texts.length === 0 ? [] : paths.map((path) => ({ path, inserted: texts, userModified: false })), texts.length === 0 ? paths : []);
  return paths.length === 0 ? { ...does, unnamed: true } : does;
}

function edited(payload: unknown): Read {
  return readWith(NAME, Edited, payload, ({ file_path, edits }) => writing([{ path: file_path, inserted: edits.map((edit) => edit.new_string), replaced: edits.map((edit) => edit.old_string), userModified: false }]));
}

/** Some inputs come as JSON in a string. */
function unquoted(input: unknown): unknown {
  if (typeof input !== 'string') return input;
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input;
  }
}
