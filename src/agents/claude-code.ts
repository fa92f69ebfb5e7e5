/**
 * Claude Code: its PreToolUse, PostToolUse and session payloads. Verified against 2.1.330.
 * VS Code, Cursor and others run hooks written for it, with payloads of their own: those are told apart by their keys and refused.
 */
import * as z from 'zod/mini';
import type { Agent, AgentEvent, Check, Parsed, Write } from './agent.ts';
import { ALLOWED, customary, denial, foreign, label, lifecycle, name, optionalLabel, refuse, text, turnEnd } from './shared/payload.ts';
import { afterTool, beforeTool, names, readWith, shell, unknownTool, writing, type Read } from './shared/tool.ts';

export const agent: Agent = {
  id: 'claude-code',
  name: 'Claude Code',
  hooking: {
    kind: 'merge',
    files: { user: '.claude/settings.json', project: '.claude/settings.json' },
    events: ['PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'Stop', 'SessionEnd', 'ConfigChange'],
    entry: (command) => ({ matcher: '', hooks: [{ type: 'command', command, timeout: 20 }] }),
    offSwitches: ['disableAllHooks'],
    afterwards: '`claude --bare` and `--settings` with disableAllHooks run without hooks, and say nothing.',
  },
  checks: [
    ...['.claude/settings.json', '.claude/settings.local.json'].map((file): Check => ({ place: 'project', file, read: switchedOff })),
    { place: 'home', file: '.claude/settings.json', read: switchedOff },
    // https://code.claude.com/docs/en/settings: an administrator's.
    ...['/etc/claude-code', '/Library/Application Support/ClaudeCode', 'C:\\Program Files\\ClaudeCode'].map((folder): Check => ({ place: 'system', file: `${folder}/managed-settings.json`, read: switchedOff })),
  ],
  canary: (cwd, path) => ({ session_id: 'vetmark-doctor', transcript_path: '/vetmark/.claude/doctor.jsonl', cwd, hook_event_name: 'PreToolUse', tool_name: 'Write', tool_input: { file_path: path, content: '' }, tool_use_id: 'vetmark-doctor' }),
  parse,
  reply,
};

async function switchedOff(text: string | undefined): Promise<string | undefined> {
  return (await import('./shared/settings.ts')).isTrue(text, ['disableAllHooks'], ['allowManagedHooksOnly']);
}

const Common = z.looseObject({ session_id: label, transcript_path: name, cwd: name, hook_event_name: label, model: optionalLabel });
const Tool = z.looseObject({ tool_name: label, tool_input: z.unknown(), tool_response: z.optional(z.unknown()), tool_use_id: optionalLabel });
/** Which settings changed. Claude Code names no file where they are not in one. */
const Changed = z.looseObject({ file_path: name });

function parse(payload: unknown): Parsed {
  const stranger = owner(payload);
  if (stranger !== undefined) return foreign('Claude Code', stranger.name, stranger.id);
  const common = Common.safeParse(payload);
  if (!common.success) return refuse('Claude Code', common.error);
  const { session_id: session, cwd, hook_event_name: event, model } = common.data;
  const base = { session, cwd, ...(model !== undefined && { model }) };
  if (event === 'Stop') return turnEnd(base, isList(common.data['background_tasks']) ? 'running' : 'none');
  const ofSession = lifecycle(event, base);
  if (ofSession !== undefined) return ofSession;
  switch (event) {
    case 'ConfigChange': {
      const changed = Changed.safeParse(payload);
      return changed.success ? { ok: true, event: { kind: 'configuration', session, cwd, path: changed.data.file_path } } : { ok: true, event: { kind: 'other', name: event, session } };
    }
    case 'PreToolUse':
    case 'PostToolUse':
    case 'PostToolUseFailure':
      // The failed one too: a command may have written before it failed.
      return toolEvent(payload, event, base);
    default:
      return { ok: true, event: { kind: 'other', name: event, session } };
  }
}

function reply(event: AgentEvent, answer: Parameters<Agent['reply']>[1]): ReturnType<Agent['reply']> {
  if (answer.kind === 'allow') return ALLOWED;
  if (event.kind === 'configuration') return denial(answer.reason, { decision: 'block', reason: answer.reason });
  if (event.kind !== 'tool-before') return ALLOWED;
  return denial(answer.reason, { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: answer.reason } });
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Whose payload this is when it is not Claude Code's: by keys that only the others send, and by where the transcript stands. */
function owner(payload: unknown): { readonly id: string; readonly name: string } | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const record = payload as Record<string, unknown>;
  const transcript = typeof record['transcript_path'] === 'string' ? record['transcript_path'].replaceAll('\\', '/').toLowerCase() : '';
  const call = typeof record['tool_use_id'] === 'string' ? record['tool_use_id'] : '';
  const claude = transcript.includes('/.claude/');
  if ('cursor_version' in record || (transcript.includes('/.cursor/') && !claude)) return { id: 'cursor', name: 'Cursor' };
  if ('extensionId' in record || call.includes('__vscode-') || (!claude && /github[. ]copilot/.test(transcript))) return { id: 'copilot-vscode', name: 'GitHub Copilot in VS Code' };
  if (transcript.includes('/.codex/') && !claude) return { id: 'codex', name: 'Codex' };
  if (transcript.includes('/.gemini/') && !claude) return { id: 'gemini-cli', name: 'Gemini CLI' };
  if ('sessionId' in record || 'toolName' in record || 'tool_result' in record || ('timestamp' in record && transcript === '')) return { id: 'copilot-cli', name: 'GitHub Copilot CLI' };
  return undefined;
}

