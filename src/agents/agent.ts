/**
 * The contract of an agent: parse its hook payload into one closed set of events, reply in its dialect.
 * One agent a file; adding one is one file and one page in docs/agents.
 */
import type { AgentId } from '#core/provenance';

/** What an agent's hook told us. Paths are as the agent gave them: absolute or relative to `cwd`, not yet trusted. */
export type AgentEvent =
  | { readonly kind: 'session-start' | 'session-end' | 'prompt'; readonly session: string; readonly cwd: string; readonly model?: string }
  /** The agent waits for the person again. `background`: commands of its own may be running on. */
  | { readonly kind: 'turn-end'; readonly session: string; readonly cwd: string; readonly background: 'none' | 'running' }
  /** The agent's configuration changed on disk, and a denial keeps the former one in force. */
  | { readonly kind: 'configuration'; readonly session: string; readonly cwd: string; readonly path: string }
  /** Before a tool runs. */
  | ({ readonly kind: 'tool-before' } & ToolCall)
  /** After a tool ran. `writes`: what it says it wrote; empty for a shell and for tools that only read. */
  | ({ readonly kind: 'tool-after'; readonly writes: readonly Write[]; readonly disk: Disk } & ToolCall)
  /** An event that speaks of no tool call, or of one that did not happen. */
  | { readonly kind: 'other'; readonly name: string; readonly session: string };

/**
 * Whether the file on disk holds the write when the hook runs. `later`: the agent edits a buffer first; never read the result from disk then. `either`: it
 * is not known; both are taken for possible.
 */
export type Disk = 'written' | 'later' | 'either';

/** What a tool does to the files it names. `unknown` is judged like `write`. */
export type Effect = 'read' | 'write' | 'unknown';

export interface ToolCall {
  /** Who acted, where one hook speaks for others. Absent: the agent whose hook it is. */
  readonly agent?: AgentId;
  readonly session: string;
  readonly cwd: string;
  readonly tool: string;
  /** The id that joins before and after. Absent: the agent has none. */
  readonly call?: string;
  readonly model?: string;
  readonly effect: Effect;
  /** Files the call names. Empty for a shell. */
  readonly paths: readonly string[];
  /** The command line of a shell tool. Absent: not a shell. */
  readonly command?: string;
  /** The payload does not say all that the call writes: the work tree is compared before and after. Absent: it does, or it is a command, where that is always so. */
  readonly unnamed?: true;
  /** The command goes on running after the hook that says it is done. Absent: it does not. */
  readonly outlives?: true;
}

export interface Write {
  readonly path: string;
  /** Whole text before. `null`: the file did not exist. Absent: the agent does not say. */
  readonly before?: string | null;
  /** Whole text after. Absent: the agent does not say. */
  readonly after?: string;
  /** Pieces it says it wrote, in order; of a patch, blocks of lines with some that stood there before. */
  readonly inserted: readonly string[];
  /** The texts that the pieces replaced, one for each of `inserted`. Absent: the agent does not say. */
  readonly replaced?: readonly string[];
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

/** `belongsTo`: the payload is another agent's, whose hooks run under this one's configuration. Absent: nobody's that is known. */
export type Parsed = { readonly ok: true; readonly event: AgentEvent } | { readonly ok: false; readonly message: string; readonly belongsTo?: AgentId };

/** `user`: below the home folder, for every repository. `project`: below the repository, for everybody who works in it. */
export type Scope = 'user' | 'project';

/** How the agent is told to run Vetmark's hook. shared/connect.ts merges it, and is loaded when somebody asks to connect. */
export type Hooking = {
  /** Relative to the home folder or to the repository. */
  readonly files: Readonly<Record<Scope, string>>;
  /** What a person has to do besides, and what switches hooks off without a word. Absent: nothing. */
  readonly afterwards?: string;
} & (
  | {
      /** A JSON file that is the person's own: entries are added to lists of hooks by event. */
      readonly kind: 'merge';
      readonly events: readonly string[];
      /** One entry of an event's list, for a command line: the hook itself, or a group of hooks. */
      entry(command: string): object;
      /** Top-level members without which the agent does not read the file. Absent: none. */
      readonly members?: Readonly<Record<string, unknown>>;
      /** What a file holds besides where there was none. Absent: nothing. */
      readonly fresh?: Readonly<Record<string, unknown>>;
      /** Top-level settings that, when true, switch every hook off. */
      readonly offSwitches: readonly string[];
    }
  /** A file that is Vetmark's as a whole. `command` is a list of arguments. */
  | { readonly kind: 'own-file'; text(command: readonly string[]): string }
);

/** A file that can keep an agent from running hooks that are connected. `system`: an absolute path, an administrator's. */
export interface Check {
  readonly place: 'home' | 'project' | 'system';
  readonly file: string;
  /** What stands against the hooks, as the end of a sentence; `undefined`: nothing. `text: undefined`: there is no such file. */
  read(text: string | undefined, hooks: ConnectedHooks): Promise<string | undefined> | string | undefined;
}

/** Vetmark's hooks as they are connected. */
export interface ConnectedHooks {
  readonly scope: Scope;
  /** The file they stand in, and its text. Absolute. */
  readonly file: string;
  readonly text: string;
  /** The work tree. Absolute. */
  readonly root: string;
}

export interface Agent {
  readonly id: AgentId;
  readonly name: string;
  /** Absent: there is nothing to configure. */
  readonly hooking?: Hooking;
  /** The agent whose configuration this one reads too. Absent: it has its own. */
  readonly connectedBy?: AgentId;
  /** What can switch the hooks off without a word. Absent: nothing that is known. */
  readonly checks?: readonly Check[];
  /** A payload of a write that the guard must deny, for the proof that hooks are alive. Absent: there is nothing to prove. */
  canary?(cwd: string, path: string): unknown;
  /** Reads one payload. A sentence on anything it does not know: never an exception. */
  parse(payload: unknown): Parsed;
  /** The answer in the agent's dialect to a `tool-before` or a `configuration`. */
  reply(event: AgentEvent, reply: Reply): HookOutput;
}
