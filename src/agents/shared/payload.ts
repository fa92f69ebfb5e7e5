/**
 * What all payload readers share. A payload is hostile input: every field is checked, lengths are bounded, and what is not understood is said.
 * zod's small build is used because a hook process lives for a few milliseconds only.
 */
import * as z from 'zod/mini';
import type { AgentId } from '#core/provenance';
import type { HookOutput, Parsed } from '../agent.ts';

/** Paths: bounded, so that no record can be flooded; without NUL, so that no path is cut short. */
export const name = z.string().check(z.minLength(1), z.maxLength(4096), z.refine((text) => !text.includes('\0')));
/** Names of sessions, tools, calls and models: as long as a marker can hold. */
export const label = name.check(z.maxLength(500));
export const optionalLabel = z.optional(label);
/** Texts are bounded by the size of standard input alone. */
export const text = z.string();
export const optionalName = z.optional(name);

/** The event, or a sentence that names the first field that is wrong. */
export function refuse(agent: string, error: z.core.$ZodError): Parsed {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') return { ok: false, message: `This is no payload of ${agent}: it has fields that are not known: ${issue.keys.slice(0, 5).join(', ').slice(0, 200)}.` };
  const place = issue === undefined || issue.path.length === 0 ? 'the payload' : `"${issue.path.join('.')}"`;
  return { ok: false, message: `This is no payload of ${agent}: ${place} is missing or of the wrong kind.` };
}

/** Another agent runs this agent's hooks. */
export function foreign(agent: string, owner: string, id: AgentId): Parsed {
  return { ok: false, message: `This payload was sent by ${owner}, which also runs hooks configured for ${agent}.`, belongsTo: id };
}

const LIFECYCLE: ReadonlyMap<string, 'session-start' | 'session-end' | 'prompt'> = new Map([['SessionStart', 'session-start'], ['SessionEnd', 'session-end'], ['UserPromptSubmit', 'prompt']]);

/** Events of a session that are no tool call, by the names that Claude Code gave them and others took over. `undefined`: none of these. */
export function lifecycle(event: string, base: { readonly session: string; readonly cwd: string; readonly model?: string }): Parsed | undefined {
  if (event === 'Stop') return turnEnd(base);
  const kind = LIFECYCLE.get(event);
  return kind === undefined ? undefined : { ok: true, event: { kind, ...base } };
}

/** The agent waits for the person again. */
export function turnEnd({ session, cwd }: { readonly session: string; readonly cwd: string }, background: 'none' | 'running' = 'none'): Parsed {
  return { ok: true, event: { kind: 'turn-end', session, cwd, background } };
}

/** Keys under which tools that are not the agent's own (MCP servers) usually name a file. */
const PATH_KEYS = ['path', 'file_path', 'filePath', 'filepath', 'file', 'filename', 'notebook_path', 'target_file', 'destination', 'target', 'uri'];
const TEXT_KEYS = ['text', 'content', 'contents', 'file_text', 'new_string', 'newString', 'new_str', 'new_source', 'code', 'data', 'body'];

/** Files and texts that an unknown tool's input names, by the customary keys. A guess: judged as `unknown`, and believed only where the disk agrees. */
export function customary(input: unknown): { readonly paths: readonly string[]; readonly texts: readonly string[] } {
  if (typeof input !== 'object' || input === null) return { paths: [], texts: [] };
  const record = input as Record<string, unknown>;
  return { paths: PATH_KEYS.flatMap((key) => strings(record[key])).map(fromUri).filter((path) => name.safeParse(path).success), texts: TEXT_KEYS.flatMap((key) => strings(record[key])) };
}

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function fromUri(path: string): string {
  if (!path.startsWith('file://')) return path;
  try {
    return decodeURIComponent(new URL(path).pathname);
  } catch {
    return path;
  }
}

export const ALLOWED: HookOutput = { stdout: '', stderr: '', exitCode: 0 };

/** Exit code 2 with a line on standard error denies in every agent that has command hooks; the line is never empty. */
export function denial(reason: string, form: unknown): HookOutput {
  return { stdout: JSON.stringify(form) + '\n', stderr: reason + '\n', exitCode: 2 };
}
