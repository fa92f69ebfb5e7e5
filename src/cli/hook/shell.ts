/** Commands say nothing of the files they write: the work tree is looked at before and after, and what came in between is the agent's. */
import type { AgentEvent, ToolCall } from '#agents/agent';
import { digestOf } from '#core/digest';
import type { AgentId } from '#core/provenance';
import { writeMarker } from '#project/markers';
import type { Repository } from '#project/repository';
import { changedSince, lookBefore, unfinished, type Changed, type Command } from '#project/snapshot';

/** Before the command. Sentences about what could not be done. */
export async function beforeShell(repository: Repository, event: ToolCall): Promise<readonly string[]> {
  const gap = await lookBefore(repository, commandOf(event), Date.now());
  return gap === undefined ? [] : noted(repository, [gap]);
}

/** After the command: markers for what was written meanwhile. One that runs on is looked at again when the agent's turn ends. Sentences about what could not be told. */
export async function afterShell(repository: Repository, agent: AgentId, event: Extract<AgentEvent, { kind: 'tool-after' }>): Promise<readonly string[]> {
  const command = commandOf(event);
  const { changed, gaps } = await changedSince(repository, command);
  await mark(repository, agent, command, changed, event.model);
  // What is not on disk yet, or runs on, is looked for again at the end of the turn.
  const again = event.outlives === true || event.disk !== 'written' ? await lookBefore(repository, command, Date.now()) : undefined;
  return noted(repository, again === undefined ? gaps : [...gaps, again]);
}

/** The agent's turn or session is over: what was written by commands whose end nobody told. `then`: whether some of them may run on. */
export async function settle(repository: Repository, agent: AgentId, session: string, then: 'look again' | 'forget'): Promise<readonly string[]> {
  const troubles: string[] = [];
  for (const command of await unfinished(repository, session)) {
    const { changed, gaps } = await changedSince(repository, command);
    await mark(repository, agent, command, changed);
    const again = then === 'look again' ? await lookBefore(repository, command, Date.now()) : undefined;
    troubles.push(...(await noted(repository, again === undefined ? gaps : [...gaps, again])));
  }
  return troubles;
}

async function mark(repository: Repository, agent: AgentId, { session, tool, call }: Command, changed: readonly Changed[], model?: string): Promise<void> {
  for (const { path, before, after, written } of changed) {
    await writeMarker(repository, { agent, session, tool, path, after: digestOf(after), written, at: Date.now(), ...(model !== undefined && { model }), ...(call !== undefined && { call }), ...(before !== undefined && { before }) });
  }
}

/** What joins the two looks: the call's id, or, where the agent has none, the command; where the second payload may not say that either, the tool. */
function commandOf({ session, tool, call, command = '', unnamed }: ToolCall): Command {
  return { session, key: JSON.stringify([tool, call ?? (unnamed === true ? '' : command)]), tool, ...(call !== undefined && { call }) };
}

/** A gap is for the record, not for silence. */
async function noted(repository: Repository, gaps: readonly string[]): Promise<readonly string[]> {
  const troubles: string[] = [...gaps];
  if (gaps.length === 0) return troubles;
  const { noteGap } = await import('#project/gaps');
  const now = Date.now();
  for (const note of gaps) {
    const noted = await noteGap(repository, { cause: 'hook-failed', paths: 'everything', from: now, to: now, note });
    if (!noted.ok) troubles.push(noted.message);
  }
  return troubles;
}
