/**
 * GitHub Copilot CLI: two dialects, by how the hook was registered (camelCase or PascalCase names). The first does not even say which event it is.
 * Verified against 1.0.102. VS Code runs the same hook files with payloads of its own: those are told apart and refused.
 */
import * as z from 'zod/mini';
import type { Agent, AgentEvent, Parsed } from './agent.ts';
import { readPatch } from './shared/apply-patch.ts';
import { commandLine } from './shared/command.ts';
import { ALLOWED, customary, denial, foreign, label, name, optionalLabel, refuse, text, turnEnd } from './shared/payload.ts';
import { afterTool, beforeTool, names, readWith, shell, unknownTool, writing, type Read } from './shared/tool.ts';

export const agent: Agent = {
  id: 'copilot-cli',
  name: 'GitHub Copilot CLI',
  hooking: {
    kind: 'own-file',
    files: { user: '.copilot/hooks/vetmark.json', project: '.github/hooks/vetmark.json' },
    text: hooks,
    afterwards: 'In a folder that is not trusted, `copilot -p` ignores the hooks of the repository and says nothing; those of the user run.',
  },
  canary: (cwd, path) => ({ sessionId: 'vetmark-doctor', timestamp: 0, cwd, toolName: 'create', toolArgs: { path, file_text: '' } }),
  parse,
  reply,
};

/** The form that Copilot CLI and VS Code both read: event names in PascalCase, one command each. Each sends its own payload to it. */
function hooks(command: readonly string[]): string {
  const entry = [{ type: 'command', command: commandLine(command), timeout: 20 }];
  return JSON.stringify({ hooks: { PreToolUse: entry, PostToolUse: entry, Stop: entry } }, undefined, 2) + '\n';
}

const Camel = z.looseObject({ sessionId: label, cwd: name, toolName: optionalLabel, toolArgs: z.optional(z.unknown()), toolResult: z.optional(z.unknown()), error: z.optional(z.unknown()), hookName: optionalLabel, hook_event_name: optionalLabel });
const Pascal = z.looseObject({ session_id: label, cwd: name, hook_event_name: label, tool_name: optionalLabel, tool_input: z.optional(z.unknown()), tool_result: z.optional(z.unknown()) });
const CamelResult = z.looseObject({ resultType: name });
const PascalResult = z.looseObject({ result_type: name });

function parse(payload: unknown): Parsed {
  const { tool_use_id, transcript_path } = (typeof payload === 'object' && payload !== null ? payload : {}) as Record<string, unknown>;
  if (String(tool_use_id).includes('__vscode-') || /github\.copilot-chat/i.test(String(transcript_path))) return foreign('GitHub Copilot CLI', 'GitHub Copilot in VS Code', 'copilot-vscode');
  const camel = Camel.safeParse(payload);
  if (camel.success) return fromCamel(camel.data);
  const pascal = Pascal.safeParse(payload);
  return pascal.success ? fromPascal(pascal.data) : refuse('GitHub Copilot CLI', pascal.error);
}

function reply(event: AgentEvent, answer: Parameters<Agent['reply']>[1]): ReturnType<Agent['reply']> {
  if (event.kind !== 'tool-before' || answer.kind === 'allow') return ALLOWED;
  // The flat form is the one that both registrations understand.
  return denial(answer.reason, { permissionDecision: 'deny', permissionDecisionReason: answer.reason });
}

/** No event name on tool calls: a result makes it the end, an error a failure, neither the beginning. */
function fromCamel(data: z.infer<typeof Camel>): Parsed {
  const { sessionId: session, cwd, toolName: tool, toolArgs, toolResult, error } = data;
  if (tool !== undefined && toolArgs !== undefined) {
    const read = readTool(tool, toolArgs);
    if (error !== undefined) return afterTool({ session, cwd, tool }, read, 'written', 'failed');
    return toolResult === undefined ? beforeTool({ session, cwd, tool }, read) : afterTool({ session, cwd, tool }, read, 'written', CamelResult.safeParse(toolResult).data?.resultType === 'success' ? 'done' : 'failed');
  }
  if (tool === undefined && 'stopReason' in data && !('agentName' in data)) return turnEnd({ session, cwd });
  if (tool === undefined && 'initialPrompt' in data) return { ok: true, event: { kind: 'session-start', session, cwd } };
  if (tool === undefined && 'prompt' in data) return { ok: true, event: { kind: 'prompt', session, cwd } };
  if (tool === undefined && 'reason' in data) return { ok: true, event: { kind: 'session-end', session, cwd } };
  return { ok: true, event: { kind: 'other', name: data.hookName ?? data.hook_event_name ?? 'unnamed', session } };
}

function fromPascal({ session_id: session, cwd, hook_event_name: event, tool_name: tool, tool_input, tool_result }: z.infer<typeof Pascal>): Parsed {
  switch (event) {
    case 'SessionStart':
      return { ok: true, event: { kind: 'session-start', session, cwd } };
    case 'SessionEnd':
      return { ok: true, event: { kind: 'session-end', session, cwd } };
    case 'Stop':
      return turnEnd({ session, cwd });
    case 'UserPromptSubmit':
      return { ok: true, event: { kind: 'prompt', session, cwd } };
    case 'PreToolUse':
    case 'PostToolUse':
    case 'PostToolUseFailure': {
      if (tool === undefined) return { ok: false, message: 'This is no payload of GitHub Copilot CLI: "tool_name" is missing or of the wrong kind.' };
      const read = readTool(tool, tool_input);
      const facts = { session, cwd, tool };
      return event === 'PreToolUse' ? beforeTool(facts, read) : afterTool(facts, read, 'written', PascalResult.safeParse(tool_result).data?.result_type === 'success' ? 'done' : 'failed');
    }
    default:
      return { ok: true, event: { kind: 'other', name: event, session } };
  }
}

const Create = z.looseObject({ path: name, file_text: text });
const Edit = z.looseObject({ path: name, old_str: text, new_str: text });
const Command = z.looseObject({ command: z._default(text, ''), mode: z.optional(text) });
const READERS: ReadonlySet<string> = new Set(['view', 'Read', 'grep', 'Grep', 'glob', 'Glob', 'task', 'Agent', 'web_fetch', 'WebFetch', 'report_intent', 'update_todo', 'read_bash', 'list_bash', 'stop_bash']);

function readTool(tool: string, input: unknown): Read {
  switch (tool) {
    case 'create':
    case 'Write':
      return readWith('GitHub Copilot CLI', Create, input, ({ path, file_text }) => writing([{ path, after: file_text, inserted: [file_text], userModified: false }]));
    case 'edit':
    case 'Edit':
    case 'apply_patch':
      // Under the name of Edit comes a patch too: then the input is one string.
      if (typeof input === 'string') {
        const { writes, removed } = readPatch(input);
        return { ok: true, does: writing(writes, removed) };
      }
      return readWith('GitHub Copilot CLI', Edit, input, ({ path, old_str, new_str }) => writing([{ path, inserted: [new_str], replaced: [old_str], userModified: false }]));
    case 'bash':
    case 'Bash':
    case 'powershell':
    case 'write_bash':
      return readWith('GitHub Copilot CLI', Command, input, ({ command, mode }) => shell(command, mode === 'async' ? 'outlives' : undefined));
    default:
      return READERS.has(tool) ? names('read', customary(input).paths) : unknownTool(input);
  }
}
