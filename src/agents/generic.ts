/** Any other agent: a small JSON form that a wrapper or plugin can send. It may name the agent it speaks for. */
import * as z from 'zod/mini';
import type { Agent, AgentEvent, Parsed } from './agent.ts';
import { ALLOWED, denial, label, name, optionalLabel, refuse, text, turnEnd } from './shared/payload.ts';

export const agent: Agent = { id: 'generic', name: 'Another agent', parse, reply };

const Payload = z.strictObject({
  version: z.literal(1),
  event: z.enum(['session-start', 'session-end', 'prompt', 'turn-end', 'before', 'after']),
  /** Lower-case letters, digits and dashes. Absent: `generic`. */
  agent: z.optional(z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,63}$/))),
  session: label,
  cwd: name,
  tool: optionalLabel,
  call: optionalLabel,
  model: optionalLabel,
  effect: z.optional(z.enum(['read', 'write', 'unknown'])),
  paths: z.optional(z.array(name)),
  command: z.optional(text),
  /** Whether the files are written when the hook runs. */
  disk: z.optional(z.enum(['written', 'later', 'either'])),
  writes: z.optional(z.array(z.strictObject({ path: name, before: z.nullish(text), after: z.optional(text), inserted: z.optional(z.array(text)), userModified: z.optional(z.boolean()) }))),
});

function parse(payload: unknown): Parsed {
  const read = Payload.safeParse(payload);
  if (!read.success) return refuse('the generic form', read.error);
  const { event, session, cwd, tool = 'tool', agent: who, call, model, effect = 'unknown', paths = [], command, disk = 'written', writes = [] } = read.data;
  if (event === 'turn-end') return turnEnd({ session, cwd });
  if (event !== 'before' && event !== 'after') return { ok: true, event: { kind: event, session, cwd, ...(model !== undefined && { model }) } };
  const about = {
    ...(who !== undefined && { agent: who }), session, cwd, tool, ...(call !== undefined && { call }), ...(model !== undefined && { model }), effect,
    paths: [...new Set([...paths, ...writes.map(({ path }) => path)])], ...(command !== undefined && { command }),
  };
  if (event === 'before') return { ok: true, event: { kind: 'tool-before', ...about } };
  return {
    ok: true,
    event: {
      kind: 'tool-after', ...about, disk,
      writes: writes.map(({ path, before, after, inserted, userModified = false }) => ({ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }), inserted: inserted ?? (after === undefined ? [] : [after]), userModified })),
    },
  };
}

function reply(event: AgentEvent, answer: Parameters<Agent['reply']>[1]): ReturnType<Agent['reply']> {
  return event.kind !== 'tool-before' || answer.kind === 'allow' ? ALLOWED : denial(answer.reason, { decision: 'deny', reason: answer.reason });
}
