/** From a tool's checked input to an event: the part that every agent has in common. */
import type { AgentEvent, Disk, Effect, Parsed, ToolCall, Write } from '../agent.ts';
import type * as z from 'zod/mini';
import { customary, refuse } from './payload.ts';

/** What the payload says of any call. */
export interface Facts {
  readonly session: string;
  readonly cwd: string;
  readonly tool: string;
  readonly call?: string | undefined;
  readonly model?: string | undefined;
}

/** What the tool's own input says. */
export interface Does {
  readonly effect: Effect;
  readonly paths: readonly string[];
  readonly command?: string;
  readonly outlives?: true;
  readonly unnamed?: true;
  readonly writes: readonly Write[];
}

export type Read = { readonly ok: true; readonly does: Does } | { readonly ok: false; readonly refused: Parsed };

/** Checks a tool's input and reads it. `agent` is the name in the sentence when it is not as expected. */
export function readWith<T>(agent: string, schema: z.ZodMiniType<T>, input: unknown, read: (data: T) => Does): Read {
  const parsed = schema.safeParse(input);
  return parsed.success ? { ok: true, does: read(parsed.data) } : { ok: false, refused: refuse(agent, parsed.error) };
}

/** A tool that only reads, or of which nothing more is known. */
export function names(effect: Effect, paths: readonly string[] = []): Read {
  return { ok: true, does: { effect, paths, writes: [] } };
}

/** A tool that is not the agent's own (an MCP server's): what it names by the customary keys, believed only where the disk agrees. */
export function unknownTool(input: unknown): Read {
  const { paths, texts } = customary(input);
  return { ok: true, does: { effect: 'unknown', paths, writes: texts.length === 0 ? [] : paths.map((path) => ({ path, inserted: texts, userModified: false })) } };
}

/** A shell: the files it writes are not known. `outlives`: it goes on running in the background. */
export function shell(command: string, outlives?: 'outlives'): Does {
  return { effect: 'unknown', paths: [], command, writes: [], ...(outlives !== undefined && { outlives: true }) };
}

/** Writes to the files that they name. */
export function writing(writes: readonly Write[], further: readonly string[] = []): Does {
  return { effect: 'write', paths: [...writes.map(({ path }) => path), ...further], writes };
}

export function beforeTool(facts: Facts, read: Read): Parsed {
  return read.ok ? { ok: true, event: { kind: 'tool-before', ...callOf(facts, read.does) } } : read.refused;
}

/** `outcome`: a call that failed wrote nothing that we would know of. */
export function afterTool(facts: Facts, read: Read, disk: Disk, outcome: 'done' | 'failed' = 'done'): Parsed {
  if (!read.ok) return read.refused;
  const event: AgentEvent = { kind: 'tool-after', ...callOf(facts, read.does), writes: outcome === 'done' ? read.does.writes : [], disk };
  return { ok: true, event };
}

function callOf({ session, cwd, tool, call, model }: Facts, { effect, paths, command, outlives, unnamed }: Does): ToolCall {
  return { session, cwd, tool, ...(call !== undefined && { call }), ...(model !== undefined && { model }), effect, paths, ...(command !== undefined && { command }), ...(unnamed !== undefined && { unnamed }), ...(outlives !== undefined && { outlives }) };
}
