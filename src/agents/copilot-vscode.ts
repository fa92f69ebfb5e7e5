/**
 * GitHub Copilot in VS Code: Claude-like names around VS Code's own tools. Verified against VS Code 1.139.1 with Copilot Chat 0.67.0.
 * Its PostToolUse comes before the text changes in the editor and before the save, where the machine is quick; where it is busy, after both.
 */
import * as z from 'zod/mini';
import type { Agent, AgentEvent, Parsed } from './agent.ts';
import { readPatch } from './shared/apply-patch.ts';
import { ALLOWED, customary, denial, foreign, label, lifecycle, name, optionalLabel, optionalName, refuse, text } from './shared/payload.ts';
import { afterTool, beforeTool, names, readWith, shell, unknownTool, writing, type Read } from './shared/tool.ts';

export const agent: Agent = {
  id: 'copilot-vscode',
  name: 'GitHub Copilot in VS Code',
  connectedBy: 'copilot-cli',
  canary: (cwd, path) => ({ timestamp: '2026-01-01T00:00:00.000Z', hook_event_name: 'PreToolUse', session_id: 'vetmark-doctor', transcript_path: '/vetmark/GitHub.copilot-chat/transcripts/doctor.jsonl', tool_name: 'create_file', tool_input: { filePath: path, content: '' }, tool_use_id: 'call_0__vscode-0', cwd }),
  parse,
  reply,
};

const Common = z.looseObject({ session_id: label, cwd: name, hook_event_name: label, model: optionalLabel, transcript_path: optionalName });
const Tool = z.looseObject({ tool_name: label, tool_input: z.unknown(), tool_use_id: optionalLabel });

function parse(payload: unknown): Parsed {
  if (typeof payload === 'object' && payload !== null && !('transcript_path' in payload) && ('sessionId' in payload || 'session_id' in payload)) return foreign('GitHub Copilot in VS Code', 'GitHub Copilot CLI', 'copilot-cli');
  const common = Common.safeParse(payload);
  if (!common.success) return refuse('GitHub Copilot in VS Code', common.error);
  const { session_id: session, cwd, hook_event_name: event, model } = common.data;
  const base = { session, cwd, ...(model !== undefined && { model }) };
  const ofSession = lifecycle(event, base);
  if (ofSession !== undefined) return ofSession;
  switch (event) {
    case 'PreToolUse':
    case 'PostToolUse': {
      const tool = Tool.safeParse(payload);
      if (!tool.success) return refuse('GitHub Copilot in VS Code', tool.error);
      const { tool_name, tool_input, tool_use_id } = tool.data;
      const facts = { ...base, tool: tool_name, call: tool_use_id };
      const read = readTool(tool_name, tool_input);
      return event === 'PreToolUse' ? beforeTool(facts, read) : afterTool(facts, read, 'either');
    }
    default:
      return { ok: true, event: { kind: 'other', name: event, session } };
  }
}

function reply(event: AgentEvent, answer: Parameters<Agent['reply']>[1]): ReturnType<Agent['reply']> {
  if (event.kind !== 'tool-before' || answer.kind === 'allow') return ALLOWED;
  return denial(answer.reason, { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: answer.reason } });
}

const Create = z.looseObject({ filePath: name, content: text });
const Replace = z.looseObject({ filePath: name, oldString: text, newString: text });
const ReplaceMany = z.looseObject({ replacements: z.array(Replace) });
const Insert = z.looseObject({ filePath: name, code: text });
const PatchInput = z.looseObject({ input: text });
const Folder = z.looseObject({ dirPath: name });
const Command = z.looseObject({ command: text, isBackground: z.optional(z.boolean()), mode: z.optional(text) });
const READERS: ReadonlySet<string> = new Set(['read_file', 'list_dir', 'grep_search', 'file_search', 'semantic_search', 'get_errors', 'get_changed_files', 'fetch_webpage', 'runSubagent', 'manage_todo_list', 'get_terminal_output', 'list_code_usages', 'test_failure']);
const NAME = 'GitHub Copilot in VS Code';

function readTool(tool: string, input: unknown): Read {
  switch (tool) {
    case 'create_file':
      return readWith(NAME, Create, input, ({ filePath, content }) => writing([{ path: filePath, after: content, inserted: [content], userModified: false }]));
    case 'replace_string_in_file':
      return readWith(NAME, Replace, input, ({ filePath, oldString, newString }) => writing([{ path: filePath, inserted: [newString], replaced: [oldString], userModified: false }]));
    case 'multi_replace_string_in_file':
      return readWith(NAME, ReplaceMany, input, ({ replacements }) => {
        const paths = [...new Set(replacements.map(({ filePath }) => filePath))];
        const of = (path: string): typeof replacements => replacements.filter(({ filePath }) => filePath === path);
        return writing(paths.map((path) => ({ path, inserted: of(path).map(({ newString }) => newString), replaced: of(path).map(({ oldString }) => oldString), userModified: false })));
      });
    case 'insert_edit_into_file':
      // A sketch of the edit that another model applies: what is written in the end is not known.
      return readWith(NAME, Insert, input, ({ filePath }) => writing([], [filePath]));
    case 'apply_patch':
      return readWith(NAME, PatchInput, input, ({ input: patch }) => {
        const { writes, removed } = readPatch(patch);
        return writing(writes, removed);
      });
    case 'create_directory':
      return readWith(NAME, Folder, input, ({ dirPath }) => writing([], [dirPath]));
    case 'run_in_terminal':
      return readWith(NAME, Command, input, ({ command, isBackground, mode }) => shell(command, isBackground === true || mode === 'async' ? 'outlives' : undefined));
    default:
      return READERS.has(tool) ? names('read', customary(input).paths) : unknownTool(input);
  }
}
