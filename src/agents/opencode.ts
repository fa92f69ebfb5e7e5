/**
 * opencode has no command hooks: Vetmark's plugin hands on what opencode's own plugin hooks are given, and throws when the answer is a denial.
 * Verified against 1.18.33.
 */
import * as z from 'zod/mini';
import type { Agent, AgentEvent, Parsed, Write } from './agent.ts';
import { readPatch } from './shared/apply-patch.ts';
import { ALLOWED, customary, denial, label, name, optionalLabel, optionalName, refuse, text, turnEnd } from './shared/payload.ts';
import { afterTool, beforeTool, names, readWith, shell, unknownTool, writing, type Read } from './shared/tool.ts';

export const agent: Agent = {
  id: 'opencode',
  name: 'opencode',
  hooking: {
    kind: 'own-file',
    files: { user: '.config/opencode/plugins/vetmark.js', project: '.opencode/plugins/vetmark.js' },
    text: plugin,
    afterwards: '`opencode --pure` runs without plugins, and a plugin that does not load is skipped; opencode says nothing of either.',
  },
  canary: (cwd, path) => ({ hook_event_name: 'tool.execute.before', cwd, input: { tool: 'write', sessionID: 'vetmark-doctor', callID: 'vetmark-doctor' }, output: { args: { filePath: path, content: '' } } }),
  parse,
  reply,
};

/** The plugin: hands each hook's arguments to the command, and throws on a denial. A command that cannot be run lets the tool run, as everywhere. */
function plugin(command: readonly string[]): string {
  return `// Written by Vetmark; \`vetmark agents disconnect opencode\` removes it.
import { spawnSync } from 'node:child_process';

const COMMAND = ${JSON.stringify(command)};

export const Vetmark = async ({ directory }) => {
  const tell = (hook_event_name, input, output) => spawnSync(COMMAND[0], COMMAND.slice(1), { input: JSON.stringify({ hook_event_name, cwd: directory, input, output }), encoding: 'utf8', timeout: 20000 });
  return {
    'tool.execute.before': async (input, output) => {
      const { status, stderr } = tell('tool.execute.before', input, output);
      if (status === 2) throw new Error(stderr.trim() || 'Vetmark refused this call.');
    },
    'tool.execute.after': async (input, output) => {
      tell('tool.execute.after', input, output);
    },
    event: async ({ event }) => {
      if (event.type === 'session.idle') tell('event.session.idle', { sessionID: event.properties.sessionID });
    },
  };
};
`;
}

/** `cwd` is added by the plugin; opencode itself says the folder only once, when the plugin is loaded. */
const Common = z.looseObject({ hook_event_name: label, cwd: optionalName });
const Before = z.looseObject({ input: z.looseObject({ tool: label, sessionID: label, callID: optionalLabel }), output: z.looseObject({ args: z.unknown() }) });
const After = z.looseObject({ input: z.looseObject({ tool: label, sessionID: label, callID: optionalLabel, args: z.unknown() }), output: z.optional(z.unknown()) });
const Session = z.looseObject({ input: z.looseObject({ sessionID: label }) });
const Idle = z.looseObject({ event: z.looseObject({ properties: z.looseObject({ sessionID: label }) }) });
const Event = z.looseObject({ event: z.looseObject({ properties: z.looseObject({ sessionID: optionalLabel }) }) });

function parse(payload: unknown): Parsed {
  const common = Common.safeParse(payload);
  if (!common.success) return refuse('opencode', common.error);
  const { hook_event_name: event, cwd = '.' } = common.data;
  switch (event) {
    case 'tool.execute.before': {
      const call = Before.safeParse(payload);
      if (!call.success) return refuse('opencode', call.error);
      const { tool, sessionID, callID } = call.data.input;
      return beforeTool({ session: sessionID, cwd, tool, call: callID }, readTool(tool, call.data.output.args));
    }
    case 'tool.execute.after': {
      const call = After.safeParse(payload);
      if (!call.success) return refuse('opencode', call.error);
      const { tool, sessionID, callID, args } = call.data.input;
      return afterTool({ session: sessionID, cwd, tool, call: callID }, readTool(tool, args, call.data.output), 'written');
    }
    case 'event.session.idle': {
      const session = Idle.safeParse(payload).data?.event.properties.sessionID ?? Session.safeParse(payload).data?.input.sessionID;
      return session === undefined ? { ok: false, message: 'This is no payload of opencode: it names no session.' } : turnEnd({ session, cwd });
    }
    case 'chat.message': {
      const session = Session.safeParse(payload);
      return session.success ? { ok: true, event: { kind: 'prompt', session: session.data.input.sessionID, cwd } } : refuse('opencode', session.error);
    }
    default:
      return { ok: true, event: { kind: 'other', name: event, session: Event.safeParse(payload).data?.event.properties.sessionID ?? Session.safeParse(payload).data?.input.sessionID ?? '' } };
  }
}

function reply(event: AgentEvent, answer: Parameters<Agent['reply']>[1]): ReturnType<Agent['reply']> {
  return event.kind !== 'tool-before' || answer.kind === 'allow' ? ALLOWED : denial(answer.reason, { decision: 'deny', reason: answer.reason });
}

const WriteInput = z.looseObject({ filePath: name, content: text });
const EditInput = z.looseObject({ filePath: name, oldString: text, newString: text });
const PatchInput = z.looseObject({ patchText: text });
const Command = z.looseObject({ command: text });
const Written = z.looseObject({ metadata: z.looseObject({ exists: z.boolean() }) });
const READERS: ReadonlySet<string> = new Set(['read', 'list', 'glob', 'grep', 'webfetch', 'websearch', 'codesearch', 'task', 'todowrite', 'todoread', 'question', 'skill']);

function readTool(tool: string, input: unknown, output?: unknown): Read {
  switch (tool) {
    case 'write':
      return readWith('opencode', WriteInput, input, ({ filePath, content }) => {
        const write: Write = { path: filePath, after: content, inserted: [content], userModified: false };
        return writing([Written.safeParse(output).data?.metadata.exists === false ? { ...write, before: null } : write]);
      });
    case 'edit':
      return readWith('opencode', EditInput, input, ({ filePath, oldString, newString }) => writing([{ path: filePath, inserted: [newString], replaced: [oldString], userModified: false }]));
    case 'apply_patch':
      return readWith('opencode', PatchInput, input, ({ patchText }) => {
        const { writes, removed } = readPatch(patchText);
        return writing(writes, removed);
      });
    case 'bash':
      return readWith('opencode', Command, input, ({ command }) => shell(command));
    default:
      return READERS.has(tool) ? names('read', customary(input).paths) : unknownTool(input);
  }
}