function toolEvent(payload: unknown, event: 'PreToolUse' | 'PostToolUse' | 'PostToolUseFailure', base: { readonly session: string; readonly cwd: string; readonly model?: string }): Parsed {
  const tool = Tool.safeParse(payload);
  if (!tool.success) return refuse('Claude Code', tool.error);
  const { tool_name, tool_input, tool_response, tool_use_id } = tool.data;
  const facts = { ...base, tool: tool_name, call: tool_use_id };
  const read = readTool(tool_name, tool_input, tool_response);
  return event === 'PreToolUse' ? beforeTool(facts, read) : afterTool(facts, read, 'written', event === 'PostToolUse' ? 'done' : 'failed');
}

const READERS: ReadonlySet<string> = new Set(['Read', 'Grep', 'Glob', 'LS', 'NotebookRead', 'WebFetch', 'WebSearch', 'TodoWrite', 'Agent', 'Task']);

const WriteInput = z.looseObject({ file_path: name, content: text });
const EditInput = z.looseObject({ file_path: name, old_string: text, new_string: text, replace_all: z.optional(z.boolean()) });
const NotebookInput = z.looseObject({ notebook_path: name, new_source: z.optional(text) });
const BashInput = z.looseObject({ command: text });
const Background = z.looseObject({ backgroundTaskId: name });

function readTool(tool: string, input: unknown, response: unknown): Read {
  switch (tool) {
    case 'Write':
      return readWith('Claude Code', WriteInput, input, ({ file_path, content }) => writing([writeOf(file_path, content, response)]));
    case 'Edit':
      return readWith('Claude Code', EditInput, input, (edit) => writing([editOf(edit, response)]));
    case 'NotebookEdit':
      return readWith('Claude Code', NotebookInput, input, ({ notebook_path, new_source }) => writing([notebookOf(notebook_path, new_source ?? '', response)]));
    case 'Bash':
      return readWith('Claude Code', BashInput, input, ({ command }) => shell(command, Background.safeParse(response).success ? 'outlives' : undefined));
    default:
      return READERS.has(tool) ? names('read', customary(input).paths) : unknownTool(input);
  }
}

const WriteResponse = z.looseObject({ content: text, originalFile: z.nullable(text), userModified: z.optional(z.boolean()) });
const EditResponse = z.looseObject({ oldString: text, newString: text, originalFile: z.nullable(text), userModified: z.optional(z.boolean()), replaceAll: z.optional(z.boolean()) });
const NotebookResponse = z.looseObject({ original_file: text, updated_file: text });

/** The response says what really happened; the input, what was asked for. */
function writeOf(path: string, content: string, response: unknown): Write {
  const answer = WriteResponse.safeParse(response);
  if (!answer.success) return { path, after: content, inserted: [content], userModified: false };
  return { path, before: answer.data.originalFile, after: answer.data.content, inserted: [answer.data.content], userModified: answer.data.userModified ?? false };
}

function editOf(edit: z.infer<typeof EditInput>, response: unknown): Write {
  const answer = EditResponse.safeParse(response);
  if (!answer.success) return { path: edit.file_path, inserted: [edit.new_string], replaced: [edit.old_string], userModified: false };
  const { oldString, newString, originalFile, userModified = false, replaceAll = edit.replace_all ?? false } = answer.data;
  const after = userModified ? undefined : replaced(originalFile ?? '', oldString, newString, replaceAll ? 'every' : 'first');
  return { path: edit.file_path, before: originalFile, ...(after !== undefined && { after }), inserted: [newString], replaced: [oldString], userModified };
}

function notebookOf(path: string, source: string, response: unknown): Write {
  const answer = NotebookResponse.safeParse(response);
  if (!answer.success) return { path, inserted: [source], userModified: false };
  return { path, before: answer.data.original_file, after: answer.data.updated_file, inserted: [source], userModified: false };
}

/** The text with `from` replaced; `undefined` when it does not hold `from`, for then the agent did something else than it says. */
function replaced(before: string, from: string, to: string, which: 'first' | 'every'): string | undefined {
  if (from === '') return before === '' ? to : undefined;
  const at = before.indexOf(from);
  if (at < 0) return undefined;
  return which === 'every' ? before.split(from).join(to) : before.slice(0, at) + to + before.slice(at + from.length);
}
