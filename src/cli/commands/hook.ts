/**
 * `vetmark hook <agent>`: one payload on standard input. Before a tool runs, the guard decides and the agent is told in its dialect; after an edit, a
 * marker says who wrote which characters. Trouble of our own never stops the agent: it is said on standard error, and the exit code is 0.
 * Nothing heavy is loaded here: an agent waits for every call.
 */
import process from 'node:process';
import type { Agent, AgentEvent } from '#agents/agent';
import { AGENTS } from '#agents/index';
import { readStandardInput } from '#project/stdin';
import type { Told } from '../hook/tool.ts';
import { printable, type ExitCode, type Terminal } from '../terminal.ts';

/** Bytes of standard input; a larger payload is refused unread. */
const INPUT_LIMIT = 16 * 1024 * 1024;
/** Milliseconds after which the process gives up: a hook that hangs stops the agent, or runs into its timeout, which lets everything through. */
const PATIENCE = 5000;
/** Milliseconds for saying so in the record, when the disk is what hangs. */
const LAST_WORDS = 500;

export async function hook(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const watchdog = setTimeout(() => {
    terminal.err('Vetmark took longer than five seconds and let the agent go on; this call may be missing from the record.\n');
    setTimeout(() => process.exit(), LAST_WORDS);
    void late(terminal).finally(() => process.exit());
  }, PATIENCE);
  try {
    return await answer(args, terminal);
  } catch (error) {
    return trouble(terminal, error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(watchdog);
  }
}

/** Notes that a call may be missing. Which files it wrote nobody knows any more. */
async function late(terminal: Terminal): Promise<void> {
  const opened = await (await import('#project/discover')).discoverRepository(terminal.cwd);
  if (!opened.ok) return;
  const { noteGap } = await import('#project/gaps');
  const now = Date.now();
  await noteGap(opened.repository, { cause: 'hook-late', paths: 'everything', from: now - PATIENCE, to: now });
}

async function answer([id, ...rest]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const load = id === undefined ? undefined : AGENTS.get(id);
  if (load === undefined || rest.length > 0) return trouble(terminal, `\`vetmark hook <agent>\` needs the name of an agent it knows: ${[...AGENTS.keys()].join(', ')}.`);
  const input = await readInput();
  if (typeof input === 'string') return trouble(terminal, input);
  const heard = await understand(await load(), input.payload);
  if (typeof heard === 'string') return trouble(terminal, heard);
  const { agent, event } = heard;
  const told = await tell(agent, event, terminal);
  if (told === undefined) return 0;
  // The exit code is set at once: should the record hang, the watchdog must not turn a denial into a permission.
  process.exitCode = told.exitCode;
  const messages = await told.record();
  for (const message of messages) trouble(terminal, message);
  return told.exitCode;
}

/** `undefined`: an event of which there is nothing to say or to write down. */
async function tell(agent: Agent, event: AgentEvent, terminal: Terminal): Promise<Told | undefined> {
  switch (event.kind) {
    case 'tool-before':
      return (await import('../hook/tool.ts')).before(agent, event, terminal);
    case 'tool-after':
      return (await import('../hook/tool.ts')).after(agent, event);
    case 'turn-end':
      return (await import('../hook/tool.ts')).over(agent, event);
    case 'session-end':
      return (await import('../hook/tool.ts')).over(agent, { kind: 'session-end', session: event.session, cwd: event.cwd });
    case 'configuration':
      return (await import('../hook/configuration.ts')).configurationChanged(agent, event, terminal);
    case 'session-start':
    case 'prompt':
    case 'other':
      return undefined;
  }
}

/** The payload's event, read by the agent it belongs to: some agents run hooks that were configured for another. */
async function understand(agent: Agent, payload: unknown): Promise<{ readonly agent: Agent; readonly event: AgentEvent } | string> {
  const parsed = agent.parse(payload);
  if (parsed.ok) return { agent, event: parsed.event };
  const owner = parsed.belongsTo === undefined ? undefined : await AGENTS.get(parsed.belongsTo)?.();
  const again = owner?.parse(payload);
  return owner !== undefined && again?.ok === true ? { agent: owner, event: again.event } : parsed.message;
}

async function readInput(): Promise<{ readonly payload: unknown } | string> {
  const input = await readStandardInput(INPUT_LIMIT);
  if (input.kind === 'too-large') return `The payload is larger than ${INPUT_LIMIT / 1024 / 1024} MB and was not read; this call is missing from the record.`;
  if (input.bytes.length === 0) return 'Standard input was empty: an agent sends its payload there.';
  try {
    return { payload: JSON.parse(utf8(input.bytes)) as unknown };
  } catch {
    return 'The payload is not JSON in UTF-8; this call is missing from the record.';
  }
}

/** Throws on what is not UTF-8. The strict decoder takes milliseconds to load: it is asked only where the lenient one left a doubt. */
function utf8(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? new TextDecoder('utf-8', { fatal: true }).decode(bytes) : text;
}

function trouble(terminal: Terminal, message: string): 0 {
  terminal.err(`vetmark: ${printable(message)}\n`);
  return 0;
}
