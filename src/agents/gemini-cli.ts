/** Gemini CLI: BeforeTool and AfterTool; edits come with the whole text before and after. Verified against 0.61.0. */
import * as z from 'zod/mini';
import type { Agent, AgentEvent, Check, ConnectedHooks, Parsed, Write } from './agent.ts';
import { ALLOWED, customary, denial, label, name, refuse, text, turnEnd } from './shared/payload.ts';
import { afterTool, beforeTool, names, readWith, shell, unknownTool, writing, type Read } from './shared/tool.ts';

export const agent: Agent = {
  id: 'gemini-cli',
  name: 'Gemini CLI',
  hooking: { kind: 'merge', files: { user: '.gemini/settings.json', project: '.gemini/settings.json' }, events: ['BeforeTool', 'AfterTool', 'AfterAgent'], entry: (command) => ({ hooks: [{ type: 'command', command, timeout: 20_000 }] }), offSwitches: [] },
  checks: [
    { place: 'home', file: '.gemini/settings.json', read: switchedOff },
    { place: 'project', file: '.gemini/settings.json', read: switchedOff },
    ...['/etc/gemini-cli', '/Library/Application Support/GeminiCli', 'C:\\ProgramData\\gemini-cli'].map((folder): Check => ({ place: 'system', file: `${folder}/settings.json`, read: switchedOff })),
    { place: 'home', file: '.gemini/trustedFolders.json', read: distrusted },
  ],
  canary: (cwd, path) => ({ session_id: 'vetmark-doctor', transcript_path: '/vetmark/doctor.jsonl', cwd, hook_event_name: 'BeforeTool', timestamp: '2026-01-01T00:00:00.000Z', tool_name: 'write_file', tool_input: { file_path: path, content: '' } }),
  parse,
  reply,
};

async function switchedOff(text: string | undefined): Promise<string | undefined> {
  const { isFalse, valueIn } = await import('./shared/settings.ts');
  const disabled = valueIn(text, ['hooksConfig', 'disabled']);
  const named = Array.isArray(disabled) && disabled.some((each) => typeof each === 'string' && each.endsWith(' hook gemini-cli'));
  return named ? '"hooksConfig.disabled" names Vetmark\'s hook' : isFalse(text, ['hooksConfig', 'enabled'], ['tools', 'enableHooks']);
}

/** Folders that a person said not to trust: Gemini CLI leaves out what their projects configure. */
async function distrusted(text: string | undefined, { scope, root }: ConnectedHooks): Promise<string | undefined> {
  const { valueIn } = await import('./shared/settings.ts');
  return scope === 'project' && valueIn(text, [root]) === 'DO_NOT_TRUST' ? `it says not to trust ${root}, whose hooks are left out then` : undefined;
}

const Common = z.looseObject({ session_id: label, cwd: name, hook_event_name: label });
const Tool = z.looseObject({ tool_name: label, tool_input: z.unknown(), tool_response: z.optional(z.unknown()) });
const FileInput = z.looseObject({ file_path: name });
const Command = z.looseObject({ command: text });

function parse(payload: unknown): Parsed {
  const common = Common.safeParse(payload);
  if (!common.success) return refuse('Gemini CLI', common.error);
  const { session_id: session, cwd, hook_event_name: event } = common.data;
  const base = { session, cwd };
  switch (event) {
    case 'SessionStart':
      return { ok: true, event: { kind: 'session-start', ...base } };
    case 'SessionEnd':
      return { ok: true, event: { kind: 'session-end', ...base } };
    case 'BeforeAgent':
      return { ok: true, event: { kind: 'prompt', ...base } };
    case 'AfterAgent':
      return turnEnd(base);
    case 'BeforeTool':
    case 'AfterTool': {
      const tool = Tool.safeParse(payload);
      if (!tool.success) return refuse('Gemini CLI', tool.error);
      const { tool_name, tool_input, tool_response } = tool.data;
      const facts = { ...base, tool: tool_name };
      const read = readTool(tool_name, tool_input, tool_response);
      return event === 'BeforeTool' ? beforeTool(facts, read) : afterTool(facts, read, 'written');
    }
    default:
      return { ok: true, event: { kind: 'other', name: event, session } };
  }
}

function reply(event: AgentEvent, answer: Parameters<Agent['reply']>[1]): ReturnType<Agent['reply']> {
  return event.kind !== 'tool-before' || answer.kind === 'allow' ? ALLOWED : denial(answer.reason, { decision: 'deny', reason: answer.reason });
}

const READERS: ReadonlySet<string> = new Set(['read_file', 'read_many_files', 'list_directory', 'glob', 'search_file_content', 'grep_search', 'web_fetch', 'google_web_search', 'write_todos', 'invoke_agent', 'complete_task', 'activate_skill']);

function readTool(tool: string, input: unknown, response: unknown): Read {
  switch (tool) {
    case 'write_file':
    case 'replace':
      return readWith('Gemini CLI', FileInput, input, ({ file_path }) => {
        const writes = writesOf(response);
        return writing(writes, writes.length === 0 ? [file_path] : []);
      });
    case 'run_shell_command':
      return readWith('Gemini CLI', Command, input, ({ command }) => shell(command));
    default:
      return READERS.has(tool) ? names('read', customary(input).paths) : unknownTool(input);
  }
}

const Done = z.looseObject({
  returnDisplay: z.looseObject({
    filePath: name,
    originalContent: z.nullish(text),
    newContent: text,
    isNewFile: z.optional(z.boolean()),
    diffStat: z.optional(z.looseObject({ user_added_chars: z.optional(z.number()), user_removed_chars: z.optional(z.number()) })),
  }),
});

/** A call that failed answers without the texts. */
function writesOf(response: unknown): readonly Write[] {
  const done = Done.safeParse(response);
  if (!done.success) return [];
  const { filePath, originalContent, newContent, isNewFile, diffStat } = done.data.returnDisplay;
  const before = isNewFile === true ? null : (originalContent ?? undefined);
  return [{ path: filePath, ...(before !== undefined && { before }), after: newContent, inserted: [newContent], userModified: (diffStat?.user_added_chars ?? 0) + (diffStat?.user_removed_chars ?? 0) > 0 }];
}
