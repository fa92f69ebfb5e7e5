/**
 * The contract of an agent: parse its hook payload into one closed set of events, reply in its dialect.
 * One agent a file; adding one is one file and one page in docs/agents.
 */
import type { AgentId } from '#core/provenance';

/** What an agent's hook told us. Paths are as the agent gave them: absolute or relative to `cwd`, not yet trusted. */
export type AgentEvent =
  | { readonly kind: 'session-start' | 'session-end' | 'prompt'; readonly session: string; readonly cwd: string; readonly model?: string }
  /** Before a tool runs. `writes`: what it says it will write, where it says so. */
  | ({ readonly kind: 'tool-before' } & ToolCall)
  /** After an edit tool ran. `before` and `after` are whole texts where the agent gives them; otherwise `inserted` is what it says it wrote. */
  | ({ readonly kind: 'tool-after'; readonly writes: readonly Write[] } & ToolCall)
  | { readonly kind: 'other'; readonly name: string; readonly session: string };

export interface ToolCall {
  readonly session: string;
  readonly cwd: string;
  readonly tool: string;
  /** The id that joins before and after. Absent: the agent has none. */
  readonly call?: string;
  readonly model?: string;
  /** Files the call names. Empty for a shell. */
  readonly paths: readonly string[];
  /** The command line of a shell tool. Absent: not a shell. */
  readonly command?: string;
}

export interface Write {
  readonly path: string;
  /** Whole text before. `null`: the file did not exist. Absent: the agent does not say. */
  readonly before?: string | null;
  /** Whole text after. Absent: the agent does not say. */
  readonly after?: string;
  /** Pieces it says it wrote, in order. */
  readonly inserted: readonly string[];
  /** The person changed the agent's proposal before it was written. */
  readonly userModified: boolean;
}

export type Reply = { readonly kind: 'allow' } | { readonly kind: 'deny'; readonly reason: string };

/** What the hook process prints and how it exits. */
export interface HookOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface Agent {
  readonly id: AgentId;
  readonly name: string;
  /** Reads one payload. A sentence on anything it does not know: never an exception. */
  parse(payload: unknown): { readonly ok: true; readonly event: AgentEvent } | { readonly ok: false; readonly message: string };
  /** The answer in the agent's dialect to a `tool-before`. */
  reply(event: AgentEvent, reply: Reply): HookOutput;
}
